package export

import (
	"strings"

	"streamlist/wasm/internal/stream"
)

// apostrophe stands for every kind of single quote. U+2019 would read better, but
// PowerShell takes U+2018 to U+201B for the ASCII quote, and a title could end its
// string with one.
const apostrophe = "ʼ"

// literal changes the characters of a text that no quoting keeps whole everywhere:
// single quotes end a string in both shells; a double quote and a final backslash inside
// an argument reach a program unescaped from Windows' PowerShell 5, which splits the
// argument there.
func literal(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch r {
		case '\'', '‘', '’', '‚', '‛':
			b.WriteString(apostrophe)
		case '"':
			b.WriteString(apostrophe + apostrophe)
		case '\\':
			b.WriteByte('/')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// quote returns text as one word of a command line, for POSIX shells and PowerShell
// alike. Inside single quotes neither expands anything.
func quote(text string) string {
	return "'" + literal(stream.CleanText(text, 4096)) + "'"
}

// quoteURL returns an address as one word. stream.Addresses lets no address through
// with a character that quote would change; one that holds such a character all the
// same is no address, and the word is empty.
func quoteURL(url string) string {
	for i := range len(url) {
		if c := url[i]; c <= ' ' || c >= 0x7f || c == '\'' || c == '"' || c == '\\' || c == '`' {
			return "''"
		}
	}
	return "'" + url + "'"
}

// printable reduces a User-Agent to what a header may hold, without what quote would
// have to change.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '\'' || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, s)
}

// origin is the site's Origin, its Referer without the path.
func origin(site stream.Site) string { return strings.TrimSuffix(site.Referer(), "/") }
