//go:build js && wasm

package browser

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"

	"github.com/hack-pad/safejs"
	"github.com/norunners/vert"
)

// Browser is the WebExtension API of the running background.
type Browser struct {
	api  safejs.Value // `browser`, or `chrome` where that is what there is
	json safejs.Value
	shim safejs.Value

	transfers int // counted, for their ids
}

// New finds the browser's API and the shim that started the program
// (`globalThis.streamlistShim`, see extension/background.js).
func New() (*Browser, error) {
	global := safejs.Global()
	api, err := global.Get("browser")
	if err != nil {
		return nil, wrap(err)
	}
	if api.IsUndefined() {
		if api, err = path(global, "chrome"); err != nil {
			return nil, err
		}
	}
	b := &Browser{api: api}
	if b.json, err = path(global, "JSON"); err != nil {
		return nil, err
	}
	if b.shim, err = path(global, "streamlistShim"); err != nil {
		return nil, err
	}
	return b, nil
}

// Serve hands the shim the function that it forwards events to, and returns at once.
// Each event runs in a goroutine of its own; handle gets and returns JSON. A panic in
// handle is answered with crashed(), which is called on the panic's stack.
func (b *Browser) Serve(handle func(ctx context.Context, event string, payload []byte) []byte, crashed func(payload []byte, panicked any) []byte) error {
	dispatch, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		var event, payload string
		if len(args) == 2 {
			event, payload = text(safejs.Unsafe(args[0])), text(safejs.Unsafe(args[1]))
		}
		promise, err := newPromise(func() []byte {
			return protect([]byte(payload), func(p []byte) []byte { return handle(context.Background(), event, p) }, crashed)
		})
		if err != nil {
			return nil
		}
		return safejs.Unsafe(promise)
	})
	if err != nil {
		return wrap(err)
	}
	// Never released: it serves as long as the program lives.
	if _, err := b.shim.Call("ready", dispatch); err != nil {
		return wrap(err)
	}
	return nil
}

func protect(payload []byte, handle func([]byte) []byte, crashed func([]byte, any) []byte) (answer []byte) {
	defer func() {
		if r := recover(); r != nil {
			answer = crashed(payload, r)
		}
	}()
	return handle(payload)
}

// newPromise runs work in a goroutine and resolves the promise with its text.
func newPromise(work func() []byte) (safejs.Value, error) {
	var executor safejs.Func
	executor, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		resolve := args[0]
		go func() {
			resolve.Invoke(string(work()))
		}()
		return nil
	})
	if err != nil {
		return safejs.Value{}, wrap(err)
	}
	// The executor runs inside the constructor, so it can be released right after.
	defer executor.Release()
	constructor, err := path(safejs.Global(), "Promise")
	if err != nil {
		return safejs.Value{}, err
	}
	promise, err := constructor.New(executor)
	return promise, wrap(err)
}

// Log reports a bug of ours on the console. It must hold no address and no account id.
func Log(line string) {
	js.Global().Get("console").Call("error", line)
}

// bag turns a struct of built-in kinds with `js` tags into a plain object.
func bag(v any) (object safejs.Value, err error) {
	defer func() {
		if r := recover(); r != nil { // vert panics on kinds that it does not know
			err = fmt.Errorf("option bag: %v", r)
		}
	}()
	return safejs.Safe(vert.ValueOf(v).JSValue()), nil
}

// parse turns JSON text into a JavaScript value.
func (b *Browser) parse(text []byte) (safejs.Value, error) {
	v, err := b.json.Call("parse", string(text))
	return v, wrap(err)
}

// stringify turns a JavaScript value into JSON text; undefined becomes null.
func (b *Browser) stringify(v safejs.Value) ([]byte, error) {
	t, err := b.json.Call("stringify", v)
	if err != nil {
		return nil, wrap(err)
	}
	if t.Type() != safejs.TypeString {
		return []byte("null"), nil
	}
	s, err := t.String()
	return []byte(s), wrap(err)
}

// Message is a text of the browser's locale.
func (b *Browser) Message(key string) string {
	i18n, err := path(b.api, "i18n")
	if err != nil {
		return ""
	}
	v, err := i18n.Call("getMessage", key)
	if err != nil {
		return ""
	}
	return text(safejs.Unsafe(v))
}

// Ask sends a message, given as JSON, to the top frame of a tab and returns the answer
// as JSON.
func (b *Browser) Ask(ctx context.Context, tab int, request []byte) ([]byte, error) {
	object, err := b.parse(request)
	if err != nil {
		return nil, err
	}
	options, err := bag(struct {
		FrameID int `js:"frameId"`
	}{0})
	if err != nil {
		return nil, err
	}
	tabs, err := path(b.api, "tabs")
	if err != nil {
		return nil, err
	}
	answer, err := call(ctx, tabs, "sendMessage", tab, object, options)
	if err != nil {
		return nil, err
	}
	if answer.IsUndefined() || answer.IsNull() {
		return nil, errors.New("nobody answered")
	}
	return b.stringify(answer)
}

type injectionTarget struct {
	TabID int `js:"tabId"`
}

type injection struct {
	Target injectionTarget `js:"target"`
	Files  []string        `js:"files"`
	// Otherwise a page that never finishes loading would never get the panel.
	Immediately bool `js:"injectImmediately"`
}

// Inject runs packaged classic scripts in the top frame of a tab, in order, also while
// its page is still loading.
func (b *Browser) Inject(ctx context.Context, tab int, files ...string) error {
	scripts, err := bag(injection{Target: injectionTarget{tab}, Files: files, Immediately: true})
	if err != nil {
		return err
	}
	scripting, err := path(b.api, "scripting")
	if err != nil {
		return err
	}
	_, err = call(ctx, scripting, "executeScript", scripts)
	return err
}

// OpenTab opens an address, or a page of the extension given by its path, in a new tab.
func (b *Browser) OpenTab(ctx context.Context, url string) error {
	properties, err := bag(struct {
		URL string `js:"url"`
	}{url})
	if err != nil {
		return err
	}
	tabs, err := path(b.api, "tabs")
	if err != nil {
		return err
	}
	_, err = call(ctx, tabs, "create", properties)
	return err
}

// OpenOptions opens the options page, or focuses it.
func (b *Browser) OpenOptions(ctx context.Context) error {
	rt, err := path(b.api, "runtime")
	if err != nil {
		return err
	}
	_, err = call(ctx, rt, "openOptionsPage")
	return err
}

// Mark writes a few characters on the toolbar icon of a tab (extension/badge.js); "" removes
// them. It doesn't wait, and a tab that is gone is no error.
func (b *Browser) Mark(tab int, text string) { _, _ = b.shim.Call("mark", tab, text) }

// Ring has an alarm go off every half minute (extension/background.js), or not any more.
func (b *Browser) Ring(name string, on bool) { _, _ = b.shim.Call("ring", name, on) }

// WriteClipboard puts text on the clipboard by the browser's own way for backgrounds
// (extension/chrome/clipboard.js, extension/firefox/clipboard.js).
func (b *Browser) WriteClipboard(ctx context.Context, content string) error {
	_, err := call(ctx, b.shim, "writeClipboard", content)
	return err
}

// HasAccess reports whether the browser grants the extension an origin pattern.
func (b *Browser) HasAccess(ctx context.Context, origin string) (bool, error) {
	permissions, err := path(b.api, "permissions")
	if err != nil {
		return false, err
	}
	query, err := bag(struct {
		Origins []string `js:"origins"`
	}{[]string{origin}})
	if err != nil {
		return false, err
	}
	granted, err := call(ctx, permissions, "contains", query)
	if err != nil {
		return false, err
	}
	return granted.Truthy()
}

// MenuItem is an item of the page's right-click menu.
type MenuItem struct {
	ID       string   `js:"id"`
	Title    string   `js:"title"`
	Contexts []string `js:"contexts"`
	// DocumentURLs and TargetURLs are match patterns of the page and of the link; nil
	// for any.
	DocumentURLs []string `js:"documentUrlPatterns"`
	TargetURLs   []string `js:"targetUrlPatterns"`
}

// SetMenus replaces all menu items. They outlive the background.
func (b *Browser) SetMenus(ctx context.Context, items []MenuItem) error {
	menus, err := path(b.api, "contextMenus")
	if err != nil {
		return err
	}
	if _, err := call(ctx, menus, "removeAll"); err != nil {
		return err
	}
	for _, item := range items {
		properties, err := bag(item) // nil lists become null, which is "not given"
		if err != nil {
			return err
		}
		if _, err := menus.Call("create", properties); err != nil {
			return wrap(err)
		}
	}
	return nil
}

// SetMenuContexts changes where a menu item is shown.
func (b *Browser) SetMenuContexts(ctx context.Context, id string, contexts []string) error {
	menus, err := path(b.api, "contextMenus")
	if err != nil {
		return err
	}
	change, err := bag(struct {
		Contexts []string `js:"contexts"`
	}{contexts})
	if err != nil {
		return err
	}
	_, err = call(ctx, menus, "update", id, change)
	return err
}

// Version is the extension's, as extension/background.js states it.
func (b *Browser) Version() string {
	version, err := path(b.shim, "version")
	if err != nil {
		return ""
	}
	return text(safejs.Unsafe(version))
}

// UserAgent is the browser's own User-Agent, for the commands that people copy.
func (b *Browser) UserAgent() string {
	agent, err := path(safejs.Global(), "navigator", "userAgent")
	if err != nil {
		return ""
	}
	return text(safejs.Unsafe(agent))
}
