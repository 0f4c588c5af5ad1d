package export

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"streamlist/wasm/internal/stream"
)

// maxName is the longest file name in bytes that every file system takes.
const maxName = 255

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
	safe := safe
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
	title = cut(title, maxName-len(head)-len(tail))
	name := head + title + tail
	if reserved(name) {
		name = "_" + cut(name, maxName-1)
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
	return " [" + cut(words, 60) + "]"
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

// safe takes out of a name what some file system, or a program that is given it as an
// argument, would read as something else: separators, Windows' forbidden characters,
// a leading dash, dot or tilde, a trailing dot.
func safe(s string) string {
	s = stream.CleanText(s, maxName)
	s = strings.Map(func(r rune) rune {
		switch {
		// Windows' programs may get the last ones as a quote, a slash or a backslash: the
		// nearest in their code page.
		case strings.ContainsRune(`<>:"/\|?*＂ʺ″〝〞〟／＼`, r), r == utf8.RuneError:
			return '_'
		case r == '\'' || (r >= '‘' && r <= '‛'):
			return 'ʼ' // so that the name is easy to type in any shell
		}
		return r
	}, s)
	return strings.Trim(strings.TrimLeft(s, "-.~ "), ". ")
}

// cut shortens a name to n bytes at a character's border.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n = max(0, n)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimRight(s[:n], ". ")
}

// reserved reports whether Windows takes a name for a device: what stands before the
// first dot decides, whatever follows.
func reserved(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	base = strings.ToUpper(strings.TrimRight(base, " "))
	switch base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	digit := strings.TrimPrefix(strings.TrimPrefix(base, "COM"), "LPT")
	if digit == base {
		return false
	}
	switch digit {
	case "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³":
		return true
	}
	return false
}
