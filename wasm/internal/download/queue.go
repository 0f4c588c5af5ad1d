package download

import (
	"context"
	"errors"

	"streamlist/wasm/internal/stream"
)

// ErrOrder is returned for an order that names no row or has no proper id.
var ErrOrder = errors.New("download: not an order")

// Queue is all jobs. Its methods may be called from any goroutine and don't wait for the
// network; those with a context wait for the disk.
type Queue struct {
	ports   Ports
	options Options
}

// NewQueue makes a queue, which runs until ctx ends: then every job writes its journal
// and closes its files, and Wait returns. Nothing runs before Restore.
func NewQueue(ctx context.Context, p Ports, o Options) *Queue {
	return &Queue{ports: p, options: o.Clean()}
}

// Restore takes up the jobs that earlier runs left on disk and starts the queue. Jobs that
// were under way go on by themselves, paused and failed ones stay so, and those that were
// being saved are handed over again. Folders that hold no job are removed. Its error is the
// disk's; the queue works all the same, without what could not be read.
func (q *Queue) Restore(ctx context.Context) error { return errors.ErrUnsupported }

// Add puts a job at the end of the queue. Without a listing it is asked for; with one, its
// addresses are used while they hold. An order for what is in the queue already changes
// nothing, but takes up again a job that failed or was paused, and saves a complete one
// again. The error is ErrOrder, or the disk's.
func (q *Queue) Add(ctx context.Context, o Order, l *stream.Listing) error {
	return errors.ErrUnsupported
}

// Do carries out a command; one that doesn't fit the job's state any more does nothing,
// as does one for a job that isn't there.
func (q *Queue) Do(job string, c Command) {}

// Handed says what became of a hand-over: Begun with the browser's ids as soon as there
// are any, then Kept or NotKept, with the browser's own word for why.
func (q *Queue) Handed(job string, o Outcome, downloads []int64, why string) {}

// SetOptions takes effect at once: on connections, on jobs that wait, and on the names
// of jobs that have none yet.
func (q *Queue) SetOptions(o Options) {}

// Online says that the network may be there again: jobs that wait for it try at once.
func (q *Queue) Online() {}

// View returns what the page draws.
func (q *Queue) View() View { return View{} }

// Wait returns when the context of NewQueue has ended and everything is written and
// closed.
func (q *Queue) Wait() {}
