package mp4

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ftypSize is the size of every ftyp box written here, so that it can be planned before
// the codecs are known.
const ftypSize = 8 + 8 + 4*4

// writeFtyp gives the ftyp box of a file with these tracks.
func writeFtyp(tracks []*track) []byte {
	major, last := "M4A ", "M4A "
	for _, t := range tracks {
		if t.video {
			major, last = "isom", "mp41"
			if t.codec == "avc1" || t.codec == "av01" { // the two codecs with a brand of their own
				last = t.codec
			}
			break
		}
	}
	w := &writer{}
	w.box("ftyp", func() {
		w.text(major)
		w.u32(0x200)
		w.text("isom" + "iso4" + "mp42" + last)
	})
	return w.b
}

// writeMoov gives the moov box of a file with these tracks.
func writeMoov(tracks []*track, scale uint32, meta Meta) []byte {
	size, length, far := moovFrame(meta), int64(0), false
	for _, t := range tracks {
		size += t.frame() + t.bytes()
		length = max(length, t.length())
		for _, at := range t.places {
			far = far || at > math.MaxUint32
		}
	}
	w := &writer{b: make([]byte, 0, size)}
	w.box("moov", func() {
		long := length > math.MaxUint32
		w.full("mvhd", version(long), 0, func() {
			w.wide(long, 0) // made and changed: nobody's business, and the same input gives the same file
			w.wide(long, 0)
			w.u32(scale)
			w.wide(long, uint64(length))
			w.u32(0x10000) // the usual speed
			w.u16(0x100)   // the usual volume
			w.zeros(2 + 8) // reserved
			w.matrix()     //
			w.zeros(6 * 4) // predefined
			w.u32(uint32(len(tracks) + 1))
		})
		for i, t := range tracks {
			w.track(t, uint32(i+1), far)
		}
		w.meta(meta)
	})
	return w.b
}

func version(long bool) byte {
	if long {
		return 1
	}
	return 0
}

// matrix appends the one that changes nothing.
func (w *writer) matrix() { w.u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) }

func (w *writer) track(t *track, id uint32, far bool) {
	w.box("trak", func() {
		long := t.length() > math.MaxUint32
		w.full("tkhd", version(long), t.flags|3, func() { // enabled, and part of the presentation
			w.wide(long, 0)
			w.wide(long, 0)
			w.u32(id, 0)
			w.wide(long, uint64(t.length()))
			w.bytes(t.place)
		})
		w.box("edts", func() {
			long := long
			for _, e := range t.edits {
				long = long || e.time > math.MaxInt32
			}
			w.full("elst", version(long), 0, func() {
				w.u32(uint32(len(t.edits)))
				for _, e := range t.edits {
					w.wide(long, uint64(e.length))
					w.wide(long, uint64(e.time))
					w.u32(0x10000)
				}
			})
		})
		w.box("mdia", func() {
			long := t.total > math.MaxUint32
			w.full("mdhd", version(long), 0, func() {
				w.wide(long, 0)
				w.wide(long, 0)
				w.u32(t.timescale)
				w.wide(long, uint64(t.total))
				w.u16(t.language)
				w.u16(0)
			})
			w.bytes(t.handler)
			w.bytes(t.tongue)
			w.box("minf", func() {
				w.bytes(t.kind)
				w.box("dinf", func() {
					w.full("dref", 0, 0, func() {
						w.u32(1)
						w.full("url ", 0, 1, func() {}) // this very file
					})
				})
				t.write(w, t.descriptions, far)
			})
		})
	})
}

// meta appends the title as iTunes' metadata, which is what players look for.
func (w *writer) meta(meta Meta) {
	title := clean(meta.Title)
	if title == "" {
		return
	}
	w.box("udta", func() {
		w.full("meta", 0, 0, func() {
			w.full("hdlr", 0, 0, func() {
				w.u32(0)
				w.text("mdirappl")
				w.zeros(2*4 + 1)
			})
			w.box("ilst", func() {
				w.box("\xa9nam", func() {
					w.box("data", func() {
						w.u32(1, 0) // UTF-8, of no country
						w.text(title)
					})
				})
			})
		})
	})
}

// clean makes a title fit to be written: valid UTF-8 without control characters, and not
// longer than a name need be.
func clean(title string) string {
	title = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(title, "")))
	const most = 1000
	if len(title) <= most {
		return title
	}
	end := most
	for !utf8.RuneStart(title[end]) {
		end--
	}
	return title[:end]
}
