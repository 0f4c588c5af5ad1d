package service

import (
	"errors"
	"strings"
	"testing"
	"time"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
)

var mine = message.Tab{ID: 7, URL: "https://www.bilibili.com/v/cheese/mine"}

func TestOwnedCoursesAreListedOnTheirPageAlone(t *testing.T) {
	w := newWorld(t)
	w.on("my/paid?ps=20&pn=2", `{"code":0,"data":{"data":[{"id":62,"title":"Mine too"}],"next":false,"total":2}}`)
	s := w.service()
	got, err := s.Owned(t.Context(), mine, 2)
	if err != nil || bool(got.Next) || len(got.Courses) != 1 || got.Courses[0].ID != "62" {
		t.Errorf("courses %+v, error %v", got, err)
	}
	for _, c := range []struct {
		tab  message.Tab
		page int
	}{{lesson, 1}, {mine, 0}, {mine, -1}, {mine, 1 << 30}} {
		var e *message.Error
		if _, err := s.Owned(t.Context(), c.tab, c.page); !errors.As(err, &e) || e.Code != message.Unsupported {
			t.Errorf("page %d at %s: %v", c.page, c.tab.URL, err)
		}
	}
	if n := len(w.asked); n != 1 {
		t.Errorf("asked %q", w.asked)
	}
}

func TestNoOwnedCoursesAreBelievedOnlyWhereTheSiteCountsNone(t *testing.T) {
	w := newWorld(t)
	w.on("pn=1", `{"code":0,"data":{"data":null,"next":false,"total":45}}`)
	w.on("pn=2", `{"code":0,"data":{"data":[],"next":false,"total":45}}`)
	s := w.service()
	_, err := s.Owned(t.Context(), mine, 1)
	if r := reasonOf(t, err); r.Code != stream.Unexpected {
		t.Errorf("reason %v", r)
	}
	if got, err := s.Owned(t.Context(), mine, 2); err != nil || len(got.Courses) != 0 {
		t.Errorf("behind the last page: %+v, error %v", got, err)
	}
}

func TestOwnedCoursesGiveTheirReason(t *testing.T) {
	w := newWorld(t)
	w.on("pn=1", `{"code":-401,"message":"非法访问"}`)
	w.on("pn=2", `{"code":-412,"message":"请求被拦截"}`)
	s := w.service()
	_, err := s.Owned(t.Context(), mine, 1)
	if r := reasonOf(t, err); r.Code != stream.NotLoggedIn {
		t.Errorf("reason %v", r)
	}
	for range 2 { // the second is not even asked
		_, err = s.Owned(t.Context(), mine, 2)
		if r := reasonOf(t, err); r.Code != stream.RateLimited || r.At == 0 {
			t.Errorf("reason %+v", r)
		}
	}
	if n := w.calls("my/paid"); n != 2 {
		t.Errorf("asked %d times, want 2", n)
	}
}

func TestIconSaysThePagesBestQuality(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	marked := func(what, want string) {
		t.Helper()
		if got := w.marks[lesson.ID]; got != want {
			t.Errorf("%s: the icon says %q, want %q", what, got, want)
		}
	}
	list := func() {
		t.Helper()
		if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
			t.Fatal(err)
		}
	}
	move := func(url string) { s.Moved(t.Context(), message.Tab{ID: lesson.ID, URL: url}) }
	s.Wake(t.Context(), lesson, message.Hints{})
	marked("before anybody asks", "")
	list()
	marked("listed", "1080")
	w.saved("ahead/7", "lessons/7", "tab/7")
	move(lesson.URL + "?t=5")
	marked("another place of the same lesson", "1080")
	move("https://www.bilibili.com/cheese/play/ep791")
	marked("another lesson", "")
	list()
	marked("back, and kept", "1080")
	move("https://www.bilibili.com/")
	marked("a page without streams", "")

	list()
	w.saved("ahead/7", "lessons/7", "tab/7")
	s = w.service() // a background that was started since can't know what the icon speaks of
	move("https://www.bilibili.com/cheese/play/ep791")
	marked("another lesson after a restart", "")

	list()
	s = w.service()
	move(lesson.URL + "?t=6")
	marked("another place of the same lesson after a restart", "1080")
	for _, s = range []*Service{s, w.service()} { // awake still, and started for it
		w.Mark(lesson.ID, "") // the browser does, where a page is loaded
		s.Wake(t.Context(), lesson, message.Hints{})
		marked("the kept listing's page was loaded again", "1080")
		w.Mark(lesson.ID, "")
		s.Wake(t.Context(), message.Tab{ID: lesson.ID, URL: "https://www.bilibili.com/cheese/play/ep791"}, message.Hints{})
		marked("another page was loaded", "")
	}
	// A panel that is opened late within the load still shows what was listed in it.
	w.now = w.now.Add(time.Hour)
	s.Wake(t.Context(), lesson, message.Hints{})
	w.now = w.now.Add(time.Hour)
	before := len(w.asked)
	list()
	if len(w.asked) != before {
		t.Errorf("asked %q", w.asked[before:])
	}
	w.Mark(lesson.ID, "")
	s.Wake(t.Context(), lesson, message.Hints{})
	marked("loaded again, and a listing would ask anew", "")

	w.answers = nil
	w.on("playurl", `{"code":-404,"message":"啥都木有"}`)
	w.on("season", seasonWith(""))
	list()
	marked("the kept listing", "1080")
	if _, err := s.List(t.Context(), lesson, w.hints, true); err != nil {
		t.Fatal(err)
	}
	marked("nothing can be had any more", "")
}

func TestIconSpeaksOfACoursePageOnceItSaysWhatItPlays(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s, course := w.service(), message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ss61"}
	wake := func(episode string) message.Woken {
		w.Mark(7, "") // the browser does, where a page is loaded
		return s.Wake(t.Context(), course, message.Hints{Load: "again", Episode: episode})
	}
	if wake("").Again {
		t.Error("nothing is kept of the page, and its item is asked for")
	}
	if _, err := s.List(t.Context(), course, message.Hints{Load: "x", Episode: "790"}, false); err != nil {
		t.Fatal(err)
	}
	w.saved("lessons/7", "tab/7")
	if !wake("").Again || w.marks[7] != "" {
		t.Errorf("loaded again, and not asked which item: the icon says %q", w.marks[7])
	}
	if wake("790").Again || w.marks[7] != "1080" {
		t.Errorf("it plays what was listed: the icon says %q", w.marks[7])
	}
	if wake("791").Again || w.marks[7] != "" {
		t.Errorf("it plays another: the icon says %q", w.marks[7])
	}
	if w.calls("playurl") != 1 {
		t.Errorf("asked %d times", w.calls("playurl"))
	}
	if woken := s.Wake(t.Context(), lesson, message.Hints{}); woken.Again {
		t.Error("a lesson's page names its item")
	}
}

const comments = `<?xml version="1.0"?><i><d p="1.5,1,25,255,1">{\b1}1 &lt; 2</d><d p="0.5,5,25,16777215,1">top</d></i>`

func TestDetailsComeWithTheListing(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", strings.Replace(seasonWith(""), `"title":"A course"`, `"title":"A course","subtitle":"From nothing"`, 1))
	s := w.service()
	details := func(s *Service, asked int) {
		t.Helper()
		d, err := s.Details(t.Context(), lesson, w.hints)
		if err != nil || d.Subtitle != "From nothing" || d.CID != "22" {
			t.Errorf("details %+v, error %v", d, err)
		}
		if n := w.calls("season"); n != asked {
			t.Errorf("the course was asked for %d times, want %d", n, asked)
		}
	}
	if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
		t.Fatal(err)
	}
	details(s, 1)
	fresh := w.service() // a background that was started since
	details(fresh, 2)
	details(fresh, 2)
	s.Closed(t.Context(), lesson.ID)
	if len(s.courses) != 0 {
		t.Error("a closed tab leaves its course")
	}
	var e *message.Error
	if _, err := s.Details(t.Context(), message.Tab{ID: 9, URL: "https://www.bilibili.tv/en/play/1/2"}, w.hints); !errors.As(err, &e) || e.Code != message.Unsupported {
		t.Errorf("of another site: %v", err)
	}
}

func TestDetailsAreOfTheActiveLesson(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	course := message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ss61"}
	for _, c := range []struct{ active, cid string }{{"790", "22"}, {"789", "11"}} {
		d, err := s.Details(t.Context(), course, message.Hints{Load: "1", Episode: c.active})
		if err != nil || string(d.CID) != c.cid {
			t.Errorf("lesson %s: %+v, error %v", c.active, d, err)
		}
	}
}

func TestDanmaku(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	w.on("list.so?oid=22", comments)
	s := w.service()
	for format, want := range map[string][2]string{
		"xml": {"02 - Two.xml", `<d p="0.5,5,25,16777215,1">top</d>` + "\n" + `<d p="1.5,1,25,255,1">{\b1}1 &lt; 2</d>`},
		"ass": {"02 - Two.ass", `\c&HFF0000&}｛＼b1｝1 < 2`},
	} {
		f, err := s.Danmaku(t.Context(), lesson, w.hints, format)
		if err != nil || f.Name != want[0] || f.Count != 2 || !strings.Contains(f.Text, want[1]) {
			t.Errorf("%s: %+v, error %v", format, f, err)
		}
	}
	var e *message.Error
	if _, err := s.Danmaku(t.Context(), lesson, w.hints, "html"); !errors.As(err, &e) || e.Code != message.Malformed {
		t.Errorf("another format: %v", err)
	}
	if n := w.calls("season"); n != 1 {
		t.Errorf("the course was asked for %d times, want 1", n)
	}
}

func TestDanmakuOnlyOfWhatMayBeWatched(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", `{"code":-403,"message":"访问权限不足"}`)
	w.on("season", strings.Replace(seasonWith(""), `"payed":1`, `"payed":0`, 1))
	w.on("nav", `{"code":0,"data":{"isLogin":true}}`)
	w.on("list.so", comments)
	_, err := w.service().Danmaku(t.Context(), lesson, w.hints, "xml")
	if r := reasonOf(t, err); r.Code != stream.NotPurchased {
		t.Errorf("reason %v", r)
	}
	if n := w.calls("list.so"); n != 0 {
		t.Errorf("the comments were asked for %d times", n)
	}
}

func TestDanmakuOfALessonFarDownTheList(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("web/season", `{"code":0,"data":{"season_id":61,"episode_page":{"next":true},"episodes":[{"id":1,"cid":1}]}}`)
	w.on("ep/list", `{"code":0,"data":{"items":[{"id":1,"cid":1},{"id":790,"cid":77}],"page":{"next":true,"num":1}}}`)
	w.on("list.so?oid=77", comments)
	f, err := w.service().Danmaku(t.Context(), lesson, w.hints, "xml")
	if err != nil || f.Count != 2 {
		t.Errorf("%+v, error %v", f, err)
	}
}

func TestDanmakuGiveTheirReason(t *testing.T) {
	for body, want := range map[string]stream.Code{
		`{"code":-412}`: stream.RateLimited, `{"code":-404}`: stream.NotFound, `<html>`: stream.Unexpected, `{"code":-101}`: stream.NotLoggedIn,
		`<i><d p="null">of some kind</d></i>`: stream.Unexpected,
	} {
		w := newWorld(t)
		w.on("playurl", dash(w.until(), ""))
		w.on("season", seasonWith(""))
		w.on("list.so", body)
		_, err := w.service().Danmaku(t.Context(), lesson, w.hints, "xml")
		if r := reasonOf(t, err); r.Code != want {
			t.Errorf("%s: reason %v, want %s", body, r, want)
		}
	}
}
