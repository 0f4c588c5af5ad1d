package export

import (
	"strings"

	"streamlist/wasm/internal/stream"
)

// Curl returns one command that saves a row, each segment as a file of its own. agent
// is the browser's User-Agent; "" leaves it out. It returns "" for a row that can't be
// had.
//
// -g keeps curl from reading brackets in an address as patterns, --fail keeps an error
// page from being saved as a video. The segments share one command, because PowerShell
// before 7 has no `&&`.
func Curl(l *stream.Listing, row *stream.Rendition, agent string) string {
	list := addresses(row, 0)
	if len(list) == 0 {
		return ""
	}
	words := []string{"curl", "-g", "--fail", "--location"}
	if len(list) > 1 {
		words = append(words, "--fail-early")
	}
	words = append(words, "--referer", quote(l.Site.Referer()), "--header", quote("Origin: "+origin(l.Site)))
	if agent = printable(agent); agent != "" {
		words = append(words, "--user-agent", quote(agent))
	}
	for i, url := range list {
		words = append(words, "--output", quote(FileName(l, row, i)), quoteURL(url))
	}
	return strings.Join(words, " ")
}
