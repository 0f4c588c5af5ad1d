// Package subtitle reads subtitles as the sites keep them, as their own JSON, as ASS or
// as SRT, and writes them as SRT, WebVTT and ASS.
//
// Sources: reference bilibili-api.md section 4.4 ("srt" may be a JSON file); yt-dlp's
// issues 6664 (a BOM before the JSON) and 7075 (ASS beside JSON).
package subtitle

import (
	"strconv"
	"strings"

	"streamlist/wasm/internal/json"
)

// Bounds of what is believed. A film has some two thousand cues, its ASS with drawn signs
// ten times that.
const (
	maxCues = 100_000
	maxTime = 24 * 3600 * 1000 // milliseconds
)

// Format is how a subtitle file is written; "" where it is none that is known. The others
// are the endings of its name.
type Format string

const (
	JSON Format = "json" // the sites' own
	ASS  Format = "ass"
	SRT  Format = "srt"
	VTT  Format = "vtt"
)

// Cue is a text and when it is shown. Cues may overlap.
type Cue struct {
	// From and To are in milliseconds; To is not before From.
	From, To int
	// Text is lines without markup, parted by "\n", none of them blank; "" in a cue that
	// shows nothing.
	Text string
}

const (
	mark  = "\ufeff" // of byte order, before UTF-8 too
	arrow = "-->"
)

// FormatOf tells by its content how a file is written: what names the address has for it
// can't be relied on.
func FormatOf(file string) Format {
	start := strings.TrimSpace(strings.TrimPrefix(file, mark))
	switch {
	case start == "" || start[0] == '<': // a page
	case start[0] == '{':
		return JSON
	case start[0] == '[' && strings.Contains(start, "[Events]"):
		return ASS
	case strings.HasPrefix(start, "WEBVTT"):
		return VTT
	case strings.Contains(start, arrow):
		return SRT
	}
	return ""
}

// Convert writes a file in a format and tells how many cues it has. JSON and ASS that are
// to stay what they are stay so to the byte: the one is wanted as the site has it, the
// other for its styles. It reports false for a file that is no subtitles.
func Convert(file string, to Format) (text string, cues int, ok bool) {
	from := FormatOf(file)
	list, ok := parse(file, from)
	if text = file; from != to || to == SRT || to == VTT {
		text = write(list, to)
	}
	return text, len(list), ok
}

// Parse reads the cues of a file, in the order of time. Those without a time that makes
// sense are left out. It reports false for a file that is no subtitles.
func Parse(file string) (list []Cue, ok bool) { return parse(file, FormatOf(file)) }

func parse(file string, from Format) (list []Cue, ok bool) {
	file = strings.TrimPrefix(file, mark)
	switch from {
	case JSON:
		list, ok = parseJSON(file)
	case ASS:
		list, ok = parseASS(file), true
	case SRT, VTT:
		list, ok = parseSRT(file), true
	}
	sort(list)
	return list, ok
}

// add appends a cue, if its times make sense and it is not the one before it once more, as
// signs drawn in layers are.
func add(list []Cue, from, to int, text string) []Cue {
	if from < 0 || from > maxTime || to < 0 || len(list) >= maxCues {
		return list
	}
	to = max(from, min(to, maxTime))
	if n := len(list) - 1; n >= 0 && text != "" && list[n].From == from && list[n].To == to && list[n].Text == text {
		return list
	}
	return append(list, Cue{from, to, text})
}

// seconds are read as milliseconds and one more: 0 is none.
type seconds int

// ReadJSON reads a number, or one in a string. It never returns an error.
func (s *seconds) ReadJSON(data []byte) error {
	if f, err := strconv.ParseFloat(strings.Trim(string(data), `"`), 64); err == nil && f >= 0 && f <= maxTime/1000 {
		*s = seconds(f*1000+0.5) + 1
	}
	return nil
}

// parseJSON reads the sites' own format: {"body":[{"from":1.5,"to":2,"content":"…"}]}, with
// line breaks as in ASS at times.
func parseJSON(file string) (list []Cue, ok bool) {
	var all struct {
		Body []struct {
			From    seconds `json:"from"`
			To      seconds `json:"to"`
			Content string  `json:"content"`
		} `json:"body"`
	}
	if json.Unmarshal([]byte(file), &all) != nil || all.Body == nil {
		return nil, false
	}
	for i := range all.Body {
		c := &all.Body[i]
		list = add(list, int(c.From)-1, int(c.To)-1, lines(strings.ReplaceAll(c.Content, `\N`, "\n")))
	}
	return list, true
}

// parseASS reads the events of a script. Their commands and drawings are left out, and so
// is an event that is nothing else.
func parseASS(file string) (list []Cue) {
	start, end, text := 1, 2, 9 // fields, as nearly every script has them
	for file != "" {
		var line string
		line, file, _ = strings.Cut(file, "\n")
		kind, rest, _ := strings.Cut(line, ":")
		if kind != "Dialogue" && kind != "Format" {
			continue
		}
		fields := strings.SplitN(rest, ",", text+1)
		if kind == "Format" {
			for i, name := range strings.Split(rest, ",") {
				switch strings.TrimSpace(name) {
				case "Start":
					start = i
				case "End":
					end = i
				case "Text":
					text = i
				}
			}
			continue
		}
		if len(fields) <= max(start, end, text) {
			continue
		}
		said := strings.TrimSpace(fields[text])
		shown := strings.ReplaceAll(strings.ReplaceAll(plain(said), `\N`, "\n"), `\n`, "\n")
		shown = lines(strings.ReplaceAll(shown, `\h`, "\u00a0"))
		if shown != "" || said == "" {
			list = add(list, clock(fields[start]), clock(fields[end]), shown)
		}
	}
	return list
}

// plain takes the commands out of an event's text, and what is drawn by them.
func plain(s string) string {
	var b []byte
	drawing := false
	for s != "" {
		text, rest, _ := strings.Cut(s, "{")
		commands, after, closed := strings.Cut(rest, "}")
		if !closed {
			text = s // a brace that begins nothing, or none
		}
		if !drawing {
			b = append(b, text...)
		}
		if !closed {
			break
		}
		// \p1 begins a drawing, \p0 ends it; behind \pos, \pbo and others comes a letter.
		for s = after; commands != ""; {
			_, commands, _ = strings.Cut(commands, `\p`)
			if commands != "" && commands[0] >= '0' && commands[0] <= '9' {
				drawing = commands[0] != '0'
			}
		}
	}
	return string(b)
}

// parseSRT reads SRT and, as far as they agree, WebVTT: cues are found by their times,
// whatever numbers or names they have.
func parseSRT(file string) (list []Cue) {
	from, to, text := -1, -1, "" // of the cue that is being read
	last := ""                   // line of text that may be the next cue's number
	for more := true; more; {
		var line string
		line, file, more = strings.Cut(file, "\n")
		line = strings.TrimSpace(line)
		before, after, timing := strings.Cut(line, arrow)
		first, second := -1, -1
		if timing {
			after, _, _ = strings.Cut(strings.TrimSpace(after), " ") // behind it stands where to show it
			first, second = clock(before), clock(after)
		}
		timing = first >= 0 && second >= 0
		if timing && strings.Trim(last, "0123456789") == "" {
			last = ""
		}
		text += last + "\n"
		last = line
		if timing || line == "" || !more {
			if !more && !timing {
				text += line
			}
			list = add(list, from, to, lines(untagged(plain(text))))
			from, to, text, last = first, second, "", ""
		}
	}
	return list
}

// clock reads 1:02:03.45, 01:02:03,450 or 02:03.450 as milliseconds; -1 is none.
func clock(s string) int {
	at, part, parts := 0, 0, 1
	fraction := -1 // digits of it that were read
	for _, c := range strings.TrimSpace(s) {
		switch {
		case c == ':' && fraction < 0:
			at, part, parts = at*60+part, 0, parts+1
		case (c == '.' || c == ',') && fraction < 0:
			at, part, fraction = at*60+part, 0, 0
		case c >= '0' && c <= '9' && part < 1000 && fraction < 3:
			part = part*10 + int(c-'0')
			if fraction >= 0 {
				fraction++
			}
		default:
			return -1
		}
	}
	if fraction < 0 {
		at, part, fraction = at*60+part, 0, 3
	}
	for ; fraction < 3; fraction++ {
		part *= 10
	}
	if parts < 2 || parts > 3 {
		return -1
	}
	return at*1000 + part
}

// untagged takes out tags as SRT and WebVTT have them: <i>, </font>, <v Name>.
func untagged(s string) string {
	var b []byte
	for {
		text, rest, opened := strings.Cut(s, "<")
		b = append(b, text...)
		if !opened {
			return string(b)
		}
		_, after, closed := strings.Cut(rest, ">")
		if closed && (rest[0] == '/' || rest[0]|0x20 >= 'a' && rest[0]|0x20 <= 'z') {
			s = after
		} else {
			b, s = append(b, '<'), rest
		}
	}
}

// lines drops what would end a cue before its time, or show as a box: blank lines and
// control characters. What writing from right to left needs stays.
func lines(s string) string {
	b := make([]rune, 0, len(s))
	for _, r := range s {
		switch {
		case r == '\r', r == '\n':
			for len(b) > 0 && b[len(b)-1] == ' ' {
				b = b[:len(b)-1]
			}
			if r = '\n'; len(b) == 0 || b[len(b)-1] == '\n' {
				continue
			}
		case r == '\t', r == ' ', r == 0x3000:
			if len(b) == 0 || b[len(b)-1] == '\n' {
				continue
			}
			if r == '\t' {
				r = ' '
			}
		case r < ' ', r >= 0x7f && r <= 0x9f, r == 0xfeff, r == 0x2028, r == 0x2029:
			continue
		}
		b = append(b, r)
	}
	return strings.TrimRight(string(b), " \n\u3000")
}

// sort orders by time and leaves cues of one time as they are (Shell's way, the place in the
// list behind the time: the library's sorting takes eight times the bytes of wasm).
func sort(list []Cue) {
	const place = 1 << 20 // more than maxCues
	for i := range list {
		list[i].From = list[i].From*place + i
	}
	for gap := len(list) / 2; gap > 0; gap /= 2 {
		for i := gap; i < len(list); i++ {
			c, j := list[i], i
			for ; j >= gap && list[j-gap].From > c.From; j -= gap {
				list[j] = list[j-gap]
			}
			list[j] = c
		}
	}
	for i := range list {
		list[i].From /= place
	}
}
