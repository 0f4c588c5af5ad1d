package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

const episodesOnTV = `{"code":0,"data":{"sections":[{"title":"Episodes","episodes":[{"episode_id":"1","title_display":"A"},{"episode_id":"2","title_display":"B","is_premium":true}]},
	{"title":"Extras","episodes":[{"episode_id":"2"},{"episode_id":"3","title_display":"C"}]}]}}`

const playOnTV = `{"code":0,"data":{"playurl":{"video":[{"video_resource":{"quality":32,"url":"https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/1.m4s?deadline=1800007200"},"stream_info":{"quality":32}}]}}}`

var episode = message.Tab{ID: 7, URL: "https://www.bilibili.tv/th/play/61/1"}

func (w *world) both() {
	w.on("gateway/web/playurl", playOnTV)
	w.on("season_info", `{"code":0,"data":{"season":{"season_id":"61","title":"A series"}}}`)
	w.on("episodes", episodesOnTV)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
}

func lessonsOf(l *course.List) string {
	var text []string
	for _, e := range l.Lessons {
		text = append(text, strings.TrimSpace(fmt.Sprint(e.Number, " ", e.ID, " ", e.Title, " ", e.Section, " ", e.Access)))
	}
	return l.Title + ": " + strings.Join(text, ", ")
}

func TestLessonsComeWithTheListing(t *testing.T) {
	for _, c := range []struct {
		tab  message.Tab
		want string
	}{
		{lesson, "A course: 1 789 One  purchased, 2 790 Two  purchased, 3 791 Three  not-released"},
		{episode, "A series: 1 1 A Episodes, 2 2 B Episodes premium, 3 3 C Extras"},
	} {
		w := newWorld(t)
		w.both()
		s := w.service()
		if _, err := s.List(t.Context(), c.tab, w.hints, false); err != nil {
			t.Fatal(err)
		}
		w.saved("lessons/7", "tab/7")
		asked := len(w.asked)
		for _, s := range []*Service{s, w.service()} { // awake still, and started since
			l, err := s.Lessons(t.Context(), c.tab, w.hints)
			if err != nil || lessonsOf(l) != c.want || l.More {
				t.Errorf("lessons %+v, error %v", l, err)
			}
		}
		if len(w.asked) != asked {
			t.Errorf("asked %q", w.asked[asked:])
		}
		s.Closed(t.Context(), c.tab.ID)
		w.saved()
	}
}

func TestLessonsAreAskedForWhereTheListingDidNotRead(t *testing.T) {
	for _, c := range []struct {
		tab   message.Tab
		calls int
	}{{lesson, 1}, {message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ss61"}, 1}, {episode, 2}} {
		w := newWorld(t)
		w.both()
		s := w.service()
		for range 2 {
			if l, err := s.Lessons(t.Context(), c.tab, w.hints); err != nil || len(l.Lessons) != 3 {
				t.Fatalf("lessons %+v, error %v", l, err)
			}
		}
		if len(w.asked) != c.calls || w.calls("playurl") != 0 {
			t.Errorf("%s: asked %q", c.tab.URL, w.asked)
		}
		w.saved("lessons/7")
	}
}

func TestLessonsAreOfThePageThatTheTabShows(t *testing.T) {
	w := newWorld(t)
	w.both()
	s := w.service()
	if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
		t.Fatal(err)
	}
	other := message.Tab{ID: 7, URL: "https://www.bilibili.tv/en/play/61"}
	if l, err := s.Lessons(t.Context(), other, w.hints); err != nil || l.Site != stream.TV {
		t.Errorf("lessons %+v, error %v", l, err)
	}
	for _, url := range []string{"https://www.bilibili.com/", "https://www.bilibili.tv/en/video/4790000000000001"} {
		if _, err := s.Lessons(t.Context(), message.Tab{ID: 7, URL: url}, w.hints); codeOf(t, err) != message.Unsupported {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestLessonsOfAPrivateTabAreNotStored(t *testing.T) {
	w := newWorld(t)
	w.both()
	s := w.service()
	tab := lesson
	tab.ID, tab.Private = 8, true
	for _, tab := range []message.Tab{tab, lesson} {
		if _, err := s.List(t.Context(), tab, w.hints, false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.ListLesson(t.Context(), tab, &message.ListBody{Hints: w.hints, Lesson: "789"}); err != nil {
		t.Fatal(err)
	}
	asked := len(w.asked)
	if _, err := s.Lessons(t.Context(), tab, w.hints); err != nil || len(w.asked) != asked {
		t.Errorf("asked %q, error %v", w.asked[asked:], err)
	}
	w.saved("lessons/7", "tab/7")
}

func TestLessonsOfALongCourseGrowWithIt(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("web/season", strings.Replace(seasonWith(""), `"next":false`, `"next":true`, 1))
	w.on("ep/list", `{"code":0,"data":{"items":[{"id":791},{"id":792,"title":"Four"}],"page":{"next":false,"num":1}}}`)
	s := w.service()
	if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
		t.Fatal(err)
	}
	if l, err := s.Lessons(t.Context(), lesson, w.hints); err != nil || len(l.Lessons) != 3 || !l.More {
		t.Errorf("before: %+v, %v", l, err)
	}
	if _, err := s.Course(t.Context(), lesson, w.hints); err != nil {
		t.Fatal(err)
	}
	if l, err := s.Lessons(t.Context(), lesson, w.hints); err != nil || len(l.Lessons) != 4 || l.More || l.Lessons[3].Title != "Four" {
		t.Errorf("after: %+v, %v", l, err)
	}
}

func TestLessonsGiveTheirReason(t *testing.T) {
	w := newWorld(t)
	w.on("season_info", `{"code":-404}`)
	w.on("episodes", `{"code":-404}`)
	w.on("season", `{"code":-412}`)
	s := w.service()
	for range 2 {
		_, err := s.Lessons(t.Context(), lesson, w.hints)
		if r := reasonOf(t, err); r.Code != stream.RateLimited || r.At == 0 {
			t.Errorf("reason %+v", r)
		}
	}
	if n := w.calls("season"); n != 1 {
		t.Errorf("asked %d times in a pause", n)
	}
	_, err := s.Lessons(t.Context(), episode, w.hints)
	if r := reasonOf(t, err); r.Code != stream.NotFound {
		t.Errorf("reason %+v", r)
	}
}

func TestNumbers(t *testing.T) {
	if n, err := numbers(message.RangeBody{Text: "1-2, 4-", Count: 5}); err != nil || !slices.Equal(n.Numbers, []int{1, 2, 4, 5}) {
		t.Errorf("numbers %v, error %v", n, err)
	}
	if n, err := numbers(message.RangeBody{Count: 5}); err != nil || n.Numbers == nil || len(n.Numbers) != 0 {
		t.Errorf("numbers %v, error %v", n, err)
	}
	for text, want := range map[string]message.ErrorCode{"x": message.NoRange, "6": message.BeyondRange} {
		if _, err := numbers(message.RangeBody{Text: text, Count: 5}); codeOf(t, err) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAnotherLessonIsListedFromHere(t *testing.T) {
	w := newWorld(t)
	w.onFunc("ep_id=789", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 200, Body: []byte(strings.ReplaceAll(dash(w.until(), ""), "upgcxcode/1/", "upgcxcode/one/"))}, nil
	})
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	w.answers = append([]reply{{"season?ep_id", w.answers[2].answer}}, w.answers...)
	s := w.service()
	own, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.ListLesson(t.Context(), lesson, &message.ListBody{Hints: w.hints, Lesson: "789"})
	if err != nil || l.Page != "com/ep/789" || l.Head.Title != "One" || l.Head.Number != 1 || l.BestKey == "" {
		t.Fatalf("listing %+v, error %v", l, err)
	}
	w.saved("beside/7", "lessons/7", "tab/7")
	copied := func(s *Service, page, want string) {
		t.Helper()
		w.clipboard = ""
		if _, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, Page: page, What: message.URL}); err != nil || !strings.Contains(w.clipboard, want) {
			t.Errorf("copied %q of %s, error %v", w.clipboard, page, err)
		}
	}
	asked := len(w.asked)
	for _, s := range []*Service{s, w.service()} { // awake still, and started since
		copied(s, own.Page, "upgcxcode/1/80")
		copied(s, l.Page, "upgcxcode/one/80")
	}
	if len(w.asked) != asked {
		t.Errorf("asked %q", w.asked[asked:])
	}
	o, err := s.Download(t.Context(), lesson, message.CopyBody{Hints: w.hints, Page: l.Page, Row: l.BestKey})
	if err != nil || o.Page != "com/ep/789" || o.URL != "https://www.bilibili.com/cheese/play/ep789" || o.Hints.Episode != "789" || o.Hints.Title != "One" {
		t.Errorf("order %+v, error %v", o, err)
	}
	w.now = w.now.Add(7200e9) // their addresses have ended
	asked = w.calls("playurl")
	copied(s, l.Page, "upgcxcode/one/80")
	if n := w.calls("playurl") - asked; n != 1 {
		t.Errorf("asked %d times", n)
	}
	elsewhere := message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ep791"}
	if _, err := s.Copy(t.Context(), elsewhere, message.CopyBody{Hints: w.hints, Page: l.Page, What: message.URL}); codeOf(t, err) != message.Cancelled {
		t.Errorf("once the tab has moved on: %v", err)
	}
	s.Closed(t.Context(), lesson.ID)
	w.saved()
}

func TestOnlyLessonsOfTheListAreListed(t *testing.T) {
	w := newWorld(t)
	w.both()
	s := w.service()
	if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
		t.Fatal(err)
	}
	asked := len(w.asked)
	for _, id := range []string{"", "1", "../790", "7900"} {
		_, err := s.ListLesson(t.Context(), lesson, &message.ListBody{Hints: w.hints, Lesson: id})
		if r := reasonOf(t, err); r.Code != stream.NotFound {
			t.Errorf("lesson %q: %+v", id, r)
		}
	}
	if len(w.asked) != asked {
		t.Errorf("asked %q", w.asked[asked:])
	}
	w.answers = append([]reply{{"gateway/web/playurl", func(_ context.Context, url string) (wire.Answer, error) {
		if !strings.Contains(url, "s_locale=th_TH") || !strings.Contains(url, "ep_id=2") {
			t.Errorf("asked %s", url)
		}
		return wire.Answer{Status: 200, Body: []byte(playOnTV)}, nil
	}}}, w.answers...)
	if l, err := s.ListLesson(t.Context(), episode, &message.ListBody{Hints: w.hints, Lesson: "2"}); err != nil || l.Page != "tv/ep/2" || l.Head.Number != 2 {
		t.Errorf("listing %+v, error %v", l, err)
	}
}

func TestALessonFarDownTheListHasItsName(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("web/season", strings.Replace(seasonWith(""), `"next":false`, `"next":true`, 1))
	w.on("ep/list", `{"code":0,"data":{"items":[{"id":792,"title":"Four","duration":9}],"page":{"next":false,"num":1}}}`)
	s := w.service()
	if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Course(t.Context(), lesson, w.hints); err != nil {
		t.Fatal(err)
	}
	l, err := s.ListLesson(t.Context(), lesson, &message.ListBody{Hints: w.hints, Lesson: "792"})
	if err != nil || l.Head.Title != "Four" || l.Head.Number != 4 || l.Head.Total != 4 || l.Head.Partial || l.Head.SeasonID != "61" {
		t.Errorf("head %+v, error %v", l, err)
	}
}
