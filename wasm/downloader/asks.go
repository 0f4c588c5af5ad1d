//go:build js && wasm

package main

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"streamlist/wasm/internal/browser"
	"streamlist/wasm/internal/download"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

// patience is how long the page may take to bring what it is asked for. The background
// gives up sooner.
const patience = 45 * time.Second

// asks gets listings and subtitles from the background, by way of the page.
type asks struct {
	worker *browser.Worker

	mu      sync.Mutex
	last    int
	waiting map[string]chan<- answer
}

type answer struct {
	listing   *stream.Listing
	subtitles []download.Subtitle
	err       error
}

// track is one of the background's subtitles, as far as it is of use here.
type track struct {
	Tag  string `json:"tag"`
	File struct {
		Text  string `json:"text"`
		Count int    `json:"count"`
	} `json:"file"`
}

func newAsks(w *browser.Worker) *asks { return &asks{worker: w, waiting: map[string]chan<- answer{}} }

// Listing is of download.Listings.
func (a *asks) Listing(ctx context.Context, o download.Order, refresh bool) (*stream.Listing, error) {
	got := a.ask(ctx, "ask", o, refresh)
	return got.listing, got.err
}

// Subtitles is of download.Subtitles.
func (a *asks) Subtitles(ctx context.Context, o download.Order) ([]download.Subtitle, error) {
	got := a.ask(ctx, "subtitles", o, false)
	return got.subtitles, got.err
}

func (a *asks) ask(ctx context.Context, kind string, o download.Order, refresh bool) answer {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	come := make(chan answer, 1)
	a.mu.Lock()
	a.last++
	id := strconv.Itoa(a.last)
	a.waiting[id] = come
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		delete(a.waiting, id)
		a.mu.Unlock()
	}()
	post(a.worker, struct {
		Kind    string         `json:"kind"`
		Ask     string         `json:"ask"`
		Order   download.Order `json:"order"`
		Refresh bool           `json:"refresh"`
	}{kind, id, o, refresh})
	select {
	case got := <-come:
		return got
	case <-ctx.Done():
		return answer{err: ctx.Err()}
	}
}

// answer is the page's: a listing or subtitles, or a failure as JSON.
func (a *asks) answer(id string, l *stream.Listing, tracks []track, failure json.RawMessage) {
	got := answer{listing: l}
	for _, t := range tracks {
		s := download.Subtitle{Tag: t.Tag}
		if t.File.Count > 0 {
			s.Text = t.File.Text
		}
		got.subtitles = append(got.subtitles, s)
	}
	if len(failure) > 0 {
		got.err = errors.New("no answer")
		var f struct {
			Reason *stream.Reason `json:"reason"`
		}
		if json.Unmarshal(failure, &f) == nil && f.Reason != nil {
			got.err = *f.Reason
		}
	}
	a.mu.Lock()
	come := a.waiting[id]
	delete(a.waiting, id) // a second answer has nobody to take it
	a.mu.Unlock()
	if come != nil {
		come <- got
	}
}
