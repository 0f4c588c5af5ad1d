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

// Response is a fetched answer.
type Response struct {
	Status      int
	ContentType string
	// RetryAfter is the header's value in seconds; 0 when absent or a date.
	RetryAfter int64
	Body       []byte
}

// statusFound stands for any redirect: of one that isn't followed the browser tells
// neither status nor target.
const statusFound = 302

type fetchInit struct {
	Method      string `js:"method"`
	Credentials string `js:"credentials"`
	Cache       string `js:"cache"`
	// A redirect might leave the hosts we know, so none is followed.
	Redirect string `js:"redirect"`
}

// Fetch fetches; the end of ctx aborts the transfer. Its error is an *Error for what
// the browser reports, or the context's.
func (b *Browser) Fetch(ctx context.Context, r Request) (Response, error) {
	init := fetchInit{Method: "GET", Credentials: "omit", Cache: "no-store", Redirect: "manual"}
	if r.Cookies {
		init.Credentials = "include"
	}
	options, err := bag(init)
	if err != nil {
		return Response{}, err
	}
	if r.Range != "" {
		headers, err := safejs.ValueOf(map[string]any{"Range": r.Range})
		if err != nil {
			return Response{}, wrap(err)
		}
		if err := options.Set("headers", headers); err != nil {
			return Response{}, wrap(err)
		}
	}
	constructor, err := path(safejs.Global(), "AbortController")
	if err != nil {
		return Response{}, err
	}
	controller, err := constructor.New()
	if err != nil {
		return Response{}, wrap(err)
	}
	signal, err := path(controller, "signal")
	if err != nil {
		return Response{}, err
	}
	if err := options.Set("signal", signal); err != nil {
		return Response{}, wrap(err)
	}
	finished := false
	defer func() {
		if !finished { // on any early way out, also on the end of ctx
			_, _ = controller.Call("abort")
		}
	}()

	promise, err := b.fetch.Invoke(r.URL, options)
	if err != nil {
		return Response{}, wrap(err)
	}
	answer, err := await(ctx, promise)
	if err != nil {
		return Response{}, err
	}
	raw := safejs.Unsafe(answer)
	if text(raw.Get("type")) == "opaqueredirect" {
		return Response{Status: statusFound}, nil // where to, the browser doesn't tell
	}
	out := Response{Status: raw.Get("status").Int()}
	headers := raw.Get("headers")
	out.ContentType = text(headers.Call("get", "content-type"))
	out.RetryAfter, _ = strconv.ParseInt(text(headers.Call("get", "retry-after")), 10, 64)
	if n, err := strconv.Atoi(text(headers.Call("get", "content-length"))); err == nil && r.Limit > 0 && n > r.Limit {
		return Response{}, &Error{Name: "RangeError", Message: "body too large"}
	}
	if out.Body, err = readAll(ctx, raw.Get("body"), r.Limit); err != nil {
		return Response{}, err
	}
	finished = true
	return out, nil
}

// readAll reads a ReadableStream chunk by chunk, so that a body without a length
// can't fill the memory before it is refused.
func readAll(ctx context.Context, body js.Value, limit int) ([]byte, error) {
	if body.Type() != js.TypeObject {
		return nil, nil // a body-less answer
	}
	reader := safejs.Safe(body.Call("getReader"))
	var all []byte
	for {
		step, err := call(ctx, reader, "read")
		if err != nil {
			return nil, err
		}
		raw := safejs.Unsafe(step)
		if raw.Get("done").Truthy() {
			return all, nil
		}
		chunk := raw.Get("value")
		n := chunk.Get("byteLength").Int()
		if limit > 0 && len(all)+n > limit {
			return nil, &Error{Name: "RangeError", Message: "body too large"}
		}
		at := len(all)
		all = append(all, make([]byte, n)...)
		js.CopyBytesToGo(all[at:], chunk)
	}
}
