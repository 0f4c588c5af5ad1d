package service

import (
	"context"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
)

// Pauses after a rate-limit answer, in seconds. Each further refusal doubles it, up to
// maxPause; what an answer itself asks for is kept up to a day.
const (
	firstPause = 60
	maxPause   = 600
	longest    = 24 * 3600
)

// pause is what the store keeps of a site that asked to slow down.
type pause struct {
	Until  int64 `json:"until"`  // Unix seconds
	Length int64 `json:"length"` // seconds
}

// pauseKey is where a site's pause is kept: apart for a private tab, and for each container.
// It is of an account, which the others are not, and a container may have a proxy of its own.
// extension/ahead.js reads the others' key.
func pauseKey(tab message.Tab, site stream.Site) string {
	key := "pause/" + string(site)
	switch {
	case tab.Private:
		return "private/" + key
	case tab.OwnJar():
		return key + "/" + tab.Store
	}
	return key
}

// paused returns until when a site must not be asked for a tab, in Unix seconds; it may lie in the
// past.
func (s *Service) paused(ctx context.Context, tab message.Tab, site stream.Site) int64 {
	return s.loadPause(ctx, tab, site).Until
}

func (s *Service) loadPause(ctx context.Context, tab message.Tab, site stream.Site) pause {
	var p pause
	if data, err := s.Store.Load(ctx, pauseKey(tab, site)); err == nil && len(data) > 0 {
		_ = json.Unmarshal(data, &p)
	}
	return p
}

// slowDown begins or prolongs the site's pause and returns its end. after is what the
// answer itself asked for, in seconds; 0 for nothing.
func (a *asking) slowDown(ctx context.Context, after int64) int64 {
	p := a.loadPause(ctx, a.tab, a.site)
	switch {
	case p.Until > a.now: // another request of the same listing was refused as well
	case p.Length > 0 && a.now-p.Until < maxPause:
		p.Length = min(2*p.Length, maxPause)
	default:
		p.Length = firstPause
	}
	p.Length = max(p.Length, min(after, longest))
	p.Until = a.now + p.Length
	if data, err := json.Marshal(p); err == nil {
		a.save(a.tab, pauseKey(a.tab, a.site), data)
	}
	return p.Until
}
