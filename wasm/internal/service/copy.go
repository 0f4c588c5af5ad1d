package service

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"streamlist/wasm/internal/export"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// soon is how many seconds before their end addresses count as ended: a copied link
// should live long enough to be used.
const soon = 600

// remembered is what the store keeps for a toast's button.
type remembered struct {
	Target  page.Target     `json:"target"`
	Key     string          `json:"key"`
	Listing *stream.Listing `json:"listing"`
}

func lastKey(tab int) string { return "last/" + strconv.Itoa(tab) }

// Copy puts text about a row of the tab's listing on the clipboard.
func (s *Service) Copy(ctx context.Context, tab message.Tab, b message.CopyBody) (*message.Copied, error) {
	text, copied, err := s.text(ctx, tab, b)
	if err != nil {
		return nil, err
	}
	return copied, s.write(ctx, text)
}

// Export answers with the text that Copy would copy.
func (s *Service) Export(ctx context.Context, tab message.Tab, b message.CopyBody) (*message.Text, error) {
	text, _, err := s.text(ctx, tab, b)
	if err != nil {
		return nil, err
	}
	return &message.Text{Text: text}, nil
}

func (s *Service) write(ctx context.Context, text string) error {
	if err := s.Clipboard.Write(ctx, text); err != nil {
		return &message.Error{Code: message.NoClipboard, Message: "the browser refused to copy", Retryable: true}
	}
	return nil
}

func (s *Service) text(ctx context.Context, tab message.Tab, b message.CopyBody) (string, *message.Copied, error) {
	hints := b.Hints.Clean()
	if b.What == message.Again {
		return s.again(ctx, tab)
	}
	target, ok := page.Parse(tab.URL)
	if !ok {
		return "", nil, &message.Error{Code: message.Unsupported, Message: "not a page with streams"}
	}
	l, err := s.fresh(ctx, tab, target, hints)
	if err == nil && l.Unasked && strings.HasPrefix(b.Row, string(stream.Single)+"/") {
		l, err = s.Single(ctx, tab, hints) // a renewed listing has no single files yet
	}
	if err != nil {
		return "", nil, err
	}
	return s.compose(l, b.Row, b.What, b.Backup)
}

// fresh returns the tab's listing, asked for anew when its addresses have ended or are
// about to.
func (s *Service) fresh(ctx context.Context, tab message.Tab, target page.Target, hints message.Hints) (*stream.Listing, error) {
	l, err := s.list(ctx, tab, target, hints, false)
	if err != nil || l.ExpiresAt == 0 || l.ExpiresAt-s.Now().Unix() > soon {
		return l, err
	}
	if l.ExpiresAt > s.Now().Unix() && s.Now().Unix()-l.FetchedAt < soon {
		return l, nil // just fetched, and that is all the time it gets
	}
	renewed, err := s.list(ctx, tab, target, hints, true)
	if err == nil {
		if renewed.ExpiresAt != 0 && renewed.ExpiresAt <= s.Now().Unix() {
			return nil, unavailable(stream.Reason{Code: stream.Expired}) // the site gave none that live
		}
		return renewed, nil
	}
	if l.ExpiresAt > s.Now().Unix() {
		return l, nil
	}
	if e, ok := errors.AsType[*message.Error](err); ok && e.Code == message.Unavailable {
		return nil, unavailable(stream.Reason{Code: stream.Expired})
	}
	return nil, err
}

// compose makes the text for a row. An empty key means the best row.
func (s *Service) compose(l *stream.Listing, key string, what message.What, backup int) (string, *message.Copied, error) {
	if key == "" {
		key = l.BestKey
	}
	row := l.Find(key)
	switch {
	case row == nil && l.Problem != nil:
		return "", nil, unavailable(*l.Problem)
	case row == nil:
		return "", nil, unavailable(whyNoBest(l))
	case !row.Available():
		r := stream.Reason{Code: stream.NotGiven}
		if row.Withheld != nil {
			r = *row.Withheld
		}
		return "", nil, unavailable(r)
	}
	var text string
	switch what {
	case message.URL:
		text = export.URL(row, backup)
	case message.URLs:
		text = export.URLs(l, row)
	case message.MPV:
		text = export.MPV(l, row, s.UserAgent)
	case message.Curl:
		text = export.Curl(l, row, s.UserAgent)
	}
	if text == "" {
		return "", nil, &message.Error{Code: message.Malformed, Message: "no such text"}
	}
	return text, &message.Copied{
		What: what, Kind: row.Kind, Quality: row.Quality, Label: row.Label, Codec: row.Codec, ExpiresAt: l.ExpiresAt,
	}, nil
}

// whyNoBest says why a listing without a problem of its own has no best row.
func whyNoBest(l *stream.Listing) stream.Reason {
	for r := range l.Renditions {
		if r.Kind != stream.Audio && r.Available() {
			return stream.Reason{Code: stream.NotGiven, Detail: stream.OnlyHDR}
		}
	}
	for r := range l.Renditions {
		if r.Kind != stream.Audio && r.Withheld != nil {
			return *r.Withheld
		}
	}
	return stream.Reason{Code: stream.Unexpected, Detail: stream.NoMedia}
}

// CopyBest copies the best of the tab's page, or of a link when one is given, in the
// form that the options want, and says in the page what it did or why it couldn't.
func (s *Service) CopyBest(ctx context.Context, tab message.Tab, link string) {
	address := tab.URL
	if link != "" {
		address = link
	}
	target, ok := page.Parse(address)
	if !ok {
		_ = s.show(ctx, tab, message.Toggle, message.ToggleBody{Elsewhere: true, Open: true, Place: page.PlaceOf(tab.URL)})
		return
	}
	// Looking for hints and asking for the listing share one limit, so that the toast
	// comes in time.
	limited, cancel := context.WithTimeout(ctx, s.Limits.Listing)
	defer cancel()
	copied, err := s.copyBest(limited, tab, target, link != "")
	body := message.ToastBody{Copied: copied, Site: target.Site}
	if err != nil {
		body = message.ToastBody{Error: asError(err), Site: target.Site}
	}
	_ = s.show(ctx, tab, message.Toast, body)
}

func (s *Service) copyBest(ctx context.Context, tab message.Tab, target page.Target, linked bool) (*message.Copied, error) {
	var l *stream.Listing
	var err error
	if linked {
		a := s.asking(tab, target.Site)
		if until := s.paused(ctx, target.Site); until > a.now {
			return nil, unavailable(stream.Reason{Code: stream.RateLimited, At: until})
		}
		if l, err = a.listing(ctx, target, message.Hints{}); err != nil {
			return nil, unavailable(a.reason(ctx, err))
		}
		l.Arrange(s.options(ctx).preferences())
	} else {
		// Without an answer there are no hints, and the page's address must do.
		hints, _ := s.hello(ctx, tab.ID)
		if l, err = s.fresh(ctx, tab, target, hints.Clean()); err != nil {
			return nil, err
		}
	}
	text, copied, err := s.compose(l, "", s.options(ctx).Copy, 0)
	if err != nil {
		return nil, err
	}
	if err := s.write(ctx, text); err != nil {
		return nil, err
	}
	// For the toast's button: it may speak of a link, which is not the tab's own page.
	if data, err := json.Marshal(remembered{Target: target, Key: l.BestKey, Listing: l}); err == nil {
		s.save(tab, lastKey(tab.ID), data)
	}
	return copied, nil
}

// again makes the mpv command for what the last toast of the tab spoke of.
func (s *Service) again(ctx context.Context, tab message.Tab) (string, *message.Copied, error) {
	var last remembered
	data, err := s.Store.Load(ctx, lastKey(tab.ID))
	if err != nil || len(data) == 0 || json.Unmarshal(data, &last) != nil || last.Listing == nil {
		return "", nil, unavailable(stream.Reason{Code: stream.Expired})
	}
	if last.Listing.ExpiresAt != 0 && last.Listing.ExpiresAt <= s.Now().Unix() {
		return "", nil, unavailable(stream.Reason{Code: stream.Expired})
	}
	return s.compose(last.Listing, last.Key, message.MPV, 0)
}

func asError(err error) *message.Error {
	if e, ok := errors.AsType[*message.Error](err); ok {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) {
		r := stream.Reason{Code: stream.Network, Detail: stream.Timeout}
		return &message.Error{Code: message.Unavailable, Message: r.Error(), Retryable: true, Reason: &r}
	}
	return &message.Error{Code: message.Internal, Message: "internal error", Retryable: true}
}
