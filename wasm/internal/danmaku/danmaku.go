// Package danmaku reads the comments that fly over a video, as the site's XML has them, and
// writes them as XML and as ASS subtitles. What others have typed is never trusted: it can
// neither end an element nor begin a command.
//
// Sources: seed 003_pugv_info (comments go by cid), API-collect docs/danmaku/danmaku_xml.md.
package danmaku

import (
	"strconv"
	"strings"

	"streamlist/wasm/internal/ass"
	"streamlist/wasm/internal/stream"
)

// Bounds of what is believed. The site itself gives at most 3000 comments for a video, in
// 100 characters each.
const (
	maxComments = 20_000
	maxText     = 500             // characters
	maxTime     = 24 * 3600 * 1e3 // milliseconds
)

// Comment is one comment.
type Comment struct {
	// P is the attribute with all that the site states: time, mode, size, colour, when and
	// where it was sent. It holds digits, letters and their separators only.
	P string
	// At is when it appears, in milliseconds.
	At int
	// Mode is 1 to 3 for one that moves leftwards, 4 at the bottom, 5 at the top, 6 rightwards;
	// those above are programs rather than text.
	Mode int
	// Size is the font's: 25 is usual, 18 small, 36 large.
	Size int
	// Color is 0xRRGGBB.
	Color int
	// Text is one line.
	Text string
}

// Parse reads `<d p="…">text</d>` elements out of XML, in the order of time. Whatever else
// there is, and elements that make no sense, are left out.
func Parse(xml string) []Comment {
	var list []Comment
	for len(list) < maxComments {
		_, rest, found := strings.Cut(xml, "<d ")
		tag, rest, whole := strings.Cut(rest, ">")
		if !found || !whole {
			break
		}
		if strings.HasSuffix(tag, "/") {
			xml = rest
			continue
		}
		text, rest, whole := strings.Cut(rest, "</d>")
		if !whole {
			break
		}
		xml = rest
		if c := parse(tag, text); c.Text != "" {
			list = append(list, c)
		}
	}
	sort(list)
	return list
}

func parse(tag, text string) (c Comment) {
	_, p, _ := strings.Cut(tag, `p="`)
	p, _, whole := strings.Cut(p, `"`)
	fields := strings.SplitN(p, ",", 5)
	if !whole || len(fields) < 4 || len(p) > 200 {
		return c
	}
	for i := range len(p) {
		if b := p[i]; (b < '0' || b > '9') && (b|0x20 < 'a' || b|0x20 > 'z') && b != ',' && b != '.' && b != '-' && b != '_' {
			return c
		}
	}
	at, err := strconv.ParseFloat(fields[0], 64)
	if err != nil || !(at >= 0 && at*1000 < maxTime) {
		return c
	}
	var numbers [3]int
	for i := range numbers {
		if numbers[i], err = strconv.Atoi(fields[i+1]); err != nil {
			return c
		}
	}
	return Comment{
		P: p, At: int(at * 1000), Mode: numbers[0], Size: min(max(numbers[1], 12), 64), Color: numbers[2] & 0xffffff,
		Text: stream.CleanText(unescape(text), maxText),
	}
}

// entities are what the site writes for XML's own characters, the last one last: what it
// brings forth is no entity.
var entities = [...]string{
	"&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&#34;", `"`, "&#39;", "'", "&#xA;", " ", "&#10;", " ", "&#xD;", " ", "&#x9;", " ", "&amp;", "&",
}

func unescape(s string) string {
	for i := 0; i < len(entities); i += 2 {
		s = strings.ReplaceAll(s, entities[i], entities[i+1])
	}
	return s
}

// sort orders by time (Shell's way: the comments of a film come nearly unordered, and the
// library's sorting takes eight times the bytes of wasm).
func sort(list []Comment) {
	for gap := len(list) / 2; gap > 0; gap /= 2 {
		for i := gap; i < len(list); i++ {
			c, j := list[i], i
			for ; j >= gap && list[j-gap].At > c.At; j -= gap {
				list[j] = list[j-gap]
			}
			list[j] = c
		}
	}
}

// XML writes comments as the site does, and nothing else.
func XML(list []Comment) string {
	var s ass.Script
	s.Add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<i>\n")
	for i := range list {
		text := strings.ReplaceAll(list[i].Text, "&", "&amp;")
		text = strings.ReplaceAll(strings.ReplaceAll(text, "<", "&lt;"), ">", "&gt;")
		s.Add(`<d p="`, list[i].P, `">`, text, "</d>\n")
	}
	s.Add("</i>\n")
	return string(s)
}
