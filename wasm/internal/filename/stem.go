package filename

import (
	"strconv"
	"strings"
	"unicode"

	"streamlist/wasm/internal/stream"
)

// Lengths of a part of a path, in bytes and in UTF-16 units. File systems take 255 bytes;
// browsers append an ending of their own while they save, we " (2)", " part 3" and ".mp4".
// Windows counts units, and in most places takes 260 for the whole path.
const (
	stemBytes, stemUnits     = 215, 110
	folderBytes, folderUnits = 200, 60
	maxFolders               = 7
)

// Template is how files are named until the person chooses otherwise. The placeholders are
// {course}, {number}, {lesson}, {quality}, {codec}; "/" parts folders. What stands beside an
// empty placeholder goes with it.
const Template = "{course}/{number} - {lesson} [{quality} {codec}]"

// Stem makes the name of a row's file, without its ending, from a template: a relative path
// that every system takes, "/" between folders and name. Without a row it tells no quality.
func Stem(template string, h stream.Head, row *stream.Rendition) string {
	values := map[string]string{
		"course":  tame(h.Series),
		"number":  lessonNumber(h),
		"lesson":  tame(h.Title),
		"quality": "", "codec": "",
	}
	if row != nil {
		values["quality"], values["codec"] = tame(qualityName(row)), tame(string(row.Codec))
	}
	if values["lesson"] == "" && values["number"] == "" {
		values["lesson"] = values["course"]
	}
	var parts []string
	for part := range strings.SplitSeq(template, "/") {
		parts = append(parts, part)
	}
	var path []string
	for i, part := range parts {
		last := i == len(parts)-1
		bytes, units := folderBytes, folderUnits
		if last {
			bytes, units = stemBytes, stemUnits
		}
		name := component(part, values, bytes, units)
		if name == "" && last {
			name = "video"
		}
		if name != "" && (last || len(path) < maxFolders) {
			path = append(path, name)
		}
	}
	return strings.Join(path, "/")
}

// component fills in one part of a template. Where it gets too long the longest value is
// cut, so that a long title leaves the quality readable.
func component(template string, values map[string]string, bytes, units int) string {
	fill := func(values map[string]string) string { return tame(tidy(expand(template, values))) }
	name := fill(values)
	if over := max(len(name)-bytes, 0); over > 0 || length16(name) > units {
		longest := ""
		for key, value := range values {
			if strings.Contains(template, "{"+key+"}") && (len(value) > len(values[longest]) || len(value) == len(values[longest]) && key > longest) {
				longest = key
			}
		}
		shorter := map[string]string{}
		for key, value := range values {
			shorter[key] = value
		}
		for (len(name) > bytes || length16(name) > units) && len(shorter[longest]) > 20 {
			shorter[longest] = Cut(shorter[longest], len(shorter[longest])-4)
			name = fill(shorter)
		}
	}
	for len(name) > bytes || length16(name) > units {
		name = tame(Cut(name, min(len(name)-1, bytes)))
	}
	if Reserved(name) {
		name = "_" + name
	}
	return name
}

// piece is a part of an expanded template.
type piece struct {
	text  string
	value bool // it stands for a placeholder
}

// expand fills in the placeholders. What stands in braces and is none stays as it is.
func expand(template string, values map[string]string) []piece {
	var list []piece
	for template != "" {
		open := strings.IndexByte(template, '{')
		end := -1
		if open >= 0 {
			end = strings.IndexByte(template[open:], '}')
		}
		if end < 0 {
			return append(list, piece{text: template})
		}
		value, known := values[template[open+1:open+end]]
		if !known {
			value = template[open : open+end+1]
		}
		if open > 0 {
			list = append(list, piece{text: template[:open]})
		}
		list = append(list, piece{text: value, value: known})
		template = template[open+end+1:]
	}
	return list
}

// tidy joins the pieces. What separates an empty value from the next one goes with it, or
// what separates it from the one before; so do empty brackets.
func tidy(list []piece) string {
	for i, p := range list {
		if !p.value || p.text != "" {
			continue
		}
		switch {
		case i+1 < len(list) && separates(list[i+1]):
			list[i+1].text = ""
		case i > 0 && separates(list[i-1]):
			list[i-1].text = ""
		}
	}
	var b strings.Builder
	for _, p := range list {
		b.WriteString(p.text)
	}
	text := b.String()
	for _, empty := range []string{"[]", "()", "【】"} { // strings.NewReplacer costs 32 kB of wasm
		text = strings.ReplaceAll(text, empty, "")
	}
	return text
}

func separates(p piece) bool { return !p.value && strings.Trim(p.text, " -_.,:|·–—") == "" }

// tame is [Safe], and takes out what browsers refuse in the name of a download beyond
// that: invisible characters, and "%", which Firefox replaces in Windows, where it can name a
// variable.
func tame(s string) string {
	return Safe(strings.Map(func(r rune) rune {
		switch {
		case r == '\u200c' || r == '\u200d': // part of the spelling in some scripts
			return r
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Noncharacter_Code_Point, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case r == '%':
			return '％'
		}
		return r
	}, s))
}

// length16 is a text's length in UTF-16 units.
func length16(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// lessonNumber is a lesson's number, of as many digits as the last one has.
func lessonNumber(h stream.Head) string {
	if h.Number <= 0 {
		return ""
	}
	s := strconv.Itoa(h.Number)
	for width := max(2, len(strconv.Itoa(h.Total))); len(s) < width; {
		s = "0" + s
	}
	return s
}

func qualityName(r *stream.Rendition) string {
	if name := r.Quality.Name(); name != "" {
		return name
	}
	return r.Label
}

// Part is the whole name of the file i (from 0) of a row that is so many.
func Part(stem string, i, of int, ending string) string {
	if of > 1 {
		stem += " part " + strconv.Itoa(i+1)
	}
	return stem + ending
}

// Distinct appends a number to a stem that is taken; taken holds them in lower case. On some
// systems names are the same that differ in case alone.
func Distinct(stem string, taken map[string]bool) string {
	name := stem
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = stem + " (" + strconv.Itoa(n) + ")"
	}
	return name
}
