package export

import (
	"strconv"
	"strings"

	"streamlist/wasm/internal/filename"
	"streamlist/wasm/internal/stream"
)

// FileName returns a name for the file of a row's segment (from 0) that is safe on
// every system: "03 - lesson [1080P60 AVC].mp4", with "part 2" where there are several.
func FileName(l *stream.Listing, row *stream.Rendition, segment int) string {
	return fileName(l, row, segment, POSIX, extension(row))
}

// TextName returns a name for a text that belongs to the whole lesson, such as "03 -
// lesson.ass", likewise safe.
func TextName(l *stream.Listing, extension string) string {
	return fileName(l, &stream.Rendition{}, 0, POSIX, "."+extension)
}

// fileName is FileName for a command. On cmd less is safe.
func fileName(l *stream.Listing, row *stream.Rendition, segment int, shell Shell, ext string) string {
	safe := filename.Safe
	if shell == Cmd {
		safe = func(s string) string { return strings.Trim(strings.TrimLeft(plain(s), "-."), ". ") }
	}
	tail := what(row, safe)
	if len(row.Segments) > 1 {
		tail += " part " + strconv.Itoa(segment+1)
	}
	tail += ext

	head := ""
	if n := l.Head.Number; n > 0 {
		head = strconv.Itoa(n)
		for width := max(2, len(strconv.Itoa(l.Head.Total))); len(head) < width; {
			head = "0" + head
		}
		head += " - "
	}
	title := safe(l.Head.Title)
	if title == "" {
		title = safe(l.Head.Series)
	}
	if title == "" {
		title = "stream"
	}
	title = filename.Cut(title, filename.Max-len(head)-len(tail))
	name := head + title + tail
	if filename.Reserved(name) {
		name = "_" + filename.Cut(name, filename.Max-1)
	}
	return name
}

// what tells the rows of one lesson apart: " [1080P60 AVC]".
func what(row *stream.Rendition, safe func(string) string) string {
	quality := row.Quality.Name()
	if quality == "" {
		quality = safe(row.Label)
	}
	words := strings.TrimSpace(quality + " " + safe(string(row.Codec)))
	if words == "" {
		return ""
	}
	return " [" + filename.Cut(words, 60) + "]"
}

func extension(row *stream.Rendition) string {
	switch {
	case row.Kind == stream.Audio:
		return ".m4a"
	case row.Container == stream.FLV:
		return ".flv"
	}
	return ".mp4"
}
