package service

import (
	"context"
	"strings"
	"testing"
	"time"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
)

var contained = message.Tab{ID: 7, URL: lesson.URL, Store: "firefox-container-2"}

// answerTabs makes the tab's own requests be answered as the sites would.
func (w *world) answerTabs() {
	w.fetch = func(_ context.Context, b message.FetchBody) message.Fetched {
		for _, r := range w.answers {
			if strings.Contains(b.Path, r.part) {
				a, err := r.answer(context.Background(), b.Path)
				return message.Fetched{Status: a.Status, Type: a.ContentType, Body: string(a.Body), Failed: err != nil}
			}
		}
		return message.Fetched{Failed: true}
	}
}

func TestContainerTabAsksForItself(t *testing.T) {
	for _, store := range []string{"", "firefox-default", "firefox-container-2", "firefox-private"} {
		w := newWorld(t)
		w.on("playurl", dash(w.until(), ""))
		w.on("season", seasonWith(""))
		w.answerTabs()
		tab := lesson
		tab.Store = store
		own := 0
		inner := w.fetch
		w.fetch = func(ctx context.Context, b message.FetchBody) message.Fetched {
			w.mu.Lock()
			own++
			w.mu.Unlock()
			if b.Site != stream.Com || !strings.HasPrefix(b.Path, "/pugv/") || b.Limit <= 0 {
				t.Errorf("the tab was asked to fetch %+v", b)
			}
			return inner(ctx, b)
		}
		l, err := w.service().List(t.Context(), tab, w.hints, false)
		if err != nil || l.BestKey == "" {
			t.Fatalf("%q: listing %+v, error %v", store, l, err)
		}
		want := 0
		if tab.OwnJar() {
			want = 2
		}
		if own != want || len(w.asked) != 2-want {
			t.Errorf("%q: the tab asked %d times, the background %d times", store, own, len(w.asked))
		}
	}
}

func TestWhatATabFetchedIsReadAsItIs(t *testing.T) {
	for name, test := range map[string]struct {
		play message.Fetched
		want stream.Reason
	}{
		"no answer":      {message.Fetched{Failed: true}, stream.Reason{Code: stream.Network}},
		"too large":      {message.Fetched{Large: true}, stream.Reason{Code: stream.Unexpected}},
		"another site":   {message.Fetched{Foreign: true}, stream.Reason{Code: stream.NoAccess, Detail: stream.OtherJar}},
		"a page's ban":   {message.Fetched{Forbidden: true}, stream.Reason{Code: stream.NoAccess, Detail: stream.PagePolicy}},
		"too many":       {message.Fetched{Status: 429, RetryAfter: "90"}, stream.Reason{Code: stream.RateLimited, ServerCode: 429, At: 1_800_000_090}},
		"HTML":           {message.Fetched{Status: 200, Type: "text/html", Body: "<html>"}, stream.Reason{Code: stream.Unexpected, Detail: stream.HTML}},
		"a redirect":     {message.Fetched{Status: 302}, stream.Reason{Code: stream.Unexpected, Detail: stream.Empty, ServerCode: 302}},
		"not logged in":  {message.Fetched{Status: 200, Body: `{"code":-101}`}, stream.Reason{Code: stream.NotLoggedIn, ServerCode: -101}},
		"half an answer": {message.Fetched{Status: 200, Type: "application/json", Body: `{"code":0,"da`}, stream.Reason{Code: stream.Unexpected, Detail: stream.Truncated}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.fetch = func(_ context.Context, b message.FetchBody) message.Fetched {
				if strings.Contains(b.Path, "playurl") {
					return test.play
				}
				return message.Fetched{Failed: true}
			}
			_, err := w.service().List(t.Context(), contained, w.hints, false)
			if r := reasonOf(t, err); r != test.want {
				t.Errorf("reason %+v, want %+v", r, test.want)
			}
			if len(w.asked) != 0 {
				t.Errorf("the background asked %q", w.asked)
			}
		})
	}
}

func TestTabOfTheOldHostIsSentToTheNewOne(t *testing.T) {
	w := newWorld(t)
	w.fetch = func(context.Context, message.FetchBody) message.Fetched { return message.Fetched{Foreign: true} }
	for _, test := range []struct{ url, detail string }{
		{"https://www.biliintl.com/en/play/2100001/13000101", stream.OldHost},
		{"http://biliintl.com/play/2100001", stream.OldHost},
		{"https://www.biliintl.com/en/video/4790000000000001", stream.OldHost},
		{"https://www.bilibili.tv/en/play/2100001/13000101", stream.OtherJar}, // the tab shows another site by now
	} {
		_, err := w.service().List(t.Context(), message.Tab{ID: 7, URL: test.url, Store: contained.Store}, w.hints, false)
		if r := reasonOf(t, err); r != (stream.Reason{Code: stream.NoAccess, Detail: test.detail}) {
			t.Errorf("%s: reason %+v", test.url, r)
		}
	}
}

func TestTabWithoutAContentScriptGetsOne(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	w.answerTabs()
	w.deaf = true
	if _, err := w.service().List(t.Context(), contained, w.hints, false); err != nil {
		t.Fatal(err)
	}
	w = newWorld(t)
	w.deaf, w.refused = true, true
	_, err := w.service().List(t.Context(), contained, w.hints, false)
	if r := reasonOf(t, err); r != (stream.Reason{Code: stream.Network, Detail: stream.TabGone}) {
		t.Errorf("a tab that can't be reached: reason %+v", r)
	}
}

func TestMovingOnEndsWhatATabFetches(t *testing.T) {
	w := newWorld(t)
	started := make(chan int, 4)
	w.fetch = func(ctx context.Context, b message.FetchBody) message.Fetched {
		started <- b.ID
		<-ctx.Done()
		return message.Fetched{Failed: true}
	}
	s := w.service()
	done := make(chan error)
	go func() {
		_, err := s.List(context.Background(), contained, w.hints, false)
		done <- err
	}()
	ids := map[int]bool{<-started: true, <-started: true}
	if len(ids) != 2 {
		t.Fatal("two fetches share an id")
	}
	moved := contained
	moved.URL = "https://www.bilibili.com/cheese/play/ep1"
	s.Moved(t.Context(), moved)
	if err := <-done; err == nil {
		t.Fatal("a listing of a page that was left")
	}
	limit := time.After(5 * time.Second)
	for {
		w.mu.Lock()
		stopped := 0
		for _, r := range w.shown {
			if r.Kind == message.StopFetch {
				stopped++
			}
		}
		w.mu.Unlock()
		if stopped == 2 {
			return
		}
		select {
		case <-w.changed:
		case <-limit:
			t.Fatalf("%d fetches were stopped", stopped)
		}
	}
}

func TestPrivateTabLeavesNothing(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	tab := lesson
	tab.Private = true
	s.CopyBest(t.Context(), tab, "")
	if w.clipboard == "" {
		t.Fatal("nothing copied")
	}
	asked := len(w.asked)
	if _, err := s.List(t.Context(), tab, w.hints, false); err != nil || len(w.asked) != asked {
		t.Errorf("error %v; asked %d times more", err, len(w.asked)-asked)
	}
	if text, err := s.Export(t.Context(), tab, message.CopyBody{Hints: w.hints, What: message.Again}); err != nil || !strings.HasPrefix(text.Text, "mpv ") {
		t.Errorf("the toast's button: %v, %v", text, err)
	}
	// What another tab keeps is written after it would have been.
	other := lesson
	other.ID = 8
	if _, err := s.List(t.Context(), other, w.hints, false); err != nil {
		t.Fatal(err)
	}
	w.saved("lessons/8", "tab/8")
}

func TestPauseOfAPrivateTabIsNotStored(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", `{"code":-412}`)
	w.on("season", seasonWith(""))
	s := w.service()
	tab := lesson
	tab.Private = true
	for range 2 {
		l, err := s.List(t.Context(), tab, w.hints, true)
		if err == nil && (l.Problem == nil || l.Problem.Code != stream.RateLimited) {
			t.Fatalf("listing %+v", l)
		}
	}
	if n := w.calls("playurl"); n != 1 {
		t.Errorf("asked %d times: the pause isn't kept", n)
	}
	// What another tab keeps is written after it would have been.
	w.answers = nil
	w.on("web/playurl", `{"code":0,"data":{"playurl":{"video":[{"video_resource":{"quality":32,"url":"https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/1"},"stream_info":{"quality":32}}]}}}`)
	if _, err := s.List(t.Context(), message.Tab{ID: 8, URL: "https://www.bilibili.tv/en/video/4790000000000001"}, w.hints, false); err != nil {
		t.Fatal(err)
	}
	w.saved("tab/8")
}
