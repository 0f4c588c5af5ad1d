package subtitle

import (
	"strconv"
	"strings"

	"streamlist/wasm/internal/stream"
)

// MaxTracks bounds how many languages of one video are believed.
const MaxTracks = 100

// Track is the subtitles of a video in one language.
type Track struct {
	// Tag tells the tracks of a video apart and is fit for a file's name: "en", "en-auto"
	// for one that a machine made.
	Tag string
	// Language is the site's own key: "en", "zh-Hans", "zh-CN", "ai-zh".
	Language string
	// Name is the site's own word for the language, in one line.
	Name string
	// Machine says that nobody wrote or translated them.
	Machine bool
	// Plain and Styled are the addresses of its files: the site's JSON or SRT, and ASS. Both are ""
	// where this account gets none, or where they lie on hosts that the extension doesn't know.
	Plain, Styled string
}

// Add adds what an answer gives as a file's address, of which the ending tells the kind.
// The first of each kind counts.
func (t *Track) Add(site stream.Site, raw string) {
	url, ok := site.SubtitleURL(raw)
	if !ok {
		return
	}
	place := &t.Plain
	if path, _, _ := strings.Cut(url, "?"); strings.HasSuffix(path, ".ass") {
		place = &t.Styled
	}
	if *place == "" {
		*place = url
	}
}

// URL is the address of the file to make a format of, "" for the site's own: for ASS that
// with the styles, otherwise that without them.
func (t *Track) URL(to Format) string {
	if t.Plain == "" || to == ASS && t.Styled != "" {
		return t.Styled
	}
	return t.Plain
}

// Arrange puts the page's language first, what people made before what machines did, and
// otherwise leaves the site's order; then it gives each track its tag.
func Arrange(list []*Track, page string) []*Track {
	page = fold(page)
	arranged := make([]*Track, 0, len(list))
	for rank := range 4 {
		for _, t := range list {
			if (fold(t.Language) == page) == (rank < 2) && t.Machine == (rank%2 == 1) {
				t.Tag = tag(t, arranged)
				arranged = append(arranged, t)
			}
		}
	}
	return arranged
}

// tag makes the tag of a track that comes behind others: letters, digits and "-".
func tag(t *Track, others []*Track) string {
	key := strings.TrimPrefix(t.Language, "ai-") // Machine says so
	for i := range len(key) {
		if b := key[i]; (b < '0' || b > '9') && (b|0x20 < 'a' || b|0x20 > 'z') && b != '-' {
			key = ""
			break
		}
	}
	if key == "" || len(key) > 20 {
		key = "und" // undetermined (ISO 639-2)
	}
	if t.Machine {
		key += "-auto"
	}
	name := key
	for n := 2; find(others, name) != nil; n++ {
		name = key + "-" + strconv.Itoa(n)
	}
	return name
}

func find(list []*Track, tag string) *Track {
	for _, t := range list {
		if t.Tag == tag {
			return t
		}
	}
	return nil
}

// All asks for every language.
const All = "all"

// Pick returns the tracks that are wanted: All, the one of a tag, or else the first of a
// language, of an arranged list one that people made.
func Pick(list []*Track, want string) []*Track {
	if want == All {
		return list
	}
	if t := find(list, want); t != nil {
		return []*Track{t}
	}
	for _, t := range list {
		if fold(t.Language) == fold(want) {
			return []*Track{t}
		}
	}
	return nil
}

// fold makes of a key the language and, of Chinese, the script: "zh-CN" and "ai-zh" are
// "zh", "zh-TW" is "zh-hant", "en-US" is "en".
func fold(key string) string {
	name, rest, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(key), "ai-"), "-")
	if name == "zh" && (strings.HasPrefix(rest, "hant") || rest == "tw" || rest == "hk") {
		return "zh-hant"
	}
	return name
}
