// Package export writes a rendition as text to paste elsewhere: addresses, or a
// command for another program.
//
// Titles come from the site and addresses from its answers, so everything in a command
// is quoted such that nothing in it can become a word of its own or another command,
// in the shell that it is written for; what that shell can't quote is refused.
package export

import (
	"strings"

	"streamlist/wasm/internal/stream"
)

// Reader is for whom a command is written.
type Reader struct {
	Shell Shell
	// Agent is the browser's User-Agent; "" leaves it out.
	Agent string
	// Template is how [Write] has files named, see [filename.Template]; "" is that.
	Template string
	// Apart: the tab's cookies are others than those that the browser's profile keeps.
	Apart bool
}

// Addresses returns one address of each of a row's segments, in order: the first with 0,
// the first backup with 1, or the last of a segment that has fewer. Only those that begin
// with start count, such as all of a host's; a segment without any of these gives its
// first. Addresses is nil where no segment has one, and for a row that can't be had.
func Addresses(row *stream.Rendition, n int, start string) []stream.MediaURL {
	if row == nil || !row.Available() {
		return nil
	}
	list := make([]stream.MediaURL, 0, len(row.Segments))
	found := false
	for _, s := range row.Segments {
		if len(s.URLs) == 0 {
			return nil
		}
		pick, left := 0, n
		for i := range s.URLs {
			if left >= 0 && strings.HasPrefix(s.URLs[i].URL, start) {
				pick, found = i, true
				left--
			}
		}
		list = append(list, s.URLs[pick])
	}
	if !found {
		return nil
	}
	return list
}

// WithSound returns the addresses of a row and then those of the audio that plays with
// it. A single file has its sound inside.
func WithSound(l *stream.Listing, row *stream.Rendition) []stream.MediaURL {
	list := Addresses(row, 0, "")
	if len(list) == 0 {
		return nil
	}
	return append(list, Addresses(l.AudioFor(row), 0, "")...)
}

// Lines returns addresses as text, one a line.
func Lines(list []stream.MediaURL) string {
	text := ""
	for i, a := range list {
		if i > 0 {
			text += "\n"
		}
		text += a.URL
	}
	return text
}
