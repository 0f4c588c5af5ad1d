package service

import (
	"context"
	"time"
)

// within is context.WithTimeout in 22 kB of wasm less: the linker keeps much of package
// time for the String methods of the contexts that that one makes.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	inner, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(d, func() { cancel(context.DeadlineExceeded) })
	return limited{inner}, func() {
		timer.Stop()
		cancel(context.Canceled)
	}
}

// limited tells, as contexts with a deadline do, the end of its time from a cancellation.
type limited struct{ context.Context }

func (l limited) Err() error {
	if l.Context.Err() == nil {
		return nil
	}
	return context.Cause(l.Context)
}
