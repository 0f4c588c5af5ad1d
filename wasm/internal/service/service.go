// Package service holds the use cases: what the background does when a person opens
// the panel, copies an address, or moves on. It sees the browser only through the
// small ports declared here.
package service

import (
	"context"
	"sync"
	"time"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// Fetcher asks the endpoints and media hosts. Errors mean that no answer came; an
// answer of any status is no error.
type Fetcher interface {
	// Get asks an endpoint with the cookies that the browser holds for its host.
	Get(ctx context.Context, url string) (wire.Answer, error)
	// GetFile reads a small file, without cookies.
	GetFile(ctx context.Context, url string) (wire.Answer, error)
	// GetRange reads a byte range of a media file, without cookies.
	GetRange(ctx context.Context, url string, r stream.ByteRange) ([]byte, error)
	// Measure reads the first so many bytes of a media file, without cookies, and returns
	// how fast they came, in bytes per second. Those that came within so many milliseconds
	// count.
	Measure(ctx context.Context, url string, bytes int, within int64) (int64, error)
	// Allowed reports whether the browser grants access to the host of an address.
	Allowed(ctx context.Context, url string) bool
}

// Store keeps JSON values for as long as the browser runs.
type Store interface {
	Load(ctx context.Context, key string) ([]byte, error) // nil when there is none
	Save(ctx context.Context, key string, value []byte) error
	Delete(ctx context.Context, keys ...string) error
}

// Alarm wakes the background.
type Alarm interface {
	// Ring has GoOn called with that name every half minute, also in a background that is
	// started for it; or not any more.
	Ring(name string, on bool)
}

// Settings reads the person's options.
type Settings interface {
	Options(ctx context.Context) ([]byte, error) // nil when none were ever saved
}

// Clipboard takes text.
type Clipboard interface {
	Write(ctx context.Context, text string) error
}

// Tabs reaches into the browser's tabs.
type Tabs interface {
	// Ask sends a message to a tab's content script; an error means nobody answered.
	Ask(ctx context.Context, tab int, request message.Request) (json.RawMessage, error)
	// Inject runs packaged scripts in the tab's top frame, in order.
	Inject(ctx context.Context, tab int, files ...string) error
	// Open opens an address, or one of our pages by its path.
	Open(ctx context.Context, url string) error
	OpenOptions(ctx context.Context) error
}

// Icon is the toolbar icon.
type Icon interface {
	// Mark writes a few characters on the icon of a tab; "" removes them.
	Mark(tab int, text string)
}

// Menus is the right-click menu.
type Menus interface {
	// OfferOnVideos says whether the page's item is shown on videos too.
	OfferOnVideos(ctx context.Context, offer bool) error
}

// Ports is what the service needs from the world.
type Ports struct {
	Fetcher   Fetcher
	Store     Store
	Local     Store // outlives the browser
	Alarm     Alarm
	Settings  Settings
	Clipboard Clipboard
	Tabs      Tabs
	Icon      Icon
	Menus     Menus
	Now       func() time.Time
	// Report is told of panics, which are bugs of ours.
	Report func(panicked any)
	// UserAgent is the browser's, for commands; Version the extension's.
	UserAgent, Version string
	// Limits may be zero: DefaultLimits then.
	Limits Limits
}

// Limits bound every wait.
type Limits struct {
	// Listing is the longest that a listing may take, all its requests together.
	Listing time.Duration
	// Rest is how long the qualities beside the first may take, all together, where each
	// must be asked for by itself.
	Rest time.Duration
	// Grace is how long titles may take after the streams have come.
	Grace time.Duration
	// Probe is how long one host may take to give an init segment.
	Probe time.Duration
	// Tab is how long a tab may take to answer, or to take in a script.
	Tab time.Duration
	// Keep is how long after an answer it is kept, and Rehearsal how long after a request
	// the rehearsal begins (negative: never). They let what waits go first.
	Keep, Rehearsal time.Duration
}

// DefaultLimits keep a listing under the 15 seconds after which the content script gives
// up.
func DefaultLimits() Limits {
	return Limits{Listing: 12 * time.Second, Rest: 6 * time.Second, Grace: 4 * time.Second, Probe: 3 * time.Second, Tab: 4 * time.Second, Keep: 20 * time.Millisecond}
}

// Service answers people. It keeps nothing in memory that must survive: the
// background can be ended at any time.
type Service struct {
	Ports
	memory  *memory // what Store is
	started time.Time

	mu      sync.Mutex
	flights map[int]*flight // by tab
	works   map[task]*work
	fetches int               // counted, for the ids of a tab's fetches
	courses map[int]described // by tab
	marks   map[int]string    // by tab: what the icon speaks of, as a listing's key
	calls   []string          // the latest, for diagnostics

	collecting  sync.Mutex
	collections map[string]*collection // by jar, once they were read
	// rehearsed says for which site the program has been warmed up.
	rehearsed map[stream.Site]bool
}

// New makes a service.
func New(p Ports) *Service {
	if p.Limits == (Limits{}) {
		p.Limits = DefaultLimits()
	}
	m := remember(p.Store)
	p.Store = m
	return &Service{
		Ports: p, memory: m, started: p.Now(), flights: map[int]*flight{}, works: map[task]*work{}, marks: map[int]string{}, courses: map[int]described{}, rehearsed: map[stream.Site]bool{}, collections: map[string]*collection{},
	}
}

// Register registers the handlers for every kind of request.
func (s *Service) Register(r *message.Router) {
	r.FromContent(message.Wake, handler(func(ctx context.Context, tab message.Tab, b message.ListBody) (any, error) {
		return s.Wake(ctx, tab, b.Hints.Clean()), nil
	}))
	r.FromContent(message.List, handler(func(ctx context.Context, tab message.Tab, b message.ListBody) (any, error) {
		return s.List(ctx, tab, b.Hints.Clean(), b.Refresh)
	}))
	r.FromContent(message.Course, handler(func(ctx context.Context, tab message.Tab, b message.ListBody) (any, error) {
		return s.Course(ctx, tab, b.Hints.Clean())
	}))
	r.FromContent(message.Owned, handler(func(ctx context.Context, tab message.Tab, b message.AsideBody) (any, error) {
		return s.Owned(ctx, tab, b.Page)
	}))
	r.FromContent(message.Lessons, handler(func(ctx context.Context, tab message.Tab, b message.AsideBody) (any, error) {
		return s.Lessons(ctx, tab, b.Hints.Clean())
	}))
	r.FromContent(message.Range, handlerAny(func(_ context.Context, b message.RangeBody) (any, error) {
		return numbers(b)
	}))
	r.FromContent(message.ListLesson, handler(func(ctx context.Context, tab message.Tab, b message.ListBody) (any, error) {
		b.Hints = b.Hints.Clean()
		return s.ListLesson(ctx, tab, &b)
	}))
	r.FromContent(message.Details, handler(func(ctx context.Context, tab message.Tab, b message.AsideBody) (any, error) {
		return s.Details(ctx, tab, b.Hints.Clean())
	}))
	r.FromContent(message.Danmaku, handler(func(ctx context.Context, tab message.Tab, b message.AsideBody) (any, error) {
		return s.Danmaku(ctx, tab, b.Hints.Clean(), b.Format)
	}))
	r.FromContent(message.Subtitles, handler(func(ctx context.Context, tab message.Tab, b message.AsideBody) (any, error) {
		return s.Subtitles(ctx, tab, &b)
	}))
	r.FromContent(message.Single, handler(func(ctx context.Context, tab message.Tab, b message.ListBody) (any, error) {
		return s.Single(ctx, tab, b.Hints.Clean())
	}))
	r.FromContent(message.TestHosts, handler(func(ctx context.Context, tab message.Tab, b message.ListBody) (any, error) {
		return s.TestHosts(ctx, tab, b)
	}))
	r.FromContent(message.StopTest, handler(func(_ context.Context, tab message.Tab, _ struct{}) (any, error) {
		s.StopTest(tab)
		return nil, nil
	}))
	r.FromContent(message.Copy, handler(func(ctx context.Context, tab message.Tab, b message.CopyBody) (any, error) {
		if b.Collected {
			return s.Written(ctx, tab, &b, true)
		}
		return s.Copy(ctx, tab, b)
	}))
	r.FromContent(message.Export, handler(func(ctx context.Context, tab message.Tab, b message.CopyBody) (any, error) {
		if b.Collected {
			return s.Written(ctx, tab, &b, false)
		}
		return s.Export(ctx, tab, b)
	}))
	r.FromContent(message.Download, handler(func(ctx context.Context, tab message.Tab, b message.CopyBody) (any, error) {
		return s.Download(ctx, tab, b)
	}))
	r.FromContent(message.Collect, handler(func(ctx context.Context, tab message.Tab, b message.CollectBody) (any, error) {
		return s.Collect(ctx, tab, &b)
	}))
	r.FromContent(message.Queue, handler(func(ctx context.Context, tab message.Tab, b message.QueueBody) (any, error) {
		return s.Queue(ctx, tab, b.Do), nil
	}))
	r.FromPage(message.ListFor, handler(func(ctx context.Context, _ message.Tab, b message.ListBody) (any, error) {
		return s.ListFor(ctx, &b)
	}))
	r.FromPage(message.SubtitlesFor, handler(func(ctx context.Context, _ message.Tab, b message.ListBody) (any, error) {
		return s.SubtitlesFor(ctx, &b)
	}))
	r.FromContent(message.Open, handler(func(ctx context.Context, tab message.Tab, _ struct{}) (any, error) {
		return s.Open(ctx, tab)
	}))
	r.FromContent(message.Over, handler(func(ctx context.Context, _ message.Tab, b message.OverBody) (any, error) {
		return nil, s.Over(ctx, b.Link)
	}))
	openOptions := handlerAny(func(ctx context.Context, _ struct{}) (any, error) { return nil, s.Tabs.OpenOptions(ctx) })
	r.FromContent(message.OpenOptions, openOptions)
	r.FromContent(message.OpenDownloads, handlerAny(func(context.Context, struct{}) (any, error) { return nil, nil }))
	r.FromContent(message.Grant, handlerAny(func(ctx context.Context, _ struct{}) (any, error) {
		return nil, s.Tabs.Open(ctx, "options/options.html#access")
	}))
}

// handler adapts a function of a tab's request.
func handler[B any](f func(context.Context, message.Tab, B) (any, error)) message.Handler {
	return func(ctx context.Context, from message.Sender, body json.RawMessage) (any, error) {
		var b B
		if err := message.DecodeBody(body, &b); err != nil {
			return nil, err
		}
		return f(ctx, *from.Tab, b)
	}
}

// handlerAny adapts a function that doesn't care who asks.
func handlerAny[B any](f func(context.Context, B) (any, error)) message.Handler {
	return func(ctx context.Context, _ message.Sender, body json.RawMessage) (any, error) {
		var b B
		if err := message.DecodeBody(body, &b); err != nil {
			return nil, err
		}
		return f(ctx, b)
	}
}

// unavailable makes a Reason an error of the protocol.
func unavailable(r stream.Reason) error {
	return &message.Error{
		Code:      message.Unavailable,
		Message:   r.Error(),
		Retryable: passing(r),
		Reason:    &r,
	}
}
