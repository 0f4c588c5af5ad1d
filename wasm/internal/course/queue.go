// Package course is the work over a whole course: the list of its lessons, what a person
// selects of it, and the paced queue that asks for them one after the other.
package course

import (
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

// Queue is work over many lessons, one at a time and paced. It asks nobody and has no
// clock: whoever does the work says what the time is, asks Next, and says what became of the
// lesson. Its JSON holds no address, so that it may outlive the browser.
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
	ID      string  `json:"id"`
	Outcome Outcome `json:"is,omitempty"`
	// Why is why it was skipped or failed, or a remark on one that is done.
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
	MaxLessons    = 5000
	ShortestPause = 500
	DefaultPause  = 1000
	LongestPause  = 60_000
	maxTries      = 2
	maxRow        = 5
	// firstTook is the guess before the first answer.
	firstTook = 500
)

// New returns a running queue over the lessons, in that order.
func New(ids []string, pause, now int64) *Queue {
	q := &Queue{State: Running, Pause: clampPause(pause), Seed: now}
	for _, id := range ids {
		q.Items = append(q.Items, Item{ID: id})
	}
	q.finish()
	return q
}

// Read reads a stored queue. It returns nil for one that no queue writes.
func Read(data []byte) *Queue {
	q := new(Queue)
	if json.Unmarshal(data, q) != nil || len(q.Items) == 0 || len(q.Items) > MaxLessons {
		return nil
	}
	switch q.State {
	case Running, Paused, Finished:
	default:
		return nil
	}
	seen := make(map[string]bool, len(q.Items))
	for i := range q.Items {
		item := &q.Items[i]
		if item.ID == "" || seen[item.ID] {
			return nil
		}
		seen[item.ID] = true
		switch item.Outcome {
		case Waiting, Done, Skipped, Failed, Dropped:
		default:
			return nil
		}
		item.Tries = min(max(item.Tries, 0), maxTries)
	}
	q.Pause = clampPause(q.Pause)
	q.Took, q.Row = clampTook(q.Took), min(max(q.Row, 0), maxRow)
	if q.Until < 0 || q.Until > 1<<52 {
		q.Until = 0
	}
	if q.State != Paused {
		q.Why = nil
	}
	q.finish()
	return q
}

func clampPause(pause int64) int64 { return min(max(pause, ShortestPause), LongestPause) }

// A lesson that took longer than this was interrupted.
func clampTook(took int64) int64 { return min(max(took, 0), 60_000) }

// Next returns the lesson to ask for now, or how long to wait before asking Next again. It
// returns neither where there is nothing to do.
func (q *Queue) Next(now int64) (id string, wait int64) {
	if q.State != Running {
		return "", 0
	}
	// A clock that was set back must not stretch a second's pause.
	if wait := q.Due - now; q.Due > 0 && wait > 0 && wait <= 2*LongestPause {
		return "", max(wait, q.limit(now))
	}
	if wait := q.limit(now); wait > 0 {
		return "", wait
	}
	next := -1
	for i := range q.Items {
		if item := &q.Items[i]; item.Outcome == Waiting && (next < 0 || item.Tries < q.Items[next].Tries) {
			next = i
		}
	}
	if next < 0 {
		return "", 0
	}
	return q.Items[next].ID, 0
}

// limit is how long a rate limit still lasts.
func (q *Queue) limit(now int64) int64 { return max(q.Until-now, 0) }

// Done notes that the lesson's result is kept, perhaps with a remark, such as that it is a
// preview. took is how long the lesson was asked for.
func (q *Queue) Done(id string, remark *stream.Reason, now, took int64) {
	q.settle(id, Done, remark, now, took)
}

// Skip notes that this account can't have the lesson. took is 0 where that was known
// without asking: then the next follows at once.
func (q *Queue) Skip(id string, why stream.Reason, now, took int64) {
	q.settle(id, Skipped, &why, now, took)
}

func (q *Queue) settle(id string, outcome Outcome, why *stream.Reason, now, took int64) {
	item := q.find(id)
	if item == nil || item.Outcome != Waiting {
		return
	}
	item.Outcome, item.Why, item.Tries = outcome, why, 0
	if took > 0 {
		q.rest(now, took)
		q.Row, q.Until = 0, 0
	}
	q.finish()
}

// Fail notes that no right answer came. The lesson is asked for once more after all others;
// after several in a row the queue stops and says why.
func (q *Queue) Fail(id string, why stream.Reason, now, took int64) {
	item := q.find(id)
	if item == nil || item.Outcome != Waiting {
		return
	}
	item.Why = &why
	if item.Tries++; item.Tries >= maxTries {
		item.Outcome = Failed
	}
	q.rest(now, max(took, 1))
	q.strike(why)
	q.finish()
}

// Limit notes that the site asked to slow down until then. The lesson keeps waiting, and
// from then on the pause is twice as long.
func (q *Queue) Limit(why stream.Reason, until int64) {
	q.Until = until
	q.Pause = clampPause(2 * q.Pause)
	q.strike(why)
}

// Hold makes the queue wait until then: the site asked somebody else to slow down.
func (q *Queue) Hold(until int64) { q.Until = max(q.Until, until) }

func (q *Queue) strike(why stream.Reason) {
	if q.Row++; q.Row >= maxRow {
		q.Stop(why)
	}
}

// rest has the next lesson wait for the pause, give or take a quarter, so that the site
// sees no beat.
func (q *Queue) rest(now, took int64) {
	if took = clampTook(took); q.Took == 0 {
		q.Took = took
	} else {
		q.Took = (3*q.Took + took) / 4
	}
	q.Seed = (q.Seed*1103515245 + 12345) & 0x7fffffff // the C standard's example of rand
	q.Due = now + q.Pause*3/4 + (q.Seed>>8)%(q.Pause/2+1)
}

// finish ends a queue in which nothing waits, and begins one anew in which something does
// again.
func (q *Queue) finish() {
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

func (q *Queue) find(id string) *Item {
	for i := range q.Items {
		if q.Items[i].ID == id {
			return &q.Items[i]
		}
	}
	return nil
}

// Active reports whether the queue has something to do now or later.
func (q *Queue) Active() bool { return q.State == Running }

// Stop pauses the queue by itself.
func (q *Queue) Stop(why stream.Reason) {
	if q.State == Running {
		q.State, q.Why = Paused, &why
	}
}

// Suspend pauses the queue for the person.
func (q *Queue) Suspend() {
	if q.State == Running {
		q.State = Paused
	}
}

// Resume goes on with a paused queue. A rate limit that lasts is waited for all the same.
func (q *Queue) Resume() {
	if q.State == Paused {
		q.State, q.Why, q.Row = Running, nil, 0
		q.finish()
	}
}

// Cancel ends the queue; what it has brought so far stays.
func (q *Queue) Cancel() {
	for i := range q.Items {
		if item := &q.Items[i]; item.Outcome == Waiting {
			*item = Item{ID: item.ID, Outcome: Dropped}
		}
	}
	q.finish()
}

// Retry asks once more for the lessons that failed, and for those that were dropped.
func (q *Queue) Retry() {
	q.revive(func(item *Item) bool { return item.Outcome == Failed || item.Outcome == Dropped })
}

// Lose asks anew for the lessons that are done and whose results are gone, as lost says.
func (q *Queue) Lose(lost func(id string) bool) {
	q.revive(func(item *Item) bool { return item.Outcome == Done && lost(item.ID) })
}

func (q *Queue) revive(which func(*Item) bool) {
	for i := range q.Items {
		if item := &q.Items[i]; which(item) {
			*item = Item{ID: item.ID}
		}
	}
	q.finish()
}

// View is a queue in figures.
type View struct {
	State State `json:"state"`
	Total int   `json:"total"`
	// Done, Skipped, Failed and Dropped together are how far it is.
	Done    int `json:"done,omitempty"`
	Skipped int `json:"skipped,omitempty"`
	Failed  int `json:"failed,omitempty"`
	Dropped int `json:"dropped,omitempty"`
	// Left is how long what waits will take at this pace; 0 unknown or nothing.
	Left int64 `json:"left,omitempty"`
	// Until is when a rate limit ends, 0 for none.
	Until int64 `json:"until,omitempty"`
	// Pause is between two lessons at present.
	Pause int64          `json:"pause,omitempty"`
	Why   *stream.Reason `json:"why,omitempty"`
}

// View returns how far the queue is.
func (q *Queue) View(now int64) View {
	v := View{State: q.State, Total: len(q.Items), Pause: q.Pause, Why: q.Why}
	for i := range q.Items {
		switch q.Items[i].Outcome {
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
	if waiting := int64(v.Total - v.Done - v.Skipped - v.Failed - v.Dropped); waiting > 0 {
		took := q.Took
		if took == 0 {
			took = firstTook
		}
		v.Left = q.limit(now) + waiting*(took+q.Pause)
		if q.limit(now) > 0 {
			v.Until = q.Until
		}
	}
	return v
}
