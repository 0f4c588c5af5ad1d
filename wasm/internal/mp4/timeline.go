package mp4

import (
	"fmt"
	"math"
	"math/bits"
)

// A track is one track of the output.
type track struct {
	*media
	tables
	edits  []edit
	blanks []fraction // until a fragmented source's track begins, all of them together
	begin  int64      // of its presentation in the media
}

// An edit is a part of a track's presentation: a run of its media, or a blank.
type edit struct {
	length int64 // in the movie's timescale
	time   int64 // of the media at which it begins; -1 for a blank
}

func (t *track) length() int64 {
	sum := int64(0)
	for _, e := range t.edits {
		sum += e.length
	}
	return sum
}

// A fraction is a time in seconds.
type fraction struct{ ticks, timescale int64 }

// in gives the fraction in another timescale, rounded to the nearest tick.
func (f fraction) in(timescale uint32) int64 {
	return rescale(f.ticks, int64(timescale), f.timescale, f.timescale/2)
}

// above is the same rounded up.
func (f fraction) above(timescale uint32) int64 {
	return rescale(f.ticks, int64(timescale), f.timescale, f.timescale-1)
}

// rescale gives (v × to + add) / from for numbers that aren't negative.
func rescale(v, to, from, add int64) int64 {
	high, low := bits.Mul64(uint64(v), uint64(to))
	low, carry := bits.Add64(low, uint64(add), 0)
	if high += carry; high >= uint64(from) {
		return math.MaxInt64 / 4
	}
	quotient, _ := bits.Div64(high, low, uint64(from))
	return int64(min(quotient, math.MaxInt64/4))
}

// start finds where a track's presentation begins. Its edit list says: at the time of the
// media. But media may begin later than that, in which case nothing is shown for a while;
// players disagree on such an edit, and ffmpeg drops the wait. A blank edit that lasts as long
// says the same, and they agree on that. The result is the blank, in the media's timescale,
// and the time at which the edit then begins.
func start(time, first int64) (blank, begin int64) {
	if time < first {
		return first - time, first
	}
	return 0, time
}

// fragmentTrack builds one source's track from its fragments, in the file's order. Its edits
// are still missing: they need the movie's timescale.
func fragmentTrack(in *Init, found []fragment) (*track, error) {
	t := &track{media: in.media}
	origin := int64(0) // decoding time of the first sample, which is 0 in the output
	for i, f := range found {
		switch {
		case i == 0:
			origin = f.time
		case f.timed:
			if err := t.stretch(f.time - origin - t.total); err != nil {
				return nil, fmt.Errorf("fragment %d: %w", i, err)
			}
		}
		for _, c := range f.chunks {
			if err := t.add(c); err != nil {
				return nil, err
			}
		}
	}
	if len(t.sizes) == 0 {
		return nil, malformed("no samples")
	}
	if t.total > longest*int64(t.timescale) {
		return nil, malformed("the track lasts longer than a year")
	}
	blank, begin := start(in.media.editTime-origin, t.first)
	if blank > longest*int64(t.timescale) {
		return nil, malformed("the track begins after a year")
	}
	if begin < 0 { // which no edit can say; so all is presented later, and the edit is, too
		if err := t.lift(-begin); err != nil {
			return nil, err
		}
		begin = 0
	}
	if begin >= t.end {
		return nil, malformed("the edit list leaves nothing of %d ticks", t.end)
	}
	t.begin = begin
	t.blanks = []fraction{{in.media.blank, int64(in.timescale)}, {blank, int64(t.timescale)}}
	return t, nil
}

// show makes the edits of a fragmented source's track. The end of the source's own edit isn't
// asked: there it is 0, or that of some first fragment.
func (t *track) show(scale uint32) {
	blank := int64(0)
	for _, b := range t.blanks {
		blank += b.in(scale)
	}
	if blank > 0 {
		t.edits = []edit{{blank, -1}}
	}
	t.edits = append(t.edits, edit{fraction{t.end - t.begin, int64(t.timescale)}.above(scale), t.begin})
}

// movieTimescale is the timescale of the movie, in which edits are measured: that of the
// audio track, since in a coarser one its last samples would be cut. If a blank takes no
// whole number of its ticks, a multiple in which it does, where 32 bits hold that: else picture
// and sound would be off by a part of a tick.
func movieTimescale(tracks []*track) uint32 {
	scale := tracks[0].timescale
	for _, t := range tracks {
		if !t.video {
			scale = t.timescale
			break
		}
	}
	fine := uint64(scale)
	for _, t := range tracks {
		for _, b := range t.blanks {
			smallest := uint64(b.timescale) / gcd(uint64(b.timescale), uint64(b.ticks))
			if fine = fine / gcd(fine, smallest) * smallest; fine > math.MaxUint32 {
				return scale
			}
		}
	}
	return uint32(fine)
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
