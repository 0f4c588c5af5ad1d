//go:build js && wasm

package browser

import (
	"context"

	"github.com/hack-pad/safejs"
)

// Area is one of the extension's storage areas.
type Area struct {
	b    *Browser
	name string
}

// Session is memory that outlives the background, but not the browser. Content
// scripts can't read it.
func (b *Browser) Session() Area { return Area{b, "session"} }

// Sync is the person's settings.
func (b *Browser) Sync() Area { return Area{b, "sync"} }

// Load returns the JSON stored under key, nil when there is none.
func (a Area) Load(ctx context.Context, key string) ([]byte, error) {
	area, err := path(a.b.api, "storage", a.name)
	if err != nil {
		return nil, err
	}
	found, err := call(ctx, area, "get", key)
	if err != nil {
		return nil, err
	}
	value, err := found.Get(key)
	if err != nil {
		return nil, wrap(err)
	}
	if value.IsUndefined() {
		return nil, nil
	}
	return a.b.stringify(value)
}

// Save stores JSON under key.
func (a Area) Save(ctx context.Context, key string, value []byte) error {
	area, err := path(a.b.api, "storage", a.name)
	if err != nil {
		return err
	}
	object, err := a.b.parse(value)
	if err != nil {
		return err
	}
	items, err := safejs.ValueOf(map[string]any{})
	if err != nil {
		return wrap(err)
	}
	if err := items.Set(key, object); err != nil {
		return wrap(err)
	}
	_, err = call(ctx, area, "set", items)
	return err
}

// Local is what outlives the browser.
func (b *Browser) Local() Area { return Area{b, "local"} }

// Delete removes what is stored under the keys.
func (a Area) Delete(ctx context.Context, keys ...string) error {
	area, err := path(a.b.api, "storage", a.name)
	if err != nil {
		return err
	}
	list := make([]any, len(keys))
	for i, key := range keys {
		list[i] = key
	}
	_, err = call(ctx, area, "remove", list)
	return err
}
