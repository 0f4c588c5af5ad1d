package service

import (
	"context"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/pugv"
	"streamlist/wasm/internal/stream"
)

// Owned returns one page, from 1, of the account's own list of courses, in a tab that
// shows the site's page of it.
func (s *Service) Owned(ctx context.Context, tab message.Tab, number int) (list *pugv.Owned, err error) {
	if page.PlaceOf(tab.URL) != page.Mine || number < 1 || number > maxListPages {
		return nil, &message.Error{Code: message.Unsupported, Message: "not the list of courses"}
	}
	err = s.aside(ctx, tab, func(ctx context.Context, a *asking) (err error) {
		list, err = get(ctx, a, pugv.OwnedURL(number), pugv.DecodeOwned)
		return err
	})
	return list, err
}

// aside asks the courses' endpoints for what belongs to no listing: not while they want to
// be left alone, and within the time that a listing has.
func (s *Service) aside(ctx context.Context, tab message.Tab, ask func(context.Context, *asking) error) error {
	a := s.asking(tab, stream.Com)
	if until := s.paused(ctx, a.site); until > a.now {
		return unavailable(stream.Reason{Code: stream.RateLimited, At: until})
	}
	ctx, cancel := context.WithTimeout(ctx, s.Limits.Listing)
	defer cancel()
	if err := ask(ctx, a); err != nil {
		return unavailable(a.reason(ctx, err))
	}
	return nil
}
