package service

import (
	"context"
	"errors"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// asking is the work for one listing.
type asking struct {
	*Service
	tab       message.Tab
	site      stream.Site
	now       int64 // Unix seconds at the start
	endpoints endpoints
	about     described    // the course or series, once it is read
	account   stream.Login // once it was asked for
}

// listing asks for everything that one page needs. An error is, or wraps, a
// stream.Reason, or is what a port reported.
func (a *asking) listing(ctx context.Context, t page.Target, hints message.Hints) (*stream.Listing, error) {
	switch t.Kind {
	case page.Lesson:
		return a.lesson(ctx, t.EpisodeID)
	case page.Course:
		return a.course(ctx, t.SeasonID, hints.Episode)
	case page.Episode:
		return a.episode(ctx, t)
	case page.Series:
		return a.series(ctx, t, hints.Episode)
	default:
		return a.upload(ctx, t, hints.Title)
	}
}

// get asks one endpoint.
func get[T any](ctx context.Context, a *asking, url string, decode func(wire.Answer) (T, error)) (T, error) {
	var v T
	err := a.hear(ctx, url, func(answer wire.Answer) (err error) {
		v, err = decode(answer)
		return err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return v, nil
}

// hear asks one endpoint, has its answer decoded, and remembers what became of it. A
// refusal for asking too often begins the site's pause.
func (a *asking) hear(ctx context.Context, url string, decode func(wire.Answer) error) error {
	began := a.running()
	answer, err := a.endpoints.Get(ctx, url)
	if err == nil {
		err = decode(answer)
	}
	a.remember(began, url, answer.Status, len(answer.Body), err)
	if r, ok := asReason(err); ok && r.Code == stream.RateLimited {
		r.At = a.slowDown(ctx, answer.RetryAfter)
		return r
	}
	return err
}

// pending is a value that is being asked for.
type pending[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// begin asks in the background.
func begin[T any](s *Service, f func() (T, error)) *pending[T] {
	p := &pending[T]{done: make(chan struct{})}
	go func() {
		defer close(p.done)
		defer func() {
			if r := recover(); r != nil {
				s.Report(r)
				p.err = stream.Reason{Code: stream.Unexpected, Detail: stream.Internal}
			}
		}()
		p.value, p.err = f()
	}()
	return p
}

// wait waits for the value or for the end of ctx.
func (p *pending[T]) wait(ctx context.Context) (T, error) {
	select {
	case <-p.done:
		return p.value, p.err
	case <-ctx.Done():
		// Both may be ready, and a value that has come counts.
		select {
		case <-p.done:
			return p.value, p.err
		default:
		}
		var zero T
		return zero, ctx.Err()
	}
}

// reason turns whatever went wrong into a Reason.
func (a *asking) reason(ctx context.Context, err error) stream.Reason {
	if r, ok := asReason(err); ok {
		return r
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return stream.Reason{Code: stream.Network, Detail: stream.Timeout}
	case !a.Fetcher.Allowed(context.WithoutCancel(ctx), a.site.API()):
		return stream.Reason{Code: stream.NoAccess}
	}
	return stream.Reason{Code: stream.Network}
}

func asReason(err error) (stream.Reason, bool) {
	return errors.AsType[stream.Reason](err)
}

// passing reports whether a problem may be gone when one asks again.
func passing(r stream.Reason) bool {
	return r.Code == stream.RateLimited || r.Code == stream.Unexpected || r.Code == stream.Network
}

// stateOf is the chip of a video that can't be had. A problem that says nothing about
// the person's rights has none.
func stateOf(r stream.Reason) stream.State {
	if passing(r) || r.Code == stream.NotFound {
		return ""
	}
	return stream.Locked
}
