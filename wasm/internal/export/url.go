// Package export writes a rendition as text to paste elsewhere: addresses, or a
// command for another program.
//
// Titles come from the site and addresses from its answers, so everything in a command
// is quoted such that nothing in it can become a word of its own or another command:
// in POSIX shells, and in PowerShell, whose quotes differ.
package export

import (
	"strings"

	"streamlist/wasm/internal/stream"
)

// URL returns the addresses of a row's segments in order, one a line. backup picks
// among each segment's addresses: 0 the first, 1 its first backup. A segment with
// fewer gives its last. It is "" when no segment has that many, and for a row that
// can't be had.
func URL(row *stream.Rendition, backup int) string {
	return strings.Join(addresses(row, backup), "\n")
}

// URLs returns the addresses of a row and then those of the audio that plays with it,
// one a line. A single file has its sound inside.
func URLs(l *stream.Listing, row *stream.Rendition) string {
	list := addresses(row, 0)
	if len(list) == 0 {
		return ""
	}
	return strings.Join(append(list, addresses(l.AudioFor(row), 0)...), "\n")
}

func addresses(row *stream.Rendition, backup int) []string {
	if row == nil || !row.Available() || backup < 0 {
		return nil
	}
	list := make([]string, 0, len(row.Segments))
	found := false
	for _, s := range row.Segments {
		if len(s.URLs) == 0 {
			return nil
		}
		found = found || backup < len(s.URLs)
		list = append(list, s.URLs[min(backup, len(s.URLs)-1)].URL)
	}
	if !found {
		return nil
	}
	return list
}
