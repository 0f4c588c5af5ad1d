package stream

import "strings"

// CleanText makes a site's text fit to be shown in one line and to stand in a
// command: line breaks and runs of blanks become one space, control characters and the
// characters that reverse the direction of what follows are dropped, and what is left
// is cut to max runes with an ellipsis.
func CleanText(s string, max int) string {
	var b strings.Builder
	runes, space := 0, false
	for _, r := range s {
		switch {
		case r == ' ', r == '\t', r == '\n', r == '\r', r == '\v', r == '\f', r == 0x85, r == 0xa0, r == 0x3000, r == 0x2028, r == 0x2029:
			space = b.Len() > 0
			continue
		case hidden(r):
			continue
		}
		need := 1
		if space {
			need = 2
		}
		if runes+need > max {
			return b.String() + "…"
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
		runes += need
	}
	return b.String()
}

// hidden covers the controls, the bidirectional controls and the other characters that
// show nothing and can make a text seem to be another one.
func hidden(r rune) bool {
	return r < ' ' || (r >= 0x7f && r <= 0x9f) || r == 0xad || r == 0x61c || r == 0x180e ||
		(r >= 0x200b && r <= 0x200f && r != 0x200c && r != 0x200d) || (r >= 0x202a && r <= 0x202e) ||
		(r >= 0x2060 && r <= 0x206f) || r == 0xfeff || (r >= 0xfff9 && r <= 0xfffb) || (r >= 0xe0000 && r <= 0xe007f)
}
