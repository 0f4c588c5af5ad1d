package mp4

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// A sample is what the tables say of one sample.
type sample struct {
	duration uint32
	size     uint32
	offset   int32 // of its presentation behind its decoding
	sync     bool
}

// A chunk is a run of samples that lie one behind the other.
type chunk struct {
	at          int64 // of its first byte
	description uint32
	samples     []sample
}

func (c *chunk) len() int64 {
	n := int64(0)
	for i := range c.samples {
		n += int64(c.samples[i].size)
	}
	return n
}

func (c *chunk) duration() int64 {
	n := int64(0)
	for i := range c.samples {
		n += int64(c.samples[i].duration)
	}
	return n
}

// A fragment is what one traf box says.
type fragment struct {
	timed  bool
	time   int64 // decoding time of the first sample, where timed
	chunks []chunk
}

const (
	// mostSamples bounds what one file may hold, for memory: 77 hours at 60 pictures a second.
	mostSamples = 1 << 24

	nonSync = 0x10000 // sample_is_non_sync_sample among a sample's flags
)

// fragmented are one or two sources whose fragments become one file.
type fragmented struct {
	sources []Source
	found   []*scanned // for every extent
	samples int        // in all of found
}

// scanned is what one extent turned out to hold.
type scanned struct {
	fragments []fragment
	samples   int
}

func (f *fragmented) scan(w *window, i int, e Extent) error {
	source := f.sources[e.Source]
	m := moof{in: source.Init, shift: e.At - e.From, room: e.To - e.From}
	var payloads payloads
	err := w.walk(e.At, func(at int64, h header) error {
		switch h.kind {
		case "moov":
			return unsupported("a second moov behind the fragments")
		case "mdat":
			payloads.add(at, h)
		case "moof":
			body, err := w.body(at, h)
			if err != nil {
				return err
			}
			m.at = at
			return m.parse(body)
		}
		return nil
	})
	for n := 0; n < len(m.found) && err == nil; n++ {
		err = payloads.hold(m.found[n].chunks)
	}
	if err != nil {
		if source.Index != nil && errors.Is(err, ErrMalformed) {
			return fmt.Errorf("%w: %v", ErrIndex, err)
		}
		return err
	}
	total := f.samples + m.count
	if old := f.found[i]; old != nil {
		total -= old.samples
	}
	if total > mostSamples {
		return malformed("more than %d samples", mostSamples)
	}
	f.found[i], f.samples = &scanned{m.found, m.count}, total
	return nil
}

func (f *fragmented) tracks(extents []Extent) ([]*track, uint32, error) {
	bySource := make([][]fragment, len(f.sources))
	for i, s := range f.found {
		if s == nil {
			return nil, 0, errUnscanned
		}
		source := extents[i].Source
		bySource[source] = append(bySource[source], s.fragments...)
	}
	var tracks []*track
	for i, found := range bySource {
		t, err := fragmentTrack(f.sources[i].Init, found)
		if err != nil {
			return nil, 0, fmt.Errorf("source %d: %w", i, err)
		}
		tracks = append(tracks, t)
	}
	if len(tracks) == 2 && tracks[1].video {
		slices.Reverse(tracks)
	}
	scale := movieTimescale(tracks)
	for _, t := range tracks {
		t.show(scale)
	}
	return tracks, scale, nil
}

// payloads are the insides of the mdat boxes of one extent, in order.
type payloads []Range

func (p *payloads) add(at int64, h header) {
	if h.size > int64(h.len) {
		*p = append(*p, Range{at + int64(h.len), at + h.size})
	}
}

// hold tells whether every chunk lies inside one of them.
func (p payloads) hold(chunks []chunk) error {
	for _, c := range chunks {
		// The one that begins last of those at or before the chunk.
		i, exact := slices.BinarySearchFunc(p, c.at, func(r Range, at int64) int { return cmp.Compare(r.From, at) })
		if !exact {
			i--
		}
		if i < 0 || c.at+c.len() > p[i].To {
			return malformed("samples outside mdat")
		}
	}
	return nil
}

// A moof is one moof box being read, or one after another.
type moof struct {
	in    *Init
	at    int64 // of its first byte in the output
	shift int64 // from the source to the output
	room  int64 // bytes that its samples can have at most
	found []fragment
	count int // of samples in found
}

func (m *moof) parse(body []byte) error {
	t := traf{moof: m, next: m.at}
	return children(body, func(kind string, body []byte) error {
		switch kind {
		case "pssh":
			return ErrProtected
		case "traf":
			t = traf{moof: m, base: t.next, next: t.next, defaults: m.in.defaults}
			return t.parse(body)
		}
		return nil
	})
}

// A traf is one traf box being read.
type traf struct {
	*moof
	defaults
	known, own bool     // its track: known, and the one we want
	base       int64    // what its runs count from; -1 where that can't be told
	next       int64    // where the data of a run begin that doesn't say
	read       fragment // so far
}

func (t *traf) parse(body []byte) error {
	err := children(body, func(kind string, body []byte) error {
		switch kind {
		case "tfhd":
			return t.header(body)
		case "tfdt":
			c := cursor{b: body}
			version, _ := c.full()
			time := c.wide(version > 0)
			if time > 1<<60 {
				return malformed("tfdt says %d", time)
			}
			t.read.timed, t.read.time = true, int64(time)
			return c.err(kind)
		case "trun":
			return t.run(body)
		case "senc", "saiz":
			return ErrProtected
		case "sgpd":
			if len(body) >= 8 && string(body[4:8]) == "seig" {
				return ErrProtected
			}
		case "uuid": // the sample encryption box that was there before senc
			if len(body) >= 16 && string(body[:16]) == "\xa2\x39\x4f\x52\x5a\x9b\x4f\x14\xa2\x44\x6c\x42\x7c\x64\x8d\xf4" {
				return ErrProtected
			}
		}
		return nil
	})
	if err == nil && t.own && len(t.read.chunks) > 0 {
		t.found = append(t.found, t.read)
	}
	return err
}

// header reads tfhd. Without a flag for it a traf counts from moof if it is the first in
// there, else from the end of the one before.
func (t *traf) header(body []byte) error {
	c := cursor{b: body}
	_, flags := c.full()
	t.known, t.own = true, c.u32() == t.in.media.id
	if flags&1 != 0 { // base-data-offset: a place in the source
		base := c.u64()
		if base > 1<<60 {
			return malformed("tfhd points to %d", base)
		}
		t.base = int64(base) + t.shift
	} else if flags&0x20000 != 0 { // default-base-is-moof
		t.base = t.at
	}
	t.next = t.base
	if flags&2 != 0 {
		t.description = c.u32()
	}
	if flags&8 != 0 {
		t.duration = c.u32()
	}
	if flags&0x10 != 0 {
		t.size = c.u32()
	}
	if flags&0x20 != 0 {
		t.flags = c.u32()
	}
	if t.own && (t.description == 0 || t.description > t.in.media.entries) {
		return malformed("samples with the description %d of %d", t.description, t.in.media.entries)
	}
	return c.err("tfhd")
}

// run reads trun.
func (t *traf) run(body []byte) error {
	if !t.known {
		return malformed("trun before tfhd")
	}
	if !t.own { // its data's end isn't known then
		t.next = -1
		return nil
	}
	if t.base < 0 {
		return unsupported("data behind those of another track")
	}
	c := cursor{b: body}
	_, flags := c.full()
	count := int64(c.u32())
	if flags&1 != 0 {
		t.next = t.base + int64(int32(c.u32()))
	}
	initial := t.flags
	if flags&4 != 0 {
		initial = c.u32()
	}
	if c.short || t.next < 0 {
		return malformed("trun")
	}
	// A count needs bytes behind it: fields in the box, or else the samples' own.
	if fields := bits.OnesCount32(flags & 0xf00); fields > 0 && count > int64(len(c.b)/(4*fields)) ||
		fields == 0 && count > t.room/int64(max(t.size, 1)) || count > mostSamples-int64(t.count) {
		return malformed("trun with %d samples", count)
	}
	if count == 0 {
		return nil
	}
	samples := make([]sample, count)
	length := int64(0)
	for i := range samples {
		s := sample{duration: t.duration, size: t.size}
		own := t.flags
		if i == 0 {
			own = initial
		}
		if flags&0x100 != 0 {
			s.duration = c.u32()
		}
		if flags&0x200 != 0 {
			s.size = c.u32()
		}
		if flags&0x400 != 0 {
			own = c.u32()
		}
		if flags&0x800 != 0 { // version 0 has it unsigned, but no film needs so much
			s.offset = int32(c.u32())
		}
		s.sync = own&nonSync == 0
		length += int64(s.size)
		samples[i] = s
	}
	t.read.chunks = append(t.read.chunks, chunk{t.next, t.description, samples})
	t.next += length
	t.count += len(samples)
	return nil
}
