package export

import (
	"strings"

	"streamlist/wasm/internal/stream"
)

// MPV returns one command that plays a row with its sound: both inputs, the headers
// that the media hosts demand, and the title. agent is the browser's User-Agent; ""
// leaves it out. It returns "" for a row that can't be had.
//
// Several segments are one film: `--merge-files` makes them one timeline.
func MPV(l *stream.Listing, row *stream.Rendition, agent string) string {
	list := addresses(row, 0)
	if len(list) == 0 {
		return ""
	}
	words := []string{
		"mpv",
		"--referrer=" + quote(l.Site.Referer()),
		"--http-header-fields=" + quote("Origin: "+origin(l.Site)),
	}
	if agent = printable(agent); agent != "" {
		words = append(words, "--user-agent="+quote(agent))
	}
	if title := mediaTitle(l.Head); title != "" {
		words = append(words, "--force-media-title="+quote(title))
	}
	if len(list) > 1 {
		words = append(words, "--merge-files")
	}
	// --audio-file takes one address as it is; --audio-files would split it at colons.
	for _, audio := range addresses(l.AudioFor(row), 0) {
		words = append(words, "--audio-file="+quoteURL(audio))
	}
	words = append(words, "--")
	for _, url := range list {
		words = append(words, quoteURL(url))
	}
	return strings.Join(words, " ")
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
