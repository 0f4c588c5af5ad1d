package service

import (
	"context"
	"sync"

	"streamlist/wasm/internal/intl"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// episode lists one episode: streams, series and episodes are asked for in parallel.
func (a *asking) episode(ctx context.Context, t page.Target) (*stream.Listing, error) {
	series := begin(a.Service, func() (*intl.Series, error) { return a.describeSeries(ctx, t) })
	play, err := get(ctx, a, intl.PlayURL(t.EpisodeID, "", t.SLocale()), intl.DecodePlay)
	graceful, cancel := within(ctx, a.Limits.Grace)
	defer cancel()
	s, seriesErr := series.wait(graceful)
	l, err := a.describePlay(ctx, play, err)
	if err != nil {
		return nil, err
	}
	if seriesErr != nil {
		r := a.reason(ctx, seriesErr)
		r.Detail = stream.SeasonUnread
		l.Notes = append(l.Notes, r)
	}
	a.withHead(l, s, t.EpisodeID)
	return l, nil
}

// series lists the episode that a series page plays: the page's active item where the
// series holds it, else its first.
func (a *asking) series(ctx context.Context, t page.Target, hint string) (*stream.Listing, error) {
	s, err := a.describeSeries(ctx, t)
	if err != nil {
		return nil, err
	}
	id, ok := s.Playing(hint)
	if !ok {
		return nil, stream.Reason{Code: stream.NotFound}
	}
	play, err := get(ctx, a, intl.PlayURL(id, "", t.SLocale()), intl.DecodePlay)
	l, err := a.describePlay(ctx, play, err)
	if err != nil {
		return nil, err
	}
	a.withHead(l, s, id)
	return l, nil
}

// upload lists one upload. No endpoint gives its title, so it is the page's own word.
func (a *asking) upload(ctx context.Context, t page.Target, title string) (*stream.Listing, error) {
	play, err := get(ctx, a, intl.PlayURL("", t.UploadID, t.SLocale()), intl.DecodePlay)
	l, err := a.describePlay(ctx, play, err)
	if err != nil {
		return nil, err
	}
	l.Head.Title = title
	l.Head.EpisodeID = t.UploadID
	return l, nil
}

// describeSeries asks for the series and for its episodes, which are two endpoints. It
// returns an error only where neither answers.
func (a *asking) describeSeries(ctx context.Context, t page.Target) (*intl.Series, error) {
	info := begin(a.Service, func() (*intl.Series, error) {
		return get(ctx, a, intl.SeasonURL(t.SeasonID, t.SLocale()), intl.DecodeSeason)
	})
	episodes, err := get(ctx, a, intl.EpisodesURL(t.SeasonID, t.SLocale()), intl.DecodeEpisodes)
	s, infoErr := info.wait(ctx)
	if infoErr != nil {
		if err != nil {
			return nil, infoErr
		}
		s = &intl.Series{}
	}
	if err == nil {
		s.Episodes = episodes
	}
	return s, nil
}

// describePlay makes the listing of an answer, and says why empty rows are empty.
func (a *asking) describePlay(ctx context.Context, play *intl.Play, err error) (*stream.Listing, error) {
	if err != nil {
		r := a.reason(ctx, err)
		if r.ServerCode == -403 && a.login(ctx, intl.LoginURL, intl.DecodeLogin) == stream.LoggedOut {
			r = stream.Reason{Code: stream.NotLoggedIn, ServerCode: r.ServerCode}
		}
		if r.Code == stream.Network || r.Code == stream.NoAccess || r.Code == stream.RateLimited {
			return nil, r
		}
		return &stream.Listing{Site: stream.TV, State: stateOf(r), Problem: &r}, nil
	}
	l := play.Listing()
	available, locked := 0, 0
	for r := range l.Renditions {
		if r.Kind == stream.Audio {
			continue
		}
		if r.Available() {
			available++
		} else {
			locked++
		}
	}
	if locked > 0 {
		intl.LockEmpty(l, a.login(ctx, intl.LoginURL, intl.DecodeLogin))
	}
	switch {
	case l.Problem != nil:
	case available+locked == 0:
		l.Problem = &stream.Reason{Code: stream.Unexpected, Detail: stream.NoMedia}
	case available == 0:
		l.State = stream.Locked
		for r := range l.Renditions {
			if r.Kind != stream.Audio && r.Withheld != nil {
				why := *r.Withheld
				if why.Code == stream.NotGiven {
					l.State = "" // the rows say so, and nothing more is known
				} else {
					l.Problem = &why
				}
				break
			}
		}
	case locked > 0:
		l.State = stream.Partly
	default:
		l.State = stream.Playable
	}
	return l, nil
}

func (a *asking) withHead(l *stream.Listing, s *intl.Series, id string) {
	duration := l.Head.Duration
	if s != nil {
		l.Head = s.Head(id)
		if len(s.Episodes) > 0 {
			a.about.lessons = sync.OnceValue(s.List)
		}
	}
	l.Head.EpisodeID = id
	if l.Head.Duration == 0 {
		l.Head.Duration = duration
	}
}
