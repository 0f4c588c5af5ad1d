package service

import (
	"context"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// Download completes the order of a row of the tab's listing, of a video with its sound. An
// order holds no address: ListFor gives those, now or in a week.
func (s *Service) Download(ctx context.Context, tab message.Tab, b message.CopyBody) (*message.CopyBody, error) {
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
	b.Page, b.Row, b.Hints.Episode, b.Hints.Title = l.Page, row.Key, l.Head.EpisodeID, l.Head.Title
	audio := l.AudioFor(row)
	if audio != nil && b.Audio != "" {
		audio, err = pick(l, b.Audio)
	}
	b.Audio = ""
	if audio != nil {
		b.Audio = audio.Key
	}
	if row.Kind == stream.Audio || len(b.Subtitles) > maxLanguage {
		b.Subtitles = ""
	}
	if target, _ := page.Parse(tab.URL); b.Subtitles == message.PageLanguage {
		b.Subtitles = target.Language()
	}
	return &b, err
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
