package service

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/pugv"
	"streamlist/wasm/internal/stream"
)

// catalogue is what the store keeps of the course or series that a tab's page belongs to.
type catalogue struct {
	Key  string       `json:"key"` // of the subject
	List *course.List `json:"list"`
}

func lessonsKey(tab int) string { return "lessons/" + strconv.Itoa(tab) }

// keepCourse remembers what was read of a tab's course, and stores its list in a moment:
// who waits for the listing goes first.
func (s *Service) keepCourse(tab message.Tab, of subject, c described) {
	if c.lessons == nil {
		return
	}
	c.of = of
	s.mu.Lock()
	s.courses[tab.ID] = c
	s.mu.Unlock()
	time.AfterFunc(s.Limits.Keep, func() {
		data, err := json.Marshal(catalogue{of.Key, c.lessons()})
		s.mu.Lock()
		defer s.mu.Unlock()
		if now := s.courses[tab.ID]; err == nil && now.lessons != nil && now.lessons() == c.lessons() {
			s.save(tab, lessonsKey(tab.ID), data)
		}
	})
}

// Lessons returns the list of the course or series that the tab's page belongs to: what
// the tab's listing has read, which may have More that Course reads; or, where nothing was
// read, what the endpoints say.
func (s *Service) Lessons(ctx context.Context, tab message.Tab, hints message.Hints) (*course.List, error) {
	target, ok := page.Parse(tab.URL)
	if !ok || target.Kind == page.Upload {
		return nil, &message.Error{Code: message.Unsupported, Message: "not a course"}
	}
	of := subjectOf(tab, target, hints)
	s.mu.Lock()
	f := s.flights[tab.ID]
	s.mu.Unlock()
	if f != nil && f.of.Key == of.Key {
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if l := s.lessonsOf(ctx, tab.ID, of.Key); l != nil {
		return l, nil
	}
	ctx, done := s.underWay(ctx, task{tab.ID, message.Lessons}, of.Key)
	defer done()
	var c described
	err := s.aside(ctx, tab, target.Site, func(ctx context.Context, a *asking) error {
		err := a.catalogue(ctx, target)
		c = a.about
		return err
	})
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, movedOn()
	case err != nil:
		return nil, err
	}
	s.keepCourse(tab, of, c)
	return c.lessons(), nil
}

// lessonsOf returns the list that is kept of the tab's course, or nil.
func (s *Service) lessonsOf(ctx context.Context, tab int, key string) *course.List {
	s.mu.Lock()
	c := s.courses[tab]
	s.mu.Unlock()
	if c.lessons != nil && c.of.Key == key {
		return c.lessons()
	}
	var kept catalogue
	data, err := s.Store.Load(ctx, lessonsKey(tab))
	if err != nil || len(data) == 0 || json.Unmarshal(data, &kept) != nil || kept.Key != key {
		return nil
	}
	return kept.List
}

// catalogue reads the list of a page's course or series.
func (a *asking) catalogue(ctx context.Context, t page.Target) error {
	if t.Site == stream.Com {
		s, err := get(ctx, a, pugv.SeasonURL(t.SeasonID, t.EpisodeID), pugv.DecodeSeason)
		if err != nil {
			return err
		}
		if bool(s.EpisodePage.Next) {
			_ = a.readList(ctx, s, "") // what was read is a list too, with More
		}
		a.describes(s, t.EpisodeID)
		return nil
	}
	s, err := a.describeSeries(ctx, t)
	switch {
	case err != nil:
		return err
	case len(s.Episodes) == 0:
		return stream.Reason{Code: stream.Unexpected, Detail: stream.Empty}
	}
	a.about.lessons = sync.OnceValue(s.List)
	return nil
}

// numbers reads which lessons a person's text means.
func numbers(b message.RangeBody) (*message.Numbers, error) {
	list, err := course.ParseRange(b.Text, b.Count)
	switch {
	case errors.Is(err, course.ErrBeyond):
		return nil, &message.Error{Code: message.BeyondRange}
	case err != nil:
		return nil, &message.Error{Code: message.NoRange}
	}
	return &message.Numbers{Numbers: append([]int{}, list...)}, nil
}

// neighbour is what the store keeps of a tab's last listing of another lesson, for the
// buttons of its rows.
type neighbour struct {
	Key     string          `json:"key"` // of the subject that the tab's own page is
	Target  page.Target     `json:"target"`
	Listing *stream.Listing `json:"listing"`
}

func besideKey(tab int) string { return "beside/" + strconv.Itoa(tab) }

// another is the page of another lesson of the same course or series.
func another(t page.Target, id string) page.Target {
	t.EpisodeID, t.Kind = id, page.Lesson
	if t.Site == stream.TV {
		t.Kind = page.Episode
	} else {
		t.SeasonID = ""
	}
	return t
}

// ListLesson lists another lesson of the course that the tab's page belongs to. Its id must
// be in the site's own list.
func (s *Service) ListLesson(ctx context.Context, tab message.Tab, b *message.ListBody) (*stream.Listing, error) {
	target, ok := page.Parse(tab.URL)
	if !ok {
		return nil, &message.Error{Code: message.Unsupported, Message: "not a page with streams"}
	}
	lessons, err := s.Lessons(ctx, tab, b.Hints)
	if err != nil {
		return nil, err
	}
	lesson := lessons.Find(b.Lesson)
	if lesson == nil {
		return nil, unavailable(stream.Reason{Code: stream.NotFound})
	}
	of := subjectOf(tab, target, b.Hints)
	wanted := another(target, lesson.ID)
	l := s.neighbourOf(ctx, tab, of.Key, wanted.Key()).Listing
	if l == nil || b.Refresh || l.ExpiresAt-s.Now().Unix() <= soon {
		ctx, done := s.underWay(ctx, task{tab.ID, message.ListLesson}, of.Key)
		defer done()
		l, err = s.neighbour(ctx, tab, neighbour{Key: of.Key, Target: wanted})
		switch {
		case errors.Is(ctx.Err(), context.Canceled):
			return nil, movedOn()
		case err != nil:
			return nil, err
		}
	}
	if h := &l.Head; h.Number == 0 { // further down than the listing had to read
		h.Title, h.Number, h.Total, h.Partial = lesson.Title, lesson.Number, len(lessons.Lessons), lessons.More
		h.Duration = max(h.Duration, lesson.Duration)
	}
	return l, nil
}

// neighbourOf returns what is kept of another lesson's page, where the tab's own page has
// that key; without a listing if that is nothing.
func (s *Service) neighbourOf(ctx context.Context, tab message.Tab, key, page string) (n neighbour) {
	data, err := s.Store.Load(ctx, besideKey(tab.ID))
	if err != nil || len(data) == 0 || json.Unmarshal(data, &n) != nil || n.Listing == nil || n.Key != key || n.Target.Key() != page {
		return neighbour{}
	}
	n.Listing.Arrange(s.options(ctx).preferences())
	rank(n.Listing, s.networks(ctx, tab))
	return n
}

// neighbour asks for the listing of another lesson and keeps it. It offers no single files
// that have to be asked for by themselves.
func (s *Service) neighbour(ctx context.Context, tab message.Tab, n neighbour) (*stream.Listing, error) {
	l, err := s.elsewhere(ctx, tab, n.Target, message.Hints{}, "")
	if err != nil {
		return nil, err
	}
	l.Unasked = false
	n.Listing = l
	if data, err := json.Marshal(n); err == nil {
		s.save(tab, besideKey(tab.ID), data)
	}
	return l, nil
}

// beside returns the listing of another lesson than the tab's page plays, which was asked
// for while the tab was on this very page.
func (s *Service) beside(ctx context.Context, tab message.Tab, own page.Target, b *message.CopyBody) (*stream.Listing, error) {
	n := s.neighbourOf(ctx, tab, subjectOf(tab, own, b.Hints).Key, b.Page)
	if n.Listing == nil {
		return nil, movedOn()
	}
	if b.What == message.YtDlp {
		return n.Listing, nil
	}
	limited, cancel := within(ctx, s.Limits.Listing)
	defer cancel()
	return s.renewed(n.Listing, func() (*stream.Listing, error) { return s.neighbour(limited, tab, n) })
}
