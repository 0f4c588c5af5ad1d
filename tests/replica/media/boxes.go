package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Span is an inclusive byte range, as the sites write it ("0-996").
type Span struct{ First, Last int64 }

func (s Span) String() string { return fmt.Sprintf("%d-%d", s.First, s.Last) }

// Len is the number of bytes in the span.
func (s Span) Len() int64 { return s.Last - s.First + 1 }

var errBox = errors.New("not a whole ISO base media file")

type boxHead struct {
	kind        string
	start, size int
}

// walk lists the boxes of b (ISO/IEC 14496-12, section 4.2), which must fill it exactly.
func walk(b []byte) ([]boxHead, error) {
	var heads []boxHead
	for at := 0; at < len(b); {
		if len(b)-at < 8 {
			return nil, errBox
		}
		size := int(binary.BigEndian.Uint32(b[at:]))
		if size == 1 && len(b)-at >= 16 {
			size = int(binary.BigEndian.Uint64(b[at+8:]))
		}
		if size < 8 || size > len(b)-at {
			return nil, errBox
		}
		heads = append(heads, boxHead{string(b[at+4 : at+8]), at, size})
		at += size
	}
	return heads, nil
}

// spans finds the init segment (everything up to the end of moov) and the sidx box of a fragmented file.
func spans(b []byte) (initialization, index Span, err error) {
	heads, err := walk(b)
	if err != nil {
		return Span{}, Span{}, err
	}
	for _, h := range heads {
		switch h.kind {
		case "moov":
			initialization = Span{0, int64(h.start + h.size - 1)}
		case "sidx":
			if index.Last == 0 {
				index = Span{int64(h.start), int64(h.start + h.size - 1)}
			}
		}
	}
	if initialization.Last == 0 || index.Last == 0 {
		return Span{}, Span{}, fmt.Errorf("%w: no moov or no sidx", errBox)
	}
	return initialization, index, nil
}

func box(kind string, parts ...[]byte) []byte {
	size := 8
	for _, p := range parts {
		size += len(p)
	}
	b := binary.BigEndian.AppendUint32(make([]byte, 0, size), uint32(size))
	b = append(b, kind...)
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func fullBox(kind string, version byte, flags uint32, parts ...[]byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, uint32(version)<<24|flags)
	return box(kind, slices.Concat(append([][]byte{head}, parts...)...))
}

func u16(v uint16) []byte { return binary.BigEndian.AppendUint16(nil, v) }
func u32(v ...uint32) []byte {
	var b []byte
	for _, x := range v {
		b = binary.BigEndian.AppendUint32(b, x)
	}
	return b
}

// encrypt turns a clear fragmented file into what a protected one looks like (ISO/IEC 23001-7): the sample
// entry becomes encv or enca with a sinf, moov gains a pssh, and the samples become noise. Nothing is really
// encrypted: there is no key, and no reader of the replica's files needs one.
func encrypt(b []byte) ([]byte, error) {
	heads, err := walk(b)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(b)+256)
	for _, h := range heads {
		body := b[h.start : h.start+h.size]
		switch h.kind {
		case "moov":
			moov, err := protect(body)
			if err != nil {
				return nil, err
			}
			out = append(out, moov...)
		case "mdat":
			noise := slices.Clone(body)
			for i := 8; i < len(noise); i++ {
				noise[i] ^= byte(0x5a + i*7)
			}
			out = append(out, noise...)
		default:
			out = append(out, body...)
		}
	}
	return out, nil
}

var keyID = []byte("streamlist-fake!") // 16 bytes

// protect rewrites the moov box, or one of the boxes on the way from it to the sample entries.
func protect(b []byte) ([]byte, error) {
	kind := string(b[4:8])
	switch kind {
	case "moov", "trak", "mdia", "minf", "stbl":
		heads, err := walk(b[8:])
		if err != nil {
			return nil, err
		}
		var body []byte
		for _, h := range heads {
			child, err := protect(b[8+h.start : 8+h.start+h.size])
			if err != nil {
				return nil, err
			}
			body = append(body, child...)
		}
		if kind == "moov" {
			body = append(body, pssh()...)
		}
		return box(kind, body), nil
	case "stsd":
		const head = 8 + 4 + 4 // box, version and flags, entry count
		entries, err := walk(b[head:])
		if err != nil {
			return nil, err
		}
		body := slices.Clone(b[8:head])
		for _, h := range entries {
			entry := b[head+h.start : head+h.start+h.size]
			protected := "encv"
			switch h.kind {
			case "mp4a", "ec-3", "fLaC":
				protected = "enca"
			}
			sinf := box("sinf",
				box("frma", []byte(h.kind)),
				fullBox("schm", 0, 0, []byte("cenc"), u32(0x00010000)),
				box("schi", fullBox("tenc", 0, 0, []byte{0, 0, 1, 8}, keyID)))
			body = append(body, box(protected, entry[8:], sinf)...)
		}
		return box("stsd", body), nil
	}
	return b, nil
}

// pssh is a protection header for Widevine's system id (registered at dashif.org/identifiers) without content.
func pssh() []byte {
	system := []byte{0xed, 0xef, 0x8b, 0xa9, 0x79, 0xd6, 0x4a, 0xce, 0xa3, 0xc8, 0x27, 0xdc, 0xd5, 0x1d, 0x21, 0xed}
	return fullBox("pssh", 1, 0, system, u32(1), keyID, u32(0))
}

// rename changes the first sample entry's type in place: four letters for four letters.
func rename(b []byte, from, to string) error {
	heads, err := walk(b)
	if err != nil {
		return err
	}
	for _, h := range heads {
		if h.kind != "moov" {
			continue
		}
		moov := b[h.start : h.start+h.size]
		for at := 0; at+8 <= len(moov); at++ {
			if string(moov[at:at+4]) == "stsd" && at+16+4 <= len(moov) && string(moov[at+16:at+20]) == from {
				copy(moov[at+16:], to)
				return nil
			}
		}
	}
	return fmt.Errorf("%w: no %s sample entry", errBox, from)
}
