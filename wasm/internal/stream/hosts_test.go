package stream

import (
	"slices"
	"testing"
)

func media(hosts ...string) []MediaURL {
	var backups []string
	for _, h := range hosts {
		backups = append(backups, "https://"+h+"/upgcxcode/1.m4s?deadline=1&oi=2130706433&mid=0")
	}
	return Addresses("", backups)
}

const (
	ali   = "upos-sz-mirrorali.bilivideo.com"
	cos   = "upos-sz-mirrorcos.bilivideo.com"
	cache = "cn-gddg-cm-01-02.bilivideo.com"
	home  = "xy1x2x3x4xy.mcdn.bilivideo.cn:4483"
	alien = "media.example.test"
)

func TestRank(t *testing.T) {
	for _, c := range []struct {
		name   string
		urls   []string
		speeds []HostSpeed
		want   []string
	}{
		{"nothing measured", []string{ali, cos, cache, home}, nil, []string{ali, cos, cache, home}},
		{"the fastest first", []string{ali, cos, cache}, []HostSpeed{{ali, 1000}, {cos, 3000}, {cache, 2000}}, []string{cos, cache, ali}},
		{"what was not measured between", []string{ali, cos, cache}, []HostSpeed{{ali, Silent}, {cache, 2000}}, []string{cache, cos, ali}},
		{"no device before a mirror", []string{ali, cos, home}, []HostSpeed{{ali, 1}, {cos, 2}, {home, 9000}}, []string{cos, home, ali}},
		{"not even before a silent one", []string{ali, home}, []HostSpeed{{ali, Silent}, {home, 9000}}, []string{ali, home}},
		{"a device before an edge that is slower", []string{cache, home}, []HostSpeed{{cache, 5}, {home, 9000}}, []string{home, cache}},
		{"of other hosts", []string{ali, cos}, []HostSpeed{{cache, 5}}, []string{ali, cos}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := media(c.urls...)
			l := &Listing{Video: []Rendition{{Segments: []Segment{{URLs: before, Size: 7}}}}, Single: []Rendition{{Withheld: &Reason{Code: NotGiven}}}}
			l.Rank(c.speeds)
			var got []string
			for _, u := range l.Video[0].Segments[0].URLs {
				got = append(got, HostOf(u.URL))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("order %q, want %q", got, c.want)
			}
			if !slices.Equal(before, media(c.urls...)) {
				t.Error("the addresses that others may hold were changed")
			}
			if l.Video[0].Segments[0].Size != 7 || l.Single[0].Segments != nil {
				t.Errorf("more than the order changed: %+v", l)
			}
		})
	}
	l := &Listing{Audio: []Rendition{{Segments: []Segment{{URLs: media(ali, cos)}}}}}
	l.Rank([]HostSpeed{{cos, 12}, {ali, Silent}})
	if u := l.Audio[0].Segments[0].URLs; u[0].Speed != 12 || u[1].Speed != Silent {
		t.Errorf("figures %+v", u)
	}
}

func TestHosts(t *testing.T) {
	r := &Rendition{Segments: []Segment{
		{URLs: append(media(ali, cache, alien, home), MediaURL{URL: "https://" + ali + "/upgcxcode/other.m4s"})},
		{URLs: media(ali, cos)},
	}}
	var got []string
	for _, u := range r.Hosts() {
		got = append(got, HostOf(u.URL))
	}
	if want := []string{ali, cache, home, cos}; !slices.Equal(got, want) {
		t.Errorf("hosts %q, want %q: each once, and none that is not known", got, want)
	}
}

func TestNetwork(t *testing.T) {
	for url, want := range map[string]string{
		"https://a.bilivideo.com/1?oi=2130706433&mid=0": "2130706433",
		"https://a.bilivideo.com/1?mid=0&oi=7":          "7",
		"https://a.bilivideo.com/1?foi=7":               "",
		"https://a.bilivideo.com/1?oi=0&mid=0":          "",
		"https://a.bilivideo.com/1?oi=00&mid=0":         "",
		"https://a.bilivideo.com/1?oi=&mid=0":           "",
		"https://a.bilivideo.com/1?oi=10":               "10",
		"https://a.bilivideo.com/1":                     "",
	} {
		l := &Listing{Video: []Rendition{{}, {Segments: []Segment{{URLs: Addresses(url, nil)}}}}}
		if got := l.Network(); got != want {
			t.Errorf("Network of %s = %q, want %q", url, got, want)
		}
	}
}
