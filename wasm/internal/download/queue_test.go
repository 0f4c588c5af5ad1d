package download

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/wasm/internal/filename"
	"streamlist/wasm/internal/stream"
)

// lesson puts a file for a job on the web, and returns order and listing.
func (w *world) lesson(n int, size int) (Order, *stream.Listing, []byte) {
	file := media(size, uint64(n))
	id := "job" + strconv.Itoa(n)
	path := "upgcxcode/" + id + ".mp4"
	w.web.mu.Lock()
	w.web.files[path] = file
	w.web.mu.Unlock()
	l := listingOf(int64(size), mirrorA, mirrorB)
	l.Page = id
	l.Head.Number, l.Head.Title = n, "lesson"
	for i := range l.Single[0].Segments[0].URLs {
		u := &l.Single[0].Segments[0].URLs[i]
		u.URL = "https://" + stream.HostOf(u.URL) + "/" + path + "?upsig=secret"
	}
	o := orderOf(id)
	o.Page = id
	return o, l, file
}

func (w *world) slow(speed int64) {
	w.web.mu.Lock()
	defer w.web.mu.Unlock()
	w.web.sites[mirrorA] = &site{speed: speed}
	w.web.sites[mirrorB] = &site{speed: speed}
}

// states are those of all jobs, in the queue's order.
func (w *world) states() (list []State) {
	for _, j := range w.queue.View().Jobs {
		list = append(list, j.State)
	}
	return list
}

func TestAtOnce(t *testing.T) {
	inBubble(t, func(w *world) {
		w.listing = func(int, bool) (*stream.Listing, error) { _, l, _ := w.lesson(1, 500_000); return l, nil }
		w.slow(20_000)
		w.begin()
		defer w.end()
		var files [][]byte
		for n := range 5 {
			o, l, file := w.lesson(n+1, 500_000)
			w.add(o, l)
			files = append(files, file)
		}
		time.Sleep(time.Second)
		if got := w.states(); !slices.Equal(got, []State{Running, Waiting, Waiting, Waiting, Waiting}) {
			t.Fatalf("%v", got)
		}
		w.queue.SetOptions(Options{AtOnce: 2})
		time.Sleep(time.Second)
		if got := w.states(); !slices.Equal(got, []State{Running, Running, Waiting, Waiting, Waiting}) {
			t.Fatalf("%v", got)
		}
		// A job that is paused makes room for the next.
		w.queue.Do("job1", Pause)
		time.Sleep(time.Second)
		if got := w.states(); !slices.Equal(got, []State{Paused, Running, Running, Waiting, Waiting}) {
			t.Fatalf("%v", got)
		}
		w.queue.Do("job4", Cancel)
		w.queue.Do("job1", Resume)
		w.queue.Do("job2", Pause)
		for _, id := range []string{"job3", "job5", "job1"} {
			w.finish(id)
		}
		w.wants("job1", "media", files[0])
		w.wants("job3", "media", files[2])
		w.wants("job5", "media", files[4])
		if got := w.states(); !slices.Equal(got, []State{Saving, Paused, Saving, Saving}) {
			t.Fatalf("%v", got)
		}
	})
}

func TestOptions(t *testing.T) {
	for _, c := range []struct{ in, want Options }{
		{Options{}, Options{1, 6, filename.Template}},
		{Options{9, 99, "x"}, Options{3, 16, "x"}},
		{Options{-1, -1, ""}, Options{1, 1, filename.Template}},
	} {
		if got := c.in.Clean(); got != c.want {
			t.Errorf("%+v, want %+v", got, c.want)
		}
	}
}

func TestConnections(t *testing.T) {
	for _, n := range []int{1, 3, 16} {
		inBubble(t, func(w *world) {
			w.options.Connections = n
			w.slow(20_000)
			o, l, file := w.lesson(1, 1_500_000)
			w.begin()
			defer w.end()
			w.add(o, l)
			j := w.finish("job1")
			w.wants("job1", "media", file)
			if w.web.busiest() != n {
				t.Errorf("%d connections at most, want %d", w.web.busiest(), n)
			}
			ideal := int64(len(file)) / int64(n) / 20 // ms
			if j.Took < ideal || j.Took > ideal*13/10+1500 {
				t.Errorf("%d connections took %d ms, at best %d", n, j.Took, ideal)
			}
		})
	}
	inBubble(t, func(w *world) {
		w.options.Connections = 1
		w.slow(20_000)
		o, l, _ := w.lesson(1, 3_000_000)
		w.begin()
		defer w.end()
		w.add(o, l)
		time.Sleep(2 * time.Second)
		w.queue.SetOptions(Options{Connections: 8})
		time.Sleep(2 * time.Second)
		hosts := w.job("job1").Hosts
		if len(hosts) != 2 || hosts[0].Connections != 4 || hosts[1].Connections != 4 || hosts[0].Speed < 60_000 || hosts[0].Speed > 100_000 {
			t.Errorf("%+v", hosts)
		}
		w.queue.SetOptions(Options{Connections: 2})
		time.Sleep(30 * time.Second)
		if hosts := w.job("job1").Hosts; hosts[0].Connections+hosts[1].Connections != 2 {
			t.Errorf("%+v", hosts)
		}
	})
}

// What an earlier run left is taken up as it was.
func TestRestore(t *testing.T) {
	inBubble(t, func(w *world) {
		w.slow(20_000)
		w.options.AtOnce = 1
		w.begin()
		files := map[string][]byte{}
		listings := map[string]*stream.Listing{}
		for n := range 4 {
			o, l, file := w.lesson(n+1, 500_000)
			files[o.ID], listings[o.ID] = file, l
			w.add(o, l)
		}
		w.queue.Do("job2", Pause)
		w.until("job1", "begun", func(j Job) bool { return j.Done > 100_000 })
		o, l, _ := w.lesson(9, 1000)
		l.Single[0].Withhold(stream.Reason{Code: stream.Premium})
		w.add(o, l)
		w.queue.SetOptions(Options{AtOnce: 3})
		w.until("job9", "failed", func(j Job) bool { return j.State == Failed })
		w.end()
		done := w.job("job1").Done

		// A folder without a job is swept away; one that can't be opened doesn't matter to the
		// others.
		w.disk.folders["junk"] = map[string]*memFile{"media": {data: make([]byte, 1000)}}
		w.disk.folders["torn"] = map[string]*memFile{recordName: {data: []byte(`{"v":1,"ord`)}}
		w.listing = func(int, bool) (*stream.Listing, error) { return nil, errors.New("later") }
		w.begin()
		j := w.job("job1")
		if j.Done < done-20_000 || j.Size != 500_000 || len(j.Bar.Done) == 0 || j.Name != "日语/001 - lesson [1080P AVC].mp4" || j.Head.Title != "lesson" || len(j.Parts) != 1 {
			t.Errorf("before it runs: %+v; it had %d", j, done)
		}
		if got := w.states(); len(got) != 5 || got[1] != Paused || got[4] != Failed {
			t.Errorf("%v", got)
		}
		if j := w.job("job9"); j.Reason == nil || j.Reason.Code != stream.Premium {
			t.Errorf("%+v", j.Reason)
		}
		if w.disk.folders["junk"] != nil || w.disk.folders["torn"] != nil {
			t.Error("folders without a job are still there")
		}
		w.end()

		w.asked = func(o Order) (*stream.Listing, error) { return listings[o.ID], nil }
		w.begin()
		defer w.end()
		for _, id := range []string{"job1", "job3", "job4"} {
			w.finish(id)
			w.wants(id, "media", files[id])
		}
	})
}

func TestHandOver(t *testing.T) {
	inBubble(t, func(w *world) {
		o, l, file := w.lesson(1, 100_000)
		w.asked = func(Order) (*stream.Listing, error) { return l, nil }
		w.begin()
		w.add(o, l)
		w.finish("job1")
		h := w.handed()
		want := Saved{File: "media", Name: "日语/001 - lesson [1080P AVC].mp4", Type: "video/mp4"}
		if len(h) != 1 || h[0].Job != "job1" || len(h[0].Files) != 1 || h[0].Files[0] != want || h[0].Downloads == nil {
			t.Fatalf("%+v", h)
		}
		w.queue.Handed("job1", Begun, []int64{17}, "")
		synctest.Wait()
		w.end()

		// The page was closed: the next one is told which download it had begun.
		w.forget()
		w.begin()
		h = w.handed()
		if len(h) != 1 || !slices.Equal(h[0].Downloads, []int64{17}) || h[0].Files[0] != want {
			t.Fatalf("%+v", h)
		}
		w.queue.Handed("job1", NotKept, nil, "USER_CANCELED")
		j := w.job("job1")
		if j.State != Failed || j.Reason.Code != NoSave || j.Reason.Detail != "USER_CANCELED" || !slices.Equal(j.Can, []Command{Again, Cancel}) {
			t.Fatalf("%+v", j)
		}
		synctest.Wait()
		w.end()

		w.begin()
		defer w.end()
		if j := w.job("job1"); j.State != Failed || j.Done != j.Size || !slices.Equal(j.Can, []Command{Again, Cancel}) {
			t.Fatalf("%+v", j)
		}
		w.forget()
		asked := w.web.asked("")
		w.queue.Do("job1", Again)
		h = w.handed()
		if len(h) != 1 || len(h[0].Downloads) != 0 || w.web.asked("") != asked {
			t.Fatalf("%+v, %d requests", h, w.web.asked("")-asked)
		}
		w.queue.Handed("job1", Begun, []int64{18}, "")
		w.queue.Handed("job1", Kept, []int64{18}, "")
		synctest.Wait()
		j = w.job("job1")
		if j.State != Complete || !slices.Equal(j.Downloads, []int64{18}) || j.Done != 100_000 || !slices.Equal(j.Can, []Command{Again, Clear}) {
			t.Fatalf("%+v", j)
		}
		if w.disk.folders["job1"] != nil {
			t.Error("the bytes are still there")
		}
		// Saved once more it is fetched once more.
		w.forget()
		w.queue.Do("job1", Again)
		w.finish("job1")
		w.wants("job1", "media", file)
		w.queue.Handed("job1", Kept, []int64{19}, "")
		w.queue.Do("job1", Clear)
		synctest.Wait()
		if len(w.queue.View().Jobs) != 0 || len(w.disk.folders) != 0 {
			t.Errorf("%+v, %v", w.queue.View(), w.disk.folders)
		}
	})
}

func TestTheSameOrderTwice(t *testing.T) {
	inBubble(t, func(w *world) {
		w.slow(20_000)
		o, l, file := w.lesson(1, 300_000)
		w.begin()
		defer w.end()
		w.add(o, l)
		w.add(o, l)
		other := o
		other.ID = "another-id"
		w.add(other, l)
		if n := len(w.queue.View().Jobs); n != 1 {
			t.Fatalf("%d jobs", n)
		}
		w.queue.Do("job1", Pause)
		synctest.Wait()
		w.add(o, l) // who orders it again wants it
		w.finish("job1")
		w.wants("job1", "media", file)
		w.queue.Handed("job1", Kept, nil, "")
		w.add(o, l)
		w.finish("job1")
		if n := w.asks(); n != 0 {
			t.Errorf("%d listings were asked for", n)
		}
		// Cancelled and ordered again at once.
		w.queue.Do("job1", Cancel)
		w.queue.Handed("job1", Kept, nil, "")
		w.queue.Do("job1", Clear)
		w.add(o, l)
		w.finish("job1")
		w.wants("job1", "media", file)
	})
}

// Ordered once more, in another tab, it is that tab which is asked.
func TestTheSameOrderFromAnotherTab(t *testing.T) {
	inBubble(t, func(w *world) {
		o, l, file := w.lesson(1, 300_000)
		o.Tab, o.Store = 7, "firefox-container-1"
		w.asked = func(o Order) (*stream.Listing, error) {
			if o.Tab != 9 {
				return nil, &stream.Reason{Code: stream.NoAccess, Detail: "other-jar"}
			}
			return l, nil
		}
		w.begin()
		defer w.end()
		w.add(o, nil)
		j := w.until("job1", "failed", func(j Job) bool { return j.State == Failed })
		if j.Reason.Code != stream.NoAccess || j.Reason.Detail != "other-jar" {
			t.Errorf("%+v", j.Reason)
		}
		o.ID, o.Tab = "another", 9
		w.add(o, nil)
		w.finish("job1")
		w.wants("job1", "media", file)
	})
}

func TestOrderIsChecked(t *testing.T) {
	inBubble(t, func(w *world) {
		w.begin()
		defer w.end()
		for _, o := range []Order{{}, {ID: "a"}, {ID: "../a", Row: "x"}, {ID: "a b", Row: "x"}} {
			if err := w.queue.Add(context.Background(), o, nil); !errors.Is(err, ErrOrder) {
				t.Errorf("%+v: %v", o, err)
			}
		}
		w.queue.Do("nobody", Pause)
		w.queue.Handed("nobody", Kept, nil, "")
	})
}

// Without a listing one is asked for; what it says counts.
func TestListingIsAskedFor(t *testing.T) {
	for code, answer := range map[stream.Code]error{
		stream.NotLoggedIn: &stream.Reason{Code: stream.NotLoggedIn},
		stream.Region:      stream.Reason{Code: stream.Region, ServerCode: 10004001},
		"":                 nil,
	} {
		inBubble(t, func(w *world) {
			o, l, file := w.lesson(1, 100_000)
			w.asked = func(Order) (*stream.Listing, error) {
				if answer != nil {
					return nil, answer
				}
				if w.asks() == 1 {
					return nil, stream.Reason{Code: stream.RateLimited, At: time.Now().Unix() + 100}
				}
				return l, nil
			}
			w.begin()
			defer w.end()
			w.add(o, nil)
			if code == "" {
				j := w.until("job1", "waiting for its listing", func(j Job) bool { return j.State == Retrying })
				if j.Reason.Code != stream.RateLimited || j.Reason.At-time.Now().Unix() != 100 {
					t.Errorf("%+v", j.Reason)
				}
				w.finish("job1")
				w.wants("job1", "media", file)
				return
			}
			j := w.until("job1", "settled", settled)
			if j.State != Failed || j.Reason.Code != code {
				t.Errorf("%+v", j.Reason)
			}
		})
	}
}

func TestNamesDoNotCollide(t *testing.T) {
	inBubble(t, func(w *world) {
		w.begin()
		defer w.end()
		for n := range 3 {
			o, l, _ := w.lesson(n+1, 100_000)
			l.Head.Number = 1
			w.add(o, l)
		}
		var names []string
		for _, j := range w.queue.View().Jobs {
			names = append(names, j.Name)
		}
		if !slices.Equal(names, []string{"日语/001 - lesson [1080P AVC].mp4", "日语/001 - lesson [1080P AVC] (2).mp4", "日语/001 - lesson [1080P AVC] (3).mp4"}) {
			t.Errorf("%q", names)
		}
	})
}

func TestDiskWithoutRoom(t *testing.T) {
	inBubble(t, func(w *world) {
		o, l, file := w.lesson(1, 1_000_000)
		w.asked = func(Order) (*stream.Listing, error) { return l, nil }
		w.disk.free = 2_049_999
		w.begin()
		defer w.end()
		w.add(o, l)
		j := w.until("job1", "settled", settled)
		if j.State != Paused || j.Reason.Code != DiskFull || j.Reason.Need != 2_050_000 || j.Reason.Free != 2_049_999 || !slices.Equal(j.Can, []Command{Resume, Cancel}) {
			t.Fatalf("%+v, %+v", j, j.Reason)
		}
		if free := w.queue.View().Free; free == nil || *free != 2_049_999 {
			t.Errorf("free %v", free)
		}
		w.disk.mu.Lock()
		w.disk.free = 2_050_000
		w.disk.mu.Unlock()
		w.queue.Do("job1", Resume)
		w.finish("job1")
		w.wants("job1", "media", file)
	})
}

// The disk runs full at one write or another: the job pauses, and goes on where it was once
// there is room.
func TestDiskRunsFull(t *testing.T) {
	for _, room := range []int64{10, 500, 99_999, 1_000_000, 1_000_900, 1_001_000} {
		inBubble(t, func(w *world) {
			o, l, file := w.lesson(1, 1_000_000)
			w.asked = func(Order) (*stream.Listing, error) { return l, nil }
			w.slow(50_000)
			w.disk.room = room
			w.begin()
			defer w.end()
			w.add(o, l)
			j := w.until("job1", "settled", settled)
			if j.State != Paused || j.Reason.Code != DiskFull {
				t.Fatalf("%s, %+v", j.State, j.Reason)
			}
			had := j.Done
			w.disk.mu.Lock()
			w.disk.room = 0
			w.disk.mu.Unlock()
			before := w.web.fetched()
			w.queue.Do("job1", Resume)
			w.finish("job1")
			w.wants("job1", "media", file)
			if w.web.fetched()-before > 1_000_000-had+200_000 {
				t.Errorf("%d bytes were fetched again; %d were there", w.web.fetched()-before, had)
			}
		})
	}
}

// The network goes, and comes back: the job goes on by itself.
func TestNetworkGone(t *testing.T) {
	inBubble(t, func(w *world) {
		o, l, file := w.lesson(1, 1_000_000)
		w.slow(50_000)
		w.begin()
		defer w.end()
		w.add(o, l)
		w.until("job1", "begun", func(j Job) bool { return j.Done > 200_000 })
		gone := func(gone bool) {
			w.web.mu.Lock()
			defer w.web.mu.Unlock()
			for _, h := range []string{mirrorA, mirrorB} {
				s := &site{speed: 50_000, unreachable: func(ask) bool { return gone }}
				if gone {
					w.web.sites[h].stalls = nil
				}
				w.web.sites[h] = s
			}
		}
		gone(true)
		j := w.until("job1", "waiting", func(j Job) bool { return j.State == Retrying })
		if j.Reason.Code != stream.Network || j.Reason.At < time.Now().Unix() {
			t.Errorf("%+v", j.Reason)
		}
		time.Sleep(3 * time.Hour)
		if j := w.job("job1"); j.State == Failed {
			t.Fatalf("it gave up: %+v", j.Reason)
		}
		asks := w.web.asked("")
		time.Sleep(time.Hour)
		if n := w.web.asked("") - asks; n > 2*3600/15 {
			t.Errorf("%d requests in an hour", n)
		}
		gone(false)
		w.queue.Online()
		start := time.Now()
		w.finish("job1")
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("it went on only after %v", took)
		}
		w.wants("job1", "media", file)
	})
}

// A moment without the network, which ends all connections at a time, costs little more.
func TestNetworkGoneForAMoment(t *testing.T) {
	inBubble(t, func(w *world) {
		o, l, file := w.lesson(1, 1_000_000)
		start := time.Now()
		gone := func(ask) bool { at := time.Since(start); return at > 5*time.Second && at < 6*time.Second }
		for _, h := range []string{mirrorA, mirrorB} {
			w.web.sites[h] = &site{speed: 16_000, unreachable: gone, breaks: gone}
		}
		w.begin()
		defer w.end()
		w.add(o, l)
		j := w.finish("job1")
		w.wants("job1", "media", file)
		// At best 10.4 s, a second without network, another until that is noticed, a second for
		// what was under way, a second for the first to get something again.
		if j.Took > 16_400 {
			t.Errorf("it took %d ms", j.Took)
		}
	})
}

// What ends several connections to a host at a time is one failure of it.
func TestOneFailureOfManyConnections(t *testing.T) {
	inBubble(t, func(w *world) {
		w.begin()
		defer w.end()
		h := &host{name: mirrorA}
		r := &run{job: &job{queue: w.queue}, ctx: t.Context(), wake: make(chan struct{})}
		started := time.Now()
		for range 2 {
			time.Sleep(time.Second)
			for range 6 {
				time.Sleep(time.Millisecond)
				r.settle(&address{host: h}, started, 0, errors.New("connection reset"))
			}
			started = time.Now()
		}
		if h.failures != 2 || h.total != 12 {
			t.Errorf("%d failures, %d connections", h.failures, h.total)
		}
	})
}

// "Too many requests" stops all requests for a while, longer each time.
func TestTooManyRequests(t *testing.T) {
	inBubble(t, func(w *world) {
		o, l, file := w.lesson(1, 1_000_000)
		w.web.sites[mirrorA] = &site{speed: 50_000, status: func(a ask) int { return map[bool]int{true: 412}[a.n >= 5 && a.n < 8] }}
		l.Single[0].Segments[0].URLs = l.Single[0].Segments[0].URLs[:1]
		w.options.Connections = 1
		w.begin()
		defer w.end()
		w.add(o, l)
		var waits []int64
		var before int64
		for len(waits) < 3 {
			j := w.until("job1", "waiting", func(j Job) bool { return j.State == Retrying && j.Reason.At != before })
			if j.Reason.Code != stream.RateLimited || j.Reason.ServerCode != 412 {
				t.Fatalf("%+v", j.Reason)
			}
			before = j.Reason.At
			waits = append(waits, before-time.Now().Unix())
		}
		if waits[0]/2 != 15 || waits[1]/2 != 30 || waits[2]/2 != 60 { // or a second more, rounded up
			t.Errorf("waits of %v s", waits)
		}
		w.finish("job1")
		w.wants("job1", "media", file)
		if n := w.web.asked(mirrorA); n > 40 {
			t.Errorf("%d requests", n)
		}
	})
}

// Addresses that are about to end are renewed before they do; a clock that is wrong is not
// believed.
func TestExpiry(t *testing.T) {
	for name, c := range map[string]struct {
		ends  time.Duration // of the first listing's addresses
		fresh time.Duration // of the fresh ones'
		want  int           // listings asked for
	}{
		"in good time":           {2 * time.Hour, 2 * time.Hour, 0},
		"old from the start":     {-time.Hour, 2 * time.Hour, 1},
		"in the middle":          {40 * time.Second, 2 * time.Hour, 1},
		"this clock is fast":     {-3 * time.Hour, -time.Hour, 1},
		"this clock is slow, so": {24 * time.Hour, 24 * time.Hour, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				o, l, file := w.lesson(1, 1_000_000)
				w.options.Connections = 2
				w.slow(20_000)
				end := func(l *stream.Listing, d time.Duration) {
					for i := range l.Single[0].Segments[0].URLs {
						l.Single[0].Segments[0].URLs[i].ExpiresAt = time.Now().Add(d).Unix()
					}
				}
				end(l, c.ends)
				start := time.Now()
				var refuse atomic.Bool
				refuse.Store(name == "this clock is slow, so")
				w.asked = func(o Order) (*stream.Listing, error) {
					_, l, _ := w.lesson(1, 1_000_000)
					end(l, c.fresh)
					refuse.Store(false)
					return l, nil
				}
				if refuse.Load() {
					for _, h := range []string{mirrorA, mirrorB} {
						w.web.sites[h].status = func(ask) int { return map[bool]int{true: 403}[refuse.Load() && time.Since(start) > 10*time.Second] }
					}
				}
				w.begin()
				defer w.end()
				w.add(o, l)
				w.finish("job1")
				w.wants("job1", "media", file)
				if w.asks() != c.want {
					t.Errorf("%d listings were asked for, want %d", w.asks(), c.want)
				}
			})
		})
	}
}

// A host that is slow loses work, at the end too; one that stalls holds nothing up.
func TestSlowHosts(t *testing.T) {
	for name, c := range map[string]struct {
		sites map[string]*site
		want  time.Duration // at the most
	}{
		"one is far slower":         {map[string]*site{mirrorA: {speed: 4000}, mirrorB: {speed: 100_000}}, 9 * time.Second},
		"one is a little slower":    {map[string]*site{mirrorA: {speed: 60_000}, mirrorB: {speed: 100_000}}, 8 * time.Second},
		"one is slow to answer":     {map[string]*site{mirrorA: {speed: 100_000, latency: 5 * time.Second}, mirrorB: {speed: 100_000}}, 16 * time.Second},
		"one stops in between":      {map[string]*site{mirrorA: {speed: 100_000, stalls: func(ask) int64 { return 100_000 }}, mirrorB: {speed: 100_000}}, 35 * time.Second},
		"one stops at the very end": {map[string]*site{mirrorA: {speed: 100_000, stalls: func(a ask) int64 { return 262_000 }}, mirrorB: {speed: 100_000}}, 25 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.limits.piece = 256 << 10
				o, l, file := w.lesson(1, 3_000_000)
				w.web.sites = c.sites
				w.begin()
				defer w.end()
				w.add(o, l)
				start := time.Now()
				w.finish("job1")
				w.wants("job1", "media", file)
				if took := time.Since(start); took > c.want {
					t.Errorf("it took %v", took)
				}
				if w.web.fetched() > int64(len(file))*12/10 {
					t.Errorf("%d bytes were fetched for %d", w.web.fetched(), len(file))
				}
			})
		})
	}
}

// A browser that makes fewer connections to a host than were asked for is not a host that
// fails.
func TestConnectionsThatWait(t *testing.T) {
	inBubble(t, func(w *world) {
		w.options.Connections = 16
		w.limits.piece = 256 << 10
		w.limits.stall = 2 * time.Second
		o, l, file := w.lesson(1, 3_000_000)
		l.Single[0].Segments[0].URLs = l.Single[0].Segments[0].URLs[:1]
		w.web.sites[mirrorA] = &site{speed: 30_000}
		w.network = &narrow{w.web, make(chan struct{}, 6)}
		w.begin()
		defer w.end()
		w.add(o, l)
		j := w.finish("job1")
		w.wants("job1", "media", file)
		if best := int64(len(file)) / 180; j.Took > best*12/10 {
			t.Errorf("it took %d ms, at best %d", j.Took, best)
		}
	})
}

// narrow lets through only so many requests at a time.
type narrow struct {
	*web
	slots chan struct{}
}

func (n *narrow) Get(ctx context.Context, url string, first, last int64) (Body, error) {
	select {
	case n.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	b, err := n.web.Get(ctx, url, first, last)
	if err != nil {
		<-n.slots
		return nil, err
	}
	return &narrowBody{b, n}, nil
}

type narrowBody struct {
	Body
	n *narrow
}

func (b *narrowBody) Close() { b.Body.Close(); <-b.n.slots }

// A host that gave a whole file once, which a proxy on the way may have done, is asked for parts
// again after a while, and not before.
func TestWholeFileOnce(t *testing.T) {
	inBubble(t, func(w *world) {
		w.slow(10_000)
		w.web.sites[mirrorA].whole = true
		o, l, file := w.lesson(1, 6_000_000)
		w.begin()
		defer w.end()
		w.add(o, l)
		time.Sleep(10 * time.Second)
		w.web.mu.Lock()
		w.web.sites[mirrorA] = &site{speed: 10_000}
		w.web.mu.Unlock()
		begun := w.web.asked(mirrorA)
		time.Sleep(45 * time.Second)
		if n := w.web.asked(mirrorA); n != begun {
			t.Errorf("it was asked %d times meanwhile", n-begun)
		}
		time.Sleep(30 * time.Second)
		if n := w.web.asked(mirrorA); n < begun+2 {
			t.Errorf("it was not asked any more")
		}
		w.finish("job1")
		w.wants("job1", "media", file)
	})
}

func TestView(t *testing.T) {
	inBubble(t, func(w *world) {
		w.slow(20_000)
		o, l, _ := w.lesson(1, 3_000_000)
		l.Problem = &stream.Reason{Code: stream.PreviewOnly, Given: 300_000, Whole: 3_000_000}
		w.begin()
		defer w.end()
		w.add(o, l)
		j := w.job("job1")
		if n := noted(j, IsPreview); n == nil || n.Given != 300_000 || n.Whole != 3_000_000 || j.Duration != 300_000 || j.Size != 3_000_000 {
			t.Errorf("before: %+v", j)
		}
		time.Sleep(10 * time.Second)
		v := w.queue.View()
		j = v.Jobs[0]
		if j.Speed < 95_000 || j.Speed > 130_000 || v.Speed != j.Speed || j.Left < 13 || j.Left > 21 || j.Took != 10_000 {
			t.Errorf("speed %d and %d, left %d s, took %d ms", j.Speed, v.Speed, j.Left, j.Took)
		}
		if j.Done < 1_000_000 || j.Done > 1_300_000 || !slices.Equal(j.Can, []Command{Pause, Cancel}) {
			t.Errorf("done %d, can %v", j.Done, j.Can)
		}
		checkBar(t, j)
		if len(j.Bar.Now) == 0 || len(j.Hosts) != 2 || j.Hosts[0].Host != mirrorA && j.Hosts[0].Host != mirrorB || j.Hosts[0].Class != stream.Mirror {
			t.Errorf("%+v %+v", j.Bar, j.Hosts)
		}
	})
}

// checkBar holds the picture of the pieces to its promises.
func checkBar(t *testing.T, j Job) {
	t.Helper()
	if n := len(j.Bar.Done) + len(j.Bar.Now); n > 200 {
		t.Errorf("%d runs", n)
	}
	for _, runs := range [][][]int64{j.Bar.Done, j.Bar.Now} {
		last := int64(-1)
		for _, r := range runs {
			if len(r) != 2 || r[0] <= last || r[1] <= r[0] || r[1] > j.Size {
				t.Errorf("runs %v of %d", runs, j.Size)
				break
			}
			last = r[1]
		}
	}
}

func TestMeter(t *testing.T) {
	var m meter
	now := time.Unix(1000, 0)
	m.start(500, now)
	for i := range 100 {
		now = now.Add(250 * time.Millisecond)
		m.tick(500+int64(i+1)*1000, now)
	}
	if m.rate < 3990 || m.rate > 4010 || m.left(8000) != 2 && m.left(8000) != 3 {
		t.Errorf("%v, %d s", m.rate, m.left(8000))
	}
	for range 8 {
		now = now.Add(250 * time.Millisecond)
		m.tick(100_500, now)
	}
	if m.rate < 1900 || m.rate > 2100 {
		t.Errorf("two seconds after the end: %v", m.rate)
	}
	if m.left(0) != 0 || (&meter{}).left(100) != 0 {
		t.Error("a time is left of nothing")
	}
}

// A fault of ours ends the job it happens in, and no other.
func TestPanic(t *testing.T) {
	for name, where := range map[string]func(w *world){
		"network": func(w *world) {
			w.web.sites[mirrorA] = &site{status: func(a ask) int {
				if a.path == "upgcxcode/job1.mp4" && a.first > 0 {
					panic("a fault")
				}
				return 0
			}}
			w.web.sites[mirrorB] = w.web.sites[mirrorA]
		},
		"disk": func(w *world) {
			w.disk.writesTo = func(f *memFile) {
				if f == w.disk.folders["job1"]["media"] {
					panic("a fault")
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				where(w)
				one, l, _ := w.lesson(1, 500_000)
				two, l2, file := w.lesson(2, 500_000)
				w.begin()
				w.add(one, l)
				w.add(two, l2)
				j := w.until("job1", "settled", settled)
				if j.State != Failed || j.Reason.Code != Internal {
					t.Errorf("%s, %+v", j.State, j.Reason)
				}
				w.finish("job2")
				w.wants("job2", "media", file)
				w.mu.Lock()
				if len(w.panics) == 0 || w.panics[0] != "a fault" {
					t.Errorf("reported: %v", w.panics)
				}
				w.panics = nil
				w.mu.Unlock()
				w.end()
			})
		})
	}
}
