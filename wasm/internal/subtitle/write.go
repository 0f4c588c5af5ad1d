package subtitle

import (
	"strconv"
	"strings"

	"streamlist/wasm/internal/ass"
)

const style = "Default,sans-serif,60,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,90,90,60,1"

// write writes cues as SRT, WebVTT or ASS.
func write(list []Cue, as Format) string {
	var s ass.Script
	before, between, behind, end, point := "", " "+arrow+" ", "\n", "\n\n", "."
	var signs []string // that would mean something, and what they become
	switch as {
	case ASS:
		s.Head("0", style)
		before, between, behind, end = "Dialogue: 0,", ",", ",Default,,0,0,0,,", "\n"
		signs = []string{"\n", `\N`}
	case VTT:
		s.Add("WEBVTT\n\n")
		signs = []string{"&", "&amp;", "<", "&lt;", ">", "&gt;"}
	default:
		point = ","
		// There is no way to escape, and by an arrow players find the times.
		signs = []string{arrow, "→"}
	}
	for i := range list {
		c := &list[i]
		if as == SRT {
			s.Add(strconv.Itoa(i+1), "\n")
		}
		s.Add(before)
		for _, at := range [...]int{c.From, c.To} {
			if as != ASS && at < 10*3600_000 {
				s.Add("0")
			}
			s.Clock(at, point)
			if as != ASS {
				s.Number(at%10, 1)
			}
			s.Add(between)
		}
		s = s[:len(s)-len(between)]
		text := c.Text
		if as == ASS {
			text = strings.Map(ass.Literal, text)
		}
		for i := 0; i < len(signs); i += 2 {
			text = strings.ReplaceAll(text, signs[i], signs[i+1])
		}
		s.Add(behind, text, end)
	}
	return string(s)
}
