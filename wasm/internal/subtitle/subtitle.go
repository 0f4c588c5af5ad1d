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

const mark = "\ufeff" // of byte order, before UTF-8 too

// FormatOf tells by its content how a file is written: what names the address has for it
// can't be relied on.
func FormatOf(file string) Format {
	start := strings.TrimSpace(strings.TrimPrefix(file, mark))
	switch {
	case strings.HasPrefix(start, "{"):
		return JSON
	case strings.HasPrefix(start, "WEBVTT"):
		return VTT
	case strings.HasPrefix(start, "<"):
		return "" // a page
	case strings.HasPrefix(start, "[Script Info]"), strings.HasPrefix(start, "[") && strings.Contains(start, "\nDialogue:"):
		return ASS
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
	switch {
	case !ok:
		return "", 0, false
	case to == from && (to == JSON || to == ASS):
		return file, len(list), true
	}
	return write(list, to), len(list), true
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
	return sorted(list), ok
}

// add appends a cue, if its times make sense and it is not the one before it once more, as
// signs drawn in layers are.
func add(list []Cue, from, to int, text string) []Cue {
	if from < 0 || from > maxTime || to < 0 || len(list) >= maxCues {
		return list
	}
	c := Cue{from, max(from, min(to, maxTime)), text}
	if n := len(list); n > 0 && text != "" && list[n-1] == c {
		return list
	}
	return append(list, c)
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
func parseJSON(file string) ([]Cue, bool) {
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
	list := make([]Cue, 0, min(len(all.Body), maxCues))
	for i := range all.Body {
		c := &all.Body[i]
		list = add(list, int(c.From)-1, int(c.To)-1, lines(strings.ReplaceAll(c.Content, `\N`, "\n")))
	}
	return list, true
}

// parseASS reads the events of a script. Their commands and drawings are left out, and so
// is an event that is nothing else.
func parseASS(file string) []Cue {
	start, end, text := 1, 2, 9 // fields, as nearly every script has them
	var list []Cue
	for line := range strings.Lines(file) {
		line = strings.TrimRight(line, "\r\n")
		if names, found := strings.CutPrefix(line, "Format:"); found && strings.Contains(names, "Text") {
			for i, name := range strings.Split(names, ",") {
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
		event, found := strings.CutPrefix(line, "Dialogue:")
		fields := strings.SplitN(event, ",", text+1)
		if !found || len(fields) <= max(start, end, text) {
			continue
		}
		shown := lines(breaks(plain(fields[text])))
		if shown != "" || strings.TrimSpace(fields[text]) == "" {
			list = add(list, clock(fields[start]), clock(fields[end]), shown)
		}
	}
	return list
}

// plain takes the commands out of an event's text, and what is drawn by them.
func plain(s string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	drawing := false
	for s != "" {
		text, rest, opened := strings.Cut(s, "{")
		commands, after, closed := strings.Cut(rest, "}")
		if opened && !closed {
			text, commands = s, "" // a brace that begins nothing
		}
		if !drawing {
			b.WriteString(text)
		}
		for _, c := range strings.Split(commands, `\`) {
			// \p1 begins a drawing, \p0 ends it; \pos, \pbo and others begin with other letters.
			if n, found := strings.CutPrefix(c, "p"); found && n != "" && n[0] >= '0' && n[0] <= '9' {
				drawing = n[0] != '0'
			}
		}
		s = after
	}
	return b.String()
}

// breaks makes an event's line breaks and hard blanks characters.
func breaks(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, `\N`, "\n"), `\n`, "\n")
	return strings.ReplaceAll(s, `\h`, "\u00a0")
}

const arrow = "-->"

// parseSRT reads SRT and, as far as they agree, WebVTT: cues are found by their times,
// whatever numbers or names they have.
func parseSRT(file string) []Cue {
	var list []Cue
	from, to, open := 0, 0, false
	var text []string
	end := func() {
		if open {
			list = add(list, from, to, lines(untagged(plain(strings.Join(text, "\n")))))
		}
		text, open = nil, false
	}
	for line := range strings.Lines(file) {
		line = strings.TrimSpace(line)
		before, after, timing := strings.Cut(line, arrow)
		if timing {
			after, _, _ = strings.Cut(strings.TrimSpace(after), " ") // behind it stands where to show it
			first, last := clock(before), clock(after)
			if first >= 0 && last >= 0 {
				if n := len(text); n > 0 && strings.Trim(text[n-1], "0123456789") == "" {
					text = text[:n-1] // this cue's number, right under the former's text
				}
				end()
				from, to, open = first, last, true
				continue
			}
		}
		if line == "" {
			end()
		} else if open {
			text = append(text, line)
		}
	}
	end()
	return list
}

// clock reads 1:02:03.45, 01:02:03,450 or 02:03.450 as milliseconds; -1 is none.
func clock(s string) int {
	whole, fraction, _ := strings.Cut(strings.Replace(strings.TrimSpace(s), ",", ".", 1), ".")
	if len(fraction) > 3 {
		return -1
	}
	at, parts := 0, strings.Split(whole, ":")
	for _, part := range parts {
		n, ok := digits(part)
		if !ok {
			return -1
		}
		at = at*60 + n
	}
	ms, ok := digits((fraction + "000")[:3])
	if !ok || len(parts) < 2 || len(parts) > 3 {
		return -1
	}
	return at*1000 + ms
}

// digits reads up to four digits.
func digits(s string) (int, bool) {
	if s == "" || len(s) > 4 {
		return 0, false
	}
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// lines drops what would end a cue before its time, or show as a box: blank lines and
// control characters. What writing from right to left needs stays.
func lines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(s, "\r", "\n")) {
		line = strings.TrimSpace(strings.Map(func(r rune) rune {
			switch {
			case r == '\t':
				return ' '
			case r < ' ', r >= 0x7f && r <= 0x9f, r == 0xfeff, r == 0x2028, r == 0x2029:
				return -1
			}
			return r
		}, line))
		if line == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return b.String()
}

// untagged takes out tags as SRT and WebVTT have them: <i>, </font>, <v Name>.
func untagged(s string) string {
	var b strings.Builder
	for {
		text, rest, opened := strings.Cut(s, "<")
		b.WriteString(text)
		if !opened {
			return b.String()
		}
		_, after, closed := strings.Cut(rest, ">")
		if closed && (rest[0] == '/' || rest[0]|0x20 >= 'a' && rest[0]|0x20 <= 'z') {
			s = after
			continue
		}
		b.WriteByte('<')
		s = rest
	}
}

// sorted orders by time and leaves cues of one time as they are. (The library's sorting
// takes eight times the bytes of wasm.)
func sorted(list []Cue) []Cue {
	merged := make([]Cue, len(list))
	for run := 1; run < len(list); run *= 2 {
		for i, at := 0, 0; i < len(list); i += 2 * run {
			a, b := list[i:min(i+run, len(list))], list[min(i+run, len(list)):min(i+2*run, len(list))]
			for ; len(a)+len(b) > 0; at++ {
				if len(b) == 0 || len(a) > 0 && a[0].From <= b[0].From {
					merged[at], a = a[0], a[1:]
				} else {
					merged[at], b = b[0], b[1:]
				}
			}
		}
		list, merged = merged, list
	}
	return list
}
