package mp4

import (
	"slices"
	"testing"
)

// sample files for the corpora, small ones.
func small() made {
	return made{timescale: 1000, video: true, time: at(40), fragments: []madeFragment{
		{0, steady(3, 40, 40, 80, 0)}, {120, steady(2, 40)},
	}}
}

func FuzzParseInit(f *testing.F) {
	f.Add(small().init())
	f.Add(made{timescale: 48000}.init())
	f.Add(progressiveFile(small(), false))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := ParseInit(data)
		if err != nil {
			return
		}
		if protected, known := Protected(data); protected || !known {
			t.Errorf("read, though protected is %v, known %v", protected, known)
		}
		if in.Size <= 0 || in.Size > int64(len(data)) || in.Codec == "" {
			t.Errorf("%+v of %d bytes", in, len(data))
		}
	})
}

func FuzzParseIndex(f *testing.F) {
	file := small().file()
	_, index, _, _ := FindHead(file)
	f.Add(file[index.From:index.To], index.From)
	f.Fuzz(func(t *testing.T, data []byte, at int64) {
		x, err := ParseIndex(data, at)
		if err != nil {
			return
		}
		if len(x.References) > len(data) || x.duration() < 0 {
			t.Errorf("%d references that last %v, of %d bytes", len(x.References), x.duration(), len(data))
		}
		end := x.Box.To
		for i, r := range x.References {
			if r.Len() <= 0 || r.From < end || i > 0 && r.From != end || r.Duration < 0 {
				t.Errorf("reference %+v behind %d", r, end)
			}
			end = r.To
		}
	})
}

func FuzzFindHead(f *testing.F) {
	file := small().file()
	f.Add(file)
	f.Add(file[:200])
	f.Add(progressiveFile(small(), false))
	f.Fuzz(func(t *testing.T, data []byte) {
		init, index, need, err := FindHead(data)
		if err != nil {
			return
		}
		if need > 0 {
			if need <= int64(len(data)) || need > mostHead {
				t.Errorf("needs %d, has %d", need, len(data))
			}
			return
		}
		if init.From != 0 || init.Len() < 8 || index.From > 0 && index.From < init.To || index.To > int64(len(data)) {
			t.Errorf("init %v, index %v of %d bytes", init, index, len(data))
		}
	})
}

// FuzzScan reads a fragmented file's media, which come behind a good init segment.
func FuzzScan(f *testing.F) {
	init := small().init()
	in, err := ParseInit(init)
	if err != nil {
		f.Fatal(err)
	}
	for _, m := range []made{small(), {baseFlag: 1, noIndex: true, fragments: small().fragments}, {noTfdt: true, baseFlag: 2, fragments: small().fragments}} {
		f.Add(m.file()[len(m.init()):], false)
	}
	f.Fuzz(func(t *testing.T, data []byte, first bool) {
		source := Source{Init: in, Size: in.Size + int64(len(data))}
		if first {
			source.First = data
		}
		l, err := NewLayout([]Source{source}, Meta{})
		if err != nil {
			return
		}
		disk := lay(l, [][]byte{slices.Concat(init, data)})
		if l.Scan(disk, 0) != nil {
			return
		}
		size, err := l.Finish(disk)
		if err != nil {
			return
		}
		if size != int64(len(disk.b)) {
			t.Fatalf("Finish says %d bytes, the file has %d", size, len(disk.b))
		}
		// Chunks may still lie over each other, but what was written must be readable.
		m, chunks := readTracks(t, disk.b)
		if s, err := Check(disk, size); err == nil && (s.Tracks[0].Samples > len(data) || s.Unused > int64(len(data))) {
			t.Errorf("%d bytes hold %+v", len(data), s)
		}
		if len(m.tracks) != 1 || len(chunks[0]) == 0 {
			t.Errorf("a file without media")
		}
	})
}

// FuzzJoin reads a progressive file, twice.
func FuzzJoin(f *testing.F) {
	f.Add(progressiveFile(small(), false))
	f.Add(progressiveFile(small(), true))
	f.Fuzz(func(t *testing.T, data []byte) {
		part := Part{Size: int64(len(data)), Head: data}
		l, err := NewJoin([]Part{part, part}, Meta{})
		if err != nil {
			return
		}
		disk := lay(l, [][]byte{data, data})
		if l.Scan(disk, 0) != nil || l.Scan(disk, 1) != nil {
			return
		}
		size, err := l.Finish(disk)
		if err != nil {
			return
		}
		readTracks(t, disk.b)
		if s, err := Check(disk, size); err == nil && (s.Duration < 0 || len(s.Tracks) == 0) {
			t.Errorf("%+v", s)
		}
	})
}

func FuzzCheck(f *testing.F) {
	file, _ := assemble(f, Meta{Title: "x"}, small().file())
	f.Add(file)
	f.Add(progressiveFile(small(), true))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Check(&memory{data}, int64(len(data)))
		if err == nil && (len(s.Tracks) == 0 || s.Unused < 0 || s.Unused > int64(len(data))) {
			t.Errorf("%d bytes hold %+v", len(data), s)
		}
	})
}
