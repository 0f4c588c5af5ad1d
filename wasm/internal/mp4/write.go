package mp4

import "encoding/binary"

// appendBox appends a small box with that body.
func appendBox(b []byte, kind string, body []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(8+len(body)))
	return append(append(b, kind...), body...)
}

// A writer appends boxes.
type writer struct{ b []byte }

// box appends a box with what content appends in it.
func (w *writer) box(kind string, content func()) {
	at := len(w.b)
	w.u32(0)
	w.b = append(w.b, kind...)
	content()
	binary.BigEndian.PutUint32(w.b[at:], uint32(len(w.b)-at))
}

// full appends a box that begins with a version and flags.
func (w *writer) full(kind string, version byte, flags uint32, content func()) {
	w.box(kind, func() {
		w.u32(uint32(version)<<24 | flags)
		content()
	})
}

func (w *writer) bytes(b []byte) { w.b = append(w.b, b...) }
func (w *writer) text(s string)  { w.b = append(w.b, s...) }
func (w *writer) zeros(n int)    { w.b = append(w.b, make([]byte, n)...) }
func (w *writer) u16(v uint16)   { w.b = binary.BigEndian.AppendUint16(w.b, v) }
func (w *writer) u64(v uint64)   { w.b = binary.BigEndian.AppendUint64(w.b, v) }

func (w *writer) u32(numbers ...uint32) { w.numbers(numbers) }

func (w *writer) numbers(numbers []uint32) {
	for _, v := range numbers {
		w.b = binary.BigEndian.AppendUint32(w.b, v)
	}
}

// wide appends a number in the longer of its two forms, or in the shorter.
func (w *writer) wide(long bool, v uint64) {
	if long {
		w.u64(v)
		return
	}
	w.u32(uint32(v))
}

// runs appends a box of run-length coded values.
func (w *writer) runs(kind string, version byte, runs []run) {
	w.full(kind, version, 0, func() {
		w.u32(uint32(len(runs)))
		for _, r := range runs {
			w.u32(r.count, r.value)
		}
	})
}
