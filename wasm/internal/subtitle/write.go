package subtitle

import (
	"strconv"
	"strings"
)

// write writes cues as SRT, WebVTT or ASS; "" for any other format.
func write(list []Cue, as Format) string {
	switch as {
	case SRT:
		return writeSRT(list)
	case VTT:
		return writeVTT(list)
	case ASS:
		return writeASS(list)
	}
	return ""
}

// script is text that is being written.
type script []byte

// add is not written out at each call: that would take more bytes than all the rest.
func (s *script) add(parts ...string) {
	for _, p := range parts {
		*s = append(*s, p...)
	}
}

// clock writes milliseconds as 01:02:03 with so many digits for the hours, and with a
// fraction of a second behind point.
func (s *script) clock(ms, hours int, point string, fraction int) {
	parts := [...]struct {
		before string
		value  int
		digits int
	}{{"", ms / 3600_000, hours}, {":", ms / 60_000 % 60, 2}, {":", ms / 1000 % 60, 2}, {point, ms % 1000, 3}}
	for _, p := range parts {
		n := strconv.Itoa(p.value)
		s.add(p.before)
		for i := len(n); i < p.digits; i++ {
			s.add("0")
		}
		s.add(n)
	}
	*s = (*s)[:len(*s)-3+fraction]
}

// writeSRT writes SubRip. There is no way to escape in it, so that an arrow, by which
// players find the times, becomes another sign.
func writeSRT(list []Cue) string {
	var s script
	for i, c := range list {
		s.add(strconv.Itoa(i+1), "\n")
		s.clock(c.From, 2, ",", 3)
		s.add(" " + arrow + " ")
		s.clock(c.To, 2, ",", 3)
		s.add("\n", strings.ReplaceAll(c.Text, arrow, "→"), "\n\n")
	}
	return string(s)
}

func writeVTT(list []Cue) string {
	var s script
	s.add("WEBVTT\n\n")
	for _, c := range list {
		s.clock(c.From, 2, ".", 3)
		s.add(" " + arrow + " ")
		s.clock(c.To, 2, ".", 3)
		text := strings.ReplaceAll(c.Text, "&", "&amp;")
		text = strings.ReplaceAll(strings.ReplaceAll(text, "<", "&lt;"), ">", "&gt;")
		s.add("\n", text, "\n\n")
	}
	return string(s)
}

// The mark at the start tells older players that this is UTF-8.
const header = mark + `[Script Info]
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,sans-serif,60,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,90,90,60,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`

// writeASS writes a script in one style. What a player would take for a command becomes
// signs that look alike: some players know no way to write them.
func writeASS(list []Cue) string {
	var s script
	s.add(header)
	for _, c := range list {
		s.add("Dialogue: 0,")
		s.clock(c.From, 1, ".", 2)
		s.add(",")
		s.clock(c.To, 1, ".", 2)
		text := strings.ReplaceAll(strings.ReplaceAll(c.Text, "{", "｛"), "}", "｝")
		text = strings.ReplaceAll(strings.ReplaceAll(text, `\`, "＼"), "\n", `\N`)
		s.add(",Default,,0,0,0,,", text, "\n")
	}
	return string(s)
}
