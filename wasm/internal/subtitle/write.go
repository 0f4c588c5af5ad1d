package subtitle

import (
	"strconv"
	"strings"
)

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

// script is text that is being written.
type script []byte

// add is not written out at each call: that would take more bytes than all the rest.
func (s *script) add(parts ...string) {
	for _, p := range parts {
		*s = append(*s, p...)
	}
}

// number writes a number of at least so many digits, 1 or 2.
func (s *script) number(n, digits int) {
	if n < 10 && digits > 1 {
		s.add("0")
	}
	*s = strconv.AppendInt(*s, int64(n), 10)
}

// write writes cues as SRT, WebVTT or ASS.
func write(list []Cue, as Format) string {
	var s script
	before, between, behind, end, point, hours := "", " "+arrow+" ", "\n", "\n\n", ".", 2
	var signs []string // that would mean something, and what they become
	switch as {
	case ASS:
		s.add(header)
		before, between, behind, end, hours = "Dialogue: 0,", ",", ",Default,,0,0,0,,", "\n", 1
		// Some players know no way to write these.
		signs = []string{"{", "｛", "}", "｝", `\`, "＼", "\n", `\N`}
	case VTT:
		s.add("WEBVTT\n\n")
		signs = []string{"&", "&amp;", "<", "&lt;", ">", "&gt;"}
	default:
		point = ","
		// There is no way to escape, and by an arrow players find the times.
		signs = []string{arrow, "→"}
	}
	for i := range list {
		c := &list[i]
		if as == SRT {
			s.add(strconv.Itoa(i+1), "\n")
		}
		s.add(before)
		for _, at := range [...]int{c.From, c.To} {
			s.number(at/3600_000, hours)
			s.add(":")
			s.number(at/60_000%60, 2)
			s.add(":")
			s.number(at/1000%60, 2)
			s.add(point)
			s.number(at/10%100, 2)
			if as != ASS {
				s.number(at%10, 1)
			}
			s.add(between)
		}
		s = s[:len(s)-len(between)]
		text := c.Text
		for i := 0; i < len(signs); i += 2 {
			text = strings.ReplaceAll(text, signs[i], signs[i+1])
		}
		s.add(behind, text, end)
	}
	return string(s)
}
