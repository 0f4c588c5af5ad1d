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
	// Sources are the addresses of its files. There are none where this account gets none,
	// or where they lie on hosts that the extension doesn't know.
	Sources []Source
}

// Source is one file of a track.
type Source struct {
	URL string
	// Format is what the address ends with, which may not be so; "" where it says nothing.
	Format Format
}

// Add adds what an answer gives as a file's address.
func (t *Track) Add(site stream.Site, raw string) {
	url, ok := site.SubtitleURL(raw)
	for _, s := range t.Sources {
		ok = ok && s.URL != url
	}
	if !ok {
		return
	}
	path, _, _ := strings.Cut(url, "?")
	s := Source{URL: url}
	for _, f := range [...]Format{JSON, ASS, SRT, VTT} {
		if strings.HasSuffix(strings.ToLower(path), "."+string(f)) {
			s.Format = f
		}
	}
	t.Sources = append(t.Sources, s)
}

// URL is the address of the file to make a format of, "" for the site's own: for ASS that
// with the styles, otherwise that without them.
func (t *Track) URL(to Format) string {
	url := ""
	for _, s := range t.Sources {
		if url == "" || (s.Format == ASS) == (to == ASS) {
			url = s.URL
		}
		if (s.Format == ASS) == (to == ASS) {
			break
		}
	}
	return url
}

// Arrange puts the page's language first, what people made before what machines did, and
// otherwise leaves the site's order; then it gives each track its tag.
func Arrange(list []Track, page string) []Track {
	arranged := make([]Track, 0, len(list))
	for rank := range 4 {
		for i := range list {
			own := 0
			if !same(list[i].Language, page) {
				own = 2
			}
			if list[i].Machine {
				own++
			}
			if own == rank {
				arranged = append(arranged, list[i])
			}
		}
	}
	for i := range arranged {
		t := &arranged[i]
		tag := plainTag(t.Language)
		if t.Machine {
			tag += "-auto"
		}
		t.Tag = tag
		for n := 2; taken(arranged[:i], t.Tag); n++ {
			t.Tag = tag + "-" + strconv.Itoa(n)
		}
	}
	return arranged
}

func taken(list []Track, tag string) bool {
	for i := range list {
		if list[i].Tag == tag {
			return true
		}
	}
	return false
}

// All asks for every language.
const All = "all"

// Pick returns the tracks that are wanted: All, the one of a tag, or the best of a
// language, which what people made is before what machines did.
func Pick(list []Track, want string) []*Track {
	var picked []*Track
	for i := range list {
		if want == All || list[i].Tag == want {
			picked = append(picked, &list[i])
		}
	}
	if len(picked) > 0 {
		return picked
	}
	for _, machine := range [...]bool{false, true} {
		for i := range list {
			if list[i].Machine == machine && same(list[i].Language, want) {
				return []*Track{&list[i]}
			}
		}
	}
	return nil
}

// same reports whether two keys are of one language: "zh-CN" is "zh-Hans", and "zh" is any
// Chinese.
func same(a, b string) bool {
	first, firstScript := language(a)
	second, secondScript := language(b)
	return first == second && (firstScript == secondScript || firstScript == "" || secondScript == "")
}

// language is a key's language and, where that tells two apart, its script.
func language(key string) (name, script string) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(key), "ai-"), "-")
	if name == "zh" {
		switch {
		case strings.HasPrefix(rest, "hant"), rest == "tw", rest == "hk", rest == "mo":
			script = "hant"
		case strings.HasPrefix(rest, "hans"), rest == "cn", rest == "sg":
			script = "hans"
		}
	}
	return name, script
}

// plainTag is a site's key as far as it may stand in a name: letters, digits and "-".
func plainTag(key string) string {
	key = strings.TrimPrefix(key, "ai-") // Machine says so
	key = strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, key), "-")
	if key == "" || len(key) > 20 {
		return "und" // undetermined (ISO 639-2)
	}
	return key
}
