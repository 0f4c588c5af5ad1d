//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"strings"

	"streamlist/wasm/internal/browser"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// Bodies larger than these are no answer of an endpoint, no init segment and no subtitles.
const (
	answerLimit = 16 << 20
	rangeLimit  = 1 << 20
	fileLimit   = 8 << 20 // subtitles: scripts with many drawn signs have some megabytes
)

type fetcher struct{ b *browser.Browser }

func (f fetcher) Get(ctx context.Context, url string) (wire.Answer, error) {
	return f.get(ctx, browser.Request{URL: url, Cookies: true, Limit: answerLimit})
}

func (f fetcher) GetFile(ctx context.Context, url string) (wire.Answer, error) {
	return f.get(ctx, browser.Request{URL: url, Limit: fileLimit})
}

func (f fetcher) get(ctx context.Context, request browser.Request) (wire.Answer, error) {
	r, err := f.b.Fetch(ctx, request)
	if e, ok := err.(*browser.Error); ok && e.Name == "RangeError" { // a body over the limit, as fetch.js has it
		return wire.Answer{}, stream.Reason{Code: stream.Unexpected}
	}
	if err != nil {
		return wire.Answer{}, err
	}
	return wire.Answer{Status: r.Status, ContentType: r.ContentType, RetryAfter: r.RetryAfter, Body: r.Body}, nil
}

func (f fetcher) GetRange(ctx context.Context, url string, r stream.ByteRange) ([]byte, error) {
	answer, err := f.b.Fetch(ctx, browser.Request{
		URL: url, Range: fmt.Sprintf("bytes=%d-%d", r.First, r.Last), Limit: rangeLimit,
	})
	if err != nil {
		return nil, err
	}
	if answer.Status != 206 && answer.Status != 200 {
		return nil, fmt.Errorf("status %d", answer.Status)
	}
	return answer.Body, nil
}

func (f fetcher) Measure(ctx context.Context, url string, bytes int, within int64) (int64, error) {
	return f.b.Measure(ctx, url, bytes, within)
}

func (f fetcher) Allowed(ctx context.Context, url string) bool {
	host, _, _ := strings.Cut(stream.HostOf(url), ":") // as extension/access.js asks
	granted, err := f.b.HasAccess(ctx, "https://"+host+"/*")
	return granted || err != nil // what can't be read is not withheld
}

type settings struct{ b *browser.Browser }

func (s settings) Options(ctx context.Context) ([]byte, error) {
	return s.b.Sync().Load(ctx, "options")
}

type clipboard struct{ b *browser.Browser }

func (c clipboard) Write(ctx context.Context, text string) error {
	return c.b.WriteClipboard(ctx, text)
}

type tabs struct{ b *browser.Browser }

func (t tabs) Ask(ctx context.Context, tab int, request message.Request) (json.RawMessage, error) {
	text, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	return t.b.Ask(ctx, tab, text)
}

func (t tabs) Inject(ctx context.Context, tab int, files ...string) error {
	return t.b.Inject(ctx, tab, files...)
}

func (t tabs) Open(ctx context.Context, url string) error { return t.b.OpenTab(ctx, url) }

func (t tabs) OpenOptions(ctx context.Context) error { return t.b.OpenOptions(ctx) }

type menuItems struct{ b *browser.Browser }

// OfferOnVideos changes the contexts, because Chromium counts a hidden item too when it
// decides whether to fold.
func (m menuItems) OfferOnVideos(ctx context.Context, offer bool) error {
	contexts := pageContexts()
	if !offer {
		contexts = contexts[:1]
	}
	return m.b.SetMenuContexts(ctx, menuPage, contexts)
}

func pageContexts() []string { return []string{"page", "video"} }

// menus are the two right-click items. Their contexts are disjoint, because two visible
// items of one extension are folded into a submenu. A video in a link is in both:
// service.Over sees to it.
func menus(title string) []browser.MenuItem {
	patterns := page.Patterns()
	return []browser.MenuItem{
		{ID: menuPage, Title: title, Contexts: pageContexts(), DocumentURLs: patterns},
		{ID: menuLink, Title: title, Contexts: []string{"link"}, TargetURLs: patterns},
	}
}
