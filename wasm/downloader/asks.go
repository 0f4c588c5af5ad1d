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

// patience is how long the page may take to bring a listing. The background gives up
// sooner.
const patience = 45 * time.Second

// asks gets listings from the background, by way of the page.
type asks struct {
	worker *browser.Worker

	mu      sync.Mutex
	last    int
	waiting map[string]chan<- answer
}

type answer struct {
	listing *stream.Listing
	err     error
}

func newAsks(w *browser.Worker) *asks { return &asks{worker: w, waiting: map[string]chan<- answer{}} }

// Listing is of download.Listings.
func (a *asks) Listing(ctx context.Context, o download.Order, refresh bool) (*stream.Listing, error) {
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
	}{"ask", id, o, refresh})
	select {
	case got := <-come:
		return got.listing, got.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// answer is the page's: a listing, or a failure as JSON.
func (a *asks) answer(id string, l *stream.Listing, failure json.RawMessage) {
	got := answer{listing: l}
	if l == nil {
		got.err = errors.New("no listing")
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
