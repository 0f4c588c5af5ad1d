// Package course is the work over a whole course: the list of its lessons, what a person
// selects of it, and the paced queue that asks for them one after the other.
package course

import (
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

// Queue is work over many lessons, one at a time and paced. It asks nobody and has no
// clock: whoever does the work says what the time is, asks Next, and says what became of the
// lesson. A lesson is known by its place, from 0. The JSON holds no address, so that it may
// outlive the browser.
//
// Times are Unix milliseconds, spans are milliseconds.
type Queue struct {
	State State `json:"state"`
	// Why says why the queue stopped by itself, while it is Paused.
	Why   *stream.Reason `json:"why,omitempty"`
	Items []Item         `json:"items"`
	// Pause is between a lesson and the next, give or take a quarter.
	Pause int64 `json:"pause"`
	// Due is when the next lesson may be asked for, Until when a rate limit ends; 0 none.
	Due   int64 `json:"due,omitempty"`
	Until int64 `json:"until,omitempty"`
	// Took is what asking for a lesson takes, smoothed; 0 unknown.
	Took int64 `json:"took,omitempty"`
	// Row counts the answers in a row that brought nothing.
	Row int `json:"row,omitempty"`
	// Seed is where the next jitter comes from.
	Seed int64 `json:"seed,omitempty"`
}

// State is what a queue is doing.
type State string

const (
	Running  State = "running"
	Paused   State = "paused"   // by the person, or by itself: see Why
	Finished State = "finished" // nothing waits any more
)

// Item is a lesson of a queue.
type Item struct {
	Outcome Outcome `json:"is,omitempty"`
	// Why is why it was skipped or failed, or a remark on one that is done, such as that it is
	// a preview.
	Why *stream.Reason `json:"why,omitempty"`
	// Tries counts the answers that should be better the next time.
	Tries int `json:"tries,omitempty"`
}

// Outcome is what became of a lesson; "" for one that waits.
type Outcome string

const (
	Waiting Outcome = ""
	Done    Outcome = "done"
	Skipped Outcome = "skipped" // this account can't have it
	Failed  Outcome = "failed"  // it should be there, but no answer said so
	Dropped Outcome = "dropped" // the person cancelled before its turn
)

// Bounds. A rate limit doubles the pause up to LongestPause. A lesson that fails is asked
// for once more when the others are through. After so many answers in a row that brought
// nothing, it isn't the lessons that are at fault, and the queue stops.
const (
	ShortestPause = 500
	DefaultPause  = 1000
	LongestPause  = 60_000
	maxTries      = 2
	maxRow        = 5
	// firstTook is the guess before the first answer. What took longer than longestTook was
	// interrupted: the computer slept.
	firstTook   = 500
	longestTook = 60_000
)

// New returns a running queue over so many lessons.
func New(lessons int, pause, now int64) *Queue {
	q := &Queue{State: Running, Pause: pause, Seed: now, Items: make([]Item, lessons)}
	q.tidy()
	return q
}

// Read reads a stored queue over so many lessons. It returns nil for one that no such queue
// writes.
func Read(data []byte, lessons int) *Queue {
	q := new(Queue)
	if json.Unmarshal(data, q) != nil || len(q.Items) == 0 || len(q.Items) != lessons {
		return nil
	}
	switch q.State {
	case Running, Paused, Finished:
	default:
		return nil
	}
	for i := range q.Items {
		item := &q.Items[i]
		switch item.Outcome {
		case Waiting, Done, Skipped, Failed, Dropped:
		default:
			return nil
		}
		item.Tries = within(item.Tries, maxTries)
	}
	q.Row = within(q.Row, maxRow)
	q.tidy()
	return q
}

// within is n where it lies between 0 and most, and else 0.
func within(n, most int) int {
	if n < 0 || n > most {
		return 0
	}
	return n
}

// tidy brings what may be out of bounds into them.
func (q *Queue) tidy() {
	q.Pause = min(max(q.Pause, ShortestPause), LongestPause)
	q.Took = min(max(q.Took, 0), longestTook)
	if q.Until < 0 || q.Until > 1<<52 {
		q.Until = 0
	}
	q.finish()
}

// Next returns the lesson to ask for now, or how long to wait before asking Next again, in
// which case at is negative. Where there is nothing to do there is nothing to wait for.
func (q *Queue) Next(now int64) (at int, wait int64) {
	if q.State != Running {
		return -1, 0
	}
	wait = q.Due - now
	if q.Due <= 0 || wait > 2*LongestPause { // the clock was set back
		wait = 0
	}
	if wait = max(wait, q.Until-now); wait > 0 {
		return -1, wait
	}
	at = -1
	for i := range q.Items {
		if item := &q.Items[i]; item.Outcome == Waiting && (at < 0 || item.Tries < q.Items[at].Tries) {
			at = i
		}
	}
	return at, 0
}

// Settle notes what came of asking for a lesson. got says that its result is kept, and why
// is a remark then, or zero; else why is why not: a rate limit is waited for until why.At, an
// answer that should be better the next time is asked for once more after all others, what
// would meet every lesson stops the queue, and any other lesson is skipped. took is how long
// the lesson was asked for; 0 where nobody had to be: then the next follows at once.
func (q *Queue) Settle(at int, got bool, why stream.Reason, now, took int64) {
	item := &q.Items[at]
	if item.Outcome != Waiting {
		return // cancelled meanwhile
	}
	strike := true
	switch {
	case got:
		strike = false
		item.Outcome = Done
	case why.Code == stream.RateLimited:
		q.Until = why.At * 1000
		q.Pause = min(2*q.Pause, LongestPause)
	case why.Code == stream.NoAccess, why.Detail == stream.TabGone, why.Detail == stream.NoRoom:
		q.Stop(&why)
	case why.Code == stream.Network, why.Code == stream.Unexpected:
		if item.Tries++; item.Tries >= maxTries {
			item.Outcome = Failed
		}
	default:
		strike = false
		item.Outcome = Skipped
	}
	if item.Why = nil; why.Code != "" && (item.Outcome != Waiting || item.Tries > 0) {
		item.Why = &why
	}
	if took > 0 {
		q.rest(now, took)
		if q.Row++; !strike {
			q.Row = 0
		}
		if q.Row >= maxRow {
			q.Stop(&why)
		}
	}
	q.tidy()
}

// rest has the next lesson wait for the pause, give or take a quarter, so that the site
// sees no beat.
func (q *Queue) rest(now, took int64) {
	if q.Took > 0 {
		took = (3*q.Took + min(took, longestTook)) / 4
	}
	q.Took = took
	q.Seed = (q.Seed*1103515245 + 12345) & 0x7fffffff // the C standard's example of rand
	q.Due = now + q.Pause*3/4 + (q.Seed>>8)%(q.Pause/2+1)
}

// finish ends a queue in which nothing waits, and begins one anew in which something does
// again.
func (q *Queue) finish() {
	if q.State != Paused {
		q.Why = nil
	}
	for i := range q.Items {
		if q.Items[i].Outcome == Waiting {
			if q.State == Finished {
				q.State, q.Row = Running, 0
			}
			return
		}
	}
	q.State, q.Why, q.Until = Finished, nil, 0
}

// Hold makes the queue wait until then: the site asked somebody else to slow down.
func (q *Queue) Hold(until int64) { q.Until = max(q.Until, until) }

// Stop pauses the queue: by itself where there is a reason, else for the person.
func (q *Queue) Stop(why *stream.Reason) {
	if q.State == Running {
		q.State, q.Why = Paused, why
	}
}

// Resume goes on with a paused queue. A rate limit that lasts is waited for all the same.
func (q *Queue) Resume() {
	if q.State == Paused {
		q.State, q.Row = Running, 0
	}
	q.finish()
}

// Cancel ends the queue; what it has brought so far stays.
func (q *Queue) Cancel() { q.turn(Waiting, Dropped) }

// Retry asks once more for the lessons that failed, and for those that were dropped.
func (q *Queue) Retry() {
	q.turn(Failed, Waiting)
	q.turn(Dropped, Waiting)
}

// Lose asks anew for a lesson whose result is gone.
func (q *Queue) Lose(at int) {
	if item := &q.Items[at]; item.Outcome == Done {
		*item = Item{}
		q.finish()
	}
}

func (q *Queue) turn(from, to Outcome) {
	for i := range q.Items {
		if q.Items[i].Outcome == from {
			q.Items[i] = Item{Outcome: to}
		}
	}
	q.finish()
}

// View is a queue in figures.
type View struct {
	State State `json:"state,omitempty"`
	Total int   `json:"total,omitempty"`
	// Done, Skipped, Failed and Dropped together are how far it is.
	Done    int `json:"done,omitempty"`
	Skipped int `json:"skipped,omitempty"`
	Failed  int `json:"failed,omitempty"`
	Dropped int `json:"dropped,omitempty"`
	// Left is how long what waits will take at this pace; 0 for nothing.
	Left int64 `json:"left,omitempty"`
	// Until is when a rate limit ends, 0 for none.
	Until int64 `json:"until,omitempty"`
	// Pause is between two lessons at present.
	Pause int64          `json:"pause,omitempty"`
	Why   *stream.Reason `json:"why,omitempty"`
}

// View returns how far the queue is.
func (q *Queue) View(now int64) *View {
	v := &View{State: q.State, Total: len(q.Items), Pause: q.Pause, Why: q.Why}
	took := q.Took
	if took == 0 {
		took = firstTook
	}
	for i := range q.Items {
		switch q.Items[i].Outcome {
		case Waiting:
			v.Left += took + q.Pause
		case Done:
			v.Done++
		case Skipped:
			v.Skipped++
		case Failed:
			v.Failed++
		case Dropped:
			v.Dropped++
		}
	}
	if q.Until > now {
		v.Until = q.Until
		v.Left += q.Until - now
	}
	return v
}
