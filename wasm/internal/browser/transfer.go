//go:build js && wasm

package browser

import (
	"context"
	"io"
	"syscall/js"

	"github.com/hack-pad/safejs"
)

// Transfer is an answer whose body comes in chunks (extension/downloads/transfer.js). Its
// methods may be called from several goroutines.
type Transfer struct {
	// Status is 302 for any redirect: none is followed, and the browser doesn't tell where
	// to.
	Status int

	w      *Worker
	object safejs.Value
	stop   func() bool
}

// Get asks for a range of a file, such as "bytes=0-995", without cookies. The end of ctx
// ends the transfer, at whatever point it is. The error is an *Error for what the browser
// reports, or the context's; it holds no address.
func (w *Worker) Get(ctx context.Context, url, byteRange string) (*Transfer, error) {
	object, err := w.shim.Call("get", url, byteRange)
	if err != nil {
		return nil, unaddressed(wrap(err))
	}
	t := &Transfer{w: w, object: object}
	t.stop = context.AfterFunc(ctx, t.abort)
	answered, err := path(object, "answered")
	if err == nil {
		var status safejs.Value
		if status, err = await(ctx, answered); err == nil {
			t.Status, err = status.Int()
		}
	}
	if err != nil {
		t.Close()
		return nil, unaddressed(wrap(err))
	}
	return t, nil
}

// unaddressed drops the browser's text for a failed request, which may name the address.
func unaddressed(err error) error {
	if e, ok := err.(*Error); ok {
		return &Error{Name: e.Name, Message: "the request failed"}
	}
	return err
}

// Header is a header of the answer, "" for none.
func (t *Transfer) Header(name string) string {
	v, err := t.object.Call("header", name)
	if err != nil {
		return ""
	}
	return text(safejs.Unsafe(v))
}

// Next returns the next bytes, 1 MiB at most: fewer where they come slowly, or where the
// host has broken off before. It is io.EOF behind the last. The chunk is the caller's until
// it is released.
func (t *Transfer) Next(ctx context.Context) (*Chunk, error) {
	v, err := call(ctx, t.object, "next")
	if err != nil {
		return nil, unaddressed(err)
	}
	bytes := safejs.Unsafe(v)
	if bytes.Type() != js.TypeObject {
		return nil, io.EOF
	}
	return &Chunk{t.w, bytes, bytes.Get("byteLength").Int()}, nil
}

// Close ends the transfer. A Next that waits fails.
func (t *Transfer) Close() {
	t.stop()
	t.abort()
}

func (t *Transfer) abort() { _, _ = t.object.Call("close") }
