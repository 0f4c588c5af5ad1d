package message

import (
	"context"
	"errors"
	"streamlist/wasm/internal/json"
)

// Handler answers one kind of request. An error that is no *Error is answered as
// Internal.
type Handler func(ctx context.Context, from Sender, body json.RawMessage) (any, error)

// Router dispatches requests to handlers, by kind and by who may ask.
type Router struct {
	content, page map[Kind]Handler
	// Report is told of errors that are bugs. It may be nil.
	Report func(err error)
}

// FromContent registers a handler that content scripts may ask.
func (r *Router) FromContent(k Kind, h Handler) {
	if r.content == nil {
		r.content = map[Kind]Handler{}
	}
	r.content[k] = h
}

// FromPage registers a handler that our own extension pages may ask.
func (r *Router) FromPage(k Kind, h Handler) {
	if r.page == nil {
		r.page = map[Kind]Handler{}
	}
	r.page[k] = h
}

// Handle answers one request. It never fails: what goes wrong is in the response.
func (r *Router) Handle(ctx context.Context, from Sender, data []byte) Response {
	req, err := DecodeRequest(data)
	if err == nil {
		var body any
		if body, err = r.dispatch(ctx, from, req); err == nil {
			if body == nil {
				body = struct{}{}
			}
			return Response{V: Version, ID: req.ID, OK: true, Body: body}
		}
	}
	return Response{V: Version, ID: req.ID, Error: r.asError(err)}
}

func (r *Router) dispatch(ctx context.Context, from Sender, req Request) (any, error) {
	var handlers map[Kind]Handler
	switch {
	case from.Page():
		handlers = r.page
	case from.Content():
		handlers = r.content
	}
	h := handlers[req.Kind]
	if h == nil {
		return nil, &Error{Code: Refused, Message: "kind " + string(req.Kind)}
	}
	return h(ctx, from, req.Body)
}

func (r *Router) asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if errors.Is(err, context.Canceled) {
		return &Error{Code: Cancelled, Message: "cancelled", Retryable: true}
	}
	if r.Report != nil {
		r.Report(err)
	}
	return &Error{Code: Internal, Message: "internal error", Retryable: true}
}
