package course

import (
	"slices"
	"testing"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

var (
	fine      = stream.Reason{}
	encrypted = stream.Reason{Code: stream.IsEncrypted}
	network   = stream.Reason{Code: stream.Network}
)

// asked runs the queue until it has nothing to do or has asked for so many lessons, and
// returns which and when. answer says what comes of each.
func asked(t *testing.T, q *Queue, most int, answer func(at int, now int64)) (list []int, times []int64) {
	t.Helper()
	now := int64(1_800_000_000_000)
	for range 50_000 {
		at, wait := q.Next(now)
		switch {
		case len(list) == most, at < 0 && wait == 0:
			return list, times
		case at < 0:
			now += wait
		default:
			list, times = append(list, at), append(times, now)
			answer(at, now)
		}
	}
	t.Fatal("the queue never ends")
	return nil, nil
}

func TestAsksInOrderOneAtATimeWithAPause(t *testing.T) {
	for _, pause := range []int64{0, 1000, 5000, 1 << 40} {
		q := New(4, pause, 5)
		want := min(max(pause, ShortestPause), LongestPause)
		list, times := asked(t, q, 9, func(at int, now int64) { q.Settle(at, true, fine, now, 200) })
		if !slices.Equal(list, []int{0, 1, 2, 3}) {
			t.Errorf("pause %d: asked for %v", pause, list)
		}
		for i := 1; i < len(times); i++ {
			if gap := times[i] - times[i-1]; gap < want*3/4 || gap > want*5/4 {
				t.Errorf("pause %d: %d ms before lesson %d", pause, gap, i)
			}
		}
		if v := q.View(0); v.State != Finished || v.Done != 4 || v.Left != 0 {
			t.Errorf("pause %d: ends as %+v", pause, v)
		}
	}
}

func TestPausesAreJittered(t *testing.T) {
	q := New(9, 1000, 7)
	_, times := asked(t, q, 9, func(at int, now int64) { q.Settle(at, true, fine, now, 1) })
	gaps := map[int64]bool{}
	for i := 1; i < len(times); i++ {
		gaps[times[i]-times[i-1]] = true
	}
	if len(gaps) < 6 {
		t.Errorf("the pauses are %v", gaps)
	}
}

func TestWhatComesOfAnAnswer(t *testing.T) {
	for _, c := range []struct {
		name    string
		got     bool
		why     stream.Reason
		outcome Outcome
		state   State
	}{
		{"a result", true, fine, Done, Running},
		{"a result with a remark", true, stream.Reason{Code: stream.PreviewOnly, Given: 5}, Done, Running},
		{"encrypted", false, encrypted, Skipped, Running},
		{"not purchased", false, stream.Reason{Code: stream.NotPurchased}, Skipped, Running},
		{"not released", false, stream.Reason{Code: stream.NotReleased, At: 9}, Skipped, Running},
		{"not logged in", false, stream.Reason{Code: stream.NotLoggedIn}, Skipped, Running},
		{"not found", false, stream.Reason{Code: stream.NotFound}, Skipped, Running},
		{"region", false, stream.Reason{Code: stream.Region}, Skipped, Running},
		{"premium", false, stream.Reason{Code: stream.Premium}, Skipped, Running},
		{"not given", false, stream.Reason{Code: stream.NotGiven}, Skipped, Running},
		{"network", false, network, Waiting, Running},
		{"unexpected", false, stream.Reason{Code: stream.Unexpected}, Waiting, Running},
		{"rate limit", false, stream.Reason{Code: stream.RateLimited, At: 9}, Waiting, Running},
		{"no access", false, stream.Reason{Code: stream.NoAccess}, Waiting, Paused},
		{"no tab", false, stream.Reason{Code: stream.Network, Detail: stream.TabGone}, Waiting, Paused},
		{"no room", false, stream.Reason{Code: stream.Unexpected, Detail: stream.NoRoom}, Waiting, Paused},
	} {
		q := New(2, 1000, 0)
		q.Settle(0, c.got, c.why, 0, 100)
		if got := q.Items[0].Outcome; got != c.outcome || q.State != c.state {
			t.Errorf("%s: the lesson is %q, the queue %s", c.name, got, q.State)
		}
		why := q.Items[0].Why
		if q.State == Paused {
			why = q.Why
		}
		if c.why.Code == stream.RateLimited {
			continue // it is a matter of all lessons
		}
		if (why == nil) != (c.why == fine) || (why != nil && *why != c.why) {
			t.Errorf("%s: says %v", c.name, why)
		}
	}
}

func TestWhatIsKnownToBeWithheldCostsNoPause(t *testing.T) {
	q := New(2, 1000, 0)
	q.Settle(0, false, encrypted, 0, 0)
	if at, wait := q.Next(0); at != 1 || wait != 0 {
		t.Errorf("next is %d after %d ms", at, wait)
	}
}

func TestARateLimitIsWaitedForAndDoublesThePause(t *testing.T) {
	q := New(3, 1000, 0)
	first := true
	list, times := asked(t, q, 9, func(at int, now int64) {
		if at == 1 && first {
			first = false
			q.Settle(at, false, stream.Reason{Code: stream.RateLimited, At: now/1000 + 60}, now, 100)
			if v := q.View(now); v.State != Running || v.Until/1000 != now/1000+60 || v.Left < 59_000+2*2000 || v.Pause != 2000 {
				t.Errorf("meanwhile %+v", v)
			}
			return
		}
		q.Settle(at, true, fine, now, 100)
	})
	if !slices.Equal(list, []int{0, 1, 1, 2}) {
		t.Fatalf("asked for %v", list)
	}
	if pause := times[2] - times[1]; pause < 59_000 || pause > 60_000 {
		t.Errorf("waited %d ms", pause)
	}
	if gap := times[3] - times[2]; gap < 1500 || gap > 2500 {
		t.Errorf("then paused %d ms", gap)
	}
	for range 20 {
		q = New(1, q.Pause, 0)
		q.Settle(0, false, stream.Reason{Code: stream.RateLimited}, 0, 100)
	}
	if q.Pause != LongestPause {
		t.Errorf("the pause grows to %d", q.Pause)
	}
}

func TestHoldsWhereSomebodyElseWasLimited(t *testing.T) {
	q := New(1, 1000, 0)
	q.Hold(30_000)
	q.Hold(20_000)
	if at, wait := q.Next(0); at >= 0 || wait != 30_000 || q.Pause != 1000 {
		t.Errorf("next is %d after %d ms, the pause %d", at, wait, q.Pause)
	}
}

func TestALessonThatFailsIsAskedForOnceMoreAtTheEnd(t *testing.T) {
	q := New(3, 1000, 0)
	list, _ := asked(t, q, 9, func(at int, now int64) {
		q.Settle(at, at != 0, map[bool]stream.Reason{true: network}[at == 0], now, 10)
	})
	if !slices.Equal(list, []int{0, 1, 2, 0}) {
		t.Errorf("asked for %v", list)
	}
	if v := q.View(0); v.State != Finished || v.Failed != 1 || v.Done != 2 || *q.Items[0].Why != network {
		t.Errorf("ends as %+v", v)
	}
	q.Retry()
	if at, _ := q.Next(1 << 60); at != 0 || q.State != Running {
		t.Errorf("asked again, next is %d", at)
	}
	q.Settle(0, true, fine, 0, 10)
	if v := q.View(0); v.State != Finished || v.Failed != 0 || q.Items[0].Why != nil {
		t.Errorf("ends as %+v", v)
	}
}

func TestStopsWhereNothingComesAnyMore(t *testing.T) {
	for _, why := range []stream.Reason{network, {Code: stream.RateLimited, At: 1}} {
		q := New(7, 1000, 0)
		list, _ := asked(t, q, 99, func(at int, now int64) { q.Settle(at, false, why, now, 10) })
		if v := q.View(0); len(list) != maxRow || v.State != Paused || v.Why == nil || *v.Why != why || v.Failed != 0 {
			t.Errorf("%v: asked for %v, then %+v", why, list, v)
		}
		q.Resume()
		if list, _ = asked(t, q, 99, func(at int, now int64) { q.Settle(at, true, fine, now, 10) }); len(list) != 7 || q.Why != nil {
			t.Errorf("%v: after Resume asked for %v", why, list)
		}
	}
}

func TestWithheldLessonsInARowDoNotStopIt(t *testing.T) {
	q := New(20, 1000, 0)
	list, _ := asked(t, q, 99, func(at int, now int64) { q.Settle(at, false, encrypted, now, 10) })
	if v := q.View(0); len(list) != 20 || v.State != Finished || v.Skipped != 20 {
		t.Errorf("asked for %v, then %+v", list, v)
	}
}

func TestPauseResumeCancelAndGoOn(t *testing.T) {
	q := New(3, 1000, 0)
	q.Settle(0, true, fine, 0, 10)
	q.Stop(nil)
	if at, wait := q.Next(1 << 60); at >= 0 || wait != 0 {
		t.Errorf("paused, next is %d after %d", at, wait)
	}
	q.Settle(1, true, fine, 0, 10) // what was under way when it was paused counts
	if v := q.View(0); v.State != Paused || v.Why != nil || v.Done != 2 {
		t.Errorf("paused as %+v", v)
	}
	q.Resume()
	if at, _ := q.Next(1 << 60); at != 2 {
		t.Errorf("resumed, next is %d", at)
	}
	q.Cancel()
	if v := q.View(0); v.State != Finished || v.Dropped != 1 || v.Done != 2 || v.Left != 0 {
		t.Errorf("cancelled as %+v", v)
	}
	q.Settle(2, true, fine, 0, 10) // too late
	q.Stop(nil)
	q.Resume()
	if v := q.View(0); v.State != Finished || v.Dropped != 1 {
		t.Errorf("then %+v", v)
	}
	q.Retry()
	if at, _ := q.Next(1 << 60); at != 2 {
		t.Errorf("gone on with, next is %d", at)
	}
}

func TestLostResultsAreAskedForAgain(t *testing.T) {
	q := New(3, 1000, 0)
	q.Settle(0, true, fine, 0, 10)
	q.Settle(1, false, encrypted, 0, 10)
	q.Settle(2, true, fine, 0, 10)
	q.Lose(1)
	q.Lose(2)
	if v := q.View(0); v.State != Running || v.Done != 1 || v.Skipped != 1 {
		t.Errorf("then %+v", v)
	}
	if at, _ := q.Next(1 << 60); at != 2 {
		t.Errorf("next is %d", at)
	}
}

func TestAClockThatWasSetBackStretchesNoPause(t *testing.T) {
	q := New(2, 1000, 0)
	q.Settle(0, true, fine, 1_800_000_000_000, 10)
	if at, wait := q.Next(1_000_000_000_000); at != 1 {
		t.Errorf("next is %d after %d ms", at, wait)
	}
}

func TestTimeLeft(t *testing.T) {
	q := New(3, 1000, 0)
	if v := q.View(0); v.Left != 3*1500 {
		t.Errorf("at first %d", v.Left)
	}
	q.Settle(0, true, fine, 0, 3000)
	if v := q.View(0); v.Left != 2*4000 {
		t.Errorf("then %d", v.Left)
	}
	q.Settle(1, true, fine, 0, 1<<50) // the computer slept
	if v := q.View(0); v.Left > 20_000 {
		t.Errorf("at last %d", v.Left)
	}
}

func TestReadGivesBackWhatWasWritten(t *testing.T) {
	q := New(5, 2000, 1_800_000_000_000)
	q.Settle(0, true, stream.Reason{Code: stream.PreviewOnly, Given: 300_000}, 1_800_000_000_000, 300)
	q.Settle(1, false, encrypted, 1_800_000_001_000, 300)
	q.Settle(2, false, network, 1_800_000_002_000, 300)
	q.Settle(3, false, stream.Reason{Code: stream.RateLimited, At: 1_800_000_060}, 1_800_000_002_000, 300)
	q.Stop(&network)
	data, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	back := Read(data, 5)
	if back == nil {
		t.Fatalf("does not read %s", data)
	}
	if again, _ := json.Marshal(back); string(again) != string(data) {
		t.Errorf("reads\n%s\nas\n%s", data, again)
	}
	if Read(data, 4) != nil {
		t.Error("reads another course's")
	}
}

func TestReadRefuses(t *testing.T) {
	for _, text := range []string{
		"", "null", "{", "[]", `{}`, `{"state":"running"}`, `{"state":"running","items":[]}`, `{"state":"running","items":[{},{}]}`,
		`{"state":"jumping","items":[{}]}`, `{"state":"running","items":[{"is":"half"}]}`,
	} {
		if q := Read([]byte(text), 1); q != nil {
			t.Errorf("reads %s as %+v", text, q)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"state":"paused","why":{"code":"network"},"items":[{"is":"done"},{"tries":1}],"pause":1000,"due":5,"until":9,"took":3,"row":2,"seed":4}`))
	f.Add([]byte(`{"state":"finished","items":[{},{}],"pause":-1,"until":9223372036854775807,"seed":-9}`))
	f.Add([]byte(`{"state":"running","items":[{"tries":-7},{"is":"failed"}],"due":9223372036854775807,"row":99}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		q := Read(data, 2)
		if q == nil {
			return
		}
		const now = 1_800_000_000_000
		v := q.View(now)
		over := v.Done + v.Skipped + v.Failed + v.Dropped
		if v.Total != 2 || over > v.Total || v.Left < 0 || (v.State == Finished) != (over == v.Total) {
			t.Fatalf("view %+v", v)
		}
		// Whatever was stored, it can be gone on with to its end, and asks for nothing twice.
		q.Resume()
		seen := map[int]bool{}
		for at := int64(now); q.State == Running; {
			next, wait := q.Next(at)
			if next < 0 && wait <= 0 {
				t.Fatalf("stands still as %+v", q.View(at))
			}
			if next < 0 {
				at += wait
				continue
			}
			if seen[next] {
				t.Fatalf("asks twice for %d", next)
			}
			seen[next] = true
			q.Settle(next, true, fine, at, 5)
		}
		out, err := json.Marshal(q)
		if err != nil || Read(out, 2) == nil {
			t.Fatalf("does not read its own %s", out)
		}
	})
}
