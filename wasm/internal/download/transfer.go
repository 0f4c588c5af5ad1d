package download

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"streamlist/wasm/internal/mp4"
)

// Errors of a connection.
var (
	errStalled = errors.New("download: nothing comes")
	errWhole   = errors.New("download: the host gives whole files only")
	errLie     = errors.New("download: not what was asked for")
	errTaken   = errors.New("download: another connection goes on")
)

// transfer is one connection's work: the bytes [at, to) of a source, of which to may
// come nearer while it works.
type transfer struct {
	source  *source
	address *address
	at, to  int64
	whole   bool // it reads the file from its start, and writes what is missing
	started time.Time
	got     int64     // bytes that came
	fresh   int64     // of them, those that were missing
	heard   time.Time // when the latest came
	stop    context.CancelCauseFunc
}

// rate is how fast it has been, in bytes per second: less and less while nothing comes.
func (t *transfer) rate(now time.Time) float64 {
	took := now.Sub(t.started).Seconds()
	if took <= 0 {
		return 0
	}
	return float64(t.got) / took / max(now.Sub(t.heard).Seconds(), 1)
}

// left is how long it will still take, at its rate.
func (t *transfer) left(now time.Time) time.Duration {
	rate := t.rate(now)
	if rate < 1 {
		return min(now.Sub(t.started), time.Hour)
	}
	return time.Duration(min(float64(t.to-t.at)/rate, 1e6) * float64(time.Second))
}

// pull asks a host for a part of a source and gives what comes to take, with its place in the
// file, until that wants no more. It returns how many bytes came. A body that ends
// before is io.ErrUnexpectedEOF.
func (r *run) pull(ctx context.Context, s *source, a *address, first, last int64, take func(at int64, c Chunk) (more bool, err error)) (got int64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = r.panicked(p)
		}
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.mu.Lock()
	// A host that stalls again gets longer: it may just be slow to begin.
	patience := r.queue.limits.stall << min(a.host.failures, 2)
	whole := a.whole(time.Now())
	r.mu.Unlock()
	dog := time.AfterFunc(patience, func() { cancel(errStalled) })
	defer dog.Stop()
	if whole {
		last = -1
	}
	body, err := r.queue.ports.Network.Get(ctx, a.url, first, last)
	if err != nil {
		return 0, causeOf(ctx, err)
	}
	defer body.Close()
	at, err := r.accept(s, a, body.Answer(), first)
	if err != nil {
		return 0, err
	}
	for {
		c, err := body.Next(ctx)
		if err == io.EOF {
			return got, io.ErrUnexpectedEOF
		}
		if err != nil {
			return got, causeOf(ctx, err)
		}
		n := int64(c.Len())
		if n > 0 {
			dog.Reset(patience)
		}
		more, err := take(at, c)
		c.Release()
		got += n
		at += n
		if err != nil || !more {
			return got, err
		}
	}
}

// causeOf says why a context ended, where that is why something failed.
func causeOf(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// accept holds what a host says of a body against what was asked and what is known of the
// file. It returns where the body begins.
func (r *run) accept(s *source, a *address, said Answer, first int64) (at int64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at = said.First
	switch {
	case !said.Partial:
		a.ranges = time.Now().Add(r.queue.limits.whole)
		at = 0
		if first > 0 {
			return 0, errWhole
		}
	case at < 0:
		at = first // not readable: the browser keeps it from us
	case at != first:
		return 0, errLie
	}
	known := s.size
	if known == 0 {
		known = s.expect
	}
	switch {
	case said.Total < 0:
	case known > 0 && said.Total != known, said.Total == 0:
		if s.size == 0 && said.Total > 0 {
			s.claims[a.host.name] = said.Total
		}
		return 0, errLie
	default:
		s.size = said.Total
	}
	if said.Tag != "" && !r.untagged {
		// Hosts name versions each in its own way, so that a tag says something only beside
		// another one of the same host.
		if a.tag != "" && a.tag != said.Tag {
			r.untagged = true // once: a host that gives each answer another tag isn't to be believed
			return 0, errAnew
		}
		if a.tag == "" && r.journal != nil {
			if err := r.journal.tag(tagged{s.number, a.host.name, said.Tag}); err != nil {
				return 0, onDisk("note a tag", err)
			}
		}
		a.tag = said.Tag
	}
	return at, nil
}

// settle draws conclusions from how a connection ended that brought so many bytes of
// use. The mutex is held.
func (r *run) settle(a *address, started time.Time, useful int64, err error) {
	defer r.queue.changed()
	defer r.poke()
	h := a.host
	now := time.Now()
	var status *StatusError
	var disk *diskError
	switch {
	case err == nil:
		h.failures, h.status, r.holds = 0, 0, 0
		return
	case r.ctx.Err() != nil, errors.Is(err, errTaken):
		return
	case errors.Is(err, errStalled) && useful == 0:
		if n := r.flowing(h, now); n > 0 {
			h.limit = n // it serves others, so this one only had to wait
			return
		}
	}
	switch {
	case errors.As(err, &disk):
		r.fail(disk.reason())
		return
	case errors.Is(err, errAnew), errors.Is(err, errApart), errors.Is(err, mp4.ErrIndex):
		r.fail(err)
		return
	case errors.Is(err, errWhole):
		return // choose knows now
	}
	if why := (*Reason)(nil); errors.As(err, &why) {
		r.fail(why)
		return
	}
	h.total++
	h.answered, h.status = true, 0
	switch {
	case errors.Is(err, errLie):
		a.fault = lying
		return
	case errors.As(err, &status):
		h.status = status.Code
		switch status.Code {
		case 301, 302, 303, 307, 308:
			a.fault = broken // to where, the browser doesn't say
			return
		case 401, 403, 404, 410:
			a.fault = refused
			return
		case 412, 429:
			r.holdOff(status, started)
			return
		case 416:
			a.fault = lying // it says that the file ends before
			return
		}
	case errors.Is(err, io.ErrUnexpectedEOF):
		if useful >= 256<<10 {
			h.failures = 0
			return // the rest is taken up at the next byte
		}
	default:
		h.answered = false
	}
	if useful >= 16<<10 {
		h.failures = 0 // it gets on, in its way
	}
	if h.failed.After(started) {
		return // the same failure ended several connections
	}
	h.failed = now
	h.until = now.Add(r.backoff(h.failures))
	h.failures++
	if h.answered && h.failures >= r.queue.limits.giveUp {
		a.fault = broken
	}
}

// flowing is how many connections to a host brought something lately. The mutex is held.
func (r *run) flowing(h *host, now time.Time) (n int) {
	for t := range r.active {
		if t.address.host == h && t.got > 0 && now.Sub(t.heard) < r.queue.limits.stall/2 {
			n++
		}
	}
	return n
}

// holdOff lets nothing be asked for a while. The mutex is held.
func (r *run) holdOff(status *StatusError, started time.Time) {
	now := time.Now()
	if r.holding.After(started) {
		return // said to several connections at once
	}
	wait := doubled(r.queue.limits.hold, r.holds, r.queue.limits.holdTo)
	wait = max(wait, min(status.RetryAfter, time.Hour))
	r.holds++
	r.holding, r.pause, r.paused = now, now.Add(wait), status.Code
}

// gap is a run of a source's bytes that nobody is at.
type gap struct {
	source *source
	span
	place int64 // of its first byte in the output
}

// gaps returns the first gap of each source, in the output's order.
func (r *run) gaps() []gap {
	var list []gap
	for _, s := range r.sources {
		for _, w := range s.want {
			if m, some := s.taken.missing(w); some {
				e := r.plan.extents[r.plan.from(s.number, m.from)[0]]
				list = append(list, gap{s, m, e.at + m.from - e.from})
				break
			}
		}
	}
	slices.SortFunc(list, func(a, b gap) int { return cmp.Compare(a.place, b.place) })
	return list
}

// pick chooses the next connection's work. Without any it says until when to wait; the
// error is errDone when all is on disk.
func (r *run) pick(now time.Time) (t *transfer, until time.Time, err error) {
	if r.complete() {
		return nil, time.Time{}, errDone
	}
	if r.pause.After(now) {
		return nil, r.pause, nil
	}
	soonest := func(at time.Time) {
		if until.IsZero() || at.Before(until) {
			until = at
		}
	}
	gaps := r.gaps()
	for _, g := range gaps {
		if g.source.whole != nil {
			continue
		}
		c := r.choose(g.source, now)
		switch {
		case c.address != nil && c.fresh:
			r.refresh() // and goes on meanwhile with what there is
		}
		switch {
		case c.address != nil && c.address.whole(now):
			r.rec.note(Reason{Code: NoRanges})
			t := &transfer{source: g.source, address: c.address, to: g.source.size, whole: true, started: now}
			g.source.whole = t
			return t, time.Time{}, nil
		case c.address != nil:
			return &transfer{source: g.source, address: c.address, at: g.from, to: g.from + r.length(g, c.address), started: now}, time.Time{}, nil
		case c.fresh:
			if r.refresh(); r.err != nil {
				return nil, time.Time{}, r.err
			}
		case !c.until.IsZero():
			soonest(c.until)
		default:
			if err := r.hopeless(g.source); err != nil {
				r.fail(err)
				return nil, time.Time{}, err
			}
			soonest(now)
		}
	}
	if len(gaps) == 0 {
		if t := r.steal(now); t != nil {
			return t, time.Time{}, nil
		}
		soonest(now.Add(2 * r.queue.limits.tick)) // one may have become slow
	}
	return nil, until, nil
}

// length is how much of a gap one request takes: about a second's worth, but all of a gap
// that isn't much longer.
func (r *run) length(g gap, a *address) int64 {
	n := min(max(r.queue.limits.piece, int64(a.host.rate)), r.queue.limits.pieceMax)
	switch {
	case g.len() <= n+n/3:
		return g.len()
	case g.len() <= 2*n:
		return (g.len() + 1) / 2
	}
	return n
}

// steal takes work from the connection that has the longest to go: half of what it has
// left, or all of it where that is little and it hardly moves.
func (r *run) steal(now time.Time) *transfer {
	var victim *transfer
	for t := range r.active {
		if !t.whole && t.at < t.to && (victim == nil || t.left(now) > victim.left(now)) {
			victim = t
		}
	}
	if victim == nil || victim.left(now) < time.Second {
		return nil
	}
	c := r.choose(victim.source, now)
	if c.address == nil || c.address.whole(now) {
		return nil
	}
	t := &transfer{source: victim.source, address: c.address, to: victim.to, started: now}
	switch rest := victim.to - victim.at; {
	case rest >= 2*r.queue.limits.split:
		t.at = victim.at + rest/2
		victim.to = t.at
	case victim.left(now) > 5*time.Second && c.address.host != victim.address.host:
		t.at = victim.at
		victim.to = victim.at
		victim.stop(errTaken)
	default:
		return nil
	}
	return t
}

// relieve takes work from connections that are far slower than others could be.
func (r *run) relieve(now time.Time) {
	for t := range r.active {
		rate, keep := t.rate(now), r.queue.limits.split
		if t.whole || now.Sub(t.started) < 3*time.Second || t.to-t.at <= 2*keep {
			continue
		}
		for _, a := range t.source.addresses {
			if a.fault == sound && !a.whole(now) && a.host != t.address.host && a.host.failures == 0 && a.host.rate > 8*rate {
				// What it has in two seconds is still its own.
				to := t.at + max(keep, int64(2*rate))
				if to < t.to {
					t.source.taken.remove(span{to, t.to})
					t.to = to
				}
				t.address.host.rate = max(rate, 1)
				break
			}
		}
	}
}
