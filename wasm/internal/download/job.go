package download

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"streamlist/wasm/internal/filename"
	"streamlist/wasm/internal/stream"
)

// journalName is the file that says what is on disk, in the job's folder.
const journalName = "journal"

// Why a run was stopped from outside.
var errStopped = errors.New("download: stopped")

// job is one download. While it runs there is a run.
type job struct {
	queue  *Queue
	folder Folder
	saving sync.Mutex // orders the writes of the record

	mu  sync.Mutex
	rec record // but for State and Reason, which are below until it is saved
	// state is Starting while there is a run that was not stopped; the run knows more.
	state  State
	reason *Reason
	gone   bool // cancelled: nothing may be written any more
	// listing holds addresses, of the panel's listing, until the first run.
	listing *stream.Listing
	out     spans // what of the output is on disk
	speed   meter
	run     *run
	began   time.Time // of the run
	ended   chan struct{}
}

// start begins a run. The mutex is held.
func (j *job) start(ctx context.Context) {
	r := &run{
		job: j, parent: ctx, wake: make(chan struct{}), hosts: map[string]*host{}, again: map[int]bool{}, active: map[*transfer]bool{},
		phase: Starting,
	}
	r.ctx, r.stop = context.WithCancelCause(ctx)
	j.run, j.began, j.state, j.reason = r, time.Now(), Starting, nil
	ended := make(chan struct{})
	j.ended = ended
	j.queue.work.Go(func() {
		j.over(r.do())
		close(ended)
		j.queue.schedule()
		j.queue.askFree(context.WithoutCancel(j.queue.ctx))
		j.queue.changed()
	})
}

// over draws conclusions from how a run ended.
func (j *job) over(err error) {
	j.mu.Lock()
	j.rec.Took += time.Since(j.began).Milliseconds()
	j.run, j.listing, j.speed = nil, nil, meter{}
	handed := false
	if !j.gone {
		switch why := (*Reason)(nil); {
		case err == nil:
			j.state, j.reason, handed = Saving, nil, true
		case errors.Is(err, errStopped) || errors.Is(err, context.Canceled):
			// Whoever stopped it has set the state, but for the end of the queue.
			if j.state == Starting {
				j.state = Waiting
			}
		default:
			if disk := (*diskError)(nil); errors.As(err, &disk) {
				why = disk.reason()
			} else {
				why = reasonOf(err)
			}
			j.state, j.reason = Failed, why
			if why.Code == DiskFull {
				j.state = Paused
			}
		}
	}
	j.mu.Unlock()
	// Where this fails the file on disk says less than is so, and a restart finds out.
	_ = j.save(context.WithoutCancel(j.queue.ctx))
	if handed {
		j.hand()
	}
}

// hand gives the files to the page.
func (j *job) hand() {
	j.mu.Lock()
	h := Handover{Job: j.rec.Order.ID, Files: slices.Clone(j.rec.Files), Downloads: append([]int64{}, j.rec.Downloads...)}
	j.mu.Unlock()
	if hand := j.queue.ports.Hand; hand != nil {
		hand(h)
	}
}

// halt stops the run, if there is one. The mutex is held.
func (j *job) halt() {
	if j.run != nil {
		j.run.fail(errStopped)
	}
}

// save writes the job's record.
func (j *job) save(ctx context.Context) error {
	j.saving.Lock()
	defer j.saving.Unlock()
	j.mu.Lock()
	if j.gone || j.folder == nil {
		j.mu.Unlock()
		return nil
	}
	rec := j.rec
	rec.Version, rec.State, rec.Reason = recordVersion, Waiting, nil
	switch j.state {
	case Paused, Failed, Saving:
		rec.State, rec.Reason = j.state, j.reason
	}
	data, err := rec.bytes()
	folder := j.folder
	j.mu.Unlock()
	if err != nil {
		return err
	}
	return onDisk("write the job's description", folder.Write(ctx, recordName, data))
}

// can lists the commands that fit. The mutex is held.
func (j *job) can() []Command {
	switch j.state {
	case Paused:
		return []Command{Resume, Cancel}
	case Failed:
		if len(j.rec.Files) > 0 {
			return []Command{Again, Cancel}
		}
		return []Command{Retry, Cancel}
	case Saving:
		return []Command{}
	case Complete:
		return []Command{Again, Clear}
	}
	return []Command{Pause, Cancel}
}

// view is what the page shows.
func (j *job) view(now time.Time) Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	v := Job{
		ID: j.rec.Order.ID, State: j.state, Head: j.rec.Head, Order: j.rec.Order, Files: 1, Parts: []Part{},
		Size: j.rec.estimate(), Done: j.out.size(), Duration: j.rec.Duration, Took: j.rec.Took,
		Reason: j.reason, Notes: slices.Clone(j.rec.Notes), Downloads: slices.Clone(j.rec.Downloads), Can: j.can(),
		Bar: Bar{Done: [][]int64{}, Now: [][]int64{}},
	}
	if j.state == Complete {
		v.Ended = j.rec.Ended
	}
	if v.Head.Title == "" && j.rec.Row == nil {
		v.Head.Title = j.rec.Order.Title // until there is a listing
	}
	if row := j.rec.Row; row != nil {
		n := 1
		if row.Container == stream.FLV || j.rec.Apart {
			n = len(row.Segments)
		}
		v.Files, v.Name = n, filename.Part(j.rec.Name, 0, n, j.rec.ending())
		for _, p := range j.rec.renditions() {
			v.Parts = append(v.Parts, Part{Kind: p.Kind, Quality: p.Quality, Label: p.Label, Codec: p.Codec, Width: p.Width, Height: p.Height})
		}
	}
	if j.rec.Row == nil {
		v.Name = j.rec.Name
	}
	if len(j.rec.Files) > 0 {
		v.Files, v.Name = 0, j.rec.Files[0].Name
		for _, f := range j.rec.Files {
			if f.Tag == "" {
				v.Files++
			} else {
				v.Subtitles = append(v.Subtitles, f.Tag)
			}
		}
	}
	done := j.out
	if j.state == Complete || j.state == Saving {
		v.Done = v.Size
		done = spans{{0, v.Size}}
	}
	var under spans
	if r := j.run; r != nil {
		v.Took += now.Sub(j.began).Milliseconds()
		if j.state == Starting {
			v.State, v.Reason = r.standing(now)
			v.Speed = int64(j.speed.rate)
			v.Left = j.speed.left(v.Size - v.Done)
		}
		v.Hosts = r.inUse(now)
		under = r.under()
	}
	// Both kinds of runs share the 200; what is under way is never many.
	under = under.atMost(60)
	v.Bar = Bar{Done: done.atMost(140).pairs(), Now: under.pairs()}
	return v
}

// standing tells what a run is at. The mutex is held.
func (r *run) standing(now time.Time) (State, *Reason) {
	switch {
	case r.phase == Checking:
		return Checking, nil
	case r.linkWait.After(now) && len(r.active) == 0:
		return Retrying, r.link
	case len(r.active) > 0 || r.heading > 0:
		return r.phase, nil
	case r.refreshing:
		return Linking, nil
	case r.pause.After(now):
		return Retrying, &Reason{Code: stream.RateLimited, ServerCode: int64(r.paused), At: ceil(r.pause)}
	}
	// All hosts rest after failures.
	var soonest *host
	for _, h := range r.hosts {
		if h.failures > 0 && h.until.After(now) && (soonest == nil || h.until.Before(soonest.until)) {
			soonest = h
		}
	}
	if soonest != nil {
		return Retrying, &Reason{Code: stream.Network, ServerCode: int64(soonest.status), At: ceil(soonest.until)}
	}
	return r.phase, nil
}

// inUse lists the hosts in use, the busiest first. The mutex is held.
func (r *run) inUse(now time.Time) []Host {
	speeds := map[*host]float64{}
	for t := range r.active {
		speeds[t.address.host] += t.rate(now)
	}
	current := map[*host]bool{}
	for _, s := range r.sources {
		for _, a := range s.addresses {
			current[a.host] = true
		}
	}
	list := []Host{}
	for _, h := range r.hosts {
		if !current[h] && h.connections == 0 {
			continue // of former addresses
		}
		list = append(list, Host{Host: h.name, Class: h.class, Connections: h.connections, Speed: int64(speeds[h]), Failures: h.total})
	}
	slices.SortFunc(list, func(a, b Host) int {
		return cmp.Or(cmp.Compare(b.Connections, a.Connections), cmp.Compare(a.Failures, b.Failures), cmp.Compare(a.Host, b.Host))
	})
	return list
}

// under is what of the output connections are at. The mutex is held.
func (r *run) under() spans {
	var list spans
	if r.plan == nil {
		return nil
	}
	for t := range r.active {
		to := t.to
		if t.whole {
			to = min(to, t.at+r.queue.limits.piece) // not all of the file at once
		}
		for _, i := range r.plan.from(t.source.number, t.at) {
			e := r.plan.extents[i]
			if e.from >= to {
				break
			}
			from := max(t.at, e.from)
			list.add(span{e.at + from - e.from, e.at + min(to, e.to) - e.from})
		}
	}
	return list
}
