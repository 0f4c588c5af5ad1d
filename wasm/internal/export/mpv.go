package export

import "streamlist/wasm/internal/stream"

// mpv plays both inputs under the video's title. Several segments are one film:
// `--merge-files` makes them one timeline.
func (c *line) mpv(it *lesson) {
	c.command("mpv")
	c.mpvHeaders(it.Site)
	c.title("--force-media-title=", mediaTitle(it.Head))
	if len(it.picture()) > 1 {
		c.add("--merge-files")
	}
	// --audio-file takes one address as it is; --audio-files would split it at colons.
	for _, f := range it.sound() {
		c.exact("--audio-file=", f.urls[0].URL)
	}
	c.add("--")
	for _, f := range it.picture() {
		c.exact("", f.urls[0].URL)
	}
}

func (c *line) mpvHeaders(site stream.Site) {
	c.headers(site, "--referrer=", "--http-header-fields=", "--user-agent=")
}

// mediaTitle names the video in a player: the lesson, then the course.
func mediaTitle(h stream.Head) string {
	switch {
	case h.Title == "":
		return h.Series
	case h.Series == "" || h.Series == h.Title:
		return h.Title
	}
	return h.Title + " · " + h.Series
}
