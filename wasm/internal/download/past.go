package download

import (
	"cmp"
	"context"
	"slices"

	"streamlist/wasm/internal/json"
)

// pastMost is how many complete jobs are kept on the list: those that ended last. Each is in every view.
const pastMost = 100

// readPast reads the list of what is complete. What is no such list is an empty one, and what
// is no complete job is left out.
func readPast(data []byte) []record {
	var list, good []record
	if json.Unmarshal(data, &list) != nil {
		return nil
	}
	for _, r := range list {
		if r.State == Complete && len(r.Files) > 0 && r.check() == nil {
			good = append(good, r)
		}
	}
	return good[max(0, len(good)-pastMost):]
}

// remember says what is complete, so that it lasts, and lets go of the oldest beyond what is kept.
func (q *Queue) remember() {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := []record{}
	for _, j := range q.jobs {
		j.mu.Lock()
		if j.state == Complete {
			rec := j.rec
			rec.Version, rec.State, rec.Reason = recordVersion, Complete, nil
			rec.Order.Load = "" // of a document that is long gone
			list = append(list, rec)
		}
		j.mu.Unlock()
	}
	slices.SortStableFunc(list, func(a, b record) int { return cmp.Compare(a.Ended, b.Ended) })
	for ; len(list) > pastMost; list = list[1:] {
		q.jobs = slices.DeleteFunc(slices.Clone(q.jobs), func(j *job) bool { return j.rec.Order.ID == list[0].Order.ID })
	}
	if past := q.ports.Past; past != nil {
		if data, err := json.Marshal(list); err == nil { // no record fails
			past(data)
		}
	}
}

// forget takes complete jobs off the list.
func (q *Queue) forget(which func(*job) bool) {
	var gone []*job
	q.mu.Lock()
	q.jobs = slices.DeleteFunc(slices.Clone(q.jobs), func(j *job) bool {
		j.mu.Lock()
		defer j.mu.Unlock()
		if j.state != Complete || !which(j) {
			return false
		}
		j.gone = true
		gone = append(gone, j)
		return true
	})
	q.mu.Unlock()
	q.remember()
	for _, j := range gone {
		q.remove(j) // where that failed when it was saved
	}
	q.changed()
}

// again fetches a complete job's file once more, as the site has it now: its bytes went as it
// was saved. It becomes the last of the queue.
func (q *Queue) again(j *job) {
	q.mu.Lock()
	j.mu.Lock()
	if j.state != Complete || j.gone {
		j.mu.Unlock()
		q.mu.Unlock()
		return
	}
	r := &j.rec // whose order and name stay
	r.Added, r.Row, r.Audio, r.Notes = q.last(), nil, nil, nil
	r.Size, r.Duration, r.Whole, r.Took, r.Ended = 0, 0, 0, 0, 0
	r.Unindexed, r.Apart, r.Files, r.Downloads = false, false, nil, nil
	j.out = nil
	if j.listing != nil {
		_ = j.rec.choose(j.listing) // what is wrong is said when its turn comes
	}
	j.state, j.reason = Waiting, nil
	j.mu.Unlock()
	q.jobs = append(slices.DeleteFunc(slices.Clone(q.jobs), func(other *job) bool { return other == j }), j)
	q.mu.Unlock()
	q.changed()
	q.work.Go(func() {
		// The list forgets it once its folder says what it is.
		q.grounded(j, q.settle(context.WithoutCancel(q.ctx), j))
		q.remember()
		q.schedule()
		q.changed()
	})
}
