package service

import (
	"context"
	"strings"

	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/danmaku"
	"streamlist/wasm/internal/export"
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
	err = s.aside(ctx, tab, stream.Com, func(ctx context.Context, a *asking) (err error) {
		list, err = get(ctx, a, pugv.OwnedURL(number), pugv.DecodeOwned)
		if err == nil && number == 1 && len(list.Courses) == 0 && *list.Total > 0 {
			err = stream.Reason{Code: stream.Unexpected, Detail: stream.Empty} // the account has some
		}
		return err
	})
	return list, err
}

// described is the course or series that a tab's listing is of.
type described struct {
	of subject
	// details are kept in memory alone: they are asked for once more where the background has
	// ended since. A series has none.
	details *pugv.Details
	lessons func() *course.List // nil where no list was read
}

// Details returns what the course of the tab's page has beside its streams. As a rule the
// listing has read it.
func (s *Service) Details(ctx context.Context, tab message.Tab, hints message.Hints) (*pugv.Details, error) {
	return s.details(ctx, tab, hints, false)
}

// details is Details, also where the lesson stands further down the course's list than
// the listing had to read, if its CID is wanted.
func (s *Service) details(ctx context.Context, tab message.Tab, hints message.Hints, wantCID bool) (d *pugv.Details, err error) {
	target, ok := page.Parse(tab.URL)
	if !ok || target.Site != stream.Com {
		return nil, &message.Error{Code: message.Unsupported, Message: "not a course"}
	}
	of := subjectOf(tab, target, hints)
	s.mu.Lock()
	c := s.courses[tab.ID]
	s.mu.Unlock()
	if d = c.details; d != nil && c.of.Key == of.Key && (of.Hint == "" || of.Hint == c.of.Hint || of.Hint == string(d.Episode)) && (d.CID != "" || !wantCID) {
		return d, nil
	}
	err = s.aside(ctx, tab, stream.Com, func(ctx context.Context, a *asking) error {
		d, err = a.describe(ctx, target, of.Hint)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c = s.courses[tab.ID]
	if c.of.Key != of.Key {
		c.lessons = nil
	}
	s.courses[tab.ID] = described{of, d, c.lessons}
	return d, nil
}

// describe reads a course until its list holds the lesson that the page plays.
func (a *asking) describe(ctx context.Context, t page.Target, hint string) (*pugv.Details, error) {
	s, err := get(ctx, a, pugv.SeasonURL(t.SeasonID, t.EpisodeID), pugv.DecodeSeason)
	if err != nil {
		return nil, err
	}
	id := t.EpisodeID
	if id == "" {
		id, _ = s.Playing(hint)
	}
	if s.Episode(id) == nil && bool(s.EpisodePage.Next) {
		if err := a.readList(ctx, s, id); err != nil {
			return nil, err
		}
	}
	return s.Details(id), nil
}

// Danmaku returns the comments of the lesson that the tab's page plays as a file, XML or
// ASS, where this account may watch it.
func (s *Service) Danmaku(ctx context.Context, tab message.Tab, hints message.Hints, format string) (*message.File, error) {
	if format != "xml" && format != "ass" {
		return nil, &message.Error{Code: message.Malformed, Message: "no such format"}
	}
	l, err := s.watchable(ctx, tab, hints)
	if err != nil {
		return nil, err
	}
	d, err := s.details(ctx, tab, hints, true)
	if err != nil {
		return nil, err
	}
	var xml *string
	err = s.aside(ctx, tab, stream.Com, func(ctx context.Context, a *asking) (err error) {
		if d.CID == "" {
			return stream.Reason{Code: stream.NotFound}
		}
		xml, err = get(ctx, a, pugv.DanmakuURL(string(d.CID)), pugv.DecodeDanmaku)
		return err
	})
	if err != nil {
		return nil, err
	}
	list := danmaku.Parse(*xml)
	if len(list) == 0 && strings.Contains(*xml, "<d ") {
		return nil, unavailable(stream.Reason{Code: stream.Unexpected}) // there are some, of which none could be read
	}
	f := &message.File{Name: export.TextName(l, format), Count: len(list)}
	if f.Text = danmaku.XML(list); format == "ass" {
		f.Text = danmaku.ASS(list)
	}
	return f, nil
}

// watchable returns the listing of what the tab's page plays, or why this account can't
// watch it there: a part of it will do, and so will what is encrypted.
func (s *Service) watchable(ctx context.Context, tab message.Tab, hints message.Hints) (*stream.Listing, error) {
	l, err := s.List(ctx, tab, hints, false)
	if err != nil {
		return nil, err
	}
	if p := l.Problem; p != nil && p.Code != stream.PreviewOnly && p.Code != stream.IsEncrypted {
		return nil, unavailable(*p)
	}
	return l, nil
}

// aside asks a site's endpoints for what belongs to no listing: not while they want to
// be left alone, and within the time that a listing has.
func (s *Service) aside(ctx context.Context, tab message.Tab, site stream.Site, ask func(context.Context, *asking) error) error {
	a := s.asking(tab, site)
	if until := s.paused(ctx, tab, a.site); until > a.now {
		return unavailable(stream.Reason{Code: stream.RateLimited, At: until})
	}
	ctx, cancel := within(ctx, s.Limits.Listing)
	defer cancel()
	if err := ask(ctx, a); err != nil {
		return unavailable(a.reason(ctx, err))
	}
	return nil
}
