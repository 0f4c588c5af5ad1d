package stream

import (
	"cmp"
	"slices"
)

// Preferences are the options that decide order and Best.
type Preferences struct {
	// Codecs is the order of video codecs, most wanted first. Codecs that are not
	// named come after those that are.
	Codecs []Codec
	// HDR says whether HDR and Dolby Vision may be Best.
	HDR bool
	// Ceiling is the height in pixels, as the quality's name has it, above which nothing is
	// Best, unless there is nothing below; 0 for none.
	Ceiling int
}

// DefaultCodecs is the codec order until the person chooses another: what plays in
// most places first.
func DefaultCodecs() []Codec { return []Codec{AVC, HEVC, AV1} }

func (p Preferences) codecRank(c Codec) int {
	if i := slices.Index(p.Codecs, c); i >= 0 {
		return i
	}
	return len(p.Codecs)
}

// Compare orders two renditions of one kind, highest first: height, frame rate, HDR
// class, the codec order, bit rate. Where pixel size or frame rate are unknown the
// quality's nominal ones count.
func (p Preferences) Compare(a, b *Rendition) int {
	fa, fb := a.Quality.facts(), b.Quality.facts()
	return cmp.Or(
		cmp.Compare(known(b.Height, fb.height), known(a.Height, fa.height)),
		cmp.Compare(rate(b, fb), rate(a, fa)),
		cmp.Compare(b.Range.rank(), a.Range.rank()),
		cmp.Compare(p.codecRank(a.Codec), p.codecRank(b.Codec)),
		cmp.Compare(b.Bandwidth, a.Bandwidth),
		cmp.Compare(b.Quality, a.Quality),
	)
}

func known(value, nominal int) int {
	if value > 0 {
		return value
	}
	return nominal
}

// rate sorts frame rates into ordinary (24 to 30), high (48 to 60) and higher. The
// codecs of one quality are encoded with slightly different rates (HEVC 30.303 beside
// AVC 29.412 in capture pugv_playurl_dash_avc_hevc); compared exactly, that noise
// would always decide before the codec order that the person chose.
func rate(r *Rendition, f qualityFacts) int {
	v := r.FrameRate
	if v == 0 {
		v = f.rate
	}
	switch {
	case v < 40:
		return 0
	case v < 80:
		return 1
	}
	return 2
}

// Arrange sorts every table (what can be had first, each part best first), and marks
// the best. It is the one place where "best" is decided.
func (l *Listing) Arrange(p Preferences) {
	for _, list := range [][]Rendition{l.Video, l.Audio, l.Single} {
		// An insertion sort: tables are short, and the generic stable sort costs
		// kilobytes of program for every type.
		for i := range list {
			for j := i; j > 0 && p.before(&list[j], &list[j-1]); j-- {
				list[j], list[j-1] = list[j-1], list[j]
			}
		}
	}
	for r := range l.Renditions {
		r.Best = false
	}
	l.BestKey, l.BestAudioKey = "", ""
	best := p.Best(l)
	if best == nil {
		return
	}
	best.Best = true
	l.BestKey = best.Key
	if audio := l.AudioFor(best); audio != nil {
		l.BestAudioKey = audio.Key
	}
}

// before reports whether a stands above b in a table. A locked row says nothing about
// the ones that can be had, so it comes after them; but when nothing can be had the
// order is the quality's alone.
func (p Preferences) before(a, b *Rendition) bool {
	if a.Available() != b.Available() {
		return a.Available()
	}
	return p.Compare(a, b) < 0
}

// Best returns the highest rendition that can be had under the ceiling, or the lowest above
// it: a video track, or a single file where there is none. HDR and Dolby Vision count only
// when the preferences want them. It returns nil when nothing qualifies.
func (p Preferences) Best(l *Listing) *Rendition {
	for _, list := range [][]Rendition{l.Video, l.Single} {
		var best *Rendition
		for i := range list {
			r := &list[i]
			if !r.Available() || (r.Range != SDR && !p.HDR) {
				continue
			}
			if best == nil || p.better(r, best) {
				best = r
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// better reports whether a rather than b is Best.
func (p Preferences) better(a, b *Rendition) bool {
	if over, former := p.over(a), p.over(b); over != former {
		return over < former
	}
	return p.Compare(a, b) < 0
}

// over is by how much a rendition is higher than the ceiling; 0 for one that isn't.
func (p Preferences) over(r *Rendition) int {
	if p.Ceiling == 0 {
		return 0
	}
	return max(0, r.height()-p.Ceiling)
}

// AudioFor returns the audio rendition that plays with a video row: the partner that
// the answer names, else the one with the highest bit rate. It returns nil for a
// single file and where there is no sound.
func (l *Listing) AudioFor(video *Rendition) *Rendition {
	if video == nil || video.Kind != Video {
		return nil
	}
	var best *Rendition
	for i := range l.Audio {
		r := &l.Audio[i]
		if !r.Available() {
			continue
		}
		if video.Partner != 0 && r.Quality == video.Partner {
			return r
		}
		if best == nil || r.Bandwidth > best.Bandwidth {
			best = r
		}
	}
	return best
}
