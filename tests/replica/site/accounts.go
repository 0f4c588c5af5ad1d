package site

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strconv"
)

// account is someone who can be logged in. Names are what /__login?account= takes.
type account struct {
	world   string // "com" or "tv"
	name    string
	mid     int64
	premium bool // bilibili.tv only
	// forgotten marks a session that the server no longer knows: the cookies are there, the login is not.
	forgotten bool
	session   string
}

func (a *account) loggedIn() bool { return a != nil && !a.forgotten }

// who is the account's name, or "" for nobody.
func (a *account) who() string {
	if a == nil {
		return ""
	}
	return a.name
}

type accounts struct {
	bySession map[string]*account
	byName    map[string]*account // "com/buyer"
}

func newAccounts() *accounts {
	list := []*account{
		{world: "com", name: "buyer", mid: 11000001},
		{world: "com", name: "free", mid: 11000002},
		{world: "com", name: "expired", mid: 11000003},
		{world: "com", name: "stranger", mid: 11000004, forgotten: true},
		{world: "tv", name: "viewer", mid: 22000001},
		{world: "tv", name: "premium", mid: 22000002, premium: true},
		{world: "tv", name: "stranger", mid: 22000003, forgotten: true},
	}
	a := &accounts{bySession: make(map[string]*account), byName: make(map[string]*account)}
	for _, one := range list {
		token := make([]byte, 16)
		rand.Read(token)
		one.session = hex.EncodeToString(token) + "%2C" + strconv.FormatInt(one.mid, 10)
		a.bySession[one.session] = one
		a.byName[one.world+"/"+one.name] = one
	}
	return a
}

// of finds whose session a request carries. Foreign tells that it carries one of the other site's, or any
// session at all where none belongs (a media host).
func (a *accounts) of(r *http.Request, world string) (found *account, foreign bool) {
	for _, cookie := range r.CookiesNamed("SESSDATA") {
		one, ok := a.bySession[cookie.Value]
		if !ok {
			continue
		}
		if one.world != world {
			return one, true
		}
		found = one
	}
	return found, false
}

// login answers /__login and /__logout on both worlds' page hosts; handled is false for other paths.
func (c *call) login() (handled bool) {
	domain := ".bilibili.com"
	switch c.host {
	case "www.bilibili.tv", "bilibili.tv":
		domain = ".bilibili.tv"
	case "www.biliintl.com", "biliintl.com":
		domain = ".biliintl.com"
	}
	set := func(name, value string, httpOnly, secure bool) {
		cookie := &http.Cookie{Name: name, Value: value, Path: "/", Domain: domain, MaxAge: 15552000, HttpOnly: httpOnly, Secure: secure, SameSite: http.SameSiteLaxMode}
		if value == "" {
			cookie.MaxAge = -1
		}
		http.SetCookie(c, cookie)
	}
	switch c.req.URL.Path {
	case "/__login":
		name := c.req.URL.Query().Get("account")
		one, ok := c.site.accounts.byName[worldOf(c.host)+"/"+name]
		if !ok {
			c.html(http.StatusNotFound, "<title>No such account</title><p>No such account here.")
			return true
		}
		set("SESSDATA", one.session, true, true)
		set("DedeUserID", strconv.FormatInt(one.mid, 10), false, false)
		set("buvid3", "REPLICA0-0000-0000-0000-000000000000infoc", false, false)
		c.html(http.StatusOK, "<title>Logged in</title><p>Logged in as "+one.name+".")
	case "/__logout":
		set("SESSDATA", "", true, true)
		set("DedeUserID", "", false, false)
		set("buvid3", "", false, false)
		c.html(http.StatusOK, "<title>Logged out</title><p>Logged out.")
	default:
		return false
	}
	return true
}
