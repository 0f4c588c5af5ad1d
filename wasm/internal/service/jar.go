package service

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// endpoints asks the sites' endpoints with the right account's cookies.
type endpoints interface {
	Get(ctx context.Context, url string) (wire.Answer, error)
}

// asking begins the work for one listing of a tab.
func (s *Service) asking(tab message.Tab, site stream.Site) *asking {
	a := &asking{Service: s, tab: tab, site: site, now: s.Now().Unix(), endpoints: s.Fetcher}
	if tab.OwnJar() {
		a.endpoints = jar{s, tab, site}
	}
	return a
}

// jar asks through a tab's content script. In Firefox the background's requests carry
// the default cookies, whatever container the tab is in and also where it is private;
// only a request from the tab itself carries the tab's (DESIGN, "What was measured").
type jar struct {
	s    *Service
	tab  message.Tab
	site stream.Site
}

// answerLimit is the largest answer that a tab may hand over, in UTF-16 units.
const answerLimit = 16 << 20

// count gives each of a tab's fetches an id.
func (s *Service) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fetches++
	return s.fetches
}

func (j jar) Get(ctx context.Context, url string) (wire.Answer, error) {
	path, ok := strings.CutPrefix(url, j.site.API())
	if !ok {
		return wire.Answer{}, errors.New("not an endpoint of the tab's site")
	}
	body := message.FetchBody{ID: j.s.count(), Site: j.site, Path: path, Limit: answerLimit}
	text, err := j.s.send(ctx, j.tab.ID, message.Fetch, body)
	if err != nil && ctx.Err() == nil {
		// A tab of another site has no content script yet. It can't ask, but says so itself.
		if _, err = j.s.hello(ctx, j.tab.ID); err == nil {
			text, err = j.s.send(ctx, j.tab.ID, message.Fetch, body)
		}
	}
	if ctx.Err() != nil {
		go func() {
			_, _ = j.s.ask(context.WithoutCancel(ctx), j.tab.ID, message.StopFetch, message.FetchBody{ID: body.ID})
		}()
		return wire.Answer{}, ctx.Err()
	}
	if err != nil {
		return wire.Answer{}, stream.Reason{Code: stream.Network, Detail: stream.TabGone} // or still loading, or without a content script
	}
	var f message.Fetched
	if err := json.Unmarshal(text, &f); err != nil {
		return wire.Answer{}, fmt.Errorf("read what the tab fetched: %w", err)
	}
	switch {
	case f.Foreign:
		r := stream.Reason{Code: stream.NoAccess, Detail: stream.OtherJar}
		if j.site == stream.TV && page.OnOldHost(j.tab.URL) {
			r.Detail = stream.OldHost
		}
		return wire.Answer{}, r
	case f.Forbidden:
		return wire.Answer{}, stream.Reason{Code: stream.NoAccess, Detail: stream.PagePolicy}
	case f.Large:
		return wire.Answer{}, stream.Reason{Code: stream.Unexpected}
	case f.Failed:
		return wire.Answer{}, errors.New("the tab got no answer")
	}
	after, _ := strconv.ParseInt(f.RetryAfter, 10, 64)
	return wire.Answer{Status: f.Status, ContentType: f.Type, RetryAfter: after, Body: []byte(f.Body)}, nil
}
