package download

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"streamlist/wasm/internal/mp4"
)

// transferAll fetches what is missing.
func (r *run) transferAll() error {
	done := make(chan struct{})
	r.mu.Lock()
	r.flushed = time.Now()
	r.engage()
	r.spawn(func() { r.watch(done) })
	for r.ended() == nil && !r.complete() {
		r.rest(r.ctx, time.Time{})
	}
	r.poke() // workers that wait have nothing to wait for any more
	r.mu.Unlock()
	close(done)
	r.work.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.ended()
	if flushing := r.journal.flush(); err == nil {
		err = onDisk("note what is on disk", flushing)
	}
	return err
}

// engage starts workers up to the number of connections. The mutex is held.
func (r *run) engage() {
	for ; r.workers < r.queue.connections(); r.workers++ {
		r.spawn(r.labour)
	}
}

// labour is a worker: one connection after the other, until nothing is missing.
func (r *run) labour() {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() { r.workers-- }()
	for r.ended() == nil && r.workers <= r.queue.connections() {
		t, until, err := r.pick(time.Now())
		if err != nil {
			return
		}
		if t == nil {
			r.rest(r.ctx, until)
			continue
		}
		r.carry(t)
	}
}

// carry has a connection do its work. The mutex is held, and is let go meanwhile.
func (r *run) carry(t *transfer) {
	ctx, stop := context.WithCancelCause(r.ctx)
	defer stop(nil)
	t.stop = stop
	t.heard = t.started
	r.active[t] = true
	t.source.retake(r.active)
	t.address.host.connections++
	first, last := t.at, t.to-1
	r.queue.changed()
	r.mu.Unlock()

	got, err := r.pull(ctx, t.source, t.address, first, last, func(at int64, c Chunk) (bool, error) { return r.put(t, at, c) })

	r.mu.Lock()
	delete(r.active, t)
	if t.source.whole == t {
		t.source.whole = nil
	}
	t.source.retake(r.active)
	t.address.host.connections--
	if err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
		t.address.host.measured(got, time.Since(t.started))
	}
	r.settle(t.address, t.started, t.fresh, err)
}

// watch looks at the speed and the journal now and then.
func (r *run) watch(done <-chan struct{}) {
	ticker := time.NewTicker(r.queue.limits.tick)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-r.ctx.Done():
			return
		case <-ticker.C:
		}
		now := time.Now()
		r.mu.Lock()
		r.note(now)
		r.speed.tick(r.received, now)
		r.relieve(now)
		r.engage()
		r.mu.Unlock()
		r.queue.changed()
	}
}

// note writes the journal. The mutex is held.
func (r *run) note(now time.Time) {
	r.flushed = now
	if err := r.journal.flush(); err != nil {
		r.fail((&diskError{err}).reason())
	}
}

// retake finds out anew what nobody needs to go for.
func (s *source) retake(active map[*transfer]bool) {
	s.taken = slices.Clone(s.have)
	for t := range active {
		if t.source == s {
			s.taken.add(span{t.at, t.to})
		}
	}
}

// put writes a chunk to its places. It reports whether the connection has more to do.
func (r *run) put(t *transfer, at int64, c Chunk) (more bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.ended(); err != nil {
		return false, err
	}
	t.got += int64(c.Len())
	t.heard = time.Now()
	if h := t.address.host; h.failures > 1 && !h.heard.After(h.failed) {
		r.poke() // others may join
	}
	t.address.host.heard = t.heard
	end := min(at+int64(c.Len()), t.to)
	for part := (span{max(at, t.at), end}); ; {
		m, some := t.source.have.missing(part)
		if !some {
			break
		}
		if err := r.write(t, m, c, at); err != nil {
			return false, err
		}
		part.from = m.to
	}
	t.at = max(t.at, end)
	if now := time.Now(); r.journal.pending.size() >= r.queue.limits.batch || now.Sub(r.flushed) >= r.queue.limits.tick {
		r.note(now)
	}
	return t.at < t.to, nil
}

// write writes the bytes m of a source, none of which is on disk, out of a chunk that
// begins at place at of the source. What the plan doesn't want of them is left out.
func (r *run) write(t *transfer, m span, c Chunk, at int64) error {
	s := t.source
	for _, i := range r.plan.from(s.number, m.from) {
		e := r.plan.extents[i]
		if e.from >= m.to {
			break
		}
		part := span{max(m.from, e.from), min(m.to, e.to)}
		place := e.at + part.from - e.from
		f := r.plan.file(place)
		if err := r.files[f].WriteChunk(c, int(part.from-at), int(part.to-at), place-r.plan.files[f].from); err != nil {
			return onDisk("write media", err)
		}
		out := span{place, place + part.len()}
		s.have.add(part)
		r.out.add(out)
		r.journal.have(out)
		r.received += part.len()
		t.fresh += part.len()
		if r.left[i] -= part.len(); r.left[i] == 0 {
			if err := r.scan(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// mostAgain is the longest extent that is fetched a second time, in bytes.
const mostAgain = 64 << 20

// scan has the layout read an extent that is on disk. One that is broken is fetched once
// more: it may be that a host gave something else. Where that is no better, and it was the
// index that said where the extent lies, the error is mp4.ErrIndex. The mutex is held.
func (r *run) scan(i int) error {
	if r.plan.layout == nil {
		return nil
	}
	err := r.plan.layout.Scan(r.files[0], i)
	e := r.plan.extents[i]
	wrong := errors.Is(err, mp4.ErrIndex)
	switch {
	case err == nil:
		return nil
	case r.divided(err):
		return errApart
	case !wrong && !errors.Is(err, mp4.ErrMalformed), r.again[i], e.len() > mostAgain:
		if wrong {
			return mp4.ErrIndex
		}
		return mediaReason(err)
	}
	r.again[i] = true
	r.sources[e.source].have.remove(e.span)
	out := span{e.at, e.at + e.len()}
	r.out.remove(out)
	r.left[i] = e.len()
	return onDisk("take back what is broken", r.journal.lost(out))
}

// divided reports whether an error of package mp4 says that parts which are good by themselves
// can't become one file.
func (r *run) divided(err error) bool {
	return errors.Is(err, mp4.ErrUnsupported) && !r.tracks() && !r.rec.Apart
}

// complete reports whether every byte is on disk.
func (r *run) complete() bool {
	for _, n := range r.left {
		if n > 0 {
			return false
		}
	}
	return true
}
