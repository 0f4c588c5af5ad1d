package mp4

import (
	"bytes"
	"fmt"
	"time"
)

// Part is one of several progressive MP4 files that together are one film.
type Part struct {
	Size     int64         // of the file in bytes
	Duration time.Duration // what the listing says; sizes the room for moov
	Head     []byte        // optional: the file's first bytes; with moov's header in them the room is exact
}

// NewJoin plans a file that plays the parts one after another. Each part lies whole in the
// mdat box, its own moov, which may be at its end, as dead bytes; one extent each. The
// parts' tracks must agree in number, kind, codec and codec configuration: else the Scan of the
// second of two that don't, or Finish, says [ErrUnsupported].
func NewJoin(parts []Part, meta Meta) (*Layout, error) {
	if len(parts) == 0 {
		return nil, unsupported("no parts")
	}
	room := moovFrame(meta)
	extents := make([]Extent, len(parts))
	for i, p := range parts {
		if p.Size <= 0 || p.Size > mostBytes/int64(len(parts)) {
			return nil, malformed("part %d has %d bytes", i, p.Size)
		}
		extents[i] = Extent{Source: i, To: p.Size}
		room += p.room()
	}
	return plan(extents, min(mostRoom, room), meta, &progressive{make([]*movie, len(parts))}), nil
}

// room is how much a part adds to moov: what its own takes, if that is known, and a little
// for places that need 64 bits.
func (p *Part) room() int64 {
	w := &window{disk: bytes.NewReader(p.Head), end: int64(len(p.Head))}
	for at := int64(0); at < w.end; {
		b, err := w.bytes(at, 16)
		if err != nil {
			break
		}
		h, err := parseHeader(b, p.Size-at)
		if err != nil || h.size > p.Size-at {
			break
		}
		if h.kind == "moov" {
			return h.size * 5 / 4
		}
		at += h.size
	}
	duration := min(p.Duration, 1<<50)
	if duration <= 0 {
		duration = time.Duration(p.Size/31_000+1) * time.Second
	}
	return 4096 + (blindVideo+blindAudio)*duration.Milliseconds()/1000
}

// progressive are whole files that become one.
type progressive struct{ parts []*movie }

func (p *progressive) scan(w *window, i int, e Extent) error {
	var found *movie
	var payloads payloads
	err := w.walk(e.At, func(at int64, h header) error {
		switch h.kind {
		case "mdat":
			payloads.add(at, h)
		case "moof":
			return unsupported("a fragmented part")
		case "moov":
			if found != nil {
				return malformed("two moov boxes")
			}
			body, err := w.body(at, h)
			if err != nil {
				return err
			}
			found, err = parseMovie(bytes.Clone(body))
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	if found == nil {
		return malformed("no moov")
	}
	count := 0
	for k, m := range p.parts {
		if m == nil || k == i {
			continue
		}
		if err := m.agrees(found); err != nil {
			return err
		}
		count += m.samples
	}
	for _, t := range found.tracks {
		tables, err := parseSamples(t.samples, e.To-e.From)
		if err != nil {
			return err
		}
		if found.samples += tables.count; count+found.samples > mostSamples {
			return malformed("more than %d samples", mostSamples)
		}
		if t.chunks, err = tables.chunks(t.entries); err != nil {
			return err
		}
		for i := range t.chunks {
			t.chunks[i].at += e.At
		}
		if err := payloads.hold(t.chunks); err != nil {
			return err
		}
		t.samples = nil // moov's memory
	}
	p.parts[i] = found
	return nil
}

func (p *progressive) tracks([]Extent) ([]*track, uint32, error) {
	for _, m := range p.parts {
		if m == nil {
			return nil, 0, errUnscanned
		}
	}
	return join(p.parts)
}

// agrees tells whether two parts can be one film.
func (m *movie) agrees(other *movie) error {
	if len(m.tracks) != len(other.tracks) {
		return unsupported("parts of %d and %d tracks", len(m.tracks), len(other.tracks))
	}
	for i, t := range m.tracks {
		if !t.agrees(other.tracks[i]) {
			return unsupported("parts that are coded differently")
		}
	}
	return nil
}

// A showing is how one track of a part of a film is presented.
type showing struct {
	blank  int64 // before it, in the timescale of the output's movie
	length int64 // without the blank, likewise
	time   int64 // of the part's media at which it begins, in the media's timescale
	end    int64 // of the part's media, likewise, though the edit may end earlier
}

// present tells how a track of a progressive file is presented; scale is the output's.
func (m *movie) present(t *media, scale uint32) (showing, error) {
	if t.edits > 1 {
		return showing{}, unsupported("%d edits in one track", t.edits)
	}
	var own tables
	for _, c := range t.chunks {
		if err := own.add(c); err != nil {
			return showing{}, err
		}
	}
	wait, time := start(t.editTime, own.first)
	if len(own.sizes) == 0 || time >= own.end || own.total > longest*int64(t.timescale) {
		return showing{}, malformed("a track shows nothing, or longer than a year")
	}
	s := showing{
		blank:  fraction{t.blank, int64(m.timescale)}.in(scale) + fraction{wait, int64(t.timescale)}.in(scale),
		length: fraction{own.end - time, int64(t.timescale)}.above(scale),
		time:   time,
		end:    own.end,
	}
	// An edit that ends within a tick of the media's end was rounded, and cuts nothing.
	if t.editLength > 0 && (fraction{t.editLength + 1, int64(m.timescale)}).in(scale) < s.length {
		s.length = fraction{t.editLength, int64(m.timescale)}.in(scale)
	}
	return s, nil
}

// join puts the parts of one film behind each other. Every part begins on all tracks when
// the longest track of the one before has ended.
func join(parts []*movie) (tracks []*track, scale uint32, err error) {
	for _, m := range parts[0].tracks {
		tracks = append(tracks, &track{media: m})
	}
	if len(tracks) == 0 {
		return nil, 0, malformed("no track")
	}
	scale = movieTimescale(tracks)
	opened := make([]int64, len(tracks)) // when each track's last edit begins
	for k, begin := 0, int64(0); k < len(parts); k++ {
		if err := parts[0].agrees(parts[k]); err != nil {
			return nil, 0, err
		}
		end := begin
		for i, t := range tracks {
			m := parts[k].tracks[i]
			s, err := parts[k].present(m, scale)
			if err != nil {
				return nil, 0, fmt.Errorf("part %d: %w", k, err)
			}
			if err := t.follow(s, begin+s.blank, &opened[i], scale); err != nil {
				return nil, 0, fmt.Errorf("part %d: %w", k, err)
			}
			t.end = t.total + s.end
			for _, c := range m.chunks {
				if err := t.add(c); err != nil {
					return nil, 0, err
				}
			}
			end = max(end, begin+s.blank+s.length)
		}
		if begin = end; begin > int64(scale)*longest {
			return nil, 0, malformed("the parts last longer than a year")
		}
	}
	return tracks, scale, nil
}

// follow puts a part's track behind what is there, to be shown from a time of the movie on.
//
// The tracks of a part needn't be equally long, and AAC begins with a frame or two of
// nothing, which an edit list cuts. So there is some time too little or too much between
// two parts. Another edit would say so exactly, but some players heed the first alone, and
// ffmpeg reads the second of sound before each further one twice. So the last samples
// of sound give way, as do fragments that overlap, and the last sample before a gap is
// stretched. Only where a part's edit list cuts more than that, or pictures, there is an edit.
func (t *track) follow(s showing, at int64, opened *int64, scale uint32) error {
	n := len(t.edits)
	if n == 0 {
		if at > 0 {
			t.edits = []edit{{at, -1}}
		}
		t.edits, *opened = append(t.edits, edit{s.length, s.time}), at
		return nil
	}
	last := &t.edits[n-1]
	inMedia := func(v int64) int64 { return fraction{v, int64(scale)}.in(t.timescale) }
	until := last.time + inMedia(at) - inMedia(*opened) // when the part is shown, in the media so far
	switch gap := until - s.time - t.total; {
	case gap >= 0:
		if err := t.stretch(gap); err != nil {
			return err
		}
	case !t.video && -gap <= int64(t.timescale)/10:
		t.squeeze(-gap)
	default:
		if err := t.stretch(max(0, until-t.end)); err != nil {
			return err
		}
		last.length = at - *opened
		t.edits, *opened = append(t.edits, edit{s.length, t.total + s.time}), at
		return nil
	}
	last.length = at + s.length - *opened
	return nil
}
