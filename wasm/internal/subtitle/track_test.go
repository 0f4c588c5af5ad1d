package subtitle

import (
	"slices"
	"testing"

	"streamlist/wasm/internal/stream"
)

func tracks(keys ...string) (list []*Track) {
	for _, key := range keys {
		t := &Track{Language: key}
		if key[0] == '~' {
			t = &Track{Language: key[1:], Machine: true}
		}
		list = append(list, t)
	}
	return list
}

func tags(list []*Track) (all []string) {
	for _, t := range list {
		all = append(all, t.Tag)
	}
	return all
}

func TestArrange(t *testing.T) {
	for _, c := range []struct {
		page  string
		given []string
		want  []string
	}{
		{"en", []string{"th", "en", "vi"}, []string{"en", "th", "vi"}},
		{"th", []string{"en", "~th", "vi"}, []string{"th-auto", "en", "vi"}},
		{"vi", []string{"~en", "en", "~vi", "vi"}, []string{"vi", "vi-auto", "en", "en-auto"}},
		{"zh-Hans", []string{"en", "zh-Hant", "zh-CN"}, []string{"zh-CN", "en", "zh-Hant"}},
		{"zh", []string{"en-US", "~ai-zh", "zh-CN"}, []string{"zh-CN", "zh-auto", "en-US"}},
		{"en", []string{"en", "en", "~en", "~en"}, []string{"en", "en-2", "en-auto", "en-auto-2"}},
		{"en", []string{"../x", "a b", "~", "\u202e"}, []string{"und", "und-2", "und-3", "und-auto"}},
		{"en", nil, nil},
	} {
		if got := tags(Arrange(tracks(c.given...), c.page)); !slices.Equal(got, c.want) {
			t.Errorf("%v for %s: %v, want %v", c.given, c.page, got, c.want)
		}
	}
}

func TestPick(t *testing.T) {
	list := Arrange(tracks("en", "~en", "zh-CN", "zh-Hant", "~ai-ja", "~th"), "en")
	for want, tag := range map[string][]string{
		All:  {"en", "en-auto", "zh-CN", "zh-Hant", "ja-auto", "th-auto"},
		"en": {"en"}, "en-auto": {"en-auto"}, "en-US": {"en"}, "ja": {"ja-auto"}, "th": {"th-auto"},
		"zh": {"zh-CN"}, "zh-Hans": {"zh-CN"}, "zh-TW": {"zh-Hant"}, "zh-Hant-HK": {"zh-Hant"}, "vi": nil, "": nil,
	} {
		var got []string
		for _, p := range Pick(list, want) {
			got = append(got, p.Tag)
		}
		if !slices.Equal(got, tag) {
			t.Errorf("%q: %v, want %v", want, got, tag)
		}
	}
}

func TestSources(t *testing.T) {
	const json, ass, odd = "https://s.bstarstatic.com/ogv/subtitle/1.json?auth_key=1", "https://s.bstarstatic.com/ogv/subtitle/1.ass?auth_key=1", "https://s.bstarstatic.com/ogv/subtitle/1"
	for _, c := range []struct {
		given []string
		want  map[Format]string
	}{
		{nil, map[Format]string{SRT: "", ASS: ""}},
		{[]string{ass}, map[Format]string{SRT: ass, VTT: ass, ASS: ass, "": ass}},
		{[]string{json}, map[Format]string{SRT: json, ASS: json, "": json}},
		{[]string{ass, json, ass}, map[Format]string{SRT: json, VTT: json, ASS: ass, "": json}},
		{[]string{json, ass}, map[Format]string{SRT: json, ASS: ass, "": json}},
		{[]string{odd, ass}, map[Format]string{SRT: odd, ASS: ass}},
		{[]string{"https://cdn.test/1.json", "ftp://s.bstarstatic.com/", "", "https://aisubtitle.hdslb.com/1.json"}, map[Format]string{SRT: "", ASS: ""}},
	} {
		var track Track
		for _, url := range c.given {
			track.Add(stream.TV, url)
		}
		for to, want := range c.want {
			if got := track.URL(to); got != want {
				t.Errorf("%v as %q: %q, want %q", c.given, to, got, want)
			}
		}
	}
}
