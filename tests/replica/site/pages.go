package site

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"streamlist/tests/replica/media"
)

//go:embed pages
var pageFiles embed.FS

var templates = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// link is a link on a page.
type link struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

// lessonPage is what lesson.html shows.
type lessonPage struct {
	Title, Course string
	Lesson        int64
	Items         []lessonItem
	Links         []link
	Hostile       bool
	Nonce         string
}

type lessonItem struct {
	ID     int64
	Title  string
	Active bool
}

// hubPage is what hub.html shows: a page without a player.
type hubPage struct {
	Title string
	Links []link
}

var coursePath = regexp.MustCompile(`^/cheese/play/(ep|ss)([0-9]+)/?$`)

// shared answers what page hosts of both worlds have in common.
func (c *call) shared() (handled bool) {
	switch path := c.req.URL.Path; {
	case path == "/favicon.ico":
		c.image()
	case path == "/__media/lesson.mp4":
		file, err := c.site.library.File(media.Find(media.MP4, 64), false)
		if err != nil {
			c.refuse(http.StatusInternalServerError, err.Error())
			return true
		}
		c.Header().Set("Content-Type", "video/mp4")
		http.ServeContent(c, c.req, "", time.Time{}, bytes.NewReader(file.Data))
	case strings.HasPrefix(path, "/__mail/"):
		return c.mail()
	case strings.HasPrefix(path, "/__static/"):
		http.ServeFileFS(c, c.req, pageFiles, "pages/"+strings.TrimPrefix(path, "/__static/"))
	default:
		return c.login()
	}
	return true
}

// coursePage is www.bilibili.com and m.bilibili.com.
func (c *call) coursePage() {
	if c.shared() {
		return
	}
	path := c.req.URL.Path
	if m := coursePath.FindStringSubmatch(path); m != nil {
		id, _ := strconv.ParseInt(m[2], 10, 64)
		c.lessonPage(m[1] == "ss", id)
		return
	}
	switch {
	case path == "/", path == "/cheese", path == "/cheese/", path == "/v/cheese/mine", path == "/cheese/mine/list":
		c.render("hub.html", hubPage{"哔哩哔哩课堂", c.site.courseLinks(0)})
	case strings.HasPrefix(path, "/video/"), strings.HasPrefix(path, "/bangumi/play/"):
		c.render("other.html", hubPage{"别的视频", c.site.courseLinks(3)})
	default:
		c.refuse(http.StatusNotFound, "no such page")
	}
}

// courseLinks lists the pages of the scenarios, at most n of them (0 is all).
func (s *Site) courseLinks(n int) []link {
	var links []link
	for _, scenario := range s.world.scenarios {
		if scenario.World == "courses" && (n == 0 || len(links) < n) {
			links = append(links, link{strings.TrimPrefix(scenario.URL, "https://www.bilibili.com"), scenario.Name})
		}
	}
	return links
}

func (c *call) lessonPage(season bool, id int64) {
	w := c.site.world
	l, co := w.lessons[id], w.courses[id]
	if !season && l != nil {
		co = l.course
	}
	page := lessonPage{Title: "哔哩哔哩课堂", Links: c.site.courseLinks(3)}
	if season && co != nil {
		l = co.lesson(co.active)
	}
	if co != nil {
		page.Course = co.title
		for _, one := range co.lessons[:min(len(co.lessons), 100)] {
			page.Items = append(page.Items, lessonItem{one.ep, one.title, one == l})
		}
	}
	// The real site serves its page for any number, and the player then says that there is nothing.
	if l != nil {
		page.Title, page.Lesson, page.Hostile = l.title, l.ep, l.page == hostilePage
		if l.page == strictPage {
			nonce := make([]byte, 12)
			rand.Read(nonce)
			page.Nonce = hex.EncodeToString(nonce)
			c.Header().Set("Permissions-Policy", "clipboard-write=(), clipboard-read=()")
			c.Header().Set("Content-Security-Policy", fmt.Sprintf("script-src 'self' 'nonce-%s'; style-src 'self'; connect-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'", page.Nonce))
		}
	} else if co != nil {
		page.Title = co.title
	}
	c.render("lesson.html", page)
}

func (c *call) render(name string, data any) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		c.refuse(http.StatusInternalServerError, err.Error())
		return
	}
	c.html(http.StatusOK, b.String())
}

// route is what a bilibili.tv path shows; the page's script asks /__state for it when it moves without a load.
type route struct {
	Kind     string         `json:"kind"` // home, popular, play, media, video, none
	Title    string         `json:"title"`
	Heading  string         `json:"heading"`
	Current  string         `json:"current"` // episode id
	Sections []routeSection `json:"sections"`
	Links    []link         `json:"links"`
	Image    string         `json:"image"`
	URL      string         `json:"url"`     // og:url
	State    object         `json:"-"`       // window.__initialState
	Upload   bool           `json:"upload"`  // has og:title
	Locale   string         `json:"locale"`  // "en", or "" where the path has none
	Missing  bool           `json:"missing"` // 404
}

type routeSection struct {
	Title    string         `json:"title"`
	Episodes []routeEpisode `json:"episodes"`
}

type routeEpisode struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Href  string `json:"href"`
}

var intlPath = regexp.MustCompile(`^(/[A-Za-z]{2}(?:-[A-Za-z]{4})?)?/(?:(play|media|video)/([0-9]+)(?:/([0-9]+))?|(popular|index|search-result))?/?$`)

var intlLocales = map[string]string{"en": "en_US", "th": "th_TH", "vi": "vi_VN", "id": "id_ID", "ms": "ms_MY", "zh": "zh-Hant_HK", "ar": "ar_SA"}

// intlPage is www.bilibili.tv and its other names: one application for every path.
func (c *call) intlPage() {
	if c.shared() {
		return
	}
	path := c.req.URL.Path
	if path == "/__state" {
		writeJSON(c, http.StatusOK, c.site.intlRoute(c.req.URL.Query().Get("path"), ""))
		return
	}
	r := c.site.intlRoute(path, c.req.URL.Query().Get("ep_id"))
	if r.Missing {
		c.refuse(http.StatusNotFound, "no such page")
		return
	}
	c.render("tv.html", r)
}

func (s *Site) intlRoute(path, episode string) route {
	m := intlPath.FindStringSubmatch(path)
	if path == "/en" || len(path) == 3 {
		m = []string{path, path, "", "", "", ""}
	}
	if m == nil {
		return route{Missing: true}
	}
	locale := strings.ToLower(strings.TrimPrefix(m[1], "/"))
	prefix := m[1]
	global := object{"sLocale": serverLocale(locale)}
	r := route{Kind: "home", Title: "BiliBili - Anime, Videos", Locale: locale, Links: s.intlLinks(prefix), State: object{"global": global}}
	id, _ := strconv.ParseInt(m[3], 10, 64)
	switch {
	case m[2] == "video":
		r.Kind, r.Upload = "video", true
		r.URL = "https://www.bilibili.tv" + path
		u := s.world.uploads[id]
		if u == nil {
			r.Title, r.Heading = "Video not found - BiliBili", "Video not found"
			return r
		}
		r.Title, r.Heading, r.Image = u.title+" - BiliBili", u.title, "https://pic.bstarstatic.com/ugc/u.png"
		r.State["ugc"] = object{"aid": m[3], "archive": object{"aid": m[3], "title": u.title}}
	case m[2] != "":
		r.Kind = m[2]
		se := s.world.series[id]
		if se == nil {
			r.Title, r.Heading = "Not found - BiliBili", "Not found"
			return r
		}
		r.Heading = se.title
		r.Current = m[4]
		if r.Current == "" {
			r.Current = episode
		}
		if r.Current == "" {
			r.Current = strconv.FormatInt(se.sections[0].episodes[0].id, 10)
		}
		sections := list{}
		for _, part := range se.sections {
			shown := routeSection{Title: part.title}
			for _, e := range part.episodes {
				eid := strconv.FormatInt(e.id, 10)
				shown.Episodes = append(shown.Episodes, routeEpisode{eid, e.title, fmt.Sprintf("%s/play/%d/%s", prefix, se.id, eid)})
				if eid == r.Current {
					r.Title = se.title + " " + e.title + " - BiliBili"
				}
			}
			r.Sections = append(r.Sections, shown)
			sections = append(sections, object{"title": part.title, "episodes": shown.Episodes})
		}
		r.State["ogv"] = object{"epId": r.Current, "season": object{"season_id": m[3], "title": se.title}, "sectionsList": sections}
	case m[5] != "":
		r.Kind = m[5]
	}
	return r
}

func (s *Site) intlLinks(prefix string) []link {
	if prefix == "" {
		prefix = "/en"
	}
	links := []link{{prefix, "Home"}, {prefix + "/popular", "Popular"}}
	for _, scenario := range s.world.scenarios {
		if path, ok := strings.CutPrefix(scenario.URL, "https://www.bilibili.tv"); ok && scenario.Account == nil {
			links = append(links, link{prefix + path[3:], scenario.Name})
		}
	}
	return links
}

func serverLocale(locale string) string {
	if s, ok := intlLocales[locale]; ok {
		return s
	}
	return "en_US"
}
