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
	key, active := cacheKey(tab, target, hints), activeItem(target, hints)
	l := s.shown(ctx, tab.ID, key, active)
	if l == nil {
		// Nothing worth keeping was listed, so there is no head to complete.
		return stream.Head{}, &message.Error{Code: message.Cancelled, Message: "no listing"}
	}
	if !l.Head.Partial || l.Site != stream.Com {
		return l.Head, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.Limits.Listing)
	defer s.underWay(tab.ID, key, cancel)()
	a := s.asking(tab, l.Site)
	if until := s.paused(ctx, l.Site); until > a.now {
		return stream.Head{}, unavailable(stream.Reason{Code: stream.RateLimited, At: until, Detail: stream.ListUnread})
	}
	head, err := a.courseHead(ctx, l.Head.SeasonID, l.Head.EpisodeID)
	if errors.Is(ctx.Err(), context.Canceled) {
		return stream.Head{}, &message.Error{Code: message.Cancelled, Message: "the tab moved on", Retryable: true}
	}
	if err != nil {
		r := a.reason(ctx, err)
		r.Detail = stream.ListUnread
		return stream.Head{}, unavailable(r)
	}
	head.Duration = max(head.Duration, l.Head.Duration)
	l.Head = head
	s.replace(tab, cached{Key: key, Listing: l, Hint: active})
	return head, nil
}

// underWay makes the tab's next move end the work that cancel belongs to, and ends what
// was registered before. The function it returns takes the registration back.
func (s *Service) underWay(tab int, key string, cancel context.CancelFunc) (done func()) {
	w := &work{key, cancel}
	s.mu.Lock()
	defer s.mu.Unlock()
	if former := s.works[tab]; former != nil {
		former.cancel()
	}
	s.works[tab] = w
	return func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.works[tab] == w {
			delete(s.works, tab)
		}
	}
}

// work is what goes on for a tab beside its listing.
type work struct {
	key    string
	cancel context.CancelFunc
}
