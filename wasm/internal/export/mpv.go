package export

import "streamlist/wasm/internal/stream"

// mpv plays both inputs under the video's title. Several segments are one film:
// `--merge-files` makes them one timeline.
func (c *line) mpv(l *stream.Listing, row *stream.Rendition, list []stream.MediaURL) {
	c.command("mpv")
	c.headers(l.Site, "--referrer=", "--http-header-fields=", "--user-agent=")
	c.title("--force-media-title=", mediaTitle(l.Head))
	if len(list) > 1 {
		c.add("--merge-files")
	}
	// --audio-file takes one address as it is; --audio-files would split it at colons.
	sound := Addresses(l.AudioFor(row), 0, "")
	for i := range sound {
		c.exact("--audio-file=", sound[i].URL)
	}
	c.add("--")
	for i := range list {
		c.exact("", list[i].URL)
	}
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
