package service

import (
	"context"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// Download completes the order of a row of the tab's listing, of a video with its sound. An
// order holds no address: ListFor gives those, now or in a week.
func (s *Service) Download(ctx context.Context, tab message.Tab, b message.CopyBody) (*message.Ordered, error) {
	if tab.Private {
		return nil, &message.Error{Code: message.Private, Message: "a private window"}
	}
	b.Hints = b.Hints.Clean()
	l, err := s.inView(ctx, tab, &b)
	if err != nil {
		return nil, err
	}
	row, err := pick(l, b.Row)
	if err != nil {
		return nil, err
	}
	o := &message.Ordered{Page: l.Page, Row: row.Key, Hints: b.Hints}
	o.Hints.Episode, o.Hints.Title = l.Head.EpisodeID, l.Head.Title
	if own, _ := page.Parse(tab.URL); l.Page != own.Key() {
		o.URL = another(own, l.Head.EpisodeID).URL()
	}
	audio := l.AudioFor(row)
	if audio != nil && b.Audio != "" {
		audio, err = pick(l, b.Audio)
	}
	if audio != nil {
		o.Audio = audio.Key
	}
	if row.Kind != stream.Audio && len(b.Subtitles) <= maxLanguage {
		o.Subtitles = b.Subtitles
	}
	if target, _ := page.Parse(tab.URL); o.Subtitles == message.PageLanguage {
		o.Subtitles = target.Language()
	}
	return o, err
}

// ListFor returns the listing of what was ordered in a tab: the tab's own where that is it
// still, else what the endpoints answer to the tab's account.
func (s *Service) ListFor(ctx context.Context, b *message.ListBody) (*stream.Listing, error) {
	target, ok := page.Parse(b.Tab.URL)
	if !ok {
		return nil, &message.Error{Code: message.Malformed, Message: "not a page with streams"}
	}
	if !b.Refresh {
		l := s.shown(ctx, b.Tab, subjectOf(b.Tab, target, b.Hints))
		if l != nil && l.Find(b.Row) != nil && (l.ExpiresAt == 0 || l.ExpiresAt-s.Now().Unix() > soon) {
			return l, nil
		}
	}
	ctx, cancel := within(ctx, s.Limits.Listing)
	defer cancel()
	return s.elsewhere(ctx, b.Tab, target, b.Hints, b.Row)
}
