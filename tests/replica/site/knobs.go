package site

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// override changes what is answered to the requests it matches. Fields that are zero change nothing.
type override struct {
	Match       string            `json:"match"` // part of host + path + "?" + query
	Status      int               `json:"status,omitempty"`
	Body        *string           `json:"body,omitempty"`
	ContentType string            `json:"contentType,omitempty"`
	Headers     map[string]string `json:"headers,omitempty"`
	DelayMs     int               `json:"delayMs,omitempty"`
	Truncate    int               `json:"truncate,omitempty"` // bytes of the body that are sent; Content-Length fits them
	Reset       bool              `json:"reset,omitempty"`    // the connection breaks instead of an answer
	Times       int               `json:"times,omitempty"`    // how often; 0 is for good
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
	left int // -1 is for good
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
		k.overrides = append([]*liveOverride{{o, left}}, k.overrides...)
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
	if !found {
		serve(c)
		return
	}
	if o.Reset {
		panic(http.ErrAbortHandler)
	}
	real := c.ResponseWriter
	recorder := httptest.NewRecorder()
	if o.Body == nil {
		c.ResponseWriter = recorder
		serve(c)
	} else {
		c.allowOrigin() // an override must not turn into a CORS error
		recorder.WriteString(*o.Body)
		recorder.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	body := recorder.Body.Bytes()
	if o.Truncate > 0 && o.Truncate < len(body) {
		body = body[:o.Truncate]
	}
	for name, values := range recorder.Header() {
		if name != "Content-Length" {
			real.Header()[name] = values
		}
	}
	if o.ContentType != "" {
		real.Header().Set("Content-Type", o.ContentType)
	}
	for name, value := range o.Headers {
		real.Header().Set(name, value)
	}
	status := recorder.Code
	if o.Status != 0 {
		status = o.Status
	}
	real.WriteHeader(status)
	real.Write(body)
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
