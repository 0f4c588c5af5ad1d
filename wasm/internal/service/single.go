package service

import (
	"context"
	"errors"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/pugv"
	"streamlist/wasm/internal/stream"
)

// Single asks for the single files of the lesson whose listing the tab shows, which come
// as tracks otherwise, and returns the completed listing. It is asked once: they belong to
// the listing from then on, and so does the reason why there are none.
func (s *Service) Single(ctx context.Context, tab message.Tab, hints message.Hints) (*stream.Listing, error) {
	target, ok := page.Parse(tab.URL)
	if !ok {
		return nil, &message.Error{Code: message.Unsupported, Message: "not a page with streams"}
	}
	l, err := s.list(ctx, tab, target, hints, false)
	if err != nil || !l.Unasked {
		return l, err
	}
	of := subjectOf(tab, target, hints)
	bounded, done := s.underWay(ctx, task{tab.ID, message.Single}, of.Key)
	defer done()
	a := s.asking(tab, l.Site)
	if until := s.paused(bounded, tab, l.Site); until > a.now {
		return nil, unavailable(stream.Reason{Code: stream.RateLimited, At: until})
	}
	rows, why := a.singleFiles(bounded, l)
	switch {
	case errors.Is(bounded.Err(), context.Canceled):
		return nil, movedOn()
	case why != nil && passing(*why):
		return nil, unavailable(*why)
	}
	s.amend(ctx, tab, of, func(l *stream.Listing) {
		l.Single, l.NoSingle, l.Unasked = rows, why, false
		l.SetExpiry(0)
	})
	return s.list(ctx, tab, target, hints, false)
}

// singleFiles returns the rows of the lesson's single files, or why there are none.
func (a *asking) singleFiles(ctx context.Context, l *stream.Listing) ([]stream.Rendition, *stream.Reason) {
	q := pugv.PlayQuery{EpisodeID: l.Head.EpisodeID, Fnval: pugv.FnvalMP4}
	play, err := a.play(ctx, &q, func(ctx context.Context) (*pugv.Season, error) {
		return get(ctx, a, pugv.SeasonURL("", q.EpisodeID), pugv.DecodeSeason)
	})
	if err != nil {
		r := a.reason(ctx, err)
		if r.Code == stream.NotFound || r.Code == stream.NotPurchased {
			// The lesson is there and its tracks are given, so this says nothing of it.
			r = stream.Reason{Code: stream.NotGiven}
		}
		return nil, &r
	}
	a.otherQualities(ctx, q, play)
	files := play.Listing()
	switch p := files.Problem; {
	case p != nil && (p.Code == stream.IsEncrypted || l.State != stream.Preview):
		return nil, p
	case !play.HasMedia() || len(files.Single) == 0:
		return nil, &stream.Reason{Code: stream.NotGiven}
	}
	return files.Single, nil
}
