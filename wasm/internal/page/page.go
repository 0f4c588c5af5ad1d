// Package page reads the address of a page and says what it denotes. It is strict: an
// address that only looks like one of the sites' is none.
package page

import (
	"strings"

	"streamlist/wasm/internal/stream"
)

// Kind says what a page shows.
type Kind string

const (
	Lesson  Kind = "lesson"  // one lesson of a course: /cheese/play/ep…
	Course  Kind = "course"  // a course; which lesson plays is for the season to say: /cheese/play/ss…
	Episode Kind = "episode" // one episode of a series: /play/SEASON/EPISODE
	Series  Kind = "series"  // a series without an episode: /play/SEASON, /media/SEASON
	Upload  Kind = "upload"  // one upload: /video/AID
)

// Target is what a page denotes. Ids are decimal, of 1 to 19 digits without leading
// zeros; those that the address does not state are "".
type Target struct {
	Site      stream.Site `json:"site"`
	Kind      Kind        `json:"kind"`
	SeasonID  string      `json:"seasonId,omitempty"`
	EpisodeID string      `json:"episodeId,omitempty"`
	UploadID  string      `json:"uploadId,omitempty"`
	// Locale is the language in a bilibili.tv address, "en" or "zh-Hans"; "" when it
	// states none.
	Locale string `json:"locale,omitempty"`
}

const maxURL = 8 << 10

// Parse reads an address (shapes: reference page-urls.txt). It reports false for
// every page without streams and for everything that imitates one.
func Parse(url string) (Target, bool) {
	host, path, query, ok := split(url)
	if !ok {
		return Target{}, false
	}
	switch host {
	case "www.bilibili.com", "m.bilibili.com":
		return parseCourse(path)
	case "www.bilibili.tv", "bilibili.tv", "www.biliintl.com", "biliintl.com":
		return parseTV(path, query)
	}
	return Target{}, false
}

// OnOldHost reports whether an address is one of biliintl.com's, which shows what www.bilibili.tv
// does but is another site to browsers.
func OnOldHost(url string) bool {
	host, _, _, ok := split(url)
	return ok && (host == "biliintl.com" || host == "www.biliintl.com")
}

// Place is a page without streams for which Streamlist has more than the general answer.
type Place string

const (
	Mine   Place = "mine"   // the person's own list of courses
	Videos Place = "videos" // the site's ordinary videos and series, which are another product
)

// PlaceOf reads an address; "" for every page that is no Place.
func PlaceOf(url string) Place {
	host, path, _, ok := split(url)
	if !ok || (host != "www.bilibili.com" && host != "m.bilibili.com") {
		return ""
	}
	path += "/"
	switch {
	case strings.HasPrefix(path, "v/cheese/mine/"), strings.HasPrefix(path, "cheese/mine/"):
		return Mine
	case strings.HasPrefix(path, "video/"), strings.HasPrefix(path, "bangumi/"):
		return Videos
	}
	return ""
}

// split takes an http or https address apart. The host is in lower case; addresses
// with a user name, a port of their own or characters that browsers would rewrite are
// refused.
func split(url string) (host, path, query string, ok bool) {
	if len(url) > maxURL {
		return "", "", "", false
	}
	for i := range len(url) {
		if c := url[i]; c <= ' ' || c == 0x7f || c == '\\' {
			return "", "", "", false
		}
	}
	scheme, rest, found := strings.Cut(url, "://")
	scheme = strings.ToLower(scheme)
	if !found || (scheme != "https" && scheme != "http") {
		return "", "", "", false
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, _ = strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	host = strings.ToLower(authority)
	if scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	return host, strings.TrimSuffix(path, "/"), query, true
}

func parseCourse(path string) (Target, bool) {
	name, ok := strings.CutPrefix(path, "cheese/play/")
	if !ok {
		return Target{}, false
	}
	if id, ok := strings.CutPrefix(name, "ep"); ok && isID(id) {
		return Target{Site: stream.Com, Kind: Lesson, EpisodeID: id}, true
	}
	if id, ok := strings.CutPrefix(name, "ss"); ok && isID(id) {
		return Target{Site: stream.Com, Kind: Course, SeasonID: id}, true
	}
	return Target{}, false
}

func parseTV(path, query string) (Target, bool) {
	t := Target{Site: stream.TV}
	parts := strings.SplitN(path, "/", 5)
	if locale, ok := localeOf(parts[0]); ok {
		t.Locale = locale
		parts = parts[1:]
	}
	if len(parts) < 2 || !isID(parts[1]) {
		return Target{}, false
	}
	switch kind, id := parts[0], parts[1]; {
	case kind == "video" && len(parts) == 2:
		t.Kind, t.UploadID = Upload, id
		return t, true
	case kind == "media" && len(parts) == 2:
		t.Kind, t.SeasonID = Series, id
		return t, true
	case kind == "play" && len(parts) == 2:
		episode, ok := episodeIn(query)
		if !ok {
			return Target{}, false
		}
		t.Kind, t.SeasonID, t.EpisodeID = Series, id, episode
		if episode != "" {
			t.Kind = Episode
		}
		return t, true
	case kind == "play" && len(parts) == 3 && isID(parts[2]):
		t.Kind, t.SeasonID, t.EpisodeID = Episode, id, parts[2]
		return t, true
	}
	return Target{}, false
}

// episodeIn reads the episode from a query, `ep_id` before `episode_id`. It reports
// false where one of them is there and no id: the page would show something else.
func episodeIn(query string) (string, bool) {
	var found [2]string
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		for i, want := range []string{"ep_id", "episode_id"} {
			if name != want || value == "" {
				continue
			}
			if !isID(value) {
				return "", false
			}
			if found[i] == "" {
				found[i] = value
			}
		}
	}
	if found[0] != "" {
		return found[0], true
	}
	return found[1], true
}

func isID(s string) bool {
	if s == "" || len(s) > 19 || s[0] == '0' {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// localeOf reads two letters, optionally with a script of four ("zh-Hans"), in any
// case, and returns them in the usual one.
func localeOf(s string) (string, bool) {
	language, script, scripted := strings.Cut(s, "-")
	if !letters(language, 2) || (scripted && !letters(script, 4)) {
		return "", false
	}
	language = strings.ToLower(language)
	if !scripted {
		return language, true
	}
	return language + "-" + strings.ToUpper(script[:1]) + strings.ToLower(script[1:]), true
}

func letters(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// Key names what the page shows, whatever its language: two addresses of one video
// have one key.
func (t Target) Key() string {
	site := string(t.Site)
	switch t.Kind {
	case Lesson, Episode:
		return site + "/ep/" + t.EpisodeID
	case Course, Series:
		return site + "/ss/" + t.SeasonID
	case Upload:
		return site + "/av/" + t.UploadID
	}
	return ""
}

// URL returns the page's address in its plainest form.
func (t Target) URL() string {
	switch t.Kind {
	case Lesson:
		return "https://www.bilibili.com/cheese/play/ep" + t.EpisodeID
	case Course:
		return "https://www.bilibili.com/cheese/play/ss" + t.SeasonID
	}
	base := "https://www.bilibili.tv/"
	if t.Locale != "" {
		base += t.Locale + "/"
	}
	switch t.Kind {
	case Episode:
		return base + "play/" + t.SeasonID + "/" + t.EpisodeID
	case Series:
		return base + "play/" + t.SeasonID
	case Upload:
		return base + "video/" + t.UploadID
	}
	return ""
}

// SLocale returns the endpoints' `s_locale` for the page's language, so that titles and
// messages come as the page has them (reference bilibili-api.md, section 5). For
// Malay it is what the page itself sends; for simplified Chinese section 4.3.
func (t Target) SLocale() string {
	switch t.Locale {
	case "th":
		return "th_TH"
	case "vi":
		return "vi_VN"
	case "id":
		return "id_ID"
	case "ms":
		return "en_MY"
	case "zh", "zh-Hant":
		return "zh-Hant_HK"
	case "zh-Hans":
		return "zh_SG"
	case "ar":
		return "ar_SA"
	}
	return "en_US"
}

// Language returns the key that the sites' subtitles have for the page's language.
func (t Target) Language() string {
	switch {
	case t.Site == stream.Com:
		return "zh-Hans"
	case t.Locale == "":
		return "en"
	case t.Locale == "zh":
		return "zh-Hant" // as SLocale has it
	}
	return t.Locale
}

// Patterns returns the match patterns of addresses that may be a Target, for menu items
// on pages and on links. A pattern can't say "digits" or "two letters", so Parse has the
// last word.
func Patterns() []string {
	list := make([]string, 0, 28)
	for _, host := range []string{"www.bilibili.com", "m.bilibili.com"} {
		list = append(list, "*://"+host+"/cheese/play/ep*", "*://"+host+"/cheese/play/ss*")
	}
	for _, host := range []string{"www.bilibili.tv", "bilibili.tv", "www.biliintl.com", "biliintl.com"} {
		for _, kind := range []string{"play", "video", "media"} {
			// With and without a language. No wildcard host: that would take in the
			// endpoints' own.
			list = append(list, "*://"+host+"/"+kind+"/*", "*://"+host+"/*/"+kind+"/*")
		}
	}
	return list
}
