// Package ass writes Advanced SubStation Alpha scripts (v4.00+), which is what mpv, VLC and
// ffmpeg show over a picture.
package ass

import "strconv"

// Script is a script that is being written, and as good for other text.
type Script []byte

// Add is not written out at each call: that would take more bytes of wasm than all the rest.
func (s *Script) Add(parts ...string) {
	for _, p := range parts {
		*s = append(*s, p...)
	}
}

// Number writes a number that isn't negative with at least so many digits, 1 or 2, or any
// number with 1.
func (s *Script) Number(n, digits int) {
	if n < 10 && digits > 1 {
		s.Add("0")
	}
	*s = strconv.AppendInt(*s, int64(n), 10)
}

// Head writes what is above the lines of a script for a picture of 1920×1080, which players
// scale: how long lines are wrapped (0 into even ones, 2 not at all), and its only style,
// from its name on, as the fields of V4+ styles are ordered.
func (s *Script) Head(wrap, style string) {
	// The mark at the start tells older players that this is UTF-8.
	s.Add("\ufeff"+`[Script Info]
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: `, wrap, `
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: `, style, `

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`)
}

// Clock writes milliseconds as 1:02:03.45, with what is to stand before the hundredths.
func (s *Script) Clock(ms int, point string) {
	s.Number(ms/3600_000, 1)
	s.Add(":")
	s.Number(ms/60_000%60, 2)
	s.Add(":")
	s.Number(ms/1000%60, 2)
	s.Add(point)
	s.Number(ms/10%100, 2)
}

// Literal returns a character that means nothing to a player: some know no way to write
// those that do.
func Literal(r rune) rune {
	switch r {
	case '{':
		return '｛'
	case '}':
		return '｝'
	case '\\':
		return '＼'
	}
	return r
}
