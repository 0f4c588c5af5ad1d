//go:build js && wasm

package browser

import (
	"context"
	"errors"
	"syscall/js"

	"github.com/hack-pad/safejs"
)

// Error is what a promise was rejected with or a call threw, in plain text.
type Error struct {
	// Name is the JavaScript error's name, such as "AbortError" or "TypeError".
	Name string
	// Message is for developers. It can hold an address, so it is never logged whole.
	Message string
}

func (e *Error) Error() string { return e.Name + ": " + e.Message }

// describe turns whatever was thrown or rejected into an *Error. Only properties of
// real Error objects are read: a throwing accessor would escape past every recover.
func describe(v js.Value) *Error {
	switch v.Type() {
	case js.TypeString:
		return &Error{Name: "Error", Message: v.String()}
	case js.TypeObject:
		if v.InstanceOf(js.Global().Get("Error")) || v.InstanceOf(js.Global().Get("DOMException")) {
			return &Error{Name: text(v.Get("name")), Message: text(v.Get("message"))}
		}
	}
	return &Error{Name: "Error", Message: "rejected with " + v.Type().String()}
}

func text(v js.Value) string {
	if v.Type() != js.TypeString {
		return ""
	}
	return v.String()
}

// wrap makes errors of safejs calls describable: they hold a js.Error inside.
func wrap(err error) error {
	if thrown, ok := errors.AsType[js.Error](err); ok {
		return describe(thrown.Value)
	}
	return err
}

// await waits for a promise or for the end of ctx. A value that is no promise is
// returned as it is.
func await(ctx context.Context, promise safejs.Value) (safejs.Value, error) {
	if promise.Type() != safejs.TypeObject {
		return promise, nil
	}
	type outcome struct {
		value safejs.Value
		err   error
	}
	done := make(chan outcome, 1)
	var settled [2]safejs.Func
	// Both are released whichever fires, and only then: releasing them when ctx ends
	// would make the browser log a call of a released function later.
	finish := func(o outcome) {
		done <- o
		settled[0].Release()
		settled[1].Release()
	}
	var err error
	settled[0], err = safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		o := outcome{}
		if len(args) > 0 {
			o.value = args[0]
		}
		finish(o)
		return nil
	})
	if err != nil {
		return safejs.Value{}, wrap(err)
	}
	settled[1], err = safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		o := outcome{err: &Error{Name: "Error", Message: "rejected"}}
		if len(args) > 0 {
			o.err = describe(safejs.Unsafe(args[0]))
		}
		finish(o)
		return nil
	})
	if err != nil {
		settled[0].Release()
		return safejs.Value{}, wrap(err)
	}
	if _, err := promise.Call("then", settled[0], settled[1]); err != nil {
		settled[0].Release()
		settled[1].Release()
		return safejs.Value{}, wrap(err)
	}
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		return safejs.Value{}, ctx.Err()
	}
}

// call calls a method and waits for the promise that it returns.
func call(ctx context.Context, object safejs.Value, method string, args ...any) (safejs.Value, error) {
	promise, err := object.Call(method, args...)
	if err != nil {
		return safejs.Value{}, wrap(err)
	}
	return await(ctx, promise)
}

// path reads a chain of properties of a plain or browser-made object.
func path(v safejs.Value, names ...string) (safejs.Value, error) {
	for _, name := range names {
		var err error
		if v, err = v.Get(name); err != nil {
			return safejs.Value{}, wrap(err)
		}
		if v.IsUndefined() || v.IsNull() {
			return safejs.Value{}, &Error{Name: "ReferenceError", Message: name + " is not there"}
		}
	}
	return v, nil
}
