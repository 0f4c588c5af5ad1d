package download

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"

	"streamlist/wasm/internal/mp4"
	"streamlist/wasm/internal/stream"
)

// format is what a file turns out to be by its first bytes.
type format string

const (
	fragmented  format = "m4s" // one track, in fragments
	progressive format = "mp4"
	flash       format = "flv"
)

// sniff tells a file's format from its beginning: "" where it is no video or audio that the
// sites serve. Of MP4 it can't tell the two kinds apart.
func sniff(head []byte) format {
	if bytes.HasPrefix(head, []byte("FLV\x01")) {
		return flash
	}
	if len(head) < 8 || binary.BigEndian.Uint32(head) == 0 {
		return ""
	}
	switch string(head[4:8]) {
	case "ftyp", "styp", "moov", "free", "skip", "mdat", "wide", "sidx":
		return progressive
	}
	return ""
}

// readHeads reads the beginning of every source, all at a time, and plans. Where the listing
// says where they lie, init segments and indexes are all that is asked for until they were
// found clear; only then come the first media bytes, which tell how large moov will be.
func (r *run) readHeads() error {
	if err := r.each(r.readHead); err != nil {
		return err
	}
	if err := r.each(func(s *source) error {
		if s.format != fragmented {
			return nil
		}
		return r.fetchHead(s, s.begins+r.queue.limits.head)
	}); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lay()
}

// each does something for every source, all at a time. The first error ends the run.
func (r *run) each(f func(*source) error) error {
	for _, s := range r.sources {
		r.spawn(func() {
			if err := f(s); err != nil {
				r.failLocked(err)
			}
		})
	}
	r.work.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended()
}

// ended is why the run is over; nil while it isn't. The mutex is held.
func (r *run) ended() error {
	if r.err != nil {
		return r.err
	}
	return context.Cause(r.ctx)
}

// tracks reports whether the job is made of tracks in fragments, rather than of files
// with picture and sound.
func (r *run) tracks() bool { return r.rec.Row.Kind != stream.Single && len(r.rec.Row.Segments) == 1 }

// readHead reads a source's beginning from one host after the other, until one gives what
// can be a video's or a sound's: one host's page of thanks or broken cache needn't be
// another's.
func (r *run) readHead(s *source) error {
	for {
		err := r.examine(s)
		r.mu.Lock()
		var why *doubtError
		if !errors.As(err, &why) {
			defer r.mu.Unlock()
			if err == nil && s.size == 0 {
				return r.guessSize(s)
			}
			return err
		}
		s.doubt = why.why
		for _, a := range s.givers {
			a.fault = lying
		}
		s.head, s.givers, s.movie, s.index, s.size = nil, nil, nil, nil, 0
		r.mu.Unlock()
	}
}

// doubtError is what a source's beginning shows that another host may have better.
type doubtError struct{ why *Reason }

func (e *doubtError) Error() string { return e.why.Error() }

// doubt makes a doubtError of what package mp4 says, but for what is certain.
func doubt(err error) error {
	if err == nil || errors.Is(err, mp4.ErrProtected) {
		return err
	}
	return &doubtError{reasonOf(err)}
}

// guessSize takes the size from the listing or the index where no host states one.
func (r *run) guessSize(s *source) error {
	switch {
	case s.expect > 0:
		s.size = s.expect
	case s.index != nil && len(s.index.References) > 0:
		s.size = s.index.References[len(s.index.References)-1].To
	}
	if s.size < int64(len(s.head)) {
		return &Reason{Code: NoSize}
	}
	return nil
}

// examine reads a source's beginning and tells what it is.
func (r *run) examine(s *source) error {
	limits := r.queue.limits
	if !r.tracks() {
		if err := r.fetchHead(s, limits.sniff); err != nil {
			return err
		}
		return s.asItIs()
	}
	row := r.rec.renditions()[s.number]
	n, listed := row.Init.Last+1, row.Init.Len() > 0
	if row.Index.Len() > 0 && row.Index.First >= n {
		n = row.Index.Last + 1
	}
	if !listed || n > maxHead {
		n, listed = limits.probe, false
	}
	if err := r.fetchHead(s, n); err != nil {
		return err
	}
	if sniff(s.head) != progressive {
		return doubt(&Reason{Code: NotMedia})
	}
	if listed {
		if err := s.read(mp4.Range{}, mp4.Range{From: row.Index.First, To: row.Index.First + row.Index.Len()}); err == nil || errors.Is(err, mp4.ErrProtected) {
			return err
		}
	}
	for {
		movie, index, need, err := mp4.FindHead(s.head)
		switch {
		case errors.Is(err, mp4.ErrUnsupported):
			return s.asItIs()
		case err != nil:
			return doubt(err)
		case need <= 0:
			err := s.read(movie, index)
			if errors.Is(err, mp4.ErrUnsupported) {
				return s.asItIs()
			}
			return doubt(err)
		case need > maxHead || need <= int64(len(s.head)) || s.size > 0 && need > s.size:
			return doubt(&Reason{Code: Broken, Detail: "no init segment"})
		}
		if err := r.fetchHead(s, need); err != nil {
			return err
		}
	}
}

// asItIs takes a file that isn't to be taken apart.
func (s *source) asItIs() error {
	switch s.format = sniff(s.head); s.format {
	case "":
		return doubt(&Reason{Code: NotMedia})
	case progressive:
		if protected, _ := mp4.Protected(s.head); protected {
			return mp4.ErrProtected
		}
	}
	return nil
}

// read reads a track's init segment and its index, where index isn't empty, from its head.
func (s *source) read(movie, index mp4.Range) error {
	head := s.head
	if movie.To > 0 {
		head = head[:min(movie.To, int64(len(head)))]
	}
	init, err := mp4.ParseInit(head)
	if err != nil {
		return err
	}
	if index.Len() > 0 {
		if index.To > int64(len(s.head)) {
			return mp4.ErrMalformed
		}
		if s.index, err = mp4.ParseIndex(s.head[index.From:index.To], index.From); err != nil {
			return err
		}
	}
	s.movie, s.format, s.begins = init, fragmented, max(init.Size, index.To)
	return nil
}

// fetchHead makes s.head the file's first n bytes, or all of a file that is shorter.
func (r *run) fetchHead(s *source, n int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		if s.size > 0 {
			n = min(n, s.size)
		}
		if int64(len(s.head)) >= n {
			s.head = s.head[:n:n]
			return nil
		}
		a, err := r.await(s)
		if err != nil {
			return err
		}
		first := int64(len(s.head))
		if a.whole(time.Now()) {
			first = 0
		}
		s.givers = append(s.givers, a)
		a.host.connections++
		r.heading++
		r.queue.changed()
		r.mu.Unlock()
		started := time.Now()
		got, err := r.pull(r.ctx, s, a, first, n-1, func(at int64, c Chunk) (bool, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			have := int64(len(s.head))
			if end := at + int64(c.Len()); end > have && at <= have {
				more := make([]byte, min(end, n)-have)
				c.CopyTo(more, int(have-at))
				s.head = append(s.head, more...)
			}
			return int64(len(s.head)) < n, nil
		})
		r.mu.Lock()
		r.heading--
		a.host.connections--
		r.settle(a, started, got, err)
	}
}

// await waits until an address of the source can be used. The mutex is held.
func (r *run) await(s *source) (*address, error) {
	for {
		if err := r.ended(); err != nil {
			return nil, err
		}
		now := time.Now()
		if r.pause.After(now) {
			r.rest(r.ctx, r.pause)
			continue
		}
		c := r.choose(s, now)
		switch {
		case c.address != nil:
			return c.address, nil
		case c.fresh:
			r.refresh()
			r.rest(r.ctx, time.Time{})
		case !c.until.IsZero():
			r.rest(r.ctx, c.until)
		default:
			if err := r.hopeless(s); err != nil {
				return nil, err
			}
		}
	}
}

// hopeless says why no address of a source is of use, not even a fresh one. It returns
// nil where there is another way. The mutex is held.
func (r *run) hopeless(s *source) error {
	if s.size == 0 && len(s.claims) > 0 {
		// All hosts state another size than the listing: then it is the listing that is wrong.
		// What most of them say counts.
		votes := map[int64]int{}
		s.expect = 0
		for _, size := range s.claims {
			votes[size]++
		}
		for size, n := range votes {
			if n > votes[s.expect] || n == votes[s.expect] && size > s.expect {
				s.expect = size
			}
		}
		s.claims = map[string]int64{}
		for _, a := range s.addresses {
			if a.fault == lying {
				a.fault = sound
			}
		}
		return nil
	}
	if s.doubt != nil {
		return s.doubt
	}
	if s.size > 0 && r.plan != nil {
		lied := true
		for _, a := range s.addresses {
			lied = lied && a.fault == lying
		}
		if lied {
			return errAnew // it isn't the file that was begun
		}
	}
	why := &Reason{Code: stream.Network}
	for _, a := range s.addresses {
		why.ServerCode = max(why.ServerCode, int64(a.host.status))
	}
	return why
}

// lay makes the plan. The mutex is held.
func (r *run) lay() error {
	if !r.tracks() {
		return r.layFiles()
	}
	var list []mp4.Source
	for i, s := range r.sources {
		if s.format != fragmented {
			if len(r.sources) > 1 {
				return &Reason{Code: Broken, Detail: "not in fragments"}
			}
			r.plan = planWhole(r.sources)
			return nil
		}
		index := s.index
		if r.rec.Unindexed {
			index = nil
		}
		row := r.rec.renditions()[i]
		list = append(list, mp4.Source{
			Init: s.movie, Size: s.size, Index: index, First: s.first(index),
			Duration: time.Duration(max(row.Duration, r.rec.Duration)) * time.Millisecond,
		})
	}
	l, err := mp4.NewLayout(list, mp4.Meta{Title: r.rec.title()})
	if err != nil {
		return reasonOf(err)
	}
	r.plan = planLayout(r.sources, l)
	return nil
}

// first is what is at hand of a source's bytes from its first extent on.
func (s *source) first(index *mp4.Index) []byte {
	from := s.movie.Size
	if index != nil && len(index.References) > 0 && index.Box.From == from && index.References[len(index.References)-1].To <= s.size {
		from = index.Box.To
	}
	return s.head[min(max(from, 0), int64(len(s.head))):]
}

// layFiles plans files with picture and sound: MP4 parts become one, others stay as they
// are.
func (r *run) layFiles() error {
	var parts []mp4.Part
	for i, s := range r.sources {
		if s.format != r.sources[0].format {
			r.rec.Apart = true
		}
		duration := r.rec.Row.Segments[i].Duration
		parts = append(parts, mp4.Part{Size: s.size, Duration: time.Duration(duration) * time.Millisecond, Head: s.head})
	}
	if len(parts) == 1 || r.sources[0].format == flash || r.rec.Apart {
		r.plan = planWhole(r.sources)
		return nil
	}
	l, err := mp4.NewJoin(parts, mp4.Meta{Title: r.rec.title()})
	if err != nil {
		return reasonOf(err)
	}
	r.plan = planLayout(r.sources, l)
	return nil
}

// title is what the file says of itself.
func (r *record) title() string {
	if r.Head.Title != "" {
		return stream.CleanText(r.Head.Title, 200)
	}
	return stream.CleanText(r.Head.Series, 200)
}
