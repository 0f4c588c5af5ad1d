package site

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// override changes what is answered to the requests it matches. Fields that are zero change nothing.
// See also [mediaFaults], whose fields stand beside these.
type override struct {
	Match       string            `json:"match"` // part of host + path + "?" + query
	Status      int               `json:"status,omitempty"`
	Body        *string           `json:"body,omitempty"`
	ContentType string            `json:"contentType,omitempty"`
	Headers     map[string]string `json:"headers,omitempty"`
	DelayMs     int               `json:"delayMs,omitempty"`
	Truncate    int64             `json:"truncate,omitempty"` // bytes of the body that are sent; Content-Length fits them
	Reset       bool              `json:"reset,omitempty"`    // the connection breaks instead of an answer
	After       int               `json:"after,omitempty"`    // how many matching requests go by first
	Times       int               `json:"times,omitempty"`    // how often; 0 is for good
	transferFaults
	mediaFaults
}

// settings is the body of POST /knobs: an override by itself, or any of these.
type settings struct {
	LatencyMs   *int       `json:"latencyMs,omitempty"`   // added to every endpoint's answer
	LinkSeconds *int       `json:"linkSeconds,omitempty"` // how long media URLs work; 0 is the scenario's own
	Overrides   []override `json:"overrides,omitempty"`
}

type knobs struct {
	mu        sync.Mutex
	latency   time.Duration
	linkLife  time.Duration
	overrides []*liveOverride
	normal    chan struct{} // closed by reset: what waits goes on
}

type liveOverride struct {
	override
	before int // requests that go by first
	left   int // -1 is for good
}

func (k *knobs) set(s settings) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s.LatencyMs != nil {
		k.latency = time.Duration(*s.LatencyMs) * time.Millisecond
	}
	if s.LinkSeconds != nil {
		k.linkLife = time.Duration(*s.LinkSeconds) * time.Second
	}
	for _, o := range s.Overrides {
		left := o.Times
		if left == 0 {
			left = -1
		}
		// The newest comes first, so a test can lay a short one over a lasting one.
		k.overrides = append([]*liveOverride{{o, o.After, left}}, k.overrides...)
	}
}

func (k *knobs) reset() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.latency, k.linkLife, k.overrides = 0, 0, nil
	close(k.normal)
	k.normal = make(chan struct{})
}

func (k *knobs) current() settings {
	k.mu.Lock()
	defer k.mu.Unlock()
	latency, life := int(k.latency/time.Millisecond), int(k.linkLife/time.Second)
	s := settings{LatencyMs: &latency, LinkSeconds: &life, Overrides: []override{}}
	for _, o := range k.overrides {
		if o.left != 0 {
			s.Overrides = append(s.Overrides, o.override)
		}
	}
	return s
}

// life is how long links made now work, given the scenario's own span.
func (k *knobs) life(own time.Duration) time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.linkLife != 0 {
		return k.linkLife
	}
	return own
}

// take finds the override for a request, if any, and uses it up by one.
func (k *knobs) take(c *call) (o override, found bool, latency time.Duration, normal <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if strings.HasPrefix(c.host, "api.") {
		latency = k.latency
	}
	whole := c.host + c.req.URL.Path + "?" + c.req.URL.RawQuery
	for _, one := range k.overrides {
		if one.left != 0 && strings.Contains(whole, one.Match) {
			if one.before > 0 {
				one.before--
				continue
			}
			if one.left > 0 {
				one.left--
			}
			return one.override, true, latency, k.normal
		}
	}
	return override{}, false, latency, k.normal
}

// apply serves c, changed by the knobs.
func (k *knobs) apply(c *call, serve func(*call)) {
	o, found, latency, normal := k.take(c)
	if !pause(c.req.Context(), latency+time.Duration(o.DelayMs)*time.Millisecond, normal) {
		return
	}
	if o.BytesPerSecond == 0 {
		o.BytesPerSecond = speeds[c.host]
	}
	if !found && o.BytesPerSecond == 0 {
		serve(c)
		return
	}
	if o.Reset {
		panic(http.ErrAbortHandler)
	}
	c.faults = o.mediaFaults
	c.ResponseWriter = &faultyWriter{ResponseWriter: c.ResponseWriter, override: o, ctx: c.req.Context(), normal: normal, began: time.Now()}
	if o.Body == nil {
		serve(c)
		return
	}
	c.allowOrigin() // an override must not turn into a CORS error
	c.Header().Set("Content-Type", "application/json; charset=utf-8")
	io.WriteString(c, *o.Body)
}

// pause waits for d or for enough to close, and tells whether that came before ctx ended. Enough may be nil.
func pause(ctx context.Context, d time.Duration, enough <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-enough:
		return true
	case <-ctx.Done():
		return false
	}
}
