package download

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"streamlist/wasm/internal/filename"
	"streamlist/wasm/internal/stream"
)

// ErrOrder is returned for an order that names no row or has no proper id.
var ErrOrder = errors.New("download: not an order")

// Queue is all jobs. Its methods may be called from any goroutine and don't wait for the
// network; those with a context wait for the disk.
type Queue struct {
	ports   Ports
	limits  limits
	ctx     context.Context
	work    sync.WaitGroup
	options atomic.Pointer[Options]
	free    atomic.Int64 // as last asked; -1 unknown

	mu       sync.Mutex // before any job's
	jobs     []*job
	removing map[string]chan struct{} // folders that are being removed
	ready    bool
}

// NewQueue makes a queue, which runs until ctx ends: then every job writes its journal
// and closes its files, and Wait returns. Nothing runs before Restore.
func NewQueue(ctx context.Context, p Ports, o Options) *Queue {
	q := &Queue{ports: p, limits: usualLimits(), ctx: ctx, removing: map[string]chan struct{}{}}
	q.free.Store(-1)
	q.SetOptions(o)
	return q
}

// Restore takes up the jobs that earlier runs left on disk and starts the queue. Jobs that
// were under way go on by themselves, paused and failed ones stay so, and those that were
// being saved are handed over again. Folders that hold no job are removed. What was complete
// is as past says, which is what Ports.Past was last told. Its error is the
// disk's; the queue works all the same, without what could not be read.
func (q *Queue) Restore(ctx context.Context, past []byte) error {
	ids, err := q.ports.Disk.Jobs(ctx)
	var jobs []*job
	for _, id := range ids {
		j, found := q.restore(ctx, id)
		err = errors.Join(err, found)
		if j != nil {
			jobs = append(jobs, j)
		}
	}
	q.askFree(ctx)
	for _, rec := range readPast(past) {
		// One with a folder is fetched or saved once more.
		if !slices.ContainsFunc(jobs, func(j *job) bool { return j.rec.Order.ID == rec.Order.ID }) {
			jobs = append(jobs, &job{queue: q, rec: rec, state: Complete})
		}
	}
	slices.SortStableFunc(jobs, func(a, b *job) int { return cmp.Compare(a.rec.Added, b.rec.Added) })
	q.mu.Lock()
	var hand []*job
	for _, j := range jobs {
		if slices.ContainsFunc(q.jobs, func(other *job) bool { return other.rec.Order.ID == j.rec.Order.ID }) {
			continue // it was ordered again meanwhile
		}
		q.jobs = append(q.jobs, j)
		if j.state == Saving {
			hand = append(hand, j)
		}
	}
	q.ready = true
	q.mu.Unlock()
	for _, j := range hand {
		j.hand()
	}
	q.schedule()
	q.changed()
	return err
}

// askFree asks how much may still be written, to show it.
func (q *Queue) askFree(ctx context.Context) {
	if free, err := q.ports.Disk.Free(ctx); err == nil {
		q.free.Store(free)
	}
}

// restore reads one folder. A nil job without an error is none; one with an error is a job
// of which not all could be read.
func (q *Queue) restore(ctx context.Context, id string) (*job, error) {
	folder, err := q.ports.Disk.Folder(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("open a job's folder: %w", err)
	}
	data, err := folder.Read(ctx, recordName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read a job's description: %w", err)
	}
	rec, invalid := readRecord(data)
	if err != nil || invalid != nil || rec.Order.ID != id {
		return nil, wrap("remove a folder without a job", q.ports.Disk.Remove(ctx, id))
	}
	j := &job{queue: q, folder: folder, rec: rec, state: rec.State, reason: rec.Reason}
	if j.state == Saving && !j.whole(ctx) {
		j.state, j.rec.Files, j.rec.Downloads = Waiting, nil, nil
	}
	return j, j.recall(ctx)
}

// whole reports whether the finished files are all there.
func (j *job) whole(ctx context.Context) bool {
	var size int64
	for _, s := range j.rec.Files {
		if s.Tag != "" {
			continue
		}
		f, err := j.folder.Open(ctx, s.File)
		if err != nil {
			return false
		}
		n, err := f.Size()
		if closing := f.Close(); err != nil || closing != nil {
			return false
		}
		size += n
	}
	return size == j.rec.Size
}

// recall reads from the journal what is on disk, to show it before the job runs.
func (j *job) recall(ctx context.Context) error {
	f, err := j.folder.Open(ctx, journalName)
	if err != nil {
		return fmt.Errorf("open the journal: %w", err)
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return fmt.Errorf("size of the journal: %w", err)
	}
	data := make([]byte, min(size, maxJournal))
	if n, err := f.ReadAt(data, 0); err != nil && n < len(data) {
		return fmt.Errorf("read the journal: %w", err)
	}
	if was, ok := readJournal(data); ok {
		j.out = was.have
		j.out.remove(span{j.rec.Size, 1 << 62})
	}
	return nil
}

// Add puts a job at the end of the queue. Without a listing it is asked for; with one, its
// addresses are used while they hold. An order for what is in the queue already changes
// nothing but the tab that is asked for fresh addresses; it takes up again a job that failed or was paused, and saves a complete one
// again. The error is ErrOrder; what is wrong with the disk is the job's reason.
func (q *Queue) Add(ctx context.Context, o Order, l *stream.Listing) error {
	if !o.valid() {
		return ErrOrder
	}
	q.mu.Lock()
	for _, j := range q.jobs {
		if j.rec.Order.ID != o.ID && !j.rec.Order.same(o) {
			continue
		}
		q.mu.Unlock()
		j.mu.Lock()
		// Fresh addresses are asked for where it was ordered last: that tab is there, with its account.
		had := &j.rec.Order
		had.Tab, had.Store, had.URL, had.Load, had.Episode, had.Title = o.Tab, o.Store, o.URL, o.Load, o.Episode, o.Title
		if l != nil && j.run == nil {
			j.listing = l
		}
		if j.run == nil && j.state != Saving {
			j.rec.Order.Subtitles = o.Subtitles
		}
		can := j.can()
		j.mu.Unlock()
		for _, c := range []Command{Resume, Retry, Again} {
			if slices.Contains(can, c) {
				q.Do(j.rec.Order.ID, c)
			}
		}
		return nil
	}
	j := &job{queue: q, state: Waiting, listing: l, rec: record{Order: o, Added: q.last()}}
	if l != nil {
		// So that the page has a name to show. What is wrong with the row is said when the
		// job's turn comes.
		if j.rec.choose(l) == nil {
			q.nameLocked(j)
		}
	}
	q.jobs = append(q.jobs, j)
	q.mu.Unlock()
	q.changed()
	q.grounded(j, q.settle(ctx, j))
	q.schedule()
	q.changed()
	return nil
}

// last is when a job is added that is to be the last of the queue. The mutex is held.
func (q *Queue) last() int64 {
	at := time.Now().UnixMilli()
	if n := len(q.jobs); n > 0 {
		at = max(at, q.jobs[n-1].rec.Added+1)
	}
	return at
}

// grounded has a job stand where its folder could not be made, or its record not be
// written in it for the first time.
func (q *Queue) grounded(j *job, err error) {
	if err == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.state != Waiting || j.run != nil {
		return
	}
	j.state, j.reason = Failed, &Reason{Code: Storage}
	if disk := (*diskError)(nil); errors.As(err, &disk) {
		j.reason = disk.reason()
	}
	if j.reason.Code == DiskFull {
		j.state = Paused
	}
}

// settle sees that a job has a folder, with its record in it.
func (q *Queue) settle(ctx context.Context, j *job) error {
	q.mu.Lock()
	leaving := q.removing[j.rec.Order.ID]
	q.mu.Unlock()
	if leaving != nil {
		select {
		case <-leaving:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if err := j.enter(ctx); err != nil {
		return err
	}
	return j.save(ctx)
}

// enter opens the job's folder.
func (j *job) enter(ctx context.Context) error {
	j.saving.Lock() // so that it isn't made again while it is removed
	defer j.saving.Unlock()
	j.mu.Lock()
	there := j.folder != nil || j.gone || j.state == Complete
	j.mu.Unlock()
	if there {
		return nil
	}
	folder, err := j.queue.ports.Disk.Folder(ctx, j.rec.Order.ID)
	if err != nil {
		return onDisk("make the job's folder", err)
	}
	j.mu.Lock()
	j.folder = folder
	j.mu.Unlock()
	return nil
}

// name names a job's file, once it is known what it is.
func (q *Queue) name(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.nameLocked(j)
}

func (q *Queue) nameLocked(j *job) {
	taken := map[string]bool{}
	for _, other := range q.jobs {
		if other != j {
			other.mu.Lock()
			taken[strings.ToLower(other.rec.Name)] = true
			other.mu.Unlock()
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.rec.Name == "" && j.rec.Row != nil {
		j.rec.Name = filename.Distinct(filename.Stem(q.options.Load().Template, j.rec.Head, j.rec.Row), taken)
	}
}

// schedule starts what may run.
func (q *Queue) schedule() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.ready || q.ctx.Err() != nil {
		return
	}
	running := 0
	for _, j := range q.jobs {
		j.mu.Lock()
		if j.run != nil {
			running++
		}
		j.mu.Unlock()
	}
	for _, j := range q.jobs {
		if running >= q.options.Load().AtOnce {
			return
		}
		j.mu.Lock()
		if j.state == Waiting && j.run == nil && j.folder != nil {
			j.start(q.ctx)
			running++
		}
		j.mu.Unlock()
	}
}

// Do carries out a command; one that doesn't fit the job's state any more does nothing,
// as does one for a job that isn't there. Clear without an id clears all that is complete.
func (q *Queue) Do(id string, c Command) {
	if id == "" && c == Clear {
		q.forget(func(*job) bool { return true })
		return
	}
	j := q.find(id)
	if j == nil {
		return
	}
	j.mu.Lock()
	if !slices.Contains(j.can(), c) {
		j.mu.Unlock()
		return
	}
	hand := false
	switch c {
	case Pause:
		j.state, j.reason = Paused, &Reason{Code: Person}
		j.halt()
	case Resume, Retry:
		j.state, j.reason = Waiting, nil
	case Again:
		if j.state == Complete {
			j.mu.Unlock()
			q.again(j)
			return
		} else {
			j.rec.Downloads = nil
			j.state, j.reason, hand = Saving, nil, true
		}
	case Cancel:
		j.mu.Unlock()
		q.drop(j)
		return
	case Clear:
		j.mu.Unlock()
		q.forget(func(other *job) bool { return other == j })
		return
	}
	j.mu.Unlock()
	q.keep(j)
	if hand {
		j.hand()
	}
	q.schedule()
	q.changed()
}

// keep has a job's record follow its state. What goes wrong is the job's reason, where the
// job could not go on without.
func (q *Queue) keep(j *job) {
	q.work.Go(func() {
		q.grounded(j, q.settle(context.WithoutCancel(q.ctx), j))
		q.schedule()
		q.changed()
	})
}

// drop takes a job off the list and leaves nothing of it on disk.
func (q *Queue) drop(j *job) {
	q.mu.Lock()
	q.jobs = slices.DeleteFunc(slices.Clone(q.jobs), func(other *job) bool { return other == j })
	q.mu.Unlock()
	j.mu.Lock()
	j.gone = true
	j.halt()
	j.mu.Unlock()
	q.remove(j)
	q.schedule()
	q.changed()
}

// remove removes a job's folder once its run is over.
func (q *Queue) remove(j *job) {
	id := j.rec.Order.ID
	done := make(chan struct{})
	q.mu.Lock()
	before := q.removing[id]
	q.removing[id] = done
	q.mu.Unlock()
	j.mu.Lock()
	ended := j.ended
	j.mu.Unlock()
	q.work.Go(func() {
		for _, wait := range []chan struct{}{before, ended} {
			if wait != nil {
				<-wait
			}
		}
		j.saving.Lock()
		// Nobody is left to be told of an error; the next Restore finds what remains.
		_ = q.ports.Disk.Remove(context.WithoutCancel(q.ctx), id)
		j.saving.Unlock()
		q.mu.Lock()
		if q.removing[id] == done {
			delete(q.removing, id)
		}
		q.mu.Unlock()
		close(done)
		q.changed()
	})
}

func (q *Queue) find(id string) *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, j := range q.jobs {
		if j.rec.Order.ID == id {
			return j
		}
	}
	return nil
}

// Handed says what became of a hand-over: Begun with the browser's ids as soon as there
// are any, then Kept, with the tags of subtitles that could not be saved, or NotKept, with
// the browser's own word for why.
func (q *Queue) Handed(id string, o Outcome, downloads []int64, why string) {
	j := q.find(id)
	if j == nil {
		return
	}
	j.mu.Lock()
	if j.state != Saving {
		j.mu.Unlock()
		return
	}
	if len(downloads) > 0 {
		j.rec.Downloads = slices.Clone(downloads)
	}
	if len(why) > 100 {
		why = ""
	}
	switch o {
	case Kept:
		if why != "" {
			j.rec.note(Reason{Code: SubtitlesLost, Detail: why})
		}
		j.state, j.reason, j.folder = Complete, nil, nil
		j.rec.Ended = time.Now().UnixMilli()
		j.mu.Unlock()
		q.remember() // before its folder goes: else neither would hold it
		q.remove(j)
		q.changed()
		return
	case NotKept:
		j.state, j.reason = Failed, &Reason{Code: NoSave, Detail: why}
	}
	j.mu.Unlock()
	q.keep(j)
}

// SetOptions takes effect at once: on connections, on jobs that wait, and on the names
// of jobs that have none yet.
func (q *Queue) SetOptions(o Options) {
	o = o.Clean()
	q.options.Store(&o)
	q.schedule()
	q.changed()
}

// connections is how many a job may have.
func (q *Queue) connections() int { return q.options.Load().Connections }

func (q *Queue) random() float64 {
	if q.ports.Random != nil {
		return q.ports.Random()
	}
	return rand.Float64()
}

func (q *Queue) changed() {
	if q.ports.Changed != nil {
		q.ports.Changed()
	}
}

// Online says that the network may be there again: jobs that wait for it try at once.
func (q *Queue) Online() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, j := range q.jobs {
		j.mu.Lock()
		if r := j.run; r != nil {
			for _, h := range r.hosts {
				if !h.answered {
					h.until, h.failures = time.Time{}, 0
				}
			}
			if r.link != nil && r.link.Code == stream.Network {
				r.linkWait = time.Time{}
			}
			r.poke()
		}
		j.mu.Unlock()
	}
}

// View returns what the page draws.
func (q *Queue) View() View {
	q.mu.Lock()
	jobs := slices.Clone(q.jobs)
	q.mu.Unlock()
	v := View{Jobs: []Job{}}
	now := time.Now()
	for _, j := range jobs {
		job := j.view(now)
		v.Speed += job.Speed
		v.Jobs = append(v.Jobs, job)
	}
	// What is complete stands behind all else, the latest first.
	slices.SortStableFunc(v.Jobs, func(a, b Job) int {
		if a.State != Complete || b.State != Complete {
			return cmp.Compare(place(a.State), place(b.State))
		}
		return cmp.Compare(b.Ended, a.Ended)
	})
	if free := q.free.Load(); free >= 0 {
		v.Free = &free
	}
	return v
}

func place(s State) int {
	if s == Complete {
		return 1
	}
	return 0
}

// Wait returns when the context of NewQueue has ended and everything is written and
// closed.
func (q *Queue) Wait() {
	<-q.ctx.Done()
	q.work.Wait()
}
