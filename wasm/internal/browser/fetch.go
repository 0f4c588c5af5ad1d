//go:build js && wasm

package browser

import (
	"context"
	"strconv"
	"syscall/js"

	"github.com/hack-pad/safejs"
)

// Request is what to fetch.
type Request struct {
	URL string
	// Cookies sends the browser's cookies for the address's host.
	Cookies bool
	// Range is the value of a Range header, such as "bytes=0-995"; "" for none.
	Range string
	// Limit is the largest body to accept, in bytes; a longer one is an error.
	Limit int
}

// Response is a fetched answer. Status is 302 for any redirect: none is followed, and
// the browser doesn't tell where to.
type Response struct {
	Status      int
	ContentType string
	// RetryAfter is the header's value in seconds; 0 when absent or a date.
	RetryAfter int64
	Body       []byte
}

// Fetch fetches by extension/fetch.js; the end of ctx aborts the transfer. Its error is
// an *Error for what the browser reports, or the context's.
func (b *Browser) Fetch(ctx context.Context, r Request) (Response, error) {
	b.transfers++
	id := b.transfers
	promise, err := b.shim.Call("fetch", id, r.URL, r.Cookies, r.Range, r.Limit)
	if err != nil {
		return Response{}, wrap(err)
	}
	answer, err := await(ctx, promise)
	if err != nil {
		if ctx.Err() != nil {
			_, _ = b.shim.Call("abort", id)
		}
		return Response{}, err
	}
	return response(safejs.Unsafe(answer)), nil
}

// Measure times the first bytes of a file by extension/fetch.js and returns how fast they
// came, in bytes per second: 0 when none did. The end of ctx aborts the transfer.
func (b *Browser) Measure(ctx context.Context, url string, bytes int, within int64) (int64, error) {
	b.transfers++
	id := b.transfers
	promise, err := b.shim.Call("measure", id, url, bytes, within)
	if err != nil {
		return 0, wrap(err)
	}
	speed, err := await(ctx, promise)
	if err != nil {
		if ctx.Err() != nil {
			_, _ = b.shim.Call("abort", id)
		}
		return 0, err
	}
	return int64(safejs.Unsafe(speed).Float()), nil
}

// response reads the plain object that extension/fetch.js makes.
func response(v js.Value) Response {
	out := Response{Status: v.Get("status").Int(), ContentType: text(v.Get("type"))}
	out.RetryAfter, _ = strconv.ParseInt(text(v.Get("retryAfter")), 10, 64)
	body := v.Get("body")
	out.Body = make([]byte, body.Get("byteLength").Int())
	js.CopyBytesToGo(out.Body, body)
	return out
}
