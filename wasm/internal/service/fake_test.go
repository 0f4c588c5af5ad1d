package service

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// world is a browser and two sites made of maps.
type world struct {
	t  *testing.T
	mu sync.Mutex
	// answers are tried in order; the first whose key is part of the address answers.
	answers []reply
	asked   []string
	ranges  map[string][]byte
	denied  string  // a part of the addresses to which the browser keeps us from going
	within  []int64 // milliseconds: what each measurement might take
	measure func(ctx context.Context, host string) (int64, error)

	local   *drawer
	rings   []string // what was said of alarms
	full    string   // a part of the keys that the store has no room for
	stored  map[string][]byte
	changed chan struct{} // told when stored or shown changes
	slow    chan struct{} // when set, the store answers only once it is closed
	options []byte

	clipboard string
	clipError error

	hints    message.Hints
	deaf     bool // nobody answers in the tab until something is injected
	refused  bool // nothing can be injected
	injected []string
	shown    []message.Request
	// fetch is what a tab's own requests are answered with.
	fetch  func(context.Context, message.FetchBody) message.Fetched
	opened []string

	marks    map[int]string // what the icon says, by tab
	onVideos []bool         // what was said of the page's menu item

	now      time.Time
	panicked []any
}

type reply struct {
	part   string
	answer func(ctx context.Context, url string) (wire.Answer, error)
}

func newWorld(t *testing.T) *world {
	return &world{
		t: t, local: &drawer{kept: map[string][]byte{}}, stored: map[string][]byte{}, ranges: map[string][]byte{}, marks: map[int]string{},
		changed: make(chan struct{}, 1), now: time.Unix(1_800_000_000, 0), hints: message.Hints{Load: "load1", Panel: true},
	}
}

func (w *world) service() *Service {
	return New(Ports{
		Fetcher: w, Store: w, Local: w.local, Alarm: w, Settings: w, Clipboard: w, Tabs: w, Icon: w, Menus: w,
		Now:       func() time.Time { return w.now },
		Report:    func(p any) { w.mu.Lock(); w.panicked = append(w.panicked, p); w.mu.Unlock() },
		UserAgent: "Agent/1", Version: "1.2.3",
		Limits: patient(),
	})
}

// patient are limits that no test reaches, however busy the machine is; but for those that
// run in a bubble, where time flies.
func patient() Limits {
	return Limits{Listing: time.Minute, Rest: 40 * time.Second, Grace: 20 * time.Second, Probe: 10 * time.Second, Tab: 10 * time.Second, Rehearsal: -1}
}

// on makes an endpoint answer JSON.
func (w *world) on(part, body string) {
	w.onFunc(part, func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 200, ContentType: "application/json", Body: []byte(body)}, nil
	})
}

func (w *world) onFunc(part string, f func(context.Context, string) (wire.Answer, error)) {
	w.answers = append(w.answers, reply{part, f})
}

func (w *world) Get(ctx context.Context, url string) (wire.Answer, error) {
	w.mu.Lock()
	w.asked = append(w.asked, url)
	answers := w.answers
	w.mu.Unlock()
	for _, r := range answers {
		if strings.Contains(url, r.part) {
			return r.answer(ctx, url)
		}
	}
	return wire.Answer{}, fmt.Errorf("nothing answers %s", url)
}

func (w *world) GetFile(ctx context.Context, url string) (wire.Answer, error) { return w.Get(ctx, url) }

func (w *world) GetRange(_ context.Context, url string, _ stream.ByteRange) ([]byte, error) {
	if data, ok := w.ranges[url]; ok {
		return data, nil
	}
	return nil, errors.New("no such file")
}

func (w *world) Measure(ctx context.Context, url string, bytes int, within int64) (int64, error) {
	w.within = append(w.within, within)
	if w.measure == nil || bytes != sample {
		return 0, errors.New("nothing to measure")
	}
	return w.measure(ctx, stream.HostOf(url))
}

func (w *world) Allowed(_ context.Context, url string) bool {
	return w.denied == "" || !strings.Contains(url, w.denied)
}

func (w *world) Load(_ context.Context, key string) ([]byte, error) {
	if w.slow != nil {
		<-w.slow
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stored[key], nil
}

func (w *world) Save(_ context.Context, key string, value []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.full != "" && strings.Contains(key, w.full) {
		return errors.New("quota exceeded")
	}
	w.stored[key] = value
	w.tell()
	return nil
}

func (w *world) Delete(_ context.Context, keys ...string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, key := range keys {
		delete(w.stored, key)
	}
	w.tell()
	return nil
}

// drawer is a store that outlives the browser.
type drawer struct {
	mu   sync.Mutex
	kept map[string][]byte
}

func (d *drawer) Load(_ context.Context, key string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kept[key], nil
}

func (d *drawer) Save(_ context.Context, key string, value []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kept[key] = value
	return nil
}

func (d *drawer) Delete(_ context.Context, keys ...string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, key := range keys {
		delete(d.kept, key)
	}
	return nil
}

func (w *world) Ring(name string, on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rings = append(w.rings, fmt.Sprint(name, " ", on))
}

func (w *world) tell() {
	select {
	case w.changed <- struct{}{}:
	default: // told already
	}
}

func (w *world) Options(context.Context) ([]byte, error) { return w.options, nil }

func (w *world) Write(_ context.Context, text string) error {
	if w.clipError != nil {
		return w.clipError
	}
	w.clipboard = text
	return nil
}

func (w *world) Ask(ctx context.Context, _ int, r message.Request) (json.RawMessage, error) {
	w.mu.Lock()
	deaf := w.deaf
	w.mu.Unlock()
	if deaf {
		return nil, errors.New("receiving end does not exist")
	}
	if r.Kind == message.Hello {
		return json.Marshal(w.hints)
	}
	if r.Kind == message.Fetch {
		var body message.FetchBody
		if err := json.Unmarshal(r.Body, &body); err != nil {
			return nil, err
		}
		return json.Marshal(w.fetch(ctx, body))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shown = append(w.shown, r)
	w.tell()
	return json.RawMessage("{}"), nil
}

func (w *world) Inject(_ context.Context, _ int, files ...string) error {
	if w.refused {
		return errors.New("cannot access")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.injected = append(w.injected, files...)
	w.deaf = false
	return nil
}

func (w *world) Open(_ context.Context, url string) error {
	w.opened = append(w.opened, url)
	return nil
}

func (w *world) Mark(tab int, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.marks[tab] = text
}

func (w *world) OpenOptions(context.Context) error { return w.Open(context.Background(), "options") }

func (w *world) OfferOnVideos(_ context.Context, offer bool) error {
	w.onVideos = append(w.onVideos, offer)
	return nil
}

// calls counts the requests whose address contains part.
func (w *world) calls(part string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, url := range w.asked {
		if strings.Contains(url, part) {
			n++
		}
	}
	return n
}

// saved waits until the store holds exactly these keys: it is written a moment later.
func (w *world) saved(keys ...string) {
	w.t.Helper()
	slices.Sort(keys)
	limit := time.After(5 * time.Second)
	for {
		w.mu.Lock()
		held := slices.Sorted(maps.Keys(w.stored))
		w.mu.Unlock()
		if slices.Equal(held, keys) {
			return
		}
		select {
		case <-w.changed:
		case <-limit:
			w.t.Fatalf("the store holds %q, want %q", held, keys)
		}
	}
}

// savedWith waits until the store holds a key with a value that contains part.
func (w *world) savedWith(key, part string) {
	w.t.Helper()
	limit := time.After(5 * time.Second)
	for {
		w.mu.Lock()
		value, held := w.stored[key]
		w.mu.Unlock()
		if held && strings.Contains(string(value), part) {
			return
		}
		select {
		case <-w.changed:
		case <-limit:
			w.t.Fatalf("the store holds under %s %q, without %q", key, value, part)
		}
	}
}

// lastShown decodes what was last sent to the tab's panel.
func lastShown[B any](w *world, kind message.Kind) B {
	w.t.Helper()
	var b B
	if len(w.shown) == 0 || w.shown[len(w.shown)-1].Kind != kind {
		w.t.Fatalf("the tab was shown %v, want a %s", w.shown, kind)
	}
	if err := json.Unmarshal(w.shown[len(w.shown)-1].Body, &b); err != nil {
		w.t.Fatal(err)
	}
	return b
}

// reasonOf returns the reason that an error of the protocol carries.
func reasonOf(t *testing.T, err error) stream.Reason {
	t.Helper()
	var e *message.Error
	if !errors.As(err, &e) || e.Reason == nil {
		t.Fatalf("error %v carries no reason", err)
	}
	return *e.Reason
}
