package pugv

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"streamlist/wasm/internal/stream"
)

// part is a segment of a file named so.
func part(order int, name string) string {
	return fmt.Sprintf(`{"order":%d,"length":60000,"size":1000,"url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/%s?deadline=1800000000"}`, order, name)
}

const offers = `"accept_quality":[112,80,64,32,16],"accept_description":["1080P+","1080P","720P","480P","360P"],"support_formats":[{"quality":112},{"quality":80}],`

func TestMissing(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       []stream.Quality
	}{
		{"one file, others named", offers + `"quality":64,"type":"MP4","durl":[` + part(1, "a.mp4") + `]`, []stream.Quality{112, 80, 32, 16}},
		{"several files in durls", offers + `"quality":64,"durl":[` + part(1, "a.mp4") + `],"durls":[{"quality":32,"durl":[` + part(1, "b.mp4") + `]}]`, []stream.Quality{112, 80, 16}},
		{"nothing else named", `"accept_quality":[64],"quality":64,"durl":[` + part(1, "a.mp4") + `]`, nil},
		{"DASH", offers + `"dash":{"video":[{"id":80,"base_url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1.m4s"}]}`, nil},
		{"no media", offers + `"quality":64`, nil},
		{"encrypted", offers + `"is_drm":true,"quality":64,"durl":[` + part(1, "a.mp4") + `]`, nil},
	} {
		if got := play(t, c.data).Missing(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	many := play(t, `"quality":1,"accept_quality":[`+strings.TrimSuffix(strings.Repeat("7,", 50), ",")+`,2,3,4,5,6,8,9,10,11,12,13,14,15,16,17,18,19,20],"durl":[`+part(1, "a.mp4")+`]`)
	if got := many.Missing(); len(got) != maxQualities || got[0] != 7 || got[1] != 2 {
		t.Errorf("of a hostile list: %v", got)
	}
}

func TestFilesOfFurtherQualities(t *testing.T) {
	file := func(quality int, more, name string) *Play {
		return play(t, fmt.Sprintf(`%s"quality":%d,"type":"FLV","durl":[%s,%s]`, more, quality, part(2, "2-"+name), part(1, "1-"+name)))
	}
	p := file(64, offers, "64.flv")
	p.Add(112, file(80, "", "80.flv"))      // lower than asked for
	p.Add(80, file(80, "", "80-again.flv")) // held by now
	p.Add(32, play(t, `"quality":32`))      // no media, and no reason
	p.Refuse(16, stream.Reason{Code: stream.RateLimited, At: 5})
	l := p.Listing()
	if len(l.Single) != 5 || len(l.Video) != 0 {
		t.Fatalf("%d single rows, %d video", len(l.Single), len(l.Video))
	}
	for _, q := range []string{"64", "80"} {
		r := find(t, l, "single/"+q+"/unknown/1")
		if !r.Available() || len(r.Segments) != 2 || !strings.Contains(r.Segments[0].URLs[0].URL, "/1-"+q+".flv") || r.Container != stream.FLV || r.Label == "" {
			t.Errorf("%sP: %+v", q, r)
		}
	}
	for key, want := range map[string]stream.Reason{
		"single/112/none": {Code: stream.NotGiven, Detail: stream.LowerGiven},
		"single/32/none":  {Code: stream.NotGiven},
		"single/16/none":  {Code: stream.RateLimited, At: 5},
	} {
		if r := find(t, l, key); r.Available() || *r.Withheld != want {
			t.Errorf("%s: %+v", key, r.Withheld)
		}
	}
	if l.ExpiresAt != 1800000000 {
		t.Errorf("expires at %d", l.ExpiresAt)
	}
}

func TestFurtherQualityThatIsNotWhatItSeems(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		want         stream.Code
	}{
		{"encrypted", `"is_drm":true,"quality":80,"durl":[` + part(1, "b.mp4") + `]`, stream.IsEncrypted},
		{"a preview", `"is_preview":1,"quality":80,"durl":[` + part(1, "b.mp4") + `]`, stream.PreviewOnly},
		{"tracks", `"quality":80,"dash":{"video":[{"id":80,"base_url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1.m4s"}]}`, stream.NotGiven},
		{"a higher one", `"quality":112,"durl":[` + part(1, "b.mp4") + `]`, stream.NotGiven},
	} {
		p := play(t, `"accept_quality":[80,64],"quality":64,"durl":[`+part(1, "a.mp4")+`]`)
		p.Add(80, play(t, c.answer))
		if r := find(t, p.Listing(), "single/80/none"); r.Withheld.Code != c.want || r.Withheld.Detail != "" {
			t.Errorf("%s: %+v", c.name, r.Withheld)
		}
	}
}
