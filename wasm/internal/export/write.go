package export

import (
	"strconv"
	"strings"
	"time"

	"streamlist/wasm/internal/filename"
)

// Format is what a lesson, or a selection of them, is written as.
type Format string

const (
	// Commands: one by [Command], a script of many by [Write].
	MPV    Format = "mpv"    // plays a row with its sound
	FFmpeg Format = "ffmpeg" // saves a row with its sound as one file
	Curl   Format = "curl"   // saves a row, each segment as a file
	Wget   Format = "wget"   // likewise
	Aria2c Format = "aria2c" // likewise, from all hosts at once
	YtDlp  Format = "ytdlp"  // saves the page's video, in a quality of its own choice
	// Join has ffmpeg join what Curl, Wget, Aria2c or Aria2List saved apart.
	Join Format = "join"

	// Lists, by [Write] alone.
	Aria2List Format = "aria2-list" // aria2's input file
	MPVList   Format = "mpv-list"   // m3u of addresses, picture and sound as one entry
	VLCList   Format = "vlc-list"   // m3u of addresses with sound inside
	PageList  Format = "page-list"  // m3u of pages, which mpv has yt-dlp resolve: it doesn't end
	List      Format = "list"       // addresses, one a line
	CSV       Format = "csv"        // a row for each lesson, for a spreadsheet
	JSON      Format = "json"       // everything, see [Document]
)

func (f Format) known() bool {
	switch f {
	case MPV, FFmpeg, Curl, Wget, Aria2c, YtDlp, Join, Aria2List, MPVList, VLCList, PageList, List, CSV, JSON:
		return true
	}
	return false
}

// Text is what [Write] wrote.
type Text struct {
	// Name is what to save it as: safe on every system, named after the course.
	Name string `json:"name"`
	// MIME is its media type.
	MIME string `json:"mime"`
	// Body is empty where every item was refused.
	Body string `json:"body"`
	// Mark says that the saved file begins with a byte order mark (U+FEFF): without one,
	// Windows' programs read its letters as others.
	Mark bool `json:"mark,omitempty"`
	// ExpiresAt is when the first address in it ends, in Unix seconds; 0 unknown, or none.
	ExpiresAt int64 `json:"expiresAt,omitempty"`
	// Refused are the items that it doesn't hold.
	Refused []Refused `json:"refused,omitempty"`
}

// Refused is an item that could not be written, by its index, and why.
type Refused struct {
	Index int     `json:"index"`
	Why   Refusal `json:"why"`
}

// writer is a text in the making.
type writer struct {
	Text
	format  Format
	to      Reader
	lessons []lesson
	out     strings.Builder
}

// Write writes items, which are of one site, in a format. Commands become a script, which
// hands a program that reads lists one list. An item that can't be written is refused, and
// the others stand without it.
func Write(f Format, items []Item, to Reader) Text {
	w := &writer{format: f, to: to}
	if !f.known() {
		return w.Text
	}
	if to.Template == "" {
		w.to.Template = filename.Template
	}
	w.choose(items)
	if len(w.lessons) == 0 {
		return w.Text
	}
	w.MIME = "text/plain"
	ending := ".txt"
	switch f {
	case MPVList, VLCList, PageList:
		w.MIME, ending = "audio/x-mpegurl", ".m3u8" // by this ending it is UTF-8 to VLC
	case CSV:
		w.MIME, ending = "text/csv", ".csv"
	case JSON:
		w.MIME, ending = "application/json", ".json"
	case Aria2List:
		ending = ".aria2.txt"
	case List:
	default:
		ending = "." + string(f) + scriptEnding(to.Shell)
	}
	w.Name = w.called(ending)
	switch f {
	case MPVList, VLCList, PageList:
		w.playlist()
	case CSV:
		w.csv()
	case JSON:
		w.json()
	case Aria2List:
		w.aria2List()
	case List:
		w.list()
	default:
		w.script()
	}
	if len(w.Refused) < len(items) {
		w.Body = w.out.String()
	}
	return w.Text
}

// choose opens the lessons that can be written, with a name for each that is no other's.
func (w *writer) choose(items []Item) {
	taken := make(map[string]bool, len(items))
	w.lessons = make([]lesson, 0, len(items))
	size := 0
	for i := range items {
		it := lesson{Item: &items[i], index: i}
		row := it.Row
		if w.format == YtDlp {
			row = nil // it chooses the quality itself
		}
		it.stem = filename.Distinct(named(filename.Stem(w.to.Template, it.Head, row), w.shell()), taken)
		taken[strings.ToLower(it.stem)] = true
		why := it.open()
		switch {
		case w.format == YtDlp || w.format == PageList:
			why = ""
			if pageAddress(it.Site, it.Head) == "" {
				why = NoAddress
			}
		case why == NoAddress && (w.format == CSV || w.format == JSON):
			why = "" // they say so by an empty place
		case why == "" && w.format == VLCList && len(it.sound()) > 0:
			why = NoSound
		}
		if why != "" {
			w.refuse(&it, why)
			continue
		}
		w.lessons = append(w.lessons, it)
		size += 900 // names, titles, headers
		switch w.format {
		case YtDlp, PageList, Join:
		default:
			all := w.format == Aria2c || w.format == Aria2List || w.format == JSON
			w.endsAt(it.until(all))
			size += it.length(all)
		}
	}
	w.out.Grow(size) // growing by itself it would leave five times as much behind
}

// shell is whose names files get: a table is read by anything.
func (w *writer) shell() Shell {
	if w.format == CSV || w.format == JSON {
		return POSIX
	}
	return w.to.Shell
}

func (w *writer) refuse(it *lesson, why Refusal) {
	w.Refused = append(w.Refused, Refused{it.index, why})
}

func (w *writer) endsAt(at int64) {
	if at != 0 && (w.ExpiresAt == 0 || at < w.ExpiresAt) {
		w.ExpiresAt = at
	}
}

// called names the text: after the course, or after its only lesson.
func (w *writer) called(ending string) string {
	template := "{course}"
	if len(w.lessons) == 1 {
		template = "{number} - {lesson}"
	}
	return named(filename.Stem(template, w.lessons[0].Head, nil), w.shell()) + ending
}

//go:noinline
func (w *writer) add(parts ...string) {
	for _, s := range parts {
		w.out.WriteString(s)
	}
}

// works says until when the links work, "" where that isn't known or nothing ends.
func (w *writer) works() string {
	if w.ExpiresAt == 0 {
		return ""
	}
	return "Streamlist: the links work until " + utc(w.ExpiresAt, " ")[:len("2006-01-02 15:04")] + " UTC"
}

// utc writes Unix seconds as date and time of day.
func utc(at int64, between string) string {
	t := time.Unix(at, 0).UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return two(year/100) + two(year%100) + "-" + two(int(month)) + "-" + two(day) + between + two(hour) + ":" + two(minute) + ":" + two(second)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
