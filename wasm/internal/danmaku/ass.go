package danmaku

import "strings"

// The picture that the script is written for; players scale it. Times in milliseconds.
const (
	width, height = 1920, 1080
	line          = 54 // height of a lane, and of text in the usual size
	lanes         = height / line
	moving        = 12_000
	standing      = 5_000
)

// The mark at the start tells older players that this is UTF-8.
const header = "\ufeff" + `[Script Info]
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: D,sans-serif,54,&H30FFFFFF,&H30FFFFFF,&H30000000,&H80000000,0,0,0,0,100,100,0,0,1,2,0,7,0,0,0,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`

// lane is a row of the picture: until when its right edge is taken by the text that moves in
// last, and until when any of it is.
type lane struct{ edge, all int }

// ASS writes comments as a subtitle script: those that move each in a lane of their own, so
// that none runs into another, and those that stand at the top and at the bottom. A comment
// that finds no room is left out, as the site's own player does; so are those that are
// programs.
func ASS(list []Comment) string {
	var left, right, top, bottom [lanes]lane
	var s script
	s.add(header)
	for i := range list {
		c := &list[i]
		size := c.Size * line / 25
		text, wide := plain(c.Text, size)
		switch {
		case c.Mode >= 1 && c.Mode <= 3, c.Mode == 6:
			rows, from, to := &left, width, -wide
			if c.Mode == 6 {
				rows, from, to = &right, -wide, width
			}
			// At one pace across the picture and its own length: it must not catch up with the one
			// before, whose end has to be inside the picture by now and outside it by the time that
			// this one's head gets there.
			reach := c.At + moving*width/(width+wide)
			entered := c.At + moving*wide/(width+wide)
			if row, ok := place(rows, size, c.At, reach, lane{entered, c.At + moving}); ok {
				s.begin(c, moving, `\move(`)
				s.numbers(from, row*line, to, row*line)
				s.end(c, size, text)
			}
		case c.Mode == 4, c.Mode == 5:
			rows, anchor := &top, `\an8\pos(`
			if c.Mode == 4 {
				rows, anchor = &bottom, `\an2\pos(`
			}
			end := c.At + standing
			if row, ok := place(rows, size, c.At, c.At, lane{end, end}); ok {
				y := row * line
				if c.Mode == 4 {
					y = height - y
				}
				s.begin(c, standing, anchor)
				s.numbers(width/2, y)
				s.end(c, size, text)
			}
		}
	}
	return string(s)
}

// place finds the first rows, enough for the size, that let a text in at a time and have
// nothing in them any more when it reaches their end, and gives them to it.
func place(rows *[lanes]lane, size, at, reach int, taken lane) (first int, ok bool) {
	need := (size + line - 1) / line
	free := 0
	for i := range rows {
		free++
		if rows[i].edge > at || rows[i].all > reach {
			free = 0
		}
		if free == need {
			for j := range need {
				rows[i-j] = taken
			}
			return i - need + 1, true
		}
	}
	return 0, false
}

// plain makes text that an ASS player takes for nothing but text, and estimates its width
// in pixels: East Asian characters are as wide as high, others about half.
func plain(s string, size int) (text string, wide int) {
	text = strings.Map(func(r rune) rune {
		if r < 0x1100 {
			wide += size * 11 / 20
		} else {
			wide += size
		}
		switch r { // some players know no way to write these
		case '{':
			return '｛'
		case '}':
			return '｝'
		case '\\':
			return '＼'
		}
		return r
	}, s)
	return text, wide
}

// begin writes a line up to its first command, end what comes after that.
func (s *script) begin(c *Comment, length int, command string) {
	s.add("Dialogue: 0,")
	s.clock(c.At)
	s.add(",")
	s.clock(c.At + length)
	s.add(",D,,0,0,0,,{", command)
}

func (s *script) end(c *Comment, size int, text string) {
	s.add(")")
	if c.Color != 0xffffff {
		s.add(`\c&H`)
		for n := c.Color | 1<<24; n > 1; n >>= 8 { // blue first
			const digits = "0123456789ABCDEF"
			*s = append(*s, digits[n>>4&15], digits[n&15])
		}
		s.add("&")
	}
	if size != line {
		s.add(`\fs`)
		s.number(size)
	}
	s.add("}", text, "\n")
}

func (s *script) numbers(list ...int) {
	for i, n := range list {
		if i > 0 {
			s.add(",")
		}
		s.number(n)
	}
}

// clock writes milliseconds as 1:02:03.45.
func (s *script) clock(ms int) {
	s.number(ms / 3600_000)
	for _, part := range [...]struct {
		before string
		value  int
	}{{":", ms / 60_000 % 60}, {":", ms / 1000 % 60}, {".", ms / 10 % 100}} {
		s.add(part.before)
		s.number(part.value / 10)
		s.number(part.value % 10)
	}
}
