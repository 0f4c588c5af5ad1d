package course

import (
	"fmt"
	"slices"
	"testing"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

var (
	encrypted = stream.Reason{Code: stream.IsEncrypted}
	network   = stream.Reason{Code: stream.Network}
	limited   = stream.Reason{Code: stream.RateLimited}
)

// asked runs the queue until it has nothing to do or has asked for so many lessons, and
// returns whom it asked for and when, such as "a@0". answer says what comes of each.
func asked(t *testing.T, q *Queue, most int, answer func(id string, now int64)) (list []string, now int64) {
	t.Helper()
	for range 10 * MaxLessons {
		id, wait := q.Next(now)
		switch {
		case id == "" && wait == 0, len(list) == most:
			return list, now
		case id == "":
			now += wait
		default:
			list = append(list, fmt.Sprintf("%s@%d", id, now/1000))
			answer(id, now)
		}
	}
	t.Fatal("the queue never ends")
	return nil, 0
}

func names(list []string) (ids []string) {
	for _, one := range list {
		var id string
		fmt.Sscanf(one, "%1s", &id)
		ids = append(ids, id)
	}
	return ids
}

func TestAsksInOrderOneAtATimeWithAPause(t *testing.T) {
	for _, pause := range []int64{0, 1000, 5000, 1 << 40} {
		q := New([]string{"a", "b", "c", "d"}, pause, 1_800_000_000_000)
		want := min(max(pause, ShortestPause), LongestPause)
		var before int64
		list, _ := asked(t, q, 9, func(id string, now int64) {
			if gap := now - before; id != "a" && (gap < want*3/4 || gap > want*5/4) {
				t.Errorf("pause %d: %d ms before %s", pause, gap, id)
			}
			before = now
			q.Done(id, nil, now, 200)
		})
		if got := names(list); !slices.Equal(got, []string{"a", "b", "c", "d"}) {
			t.Errorf("pause %d: asked for %v", pause, got)
		}
		if v := q.View(before); v.State != Finished || v.Done != 4 || v.Left != 0 {
			t.Errorf("pause %d: ends as %+v", pause, v)
		}
	}
}

func TestPausesAreJittered(t *testing.T) {
	q := New([]string{"a", "b", "c", "d", "e", "f", "g", "h"}, 1000, 7)
	gaps := map[int64]bool{}
	var before int64
	asked(t, q, 9, func(id string, now int64) {
		gaps[now-before] = true
		before = now
		q.Done(id, nil, now, 1)
	})
	if len(gaps) < 5 {
		t.Errorf("the pauses are %v", gaps)
	}
}

func TestWhatIsKnownToBeWithheldCostsNoPause(t *testing.T) {
	q := New([]string{"a", "b"}, 1000, 0)
	q.Skip("a", encrypted, 0, 0)
	if id, wait := q.Next(0); id != "b" || wait != 0 {
		t.Errorf("next is %q after %d ms", id, wait)
	}
	q.Skip("b", encrypted, 0, 100)
	if v := q.View(0); v.State != Finished || v.Skipped != 2 {
		t.Errorf("ends as %+v", v)
	}
	if why := q.Items[0].Why; why == nil || *why != encrypted {
		t.Errorf("says %v of the first", why)
	}
}

func TestARateLimitIsWaitedForAndDoublesThePause(t *testing.T) {
	q := New([]string{"a", "b", "c"}, 1000, 0)
	first := true
	list, _ := asked(t, q, 9, func(id string, now int64) {
		if id == "b" && first {
			first = false
			q.Limit(limited, now+60_000)
			if v := q.View(now); v.State != Running || v.Until != now+60_000 || v.Left < 60_000+2*2000 || v.Pause != 2000 {
				t.Errorf("meanwhile %+v", v)
			}
			return
		}
		q.Done(id, nil, now, 0+1)
	})
	var times []int64
	for _, one := range list {
		var id string
		var at int64
		fmt.Sscanf(one, "%1s@%d", &id, &at)
		times = append(times, at)
	}
	if got := names(list); !slices.Equal(got, []string{"a", "b", "b", "c"}) {
		t.Fatalf("asked for %v", list)
	}
	if times[2]-times[1] != 60 || times[3]-times[2] < 1 || times[3]-times[2] > 2 {
		t.Errorf("asked at %v", times)
	}
	for range 20 {
		q.Limit(limited, 1)
	}
	if q.Pause != LongestPause {
		t.Errorf("the pause grows to %d", q.Pause)
	}
}

func TestHoldsWhereSomebodyElseWasLimited(t *testing.T) {
	q := New([]string{"a"}, 1000, 0)
	q.Hold(30_000)
	q.Hold(20_000)
	if id, wait := q.Next(0); id != "" || wait != 30_000 || q.Pause != 1000 {
		t.Errorf("next is %q after %d ms, the pause %d", id, wait, q.Pause)
	}
}

func TestALessonThatFailsIsAskedForOnceMoreAtTheEnd(t *testing.T) {
	q := New([]string{"a", "b", "c"}, 1000, 0)
	list, _ := asked(t, q, 9, func(id string, now int64) {
		if id == "a" {
			q.Fail(id, network, now, 10)
			return
		}
		q.Done(id, nil, now, 10)
	})
	if got := names(list); !slices.Equal(got, []string{"a", "b", "c", "a"}) {
		t.Errorf("asked for %v", got)
	}
	if v := q.View(0); v.State != Finished || v.Failed != 1 || v.Done != 2 {
		t.Errorf("ends as %+v", v)
	}
	q.Retry()
	if id, wait := q.Next(1 << 40); id != "a" || wait != 0 || q.State != Running {
		t.Errorf("asked again, next is %q after %d ms", id, wait)
	}
	q.Done("a", nil, 0, 10)
	if v := q.View(0); v.State != Finished || v.Failed != 0 || q.Items[0].Why != nil {
		t.Errorf("ends as %+v", v)
	}
}

func TestStopsWhereNothingComesAnyMore(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(q *Queue, id string, now int64)
		why    stream.Reason
	}{
		{"failures", func(q *Queue, id string, now int64) { q.Fail(id, network, now, 10) }, network},
		{"rate limits", func(q *Queue, id string, now int64) { q.Limit(limited, now+60_000) }, limited},
	} {
		q := New([]string{"a", "b", "c", "d", "e", "f", "g"}, 1000, 0)
		list, now := asked(t, q, 99, func(id string, now int64) { c.answer(q, id, now) })
		if v := q.View(now); len(list) != 5 || v.State != Paused || v.Why == nil || *v.Why != c.why || v.Failed != 0 {
			t.Errorf("%s: asked for %v, then %+v", c.name, list, v)
		}
		q.Resume()
		list, _ = asked(t, q, 99, func(id string, now int64) { q.Done(id, nil, now, 10) })
		if len(list) != 7 {
			t.Errorf("%s: after Resume asked for %v", c.name, list)
		}
	}
}

func TestPauseResumeCancelAndGoOn(t *testing.T) {
	q := New([]string{"a", "b", "c"}, 1000, 0)
	q.Done("a", nil, 0, 10)
	q.Suspend()
	if id, wait := q.Next(1 << 40); id != "" || wait != 0 {
		t.Errorf("paused, next is %q after %d", id, wait)
	}
	// What was under way when it was paused counts.
	q.Done("b", nil, 0, 10)
	if v := q.View(0); v.State != Paused || v.Why != nil || v.Done != 2 {
		t.Errorf("paused as %+v", v)
	}
	q.Resume()
	if id, _ := q.Next(1 << 40); id != "c" {
		t.Errorf("resumed, next is %q", id)
	}
	q.Cancel()
	if v := q.View(0); v.State != Finished || v.Dropped != 1 || v.Done != 2 || v.Left != 0 {
		t.Errorf("cancelled as %+v", v)
	}
	q.Done("c", nil, 0, 10) // too late
	q.Suspend()
	q.Resume()
	if v := q.View(0); v.State != Finished || v.Dropped != 1 {
		t.Errorf("then %+v", v)
	}
	q.Retry()
	if id, _ := q.Next(1 << 40); id != "c" {
		t.Errorf("gone on with, next is %q", id)
	}
}

func TestLostResultsAreAskedForAgain(t *testing.T) {
	q := New([]string{"a", "b", "c"}, 1000, 0)
	q.Done("a", nil, 0, 10)
	q.Skip("b", encrypted, 0, 10)
	q.Done("c", nil, 0, 10)
	q.Lose(func(id string) bool { return id != "a" })
	if v := q.View(0); v.State != Running || v.Done != 1 || v.Skipped != 1 {
		t.Errorf("then %+v", v)
	}
	if id, _ := q.Next(1 << 40); id != "c" {
		t.Errorf("next is %q", id)
	}
}

func TestAClockThatWasSetBackStretchesNoPause(t *testing.T) {
	q := New([]string{"a", "b"}, 1000, 0)
	q.Done("a", nil, 1_800_000_000_000, 10)
	if id, wait := q.Next(1_000_000_000_000); id != "b" {
		t.Errorf("next is %q after %d ms", id, wait)
	}
}

func TestTimeLeft(t *testing.T) {
	q := New([]string{"a", "b", "c"}, 1000, 0)
	if v := q.View(0); v.Left != 3*1500 {
		t.Errorf("at first %d", v.Left)
	}
	q.Done("a", nil, 0, 3000)
	if v := q.View(0); v.Left != 2*4000 {
		t.Errorf("then %d", v.Left)
	}
	q.Done("b", nil, 0, 1<<50) // the computer slept
	if v := q.View(0); v.Left > 20_000 {
		t.Errorf("at last %d", v.Left)
	}
}

func TestReadGivesBackWhatWasWritten(t *testing.T) {
	q := New([]string{"a", "b", "c", "d", "e"}, 2000, 1_800_000_000_000)
	q.Done("a", &stream.Reason{Code: stream.PreviewOnly, Given: 300_000}, 1_800_000_000_000, 300)
	q.Skip("b", encrypted, 1_800_000_001_000, 300)
	q.Fail("c", network, 1_800_000_002_000, 300)
	q.Limit(limited, 1_800_000_060_000)
	q.Stop(network)
	data, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	back := Read(data)
	if back == nil {
		t.Fatalf("does not read %s", data)
	}
	again, _ := json.Marshal(back)
	if string(again) != string(data) {
		t.Errorf("reads\n%s\nas\n%s", data, again)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, text := range []string{
		"", "null", "{", "[]", `{}`, `{"state":"running"}`, `{"state":"running","items":[]}`,
		`{"state":"jumping","items":[{"id":"1"}]}`, `{"state":"running","items":[{"id":""}]}`,
		`{"state":"running","items":[{"id":"1"},{"id":"1"}]}`, `{"state":"running","items":[{"id":"1","is":"half"}]}`,
	} {
		if q := Read([]byte(text)); q != nil {
			t.Errorf("reads %s as %+v", text, q)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"state":"paused","why":{"code":"network"},"items":[{"id":"1","is":"done"},{"id":"2","tries":1}],"pause":1000,"due":5,"until":9,"took":3,"row":2,"seed":4}`))
	f.Add([]byte(`{"state":"finished","items":[{"id":"1"}],"pause":-1,"until":9223372036854775807,"seed":-9}`))
	f.Add([]byte(`{"state":"running","items":[{"id":"1","tries":-7}],"due":9223372036854775807}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		q := Read(data)
		if q == nil {
			return
		}
		const now = 1_800_000_000_000
		v := q.View(now)
		if v.Total == 0 || v.Done+v.Skipped+v.Failed+v.Dropped > v.Total || v.Left < 0 {
			t.Fatalf("view %+v", v)
		}
		if (v.State == Finished) != (v.Done+v.Skipped+v.Failed+v.Dropped == v.Total) {
			t.Fatalf("is %s with %+v", v.State, v)
		}
		// Whatever was stored, it can be gone on with to its end, and asks for nothing twice.
		q.Resume()
		seen := map[string]bool{}
		for at := int64(now); q.Active(); {
			id, wait := q.Next(at)
			if id == "" && wait <= 0 {
				t.Fatalf("stands still as %+v", q.View(at))
			}
			if id == "" {
				at += wait
				continue
			}
			if seen[id] {
				t.Fatalf("asks twice for %q", id)
			}
			seen[id] = true
			q.Done(id, nil, at, 5)
		}
		out, err := json.Marshal(q)
		if err != nil || Read(out) == nil {
			t.Fatalf("does not read its own %s", out)
		}
	})
}
