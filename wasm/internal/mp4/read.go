package mp4

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// largestBox is the most that is read into memory for one moov or moof: some four million
// samples, which is ten hours of a video in one piece.
const largestBox = 64 << 20

// cursor reads big-endian numbers one behind the other. Past the end it gives zeros and
// remembers that it did, so that a reader asks once at its end.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) take(n int) []byte {
	if n > len(c.b) {
		c.b, c.short = nil, true
		return nil
	}
	taken := c.b[:n]
	c.b = c.b[n:]
	return taken
}

func (c *cursor) u16() uint16 {
	if b := c.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// wide reads the longer of two forms of a number where a box has two versions.
func (c *cursor) wide(long bool) uint64 {
	if long {
		return c.u64()
	}
	return uint64(c.u32())
}

// full reads the version and the flags of a full box.
func (c *cursor) full() (version byte, flags uint32) {
	v := c.u32()
	return byte(v >> 24), v & 0xffffff
}

// err says that the box of that kind ended too early, if it did.
func (c *cursor) err(kind string) error {
	if c.short {
		return malformed("%s is too short", kind)
	}
	return nil
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrMalformed}, args...)...)
}

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrUnsupported}, args...)...)
}

// A header is the beginning of a box.
type header struct {
	kind string
	len  int   // 8, or 16 with a 64-bit size
	size int64 // of the whole box
}

// parseHeader reads a box's header; room is how many bytes there are from its first byte
// to the end of what holds it. b must hold 16 bytes, or room bytes where that is less.
func parseHeader(b []byte, room int64) (header, error) {
	if len(b) < 8 {
		return header{}, malformed("%d bytes are no box", len(b))
	}
	h := header{kind: string(b[4:8]), len: 8, size: int64(binary.BigEndian.Uint32(b))}
	switch h.size {
	case 0: // to the end
		h.size = room
	case 1:
		if len(b) < 16 {
			return h, malformed("the size of %q is cut off", h.kind)
		}
		h.len, h.size = 16, int64(binary.BigEndian.Uint64(b[8:]))
	}
	if h.size < int64(h.len) {
		return h, malformed("%q has %d bytes", h.kind, h.size)
	}
	return h, nil
}

// children calls do for every box in b, which must be whole. Up to seven bytes behind the
// last are ignored: QuickTime ends some lists with a zero.
func children(b []byte, do func(kind string, body []byte) error) error {
	for len(b) >= 8 {
		h, err := parseHeader(b, int64(len(b)))
		if err != nil {
			return err
		}
		if h.size > int64(len(b)) {
			return malformed("%q reaches %d bytes beyond what holds it", h.kind, h.size-int64(len(b)))
		}
		if err := do(h.kind, b[h.len:h.size]); err != nil {
			return err
		}
		b = b[h.size:]
	}
	return nil
}

// A window reads a file through a buffer, for boxes that lie close to each other.
type window struct {
	disk io.ReaderAt
	end  int64 // nothing is read from here on
	at   int64 // of held in the file
	held []byte
}

const windowSize = 8 << 10

// bytes gives the n bytes from at, good until the next call; fewer where the window ends.
func (w *window) bytes(at int64, n int) ([]byte, error) {
	n = int(min(int64(n), w.end-at))
	if n <= 0 {
		return nil, nil
	}
	if at < w.at || at+int64(n) > w.at+int64(len(w.held)) {
		size := int(min(int64(max(n, windowSize)), w.end-at))
		if cap(w.held) < size {
			w.held = make([]byte, size)
		}
		w.at, w.held = at, w.held[:size]
		read, err := w.disk.ReadAt(w.held, at)
		if read < size {
			w.held = w.held[:0]
			if err == nil || errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("mp4: read %d bytes at %d: %w", size, at, err)
		}
	}
	from := at - w.at
	return w.held[from : from+int64(n)], nil
}

// header reads the header of the box at at, which must lie whole before the window's end.
func (w *window) header(at int64) (header, error) {
	b, err := w.bytes(at, 16)
	if err != nil {
		return header{}, err
	}
	h, err := parseHeader(b, w.end-at)
	if err == nil && h.size > w.end-at {
		err = malformed("%q reaches %d bytes beyond what holds it", h.kind, h.size-(w.end-at))
	}
	return h, err
}

// mostBoxes bounds the boxes of one extent: a whole film in fragments of a tenth of a second.
const mostBoxes = 1 << 20

// walk calls do for every box from at to the window's end.
func (w *window) walk(at int64, do func(at int64, h header) error) error {
	for boxes := 0; at < w.end; boxes++ {
		h, err := w.header(at)
		if err != nil {
			return err
		}
		if boxes == mostBoxes {
			return malformed("more than %d boxes", mostBoxes)
		}
		if err := do(at, h); err != nil {
			return err
		}
		at += h.size
	}
	return nil
}

// body reads the body of a box into memory.
func (w *window) body(at int64, h header) ([]byte, error) {
	if h.size > largestBox {
		return nil, malformed("%q has %d bytes", h.kind, h.size)
	}
	return w.bytes(at+int64(h.len), int(h.size)-h.len)
}
