package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/export"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// school is a world with a course of lessons 801 and on, whose clock is the test's bubble's.
type school struct {
	*world
	// answers are what playurl says by lesson; a plain lesson where there is none.
	special map[string]func() (wire.Answer, error)
	late    time.Duration // how long an answer takes
	under   int           // how many are under way
	played  []string      // lessons that were asked for, in order
	at      []time.Time
}

func answer(body string) (wire.Answer, error) {
	return wire.Answer{Status: 200, ContentType: "application/json", Body: []byte(body)}, nil
}

func newSchool(t *testing.T, lessons int, access func(n int) string) *school {
	w := &school{world: newWorld(t), special: map[string]func() (wire.Answer, error){}, late: 200 * time.Millisecond}
	var list []string
	for n := 1; n <= lessons; n++ {
		list = append(list, fmt.Sprintf(`{"id":%d,"aid":%d,"cid":%d,"title":"Lesson %d","duration":60,%s}`, 800+n, n, n, n, access(n)))
	}
	w.on("/season", `{"code":0,"data":{"season_id":61,"title":"A course","episode_page":{"next":false,"num":1},"episodes":[`+strings.Join(list, ",")+`]}}`)
	w.on("/nav", `{"code":0,"data":{"isLogin":true}}`)
	w.onFunc("/playurl", func(ctx context.Context, url string) (wire.Answer, error) {
		_, rest, _ := strings.Cut(url, "ep_id=")
		id, _, _ := strings.Cut(rest, "&")
		w.mu.Lock()
		w.played, w.at = append(w.played, id), append(w.at, time.Now())
		if w.under++; w.under > 1 {
			t.Errorf("lesson %s is asked for while another is", id)
		}
		special := w.special[id]
		w.mu.Unlock()
		time.Sleep(w.late)
		w.mu.Lock()
		w.under--
		w.mu.Unlock()
		if special != nil {
			return special()
		}
		return answer(dash(time.Now().Unix()+7200, ""))
	})
	return w
}

// lessons returns those that were asked for so far; somebody may be at work.
func (w *school) lessons() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.played)
}

func (w *school) startOver() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.played = nil
}

func freeOnes(int) string { return `"status":1,"playable":true` }

func (w *school) service() *Service {
	s := w.world.service()
	s.Now = time.Now
	return s
}

var desk = message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ep801?spm_id_from=333.1"}

func ids(from, to int) (list []string) {
	for n := from; n <= to; n++ {
		list = append(list, fmt.Sprint(800+n))
	}
	return list
}

func collect(t *testing.T, s *Service, tab message.Tab, lessons []string) {
	t.Helper()
	if _, err := s.Collect(context.Background(), tab, &message.CollectBody{Lessons: lessons, Job: message.Job{Purpose: message.ToExport}}); err != nil {
		t.Fatalf("Collect: %v", err)
	}
}

// look says how far the queue is, and nothing where there is none.
func look(s *Service, tab message.Tab) course.View {
	v := s.Queue(context.Background(), tab, "")
	if v.Progress == nil {
		return course.View{}
	}
	return *v.Progress
}

func do(s *Service, tab message.Tab, step message.Step) course.View {
	s.Queue(context.Background(), tab, step)
	return look(s, tab)
}

// until waits until the queue is in a state, and returns how far it is.
func until(t *testing.T, s *Service, tab message.Tab, state course.State) course.View {
	t.Helper()
	for range 10_000 {
		if v := look(s, tab); v.State == state {
			synctest.Wait()
			return v
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("the queue stays %+v", look(s, tab))
	return course.View{}
}

// reportOf is the report, a line for each lesson.
func reportOf(s *Service, tab message.Tab) (lines []string) {
	v := s.Queue(context.Background(), tab, message.Report)
	for i, l := range v.Lessons {
		line := fmt.Sprintf("%d %s %s", l.Number, l.Title, v.Items[i].Outcome)
		if why := v.Items[i].Why; why != nil {
			line += " " + why.Error()
		}
		lines = append(lines, line)
	}
	return lines
}

// brought is what a lesson brought.
func brought(t *testing.T, w *school, key string) result {
	t.Helper()
	var r result
	if err := json.Unmarshal(w.stored[key], &r); err != nil || r.Job == 0 {
		t.Fatalf("%s holds %s", key, w.stored[key])
	}
	return r
}

func TestCollectsLessonByLesson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 6, freeOnes)
		s := w.service()
		// In another order, and one of them twice.
		collect(t, s, desk, []string{"805", "802", "803", "805"})
		if v := until(t, s, desk, course.Finished); v.Done != 3 || v.Total != 3 {
			t.Errorf("ends as %+v", v)
		}
		if v := s.Queue(context.Background(), desk, ""); v.Page != "com/ss/61" || v.Title != "A course" || v.Job.Purpose != message.ToExport || v.Lessons != nil {
			t.Errorf("the view is %+v", v)
		}
		if !slices.Equal(w.lessons(), []string{"802", "803", "805"}) {
			t.Errorf("asked for %v", w.lessons())
		}
		for i := 1; i < len(w.at); i++ {
			if gap := w.at[i].Sub(w.at[i-1]); gap < 950*time.Millisecond || gap > 1500*time.Millisecond {
				t.Errorf("%v between two lessons", gap)
			}
		}
		if n := w.calls("/season"); n != 1 {
			t.Errorf("the season was asked for %d times", n)
		}
		r := brought(t, w, "collected/803")
		head := stream.Head{Title: "Lesson 3", Series: "A course", Number: 3, Total: 6, Duration: 60_000, SeasonID: "61", EpisodeID: "803"}
		if r.Item.Head != head || r.Item.Row.Key != "video/80/AVC/1" || r.Item.Audio == nil || r.Until-r.At != 7200 {
			t.Errorf("kept %+v", r)
		}
	})
}

func TestWhatAPersonChooses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 2, freeOnes)
		s := w.service()
		w.options = []byte(`{"pause":5,"template":"{number} {lesson}"}`)
		_, err := s.Collect(context.Background(), desk, &message.CollectBody{
			Lessons: ids(1, 2), Job: message.Job{Purpose: message.ToExport, Ceiling: 720, Silent: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		until(t, s, desk, course.Finished)
		if r := brought(t, w, "collected/801"); r.Item.Row.Key != "video/64/AVC/1" || r.Item.Audio != nil {
			t.Errorf("kept %+v", r)
		}
		if text, err := write(s, "aria2-list", false); err != nil || !strings.Contains(text.Body, "out=01 Lesson 1.mp4\n") {
			t.Errorf("writes %+v, %v", text, err)
		}
		if gap := w.at[1].Sub(w.at[0]); gap < 3900*time.Millisecond || gap > 6500*time.Millisecond {
			t.Errorf("%v between two lessons", gap)
		}
	})
}

func TestSkipsWithTheReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 8, func(n int) string {
			return []string{
				2: `"status":2,"playable":false`, 3: `"status":2,"ep_status":-1,"release_date":4000000000`, 4: `"status":1,"play_way":2`,
				1: freeOnes(1), 5: freeOnes(5), 6: `"status":3,"playable":true`, 7: `"status":1`, 8: freeOnes(8),
			}[n]
		})
		w.special["805"] = func() (wire.Answer, error) { return answer(dash(time.Now().Unix()+7200, `"is_drm":true,`)) }
		w.special["806"] = func() (wire.Answer, error) {
			return answer(`{"code":0,"data":{"quality":32,"timelength":60000,"is_preview":1,"durl":[{"order":1,"length":20000,"size":100,"url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/6.mp4"}]}}`)
		}
		w.special["807"] = func() (wire.Answer, error) { return answer(`{"code":-403,"message":"no"}`) }
		s := w.service()
		collect(t, s, desk, ids(1, 8))
		v := until(t, s, desk, course.Finished)
		if v.Done != 3 || v.Skipped != 5 {
			t.Errorf("ends as %+v", v)
		}
		if !slices.Equal(w.lessons(), []string{"801", "805", "806", "807", "808"}) {
			t.Errorf("asked for %v", w.lessons())
		}
		got := reportOf(s, desk)
		want := []string{
			"1 Lesson 1 done", "2 Lesson 2 skipped not-purchased", "3 Lesson 3 skipped not-released", "4 Lesson 4 skipped not-given (no-video)",
			"5 Lesson 5 skipped encrypted", "6 Lesson 6 done preview-only", "7 Lesson 7 skipped not-purchased", "8 Lesson 8 done",
		}
		if !slices.Equal(got, want) {
			t.Errorf("the report is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if n := w.calls("/nav"); n != 1 {
			t.Errorf("the login was asked for %d times", n)
		}
		if _, there := w.stored["collected/805"]; there {
			t.Error("an encrypted lesson is kept")
		}
	})
}

func TestSaysToBuyOnlyToThoseLoggedIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 2, func(int) string { return `"status":2,"playable":false` })
		w.answers[1].answer = func(context.Context, string) (wire.Answer, error) {
			return answer(`{"code":-101,"data":{"isLogin":false}}`)
		}
		s := w.service()
		collect(t, s, desk, ids(1, 2))
		until(t, s, desk, course.Finished)
		if got := reportOf(s, desk); !slices.Equal(got, []string{"1 Lesson 1 skipped not-logged-in", "2 Lesson 2 skipped not-logged-in"}) {
			t.Errorf("the report is %q", got)
		}
	})
}

func TestARateLimitStopsTheQueueAndSlowsItDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 4, freeOnes)
		refused := false
		w.special["802"] = func() (wire.Answer, error) {
			if !refused {
				refused = true
				return wire.Answer{Status: 412}, nil
			}
			return answer(dash(time.Now().Unix()+7200, ""))
		}
		s := w.service()
		collect(t, s, desk, ids(1, 4))
		time.Sleep(10 * time.Second)
		v := look(s, desk)
		left := time.UnixMilli(v.Until).Sub(time.Now())
		if v.State != course.Running || left < 45*time.Second || left > 60*time.Second || v.Pause != 2000 || v.Done != 1 {
			t.Errorf("meanwhile %+v, %v", v, left)
		}
		// The panel can't ask meanwhile either, and the other way round.
		if _, err := s.List(context.Background(), message.Tab{ID: 9, URL: desk.URL}, message.Hints{}, false); err == nil || reasonOf(t, err).Code != stream.RateLimited {
			t.Errorf("List: %v", err)
		}
		until(t, s, desk, course.Finished)
		if !slices.Equal(w.lessons(), []string{"801", "802", "802", "803", "804"}) {
			t.Errorf("asked for %v", w.lessons())
		}
		if gap := w.at[2].Sub(w.at[1]); gap < 59*time.Second || gap > 62*time.Second {
			t.Errorf("%v of a pause", gap)
		}
		if gap := w.at[4].Sub(w.at[3]); gap < 1500*time.Millisecond || gap > 3*time.Second {
			t.Errorf("%v between two lessons then", gap)
		}
	})
}

func TestWaitsWhereAnotherTabWasLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 2, freeOnes)
		s := w.service()
		if _, err := s.Lessons(context.Background(), desk, message.Hints{}); err != nil {
			t.Fatal(err)
		}
		collect(t, s, desk, ids(1, 2))
		time.Sleep(time.Second / 2)
		s.asking(message.Tab{ID: 99}, stream.Com).slowDown(context.Background(), 0)
		v := until(t, s, desk, course.Finished)
		if v.Pause != 1000 {
			t.Errorf("the pause became %d ms", v.Pause)
		}
		if gap := w.at[1].Sub(w.at[0]); gap < 55*time.Second {
			t.Errorf("asked again after %v", gap)
		}
	})
}

func TestAnotherBackgroundGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 6, freeOnes)
		first := w.service()
		collect(t, first, desk, ids(1, 6))
		time.Sleep(2500 * time.Millisecond)
		asked := len(w.lessons())
		if asked < 2 || asked > 4 {
			t.Fatalf("asked for %v", w.lessons())
		}
		// It is ended: what it would still do, it does in vain.
		end(first)
		synctest.Wait()
		asked = len(w.lessons())

		second := w.service()
		second.GoOn(context.Background(), "queue") // by the alarm, with no panel open
		time.Sleep(20 * time.Second)
		v := look(second, desk)
		if v.State != course.Finished || v.Done != 6 {
			t.Errorf("ends as %+v", v)
		}
		if !slices.Equal(w.lessons(), ids(1, 6)) {
			t.Errorf("asked for %v, the first background for %d", w.lessons(), asked)
		}
		synctest.Wait()
		if len(w.rings) < 3 || w.rings[0] != "queue true" || w.rings[len(w.rings)-1] != "queue false" {
			t.Errorf("the alarm was set %v", w.rings)
		}
	})
}

// end ends a background: what is under way is brought, and no more is asked for.
func end(s *Service) {
	time.Sleep(time.Second / 2)
	s.collecting.Lock()
	defer s.collecting.Unlock()
	for _, c := range s.collections {
		c.job, c.local = nil, &drawer{kept: map[string][]byte{}}
	}
}

func TestAResultThatWasKeptIsNotAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 3, freeOnes)
		first := w.service()
		collect(t, first, desk, ids(1, 3))
		until(t, first, desk, course.Finished)
		// As if the background had ended between the two writes.
		q := course.Read(w.local.kept["queue"], 3)
		q.Lose(1)
		q.Lose(2)
		w.local.kept["queue"], _ = json.Marshal(q)
		w.startOver()
		second := w.service()
		if v := until(t, second, desk, course.Finished); v.Done != 3 || !slices.Equal(w.lessons(), []string{"803"}) {
			t.Errorf("asked for %v, then %+v", w.lessons(), v)
		}
	})
}

func TestAfterARestartOfTheBrowser(t *testing.T) {
	restart := func(w *school) *Service {
		w.mu.Lock()
		clear(w.stored)
		w.mu.Unlock()
		w.startOver()
		s := w.service()
		s.GoOn(context.Background(), "")
		return s
	}
	t.Run("it goes on, and asks again for what was lost", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newSchool(t, 4, freeOnes)
			first := w.service()
			collect(t, first, desk, ids(1, 4))
			time.Sleep(1500 * time.Millisecond)
			end(first)
			time.Sleep(time.Second)
			s := restart(w)
			time.Sleep(20 * time.Second)
			if v := look(s, desk); v.Done != 4 || !slices.Equal(w.lessons(), ids(1, 4)) {
				t.Errorf("asked for %v, then %+v", w.lessons(), v)
			}
		})
	})
	t.Run("what was over is forgotten", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newSchool(t, 1, freeOnes)
			first := w.service()
			collect(t, first, desk, ids(1, 1))
			until(t, first, desk, course.Finished)
			s := restart(w)
			if v := look(s, desk); v.State != "" || len(w.local.kept) != 0 {
				t.Errorf("there is %+v; kept is %v", v, w.local.kept)
			}
		})
	})
	t.Run("a container's waits for its tab", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newSchool(t, 3, freeOnes)
			w.throughTab()
			tab := message.Tab{ID: 7, URL: desk.URL, Store: "firefox-container-2"}
			first := w.service()
			collect(t, first, tab, ids(1, 3))
			time.Sleep(1500 * time.Millisecond)
			end(first)
			time.Sleep(time.Second)
			s := restart(w)
			time.Sleep(20 * time.Second)
			v := look(s, tab)
			if v.State != course.Paused || v.Why == nil || v.Why.Detail != stream.TabGone || len(w.lessons()) > 0 {
				t.Errorf("asked for %v, then %+v", w.lessons(), v)
			}
			again := message.Tab{ID: 31, URL: desk.URL, Store: tab.Store}
			do(s, again, message.Resume)
			if v := until(t, s, again, course.Finished); v.Done != 3 {
				t.Errorf("ends as %+v", v)
			}
		})
	})
}

// throughTab has tabs ask as the background would.
func (w *school) throughTab() {
	w.fetch = func(ctx context.Context, b message.FetchBody) message.Fetched {
		a, err := w.Get(ctx, b.Site.API()+b.Path)
		if err != nil {
			return message.Fetched{Failed: true}
		}
		return message.Fetched{Status: a.Status, Type: a.ContentType, Body: string(a.Body)}
	}
}

func TestAContainersQueueStopsWhenItsTabCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 5, freeOnes)
		w.throughTab()
		tab := message.Tab{ID: 7, URL: desk.URL, Store: "firefox-container-2"}
		s := w.service()
		collect(t, s, tab, ids(1, 5))
		time.Sleep(500 * time.Millisecond)
		w.mu.Lock()
		w.deaf, w.refused = true, true
		w.mu.Unlock()
		v := until(t, s, tab, course.Paused)
		if v.Why == nil || v.Why.Detail != stream.TabGone || v.Failed != 0 {
			t.Errorf("stops as %+v", v)
		}
		// The default account's queue is another.
		if v := look(s, desk); v.State != "" {
			t.Errorf("another account sees %+v", v)
		}
	})
}

func TestAPrivateWindowsQueueIsWrittenNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 3, freeOnes)
		tab := message.Tab{ID: 7, URL: desk.URL, Private: true}
		s := w.service()
		collect(t, s, tab, ids(1, 3))
		if v := until(t, s, tab, course.Finished); v.Done != 3 {
			t.Errorf("ends as %+v", v)
		}
		if len(w.local.kept) > 0 {
			t.Errorf("stores %v", w.local.kept)
		}
		for key := range w.stored {
			t.Errorf("stores %s", key)
		}
		if len(w.rings) > 0 {
			t.Errorf("sets the alarm")
		}
		if c := s.collections["/private"]; c.result(context.Background(), c.job, 1).Job == 0 {
			t.Error("and does not know what it brought")
		}
	})
}

func TestPauseResumeCancelClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		w := newSchool(t, 6, freeOnes)
		s := w.service()
		if v := do(s, desk, message.Pause); v.State != "" {
			t.Errorf("without a queue there is %+v", v)
		}
		collect(t, s, desk, ids(1, 6))
		_, err := s.Collect(ctx, desk, &message.CollectBody{Lessons: ids(1, 1), Job: message.Job{Purpose: message.ToExport}})
		if e, ok := errors.AsType[*message.Error](err); !ok || e.Code != message.Busy {
			t.Errorf("a second queue: %v", err)
		}
		time.Sleep(1500 * time.Millisecond)
		if v := do(s, desk, message.Pause); v.State != course.Paused {
			t.Errorf("paused as %+v", v)
		}
		time.Sleep(time.Second)
		asked := len(w.lessons())
		time.Sleep(time.Minute)
		if len(w.lessons()) != asked {
			t.Errorf("paused, it asked for %v", w.lessons())
		}
		synctest.Wait()
		if w.rings[len(w.rings)-1] != "queue false" {
			t.Error("paused, the alarm is set")
		}
		if v := do(s, desk, message.Resume); v.State != course.Running {
			t.Errorf("resumed as %+v", v)
		}
		time.Sleep(time.Second)
		v := do(s, desk, message.Cancel)
		if v.State != course.Finished || v.Dropped == 0 || v.Done == 0 {
			t.Errorf("cancelled as %+v", v)
		}
		do(s, desk, message.Retry)
		if v := until(t, s, desk, course.Finished); v.Done != 6 {
			t.Errorf("gone on with, it ends as %+v", v)
		}
		do(s, desk, message.Clear)
		if v := do(s, desk, "jump"); v.State != "" || len(w.local.kept) > 0 {
			t.Errorf("cleared, it keeps %v, and is %+v", w.local.kept, v)
		}
		for key := range w.stored {
			if strings.HasPrefix(key, "collected") {
				t.Errorf("cleared, it keeps %s", key)
			}
		}
		if got := reportOf(s, desk); got != nil {
			t.Errorf("cleared, it reports %q", got)
		}
	})
}

func TestClearWhileALessonIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 3, freeOnes)
		s := w.service()
		collect(t, s, desk, ids(1, 3))
		time.Sleep(100 * time.Millisecond)
		do(s, desk, message.Clear)
		time.Sleep(time.Minute)
		if len(w.lessons()) != 1 || look(s, desk).State != "" {
			t.Errorf("asked for %v", w.lessons())
		}
		if _, there := w.stored["collected/801"]; there {
			t.Error("keeps what came too late")
		}
	})
}

func TestIdsAreBelievedOnlyFromTheCoursesList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 3, freeOnes)
		s := w.service()
		export := message.Job{Purpose: message.ToExport}
		for _, b := range []message.CollectBody{
			{Job: export}, {Job: export, Lessons: []string{"801", "999"}},
		} {
			if _, err := s.Collect(context.Background(), desk, &b); err == nil {
				t.Errorf("collects %+v", b)
			}
		}
		if _, err := s.Collect(context.Background(), message.Tab{URL: "https://example.test/"}, &message.CollectBody{Job: export, Lessons: ids(1, 1)}); err == nil {
			t.Error("collects on a page of another site")
		}
		time.Sleep(time.Minute)
		if len(w.lessons()) > 0 || len(w.local.kept) > 0 {
			t.Errorf("asked for %v, keeps %v", w.lessons(), w.local.kept)
		}
	})
}

func TestFailuresAreTriedAgainAndReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 3, freeOnes)
		w.special["802"] = func() (wire.Answer, error) { return wire.Answer{}, errors.New("connection reset") }
		s := w.service()
		collect(t, s, desk, ids(1, 3))
		v := until(t, s, desk, course.Finished)
		if v.Failed != 1 || v.Done != 2 || !slices.Equal(w.lessons(), []string{"801", "802", "803", "802"}) {
			t.Errorf("asked for %v, then %+v", w.lessons(), v)
		}
		if got := reportOf(s, desk)[1]; got != "2 Lesson 2 failed network" {
			t.Errorf("says %q", got)
		}
	})
}

func TestStopsWhereThereIsNoRoomOrNoAccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 3, freeOnes)
		w.full = "collected/"
		s := w.service()
		collect(t, s, desk, ids(1, 3))
		if v := until(t, s, desk, course.Paused); v.Why == nil || v.Why.Detail != stream.NoRoom || v.Done != 0 || len(w.lessons()) != 1 {
			t.Errorf("asked for %v, then %+v", w.lessons(), v)
		}
		w.full, w.denied = "", "api.bilibili.com"
		w.special["801"] = func() (wire.Answer, error) { return wire.Answer{}, errors.New("blocked") }
		do(s, desk, message.Resume)
		if v := until(t, s, desk, course.Paused); v.Why == nil || v.Why.Code != stream.NoAccess || v.Failed != 0 {
			t.Errorf("asked for %v, then %+v", w.lessons(), v)
		}
	})
}

func TestAPanicStopsTheQueueAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 3, freeOnes)
		w.special["802"] = func() (wire.Answer, error) { panic("a bug") }
		s := w.service()
		collect(t, s, desk, ids(1, 3))
		v := until(t, s, desk, course.Paused)
		if v.Why == nil || v.Why.Detail != stream.Internal || v.Done != 1 || len(w.panicked) != 1 {
			t.Errorf("stops as %+v", v)
		}
	})
}

func TestStoredNonsenseIsForgotten(t *testing.T) {
	for name, change := range map[string]func(*drawer){
		"no queue":      func(d *drawer) { delete(d.kept, "queue") },
		"broken queue":  func(d *drawer) { d.kept["queue"] = []byte(`{"state":"running","items":[{"is":"half"},{}]}`) },
		"other lessons": func(d *drawer) { d.kept["queue"] = []byte(`{"state":"running","items":[{}]}`) },
		"broken job":    func(d *drawer) { d.kept["job"] = []byte(`[`) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newSchool(t, 2, freeOnes)
				first := w.service()
				collect(t, first, desk, ids(1, 2))
				until(t, first, desk, course.Finished)
				change(w.local)
				s := w.service()
				s.GoOn(context.Background(), "")
				if v := look(s, desk); v.State != "" {
					t.Errorf("there is %+v", v)
				}
				collect(t, s, desk, ids(1, 1))
				until(t, s, desk, course.Finished)
			})
		})
	}
}

func TestATVSeriesEpisodesAreCollected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &school{world: newWorld(t)}
		w.on("season_info", `{"code":0,"data":{"season":{"season_id":"61","title":"A series","first_episode":{"episode_id":"801"}}}}`)
		w.on("episodes", `{"code":0,"data":{"sections":[{"title":"E1-2","episodes":[{"episode_id":"801","title_display":"E1 - First"},{"episode_id":"802","title_display":"E2"}]}]}}`)
		w.on("playurl", `{"code":0,"data":{"playurl":{"duration":60000,"video":[{"video_resource":{"url":"https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/1.m4s","quality":32,"codec_id":7,"width":852,"height":480,"bandwidth":9,"size":5},"stream_info":{"quality":32},"audio_quality":30280}],"audio_resource":[{"url":"https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/2.m4s","quality":30280,"bandwidth":3,"size":2}]}}}`)
		tab := message.Tab{ID: 7, URL: "https://www.bilibili.tv/th/play/61/801"}
		s := w.service()
		collect(t, s, tab, []string{"801", "802"})
		until(t, s, tab, course.Finished)
		h := stream.Head{Title: "E2", Series: "A series", Number: 2, Total: 2, Duration: 60_000, SeasonID: "61", EpisodeID: "802"}
		if r := brought(t, w, "collected/802"); r.Item.Head != h || r.Item.Site != stream.TV || r.Item.Row == nil || r.Item.Audio == nil {
			t.Errorf("kept %+v", r)
		}
		for _, url := range w.asked {
			if strings.Contains(url, "playurl") && !strings.Contains(url, "s_locale=th_TH") {
				t.Errorf("asked %s", url)
			}
		}
		if n := w.calls("season_info"); n != 1 {
			t.Errorf("the series was asked for %d times", n)
		}
	})
}

// write asks for what was collected as text.
func write(s *Service, what message.What, anyway bool) (*export.Text, error) {
	return s.Written(context.Background(), desk, &message.CopyBody{What: what, Collected: true, Anyway: anyway}, false)
}

func TestWhatWasCollectedIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 3, freeOnes)
		s := w.service()
		if _, err := write(s, "list", false); err == nil {
			t.Error("writes nothing as a text")
		}
		collect(t, s, desk, ids(2, 3))
		until(t, s, desk, course.Finished)
		text, err := write(s, "list", false)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(text.Body, "https://"); n != 4 || !strings.HasPrefix(text.Name, "A course") || text.ExpiresAt == 0 {
			t.Errorf("writes %d addresses as %+v", n, text)
		}
		copied, err := s.Written(context.Background(), desk, &message.CopyBody{What: "list", Collected: true}, true)
		if err != nil || w.clipboard != text.Body || copied.Body != "" {
			t.Errorf("copies %q and answers %+v, %v", w.clipboard, copied, err)
		}
		w.clipError = errors.New("refused")
		if _, err := s.Written(context.Background(), desk, &message.CopyBody{What: "list", Collected: true}, true); err == nil {
			t.Error("says that it copied what the browser refused")
		}
	})
}

func TestEndedLinksAreAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 3, freeOnes)
		w.special["802"] = func() (wire.Answer, error) { return answer(dash(time.Now().Unix()+600, "")) }
		s := w.service()
		collect(t, s, desk, ids(1, 3))
		until(t, s, desk, course.Finished)
		w.startOver()
		time.Sleep(10 * time.Minute)
		_, err := write(s, "list", false)
		if e, ok := errors.AsType[*message.Error](err); !ok || e.Code != message.Unfinished {
			t.Errorf("writes links that have ended: %v", err)
		}
		until(t, s, desk, course.Finished)
		if !slices.Equal(w.lessons(), []string{"802"}) {
			t.Errorf("asked again for %v", w.lessons())
		}
		if text, err := write(s, "list", false); err != nil || strings.Count(text.Body, "https://") != 6 {
			t.Errorf("writes %+v, %v", text, err)
		}
		// By then another may have ended: the person has the last word.
		time.Sleep(10 * time.Minute)
		if _, err := write(s, "list", true); err != nil {
			t.Errorf("does not write what has ended: %v", err)
		}
		delete(w.stored, "collected/803")
		if _, err := write(s, "list", true); err == nil {
			t.Error("writes what is gone")
		}
		until(t, s, desk, course.Finished)
	})
}

func TestAFormatOfPagesAsksNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSchool(t, 200, func(n int) string {
			if n == 3 {
				return `"status":2,"ep_status":-1,"release_date":4000000000`
			}
			return freeOnes(n)
		})
		s := w.service()
		start := time.Now()
		if _, err := s.Collect(context.Background(), desk, &message.CollectBody{Lessons: ids(1, 200), Job: message.Job{Purpose: message.ToExport, Format: export.PageList}}); err != nil {
			t.Fatal(err)
		}
		v := until(t, s, desk, course.Finished)
		if v.Done != 199 || v.Skipped != 1 || len(w.lessons()) > 0 || time.Since(start) > time.Second {
			t.Errorf("asked for %v in %v, then %+v", w.lessons(), time.Since(start), v)
		}
		text, err := write(s, "page-list", false)
		if err != nil || strings.Count(text.Body, "https://www.bilibili.com/cheese/play/ep") != 199 || text.ExpiresAt != 0 {
			t.Errorf("writes %+v, %v", text, err)
		}
	})
}
