package export

import (
	"strings"

	"streamlist/wasm/internal/stream"
)

// ytdlp has yt-dlp fetch the lesson, episode or upload from its page. The headers are for
// bilibili.tv, whose media hosts want a Referer that yt-dlp's extractor (BiliIntl) doesn't
// send. The User-Agent is yt-dlp's own: its extractors know it. In a script the file is
// named; at a prompt yt-dlp's own settings may say how.
func (c *line) ytdlp(it *lesson) {
	page := pageAddress(it.Site, it.Head)
	if page == "" {
		return
	}
	c.command("yt-dlp")
	if it.Account && !c.Apart {
		c.add("--cookies-from-browser " + browser(c.Agent))
	}
	c.Agent = ""
	c.headers(it.Site, "--referer", "--add-headers", "")
	if c.script {
		// It replaces names of variables there, and has no sign that means a dollar.
		c.word("--output", strings.ReplaceAll(it.stem, "$", "＄")+".%(ext)s")
	}
	c.exact("", page)
}

// pageAddress is the address of a video's page, of fixed parts and ids; "" for what is no id.
// The page that was listed may be a whole course's, of which yt-dlp would take every lesson.
func pageAddress(site stream.Site, h stream.Head) string {
	id, season := h.EpisodeID, h.SeasonID
	switch {
	case !digits(id):
		return ""
	case site == stream.Com:
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
