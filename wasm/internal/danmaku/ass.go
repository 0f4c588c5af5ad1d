package danmaku

import (
	"strings"

	"streamlist/wasm/internal/ass"
)

// The picture that the script is written for; players scale it. Times in milliseconds.
const (
	width, height = 1920, 1080
	line          = 54 // height of a lane, and of text in the usual size
	lanes         = height / line
	moving        = 12_000
	standing      = 5_000
)

const style = "D,sans-serif,54,&H30FFFFFF,&H30FFFFFF,&H30000000,&H80000000,0,0,0,0,100,100,0,0,1,2,0,7,0,0,0,1"

// lane is a row of the picture: until when its right edge is taken by the text that moves in
// last, and until when any of it is.
type lane struct{ edge, all int }

// ASS writes comments as a subtitle script: those that move each in a lane of their own, so
// that none runs into another, and those that stand at the top and at the bottom. A comment
// that finds no room is left out, as the site's own player does; so are those that are
// programs.
func ASS(list []Comment) string {
	var left, right, top, bottom [lanes]lane
	var s ass.Script
	s.Head("2", style)
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
				open(&s, c, moving, `\move(`)
				numbers(&s, from, row*line, to, row*line)
				shut(&s, c, size, text)
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
				open(&s, c, standing, anchor)
				numbers(&s, width/2, y)
				shut(&s, c, size, text)
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
		return ass.Literal(r)
	}, s)
	return text, wide
}

// open writes a line up to its first command, shut what comes after that.
func open(s *ass.Script, c *Comment, length int, command string) {
	s.Add("Dialogue: 0,")
	s.Clock(c.At, ".")
	s.Add(",")
	s.Clock(c.At+length, ".")
	s.Add(",D,,0,0,0,,{", command)
}

func shut(s *ass.Script, c *Comment, size int, text string) {
	s.Add(")")
	if c.Color != 0xffffff {
		s.Add(`\c&H`)
		for n := c.Color | 1<<24; n > 1; n >>= 8 { // blue first
			const digits = "0123456789ABCDEF"
			*s = append(*s, digits[n>>4&15], digits[n&15])
		}
		s.Add("&")
	}
	if size != line {
		s.Add(`\fs`)
		s.Number(size, 1)
	}
	s.Add("}", text, "\n")
}

func numbers(s *ass.Script, list ...int) {
	for i, n := range list {
		if i > 0 {
			s.Add(",")
		}
		s.Number(n, 1)
	}
}
