//go:build js && wasm

package browser

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"github.com/hack-pad/safejs"
)

// The tests run under Node, on fakes made of plain JavaScript. eval is how a test gets
// them without a file beside it; nothing of this ships.
func object(t *testing.T, source string) js.Value {
	t.Helper()
	return js.Global().Get("Function").New("return (" + source + ")").Invoke()
}

// install puts fakes in the place of globals until the test ends.
func install(t *testing.T, globals map[string]string) {
	t.Helper()
	for name, source := range globals {
		before := js.Global().Get(name)
		js.Global().Set(name, object(t, source))
		t.Cleanup(func() { js.Global().Set(name, before) })
	}
}

const fakeChrome = `{
	i18n: { getMessage: (key) => 'text of ' + key },
	storage: { session: (() => { const kept = {}; return {
		get: async (key) => key in kept ? { [key]: kept[key] } : {},
		set: async (items) => { if (items.full) throw new DOMException('quota', 'QuotaExceededError'); Object.assign(kept, items) },
		remove: async (key) => { delete kept[key] },
	} })() },
	tabs: {
		sent: [],
		async sendMessage(tab, message, options) {
			if (tab === 404) throw new Error('Receiving end does not exist');
			if (tab === 204) return undefined;
			return { tab, message, options };
		},
		async create(properties) { this.created = properties; },
	},
	scripting: { async executeScript(injection) { this.injection = JSON.stringify(injection); } },
	contextMenus: { made: [], async removeAll() { this.made = []; }, create(properties) { this.made.push(properties); },
		async update(id, change) { Object.assign(this.made.find((m) => m.id === id), change); } },
	permissions: { contains: async ({ origins }) => origins[0] === 'https://yes.test/*' },
	runtime: { async openOptionsPage() { this.opened = true; } },
}`

const fakeShim = `{
	ready(dispatch) { this.dispatch = dispatch; },
	async writeClipboard(text) { if (text === 'refused') throw new Error('no'); this.copied = text; },
}`

func fake(t *testing.T) *Browser {
	t.Helper()
	install(t, map[string]string{"browser": "undefined", "chrome": fakeChrome, "streamlistShim": fakeShim})
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func eval(t *testing.T, source string) string {
	t.Helper()
	return object(t, source).String()
}

func TestRejectionsOfEveryKindBecomeErrors(t *testing.T) {
	install(t, map[string]string{"rejecting": `{
		error: () => Promise.reject(new TypeError('bad')),
		dom: () => Promise.reject(new DOMException('stop', 'AbortError')),
		text: () => Promise.reject('just text'),
		null: () => Promise.reject(null),
		undefined: () => Promise.reject(undefined),
		number: () => Promise.reject(7),
		proxy: () => Promise.reject(new Proxy({}, { get() { throw new Error('trap') } })),
		thrown() { throw new RangeError('at once') },
		thrownText() { throw 'text at once' },
	}`})
	target, err := path(safejs.Global(), "rejecting")
	if err != nil {
		t.Fatal(err)
	}
	for method, want := range map[string]string{
		"error": "TypeError: bad", "dom": "AbortError: stop", "text": "Error: just text", "null": "Error: rejected with null",
		"undefined": "Error: rejected with undefined", "number": "Error: rejected with number", "proxy": "Error: rejected with object",
		"thrown": "RangeError: at once", "thrownText": "Error: text at once",
	} {
		_, err := call(t.Context(), target, method)
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", method, err, want)
		}
	}
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	install(t, map[string]string{"never": `{ settle() { return new Promise(() => {}) }, now: () => 5 }`})
	target, err := path(safejs.Global(), "never")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := call(ctx, target, "settle"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an unsettled promise: %v", err)
	}
	v, err := call(t.Context(), target, "now")
	if n, _ := v.Int(); err != nil || n != 5 {
		t.Errorf("a value that is no promise: %v, %v", n, err)
	}
}

func TestFetch(t *testing.T) {
	b := fake(t)
	object(t, `Object.assign(streamlistShim, {
		fetch(id, url, cookies, range, limit) {
			this.asked = JSON.stringify([url, cookies, range, limit]);
			if (url.includes('refused')) return Promise.reject(new TypeError('Failed to fetch'));
			if (url.includes('hangs')) { this.hanging = id; return new Promise(() => {}); }
			return Promise.resolve({ status: 206, type: 'application/json', retryAfter: '30', body: new TextEncoder().encode('hi!') });
		},
		abort(id) { this.aborted = id; },
	})`)
	r, err := b.Fetch(t.Context(), Request{URL: "https://a.test/", Cookies: true, Range: "bytes=0-8", Limit: 100})
	if err != nil || r.Status != 206 || r.ContentType != "application/json" || r.RetryAfter != 30 || string(r.Body) != "hi!" {
		t.Errorf("answer %+v, error %v", r, err)
	}
	if got := eval(t, "streamlistShim.asked"); got != `["https://a.test/",true,"bytes=0-8",100]` {
		t.Errorf("asked %s", got)
	}
	var failure *Error
	if _, err := b.Fetch(t.Context(), Request{URL: "https://a.test/refused"}); !errors.As(err, &failure) || failure.Name != "TypeError" {
		t.Errorf("a refused connection: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := b.Fetch(ctx, Request{URL: "https://a.test/hangs"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a hanging server: %v", err)
	}
	if eval(t, "String(streamlistShim.aborted === streamlistShim.hanging && streamlistShim.hanging > 0)") != "true" {
		t.Error("the transfer went on after its context had ended")
	}
}

func TestStorage(t *testing.T) {
	area := fake(t).Session()
	if got, err := area.Load(t.Context(), "a"); got != nil || err != nil {
		t.Errorf("nothing stored: %q, %v", got, err)
	}
	if err := area.Save(t.Context(), "a", []byte(`{"x":["é",1.5,null]}`)); err != nil {
		t.Fatal(err)
	}
	if got, err := area.Load(t.Context(), "a"); string(got) != `{"x":["é",1.5,null]}` || err != nil {
		t.Errorf("read back %q, %v", got, err)
	}
	if err := area.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if got, _ := area.Load(t.Context(), "a"); got != nil {
		t.Errorf("after removal: %q", got)
	}
	var failure *Error
	if err := area.Save(t.Context(), "full", []byte("1")); !errors.As(err, &failure) || failure.Name != "QuotaExceededError" {
		t.Errorf("a full store: %v", err)
	}
	if err := area.Save(t.Context(), "a", []byte("{broken")); err == nil {
		t.Error("stored what is no JSON")
	}
}

func TestTabs(t *testing.T) {
	b := fake(t)
	got, err := b.Ask(t.Context(), 7, []byte(`{"v":1,"kind":"hello"}`))
	if want := `{"tab":7,"message":{"v":1,"kind":"hello"},"options":{"frameId":0}}`; err != nil || string(got) != want {
		t.Errorf("asked %s, %v; want %s", got, err, want)
	}
	for _, tab := range []int{404, 204} {
		if _, err := b.Ask(t.Context(), tab, []byte(`{}`)); err == nil {
			t.Errorf("tab %d: no error though nobody answered", tab)
		}
	}
	if err := b.Inject(t.Context(), 7, "a.js", "b.js"); err != nil || eval(t, "chrome.scripting.injection") != `{"target":{"tabId":7},"files":["a.js","b.js"],"injectImmediately":true}` {
		t.Errorf("injected %s, %v", eval(t, "chrome.scripting.injection"), err)
	}
	if err := b.OpenTab(t.Context(), "https://a.test/"); err != nil || eval(t, "chrome.tabs.created.url") != "https://a.test/" {
		t.Errorf("opened %v", err)
	}
	if err := b.OpenOptions(t.Context()); err != nil || eval(t, "String(chrome.runtime.opened)") != "true" {
		t.Errorf("options: %v", err)
	}
}

func TestMenusLeaveOutPatternsThatAreNotGiven(t *testing.T) {
	b := fake(t)
	for range 2 { // setting them twice leaves them once
		if err := b.SetMenus(t.Context(), []MenuItem{
			{ID: "one", Title: "One", Contexts: []string{"page", "video"}, DocumentURLs: []string{"*://a.test/*"}},
			{ID: "two", Title: "Two", Contexts: []string{"link"}, TargetURLs: []string{"*://b.test/*"}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	want := `[{"id":"one","title":"One","contexts":["page","video"],"documentUrlPatterns":["*://a.test/*"],"targetUrlPatterns":null},` +
		`{"id":"two","title":"Two","contexts":["link"],"documentUrlPatterns":null,"targetUrlPatterns":["*://b.test/*"]}]`
	if got := eval(t, "JSON.stringify(chrome.contextMenus.made)"); got != want {
		t.Errorf("made %s\nwant %s", got, want)
	}
}

func TestMenuItemMoves(t *testing.T) {
	b := fake(t)
	if err := b.SetMenus(t.Context(), []MenuItem{{ID: "one", Contexts: []string{"link"}}, {ID: "two", Contexts: []string{"page", "video"}}}); err != nil {
		t.Fatal(err)
	}
	if err := b.SetMenuContexts(t.Context(), "two", []string{"page"}); err != nil {
		t.Fatal(err)
	}
	if got, want := eval(t, "JSON.stringify(chrome.contextMenus.made.map((m) => m.contexts))"), `[["link"],["page"]]`; got != want {
		t.Errorf("contexts %s, want %s", got, want)
	}
	if err := b.SetMenuContexts(t.Context(), "three", []string{"page"}); err == nil {
		t.Error("no error for an item that isn't there")
	}
}

func TestClipboardPermissionsAndTexts(t *testing.T) {
	b := fake(t)
	if err := b.WriteClipboard(t.Context(), "x"); err != nil || eval(t, "streamlistShim.copied") != "x" {
		t.Errorf("copying: %v", err)
	}
	if err := b.WriteClipboard(t.Context(), "refused"); err == nil {
		t.Error("no error from a browser that refused to copy")
	}
	for origin, want := range map[string]bool{"https://yes.test/*": true, "https://no.test/*": false} {
		if got, err := b.HasAccess(t.Context(), origin); got != want || err != nil {
			t.Errorf("access to %s: %v, %v", origin, got, err)
		}
	}
	if got := b.Message("key"); got != "text of key" {
		t.Errorf("message %q", got)
	}
}

func TestServe(t *testing.T) {
	b := fake(t)
	install(t, map[string]string{"console": `{ lines: [], error(line) { this.lines.push(line) }, log() {}, warn() {} }`})
	handle := func(_ context.Context, event string, payload []byte) []byte {
		if event == "panic" {
			panic("a bug")
		}
		return []byte(event + " " + string(payload))
	}
	crashed := func(payload []byte, panicked any) []byte {
		Log(panicked.(string) + "\n" + string(debug.Stack()))
		return append([]byte("crashed "), payload...)
	}
	if err := b.Serve(handle, crashed); err != nil {
		t.Fatal(err)
	}
	shim, err := path(safejs.Global(), "streamlistShim")
	if err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string]string{"event": "event {}", "panic": "crashed {}"} {
		got, err := call(t.Context(), shim, "dispatch", event, "{}")
		if s, _ := got.String(); err != nil || s != want {
			t.Errorf("%s: %q, %v; want %q", event, s, err, want)
		}
	}
	if logged := eval(t, "console.lines.join()"); !strings.Contains(logged, "a bug") || !strings.Contains(logged, "TestServe.func1") {
		t.Errorf("crashed was not called on the panic's stack: %q", logged)
	}
}

func mustGlobal(t *testing.T) safejs.Value {
	t.Helper()
	return safejs.Global()
}
