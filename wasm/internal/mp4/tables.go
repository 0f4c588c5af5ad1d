package mp4

import (
	"encoding/binary"
	"math"
	"slices"
)

// longest is how long a track may last, in seconds: more than a year. So sums of ticks in
// any timescale stay far from overflow.
const longest = 1 << 25

// tables collects one track's samples for the output: the sample tables of stbl in the
// form in which they are written, run-length coded where the boxes are.
type tables struct {
	durations []run // of samples, in decoding order
	offsets   []run // of their presentation behind their decoding; two's complement
	sizes     []uint32
	syncs     []uint32 // numbers of those samples, from 1
	places    []int64  // of the chunks
	groups    []group
	shifted   bool // some offset isn't 0
	negative  bool // some offset is below 0

	total      int64 // of all durations: the decoding time of the next sample
	first, end int64 // the earliest presentation time of a sample, and the latest end of one
}

type run struct{ count, value uint32 }

// A group is a run of chunks with equally many samples and the same description, as stsc
// has it.
type group struct{ first, samples, description uint32 }

func (t *tables) add(c chunk) error {
	if len(c.samples) == 0 {
		return nil
	}
	if len(t.sizes)+len(c.samples) > mostSamples {
		return malformed("more than %d samples", mostSamples)
	}
	t.places = append(t.places, c.at)
	if n, g := uint32(len(c.samples)), len(t.groups); g == 0 || t.groups[g-1].samples != n || t.groups[g-1].description != c.description {
		t.groups = append(t.groups, group{uint32(len(t.places)), n, c.description})
	}
	durations, offsets, sizes := t.durations, t.offsets, slices.Grow(t.sizes, len(c.samples))
	for _, s := range c.samples {
		shown := t.total + int64(s.offset)
		if len(sizes) == 0 || shown < t.first {
			t.first = shown
		}
		durations = extend(durations, s.duration)
		offsets = extend(offsets, uint32(s.offset))
		sizes = append(sizes, s.size)
		if s.sync {
			t.syncs = append(t.syncs, uint32(len(sizes)))
		}
		t.shifted = t.shifted || s.offset != 0
		t.negative = t.negative || s.offset < 0
		t.total += int64(s.duration)
		t.end = max(t.end, shown+int64(s.duration))
	}
	t.durations, t.offsets, t.sizes = durations, offsets, sizes
	return nil
}

func extend(runs []run, value uint32) []run {
	if n := len(runs); n > 0 && runs[n-1].value == value {
		runs[n-1].count++
		return runs
	}
	return append(runs, run{1, value})
}

// stretch makes the last sample last longer by so many ticks, or shorter.
func (t *tables) stretch(ticks int64) error {
	n := len(t.durations)
	if ticks == 0 || n == 0 {
		return nil
	}
	last := &t.durations[n-1]
	duration := int64(last.value) + ticks
	if duration < 0 || duration > math.MaxUint32 {
		return malformed("%d ticks between two fragments", ticks)
	}
	if last.count--; last.count == 0 {
		t.durations = t.durations[:n-1]
	}
	t.durations = extend(t.durations, uint32(duration))
	t.total += ticks
	shown := t.total - duration + int64(int32(t.offsets[len(t.offsets)-1].value))
	t.end = max(t.end, shown+duration)
	return nil
}

// squeeze takes so many ticks from the end, from the last sample first. It leaves every
// sample one tick, since ffmpeg complains of two that are decoded at once.
func (t *tables) squeeze(ticks int64) {
	single := uint32(0)
	for ticks > 0 && len(t.durations) > 0 {
		last := &t.durations[len(t.durations)-1]
		duration := int64(last.value)
		if last.count--; last.count == 0 {
			t.durations = t.durations[:len(t.durations)-1]
		}
		taken := min(ticks, duration-1)
		ticks -= taken
		t.total -= taken
		if duration-taken == 1 {
			single++
		} else {
			t.durations = extend(t.durations, uint32(duration-taken))
		}
	}
	if single > 0 {
		t.durations = append(t.durations, run{single, 1})
	}
}

// lift moves the presentation of all samples behind by so many ticks.
func (t *tables) lift(ticks int64) error {
	t.negative = false
	for i := range t.offsets {
		moved := int64(int32(t.offsets[i].value)) + ticks
		if moved < math.MinInt32 || moved > math.MaxInt32 {
			return malformed("presentation %d ticks before decoding", ticks)
		}
		t.offsets[i].value = uint32(int32(moved))
		t.negative = t.negative || moved < 0
	}
	t.first, t.end, t.shifted = t.first+ticks, t.end+ticks, true
	return nil
}

// bytes is about how many the tables take in moov.
func (t *tables) bytes() int64 {
	n := 4 * (len(t.sizes) + len(t.syncs))
	n += 8 * (len(t.durations) + len(t.places))
	n += 12 * len(t.groups)
	if t.shifted {
		n += 8 * len(t.offsets)
	}
	return int64(n)
}

// write appends stbl. Far is true where places of chunks take more than 32 bits.
func (t *tables) write(w *writer, descriptions []byte, far bool) {
	w.box("stbl", func() {
		w.bytes(descriptions)
		w.runs("stts", 0, t.durations)
		if t.shifted {
			version := byte(0)
			if t.negative {
				version = 1
			}
			w.runs("ctts", version, t.offsets)
		}
		if len(t.syncs) < len(t.sizes) {
			w.full("stss", 0, 0, func() {
				w.u32(uint32(len(t.syncs)))
				w.numbers(t.syncs)
			})
		}
		w.full("stsc", 0, 0, func() {
			w.u32(uint32(len(t.groups)))
			for _, g := range t.groups {
				w.u32(g.first, g.samples, g.description)
			}
		})
		w.full("stsz", 0, 0, func() {
			if size, same := t.sameSize(); same {
				w.u32(size, uint32(len(t.sizes)))
				return
			}
			w.u32(0, uint32(len(t.sizes)))
			w.numbers(t.sizes)
		})
		if far {
			w.full("co64", 0, 0, func() {
				w.u32(uint32(len(t.places)))
				for _, at := range t.places {
					w.u64(uint64(at))
				}
			})
			return
		}
		w.full("stco", 0, 0, func() {
			w.u32(uint32(len(t.places)))
			for _, at := range t.places {
				w.u32(uint32(at))
			}
		})
	})
}

// sameSize tells whether all samples have one size other than 0.
func (t *tables) sameSize() (uint32, bool) {
	for _, size := range t.sizes {
		if size == 0 || size != t.sizes[0] {
			return 0, false
		}
	}
	return t.sizes[0], true
}

// samples are the sample tables of a stbl box, read but not yet expanded.
type samples struct {
	count     int
	size      uint32 // of all, where sizes is empty
	sizes     []byte
	wide      int // bits of one of sizes: 4, 8, 16 or 32
	durations []byte
	offsets   []byte
	syncs     []byte
	allSync   bool
	groups    []byte
	places    []byte
	far       bool
}

// parseSamples reads the body of stbl. What its samples can have in bytes bounds those of
// one size: at most room.
func parseSamples(b []byte, room int64) (*samples, error) {
	s := &samples{allSync: true}
	err := children(b, func(kind string, body []byte) error {
		c := cursor{b: body}
		entries := func(size int) []byte { // as many as the box says that it holds
			count := int(c.u32())
			if count > len(c.b)/size {
				c.short = true
				return nil
			}
			return c.take(count * size)
		}
		switch c.full(); kind {
		case "stts":
			s.durations = entries(8)
		case "ctts":
			s.offsets = entries(8)
		case "stss":
			s.allSync, s.syncs = false, entries(4)
		case "stsc":
			s.groups = entries(12)
		case "stco":
			s.places, s.far = entries(4), false
		case "co64":
			s.places, s.far = entries(8), true
		case "stsz":
			s.size, s.wide = c.u32(), 32
			if s.size == 0 {
				s.sizes = entries(4)
				s.count = len(s.sizes) / 4
			} else if n := c.u32(); int64(n) <= room/int64(s.size) {
				s.count = int(n)
			} else {
				return malformed("%d samples of %d bytes", n, s.size)
			}
		case "stz2":
			s.wide = int(c.u32() & 0xff)
			s.count = int(c.u32())
			if s.wide != 4 && s.wide != 8 && s.wide != 16 || s.count > len(c.b)*8/s.wide {
				return malformed("stz2")
			}
			s.sizes = c.b
		default:
			return nil
		}
		return c.err(kind)
	})
	if err == nil && s.count > mostSamples {
		err = malformed("more than %d samples", mostSamples)
	}
	return s, err
}

// sizeOf is the size of sample i, from 0.
func (s *samples) sizeOf(i int) uint32 {
	switch {
	case s.sizes == nil:
		return s.size
	case s.wide == 32:
		return binary.BigEndian.Uint32(s.sizes[4*i:])
	case s.wide == 16:
		return uint32(binary.BigEndian.Uint16(s.sizes[2*i:]))
	case s.wide == 8:
		return uint32(s.sizes[i])
	case i%2 == 0:
		return uint32(s.sizes[i/2] >> 4)
	}
	return uint32(s.sizes[i/2] & 15)
}

// counter goes through run-length coded entries of (count, value), sample by sample.
type counter struct {
	entries     []byte
	left, value uint32
}

func (r *counter) next() (value uint32, ok bool) {
	for r.left == 0 {
		if len(r.entries) < 8 {
			return 0, false
		}
		r.left, r.value = binary.BigEndian.Uint32(r.entries), binary.BigEndian.Uint32(r.entries[4:])
		r.entries = r.entries[8:]
	}
	r.left--
	return r.value, true
}

// done tells whether nothing is left.
func (r *counter) done() bool {
	_, more := r.next()
	return !more
}

// chunks expands the tables, whose counts must agree.
func (s *samples) chunks(descriptions uint32) ([]chunk, error) {
	all := make([]sample, s.count)
	durations, offsets := counter{entries: s.durations}, counter{entries: s.offsets}
	for i := range all {
		duration, ok := durations.next()
		offset, shifted := offsets.next()
		if !ok || shifted != (len(s.offsets) > 0) {
			return nil, malformed("%d samples, but not as many times", s.count)
		}
		all[i] = sample{duration, s.sizeOf(i), int32(offset), s.allSync}
	}
	if !durations.done() || !offsets.done() {
		return nil, malformed("%d samples, but more times", s.count)
	}
	before := uint32(0)
	for syncs := (cursor{b: s.syncs}); len(syncs.b) > 0; {
		n := syncs.u32()
		if n <= before || int64(n) > int64(s.count) {
			return nil, malformed("key frame %d of %d samples", n, s.count)
		}
		all[n-1].sync, before = true, n
	}

	width := 4
	if s.far {
		width = 8
	}
	count := len(s.places) / width
	chunks := make([]chunk, 0, count)
	places, groups := cursor{b: s.places}, cursor{b: s.groups}
	until, samples, description := uint32(1), uint32(0), uint32(0) // the group at hand
	for n := uint32(1); int(n) <= count; n++ {
		if n == until {
			first := groups.u32()
			samples, description = groups.u32(), groups.u32()
			if until = math.MaxUint32; len(groups.b) > 0 {
				until = binary.BigEndian.Uint32(groups.b)
			}
			if groups.short || first != n || until <= n || description == 0 || description > descriptions {
				return nil, malformed("chunk %d has no place in stsc", n)
			}
		}
		at := places.wide(s.far)
		if int64(samples) > int64(len(all)) || at > 1<<60 {
			return nil, malformed("chunk %d with %d samples at %d", n, samples, at)
		}
		chunks = append(chunks, chunk{int64(at), description, all[:samples]})
		all = all[samples:]
	}
	if len(all) > 0 || len(groups.b) > 0 {
		return nil, malformed("%d samples in no chunk", len(all))
	}
	return chunks, nil
}
