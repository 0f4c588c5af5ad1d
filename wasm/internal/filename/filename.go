// Package filename names files: it makes texts of a site fit to be parts of names on every
// system, and whole names from a template.
package filename

import (
	"strings"
	"unicode/utf8"

	"streamlist/wasm/internal/stream"
)

// Max is the longest file name in bytes that every file system takes.
const Max = 255

// Safe takes out of a name what some file system, or a program that is given it as an
// argument, would read as something else: separators, Windows' forbidden characters,
// a leading dash, dot or tilde, a trailing dot.
func Safe(s string) string {
	s = stream.CleanText(s, Max)
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

// Cut shortens a name to n bytes at a character's border.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n = max(0, n)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimRight(s[:n], ". ")
}

// Reserved reports whether Windows takes a name for a device: what stands before the
// first dot decides, whatever follows.
func Reserved(name string) bool {
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
