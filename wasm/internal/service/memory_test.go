package service

import (
	"testing"
	"testing/synctest"
	"time"
)

// What a person waits for goes first, but a background that is ended soon after must have
// kept the listing.
func TestListingIsStoredAfterOneDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.on("playurl", dash(w.until(), ""))
		w.on("season", seasonWith(""))
		s := w.service()
		const keep = 20 * time.Millisecond
		s.Limits.Keep = keep
		if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
			t.Fatal(err)
		}
		stored := func() bool {
			data, err := w.Load(t.Context(), tabKey(lesson.ID))
			return err == nil && len(data) > 0
		}
		synctest.Wait()
		if stored() {
			t.Error("stored before the answer is out")
		}
		time.Sleep(keep)
		synctest.Wait()
		if !stored() {
			t.Error("not stored after the delay")
		}
	})
}
