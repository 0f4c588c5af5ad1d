package service

import (
	"context"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// Course reads the rest of the list of the course whose listing the tab shows, and
// returns the completed head.
func (s *Service) Course(ctx context.Context, tab message.Tab, hints message.Hints) (stream.Head, error) {
	l, err := s.List(ctx, tab, hints, false)
	if err != nil {
		return stream.Head{}, err
	}
	target, ok := page.Parse(tab.URL)
	if !ok || !l.Head.Partial || l.Site != stream.Com {
		return l.Head, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.Limits.Listing)
	defer cancel()
	a := &asking{Service: s, site: l.Site, now: s.Now().Unix()}
	if until := a.paused(ctx); until != 0 {
		return stream.Head{}, unavailable(stream.Reason{Code: stream.RateLimited, At: until, Detail: stream.ListUnread})
	}
	head, err := a.courseHead(ctx, l.Head.SeasonID, l.Head.EpisodeID)
	if err != nil {
		r := a.reason(ctx, err)
		r.Detail = stream.ListUnread
		return stream.Head{}, unavailable(r)
	}
	head.Duration = max(head.Duration, l.Head.Duration)
	l.Head = head
	s.keep(tab.ID, cacheKey(tab, target, hints), l)
	return head, nil
}
