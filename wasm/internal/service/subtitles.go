package service

import (
	"context"

	"streamlist/wasm/internal/export"
	"streamlist/wasm/internal/intl"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/pugv"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/subtitle"
	"streamlist/wasm/internal/wire"
)

// maxLanguage bounds what may name a language.
const maxLanguage = 40

// Subtitles lists the subtitles of what the tab's page plays, where this account may watch
// it, those in the page's language first. Where a language is wanted there are only those of
// it, with their files.
func (s *Service) Subtitles(ctx context.Context, tab message.Tab, b *message.AsideBody) (*message.SubtitleList, error) {
	hints := b.Hints.Clean()
	l, err := s.watchable(ctx, tab, hints)
	if err != nil {
		return nil, err
	}
	hints.Episode = l.Head.EpisodeID
	// List and file together within what the content script waits.
	ctx, cancel := within(ctx, s.Limits.Listing)
	defer cancel()
	list, err := s.subtitles(ctx, tab, hints, b.Language, subtitle.Format(b.Format))
	if err != nil {
		return nil, err
	}
	for i := range list.Tracks {
		if t := &list.Tracks[i]; t.File != nil {
			t.File.Name = export.TextName(l, t.Tag+"."+t.File.Name)
			if b.Copy && i == 0 {
				err = s.write(ctx, t.File.Text)
				t.File.Text = ""
			}
		}
	}
	return list, err
}

// SubtitlesFor returns the subtitles that were ordered with a row, as SRT.
func (s *Service) SubtitlesFor(ctx context.Context, b *message.ListBody) (*message.SubtitleList, error) {
	return s.subtitles(ctx, b.Tab, b.Hints.Clean(), b.Language, subtitle.SRT)
}

// subtitles lists the subtitles of the item that the hints name, or those that are wanted
// with their files, whose names are their endings alone.
func (s *Service) subtitles(ctx context.Context, tab message.Tab, hints message.Hints, want string, as subtitle.Format) (*message.SubtitleList, error) {
	target, ok := page.Parse(tab.URL)
	switch {
	case !ok || len(want) > maxLanguage:
		return nil, &message.Error{Code: message.Unsupported, Message: "not a page with streams"}
	case as != "" && as != subtitle.SRT && as != subtitle.VTT && as != subtitle.ASS:
		return nil, &message.Error{Code: message.Malformed, Message: "no such format"}
	}
	d := &pugv.Details{}
	if target.Site == stream.Com {
		var err error
		if d, err = s.details(ctx, tab, hints, true); err != nil {
			return nil, err
		}
	}
	list := &message.SubtitleList{}
	err := s.aside(ctx, tab, target.Site, func(ctx context.Context, a *asking) error {
		tracks, err := a.tracks(ctx, target, hints, d)
		if err != nil {
			return err
		}
		if tracks = subtitle.Arrange(tracks, target.Language()); want != "" {
			tracks = subtitle.Pick(tracks, want)
		}
		list.Tracks = make([]message.Subtitle, len(tracks))
		for i, t := range tracks {
			told := &list.Tracks[i]
			told.Tag, told.Name, told.Machine = t.Tag, t.Name, t.Machine
			url := t.URL(as)
			if url == "" {
				told.Withheld = &stream.Reason{Code: stream.NotGiven}
			} else if want != "" {
				told.File, told.Withheld = a.subtitleFile(ctx, url, as)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// tracks asks which subtitles there are. The details are a lesson's.
func (a *asking) tracks(ctx context.Context, t page.Target, hints message.Hints, d *pugv.Details) ([]*subtitle.Track, error) {
	episode, aid, cid := hints.Episode, string(d.AID), string(d.CID)
	if a.site == stream.TV {
		if t.Kind == page.Upload {
			episode, aid = "", t.UploadID
		}
		return get(ctx, a, intl.SubtitlesURL(episode, aid, t.SLocale()), intl.DecodeSubtitles)
	}
	if cid == "" || string(d.Episode) != episode {
		return nil, stream.Reason{Code: stream.NotFound}
	}
	return get(ctx, a, pugv.SubtitlesURL(aid, cid), func(answer wire.Answer) ([]*subtitle.Track, error) {
		return pugv.DecodeSubtitles(answer, aid+cid)
	})
}

// subtitleFile reads a subtitle file and writes it in a format, or says why there is none.
func (a *asking) subtitleFile(ctx context.Context, url string, as subtitle.Format) (*message.File, *stream.Reason) {
	began := a.running()
	answer, err := a.Fetcher.GetFile(ctx, url)
	f := &message.File{}
	if err == nil {
		why := stream.Reason{Code: stream.Unexpected, ServerCode: int64(answer.Status)}
		switch answer.Status {
		case 200:
			file, ok := string(answer.Body), false
			if as == "" {
				as = subtitle.FormatOf(file)
			}
			f.Name = string(as)
			f.Text, f.Count, ok = subtitle.Convert(file, as)
			if why.ServerCode = 0; !ok {
				err = why
			}
		case 412, 429:
			why.Code = stream.RateLimited
			err = why
		default:
			err = why
		}
	}
	a.remember(began, url, answer.Status, len(answer.Body), err)
	if err == nil {
		return f, nil
	}
	why := a.reason(ctx, err)
	if why.Code == stream.Network && !a.Fetcher.Allowed(context.WithoutCancel(ctx), url) {
		why = stream.Reason{Code: stream.NoAccess}
	}
	return nil, &why
}
