package service

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/wasm/internal/export"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

var lesson = message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ep790"}

// dash is a lesson's answer with two videos and one audio whose addresses end at until.
func dash(until int64, extra string) string {
	track := func(id int, codecs string, codecid, height int, kind string) string {
		return fmt.Sprintf(`{"id":%d,"base_url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/%d.m4s?deadline=%d","backup_url":null,
			"bandwidth":%d,"codecs":%q,"codecid":%d,"width":%d,"height":%d,"frame_rate":"30","mime_type":"%s/mp4","size":1000,
			"segment_base":{"initialization":"0-99","index_range":"100-199"}}`, id, id, until, id*1000, codecs, codecid, height*16/9, height, kind)
	}
	return fmt.Sprintf(`{"code":0,"data":{"quality":80,"timelength":60000,%s"dash":{"duration":60,"video":[%s,%s],"audio":[%s]}}}`,
		extra, track(64, "avc1.640028", 7, 720, "video"), track(80, "avc1.640032", 7, 1080, "video"), track(30280, "mp4a.40.2", 0, 0, "audio"))
}

const season = `{"code":0,"data":{"season_id":61,"title":"A course","up_info":{"uname":"A teacher"},
	"episode_page":{"next":false,"num":1,"size":3,"total":99},
	"episodes":[{"id":789,"aid":1,"cid":11,"title":"One","status":2,"playable":false,"duration":30},
		{"id":790,"aid":2,"cid":22,"title":"Two","status":1,"playable":true,"duration":60},
		{"id":791,"aid":3,"cid":33,"title":"Three","status":2,"playable":false,"ep_status":-1,"release_date":1900000000,"duration":30}],
	"user_status":{"payed":1%s}}}`

func seasonWith(user string) string { return fmt.Sprintf(season, user) }

func (w *world) until() int64 { return w.now.Unix() + 7200 }

func TestLessonIsListedInOneRoundTrip(t *testing.T) {
	w := newWorld(t)
	// Each answers only once the other has been asked too.
	play, described := make(chan struct{}), make(chan struct{})
	once := func(asked, other chan struct{}, body string) func(context.Context, string) (wire.Answer, error) {
		return func(ctx context.Context, _ string) (wire.Answer, error) {
			close(asked)
			select {
			case <-other:
				return wire.Answer{Status: 200, Body: []byte(body)}, nil
			case <-ctx.Done():
				return wire.Answer{}, ctx.Err()
			}
		}
	}
	w.onFunc("playurl", once(play, described, dash(w.until(), "")))
	w.onFunc("season", once(described, play, seasonWith("")))
	l, err := w.service().List(t.Context(), lesson, w.hints, false)
	if err != nil {
		t.Fatal(err)
	}
	if l.Head.Title != "Two" || l.Head.Series != "A course" || l.Head.Teacher != "A teacher" || l.Head.Number != 2 || l.Head.Total != 3 {
		t.Errorf("head %+v", l.Head)
	}
	if l.State != stream.Purchased || l.BestKey == "" || l.Find(l.BestKey).Quality != 80 || l.Find(l.BestAudioKey).Quality != 30280 {
		t.Errorf("state %q, best %q with %q", l.State, l.BestKey, l.BestAudioKey)
	}
	if l.ExpiresAt != w.until() {
		t.Errorf("expires at %d, want %d", l.ExpiresAt, w.until())
	}
	if n := len(w.asked); n != 2 {
		t.Errorf("asked %d times: %q", n, w.asked)
	}
	if w.calls("drm_tech_type") != 0 {
		t.Error("asked for a DRM flavour")
	}
}

func TestListingIsAskedForOncePerLoad(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	list := func(s *Service, load string, refresh bool) {
		t.Helper()
		if _, err := s.List(t.Context(), lesson, message.Hints{Load: load}, refresh); err != nil {
			t.Fatal(err)
		}
	}
	list(s, "load1", false)
	list(s, "load1", false)
	w.saved("lessons/7", "tab/7")
	list(w.service(), "load1", false) // the background was ended in between
	if n := w.calls("playurl"); n != 1 {
		t.Errorf("asked %d times within one load, want 1", n)
	}
	list(s, "load1", true)
	if n := w.calls("playurl"); n != 2 {
		t.Errorf("asked %d times after a refresh, want 2", n)
	}
}

func TestReload(t *testing.T) {
	onTV := message.Tab{ID: 7, URL: "https://www.bilibili.tv/en/play/61/790"}
	tv := func(second string) string {
		return `{"code":0,"data":{"playurl":{"video":[{"video_resource":{"quality":32,"url":"https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/1.m4s?deadline=1800007200"},
			"stream_info":{"quality":32}},{"video_resource":{"quality":64,"url":"` + second + `"},"stream_info":{"quality":64}}]}}}`
	}
	const given = "https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/2.m4s?deadline=1800007200"
	course := message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ss61"}
	for name, c := range map[string]struct {
		tab    message.Tab
		play   string // an answer; "" for a whole lesson
		season string // extra of its user_status
		hint   string // the active item, before and after
		change func(w *world, tab *message.Tab, hints *message.Hints)
		want   int // how often the streams are asked for
	}{
		"everything given":                    {tab: lesson, want: 1},
		"a query more":                        {tab: lesson, change: func(_ *world, tab *message.Tab, _ *message.Hints) { tab.URL += "?p=2" }, want: 1},
		"everything given on bilibili.tv":     {tab: onTV, play: tv(given), want: 1},
		"a locked quality":                    {tab: onTV, play: tv(""), want: 2},
		"a quality offered and not given":     {tab: lesson, play: dash(1_800_007_200, `"accept_quality":[120,80,64],`), want: 2},
		"a preview":                           {tab: lesson, play: dash(1_800_007_200, `"is_preview":1,`), want: 2},
		"refused":                             {tab: lesson, play: `{"code":-404,"message":"啥都木有"}`, want: 2},
		"encrypted":                           {tab: lesson, play: dash(1_800_007_200, `"is_drm":true,`), want: 2},
		"the addresses end in nine minutes":   {tab: lesson, change: func(w *world, _ *message.Tab, _ *message.Hints) { w.now = w.now.Add(7200*time.Second - 9*time.Minute) }, want: 2},
		"the addresses end in eleven minutes": {tab: lesson, change: func(w *world, _ *message.Tab, _ *message.Hints) { w.now = w.now.Add(7200*time.Second - 11*time.Minute) }, want: 1},
		"when they end is unknown":            {tab: lesson, play: strings.ReplaceAll(dash(0, ""), "deadline", "d"), want: 2},
		"another lesson": {tab: lesson, change: func(_ *world, tab *message.Tab, _ *message.Hints) {
			tab.URL = "https://www.bilibili.com/cheese/play/ep789"
		}, want: 2},
		"another language":                          {tab: onTV, play: tv(given), change: func(_ *world, tab *message.Tab, _ *message.Hints) { tab.URL = "https://www.bilibili.tv/th/play/61/790" }, want: 2},
		"another container":                         {tab: lesson, change: func(_ *world, tab *message.Tab, _ *message.Hints) { tab.Store = "firefox-container-2" }, want: 2},
		"a course page with the same active lesson": {tab: course, hint: "790", want: 1},
		"a course page with another active lesson":  {tab: course, hint: "790", change: func(_ *world, _ *message.Tab, h *message.Hints) { h.Episode = "791" }, want: 2},
		"a course page that shows no active lesson": {tab: course, season: `,"progress":{"last_ep_id":790}`, want: 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if c.play == "" {
				c.play = dash(w.until(), "")
			}
			w.on("playurl", c.play)
			w.on("season?", seasonWith(c.season))
			w.on("season_info", `{"code":0,"data":{"season":{"season_id":"61","title":"A"}}}`)
			w.on("episodes", `{"code":0,"data":{"sections":[{"episodes":[{"episode_id":"790","title_display":"A"}]}]}}`)
			w.on("user", `{"code":0,"data":{"is_login":false}}`)
			w.on("nav", `{"code":0,"data":{"isLogin":false}}`)
			w.fetch = func(ctx context.Context, b message.FetchBody) message.Fetched {
				answer, err := w.Get(ctx, b.Site.API()+b.Path)
				return message.Fetched{Status: answer.Status, Body: string(answer.Body), Failed: err != nil}
			}
			s, tab, hints := w.service(), c.tab, message.Hints{Load: "before", Episode: c.hint}
			list := func() {
				t.Helper()
				if _, err := s.List(t.Context(), tab, hints, false); err != nil {
					t.Fatal(err)
				}
			}
			list()
			w.saved("lessons/7", "tab/7")
			hints.Load = "after"
			if c.change != nil {
				c.change(w, &tab, &hints)
			}
			before := w.calls("playurl")
			list()
			if n := 1 + w.calls("playurl") - before; n != c.want {
				t.Errorf("asked %d times, want %d", n, c.want)
			}
			// Within the new load it is closed and opened again, however late.
			w.now = w.now.Add(2 * time.Hour)
			before = len(w.asked)
			list()
			if len(w.asked) != before {
				t.Errorf("asked %q for a panel that was opened again", w.asked[before:])
			}
		})
	}
}

func TestReloadWhileAskingJoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		answer := make(chan struct{})
		w.onFunc("playurl", func(context.Context, string) (wire.Answer, error) {
			<-answer
			return wire.Answer{Status: 200, Body: []byte(dash(w.until(), ""))}, nil
		})
		w.on("season", seasonWith(""))
		s := w.service()
		ended := make(chan error, 2)
		for _, load := range []string{"before", "after"} {
			go func() {
				_, err := s.List(t.Context(), lesson, message.Hints{Load: load}, false)
				ended <- err
			}()
			synctest.Wait() // until it waits for the answer
		}
		close(answer)
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if n := w.calls("playurl"); n != 1 {
			t.Errorf("asked %d times", n)
		}
		synctest.Wait()
	})
}

func TestAwakeBackgroundWaitsForNoStorage(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	s.Wake(t.Context(), lesson, message.Hints{})
	w.slow = make(chan struct{}) // from now on the store answers nobody
	defer close(w.slow)
	for range 2 {
		if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.calls("playurl"); n != 1 {
		t.Errorf("asked %d times, want 1", n)
	}
}

func TestWokenTabLeavesAForecastOfWhatItsListingAsks(t *testing.T) {
	for _, c := range []struct {
		name string
		tab  message.Tab
		n    int
	}{
		{"lesson", lesson, 2},
		{"episode", message.Tab{ID: 7, URL: "https://www.bilibili.tv/th/play/2/3?from=x"}, 3},
		{"outside of containers", message.Tab{ID: 7, URL: lesson.URL, Store: "firefox-default"}, 2},
		{"in a container", message.Tab{ID: 7, URL: lesson.URL, Store: "firefox-container-1"}, 0},
		{"in a private window", message.Tab{ID: 7, URL: lesson.URL, Private: true}, 0},
		{"course, whose first answer names the lesson", message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ss61"}, 0},
		{"upload, which has a single request", message.Tab{ID: 7, URL: "https://www.bilibili.tv/en/video/4"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.service()
			s.Wake(t.Context(), c.tab, message.Hints{})
			data, err := s.Store.Load(t.Context(), "ahead/7")
			if c.n == 0 {
				if data != nil || err != nil {
					t.Errorf("forecast %s, %v", data, err)
				}
				return
			}
			var f forecast
			if err := json.Unmarshal(data, &f); err != nil {
				t.Fatal(err)
			}
			_, _ = w.service().List(t.Context(), c.tab, w.hints, false) // nothing answers, which ends it
			slices.Sort(w.asked)
			slices.Sort(f.URLs)
			if f.Page != c.tab.URL || len(f.URLs) != c.n || !slices.Equal(f.URLs, w.asked) {
				t.Errorf("forecast %+v, asked %q", f, w.asked)
			}
		})
	}
}

func TestRehearsalAsksNobodyAndLeavesNothing(t *testing.T) {
	for _, site := range []stream.Site{stream.Com, stream.TV} {
		w := newWorld(t)
		rehearsal(site, w.service().Ports)
		if len(w.asked) != 0 || len(w.stored) != 0 || len(w.panicked) != 0 {
			t.Errorf("%s: asked %q, stored %d, reported %v", site, w.asked, len(w.stored), w.panicked)
		}
	}
}

func TestPassingProblemIsAskedAboutAgain(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", "<html>a maintenance page")
	w.on("season", seasonWith(""))
	s := w.service()
	for n := 1; n <= 2; n++ {
		l, err := s.List(t.Context(), lesson, w.hints, false)
		if err != nil || l.Problem.Code != stream.Unexpected || l.State != "" {
			t.Fatalf("listing %+v, error %v", l, err)
		}
		if got := w.calls("playurl"); got != n {
			t.Errorf("asked %d times, want %d", got, n)
		}
	}
}

func TestOptionsApplyToCachedListing(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", strings.Replace(dash(w.until(), ""), `"codecs":"avc1.640028","codecid":7,"width":1280,"height":720`,
		`"codecs":"hev1.1.6","codecid":12,"width":1920,"height":1080`, 1))
	w.on("season", seasonWith(""))
	s := w.service()
	best := func() stream.Codec {
		t.Helper()
		l, err := s.List(t.Context(), lesson, w.hints, false)
		if err != nil {
			t.Fatal(err)
		}
		return l.Find(l.BestKey).Codec
	}
	if c := best(); c != stream.AVC {
		t.Errorf("best is %s by default, want AVC", c)
	}
	w.options = []byte(`{"codecs":"nonsense","hdr":[],"copy":17}`)
	if c := best(); c != stream.AVC {
		t.Errorf("options of a wrong type were not replaced: best is %s", c)
	}
	w.options = []byte(`{"codecs":["HEVC","nonsense"],"copy":17}`)
	if c := best(); c != stream.HEVC {
		t.Errorf("best is %s with HEVC first, want HEVC", c)
	}
	if n := w.calls("playurl"); n != 1 {
		t.Errorf("asked %d times, want 1", n)
	}
}

func TestMalformedRequestIsRepeatedWithAvidAndCid(t *testing.T) {
	w := newWorld(t)
	w.on("avid=2&cid=22", dash(w.until(), ""))
	w.on("playurl", `{"code":-400,"message":"请求错误"}`)
	w.on("season", seasonWith(""))
	l, err := w.service().List(t.Context(), lesson, w.hints, false)
	if err != nil || l.BestKey == "" {
		t.Fatalf("listing %+v, error %v", l, err)
	}
}

func TestFormatsAreAskedForDownwards(t *testing.T) {
	w := newWorld(t)
	w.on("fnval=4048", `{"code":0,"data":{"quality":64}}`)
	w.on("fnval=16&", `{"code":0,"data":{"quality":64,"dash":null}}`)
	w.on("fnval=1&", `{"code":0,"data":{"quality":64,"format":"mp4","type":"MP4","timelength":1000,
		"durl":[{"order":1,"length":1000,"size":10,"url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1.mp4"}]}}`)
	w.on("season", seasonWith(""))
	l, err := w.service().List(t.Context(), lesson, w.hints, false)
	if err != nil || len(l.Single) != 1 || !l.Single[0].Best {
		t.Fatalf("listing %+v, error %v", l, err)
	}
	if n := w.calls("playurl"); n != 3 {
		t.Errorf("asked %d times, want 3", n)
	}
}

// film is an answer with one file of a quality, which names those offered.
func film(quality int, offered string) string {
	return fmt.Sprintf(`{"code":0,"data":{"quality":%d,"type":"MP4","timelength":1000,"accept_quality":[%s],
		"durl":[{"order":1,"length":1000,"size":10,"url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/%d.mp4?deadline=1800007200"}]}}`, quality, offered, quality)
}

func TestQualitiesOfProgressiveAnswersAreAskedForOneByOne(t *testing.T) {
	w := newWorld(t)
	under := 0
	w.onFunc("qn=", func(_ context.Context, url string) (wire.Answer, error) {
		under++
		defer func() { under-- }()
		if under > 1 {
			t.Error("two qualities were asked for at once")
		}
		for q, body := range map[string]string{
			"112": film(80, ""), // lower than asked for
			"80":  film(80, ""), "64": `{"code":-10403,"message":"大会员专享限制"}`, "32": `{"code":-403,"message":"访问权限不足"}`,
			"6": `{"code":-404,"message":"啥都木有"}`, "5": film(5, ""),
		} {
			if strings.Contains(url, "qn="+q+"&") {
				return wire.Answer{Status: 200, Body: []byte(body)}, nil
			}
		}
		return wire.Answer{}, errors.New("no such quality: " + url)
	})
	w.on("playurl", film(16, "112,80,64,32,16,6,5"))
	w.on("season", seasonWith(""))
	w.on("nav", `{"code":-101,"data":{"isLogin":false}}`)
	l, err := w.service().List(t.Context(), lesson, w.hints, false)
	if err != nil {
		t.Fatal(err)
	}
	if l.Problem != nil || l.State != stream.Purchased || l.BestKey != "single/80/unknown/1" || l.ExpiresAt != 1800007200 {
		t.Errorf("state %q, best %q, problem %v", l.State, l.BestKey, l.Problem)
	}
	got := map[stream.Quality]string{}
	for _, r := range l.Single {
		if got[r.Quality] = "given"; r.Withheld != nil {
			got[r.Quality] = r.Withheld.Error()
		}
	}
	want := map[stream.Quality]string{112: "not-given (lower)", 80: "given", 64: "premium", 32: "not-logged-in", 16: "given", 6: "not-given", 5: "given"}
	if !maps.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	if n := w.calls("playurl"); n != 7 {
		t.Errorf("asked %d times: %q", n, w.asked)
	}
}

func TestRateLimitEndsTheAskingForQualities(t *testing.T) {
	w := newWorld(t)
	w.on("qn=80&", film(80, ""))
	w.on("qn=64&", `{"code":-412,"message":"请求被拦截"}`)
	w.on("playurl", film(16, "80,64,32,16"))
	w.on("season", seasonWith(""))
	s := w.service()
	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil || l.Problem != nil || l.Find(l.BestKey).Quality != 80 {
		t.Fatalf("listing %+v, error %v", l, err)
	}
	for _, key := range []string{"single/64/none", "single/32/none"} {
		if r := l.Find(key); r == nil || r.Withheld.Code != stream.RateLimited || r.Withheld.At != w.now.Unix()+firstPause {
			t.Errorf("%s: %+v", key, r)
		}
	}
	if n := w.calls("playurl"); n != 3 {
		t.Errorf("asked %d times, want 3: none after the refusal", n)
	}
	if _, err := s.List(t.Context(), lesson, w.hints, true); reasonOf(t, err).Code != stream.RateLimited || w.calls("playurl") != 3 {
		t.Errorf("the pause is not kept: %v", err)
	}
}

func TestQualitiesThatDontAnswerDontHoldUpTheListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.on("qn=80&", film(80, ""))
		w.onFunc("qn=", func(ctx context.Context, _ string) (wire.Answer, error) {
			<-ctx.Done()
			return wire.Answer{}, ctx.Err()
		})
		w.on("playurl", film(16, "80,64,32,16"))
		w.on("season", seasonWith(""))
		l, err := w.service().List(t.Context(), lesson, w.hints, false)
		if err != nil || l.Find(l.BestKey).Quality != 80 || w.calls("qn=") != 2 {
			t.Fatalf("listing %+v, error %v, %d calls", l, err, w.calls("qn="))
		}
		for _, key := range []string{"single/64/none", "single/32/none"} {
			if r := l.Find(key); r == nil || r.Withheld.Detail != stream.Timeout {
				t.Errorf("%s: %+v", key, r)
			}
		}
		synctest.Wait()
	})
}

func TestRefusals(t *testing.T) {
	const refused = `{"code":-403,"message":"访问权限不足"}`
	loggedIn, loggedOut := `{"code":0,"data":{"isLogin":true}}`, `{"code":-101,"message":"账号未登录","data":{"isLogin":false}}`
	ep791 := message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ep791"}
	for name, c := range map[string]struct {
		tab                message.Tab
		play, season, user string
		want               stream.Reason
	}{
		"logged out":          {lesson, refused, seasonWith(""), loggedOut, stream.Reason{Code: stream.NotLoggedIn}},
		"not bought":          {lesson, refused, strings.Replace(seasonWith(""), `"payed":1`, `"payed":0`, 1), loggedIn, stream.Reason{Code: stream.NotPurchased}},
		"purchase expired":    {lesson, refused, seasonWith(`,"is_expired":true`), loggedIn, stream.Reason{Code: stream.NotPurchased, Detail: stream.PurchaseExpired}},
		"bought but refused":  {lesson, refused, seasonWith(""), loggedIn, stream.Reason{Code: stream.NotLoggedIn, Detail: stream.SignInAgain}},
		"not released":        {ep791, `{"code":-404,"message":"啥都木有"}`, seasonWith(""), loggedIn, stream.Reason{Code: stream.NotReleased, At: 1_900_000_000}},
		"not found":           {lesson, `{"code":-404,"message":"啥都木有"}`, seasonWith(""), loggedIn, stream.Reason{Code: stream.NotFound}},
		"region":              {lesson, `{"code":-688,"message":"area"}`, seasonWith(""), loggedIn, stream.Reason{Code: stream.Region}},
		"HTML":                {lesson, `<!doctype html><p>hello`, seasonWith(""), loggedIn, stream.Reason{Code: stream.Unexpected, Detail: stream.HTML}},
		"truncated":           {lesson, `{"code":0,"data":{"da`, seasonWith(""), loggedIn, stream.Reason{Code: stream.Unexpected, Detail: stream.Truncated}},
		"unknown code":        {lesson, `{"code":-12345,"message":"?"}`, seasonWith(""), loggedIn, stream.Reason{Code: stream.Unexpected}},
		"success with nought": {lesson, `{"code":0,"data":{}}`, seasonWith(""), loggedIn, stream.Reason{Code: stream.Unexpected, Detail: stream.NoMedia}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.on("playurl", c.play)
			w.on("season", c.season)
			w.on("nav", c.user)
			l, err := w.service().List(t.Context(), c.tab, w.hints, false)
			if err != nil {
				t.Fatal(err)
			}
			got := *l.Problem
			if got.Code != c.want.Code || got.Detail != c.want.Detail || (c.want.At != 0 && got.At != c.want.At) {
				t.Errorf("problem %+v, want %+v", got, c.want)
			}
			if l.Head.Series != "A course" {
				t.Errorf("head %+v does not say which lesson it is", l.Head)
			}
		})
	}
}

func TestEncryptedLessonOffersNoAddress(t *testing.T) {
	clear := []byte("\x00\x00\x00\x10ftypiso5\x00\x00\x00\x00")
	stsd := func(entry string) []byte {
		box := func(name string, content ...byte) []byte {
			n := len(content) + 8
			return append([]byte{0, 0, byte(n >> 8), byte(n), name[0], name[1], name[2], name[3]}, content...)
		}
		table := box("stsd", append([]byte{0, 0, 0, 0, 0, 0, 0, 1}, box(entry, make([]byte, 78)...)...)...)
		return append(clear, box("moov", box("trak", box("mdia", box("minf", box("stbl", table...)...)...)...)...)...)
	}
	address := func(w *world) string {
		return fmt.Sprintf("https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/64.m4s?deadline=%d", w.until())
	}
	for name, c := range map[string]struct {
		extra  string
		init   []byte
		want   stream.State
		detail string
	}{
		"is_drm":                       {`"is_drm":true,`, nil, stream.Encrypted, ""},
		"drm_type":                     {`"drm_type":"bili_drm",`, nil, stream.Encrypted, ""},
		"drm_tech_type":                {`"drm_tech_type":3,`, nil, stream.Encrypted, ""},
		"hls, confirmed":               {`"hls":{"video":[{"id":80}]},`, stsd("encv"), stream.Encrypted, ""},
		"hls, refuted":                 {`"hls":{"video":[{"id":80}]},`, stsd("avc1"), stream.Purchased, ""},
		"hls, and nothing can be read": {`"hls":{"video":[{"id":80}]},`, nil, stream.Encrypted, stream.Unconfirmed},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.on("playurl", dash(w.until(), c.extra))
			w.on("season", seasonWith(""))
			if c.init != nil {
				w.ranges[address(w)] = c.init
			}
			s := w.service()
			l, err := s.List(t.Context(), lesson, w.hints, false)
			if err != nil {
				t.Fatal(err)
			}
			if l.State != c.want {
				t.Fatalf("state %q, want %q", l.State, c.want)
			}
			if c.want != stream.Encrypted {
				return
			}
			if l.Problem.Code != stream.IsEncrypted || l.Problem.Detail != c.detail {
				t.Errorf("problem %+v", l.Problem)
			}
			if text, _ := json.Marshal(l); strings.Contains(string(text), "://") {
				t.Errorf("an address in %s", text)
			}
			if len(l.Video) != 2 || l.Video[0].Quality != 80 {
				t.Errorf("qualities are not shown: %+v", l.Video)
			}
			_, err = s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: message.MPV})
			if r := reasonOf(t, err); r.Code != stream.IsEncrypted || w.clipboard != "" {
				t.Errorf("copying gave %v and %q", r, w.clipboard)
			}
		})
	}
}

func TestRateLimitPauseIsKept(t *testing.T) {
	w := newWorld(t)
	w.onFunc("pugv/player", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 429, RetryAfter: 90, Body: []byte("{}")}, nil
	})
	w.on("season", seasonWith(""))
	problem := func(s *Service) (stream.Reason, bool) {
		t.Helper()
		l, err := s.List(t.Context(), lesson, w.hints, true)
		if err != nil {
			return reasonOf(t, err), true
		}
		if l.Problem != nil {
			return *l.Problem, true
		}
		return stream.Reason{}, false
	}
	s := w.service()
	r, _ := problem(s)
	if r.Code != stream.RateLimited || r.At != w.now.Unix()+90 {
		t.Fatalf("reason %+v, want a pause of the 90 s that the answer asked for", r)
	}
	before := len(w.asked)
	w.savedWith("pause/com", "")
	if r, _ = problem(w.service()); r.Code != stream.RateLimited || len(w.asked) != before {
		t.Errorf("within the pause: %+v, %d calls", r, len(w.asked)-before)
	}
	w.now = w.now.Add(91 * time.Second)
	if r, _ = problem(s); r.At-w.now.Unix() != 180 {
		t.Errorf("refused again, the pause is %d s, want 180", r.At-w.now.Unix())
	}
	// The other site is not concerned.
	w.on("intl", `{"code":0,"data":{"playurl":{"video":[]}}}`)
	if _, err := s.List(t.Context(), message.Tab{ID: 8, URL: "https://www.bilibili.tv/en/video/2045730385"}, w.hints, false); err != nil {
		t.Errorf("bilibili.tv is paused too: %v", err)
	}
}

// Who is asked to slow down in a private window is another account, and nothing of it may
// be stored.
func TestPrivatePauseStaysApart(t *testing.T) {
	w := newWorld(t)
	w.onFunc("pugv/player", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 429, RetryAfter: 90, Body: []byte("{}")}, nil
	})
	w.on("season", seasonWith(""))
	w.answerTabs()
	s := w.service()
	inner := w.fetch
	w.fetch = func(ctx context.Context, b message.FetchBody) message.Fetched {
		if strings.Contains(b.Path, "pugv/player") {
			return message.Fetched{Status: 429, RetryAfter: "90", Body: "{}"}
		}
		return inner(ctx, b)
	}
	private := message.Tab{ID: 8, URL: lesson.URL, Private: true, Store: "firefox-private"}
	for range 2 { // the second time without a question: its own pause is kept
		if l, err := s.List(t.Context(), private, w.hints, true); err == nil && (l.Problem == nil || l.Problem.Code != stream.RateLimited) {
			t.Errorf("the private tab got %+v", l)
		}
	}
	if s.paused(t.Context(), private, stream.Com) == 0 {
		t.Error("the private tab isn't paused")
	}
	if until := s.paused(t.Context(), lesson, stream.Com); until != 0 {
		t.Errorf("the other tabs are paused until %d", until)
	}
	// Once another tab is refused as well, the store holds that alone, and its lessons where they came first.
	if _, err := s.List(t.Context(), lesson, w.hints, true); err != nil {
		t.Fatal(err)
	}
	w.savedWith("pause/com", "")
	w.mu.Lock()
	defer w.mu.Unlock()
	for key := range w.stored {
		if key != "pause/com" && key != "lessons/7" {
			t.Errorf("the store holds %s", key)
		}
	}
}

func TestSlowAnswersEnd(t *testing.T) {
	hang := func(ctx context.Context, _ string) (wire.Answer, error) {
		<-ctx.Done()
		return wire.Answer{}, ctx.Err()
	}
	t.Run("titles late: the streams are shown without them", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.on("playurl", dash(w.until(), ""))
			w.onFunc("season", hang)
			began := time.Now()
			l, err := w.service().List(t.Context(), lesson, w.hints, false)
			if err != nil || l.BestKey == "" {
				t.Fatalf("listing %+v, error %v", l, err)
			}
			if len(l.Notes) != 1 || l.Notes[0].Detail != stream.SeasonUnread || l.Notes[0].Code != stream.Network {
				t.Errorf("notes %+v", l.Notes)
			}
			if waited := time.Since(began); waited != patient().Grace {
				t.Errorf("waited %v for the titles", waited)
			}
			synctest.Wait()
		})
	})
	t.Run("streams late: a time-out is said", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.onFunc("playurl", hang)
			w.on("season", seasonWith(""))
			began := time.Now()
			_, err := w.service().List(t.Context(), lesson, w.hints, false)
			if r := reasonOf(t, err); r.Code != stream.Network || r.Detail != stream.Timeout {
				t.Errorf("reason %+v", r)
			}
			if waited := time.Since(began); waited != patient().Listing {
				t.Errorf("waited %v for the streams", waited)
			}
			synctest.Wait()
		})
	})
}

func TestMovingOnCancels(t *testing.T) {
	w := newWorld(t)
	asked, ended := make(chan struct{}), make(chan struct{})
	w.onFunc("ep_id=790", func(ctx context.Context, url string) (wire.Answer, error) {
		if !strings.Contains(url, "playurl") {
			return wire.Answer{Status: 200, Body: []byte(seasonWith(""))}, nil
		}
		close(asked)
		<-ctx.Done()
		close(ended)
		return wire.Answer{}, ctx.Err()
	})
	s := w.service()
	failed := make(chan error, 1)
	go func() {
		_, err := s.List(context.Background(), lesson, w.hints, false)
		failed <- err
	}()
	<-asked
	s.Moved(t.Context(), message.Tab{ID: lesson.ID, URL: lesson.URL + "?t=3"})
	select {
	case <-ended:
		t.Fatal("a new query on the same lesson ended its listing")
	default:
	}
	s.Moved(t.Context(), message.Tab{ID: lesson.ID, URL: "https://www.bilibili.com/cheese/play/ep791"})
	<-ended
	var e *message.Error
	if err := <-failed; !errors.As(err, &e) || e.Code != message.Cancelled {
		t.Errorf("the former listing ended with %v", err)
	}
	if moved := lastShown[message.MovedBody](w, message.Moved); !moved.Supported {
		t.Error("the tab was not told of the move")
	}
}

func TestCoursePagePlays(t *testing.T) {
	for name, c := range map[string]struct{ hint, progress, want string }{
		"the page's active lesson":         {"791", `,"progress":{"last_ep_id":789}`, "791"},
		"not what the season doesn't hold": {"12345", `,"progress":{"last_ep_id":789}`, "789"},
		"the last watched lesson":          {"", `,"progress":{"last_ep_id":791}`, "791"},
		"the first playable lesson":        {"", "", "790"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.on("playurl", dash(w.until(), ""))
			w.on("season", seasonWith(c.progress))
			l, err := w.service().List(t.Context(), message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ss61"},
				message.Hints{Load: "x", Episode: c.hint}, false)
			if err != nil || l.Head.EpisodeID != c.want || w.calls("playurl?ep_id="+c.want+"&") != 1 {
				t.Errorf("played %+v (%v), want %s", l, err, c.want)
			}
		})
	}
}

func TestLongCourseIsReadToItsEnd(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season?", `{"code":0,"data":{"season_id":61,"title":"Long","episode_page":{"next":true,"num":1,"size":1,"total":5},
		"episodes":[{"id":790,"title":"First","status":1,"playable":true,"watched":true}]}}`)
	w.on("pn=1", `{"code":0,"data":{"items":[{"id":790,"title":"First"},{"id":791,"title":"Second","watched":true}],"page":{"next":true,"num":1,"size":2,"total":99}}}`)
	w.on("pn=2", `{"code":0,"data":{"items":[{"id":791,"title":"Second","watched":true},{"id":792,"title":"Third","watched":true}],"page":{"next":true,"num":2,"size":2,"total":99}}}`)
	// Every further page repeats itself: `next` never ends.
	w.on("pn=", `{"code":0,"data":{"items":[{"id":792,"title":"Third"}],"page":{"next":true,"num":2,"size":2,"total":99}}}`)
	s := w.service()
	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil || !l.Head.Partial {
		t.Fatalf("listing %+v, error %v", l, err)
	}
	watched := func(want int, partial bool) {
		t.Helper()
		if d, err := s.Details(t.Context(), lesson, w.hints); err != nil || d.Watched != want || d.Partial != partial {
			t.Errorf("%d lessons watched, partial %v, want %d, %v; error %v", d.Watched, d.Partial, want, partial, err)
		}
	}
	watched(1, true)
	head, err := s.Course(t.Context(), lesson, w.hints)
	if err != nil || head.Partial || head.Total != 3 || head.Number != 1 {
		t.Errorf("head %+v, error %v", head, err)
	}
	watched(3, false)
	if n := w.calls("ep/list"); n != 3 {
		t.Errorf("asked for %d pages, want 3", n)
	}
	l, err = s.List(t.Context(), lesson, w.hints, false)
	if err != nil || l.Head.Total != 3 {
		t.Errorf("the completed head was not kept: %+v", l.Head)
	}
}

func TestLongCourseWhoseFirstPartIsLongerThanAPage(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season?", `{"code":0,"data":{"season_id":61,"episode_page":{"next":true,"num":1,"size":4,"total":5},
		"episodes":[{"id":790,"status":1},{"id":791},{"id":792},{"id":793}]}}`)
	w.on("pn=1", `{"code":0,"data":{"items":[{"id":790},{"id":791}],"page":{"next":true,"num":1}}}`)
	w.on("pn=2", `{"code":0,"data":{"items":[{"id":792},{"id":793}],"page":{"next":true,"num":2}}}`)
	w.on("pn=3", `{"code":0,"data":{"items":[{"id":794}],"page":{"next":false}}}`) // unnumbered
	s := w.service()
	if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
		t.Fatal(err)
	}
	head, err := s.Course(t.Context(), lesson, w.hints)
	if err != nil || head.Total != 5 {
		t.Errorf("head %+v, error %v; want 5 lessons", head, err)
	}
}

func TestMovingOnEndsTheReadingOfALongCourse(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season?", `{"code":0,"data":{"season_id":61,"episode_page":{"next":true,"num":1,"size":1,"total":5},"episodes":[{"id":790,"status":1}]}}`)
	asked := make(chan struct{})
	w.onFunc("ep/list", func(ctx context.Context, _ string) (wire.Answer, error) {
		close(asked)
		<-ctx.Done()
		return wire.Answer{}, ctx.Err()
	})
	s := w.service()
	if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1)
	go func() {
		_, err := s.Course(context.Background(), lesson, w.hints)
		failed <- err
	}()
	<-asked
	s.Moved(t.Context(), message.Tab{ID: lesson.ID, URL: "https://www.bilibili.com/cheese/play/ep791"})
	var e *message.Error
	if err := <-failed; !errors.As(err, &e) || e.Code != message.Cancelled {
		t.Errorf("the reading ended with %v", err)
	}
	if len(s.works) != 0 {
		t.Error("the work is still registered")
	}
}

func TestListThatCantBeReadIsNoReasonToHideTheLesson(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season?", `{"code":0,"data":{"season_id":61,"title":"Long","episode_page":{"next":true},"episodes":[{"id":790,"status":1}]}}`)
	for _, answer := range []string{`{"code":-404,"message":"啥都木有"}`, `{"code":0,"data":{"items":[],"page":{"next":false}}}`} {
		w.on("ep/list", answer)
		l, err := w.service().List(t.Context(), message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ss61"}, message.Hints{Load: "x", Episode: "999"}, false)
		if err != nil || l.BestKey == "" || len(l.Notes) != 1 || l.Notes[0].Detail != stream.ListUnread || !l.Head.Partial {
			t.Errorf("listing %+v, error %v", l, err)
		}
		w.answers = w.answers[:len(w.answers)-1]
	}
}

func TestCopyingOnACoursePage(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", func(_ context.Context, url string) (wire.Answer, error) {
		id := "other"
		if strings.Contains(url, "ep_id=790&") {
			id = "shown"
		}
		return wire.Answer{Status: 200, Body: []byte(strings.ReplaceAll(dash(w.until(), ""), "upgcxcode/1", "upgcxcode/"+id))}, nil
	})
	w.on("season", seasonWith(`,"progress":{"last_ep_id":790}`))
	s, course := w.service(), message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ss61"}
	at := message.Hints{Load: "x"} // opened before the page showed an active item
	if _, err := s.List(t.Context(), course, at, false); err != nil {
		t.Fatal(err)
	}
	// The page shows it now: it is the lesson that was listed.
	if _, err := s.List(t.Context(), course, message.Hints{Load: "x", Episode: "790"}, false); err != nil || w.calls("playurl") != 1 {
		t.Errorf("asked %d times for one lesson (%v)", w.calls("playurl"), err)
	}
	// The panel sends the hints of the listing in view, whatever the player has moved on to.
	if _, err := s.Copy(t.Context(), course, message.CopyBody{Hints: at, What: message.URL}); err != nil || !strings.Contains(w.clipboard, "shown") {
		t.Errorf("copied %q (%v)", w.clipboard, err)
	}
}

func TestRefusedSeasonAsksWhoIsLoggedIn(t *testing.T) {
	w := newWorld(t)
	w.on("season", `{"code":-403,"message":"访问权限不足"}`)
	w.on("nav", `{"code":-101,"message":"账号未登录","data":{"isLogin":false}}`)
	_, err := w.service().List(t.Context(), message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ss61"}, w.hints, false)
	if r := reasonOf(t, err); r.Code != stream.NotLoggedIn {
		t.Errorf("reason %+v", r)
	}
}

func TestRefusalWithoutASeasonDoesNotGuess(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", `{"code":-403,"message":"访问权限不足"}`)
	w.on("season", `{"code":-404,"message":"啥都木有"}`)
	w.on("nav", `{"code":0,"data":{"isLogin":true}}`)
	_, err := w.service().List(t.Context(), lesson, w.hints, false)
	if r := reasonOf(t, err); r.Code != stream.NotPurchased || r.Detail != stream.PurchaseUnread {
		t.Errorf("reason %+v", r)
	}
}

func TestOfferedQualitiesOutliveAFailedStepDown(t *testing.T) {
	w := newWorld(t)
	w.on("fnval=4048", `{"code":0,"data":{"quality":64,"accept_quality":[80,64]}}`)
	w.on("fnval=16&", `{"code":-404,"message":"啥都木有"}`)
	w.on("season", seasonWith(""))
	l, err := w.service().List(t.Context(), lesson, w.hints, false)
	if err != nil || l.Problem == nil || l.Problem.Code != stream.NotFound || len(l.Video)+len(l.Single) != 2 {
		t.Errorf("listing %+v, error %v", l, err)
	}
}

func TestEncryptionWithoutTracks(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", `{"code":0,"data":{"is_drm":true,"quality":80,"accept_quality":[80]}}`)
	w.on("season", seasonWith(""))
	l, err := w.service().List(t.Context(), lesson, w.hints, false)
	if err != nil || l.Problem == nil || l.Problem.Code != stream.IsEncrypted || w.calls("playurl") != 1 {
		t.Errorf("listing %+v, error %v, %d calls", l, err, w.calls("playurl"))
	}
}

func TestForbiddenOnBilibiliTV(t *testing.T) {
	for _, c := range []struct {
		user string
		want stream.Code
	}{{`{"code":0,"data":{"is_login":false}}`, stream.NotLoggedIn}, {`{"code":0,"data":{"is_login":true}}`, stream.Unexpected}} {
		w := newWorld(t)
		w.on("playurl", `{"code":-403,"message":"-403"}`)
		w.on("user", c.user)
		l, err := w.service().List(t.Context(), message.Tab{ID: 8, URL: "https://www.bilibili.tv/en/video/2045730385"}, w.hints, false)
		if err != nil || l.Problem == nil || l.Problem.Code != c.want {
			t.Errorf("listing %+v, error %v; want %s", l, err, c.want)
		}
	}
}

func TestUploadTakesTheTitleThatThePageShowsByNow(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", `{"code":0,"data":{"playurl":{"video":[{"video_resource":{"quality":32,"url":"https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/1.m4s"}}]}}}`)
	s, tab := w.service(), message.Tab{ID: 8, URL: "https://www.bilibili.tv/en/video/2045730385"}
	for _, title := range []string{"", "By now", ""} {
		want := title
		l, err := s.List(t.Context(), tab, message.Hints{Load: "x", Title: title}, false)
		if err != nil || l.Head.Title != want {
			t.Errorf("title %q (%v), want %q", l.Head.Title, err, want)
		}
	}
	if w.calls("playurl") != 1 {
		t.Errorf("asked %d times", w.calls("playurl"))
	}
}

// Where this computer's clock is ahead, an answer that has just come looks as if it had
// ended. After one more try it is copied, and what is said of it shows that.
func TestFreshAddressesThatLookDeadAreCopied(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 200, Body: []byte(dash(w.now.Unix()-60, ""))}, nil
	})
	w.on("season", seasonWith(""))
	s := w.service()
	for want := 2; want <= 3; want++ { // the listing's own call comes first
		w.clipboard = ""
		copied, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: message.URL})
		if err != nil || !strings.Contains(w.clipboard, "upgcxcode") || copied.FetchedAt != w.now.Unix() || copied.ExpiresAt != w.now.Unix()-60 {
			t.Errorf("copied %q as %+v, %v", w.clipboard, copied, err)
		}
		if n := w.calls("playurl"); n != want {
			t.Errorf("asked %d times, want %d", n, want)
		}
	}
}

func TestCopyNearTheEndAsksForFreshAddresses(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 200, Body: []byte(dash(w.until(), ""))}, nil
	})
	w.on("season", seasonWith(""))
	s := w.service()
	copyURL := func() string {
		t.Helper()
		if _, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: message.URL}); err != nil {
			t.Fatal(err)
		}
		return w.clipboard
	}
	first := copyURL()
	if copyURL() != first || w.calls("playurl") != 1 {
		t.Error("asked again for addresses that still live")
	}
	w.now = w.now.Add(7200*time.Second - 5*time.Minute)
	if second := copyURL(); second == first || w.calls("playurl") != 2 {
		t.Errorf("five minutes before the end: %q", second)
	}
	w.now = w.now.Add(3 * time.Hour)
	w.answers = nil
	w.clipboard = ""
	_, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: message.URL})
	if r := reasonOf(t, err); r.Code != stream.Expired || w.clipboard != "" {
		t.Errorf("after the end, with the site gone: %+v, copied %q", r, w.clipboard)
	}
}

// Copying within ten minutes of the end asks first, however long the addresses live; where
// they were fetched in this minute that can't help.
func TestWhenCopyingAsksAgain(t *testing.T) {
	for _, c := range []struct {
		life, age time.Duration
		want      int // how often the streams are asked for
	}{
		{2 * time.Hour, 109 * time.Minute, 1},
		{2 * time.Hour, 111 * time.Minute, 2},
		{15 * time.Minute, 4 * time.Minute, 1},
		{15 * time.Minute, 6 * time.Minute, 2},
		{15 * time.Minute, 9 * time.Minute, 2},
		{5 * time.Minute, 30 * time.Second, 1},
		{5 * time.Minute, 4 * time.Minute, 2},
	} {
		w := newWorld(t)
		w.onFunc("playurl", func(context.Context, string) (wire.Answer, error) {
			return wire.Answer{Status: 200, Body: []byte(dash(w.now.Add(c.life).Unix(), ""))}, nil
		})
		w.on("season", seasonWith(""))
		s := w.service()
		if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(c.age)
		copied, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: message.URL})
		if err != nil || w.calls("playurl") != c.want {
			t.Errorf("%v into a life of %v: asked %d times, want %d; %+v, %v", c.age, c.life, w.calls("playurl"), c.want, copied, err)
		}
	}
}

func TestEveryCommandHoldsFreshAddresses(t *testing.T) {
	for _, what := range []message.What{message.URL, message.URLs, message.MPV, message.FFmpeg, message.Curl, message.Wget, message.Aria2c, message.Aria2List, message.MPVList, message.JSON} {
		for _, left := range []time.Duration{9 * time.Minute, -time.Hour} {
			w := newWorld(t)
			w.onFunc("playurl", func(context.Context, string) (wire.Answer, error) {
				return wire.Answer{Status: 200, Body: []byte(dash(w.until(), ""))}, nil
			})
			w.on("season", seasonWith(""))
			s := w.service()
			l, err := s.List(t.Context(), lesson, w.hints, false)
			if err != nil {
				t.Fatal(err)
			}
			w.now = time.Unix(l.ExpiresAt, 0).Add(-left)
			b := message.CopyBody{Hints: w.hints, What: what}
			text, err := s.Export(t.Context(), lesson, b)
			if err != nil || !strings.Contains(text.Text, fmt.Sprintf("deadline=%d", w.until())) {
				t.Errorf("%s %v before the end: %v, %v", what, left, text, err)
			}
			copied, err := s.Copy(t.Context(), lesson, b)
			if err != nil || copied.ExpiresAt != w.until() || copied.FetchedAt != w.now.Unix() || w.clipboard != text.Text || w.calls("playurl") != 2 {
				t.Errorf("%s: copied %+v, %v; asked %d times", what, copied, err, w.calls("playurl"))
			}
		}
	}
}

// Texts that are saved hold picture and sound, and say what to save them as; the files that they
// name are named as the options say.
func TestTextsToBeSaved(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	w.options = []byte(`{"template": "{course}: {lesson}/{quality}"}`)
	s := w.service()
	for what, want := range map[message.What]struct{ name, kind, holds string }{
		message.Aria2List: {"02 - Two.aria2.txt", "text/plain", "\n out=A course_ Two/1080P.audio.m4a\n"},
		message.MPVList:   {"02 - Two.m3u8", "audio/x-mpegurl", ";!new_stream;"},
		message.JSON:      {"02 - Two.json", "application/json", `"file":"A course_ Two/1080P"`},
	} {
		text, err := s.Export(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: what})
		if err != nil {
			t.Fatal(err)
		}
		if c := text.Copied; c.Name != want.name || c.Type != want.kind || c.ExpiresAt != w.until() || !strings.Contains(text.Text, want.holds) {
			t.Errorf("%s: %+v\n%s", what, c, text.Text)
		}
	}
}

func TestYtDlpNeedsNoFreshAddresses(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	for range 2 {
		copied, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: message.YtDlp})
		if err != nil || copied.ExpiresAt != 0 || !copied.Cookies || copied.Apart || !strings.HasSuffix(w.clipboard, "'https://www.bilibili.com/cheese/play/ep790'") {
			t.Errorf("copied %+v, %q, %v", copied, w.clipboard, err)
		}
		w.now = w.now.Add(3 * time.Hour)
	}
	if n := w.calls("playurl"); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestYtDlpReadsNoOtherAccountsCookies(t *testing.T) {
	private, container := lesson, lesson
	private.Private, container.Store = true, "firefox-container-1"
	for _, tab := range []message.Tab{private, container} {
		w := newWorld(t)
		w.on("playurl", dash(w.until(), ""))
		w.on("season", seasonWith(""))
		w.fetch = func(ctx context.Context, b message.FetchBody) message.Fetched {
			a, _ := w.Get(ctx, b.Path)
			return message.Fetched{Status: a.Status, Body: string(a.Body)}
		}
		copied, err := w.service().Copy(t.Context(), tab, message.CopyBody{Hints: w.hints, What: message.YtDlp})
		if err != nil || !copied.Cookies || !copied.Apart || strings.Contains(w.clipboard, "cookies") || !strings.HasPrefix(w.clipboard, "yt-dlp ") {
			t.Errorf("in %+v copied %+v, %q, %v", tab, copied, w.clipboard, err)
		}
	}
}

func TestRowOfAnotherPageIsNotCopied(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil {
		t.Fatal(err)
	}
	b := message.CopyBody{Hints: w.hints, Page: l.Page, Row: l.BestKey, What: message.URL}
	other := message.Tab{ID: lesson.ID, URL: "https://www.bilibili.com/cheese/play/ep789"} // before the panel hears of it
	_, err = s.Copy(t.Context(), other, b)
	var e *message.Error
	if !errors.As(err, &e) || e.Code != message.Cancelled || w.clipboard != "" {
		t.Errorf("after a move: %v, copied %q", err, w.clipboard)
	}
	if _, err = s.Export(t.Context(), other, b); !errors.As(err, &e) || e.Code != message.Cancelled {
		t.Errorf("after a move, exported: %v", err)
	}
	moved := lesson
	moved.URL += "?t=5"
	if _, err = s.Copy(t.Context(), moved, b); err != nil || w.clipboard == "" {
		t.Errorf("with another query: %v", err)
	}
}

func TestRowThatIsNoLongerGivenIsNamedSo(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	_, err := w.service().Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, Row: "video/116/AVC/1", What: message.URL})
	if r := reasonOf(t, err); r != (stream.Reason{Code: stream.NotGiven}) {
		t.Errorf("reason %+v", r)
	}
}

func TestToastsCommandHoldsFreshAddresses(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 200, Body: []byte(dash(w.until(), ""))}, nil
	})
	w.on("season", seasonWith(""))
	s, other := w.service(), message.Tab{ID: 9, URL: "https://www.bilibili.com/cheese/"}
	s.CopyBest(t.Context(), other, lesson.URL)
	w.now = w.now.Add(7200*time.Second - 5*time.Minute)
	copied, err := s.Copy(t.Context(), other, message.CopyBody{What: message.Again})
	if err != nil || copied.ExpiresAt != w.until() || !strings.HasPrefix(w.clipboard, "mpv ") {
		t.Errorf("copied %+v, %q, %v", copied, w.clipboard, err)
	}
	w.now, w.answers = w.now.Add(time.Hour), nil
	_, err = s.Copy(t.Context(), other, message.CopyBody{What: message.Again})
	if err != nil {
		t.Errorf("with addresses that live, and the site gone: %v", err)
	}
	w.now = w.now.Add(2 * time.Hour)
	_, err = s.Copy(t.Context(), other, message.CopyBody{What: message.Again})
	if r := reasonOf(t, err); r.Code != stream.Expired {
		t.Errorf("after the end, with the site gone: %+v", r)
	}
}

func TestCommandsAreForTheShell(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", strings.ReplaceAll(dash(w.until(), ""), "deadline", "a=%CD%BC&deadline"))
	w.on("season", seasonWith(""))
	s := w.service()
	for _, c := range []struct {
		agent string
		shell export.Shell
		want  string
	}{
		{"Mozilla/5.0 (X11; Linux x86_64)", "", "curl -g"},
		{"Mozilla/5.0 (Windows NT 10.0)", "", "curl.exe -g"},
		{"Mozilla/5.0 (Windows NT 10.0)", export.POSIX, "curl -g"},
		{"Mozilla/5.0 (Macintosh)", export.PowerShell, "curl.exe -g"},
		{"Mozilla/5.0 (X11; Linux x86_64)", "tcsh", "curl -g"},
	} {
		s.UserAgent = c.agent
		text, err := s.Export(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: message.Curl, Shell: c.shell})
		if err != nil || !strings.HasPrefix(text.Text, c.want) {
			t.Errorf("%q in %s: %v, %v", c.shell, c.agent, text, err)
		}
	}
	_, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: message.Curl, Shell: export.Cmd})
	var e *message.Error
	if !errors.As(err, &e) || e.Code != message.Unquotable || w.clipboard != "" {
		t.Errorf("on cmd: %v, copied %q", err, w.clipboard)
	}
}

func TestCopiedSaysWhatItNeeds(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", strings.Replace(dash(w.until(), ""), "/1/80.m4s?", "/1/80.m4s?oi=2130706433&", 1))
	w.on("season", seasonWith(""))
	s := w.service()
	for _, c := range []struct {
		row            string
		what           message.What
		referer, oneIP bool
	}{
		{"", message.URL, true, true},
		{"", message.MPV, false, true},
		{"video/64/AVC/1", message.URL, true, false},
	} {
		copied, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: c.what, Row: c.row})
		if err != nil || copied.Referer != c.referer || copied.OneIP != c.oneIP || copied.ExpiresAt != w.until() {
			t.Errorf("%s of %q: %+v, %v", c.what, c.row, copied, err)
		}
	}
}

func TestCopyBest(t *testing.T) {
	prepare := func(t *testing.T) (*world, *Service) {
		w := newWorld(t)
		w.on("playurl", dash(w.until(), ""))
		w.on("season", seasonWith(""))
		return w, w.service()
	}
	t.Run("with the panel closed, and the mpv command from the toast", func(t *testing.T) {
		w, s := prepare(t)
		w.hints.Panel, w.deaf = false, true
		s.CopyBest(t.Context(), lesson, "")
		toast := lastShown[message.ToastBody](w, message.Toast)
		if toast.Copied == nil || toast.Copied.Quality != 80 || toast.Copied.Codec != stream.AVC || toast.Copied.ExpiresAt != w.until() {
			t.Fatalf("toast %+v", toast)
		}
		if !strings.HasPrefix(w.clipboard, "https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/80.m4s") || strings.Contains(w.clipboard, "\n") {
			t.Errorf("copied %q", w.clipboard)
		}
		w.saved("last/7", "lessons/7", "tab/7")
		if _, err := w.service().Copy(t.Context(), lesson, message.CopyBody{What: message.Again}); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(w.clipboard, "mpv ") || !strings.Contains(w.clipboard, "30280.m4s") || !strings.Contains(w.clipboard, "Agent/1") {
			t.Errorf("copied %q", w.clipboard)
		}
	})
	t.Run("in the form that the options want", func(t *testing.T) {
		w, s := prepare(t)
		w.options = []byte(`{"copy":"urls"}`)
		s.CopyBest(t.Context(), lesson, "")
		if lines := strings.Split(strings.TrimSpace(w.clipboard), "\n"); len(lines) != 2 || !strings.Contains(lines[1], "30280.m4s") {
			t.Errorf("copied %q", w.clipboard)
		}
	})
	t.Run("for the shell that was chosen in the panel", func(t *testing.T) {
		for shell, quote := range map[export.Shell]string{export.Cmd: `"`, "tcsh": "'", "": "'"} {
			w, s := prepare(t)
			w.options, w.hints.Shell = []byte(`{"copy":"mpv"}`), shell
			s.CopyBest(t.Context(), lesson, "")
			if !strings.HasPrefix(w.clipboard, "mpv "+quote+"--referrer=") {
				t.Errorf("for %q: copied %q", shell, w.clipboard)
			}
		}
	})
	t.Run("of a link on any page", func(t *testing.T) {
		w, s := prepare(t)
		s.CopyBest(t.Context(), message.Tab{ID: 9, URL: "https://example.test/"}, "https://www.bilibili.com/cheese/play/ep790?x=1")
		if toast := lastShown[message.ToastBody](w, message.Toast); toast.Copied == nil || w.clipboard == "" {
			t.Errorf("toast %+v, copied %q", toast, w.clipboard)
		}
	})
	t.Run("says why not", func(t *testing.T) {
		w := newWorld(t)
		w.on("playurl", `{"code":-404,"message":"啥都木有"}`)
		w.on("season", `{"code":-404,"message":"啥都木有"}`)
		w.service().CopyBest(t.Context(), lesson, "")
		toast := lastShown[message.ToastBody](w, message.Toast)
		if toast.Error == nil || toast.Error.Reason == nil || toast.Error.Reason.Code != stream.NotFound {
			t.Errorf("toast %+v", toast)
		}
	})
	t.Run("says so when the browser refuses to copy", func(t *testing.T) {
		w, s := prepare(t)
		w.clipError = errors.New("no")
		s.CopyBest(t.Context(), lesson, "")
		if toast := lastShown[message.ToastBody](w, message.Toast); toast.Error == nil || toast.Error.Code != message.NoClipboard {
			t.Errorf("toast %+v", toast)
		}
	})
	t.Run("says so when the site is too slow", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.onFunc("", func(ctx context.Context, _ string) (wire.Answer, error) {
				<-ctx.Done()
				return wire.Answer{}, ctx.Err()
			})
			s := w.service()
			for _, link := range []string{"", lesson.URL} {
				s.CopyBest(t.Context(), lesson, link)
				toast := lastShown[message.ToastBody](w, message.Toast)
				if toast.Error == nil || toast.Error.Reason == nil || toast.Error.Reason.Detail != stream.Timeout {
					t.Errorf("toast %+v", toast)
				}
			}
			synctest.Wait()
		})
	})
	t.Run("on another page says where it works", func(t *testing.T) {
		w, s := prepare(t)
		s.CopyBest(t.Context(), message.Tab{ID: 9, URL: "https://example.test/"}, "")
		if toggle := lastShown[message.ToggleBody](w, message.Toggle); !toggle.Elsewhere || len(w.asked) != 0 {
			t.Errorf("toggle %+v, asked %q", toggle, w.asked)
		}
	})
}

func TestToggle(t *testing.T) {
	t.Run("in a tab that was open before the install", func(t *testing.T) {
		w := newWorld(t)
		w.deaf, w.hints.Panel = true, false
		w.service().Toggle(t.Context(), lesson)
		if got := strings.Join(w.injected, " "); got != strings.Join(append(contentScripts, panelScripts...), " ") {
			t.Errorf("injected %s", got)
		}
		if toggle := lastShown[message.ToggleBody](w, message.Toggle); toggle.Elsewhere {
			t.Errorf("toggle %+v", toggle)
		}
		if len(w.asked) != 0 {
			t.Errorf("asked %q before the panel did", w.asked)
		}
	})
	t.Run("where nothing can be injected", func(t *testing.T) {
		w := newWorld(t)
		w.deaf, w.refused = true, true
		w.service().Toggle(t.Context(), message.Tab{ID: 3, URL: "about:config"})
		if len(w.opened) != 1 || w.opened[0] != elsewherePage {
			t.Errorf("opened %q", w.opened)
		}
	})
}

func TestWithheldPermission(t *testing.T) {
	w := newWorld(t)
	w.denied = "api.bilibili.com"
	_, err := w.service().List(t.Context(), lesson, w.hints, false)
	if r := reasonOf(t, err); r.Code != stream.NoAccess {
		t.Errorf("reason %+v", r)
	}
}

func TestPanicInAListingIsAnswered(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", func(context.Context, string) (wire.Answer, error) { panic("a bug") })
	w.on("season", seasonWith(""))
	_, err := w.service().List(t.Context(), lesson, w.hints, false)
	var e *message.Error
	if !errors.As(err, &e) || e.Code != message.Internal || len(w.panicked) != 1 {
		t.Errorf("error %v, reported %v", err, w.panicked)
	}
}

func TestClosedTabLeavesNothing(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	s.Wake(t.Context(), lesson, message.Hints{})
	s.CopyBest(t.Context(), lesson, "")
	w.saved("ahead/7", "last/7", "lessons/7", "tab/7")
	s.Closed(t.Context(), lesson.ID)
	w.saved()
}

func TestOneMenuItemOnAVideoInALink(t *testing.T) {
	w := newWorld(t)
	s := w.service()
	for _, link := range []string{
		"https://www.bilibili.com/cheese/play/ep1",
		"https://www.bilibili.com/cheese/", // the link has no item
		"",
	} {
		if err := s.Over(t.Context(), link); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(w.onVideos, []bool{false, true, true}) {
		t.Errorf("the page's item is offered on videos: %v", w.onVideos)
	}
}
