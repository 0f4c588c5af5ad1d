package service

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestWithin(t *testing.T) {
	parent, end := within(t.Context(), time.Hour)
	brief, stop := within(parent, time.Millisecond)
	defer stop()
	<-brief.Done()
	if !errors.Is(brief.Err(), context.DeadlineExceeded) || parent.Err() != nil {
		t.Errorf("its time is over: %v; its parent's isn't: %v", brief.Err(), parent.Err())
	}
	stop()
	if !errors.Is(brief.Err(), context.DeadlineExceeded) {
		t.Errorf("cancelled after its end: %v", brief.Err())
	}

	child, cancel := within(parent, time.Hour)
	defer cancel()
	end()
	<-child.Done()
	for name, ctx := range map[string]context.Context{"cancelled": parent, "whose parent was": child} {
		if !errors.Is(ctx.Err(), context.Canceled) {
			t.Errorf("%s: %v", name, ctx.Err())
		}
	}

	over, stop := within(t.Context(), 0)
	defer stop()
	inherits, cancel := within(over, time.Hour)
	defer cancel()
	<-inherits.Done()
	if !errors.Is(inherits.Err(), context.DeadlineExceeded) {
		t.Errorf("whose parent's time is over: %v", inherits.Err())
	}
}
