package download

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"streamlist/wasm/internal/mp4"
	"streamlist/wasm/internal/stream"
)

// limits are the numbers that a run keeps to. Tests have their own.
type limits struct {
	piece     int64         // bytes of an ordinary request
	probe     int64         // bytes read of a track whose parts the listing doesn't name
	pieceMax  int64         // of one to a host that is fast
	split     int64         // bytes, the least for which a new request is worth its while
	head      int64         // bytes behind the index that are read with it
	sniff     int64         // bytes read of a file that is taken as it is
	stall     time.Duration // without a byte, after which a connection is given up
	tick      time.Duration // between looks at speed and journal
	batch     int64         // bytes on disk that the journal doesn't know yet
	backoff   time.Duration // after a host's first failure, doubling
	backoffTo time.Duration
	giveUp    int           // answered failures of a host, one after the other
	hold      time.Duration // after a host's "too many requests", doubling
	holdTo    time.Duration
	progress  int64         // bytes that must have come between two refreshes of the addresses
	anew      int           // times that a run begins anew because a source changed
	beside    time.Duration // for which a finished file waits for its subtitles
	whole     time.Duration // after which a host that gave a whole file is asked for a part again
}

func usualLimits() limits {
	return limits{
		piece: 6 << 20, pieceMax: 32 << 20, split: 512 << 10, probe: 4 << 10, head: 16 << 10, sniff: 64 << 10,
		stall: 15 * time.Second, tick: 250 * time.Millisecond, batch: 4 << 20,
		backoff: 500 * time.Millisecond, backoffTo: 30 * time.Second, giveUp: 8,
		hold: 30 * time.Second, holdTo: 15 * time.Minute, progress: 4 << 20, anew: 2, beside: 20 * time.Second, whole: time.Minute,
	}
}

const (
	// persistent is how many failures in a row make a host the last choice.
	persistent = 3
	// expiryMargin is how many seconds before its end an address is used no more: a request
	// must still get through.
	expiryMargin = 30
	// maxHead bounds what is kept of a file's beginning, in bytes: what mp4.FindHead asks for at most, and more
	// than an index of ten hours.
	maxHead = 16 << 20
)

// errAnew is why a run begins anew: what is on disk is of another file.
var errAnew = errors.New("download: the source changed")

// errApart is why a run begins anew: the parts can't become one file.
var errApart = errors.New("download: parts that are no one film")

// errDone ends the workers: everything is on disk.
var errDone = errors.New("download: done")

// source is one file on hosts.
type source struct {
	number    int
	expect    int64 // bytes, by the listing's word; 0 where it doesn't say
	size      int64 // bytes, once known
	addresses []*address
	// head is the file's first bytes, and givers those that gave them.
	head   []byte
	givers []*address
	begins int64 // bytes before its first media, of a track
	movie  *mp4.Init
	index  *mp4.Index
	format format
	// claims counts, by host, what sizes were stated that aren't what was expected.
	claims map[string]int64
	// doubt is why a head was thrown away; what is left to say when no other host has a better
	// one.
	doubt *Reason

	want  spans // what the plan needs
	have  spans // what of it is on disk
	taken spans // have, and what connections are at
	// whole is the one connection that reads the file from its start.
	whole *transfer
}

// run is one go at a job, from its listing to its finished file or to a reason why not. Its mutex is
// the job's, which also guards the files and the layout.
type run struct {
	*job
	parent context.Context
	ctx    context.Context
	stop   context.CancelCauseFunc
	work   sync.WaitGroup

	// All below is guarded by job.mu.
	wake    chan struct{} // closed, and made anew, when what workers wait for may have come
	err     error         // why the run ends
	phase   State         // Starting, Running or Checking
	hosts   map[string]*host
	sources []*source
	plan    *plan
	files   []File
	journal *journal
	log     File // the journal's
	flushed time.Time
	left    []int64 // bytes of each extent that are missing
	again   map[int]bool
	heading int // reads of heads under way
	active  map[*transfer]bool
	workers int

	received int64 // bytes that were new
	// distrust says that this computer's clock makes fresh addresses look old, so that only the
	// hosts' word counts.
	distrust   bool
	refreshing bool
	freshAt    int64 // received, when the addresses were last renewed
	fresh      bool  // they were
	// pause is until when nothing may be asked: at holding somebody said "too many
	// requests", with a status of 429 or 412, for so many times in a row.
	pause, holding time.Time
	paused, holds  int
	// linkWait is until when no listing is asked for, after a failure, which link says.
	linkWait time.Time
	link     *Reason
	untagged bool // tags are not compared any more
	anews    int
	afresh   bool // what the journal says is of no use
}

// fail ends the run; the first reason counts, but a person's word more. The mutex is held.
func (r *run) fail(err error) {
	if r.err == nil || errors.Is(err, errStopped) {
		r.err = err
		r.stop(err)
		r.poke()
	}
}

// locked does something while it holds the mutex.
func (r *run) locked(f func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return f()
}

// failLocked is fail for who doesn't hold the mutex.
func (r *run) failLocked(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail(err)
}

// poke wakes all who wait. The mutex is held.
func (r *run) poke() {
	close(r.wake)
	r.wake = make(chan struct{})
}

// rest waits until something may have changed, at the latest at until (the zero time is
// never). The mutex is held, and is let go meanwhile.
func (r *run) rest(ctx context.Context, until time.Time) {
	wake := r.wake
	r.mu.Unlock()
	defer r.mu.Lock()
	var due <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(time.Until(until))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
	case <-wake:
	case <-due:
	}
}

// spawn runs f in a goroutine that the run waits for. A panic ends the run.
func (r *run) spawn(f func()) {
	r.work.Go(func() {
		defer r.caught()
		f()
	})
}

func (r *run) caught() {
	if p := recover(); p != nil {
		r.failLocked(r.panicked(p))
	}
}

// panicked tells of a panic, and makes it a reason.
func (r *run) panicked(p any) error {
	if report := r.queue.ports.Report; report != nil {
		report(p)
	}
	return &Reason{Code: Internal}
}

// do runs the job. It returns nil when the files are whole, checked and closed, the
// context's cause when it was stopped, and otherwise a *Reason, or an error that makes one.
func (r *run) do() (err error) {
	defer func() {
		r.stop(context.Canceled)
		r.work.Wait()
		if closing := r.close(); err == nil {
			err = closing
		}
	}()
	defer func() {
		if p := recover(); p != nil {
			err = r.panicked(p)
		}
	}()
	if err := r.locate(); err != nil {
		return err
	}
	settle := r.accompany()
	defer func() { settle(err == nil) }()
	for {
		err := r.attempt()
		switch {
		case errors.Is(err, errAnew) && r.anews < r.queue.limits.anew:
			r.anews++
			r.mu.Lock()
			r.rec.note(Reason{Code: Changed, Times: 1})
			r.mu.Unlock()
		case errors.Is(err, mp4.ErrIndex) && !r.rec.Unindexed:
			r.mu.Lock()
			r.rec.Unindexed = true
			r.mu.Unlock()
			if err := r.save(r.parent); err != nil { // the run's own context has ended
				return err
			}
		case errors.Is(err, errApart):
			// What came is fetched once more: this is seen with the second part's last byte, and
			// nobody has yet met such parts.
			r.mu.Lock()
			r.rec.Apart = true
			r.mu.Unlock()
			if err := r.save(r.parent); err != nil {
				return err
			}
		case errors.Is(err, errAnew):
			return &Reason{Code: Broken, Detail: "changing"}
		default:
			return err
		}
		if err := r.reset(); err != nil {
			return err
		}
	}
}

// reset forgets what is on disk, and what was read of the sources.
func (r *run) reset() error {
	r.stop(nil)
	r.work.Wait()
	if err := r.locked(func() error {
		if r.journal == nil {
			return nil
		}
		return onDisk("begin anew", r.journal.reset())
	}); err != nil {
		return err
	}
	if err := r.close(); err != nil {
		return err
	}
	if r.rec.Apart {
		if err := r.folder.Remove(r.parent, mediaName(0, 1)); err != nil {
			return onDisk("remove what was to be one file", err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if errors.Is(r.err, errStopped) {
		return r.err
	}
	r.phase, r.afresh = Starting, true
	r.ctx, r.stop = context.WithCancelCause(r.parent)
	r.err, r.plan, r.left, r.out, r.again = nil, nil, nil, nil, map[int]bool{}
	for _, s := range r.sources {
		*s = source{number: s.number, expect: s.expect, addresses: s.addresses, claims: map[string]int64{}}
		for _, a := range s.addresses {
			a.tag = ""
			if a.fault == lying {
				a.fault = sound
			}
		}
	}
	return nil
}

// attempt fetches the job's sources once.
func (r *run) attempt() error {
	if err := r.readHeads(); err != nil {
		return err
	}
	if err := r.open(); err != nil {
		return err
	}
	if err := r.transferAll(); err != nil {
		return err
	}
	return r.finish()
}

// locate gets the addresses of the job's sources, and at the first time chooses what is
// to be fetched.
func (r *run) locate() error {
	l := r.listing
	if l == nil {
		var err error
		if l, err = r.ask(false); err != nil {
			return err
		}
	}
	r.mu.Lock()
	if r.rec.Row == nil {
		if err := r.rec.choose(l); err != nil {
			r.mu.Unlock()
			return err
		}
		r.mu.Unlock()
		r.queue.name(r.job)
		if err := r.save(r.ctx); err != nil {
			return err
		}
		r.mu.Lock()
	}
	defer r.mu.Unlock()
	rows, err := r.rec.match(l)
	if err != nil {
		return err
	}
	for i, row := range rows {
		for part := range row.Segments {
			s := &source{number: len(r.sources), expect: sizeOf(r.rec.renditions()[i], part), claims: map[string]int64{}}
			if s.expect == 0 {
				s.expect = sizeOf(row, part)
			}
			if s.addresses = r.addresses(row.Segments[part].URLs); len(s.addresses) == 0 {
				return &Reason{Code: NoHost}
			}
			r.sources = append(r.sources, s)
		}
	}
	return nil
}

// ask asks for the order's listing until there is one, or a reason that doesn't pass by
// itself.
func (r *run) ask(refresh bool) (*stream.Listing, error) {
	failures := 0
	for {
		r.mu.Lock()
		order := r.rec.Order
		r.mu.Unlock()
		l, err := r.queue.ports.Listings.Listing(r.ctx, order, refresh)
		if r.ctx.Err() != nil {
			return nil, context.Cause(r.ctx)
		}
		if err == nil && l != nil {
			r.mu.Lock()
			r.link, r.linkWait = nil, time.Time{}
			r.mu.Unlock()
			return l, nil
		}
		why := reasonOf(err)
		if err == nil {
			why = &Reason{Code: stream.Unexpected}
		}
		if !passing(why) {
			return nil, why
		}
		wait := r.backoff(failures)
		if why.Code == stream.RateLimited {
			wait = max(doubled(r.queue.limits.hold, failures, r.queue.limits.holdTo), time.Until(time.Unix(why.At, 0)))
		}
		failures++
		r.mu.Lock()
		until := time.Now().Add(wait)
		why.At = ceil(until)
		r.link, r.linkWait = why, until
		r.queue.changed()
		for time.Now().Before(r.linkWait) && r.ctx.Err() == nil {
			r.rest(r.ctx, r.linkWait)
		}
		r.mu.Unlock()
	}
}

// refresh asks for fresh addresses, once at a time, and only where something came of the
// last ones. The mutex is held.
func (r *run) refresh() {
	if r.refreshing {
		return
	}
	if !r.renewable() {
		why := &Reason{Code: stream.Expired}
		for _, h := range r.hosts {
			why.ServerCode = max(why.ServerCode, int64(h.status))
		}
		r.fail(why)
		return
	}
	r.refreshing = true
	r.queue.changed()
	r.spawn(func() {
		l, err := r.ask(true)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.refreshing = false
		if err == nil {
			err = r.renew(l)
		}
		if err != nil {
			r.fail(err)
			return
		}
		r.fresh, r.freshAt = true, r.received
		r.poke()
	})
}

// renew gives the sources the addresses of a fresh listing. The mutex is held.
func (r *run) renew(l *stream.Listing) error {
	rows, err := r.rec.match(l)
	if err != nil {
		return err
	}
	i := 0
	now := time.Now().Unix()
	for _, row := range rows {
		for part := range row.Segments {
			list := r.addresses(row.Segments[part].URLs)
			if len(list) == 0 {
				return &Reason{Code: NoHost}
			}
			for _, a := range list {
				// Fresh addresses last two hours. If they look old, it is this computer's clock.
				r.distrust = r.distrust || a.expires > 0 && a.expires-expiryMargin <= now
			}
			r.sources[i].renew(list)
			i++
		}
	}
	for _, h := range r.hosts {
		h.status = 0
	}
	return nil
}

// backoff is how long to wait after so many failures before.
func (r *run) backoff(failures int) time.Duration {
	d := doubled(r.queue.limits.backoff, failures, r.queue.limits.backoffTo)
	return time.Duration(float64(d) * (0.5 + r.queue.random()))
}

// doubled doubles d so many times, up to a limit.
func doubled(d time.Duration, times int, limit time.Duration) time.Duration {
	for ; times > 0 && d < limit; times-- {
		d *= 2
	}
	return min(d, limit)
}

// ceil is a time in Unix seconds, rounded up.
func ceil(t time.Time) int64 {
	return int64(math.Ceil(float64(t.UnixMilli()) / 1000))
}
