package mp4

import "bytes"

// Init is what an init segment says of its one track. It is read only, and may be used by
// several layouts.
type Init struct {
	Video  bool   // else audio
	Codec  string // four characters of the sample entry as it is in the source: avc1, hev1, hvc1, av01, mp4a, fLaC, ec-3, …
	Width  int    // pixels of the coded picture; 0 for audio
	Height int
	Size   int64 // bytes from the file's start to the end of moov

	media     *media
	timescale uint32 // of the movie
	defaults  defaults
}

// ParseInit reads an init segment: a file's bytes from its very start to the end of its moov
// box, which describes one video or audio track and says that fragments follow (mvex).
// Bytes behind moov are ignored. A protected track gives an error that [errors.Is]
// [ErrProtected]; a progressive file, or one with two tracks, [ErrUnsupported].
func ParseInit(b []byte) (*Init, error) {
	switch protected, known := Protected(b); {
	case protected:
		return nil, ErrProtected
	case !known:
		return nil, malformed("the init segment describes no samples")
	}
	for at := int64(0); ; {
		rest := b[at:]
		if len(rest) < 8 {
			return nil, malformed("the init segment has no moov")
		}
		h, err := parseHeader(rest, int64(len(rest)))
		if err != nil {
			return nil, err
		}
		if h.size > int64(len(rest)) {
			return nil, malformed("the init segment ends inside %q", h.kind)
		}
		if at += h.size; h.kind == "moov" {
			return parseInit(bytes.Clone(rest[h.len:h.size]), at)
		}
	}
}

func parseInit(moov []byte, size int64) (*Init, error) {
	m, err := parseMovie(moov)
	if err != nil {
		return nil, err
	}
	switch {
	case len(m.tracks) == 0:
		return nil, malformed("the init segment has no track")
	case len(m.tracks) > 1:
		return nil, unsupported("%d tracks in one file", len(m.tracks))
	case !m.fragmented:
		return nil, unsupported("the file is not fragmented")
	}
	t := m.tracks[0]
	if samples, err := parseSamples(t.samples, 0); err != nil {
		return nil, err
	} else if samples.count > 0 {
		return nil, unsupported("samples outside the fragments")
	}
	d := m.defaults[t.id]
	if d.description == 0 { // no trex, or a careless one
		d.description = 1
	}
	return &Init{
		Video: t.video, Codec: t.codec, Width: t.width, Height: t.height, Size: size,
		media: t, timescale: m.timescale, defaults: d,
	}, nil
}
