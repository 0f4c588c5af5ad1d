package service

import (
	"context"
	"errors"
	"strings"
	"testing"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// codeOf returns the code of an error of the protocol.
func codeOf(t *testing.T, err error) message.ErrorCode {
	t.Helper()
	var e *message.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no error of the protocol", err)
	}
	return e.Code
}

func TestDownloadIsOrderedByKeys(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", strings.Replace(dash(w.until(), ""), `"audio":[`, `"flac":{"display":true,"audio":{"id":30251,"base_url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/f.m4s",
		"bandwidth":900000,"codecs":"fLaC","size":9}},"audio":[`, 1))
	w.on("season", seasonWith(""))
	s := w.service()
	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil || len(l.Audio) != 2 {
		t.Fatalf("listing %+v, %v", l, err)
	}
	aac := l.Audio[1].Key
	for _, test := range []struct{ row, audio, wantRow, wantAudio string }{
		{"", "", l.BestKey, l.BestAudioKey},
		{"video/64/AVC/1", "", "video/64/AVC/1", l.AudioFor(l.Find("video/64/AVC/1")).Key},
		{"video/64/AVC/1", aac, "video/64/AVC/1", aac},
		{aac, "", aac, ""},
		{aac, l.BestAudioKey, aac, ""},
	} {
		hints := w.hints
		hints.Episode, hints.Title = "not an id", "the page's word"
		o, err := s.Download(t.Context(), lesson, message.CopyBody{Hints: hints, Page: l.Page, Row: test.row, Audio: test.audio})
		if err != nil {
			t.Fatal(err)
		}
		if o.Row != test.wantRow || o.Audio != test.wantAudio || o.Page != "com/ep/790" || o.Hints.Episode != "790" || o.Hints.Title != "Two" || o.Hints.Load != "load1" {
			t.Errorf("%q with %q: order %+v", test.row, test.audio, o)
		}
		if text, _ := json.Marshal(o); strings.Contains(string(text), "://") {
			t.Errorf("the order holds an address: %s", text)
		}
	}
	if n := w.calls("playurl"); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestWhatCantBeHadIsNotOrdered(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), `"is_drm":true,"drm_type":"bilidrm",`))
	w.on("season", seasonWith(""))
	s := w.service()
	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"", l.Video[0].Key} {
		_, err = s.Download(t.Context(), lesson, message.CopyBody{Hints: w.hints, Row: row})
		if r := reasonOf(t, err); r.Code != stream.IsEncrypted {
			t.Errorf("encrypted %q: %+v", row, r)
		}
	}
	w = newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s = w.service()
	for _, b := range []message.CopyBody{{Row: "video/116/AVC/1"}, {Row: "video/80/AVC/1", Audio: "audio/30251/FLAC/1"}} {
		_, err = s.Download(t.Context(), lesson, b)
		if r := reasonOf(t, err); r.Code != stream.NotGiven {
			t.Errorf("%+v: %+v", b, r)
		}
	}
	if _, err = s.Download(t.Context(), lesson, message.CopyBody{Page: "com/ep/789", Row: "video/80/AVC/1"}); codeOf(t, err) != message.Cancelled {
		t.Errorf("a row of the page before: %v", err)
	}
	if _, err = s.Download(t.Context(), message.Tab{ID: 7, URL: "https://www.bilibili.com/"}, message.CopyBody{}); codeOf(t, err) != message.Unsupported {
		t.Errorf("elsewhere: %v", err)
	}
	private := lesson
	private.Private = true
	before := len(w.asked)
	if _, err = s.Download(t.Context(), private, message.CopyBody{Row: "video/80/AVC/1"}); codeOf(t, err) != message.Private || len(w.asked) != before {
		t.Errorf("in a private window: %v, asked %d times", err, len(w.asked)-before)
	}
}

// listFor asks for the listing of what was ordered in a tab.
func listFor(t *testing.T, s *Service, tab message.Tab, o *message.Ordered, refresh bool) (*stream.Listing, error) {
	t.Helper()
	return s.ListFor(t.Context(), &message.ListBody{Tab: tab, Hints: o.Hints, Row: o.Row, Refresh: refresh})
}

func TestListingForAnOrder(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 200, Body: []byte(dash(w.until(), ""))}, nil
	})
	w.on("season", seasonWith(""))
	s := w.service()
	o, err := s.Download(t.Context(), lesson, message.CopyBody{Hints: w.hints})
	if err != nil {
		t.Fatal(err)
	}
	step := func(what string, refresh bool, calls int) {
		t.Helper()
		before := w.calls("playurl")
		l, err := listFor(t, s, lesson, o, refresh)
		if err != nil || l.Find(o.Row) == nil || !l.Find(o.Row).Available() || l.ExpiresAt != w.until() || l.Page != o.Page {
			t.Fatalf("%s: %+v, %v", what, l, err)
		}
		if n := w.calls("playurl") - before; n != calls {
			t.Errorf("%s: asked %d times, want %d", what, n, calls)
		}
	}
	step("as the tab shows it", false, 0)
	step("asked anew", true, 1)
	w.now = w.now.Add(7200e9)
	step("its addresses have ended", false, 1)
	s.Closed(t.Context(), lesson.ID)
	w.saved()
	step("its tab has closed", false, 1)
	w.saved() // nothing is kept for a tab that isn't there
	s = w.service()
	step("in another life", false, 1)

	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil || l.ExpiresAt != w.until() {
		t.Fatal(err)
	}
	before := w.calls("playurl")
	if l, err := listFor(t, s, message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ep789"}, &message.Ordered{Hints: message.Hints{Load: "load1", Episode: "789"}}, false); err != nil || l.Head.EpisodeID != "789" || w.calls("playurl") != before+1 {
		t.Errorf("the tab shows another lesson by now: %+v, %v", l, err)
	}
}

func TestListingForAnOrderGivesItsReason(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	page := message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ss61"}
	o := &message.Ordered{Row: "video/80/AVC/1", Hints: message.Hints{Episode: "999"}}
	_, err := listFor(t, s, page, o, false)
	if r := reasonOf(t, err); r.Code != stream.NotFound {
		t.Errorf("a lesson that the course no longer holds: %+v", r)
	}
	_, err = listFor(t, s, message.Tab{ID: 7, URL: "https://www.bilibili.com.evil.test/cheese/play/ep1"}, o, false)
	if codeOf(t, err) != message.Malformed {
		t.Errorf("no page of the sites: %v", err)
	}
	o.Hints.Episode = ""
	w.fetch = func(context.Context, message.FetchBody) message.Fetched { return message.Fetched{Foreign: true} }
	_, err = listFor(t, s, contained, o, false)
	if r := reasonOf(t, err); r != (stream.Reason{Code: stream.NoAccess, Detail: stream.OtherJar}) {
		t.Errorf("a container whose tab shows another site: %+v", r)
	}
	if n := w.calls("playurl"); n != 1 {
		t.Errorf("the default account was asked %d times, once of it for the course", n)
	}
	w.answerTabs()
	if l, err := listFor(t, s, contained, o, false); err != nil || l.Find(o.Row) == nil || w.calls("playurl") != 1 {
		t.Errorf("a container whose tab is there: %+v, %v", l, err)
	}
	s.asking(lesson, stream.Com).slowDown(t.Context(), 0)
	_, err = listFor(t, s, lesson, o, true)
	if r := reasonOf(t, err); r.Code != stream.RateLimited || r.At == 0 {
		t.Errorf("in a pause: %+v", r)
	}
}

func TestListingForASingleFile(t *testing.T) {
	w := newWorld(t)
	w.on("qn=80&fnval=1&", film(80, ""))
	w.on("qn=16&fnval=1&", film(16, ""))
	w.on("fnval=1&", film(64, "112,80,64,16"))
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	o, err := s.Download(t.Context(), lesson, message.CopyBody{Hints: w.hints, Row: "single/64/unknown/1"})
	if err != nil || o.Row != "single/64/unknown/1" || o.Audio != "" {
		t.Fatalf("order %+v, %v", o, err)
	}
	asked := len(w.asked)
	if l, err := listFor(t, s, lesson, o, false); err != nil || l.Find(o.Row) == nil || len(w.asked) != asked {
		t.Errorf("as the tab has it: %+v, %v", l, err)
	}
	s = w.service()
	s.Closed(t.Context(), lesson.ID)
	if l, err := listFor(t, s, lesson, o, false); err != nil || l.Find(o.Row) == nil || l.ExpiresAt == 0 {
		t.Errorf("later: %+v, %v", l, err)
	}
}

func TestOnlyOurPagesAskForAnOrdersListing(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	var r message.Router
	w.service().Register(&r)
	ask := func(kind message.Kind, url string) message.Response {
		body, _ := json.Marshal(message.ListBody{Tab: lesson, Hints: w.hints})
		data, _ := json.Marshal(message.Request{V: message.Version, ID: "1", Kind: kind, Body: body})
		tab := message.Tab{ID: 7, URL: url}
		return r.Handle(t.Context(), message.Sender{Extension: "self", Self: "self", URL: url, Base: "ext://self/", Tab: &tab}, data)
	}
	if a := ask(message.ListFor, lesson.URL); a.OK || a.Error.Code != message.Refused {
		t.Errorf("a content script: %+v", a)
	}
	if a := ask(message.Download, "ext://self/downloads/downloads.html"); a.OK || a.Error.Code != message.Refused {
		t.Errorf("our own page orders: %+v", a)
	}
	if a := ask(message.ListFor, "ext://self/downloads/downloads.html"); !a.OK {
		t.Errorf("our own page: %+v", a.Error)
	}
}
