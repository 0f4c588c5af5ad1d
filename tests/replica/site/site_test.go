package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/tests/replica/media"
)

const (
	courseReferer = "https://www.bilibili.com/"
	intlReferer   = "https://www.bilibili.tv/"
)

// client asks a Site as a browser would.
type client struct {
	t       *testing.T
	site    *Site
	cookies []*http.Cookie
}

func newClient(t *testing.T) *client {
	return &client{t: t, site: New(media.NewSynthetic())}
}

// login keeps the cookies of an account; "" logs out.
func (c *client) login(base, account string) {
	c.t.Helper()
	c.cookies = nil
	if account == "" {
		return
	}
	w := c.get(base+"/__login?account="+account, nil)
	if w.Code != http.StatusOK {
		c.t.Fatalf("login as %s: HTTP %d", account, w.Code)
	}
	c.cookies = w.Result().Cookies()
}

func (c *client) get(address string, headers map[string]string) *httptest.ResponseRecorder {
	return c.do(http.MethodGet, address, headers)
}

func (c *client) do(method, address string, headers map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, nil)
	r.Header.Set("User-Agent", "test")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	host := strings.ToLower(r.URL.Hostname())
	for _, cookie := range c.cookies {
		if host == cookie.Domain || strings.HasSuffix(host, "."+cookie.Domain) {
			r.AddCookie(cookie)
		}
	}
	w := httptest.NewRecorder()
	c.site.ServeHTTP(w, r)
	return w
}

// api asks an endpoint with the right Referer and Origin.
func (c *client) api(address string) *httptest.ResponseRecorder {
	referer := courseReferer
	if strings.Contains(address, "bilibili.tv") {
		referer = intlReferer
	}
	return c.get(address, map[string]string{"Referer": referer, "Origin": strings.TrimSuffix(referer, "/")})
}

func (c *client) json(address string) map[string]any {
	c.t.Helper()
	w := c.api(address)
	var v map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		c.t.Fatalf("%s: %v: %.80s", address, err, w.Body)
	}
	return v
}

func (c *client) scenario(name string) Scenario {
	c.t.Helper()
	for _, s := range c.site.Scenarios() {
		if s.Name == name {
			return s
		}
	}
	c.t.Fatalf("no scenario %s", name)
	return Scenario{}
}

// open logs in for a scenario and gives the address of its playurl.
func (c *client) open(s Scenario) string {
	c.t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		c.t.Fatal(err)
	}
	account := ""
	if s.Account != nil {
		account = *s.Account
	}
	c.login(u.Scheme+"://"+u.Host, account)
	parts := strings.Split(u.Path, "/")
	last := parts[len(parts)-1]
	switch {
	case strings.HasPrefix(last, "ep"):
		return "https://api.bilibili.com/pugv/player/web/playurl?fnval=4048&fnver=0&fourk=1&ep_id=" + last[2:]
	case strings.HasPrefix(last, "ss"):
		season := c.json("https://api.bilibili.com/pugv/view/web/season?season_id=" + last[2:])
		first := path(season, "data", "episodes", 0, "id")
		return fmt.Sprintf("https://api.bilibili.com/pugv/player/web/playurl?fnval=4048&fnver=0&fourk=1&ep_id=%.0f", first)
	case parts[2] == "video":
		return "https://api.bilibili.tv/intl/gateway/web/playurl?platform=web&qn=120&aid=" + last
	case len(parts) == 4: // a series without an episode
		info := c.json("https://api.bilibili.tv/intl/gateway/web/v2/ogv/play/season_info?platform=web&season_id=" + last)
		last = path(info, "data", "season", "first_episode", "episode_id").(string)
	}
	return "https://api.bilibili.tv/intl/gateway/web/playurl?platform=web&qn=120&ep_id=" + last
}

// path walks into decoded JSON; nil where there is nothing.
func path(v any, steps ...any) any {
	for _, step := range steps {
		switch s := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			l, _ := v.([]any)
			if s >= len(l) {
				return nil
			}
			v = l[s]
		}
	}
	return v
}

func TestEveryScenarioAnswersAsItsSentenceSays(t *testing.T) {
	// What playurl says, by scenario; those not named here answer with code 0 and streams.
	codes := map[string]float64{
		"purchased-by-others": -403, "not-purchased": -403, "purchase-expired": -403, "purchased-but-refused": -403, "not-logged-in": -403,
		"session-forgotten": -403, "login-101": -101, "login-401": -401, "not-released": -404, "not-found": -404,
		"season-first-playable": -403, "needs-cid": -400,
		"region-688": -688, "region-689": -689, "members-10403": -10403, "region-10403": -10403,
		"rate-412": -412, "rate-352": -352, "rate-509": -509, "rate-799": -799, "unknown-code": -12345,
		"tv-region-10015001": 10015001, "tv-region-10004001": 10004001, "tv-region-10003003": 10003003,
		"tv-login-10004005": 10004005, "tv-login-10023006": 10023006, "tv-premium-10004004": 10004004, "tv-premium-10004006": 10004006,
		"tv-not-found": -404, "tv-unknown-code": 10099999, "tv-upload-premium": 10004006, "tv-upload-region": 10015001,
	}
	// Code 0 and no stream, or no JSON at all.
	odd := map[string]func(*httptest.ResponseRecorder) bool{
		"rate-http-412": isPage(412), "rate-http-429": isPage(429), "html": isPage(200), "http-500": isPage(500),
		"tv-rate-http-412": isPage(412), "tv-html": isPage(200),
		"voucher":       func(w *httptest.ResponseRecorder) bool { return strings.Contains(w.Body.String(), `"v_voucher"`) },
		"truncated":     func(w *httptest.ResponseRecorder) bool { return !json.Valid(w.Body.Bytes()) && w.Body.Len() == 1500 },
		"empty-body":    func(w *httptest.ResponseRecorder) bool { return w.Body.Len() == 0 },
		"nulls":         has(`"video":null`),
		"inner-code":    has(`"code":-500`),
		"live-lesson":   has(`"result":"suee"`),
		"fnval-16-only": has(`"durls":[]`),
		"fnval-1-only":  has(`"durls":[]`),
		"tv-nulls":      has(`"video":null`),
		"tv-no-playurl": has(`"data":null`),
		"tv-all-empty":  has(`"url":""`), "tv-all-empty-anonymous": has(`"url":""`),
	}
	late := map[string]bool{"slow": true, "tv-slow": true, "reset": true, "tv-reset": true} // see the tests below
	c := newClient(t)
	for _, s := range c.site.Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			c.t = t
			if s.Shows == "" || !strings.HasSuffix(s.Shows, ".") || s.Best == "" && s.Reason == "" {
				t.Errorf("incomplete: %+v", s)
			}
			address := c.open(s)
			if w := c.get(s.URL, nil); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				t.Errorf("the page answers HTTP %d, %s", w.Code, w.Header().Get("Content-Type"))
			}
			if late[s.Name] {
				return
			}
			w := c.api(address)
			if fits, ok := odd[s.Name]; ok {
				if !fits(w) {
					t.Errorf("HTTP %d, %s: %.120s", w.Code, w.Header().Get("Content-Type"), w.Body)
				}
				return
			}
			var v map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
				t.Fatalf("HTTP %d: %v: %.120s", w.Code, err, w.Body)
			}
			if v["code"] != codes[s.Name] {
				t.Fatalf("code %v, want %v", v["code"], codes[s.Name])
			}
			data, there := v["data"]
			switch {
			case codes[s.Name] == 0:
				checkStreams(t, c, s, data)
			case s.World == "courses" && there:
				t.Error("an error of a course has a data key")
			case s.World != "courses" && (!there || data != nil):
				t.Error("an error of bilibili.tv has no data: null")
			}
		})
	}
}

func isPage(status int) func(*httptest.ResponseRecorder) bool {
	return func(w *httptest.ResponseRecorder) bool {
		return w.Code == status && strings.HasPrefix(w.Header().Get("Content-Type"), "text/html")
	}
}

func has(part string) func(*httptest.ResponseRecorder) bool {
	return func(w *httptest.ResponseRecorder) bool {
		return w.Code == 200 && json.Valid(w.Body.Bytes()) && strings.Contains(w.Body.String(), part)
	}
}

// checkStreams fetches the init segment of every track of an answer and compares what the answer says with it.
func checkStreams(t *testing.T, c *client, s Scenario, data any) {
	t.Helper()
	referer, tracks := courseReferer, []any{}
	add := func(v any) {
		switch v := v.(type) {
		case []any:
			tracks = append(tracks, v...)
		case map[string]any:
			tracks = append(tracks, v)
		}
	}
	if s.World == "courses" {
		dash := path(data, "dash")
		for _, kind := range []string{"video", "audio"} {
			add(path(dash, kind))
		}
		add(path(dash, "dolby", "audio"))
		add(path(dash, "flac", "audio"))
		add(path(data, "durl"))
		add(path(data, "durls", 0, "durl"))
	} else {
		referer = intlReferer
		for _, row := range path(data, "playurl", "video").([]any) {
			add(path(row, "video_resource"))
		}
		add(path(data, "playurl", "audio_resource"))
	}
	if len(tracks) == 0 {
		t.Fatal("no streams")
	}
	first := func(track any, names ...string) any {
		for _, name := range names {
			if v := path(track, name); v != nil {
				return v
			}
		}
		return nil
	}
	open := 0
	for _, track := range tracks {
		address, _ := first(track, "base_url", "baseUrl", "url").(string)
		if address == "" {
			continue
		}
		open++
		init, _ := first(path(track, "segment_base"), "initialization", "range").(string)
		if init == "" {
			init, _ = path(track, "SegmentBase", "Initialization").(string)
		}
		if init == "" {
			init = "0-99"
		}
		w := c.get(address, map[string]string{"Referer": referer, "Range": "bytes=" + init})
		if s.Name == "links-expired" {
			if w.Code != http.StatusForbidden {
				t.Errorf("an expired link answers HTTP %d", w.Code)
			}
			continue
		}
		if w.Code != http.StatusPartialContent {
			t.Fatalf("%.120s answers HTTP %d", address, w.Code)
		}
		if size, ok := path(track, "size").(float64); ok {
			if want := fmt.Sprintf("bytes %s/%.0f", init, size); w.Header().Get("Content-Range") != want {
				t.Errorf("Content-Range %q, want %q", w.Header().Get("Content-Range"), want)
			}
		}
		if init == "0-99" {
			continue
		}
		encrypted := bytes.Contains(w.Body.Bytes(), []byte("tenc"))
		if want := s.Reason == "Encrypted"; encrypted != want {
			t.Errorf("the init segment is encrypted: %v, want %v", encrypted, want)
		}
	}
	if open == 0 {
		t.Error("no URL at all")
	}
}

func TestSlowAnswersEndWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		for _, name := range []string{"slow", "tv-slow"} {
			address := c.open(c.scenario(name))
			started := time.Now()
			c.api(address)
			if took := time.Since(started); took != 20*time.Second {
				t.Errorf("%s took %v", name, took)
			}
		}
	})
}

func TestResetBreaksTheConnection(t *testing.T) {
	c := newClient(t)
	for _, name := range []string{"reset", "tv-reset"} {
		address := c.open(c.scenario(name))
		func() {
			defer func() {
				if recover() != http.ErrAbortHandler {
					t.Errorf("%s does not abort", name)
				}
			}()
			c.api(address)
		}()
	}
}

func TestEndpointsRefuseStrangers(t *testing.T) {
	const (
		course = "https://api.bilibili.com/pugv/player/web/playurl?fnval=4048&ep_id=700101"
		intl   = "https://api.bilibili.tv/intl/gateway/web/playurl?platform=web&ep_id=13000101"
	)
	for _, test := range []struct {
		name, address, referer, origin string
		status                         int
		page                           bool
	}{
		{"course, right", course, courseReferer, "https://www.bilibili.com", 200, false},
		{"course, mobile", course, "https://m.bilibili.com/cheese/play/ep1", "https://m.bilibili.com", 200, false},
		{"course, no referer", course, "", "https://www.bilibili.com", 403, true},
		{"course, the other site's referer", course, intlReferer, "https://www.bilibili.com", 403, true},
		{"course, look-alike referer", course, "https://www.bilibili.com.example.test/", "https://www.bilibili.com", 403, true},
		{"course, no origin", course, courseReferer, "", 200, true},
		{"course, an extension's origin", course, courseReferer, "chrome-extension://abc", 200, true},
		{"intl, right", intl, intlReferer, "https://www.bilibili.tv", 200, false},
		{"intl, old host", intl, "https://www.biliintl.com/en", "https://www.biliintl.com", 200, false},
		{"intl, no referer", intl, "", "https://www.bilibili.tv", 403, true},
		{"intl, the other site's origin", intl, intlReferer, "https://www.bilibili.com", 200, true},
		{"intl, platform missing", strings.Replace(intl, "platform=web&", "", 1), intlReferer, "https://www.bilibili.tv", 412, true},
		{"course, no such path", "https://api.bilibili.com/pugv/player/web/v2/playurl?ep_id=700101", courseReferer, "https://www.bilibili.com", 404, true},
		{"unknown host", "https://example.test/", "", "", 502, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newClient(t)
			w := c.get(test.address, map[string]string{"Referer": test.referer, "Origin": test.origin})
			if w.Code != test.status {
				t.Errorf("HTTP %d, want %d", w.Code, test.status)
			}
			if page := strings.HasPrefix(w.Header().Get("Content-Type"), "text/html"); page != test.page {
				t.Errorf("content type %s", w.Header().Get("Content-Type"))
			}
		})
	}
}

func TestParametersOfPlayurl(t *testing.T) {
	c := newClient(t)
	ask := func(query string) map[string]any {
		return c.json("https://api.bilibili.com/pugv/player/web/playurl?" + query)
	}
	for _, query := range []string{"", "ep_id=", "ep_id=abc", "fnval=4048"} {
		if code := ask(query)["code"]; code != -400.0 {
			t.Errorf("%q: code %v", query, code)
		}
	}
	all := "ep_id=701001&fnval=4048&fourk=1"
	for query, want := range map[string]map[float64]bool{
		all:                          {127: true, 126: true, 125: true, 120: true, 80: true},
		"ep_id=701001&fnval=4048":    {127: false, 126: false, 120: false, 80: true},
		"ep_id=701001&fnval=16":      {127: false, 125: false, 120: false, 80: true},
		all + "&drm_tech_type=2":     {127: true},
		"ep_id=701001&fnval=16&qn=6": {80: true},
	} {
		answer := ask(query)
		got := map[float64]bool{}
		for _, track := range path(answer, "data", "dash", "video").([]any) {
			got[path(track, "id").(float64)] = true
		}
		for id, there := range want {
			if got[id] != there {
				t.Errorf("%s: quality %v there: %v", query, id, got[id])
			}
		}
		if drm := path(answer, "data", "is_drm") == true; drm != strings.Contains(query, "drm_tech_type") {
			t.Errorf("%s: is_drm %v", query, drm)
		}
	}
	if kind := path(ask("ep_id=701001&fnval=1"), "data", "type"); kind != "MP4" {
		t.Errorf("fnval 1 gives %v", kind)
	}
	if code := ask("ep_id=701701&avid=1&cid=2&fnval=4048")["code"]; code != 0.0 {
		t.Errorf("avid and cid do not help: %v", code)
	}
	if path(ask("ep_id=701401&fnval=16"), "data", "dash") == nil || path(ask("ep_id=701501&fnval=1"), "data", "durl") == nil {
		t.Error("the lower fnval does not help")
	}
}

func TestSeasonTellsTheLoginApart(t *testing.T) {
	c := newClient(t)
	ask := func(account string) any {
		c.login("https://www.bilibili.com", account)
		return path(c.json("https://api.bilibili.com/pugv/view/web/season?season_id=7042"), "data", "user_status")
	}
	for account, want := range map[string]any{"": nil, "stranger": nil, "free": 0.0, "expired": 1.0} {
		status := ask(account)
		if got := path(status, "payed"); got != want {
			t.Errorf("%q: payed %v, want %v", account, got, want)
		}
		if got := path(status, "is_expired") == true; got != (account == "expired") {
			t.Errorf("%q: is_expired %v", account, got)
		}
	}
	for account, want := range map[string]float64{"": -101, "stranger": -101, "free": 0, "buyer": 0} {
		c.login("https://www.bilibili.com", account)
		if nav := c.json("https://api.bilibili.com/x/web-interface/nav"); nav["code"] != want {
			t.Errorf("nav for %q: %v", account, nav["code"])
		}
	}
	for account, want := range map[string]bool{"": false, "stranger": false, "viewer": true, "premium": true} {
		c.login("https://www.bilibili.tv", account)
		user := c.json("https://api.bilibili.tv/intl/gateway/web/v2/user?platform=web")
		if got := path(user, "data", "is_login"); got != want {
			t.Errorf("user for %q: %v", account, got)
		}
	}
}

func TestLessonsUpToTheLastAreWatched(t *testing.T) {
	c := newClient(t)
	for account, want := range map[string]int{"": 0, "free": 2} {
		c.login("https://www.bilibili.com", account)
		for _, address := range []string{"season?season_id=7031", "ep/list?season_id=7031&ps=100&pn=1"} {
			data := path(c.json("https://api.bilibili.com/pugv/view/web/"+address), "data")
			lessons, _ := path(data, "episodes").([]any)
			if lessons == nil {
				lessons, _ = path(data, "items").([]any)
			}
			watched := 0
			for _, l := range lessons {
				if path(l, "watched") == true {
					watched++
				}
			}
			if len(lessons) != 5 || watched != want {
				t.Errorf("%q of %q: %d of %d lessons watched, want %d of 5", address, account, watched, len(lessons), want)
			}
		}
	}
}

func TestLongCoursesComeInPages(t *testing.T) {
	c := newClient(t)
	season := c.json("https://api.bilibili.com/pugv/view/web/season?season_id=7035")
	if n := len(path(season, "data", "episodes").([]any)); n != 50 || path(season, "data", "episode_page", "next") != true {
		t.Fatalf("season gives %d lessons, next %v", n, path(season, "data", "episode_page", "next"))
	}
	walk := func(id int, limit int) (ids map[float64]bool, seen, pages int) {
		ids = map[float64]bool{}
		for page := 1; page <= limit; page++ {
			answer := c.json(fmt.Sprintf("https://api.bilibili.com/pugv/view/web/ep/list?season_id=%d&ps=100&pn=%d", id, page))
			for _, item := range path(answer, "data", "items").([]any) {
				ids[path(item, "id").(float64)] = true
				seen++
			}
			pages = page
			if path(answer, "data", "page", "next") != true {
				break
			}
		}
		return ids, seen, pages
	}
	if ids, seen, pages := walk(7035, 20); len(ids) != 603 || seen <= 603 || pages != 13 {
		t.Errorf("%d lessons, %d with duplicates, in %d pages", len(ids), seen, pages)
	}
	if ids, _, pages := walk(7036, 20); len(ids) != 120 || pages != 20 {
		t.Errorf("the endless course: %d lessons in %d pages", len(ids), pages)
	}
}

func TestMediaHostsRefuse(t *testing.T) {
	c := newClient(t)
	answer := c.json(c.open(c.scenario("free")))
	track := path(answer, "data", "dash", "video", 0)
	base := path(track, "base_url").(string)
	akamai := path(track, "backup_url", 1).(string)
	pcdnAnswer := c.json(c.open(c.scenario("pcdn")))
	home := path(pcdnAnswer, "data", "dash", "video", 0, "base_url").(string)
	intlTrack := path(c.json(c.open(c.scenario("tv-backup-list"))), "data", "playurl", "video", 0, "video_resource")
	intl := path(intlTrack, "url").(string)
	if !strings.HasPrefix(home, "https://xy123x45x67x89xy.mcdn.bilivideo.cn:4483/") {
		t.Errorf("PCDN base URL is %.60s", home)
	}
	course := map[string]string{"Referer": courseReferer}
	for _, test := range []struct {
		name, method, address string
		headers               map[string]string
		status                int
	}{
		{"mirror", "GET", base, course, 200},
		{"mirror, lesson page as referer", "GET", base, map[string]string{"Referer": "https://www.bilibili.com/cheese/play/ep1"}, 200},
		{"mirror, HEAD", "HEAD", base, course, 200},
		{"mirror, own origin", "GET", base, map[string]string{"Referer": courseReferer, "Origin": "https://www.bilibili.com"}, 200},
		{"mirror, range", "GET", base, map[string]string{"Referer": courseReferer, "Range": "bytes=10-19"}, 206},
		{"mirror, no such range", "GET", base, map[string]string{"Referer": courseReferer, "Range": "bytes=99999999-"}, 416},
		{"home router", "GET", home, course, 200},
		{"akamai", "GET", akamai, course, 200},
		{"akamai, HEAD", "HEAD", akamai, course, 403},
		{"akamai, no token", "GET", strings.Replace(akamai, "hdnts=exp", "was=exp", 1), course, 403},
		{"akamai, later token", "GET", strings.Replace(akamai, "hdnts=exp=", "hdnts=exp=9", 1), course, 403},
		{"no referer", "GET", base, nil, 403},
		{"the other site's referer", "GET", base, map[string]string{"Referer": intlReferer}, 403},
		{"look-alike referer", "GET", base, map[string]string{"Referer": "https://www.bilibili.com.example.test/"}, 403},
		{"an extension's origin", "GET", base, map[string]string{"Referer": courseReferer, "Origin": "chrome-extension://abc"}, 403},
		{"no user agent", "GET", base, map[string]string{"Referer": courseReferer, "User-Agent": ""}, 403},
		{"later deadline", "GET", strings.Replace(base, "deadline=1", "deadline=9", 1), course, 403},
		{"other file", "GET", strings.Replace(base, "-1-40112.", "-1-30112.", 1), course, 403},
		{"intl", "GET", intl, map[string]string{"Referer": intlReferer}, 200},
		{"intl with the course site's referer", "GET", intl, course, 403},
		{"preflight for Range", "OPTIONS", base, map[string]string{"Origin": "https://www.bilibili.com", "Access-Control-Request-Headers": "range"}, 204},
		{"preflight for more", "OPTIONS", base, map[string]string{"Origin": "https://www.bilibili.com", "Access-Control-Request-Headers": "pragma,range"}, 403},
		{"other path", "GET", "https://upos-sz-mirrorcos.bilivideo.com/x", course, 404},
	} {
		t.Run(test.name, func(t *testing.T) {
			if w := c.do(test.method, test.address, test.headers); w.Code != test.status {
				records, _ := c.site.log.snapshot(func(*record) bool { return true })
				t.Errorf("HTTP %d, want %d (%s)", w.Code, test.status, records[len(records)-1].Refused)
			}
		})
	}
	w := c.get(base, map[string]string{"Referer": courseReferer, "Range": "bytes=4-7"})
	if w.Body.String() != "ftyp" || w.Header().Get("ETag") == "" {
		t.Errorf("bytes 4-7 are %q, ETag %q", w.Body, w.Header().Get("ETag"))
	}
	c.site.now = func() time.Time { return time.Now().Add(linkLife + time.Second) }
	if w := c.get(base, course); w.Code != 403 {
		t.Errorf("after two hours: HTTP %d", w.Code)
	}
}

func TestTheOtherSitesCookieIsFlagged(t *testing.T) {
	c := newClient(t)
	leak := func(from, account, to string) (int, record) {
		c.login(from, account)
		session := c.cookies[0].Name + "=" + c.cookies[0].Value
		c.cookies = nil
		w := c.get(to, map[string]string{"Cookie": session})
		records, _ := c.site.log.snapshot(func(*record) bool { return true })
		return w.Code, records[len(records)-1]
	}
	for _, test := range []struct{ from, account, to string }{
		{"https://www.bilibili.com", "buyer", "https://api.bilibili.tv/intl/gateway/web/v2/user?platform=web"},
		{"https://www.bilibili.tv", "viewer", "https://api.bilibili.com/x/web-interface/nav"},
		{"https://www.bilibili.com", "free", "https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/x"},
	} {
		status, logged := leak(test.from, test.account, test.to)
		if status != http.StatusBadRequest || !logged.WrongSite || logged.Account != test.account || logged.Status != 400 {
			t.Errorf("%s to %s: HTTP %d, logged as %+v", test.account, test.to, status, logged)
		}
	}
}

func TestCookiesAreAsTheRealOnes(t *testing.T) {
	c := newClient(t)
	for base, domain := range map[string]string{"https://www.bilibili.com": "bilibili.com", "https://www.bilibili.tv": "bilibili.tv", "https://biliintl.com": "biliintl.com"} {
		name := "viewer"
		if domain == "bilibili.com" {
			name = "buyer"
		}
		c.login(base, name)
		for _, cookie := range c.cookies {
			if cookie.Domain != domain || cookie.Path != "/" || cookie.SameSite != http.SameSiteLaxMode {
				t.Errorf("%s on %s: %+v", cookie.Name, base, cookie)
			}
			if session := cookie.Name == "SESSDATA"; cookie.HttpOnly != session || cookie.Secure != session {
				t.Errorf("%s: HttpOnly %v, Secure %v", cookie.Name, cookie.HttpOnly, cookie.Secure)
			}
		}
		out := c.get(base+"/__logout", nil).Result().Cookies()
		if len(out) != 3 || out[0].MaxAge >= 0 {
			t.Errorf("logout sends %v", out)
		}
	}
	if w := c.get("https://www.bilibili.com/__login?account=nobody", nil); w.Code != http.StatusNotFound {
		t.Errorf("unknown account: HTTP %d", w.Code)
	}
}

func TestPages(t *testing.T) {
	c := newClient(t)
	for _, test := range []struct {
		address string
		status  int
		holds   []string
		lacks   string
	}{
		{"https://www.bilibili.com/cheese/play/ep703002", 200, []string{`class="ep-item bpx-state-active" data-episodeid="703002"`, `div class="archive-title-box"`, "<video "}, ""},
		{"https://m.bilibili.com/cheese/play/ss7030?csource=x", 200, []string{`bpx-state-active" data-episodeid="703003"`}, ""},
		{"https://www.bilibili.com/cheese/play/ss7031", 200, []string{`data-episodeid="703102"`}, "bpx-state-active"},
		{"https://www.bilibili.com/cheese/play/ep702001", 200, []string{"&lt;/script&gt;"}, "<script>window.__owned"},
		{"https://www.bilibili.com/cheese/play/ep703301", 200, []string{"hostile.js"}, ""},
		{"https://www.bilibili.com/cheese/", 200, []string{"/cheese/play/ep700101"}, "<video"},
		{"https://www.bilibili.com/v/cheese/mine", 200, nil, "<video"},
		{"https://www.bilibili.com/cheese/mine/list", 200, nil, "<video"},
		{"https://www.bilibili.com/video/BV17x411w7KC", 200, []string{"<video"}, ""},
		{"https://www.bilibili.com/bangumi/play/ep13287667", 200, []string{"<video"}, ""},
		{"https://www.bilibili.com/nothing", 404, nil, ""},
		{"https://www.bilibili.tv/", 200, []string{`"kind":"home"`}, ""},
		{"https://www.bilibili.tv/en", 200, []string{`"kind":"home"`}, ""},
		{"https://bilibili.tv/play/2100001", 200, []string{`"current":"13000101"`, "__initialState"}, ""},
		{"https://WWW.BILIBILI.TV/id/play/2100001?ep_id=13000102", 200, []string{`"current":"13000102"`}, ""},
		{"http://biliintl.com/th/play/2100001/13000103/", 200, []string{`"current":"13000103"`}, ""},
		{"https://www.bilibili.tv/en/media/2100001", 200, []string{`"kind":"media"`}, ""},
		{"https://www.bilibili.tv/vi/video/2045730002", 200, []string{`property="og:title"`, `property="og:url"`, "<title>Upload: tv-upload-old - BiliBili</title>"}, ""},
		{"https://www.bilibili.tv/en/popular", 200, []string{`"kind":"popular"`}, ""},
		{"https://bilibili.tv/play/not-a-number", 404, nil, ""},
		{"https://bilibili.tv/play/2100001/13000101/extra", 404, nil, ""},
		{"https://www.bilibili.tv/__state?path=/en/play/2100001/13000102", 200, []string{`"current":"13000102"`}, ""},
	} {
		t.Run(test.address, func(t *testing.T) {
			w := c.get(test.address, nil)
			if w.Code != test.status {
				t.Fatalf("HTTP %d, want %d", w.Code, test.status)
			}
			for _, part := range test.holds {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("no %s in %s", part, w.Body)
				}
			}
			if test.lacks != "" && strings.Contains(w.Body.String(), test.lacks) {
				t.Errorf("%s is in the page", test.lacks)
			}
		})
	}
	w := c.get("https://www.bilibili.com/cheese/play/ep703401", nil)
	if w.Header().Get("Permissions-Policy") == "" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "script-src 'self' 'nonce-") {
		t.Errorf("the strict page's headers: %v", w.Header())
	}
}

func TestKnobs(t *testing.T) {
	c := newClient(t)
	control := c.site.Control()
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		control.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
		return w
	}
	address := c.open(c.scenario("free"))
	if w := ask("POST", "/knobs", `{"match":"/pugv/player","status":412,"body":"<html>","contentType":"text/html","times":2}`); w.Code != http.StatusNoContent {
		t.Fatalf("HTTP %d: %s", w.Code, w.Body)
	}
	for i, want := range []int{412, 412, 200} {
		if w := c.api(address); w.Code != want {
			t.Errorf("answer %d: HTTP %d, want %d", i, w.Code, want)
		}
	}
	ask("POST", "/knobs", `{"match":"/pugv/player","truncate":100}`)
	if w := c.api(address); w.Body.Len() != 100 || w.Code != 200 {
		t.Errorf("truncated: HTTP %d, %d bytes", w.Code, w.Body.Len())
	}
	ask("DELETE", "/knobs", "")
	if w := c.api(address); !json.Valid(w.Body.Bytes()) {
		t.Error("still truncated")
	}
	ask("POST", "/knobs", `{"linkSeconds":60}`)
	deadline := fmt.Sprint(time.Now().Add(time.Minute).Unix())[:9]
	if base := path(c.json(address), "data", "dash", "video", 0, "base_url").(string); !strings.Contains(base, "deadline="+deadline) {
		t.Errorf("links live on: %.200s", base)
	}
	for _, body := range []string{`{"nonsense":1}`, `[`} {
		if w := ask("POST", "/knobs", body); w.Code != http.StatusBadRequest {
			t.Errorf("%s: HTTP %d", body, w.Code)
		}
	}
}

func TestLatencyAndWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		control := c.site.Control()
		ask := func(method, path, body string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			control.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
			return w
		}
		ask("POST", "/knobs", `{"latencyMs":300}`)
		done := make(chan *httptest.ResponseRecorder)
		go func() {
			done <- ask("GET", "/log/wait?host=api.bilibili.com&path=/pugv/*&n=2&timeout=5&q.ep_id=700101", "")
		}()
		started := time.Now()
		c.api("https://api.bilibili.com/pugv/player/web/playurl?fnval=16&ep_id=700101")
		c.api("https://api.bilibili.com/pugv/player/web/playurl?fnval=16&ep_id=700102")
		c.api("https://api.bilibili.com/pugv/view/web/season?ep_id=700101")
		if took := time.Since(started); took != 900*time.Millisecond {
			t.Errorf("three answers took %v", took)
		}
		ask("POST", "/knobs", `{"match":"/pugv/player","delayMs":60000}`)
		time.AfterFunc(time.Second, func() { ask("DELETE", "/knobs", "") })
		started = time.Now()
		c.api("https://api.bilibili.com/pugv/player/web/playurl?fnval=16&ep_id=700101")
		if took := time.Since(started); took != time.Second {
			t.Errorf("an answer that was let go took %v", took)
		}
		var found []record
		w := <-done
		if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil || len(found) != 2 || found[1].Path != "/pugv/view/web/season" {
			t.Errorf("%v: %s", err, w.Body)
		}
		if w := ask("GET", "/log/wait?host=nowhere.test&timeout=2", ""); w.Code != http.StatusGatewayTimeout {
			t.Errorf("waiting for nothing: HTTP %d", w.Code)
		}
		ask("DELETE", "/log", "")
		if w := ask("GET", "/log", ""); strings.TrimSpace(w.Body.String()) != "[]" {
			t.Errorf("after DELETE: %s", w.Body)
		}
	})
}

func TestMailGoesBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		page := func(method, address, body string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			c.site.ServeHTTP(w, httptest.NewRequest(method, address, strings.NewReader(body)))
			return w
		}
		control := func(method, path, body string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			c.site.Control().ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
			return w
		}
		const next, post = "https://www.bilibili.com/__mail/next?box=a", "https://www.bilibili.com/__mail/post?box=a"

		waiting := make(chan *httptest.ResponseRecorder)
		go func() { waiting <- page("GET", next, "") }()
		synctest.Wait()
		if w := control("POST", "/mail/b", `{"for":"another"}`); w.Code != http.StatusNoContent {
			t.Errorf("sending: HTTP %d", w.Code)
		}
		control("POST", "/mail/a", `{"do":"list"}`)
		if w := <-waiting; w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != `{"do":"list"}` {
			t.Errorf("the page got HTTP %d: %s", w.Code, w.Body)
		}

		page("POST", post, `{"ms":1}`)
		page("POST", post, `{"ms":2}`)
		for _, want := range []string{`{"ms":1}`, `{"ms":2}`} {
			if w := control("GET", "/mail/a", ""); strings.TrimSpace(w.Body.String()) != want {
				t.Errorf("from the page came %s, want %s", w.Body, want)
			}
		}

		if w := page("POST", post, `{`); w.Code != http.StatusBadRequest {
			t.Errorf("broken JSON: HTTP %d", w.Code)
		}
		if w := control("GET", "/mail/a?timeout=1", ""); w.Code != http.StatusGatewayTimeout {
			t.Errorf("no mail from the page: HTTP %d", w.Code)
		}
		if w := page("GET", next, ""); w.Code != http.StatusNoContent {
			t.Errorf("no mail for the page: HTTP %d", w.Code)
		}
	})
}
