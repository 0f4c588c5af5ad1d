package mp4

import (
	"time"
)

// Range is the half-open range of bytes [From, To) of a file.
type Range struct{ From, To int64 }

// Len is the range's number of bytes.
func (r Range) Len() int64 { return r.To - r.From }

// Index is a segment index box (sidx) read.
type Index struct {
	Box        Range         // where the box itself lies in the file
	Start      time.Duration // presentation time of the first reference
	References []Reference   // one behind the other, without gaps
}

// Reference is a run of the file's bytes that the index names: one or several fragments
// (moof and mdat), with whatever boxes lie between, or a nested index and what it names.
type Reference struct {
	Range
	Duration time.Duration
}

// end is where the last reference ends.
func (x *Index) end() int64 {
	if n := len(x.References); n > 0 {
		return x.References[n-1].To
	}
	return x.Box.To
}

// duration is that of all references together.
func (x *Index) duration() time.Duration {
	var sum time.Duration
	for _, r := range x.References {
		sum += r.Duration
	}
	return sum
}

// ParseIndex reads the sidx box with which b begins; at is the place of b's first byte in
// its file (the first number of the listing's index_range). Bytes behind the box are ignored.
//
// A nested index needs nothing of its own: its reference, too, is a run of bytes to copy,
// in which [Layout.Scan] finds whatever fragments there are.
func ParseIndex(b []byte, at int64) (*Index, error) {
	h, err := parseHeader(b, int64(len(b)))
	if err != nil {
		return nil, err
	}
	if h.kind != "sidx" || h.size > int64(len(b)) || at < 0 || at > 1<<60 {
		return nil, malformed("no whole sidx")
	}
	c := cursor{b: b[h.len:h.size]}
	version, _ := c.full()
	c.u32() // the track
	timescale := c.u32()
	start, skip := c.wide(version > 0), c.wide(version > 0)
	c.u16()
	count := int(c.u16())
	if c.short || timescale == 0 || skip > 1<<60 || len(c.b) < 12*count {
		return nil, malformed("sidx")
	}
	// As many of these as there can be references can be summed.
	const longest = 19 * time.Hour
	x := &Index{Box: Range{at, at + h.size}, Start: min(longest, seconds(start, timescale)), References: make([]Reference, 0, count)}
	from := x.Box.To + int64(skip)
	for range count {
		size, ticks := int64(c.u32()&0x7fffffff), c.u32()
		c.u32() // whether it starts with a key frame
		if size > 0 {
			x.References = append(x.References, Reference{Range{from, from + size}, min(longest, seconds(uint64(ticks), timescale))})
		}
		from += size
	}
	return x, nil
}

// seconds turns ticks into a duration, the longest there is where they are more.
func seconds(ticks uint64, timescale uint32) time.Duration {
	v := rescale(int64(min(ticks, 1<<62)), int64(time.Second), int64(timescale), 0)
	return time.Duration(v)
}

// mostHead is as far into a file as FindHead looks.
const mostHead = 16 << 20

// FindHead looks into the first bytes of a file for its init segment and its index, where
// the listing names no ranges, or wrong ones. init reaches from 0 to the end of moov, as
// [ParseInit] wants it; index is the sidx box, and empty where there is none before the
// first fragment.
//
// need > 0 with a nil error asks for more: call again with at least that many bytes from
// the file's start (never more than 16 MiB; a file that is shorter than that is malformed).
// A file whose moov lies behind its media is [ErrUnsupported]: it is not fragmented.
func FindHead(b []byte) (init, index Range, need int64, err error) {
	at, have := int64(0), int64(len(b))
	for {
		if need = at + 16; need > have { // enough for any header
			break
		}
		h, err := parseHeader(b[at:], 1<<60)
		if err != nil {
			return Range{}, Range{}, 0, err
		}
		end := at + min(h.size, 1<<60)
		switch h.kind {
		case "moov":
			if init.To == 0 {
				init = Range{0, end}
			}
		case "sidx":
			if init.To > 0 && end <= have {
				return init, Range{at, end}, 0, nil
			}
		case "moof", "mdat":
			if init.To == 0 {
				return Range{}, Range{}, 0, unsupported("media before moov")
			}
			return init, Range{}, 0, nil
		}
		if need = end; need > have {
			break
		}
		at = end
	}
	if need > mostHead {
		return Range{}, Range{}, 0, malformed("no fragment in the first %d bytes", mostHead)
	}
	return Range{}, Range{}, need, nil
}
