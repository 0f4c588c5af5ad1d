package export

import (
	"strings"

	"streamlist/wasm/internal/filename"
	"streamlist/wasm/internal/stream"
)

// Item is a lesson, episode or upload to be written: one row of its listing, and the sound
// that plays with it. It is all that a format needs of a listing.
type Item struct {
	Site stream.Site `json:"site"`
	Head stream.Head `json:"head"`
	// Row is nil where only the page is wanted: for YtDlp, PageList, CSV and JSON.
	Row *stream.Rendition `json:"row,omitempty"`
	// Audio is nil where the row has its sound inside, or none.
	Audio *stream.Rendition `json:"audio,omitempty"`
	// Account says that the page may give more to who is logged in, see [AccountMatters].
	Account bool `json:"account,omitempty"`
}

// ItemOf returns a row of a listing with the sound that plays with it. It shares the
// renditions with the listing.
func ItemOf(l *stream.Listing, row *stream.Rendition) Item {
	return Item{Site: l.Site, Head: l.Head, Row: row, Audio: l.AudioFor(row), Account: AccountMatters(l)}
}

// lesson is an item on its way into a text.
type lesson struct {
	*Item
	index int    // among the items
	stem  string // its name, safe in the shell and no other's
	files []file
}

// file is one of the files that a lesson is made of.
type file struct {
	name string
	row  *stream.Rendition
	urls []stream.MediaURL // never empty
}

// open looks up what an item's files are and where they are to be had. Picture and sound
// apart get names that leave the lesson's own to the file that they are joined into.
func (it *lesson) open() Refusal {
	it.files = nil
	if it.Row == nil || !it.Row.Available() {
		return NoAddress
	}
	apart := it.Audio != nil && it.Audio.Available()
	for _, r := range [...]*stream.Rendition{it.Row, it.Audio} {
		if r == it.Audio && !apart {
			break
		}
		ending := extension(r)
		switch {
		case apart && r == it.Row:
			ending = ".video" + ending
		case apart:
			ending = ".audio" + ending
		}
		for i := range r.Segments {
			urls := r.Segments[i].URLs
			if len(urls) == 0 {
				return NoAddress
			}
			for k := range urls {
				if !oneWord(urls[k].URL) {
					return Unquotable
				}
			}
			it.files = append(it.files, file{filename.Part(it.stem, i, len(r.Segments), ending), r, urls})
		}
	}
	return ""
}

// oneWord reports whether an address is one: none that [stream.Addresses] lets through holds
// a blank, a line break or what is no ASCII, and in a list such a thing would be another entry.
func oneWord(url string) bool {
	for i := range len(url) {
		if url[i] <= ' ' || url[i] >= 0x7f {
			return false
		}
	}
	return url != ""
}

// until is the earliest end of what a text holds of a lesson: of each file's first address,
// or of all; 0 when none is known.
func (it *lesson) until(all bool) (at int64) {
	for i := range it.files {
		list := it.files[i].urls
		if !all {
			list = list[:1]
		}
		if end := stream.Until(list); end != 0 && (at == 0 || end < at) {
			at = end
		}
	}
	return at
}

// length is how many bytes its addresses are.
func (it *lesson) length(all bool) (n int) {
	for i := range it.files {
		for k := range it.files[i].urls {
			if k == 0 || all {
				n += len(it.files[i].urls[k].URL)
			}
		}
	}
	return n
}

// sound returns the files of the sound that is apart.
func (it *lesson) sound() []file { return it.files[len(it.Row.Segments):] }

// picture returns the row's own files.
func (it *lesson) picture() []file { return it.files[:len(it.Row.Segments)] }

// whole is the name of the one file of picture and sound.
func (it *lesson) whole() string {
	ext := extension(it.Row)
	switch sound := it.sound(); {
	// ffmpeg's MP4 for sound alone (.m4a) takes AAC only, and FLAC in MP4 is refused by
	// older ffmpegs and unknown to many players. Matroska takes everything.
	case it.Row.Kind == stream.Audio && it.Row.Codec != stream.AAC:
		ext = ".mka"
	case len(sound) > 0 && sound[0].row.Codec == stream.FLAC:
		ext = ".mkv"
	}
	return it.stem + ext
}

// named returns a name as the shell can pass it on. On cmd that is not much.
func named(name string, shell Shell) string {
	if shell != Cmd {
		return name
	}
	var path []string
	parts := strings.Split(name, "/")
	for i, part := range parts {
		part = strings.Trim(strings.TrimLeft(plain(part), "-."), ". ")
		switch {
		case part == "" && i == len(parts)-1:
			part = "video"
		case filename.Reserved(part):
			part = "_" + part
		}
		if part != "" {
			path = append(path, part)
		}
	}
	return strings.Join(path, "/")
}

func extension(row *stream.Rendition) string {
	switch {
	case row.Kind == stream.Audio:
		return ".m4a"
	case row.Container == stream.FLV:
		return ".flv"
	}
	return ".mp4"
}
