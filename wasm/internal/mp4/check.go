package mp4

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"
)

// Summary is what a finished file turned out to hold.
type Summary struct {
	Duration time.Duration // of the presentation
	Front    bool          // moov lies before the media, so that a player needs not seek
	Tracks   []Track
	// Unused counts bytes of the sources' mdat boxes that belong to no sample. 0 in all files
	// known; media that was padded by its author still plays.
	Unused int64
}

// Track is one track of a finished file.
type Track struct {
	Video    bool
	Codec    string        // four characters of the sample entry
	Duration time.Duration // of its presentation, without a blank before it
	Samples  int
	Chunks   int
}

// Check reads a finished file of size bytes back and holds its tables against its bytes:
// whole boxes from start to end, no mvex, tables that agree in their counts, every chunk
// inside mdat and none over another, and whole boxes in between. In the first sample of each
// chunk and one in every MiB, NAL units of AVC and HEVC must add up, and of other codecs the
// first bytes not be zeros: so a piece that was never written shows. It reads moov, and a few kB
// for each chunk and each MiB.
func Check(disk io.ReaderAt, size int64) (Summary, error) {
	w := &window{disk: disk, end: size}
	var m *movie
	var data Range // mdat's payload
	var s Summary
	err := w.walk(0, func(at int64, h header) error {
		switch h.kind {
		case "mdat":
			if data.To > 0 {
				return malformed("two mdat boxes")
			}
			data = Range{at + int64(h.len), at + h.size}
		case "moov":
			if m != nil {
				return malformed("two moov boxes")
			}
			body, err := w.body(at, h)
			if err != nil {
				return err
			}
			s.Front = data.To == 0
			m, err = parseMovie(bytes.Clone(body))
			return err
		case "ftyp", "free":
		default:
			return malformed("%q between moov and mdat", h.kind)
		}
		return nil
	})
	switch {
	case err != nil:
		return Summary{}, err
	case m == nil || data.To == 0 || len(m.tracks) == 0:
		return Summary{}, malformed("no moov, no mdat, or no track")
	case m.fragmented:
		return Summary{}, malformed("moov says that fragments follow")
	}
	var all []placed
	for i, t := range m.tracks {
		tables, err := parseSamples(t.samples, data.Len())
		if err != nil {
			return Summary{}, fmt.Errorf("track %d: %w", i, err)
		}
		chunks, err := tables.chunks(t.entries)
		if err != nil {
			return Summary{}, fmt.Errorf("track %d: %w", i, err)
		}
		length := seconds(t.duration, t.timescale)
		if t.edits > 0 {
			length = seconds(uint64(t.shown), m.timescale)
		}
		s.Tracks = append(s.Tracks, Track{Video: t.video, Codec: t.codec, Duration: length, Samples: tables.count, Chunks: len(chunks)})
		s.Duration = max(s.Duration, seconds(uint64(t.blank), m.timescale)+length)
		duration := uint64(0)
		for _, c := range chunks {
			duration += uint64(c.duration())
			if n := c.len(); n > 0 {
				all = append(all, placed{c.at, c.at + n, c.samples, t.lengthSize})
			}
		}
		if duration != t.duration {
			return Summary{}, malformed("track %d lasts %d ticks, its samples %d", i, t.duration, duration)
		}
	}
	slices.SortFunc(all, func(a, b placed) int { return cmp.Compare(a.from, b.from) })
	s.Unused, err = account(w, data, all)
	return s, err
}

// placed is a chunk and where it lies.
type placed struct {
	from, to   int64
	samples    []sample
	lengthSize int // of its NAL units; 0: it has none
}

// account goes through the payload of mdat, which has to be whole boxes: those of the
// sources. Every chunk must lie in the payload of one that is an mdat, and none may begin
// before the one before it has ended. The result is what those payloads hold besides.
func account(w *window, data Range, chunks []placed) (unused int64, err error) {
	w.end = data.To
	inside := int64(0) // the end of the source's mdat at hand
	at := data.From
	for i := 0; ; {
		for i < len(chunks) && chunks[i].to <= inside {
			c := chunks[i]
			if c.from < at {
				return 0, malformed("a chunk at %d in what ends at %d", c.from, at)
			}
			if err := c.check(w); err != nil {
				return 0, err
			}
			unused += c.from - at
			at = c.to
			i++
		}
		if at < inside {
			unused += inside - at
			at = inside
		}
		if at >= data.To {
			if i < len(chunks) {
				return 0, malformed("a chunk at %d outside mdat", chunks[i].from)
			}
			return unused, nil
		}
		h, err := w.header(at)
		if err != nil {
			return 0, err
		}
		if h.kind == "mdat" {
			inside = at + h.size
			at += int64(h.len)
			continue
		}
		at += h.size
		inside = at
	}
}

// stride is how far apart the samples are that are looked at. No file is written in
// larger pieces, so a piece that is missing shows.
const stride = 1 << 20

// check looks at the first sample, and then at one in every stride.
func (c *placed) check(w *window) error {
	at, next := c.from, c.from
	for _, s := range c.samples {
		if size := int64(s.size); size > 0 && at >= next {
			if err := wellFormed(w, at, size, c.lengthSize); err != nil {
				return err
			}
			next = at + stride
		}
		at += int64(s.size)
	}
	return nil
}

// wellFormed tells whether a sample looks like one: of codecs with NAL units by their
// lengths, which must add up. In no other that we know may all of the first bytes be zero.
func wellFormed(w *window, at, size int64, lengthSize int) error {
	if lengthSize == 0 {
		b, err := w.bytes(at, int(min(8, size)))
		if err == nil && len(bytes.Trim(b, "\x00")) == 0 {
			err = malformed("the sample at %d is nothing but zeros", at)
		}
		return err
	}
	for from, end := at, at+size; at < end; {
		b, err := w.bytes(at, int(min(int64(lengthSize), end-at)))
		if err != nil {
			return err
		}
		length := int64(0)
		for _, v := range b {
			length = length<<8 | int64(v)
		}
		if at += int64(len(b)) + length; length == 0 || at > end {
			return malformed("the sample at %d is not made of NAL units", from)
		}
	}
	return nil
}
