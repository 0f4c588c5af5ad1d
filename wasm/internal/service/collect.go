package service

import (
	"context"
	"strings"

	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/export"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// collection is the work on many lessons for one account: one at a time, so that the site
// is asked by one queue. Its job and queue lie in the browser's own storage, without any
// address, and go on after a restart; what it brought lies in the session's, each lesson
// under a key of its own. Of a private window all lies in memory alone.
type collection struct {
	_              [0]func() // none is compared with another: the code for it would be 1 kB of wasm
	jar            string
	local, results Store
	job            *job // nil: there is none
	queue          *course.Queue
	working        bool          // somebody is at it
	nudge          chan struct{} // ends a wait: a person did something
}

// job is what a queue is for.
type job struct {
	// ID names it: when it was begun, in milliseconds.
	ID int64 `json:"id"`
	// Tab is where it was begun, and asks where the account's cookies are a tab's own.
	Tab message.Tab `json:"tab"`
	// List has the chosen lessons alone, of Total.
	List  course.List  `json:"list"`
	Total int          `json:"total"`
	Job   *message.Job `json:"job"`
}

// result is what a lesson brought for a job: when, and until when its addresses live, in Unix
// seconds.
type result struct {
	Job   int64       `json:"job"`
	At    int64       `json:"at"`
	Until int64       `json:"until,omitempty"`
	Item  export.Item `json:"item"`
}

// jarOf names the cookie jar of a tab's account: "" for the default one.
func jarOf(tab message.Tab) string {
	switch {
	case tab.Private:
		return "/private"
	case tab.OwnJar():
		return "/" + tab.Store
	}
	return ""
}

// collected changes the account's collection, keeps it going, and says how far it is.
func (s *Service) collected(ctx context.Context, tab message.Tab, change func(c *collection)) *message.QueueView {
	s.collecting.Lock()
	defer s.collecting.Unlock()
	jar := jarOf(tab)
	c := s.collections[jar]
	if c == nil {
		// Results pass by what remembers values: there are too many.
		c = &collection{jar: jar, local: s.Local, results: s.memory.Store, nudge: make(chan struct{}, 1)}
		if tab.Private {
			c.local = remember(stage{})
			c.results = c.local
		}
		s.collections[jar] = c
		c.recall(ctx)
	}
	change(c)
	return s.keepGoing(c)
}

// Keys of the two stores: what a job and a queue lie under, and what says whose results the
// session has.
const jobs, queues, mark = "job", "queue", "collected"

func (c *collection) key(name string) string { return name + c.jar }

func (c *collection) resultKey(id string) string { return c.key(mark) + "/" + id }

// recall reads what a former background left.
func (c *collection) recall(ctx context.Context) {
	j := new(job)
	if !recall(ctx, c.local, c.key(jobs), j) || j.Job == nil {
		return
	}
	progress, _ := c.local.Load(ctx, c.key(queues))
	c.job, c.queue = j, course.Read(progress, len(j.List.Lessons))
	var marked int64
	recall(ctx, c.results, c.key(mark), &marked)
	switch {
	case c.queue == nil:
		c.forget(ctx)
	case marked == j.ID:
	case c.queue.State == course.Finished:
		c.forget(ctx)
	default:
		// The browser was closed since: what was brought is gone, and so are the tabs.
		for at := range c.queue.Items {
			if j.Job.Purpose == message.ToExport {
				c.queue.Lose(at)
			}
		}
		if j.Tab.OwnJar() {
			c.queue.Stop(&stream.Reason{Code: stream.Network, Detail: stream.TabGone})
		}
		put(ctx, c.results, c.key(mark), j.ID)
	}
}

// recall reads a value, and reports whether there is one.
func recall(ctx context.Context, from Store, key string, v any) bool {
	data, err := from.Load(ctx, key)
	return err == nil && json.Unmarshal(data, v) == nil
}

// put writes a value, and reports whether there was room for it.
func put(ctx context.Context, to Store, key string, v any) bool {
	data, err := json.Marshal(v)
	return err == nil && to.Save(ctx, key, data) == nil
}

// keep stores how far the queue is. What can't be stored goes on as long as the background
// does.
func (c *collection) keep(ctx context.Context) { put(ctx, c.local, c.key(queues), c.queue) }

// forget removes the job and all that it brought.
func (c *collection) forget(ctx context.Context) {
	keys := make([]string, len(c.job.List.Lessons), len(c.job.List.Lessons)+1)
	for i := range keys {
		keys[i] = c.resultKey(c.job.List.Lessons[i].ID)
	}
	c.job = nil
	_ = c.results.Delete(ctx, append(keys, c.key(mark))...)
	_ = c.local.Delete(ctx, c.key(jobs), c.key(queues))
}

// Collect begins to ask for many lessons of the course that the tab's page belongs to. Each
// must be in the course's own list.
func (s *Service) Collect(ctx context.Context, tab message.Tab, b *message.CollectBody) (v *message.QueueView, err error) {
	list, err := s.Lessons(ctx, tab, b.Hints.Clean())
	if err != nil {
		return nil, err
	}
	wanted := make(map[string]bool, len(b.Lessons))
	for _, id := range b.Lessons {
		wanted[id] = true
	}
	j := &job{ID: s.Now().UnixMilli(), Tab: tab, List: *list, Total: len(list.Lessons), Job: &b.Job}
	j.List.Lessons = nil
	for i := range list.Lessons {
		if l := &list.Lessons[i]; wanted[l.ID] {
			j.List.Lessons = append(j.List.Lessons, *l)
		}
	}
	n := len(j.List.Lessons)
	if n == 0 || n != len(wanted) {
		return nil, unavailable(stream.Reason{Code: stream.NotFound})
	}
	if target, ok := page.Parse(tab.URL); ok {
		j.Tab.URL = target.URL() // what else the address holds is nobody's business
	}
	pause := s.options(ctx).Pause * 1000
	v = s.collected(ctx, tab, func(c *collection) {
		if c.job != nil {
			if c.queue.State != course.Finished {
				err = &message.Error{Code: message.Busy, Message: "one at a time"}
				return
			}
			c.forget(ctx)
		}
		c.job, c.queue = j, course.New(n, pause, j.ID)
		put(ctx, c.local, c.key(jobs), j)
		put(ctx, c.results, c.key(mark), j.ID)
		c.keep(ctx)
	})
	return v, err
}

// Queue does what a person wants about the account's queue, which may be nothing, keeps it
// going, and says how far it is.
func (s *Service) Queue(ctx context.Context, tab message.Tab, do message.Step) *message.QueueView {
	var items []course.Item
	var lessons []course.Lesson
	v := s.collected(ctx, tab, func(c *collection) {
		if c.job == nil || do == "" {
			return
		}
		switch q := c.queue; do {
		case message.Pause:
			q.Stop(nil)
		case message.Cancel:
			q.Cancel()
		case message.Retry:
			q.Retry()
		case message.Resume:
			c.job.Tab.ID = tab.ID // a container's former one may be gone
			q.Resume()
		case message.Clear:
			c.forget(ctx)
			return
		case message.Report:
			// A copy: it is written when the queue may have gone on.
			lessons, items = c.job.List.Lessons, append(items, q.Items...)
		}
		c.keep(ctx)
		c.wake()
	})
	v.Lessons, v.Items = lessons, items
	return v
}

// keepGoing has somebody work where there is work, and describes it. The caller holds
// s.collecting.
func (s *Service) keepGoing(c *collection) *message.QueueView {
	j := c.job
	if j == nil {
		return &message.QueueView{}
	}
	if c.queue.State == course.Running && !c.working {
		c.working = true
		s.ring(c)
		go s.work(c, j)
	}
	return &message.QueueView{Progress: c.queue.View(s.Now().UnixMilli()), Job: j.Job, Page: j.List.Page, Title: j.List.Title}
}

// ring has GoOn called for the account from time to time while somebody is at work. A private
// window's queue ends with the background: nothing of it is written.
func (s *Service) ring(c *collection) {
	if c.local == s.Local {
		s.Alarm.Ring(c.key(queues), c.working)
	}
}

// GoOn goes on with a queue that a former background left: alarm is the one that rang, "" as
// the browser starts, which has forgotten them.
func (s *Service) GoOn(ctx context.Context, alarm string) {
	_, store, _ := strings.Cut(alarm, "/")
	s.collected(ctx, message.Tab{Store: store}, s.ring)
}

// Written returns what the account's queue has brought as one text, or copies it. Where
// results are gone or their addresses have ended, those are asked for again instead, unless
// b.Anyway takes them as they are.
func (s *Service) Written(ctx context.Context, tab message.Tab, b *message.CopyBody, copied bool) (*export.Text, error) {
	var items []export.Item
	lost := false
	s.collected(ctx, tab, func(c *collection) {
		if c.job == nil {
			return
		}
		now := s.Now().Unix()
		for at := range c.queue.Items {
			if c.queue.Items[at].Outcome != course.Done {
				continue
			}
			r := c.result(ctx, c.job, at)
			if r.Job == 0 || (!b.Anyway && r.Until > 0 && r.Until < now+recent && r.At < now-recent) {
				c.queue.Lose(at)
				_ = c.results.Delete(ctx, c.resultKey(c.job.List.Lessons[at].ID))
				lost = true
			} else {
				items = append(items, r.Item)
			}
		}
		if lost {
			c.keep(ctx)
		}
	})
	if lost {
		return nil, &message.Error{Code: message.Unfinished, Message: "links have ended"}
	}
	to := s.reader(tab, b.Shell)
	to.Template = s.options(ctx).Template
	t := export.Write(export.Format(b.What), items, to)
	if t.Body == "" {
		code := message.Malformed
		if len(t.Refused) > 0 {
			code = message.ErrorCode(t.Refused[0].Why)
		}
		return nil, &message.Error{Code: code, Message: "no such text"}
	}
	if copied {
		body := t.Body
		t.Body = ""
		return &t, s.write(ctx, body)
	}
	return &t, nil
}
