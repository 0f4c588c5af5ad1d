package service

import (
	"context"
	"errors"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// Course reads the rest of the list of the course whose listing the tab shows, and
// returns the completed head.
func (s *Service) Course(ctx context.Context, tab message.Tab, hints message.Hints) (stream.Head, error) {
	target, ok := page.Parse(tab.URL)
	if !ok {
		return stream.Head{}, &message.Error{Code: message.Unsupported, Message: "not a page with streams"}
	}
	of := subjectOf(tab, target, hints)
	l := s.shown(ctx, tab, of)
	if l == nil {
		// Nothing worth keeping was listed, so there is no head to complete.
		return stream.Head{}, &message.Error{Code: message.Cancelled, Message: "no listing"}
	}
	if !l.Head.Partial || l.Site != stream.Com {
		return l.Head, nil
	}
	ctx, done := s.underWay(ctx, task{tab.ID, message.Course}, of.Key)
	defer done()
	a := s.asking(tab, l.Site)
	if until := s.paused(ctx, tab, l.Site); until > a.now {
		return stream.Head{}, unavailable(stream.Reason{Code: stream.RateLimited, At: until, Detail: stream.ListUnread})
	}
	head, err := a.courseHead(ctx, l.Head.SeasonID, l.Head.EpisodeID)
	if errors.Is(ctx.Err(), context.Canceled) {
		return stream.Head{}, movedOn()
	}
	if err != nil {
		r := a.reason(ctx, err)
		r.Detail = stream.ListUnread
		return stream.Head{}, unavailable(r)
	}
	s.keepCourse(tab, of, a.about)
	head.Duration = max(head.Duration, l.Head.Duration)
	s.amend(ctx, tab, of, func(l *stream.Listing) { l.Head = head })
	return head, nil
}

// task is a kind of work that goes on for a tab beside its listing, work one that does.
type task struct {
	tab  int
	kind message.Kind
}

type work struct {
	key    string
	cancel context.CancelFunc
}

// underWay bounds work for the listing of that key. The tab's next move ends it, and so
// does the same kind of work begun anew. done must be called when it is over.
func (s *Service) underWay(ctx context.Context, t task, key string) (bounded context.Context, done func()) {
	ctx, cancel := within(ctx, s.Limits.Listing)
	w := &work{key, cancel}
	s.mu.Lock()
	defer s.mu.Unlock()
	if former := s.works[t]; former != nil {
		former.cancel()
	}
	s.works[t] = w
	return ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.works[t] == w {
			delete(s.works, t)
		}
	}
}
