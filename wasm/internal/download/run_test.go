package download

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

func noted(j Job, code stream.Code) *Reason {
	for i := range j.Notes {
		if j.Notes[i].Code == code {
			return &j.Notes[i]
		}
	}
	return nil
}

// Whatever hosts do, a job ends with the right file, or with a reason.
func TestHosts(t *testing.T) {
	file := media(1_000_003, 1)
	other := media(1_000_003, 2)
	from := func(n int, code int) func(ask) int {
		return func(a ask) int {
			if a.n >= n {
				return code
			}
			return 0
		}
	}
	once := func(n int, code int) func(ask) int {
		return func(a ask) int {
			if a.n == n {
				return code
			}
			return 0
		}
	}
	for name, c := range map[string]struct {
		hosts []string
		sites map[string]*site
		size  int64 // in the listing; 0 the right one, -1 none
		fresh func(w *world) (*stream.Listing, error)
		want  State
		code  stream.Code
		check func(t *testing.T, w *world, j Job)
	}{
		"all is well": {want: Saving, check: func(t *testing.T, w *world, j Job) {
			if w.web.asked(mirrorA) < 4 || w.web.asked(mirrorB) < 4 {
				t.Errorf("the work was not shared: %d and %d requests", w.web.asked(mirrorA), w.web.asked(mirrorB))
			}
			if w.web.fetched() > int64(len(file))+40_000 {
				t.Errorf("%d bytes were fetched for %d", w.web.fetched(), len(file))
			}
		}},
		"one connection only": {hosts: []string{mirrorA}, want: Saving},
		"PCDN isn't asked beside a mirror": {hosts: []string{node, mirrorA}, want: Saving, check: func(t *testing.T, w *world, j Job) {
			if n := w.web.asked(node); n != 0 {
				t.Errorf("%d requests to the PCDN node", n)
			}
		}},
		"PCDN where nothing else is there":      {hosts: []string{node}, want: Saving},
		"PCDN where the mirror fails on and on": {hosts: []string{mirrorA, node}, sites: map[string]*site{mirrorA: {status: from(1, 502)}}, want: Saving},
		"PCDN while the mirror's address has ended": {
			hosts: []string{mirrorA, node}, sites: map[string]*site{mirrorA: {status: from(4, 403)}},
			fresh: func(w *world) (*stream.Listing, error) { w.web.behave(nil); return w.again(), nil }, want: Saving,
			check: func(t *testing.T, w *world, j Job) {
				if w.asks() != 1 {
					t.Errorf("%d listings were asked for", w.asks())
				}
			},
		},
		"a host without the file": {sites: map[string]*site{mirrorA: {status: from(1, 404)}}, want: Saving, check: func(t *testing.T, w *world, j Job) {
			if n := w.web.asked(mirrorA); n > 6 {
				t.Errorf("%d requests to it", n)
			}
		}},
		"a host that refuses at once, and the other later": {
			sites: map[string]*site{mirrorA: {status: from(1, 403)}, mirrorB: {status: from(8, 403)}},
			fresh: func(w *world) (*stream.Listing, error) { w.web.behave(nil); return w.again(), nil },
			want:  Saving,
			check: func(t *testing.T, w *world, j Job) {
				if w.asks() != 1 {
					t.Errorf("%d listings were asked for", w.asks())
				}
			},
		},
		"addresses that fresh ones don't help": {
			sites: map[string]*site{mirrorA: {status: from(1, 403)}, mirrorB: {status: from(1, 403)}},
			fresh: func(w *world) (*stream.Listing, error) { return w.again(), nil },
			want:  Failed, code: stream.Expired, check: func(t *testing.T, w *world, j Job) {
				if w.asks() != 1 || j.Reason.ServerCode != 403 {
					t.Errorf("%d listings were asked for; %+v", w.asks(), j.Reason)
				}
			},
		},
		"refused, and no fresh ones to be had": {
			sites: map[string]*site{mirrorA: {status: from(4, 403)}, mirrorB: {status: from(4, 403)}},
			fresh: func(w *world) (*stream.Listing, error) {
				return nil, stream.Reason{Code: stream.NotPurchased, Detail: stream.PurchaseExpired}
			},
			want: Failed, code: stream.NotPurchased,
		},
		"fresh ones of another file": {
			sites: map[string]*site{mirrorA: {status: from(4, 403)}, mirrorB: {status: from(4, 403)}},
			fresh: func(w *world) (*stream.Listing, error) { return listingOf(999, mirrorA), nil },
			want:  Failed, code: OtherFile, check: func(t *testing.T, w *world, j Job) {
				if j.Reason.Detail != "size" {
					t.Errorf("detail %q", j.Reason.Detail)
				}
			},
		},
		"the row is gone": {
			sites: map[string]*site{mirrorA: {status: from(4, 410)}, mirrorB: {status: from(4, 403)}},
			fresh: func(w *world) (*stream.Listing, error) { l := w.again(); l.Single = nil; return l, nil },
			want:  Failed, code: OtherFile,
		},
		"the row is withheld now": {
			sites: map[string]*site{mirrorA: {status: from(4, 403)}, mirrorB: {status: from(4, 403)}},
			fresh: func(w *world) (*stream.Listing, error) {
				l := w.again()
				l.WithholdAll(stream.Reason{Code: stream.IsEncrypted})
				return l, nil
			},
			want: Failed, code: stream.IsEncrypted,
		},
		"the network fails while fresh ones are asked for": {
			sites: map[string]*site{mirrorA: {status: from(4, 403)}, mirrorB: {status: from(4, 403)}},
			fresh: func(w *world) (*stream.Listing, error) {
				if w.asks() < 5 {
					return nil, fmt.Errorf("no network")
				}
				w.web.behave(nil)
				return w.again(), nil
			},
			want: Saving,
		},
		"no ranges anywhere": {
			sites: map[string]*site{mirrorA: {whole: true}, mirrorB: {whole: true}}, want: Saving,
			check: func(t *testing.T, w *world, j Job) {
				if noted(j, NoRanges) == nil {
					t.Error("no note of it")
				}
				if w.web.fetched() > int64(len(file))*11/10 {
					t.Errorf("%d bytes were fetched for %d", w.web.fetched(), len(file))
				}
			},
		},
		"no ranges at one host": {sites: map[string]*site{mirrorA: {whole: true}}, want: Saving, check: func(t *testing.T, w *world, j Job) {
			if noted(j, NoRanges) != nil {
				t.Error("the other host has ranges")
			}
		}},
		"no ranges, and the body ends early each time, always later": {
			hosts: []string{mirrorA}, want: Saving,
			sites: map[string]*site{mirrorA: {whole: true, ends: func(a ask) int64 { return int64(a.n) * 150_000 }}},
		},
		"no ranges, and the body ends early, always there": {
			hosts: []string{mirrorA}, want: Failed, code: stream.Network,
			sites: map[string]*site{mirrorA: {whole: true, ends: func(a ask) int64 { return 150_000 }}},
		},
		"no ranges, no length, but the listing knows it": {
			sites: map[string]*site{mirrorA: {whole: true, mute: true}, mirrorB: {whole: true, mute: true}}, want: Saving,
		},
		"no length anywhere": {
			sites: map[string]*site{mirrorA: {whole: true, mute: true}, mirrorB: {whole: true, mute: true}}, size: -1,
			want: Failed, code: NoSize,
		},
		"Content-Range can't be read": {sites: map[string]*site{mirrorA: {mute: true}, mirrorB: {mute: true}}, want: Saving},
		"bodies end early":            {sites: map[string]*site{mirrorA: {ends: func(ask) int64 { return 30_000 }}, mirrorB: {ends: func(ask) int64 { return 50_000 }}}, want: Saving},
		"bodies end early, always": {
			sites: map[string]*site{mirrorA: {ends: func(ask) int64 { return 17_000 }}, mirrorB: {ends: func(ask) int64 { return 17_000 }}}, want: Saving,
		},
		"connections break, always": {
			sites: map[string]*site{mirrorA: {breaksAt: func(ask) int64 { return 17_000 }}, mirrorB: {breaksAt: func(ask) int64 { return 17_000 }}}, want: Saving,
			check: func(t *testing.T, w *world, j Job) {
				if j.Took > 30_000 {
					t.Errorf("it took %d ms", j.Took)
				}
			},
		},
		"bodies are empty": {
			sites: map[string]*site{mirrorA: {ends: func(ask) int64 { return 0 }}, mirrorB: {ends: func(ask) int64 { return 0 }}},
			want:  Failed, code: stream.Network,
		},
		"bodies give more than was asked for": {sites: map[string]*site{mirrorA: {more: 40_000}, mirrorB: {more: 1}}, want: Saving},
		"a host begins elsewhere": {sites: map[string]*site{mirrorA: {shift: 16}}, want: Saving, check: func(t *testing.T, w *world, j Job) {
			if n := w.web.asked(mirrorA); n > 6 {
				t.Errorf("%d requests to the liar", n)
			}
		}},
		"a host has another size":               {sites: map[string]*site{mirrorA: {total: 5}}, want: Saving},
		"both hosts have another size":          {sites: map[string]*site{mirrorA: {total: 5}, mirrorB: {total: 5}}, want: Failed, code: Broken},
		"the listing has another size":          {size: 1_000_000, want: Saving},
		"the listing has no size":               {size: -1, want: Saving},
		"a host says that the range is beyond":  {sites: map[string]*site{mirrorA: {status: from(1, 416)}}, want: Saving},
		"a host gives a page instead of a file": {sites: map[string]*site{mirrorA: {body: func(ask, []byte) []byte { return []byte(strings.Repeat("<!doctype html>", 80_000)) }}}, size: -1, want: Saving},
		"all hosts give a page": {
			sites: map[string]*site{mirrorA: {body: func(ask, []byte) []byte { return []byte("<!doctype html>") }}, mirrorB: {body: func(ask, []byte) []byte { return []byte("<!doctype html>") }}},
			want:  Failed, code: NotMedia,
		},
		"servers fail now and then": {
			sites: map[string]*site{mirrorA: {status: func(a ask) int { return map[bool]int{true: 503}[a.n%3 == 1] }}, mirrorB: {status: once(5, 500)}}, want: Saving,
		},
		"servers fail on and on": {
			sites: map[string]*site{mirrorA: {status: from(3, 503)}, mirrorB: {status: from(3, 500)}}, want: Failed, code: stream.Network,
			check: func(t *testing.T, w *world, j Job) {
				if j.Reason.ServerCode != 503 {
					t.Errorf("code %d", j.Reason.ServerCode)
				}
			},
		},
		"connections stall": {
			sites: map[string]*site{mirrorA: {stalls: func(a ask) int64 { return map[bool]int64{true: 20_000, false: -1}[a.n%2 == 0] }}}, want: Saving,
		},
		"a host stalls for ever": {sites: map[string]*site{mirrorA: {stalls: func(a ask) int64 { return 0 }}}, want: Saving},
		"too many requests": {
			sites: map[string]*site{mirrorA: {status: once(3, 429)}, mirrorB: {status: once(4, 412)}}, want: Saving,
			check: func(t *testing.T, w *world, j Job) {
				if j.Took < 30_000 {
					t.Errorf("it took only %d ms", j.Took)
				}
			},
		},
		"the tag changes on the way": {
			sites: map[string]*site{mirrorA: {tag: `"1"`}, mirrorB: {tag: `"x"`, body: func(a ask, file []byte) []byte { return file }}}, want: Saving,
		},
		"no address that may be fetched": {hosts: []string{"example.com", "127.0.0.1:80"}, want: Failed, code: NoHost},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				if c.hosts == nil {
					c.hosts = []string{mirrorA, mirrorB}
				}
				for host, s := range c.sites {
					copied := *s
					w.web.sites[host] = &copied
				}
				for _, h := range c.hosts {
					if w.web.sites[h] == nil {
						w.web.sites[h] = &site{}
					}
					if w.web.sites[h].speed == 0 {
						w.web.sites[h].speed = 100_000
					}
				}
				l := w.single(file, c.hosts...)
				switch {
				case c.size > 0:
					l.Single[0].Size, l.Single[0].Segments[0].Size = c.size, c.size
				case c.size < 0:
					l.Single[0].Size, l.Single[0].Segments[0].Size = 0, 0
				}
				w.hosts = c.hosts
				if c.fresh != nil {
					w.listing = func(int, bool) (*stream.Listing, error) { return c.fresh(w) }
				}
				w.begin()
				defer w.end()
				w.add(orderOf("a"), l)
				j := w.until("a", "settled", settled)
				if j.State != c.want || (c.code != "" && (j.Reason == nil || j.Reason.Code != c.code)) {
					t.Fatalf("ended as %s: %+v", j.State, j.Reason)
				}
				if c.want == Saving {
					w.wants("a", "media", file)
				}
				if c.check != nil {
					c.check(t, w, j)
				}
				w.secretFree("a")
			})
		})
	}
	_ = other
}

// secretFree looks for addresses where none may be.
func (w *world) secretFree(id string) {
	w.t.Helper()
	view, err := json.Marshal(w.queue.View())
	if err != nil {
		w.t.Fatalf("the view has no JSON: %v", err)
	}
	places := map[string]string{"view": string(view)}
	w.disk.mu.Lock()
	for name, f := range w.disk.folders[id] {
		if !strings.HasPrefix(name, "media") {
			places[name] = string(f.data)
		}
	}
	w.disk.mu.Unlock()
	for place, text := range places {
		for _, secret := range []string{"upsig", "secret", "mid=42", "upgcxcode", "https://"} {
			if strings.Contains(text, secret) {
				w.t.Errorf("%s holds %q: %s", place, secret, text)
			}
		}
	}
}

// A file that another file took the place of is begun anew, wherever that is seen.
func TestSourceThatChanged(t *testing.T) {
	old, changed := media(1_000_003, 1), media(1_000_003, 2)
	longer := media(1_100_000, 3)
	sameHead := slices.Clone(changed)
	copy(sameHead, old[:10_000])
	for name, c := range map[string]struct {
		now      []byte
		tag      string
		inTheRun bool
	}{
		"its beginning, between runs":       {now: changed},
		"its size, between runs":            {now: longer},
		"its tag alone, between runs":       {now: sameHead, tag: `"2"`},
		"its tag alone, while it runs":      {now: sameHead, tag: `"2"`, inTheRun: true},
		"its size, while it runs":           {now: longer, inTheRun: true},
		"its size and tag, while it runs":   {now: longer, tag: `W/"2"`, inTheRun: true},
		"its size and tag, between the two": {now: longer, tag: `"2"`},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				for _, h := range []string{mirrorA, mirrorB} {
					w.web.sites[h] = &site{speed: 50_000, tag: `"1"`}
				}
				l := w.single(old, mirrorA, mirrorB)
				l.Single[0].Size, l.Single[0].Segments[0].Size = 0, 0
				w.listing = func(int, bool) (*stream.Listing, error) {
					l := listingOf(0, mirrorA, mirrorB)
					return l, nil
				}
				w.begin()
				w.add(orderOf("a"), l)
				w.until("a", "half way", func(j Job) bool { return j.Done > 500_000 })
				change := func() {
					w.web.mu.Lock()
					defer w.web.mu.Unlock()
					w.web.files["upgcxcode/1.mp4"] = c.now
					if c.tag != "" {
						for _, h := range []string{mirrorA, mirrorB} {
							w.web.sites[h] = &site{speed: 50_000, tag: c.tag}
						}
					}
				}
				if c.inTheRun {
					change()
				} else {
					w.end()
					change()
					w.begin()
				}
				defer w.end()
				j := w.finish("a")
				w.wants("a", "media", c.now)
				if n := noted(j, Changed); n == nil || n.Times != 1 {
					t.Errorf("notes: %+v", j.Notes)
				}
			})
		})
	}
}

// The program may end at any write to the disk, in the midst of it too: the next one ends
// with the right file.
func TestEndedAtAnyWrite(t *testing.T) {
	file := media(300_001, 1)
	l := func(w *world) *stream.Listing { return w.single(file, mirrorA, mirrorB) }
	endAtAnyWrite(t, l, orderOf("a"), func(w *world) { w.wants("a", "media", file) }, 1)
}

// endAtAnyWrite runs a job once for each of its writes to the disk (or each of every so many), ends the program
// there, with four ways for the write to be torn, and goes on with what is on disk.
func endAtAnyWrite(t *testing.T, listing func(*world) *stream.Listing, o Order, check func(*world), every int) {
	kept := false
	for n := 1; ; n += every {
		over := false
		synctest.Test(t, func(t *testing.T) {
			bubbles.Store(t, true)
			defer bubbles.Delete(t)
			w := newWorld(t)
			l := listing(w)
			for _, h := range []string{mirrorA, mirrorB} {
				w.web.sites[h] = &site{speed: 200_000}
			}
			w.listing = func(int, bool) (*stream.Listing, error) { return listing(w), nil }
			w.disk.dies, w.disk.torn = n, n%4
			if every == 1 {
				w.disk.torn = (n + n/4) % 4
			}
			dead := make(chan struct{})
			w.disk.died = func() { close(dead); w.cancel() }
			w.begin()
			w.add(o, l)
			if !w.disk.ended() {
				for j := w.job(o.ID); !settled(j); j = w.job(o.ID) {
					select {
					case <-dead:
						j.State = Failed
					case <-w.changes:
						continue
					}
					break
				}
			}
			w.cancel()
			w.queue.Wait()
			over = !w.disk.dead
			w.disk = w.disk.after()
			_, exists := w.disk.folders[o.ID]
			before := w.web.fetched()
			w.begin()
			defer w.end()
			if !exists || w.job(o.ID).ID == "" {
				w.add(o, l) // it was ended before there was a job
			}
			w.finish(o.ID)
			check(w)
			if w.web.fetched()-before < 200_000 {
				kept = true
			}
		})
		if t.Failed() {
			t.Fatalf("ended at write %d", n)
		}
		if over {
			t.Logf("%d writes", n-1)
			break
		}
	}
	if !kept {
		t.Error("nothing was ever taken up")
	}
}

func TestPauseAndResume(t *testing.T) {
	inBubble(t, func(w *world) {
		file := media(1_000_003, 1)
		l := w.single(file, mirrorA, mirrorB)
		w.listing = func(int, bool) (*stream.Listing, error) { return w.again(), nil }
		w.web.sites[mirrorA] = &site{speed: 50_000}
		w.web.sites[mirrorB] = &site{speed: 50_000}
		w.hosts = []string{mirrorA, mirrorB}
		w.begin()
		defer w.end()
		w.add(orderOf("a"), l)
		w.until("a", "half way", func(j Job) bool { return j.Done > 500_000 })
		w.queue.Do("a", Pause)
		j := w.job("a")
		if j.State != Paused || j.Reason.Code != Person {
			t.Fatalf("%s, %+v", j.State, j.Reason)
		}
		synctest.Wait()
		done, asked := w.job("a").Done, w.web.fetched()
		time.Sleep(time.Hour)
		if j := w.job("a"); j.Done != done || w.web.fetched() != asked {
			t.Errorf("it went on: %d, then %d bytes", done, j.Done)
		}
		w.queue.Do("a", Resume)
		j = w.finish("a")
		w.wants("a", "media", file)
		if more := w.web.fetched() - asked; more > int64(len(file))-done+6*16<<10+4<<10 {
			t.Errorf("%d bytes were fetched again", more-int64(len(file))+done)
		}
		if j.Took > 30_000 {
			t.Errorf("the pause counts: %d ms", j.Took)
		}
	})
}

func TestCancelLeavesNothing(t *testing.T) {
	for _, at := range []int64{0, 1, 300_000} {
		inBubble(t, func(w *world) {
			l := w.single(media(1_000_003, 1), mirrorA, mirrorB)
			w.web.sites[mirrorA] = &site{speed: 50_000}
			w.begin()
			w.add(orderOf("a"), l)
			if at > 0 {
				w.until("a", "begun", func(j Job) bool { return j.Done >= at })
			}
			w.queue.Do("a", Cancel)
			if len(w.queue.View().Jobs) != 0 {
				t.Error("it is still in the list")
			}
			w.end()
			if _, err := w.disk.Folder(context.Background(), "a"); err != nil {
				t.Fatal(err)
			}
			if n := len(w.disk.folders["a"]); n != 0 {
				t.Errorf("%d files are left", n)
			}
		})
	}
}

var _ = fs.ErrNotExist
