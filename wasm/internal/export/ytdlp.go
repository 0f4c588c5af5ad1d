package export

import (
	"strings"

	"streamlist/wasm/internal/stream"
)

// ytdlp has yt-dlp fetch the listing's lesson, episode or upload from its page. The
// headers are for bilibili.tv, whose media hosts want a Referer that yt-dlp's extractor
// (BiliIntl) doesn't send. The User-Agent is yt-dlp's own: its extractors know it.
func (c *line) ytdlp(l *stream.Listing) {
	page := pageAddress(l)
	if page == "" {
		return
	}
	c.command("yt-dlp")
	if AccountMatters(l) && !c.Apart {
		c.add("--cookies-from-browser " + browser(c.Agent))
	}
	c.Agent = ""
	c.headers(l.Site, "--referer", "--add-headers", "")
	c.exact("", page)
}

// pageAddress is the address of the listed video's page, of fixed parts and ids. The
// page that was listed may be a whole course's, of which yt-dlp would take every lesson.
func pageAddress(l *stream.Listing) string {
	id, season := l.Head.EpisodeID, l.Head.SeasonID
	switch {
	case !digits(id):
		return ""
	case l.Site == stream.Com:
		return "https://www.bilibili.com/cheese/play/ep" + id
	case season == "":
		return "https://www.bilibili.tv/en/video/" + id
	case digits(season):
		return "https://www.bilibili.tv/en/play/" + season + "/" + id
	}
	return ""
}

// AccountMatters reports whether the listing may owe something to a login: it isn't free,
// and no row of it waits for one. yt-dlp's command then reads the cookies of the browser's
// default profile, unless the tab's are others: those would be another account's.
func AccountMatters(l *stream.Listing) bool {
	return l.State != stream.Free && !l.Withholds(stream.NotLoggedIn)
}

// browser is yt-dlp's name for the browser of a User-Agent. Chromium and Brave call
// themselves Chrome.
func browser(agent string) string {
	switch {
	case strings.Contains(agent, "Firefox/"):
		return "firefox"
	case strings.Contains(agent, "Edg/"):
		return "edge"
	case strings.Contains(agent, "OPR/"):
		return "opera"
	case strings.Contains(agent, "Vivaldi/"):
		return "vivaldi"
	}
	return "chrome"
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
