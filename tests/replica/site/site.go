// Package site is the replica's Bilibili: the pages, the endpoints and the media hosts of both worlds, told
// apart by host name, faithful in what they answer and in what they refuse.
//
// Where a shape or a rule comes from is said beside it. "Capture" means a recorded answer of the real endpoint,
// "reference" a public client's source or document.
package site

import (
	"crypto/rand"
	"net"
	"net/http"
	"strings"
	"time"

	"streamlist/tests/replica/media"
)

// Site serves every virtual host. Use [New].
type Site struct {
	library  *media.Library
	world    *world
	accounts *accounts
	secret   []byte // signs media URLs
	log      *requestLog
	mail     *mail
	knobs    *knobs
	now      func() time.Time
}

// New returns a Bilibili whose media come from library.
func New(library *media.Library) *Site {
	secret := make([]byte, 32)
	rand.Read(secret)
	return &Site{
		library:  library,
		world:    newWorld(),
		accounts: newAccounts(),
		secret:   secret,
		log:      newRequestLog(),
		mail:     &mail{},
		knobs:    &knobs{normal: make(chan struct{})},
		now:      time.Now,
	}
}

// Recipes lists every file that a scenario may serve.
func (s *Site) Recipes() []media.Recipe { return s.world.recipes() }

// call is one request with what the replica makes of it.
type call struct {
	http.ResponseWriter
	req     *http.Request
	site    *Site
	host    string // lower case, without port
	account *account
	entry   *record
	faults  mediaFaults
}

// ServeHTTP answers a request for any host.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := strings.ToLower(r.Host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	account, foreign := s.accounts.of(r, worldOf(host))
	entry := s.log.begin(s.now(), host, r, account, foreign)
	recorder := &recordingWriter{ResponseWriter: w, log: s.log, entry: entry}
	defer func() { s.log.end(entry, s.now(), r.Context().Err() != nil) }()
	c := &call{ResponseWriter: recorder, req: r, site: s, host: host, account: account, entry: entry}

	if foreign {
		// The real sites would ignore such a cookie; the replica makes the leak impossible to miss.
		c.refuse(http.StatusBadRequest, "the other site's session cookie")
		return
	}
	serve := s.route(host)
	if serve == nil {
		c.refuse(http.StatusBadGateway, unknownHost)
		return
	}
	s.knobs.apply(c, serve)
}

func (s *Site) route(host string) func(*call) {
	switch host {
	case "www.bilibili.com", "m.bilibili.com":
		return (*call).coursePage
	case "api.bilibili.com":
		return (*call).courseAPI
	case "www.bilibili.tv", "bilibili.tv", "www.biliintl.com", "biliintl.com":
		return (*call).intlPage
	case "api.bilibili.tv", "api.biliintl.com":
		return (*call).intlAPI
	}
	switch {
	case isMediaHost(host):
		return (*call).media
	case strings.HasSuffix(host, ".hdslb.com"), strings.HasSuffix(host, ".biliimg.com"), strings.HasSuffix(host, ".bstarstatic.com"):
		return (*call).image
	}
	return nil
}

// worldOf is the account system that a host belongs to: "com", "tv", or "" for hosts that take no cookies.
func worldOf(host string) string {
	switch {
	case host == "bilibili.com" || strings.HasSuffix(host, ".bilibili.com"):
		return "com"
	case host == "bilibili.tv" || strings.HasSuffix(host, ".bilibili.tv"),
		host == "biliintl.com" || strings.HasSuffix(host, ".biliintl.com"):
		return "tv"
	}
	return ""
}

// refuse answers with an HTTP error and notes why in the log; the real servers say no more than the status.
func (c *call) refuse(status int, why string) {
	c.site.log.refused(c.entry, why)
	c.html(status, "<html><head><title>"+http.StatusText(status)+"</title></head><body><center><h1>"+
		http.StatusText(status)+"</h1></center><hr><center>openresty</center></body></html>\n")
}

func (c *call) html(status int, body string) {
	c.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.WriteHeader(status)
	c.Write([]byte(body))
}

// image answers every cover and avatar with one small picture. Subtitles lie on some of these hosts too.
func (c *call) image() {
	if isSubtitle(c.host, c.req.URL.Path) {
		c.subtitleFile()
		return
	}
	c.Header().Set("Content-Type", "image/svg+xml")
	c.Header().Set("Access-Control-Allow-Origin", "*")
	c.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="16" height="9"><rect width="16" height="9" fill="#9ac"/></svg>`))
}
