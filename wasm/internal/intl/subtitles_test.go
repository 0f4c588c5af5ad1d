package intl

import (
	"errors"
	"strings"
	"testing"

	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/subtitle"
	"streamlist/wasm/internal/wire"
)

func TestSubtitlesURL(t *testing.T) {
	for got, want := range map[string]string{
		SubtitlesURL("13000201", "", "th_TH"): "https://api.bilibili.tv/intl/gateway/web/v2/subtitle?s_locale=th_TH&platform=web&episode_id=13000201",
		SubtitlesURL("", "4790", "en_US"):     "https://api.bilibili.tv/intl/gateway/web/v2/subtitle?s_locale=en_US&platform=web&aid=4790",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// told is tracks in one line each: language, name, whether a machine made it, and which
// files it has.
func told(list []*subtitle.Track) string {
	var all []string
	for _, t := range list {
		s := t.Language + " " + t.Name
		if t.Machine {
			s += " (machine)"
		}
		for _, url := range []string{t.Plain, t.Styled} {
			if url != "" {
				s += " " + url[strings.LastIndexByte(url, '/')+1:]
			}
		}
		all = append(all, s)
	}
	return strings.Join(all, "; ")
}

func TestDecodeSubtitles(t *testing.T) {
	const host = "https://s.bstarstatic.com/ogv/subtitle/"
	for _, c := range []struct{ data, want string }{
		{`{"subtitles":[{"url":"` + host + `en.ass?auth_key=1","lang":"English","lang_key":"en","subtitle_id":1,"is_machine":false},
			{"url":"` + host + `th.json","lang":"ภาษาไทย","lang_key":"th","subtitle_id":"2","is_machine":true}]}`,
			"en English en.ass?auth_key=1; th ภาษาไทย (machine) th.json"},
		{`{"subtitles":null,"video_subtitle":[{"lang":"English","lang_key":"en","ass":{"url":"` + host + `en.ass"},"srt":{"url":"` + host + `en.json"}},
			{"lang":"عربي","lang_key":"ar","ass":null,"srt":{"url":"` + host + `ar.json"}}]}`,
			"en English en.json en.ass; ar عربي ar.json"},
		// Both lists, of which the first has the machine's too.
		{`{"subtitles":[{"url":"` + host + `auto.json","lang_key":"en","is_machine":1},{"url":"` + host + `en.ass","lang_key":"en"}],
			"video_subtitle":[{"lang":"English","lang_key":"en","ass":{"url":"` + host + `en.ass"},"srt":{"url":"` + host + `en.json"}},{"lang_key":"vi","lang":"Tiếng Việt"}]}`,
			"en  (machine) auto.json; en  en.json en.ass; vi Tiếng Việt"},
		{`{"subtitles":[{"url":"https://cdn.test/en.ass","lang":"En\u202eglish\n","lang_key":"en"}]}`, "en English"},
		{`{"subtitles":{"url":"` + host + `en.ass","lang":"English","lang_key":"en"}}`, "en English en.ass"},
		{`{"subtitles":[],"video_subtitle":null}`, ""},
		{`{}`, ""},
		{`null`, ""},
	} {
		list, err := DecodeSubtitles(answer(`{"code":0,"message":"0","ttl":1,"data":` + c.data + `}`))
		if got := told(list); err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.data, err, got, c.want)
		}
	}
	many := strings.Repeat(`{"lang_key":"x"},`, 1000)
	if list, err := DecodeSubtitles(answer(`{"code":0,"data":{"subtitles":[` + many + `{}]}}`)); err != nil || len(list) != subtitle.MaxTracks {
		t.Errorf("of a thousand %d are believed, %v", len(list), err)
	}
}

func TestRefusedSubtitles(t *testing.T) {
	for _, c := range []struct {
		answer wire.Answer
		want   stream.Reason
	}{
		{answer(`{"code":10015001,"message":"x","data":null}`), stream.Reason{Code: stream.Region, ServerCode: 10015001}},
		{answer(`{"code":-404,"message":"-404"}`), stream.Reason{Code: stream.NotFound, ServerCode: -404}},
		{answer(`{"code":0,"data":{"v_voucher":"voucher_x"}}`), stream.Reason{Code: stream.RateLimited, Detail: stream.Captcha}},
		{answer("<html>"), stream.Reason{Code: stream.Unexpected, Detail: stream.HTML}},
		{wire.Answer{Status: 412, ContentType: "text/html", Body: []byte("<html>")}, stream.Reason{Code: stream.RateLimited, ServerCode: 412}},
	} {
		var r stream.Reason
		if _, err := DecodeSubtitles(c.answer); !errors.As(err, &r) || r != c.want {
			t.Errorf("%s: %#v, want %#v", c.answer.Body, err, c.want)
		}
	}
}

func TestCapturedSubtitles(t *testing.T) {
	list, err := DecodeSubtitles(capture(t, "intl_subtitle_synthetic.json"))
	if got := told(list); err != nil || got != "en ; th Thai" { // its hosts are made up
		t.Errorf("%s, %v", got, err)
	}
}

func FuzzDecodeSubtitles(f *testing.F) {
	f.Add([]byte(`{"code":0,"data":{"subtitles":[{"url":"//s.bstarstatic.com/1.ass","lang_key":"en","is_machine":1}],"video_subtitle":[{"lang_key":"en","srt":{"url":""}}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := DecodeSubtitles(wire.Answer{Status: 200, Body: body})
		var r stream.Reason
		if err != nil && (!errors.As(err, &r) || r.Code == "") {
			t.Fatalf("error %#v is no reason", err)
		}
		seen := map[string]bool{}
		for _, track := range subtitle.Arrange(list, "en") {
			if track.Tag == "" || seen[track.Tag] || strings.ContainsAny(track.Tag, "./\\ ") || strings.ContainsAny(track.Name, "\n\x00\u202e") {
				t.Fatalf("%+v", track)
			}
			seen[track.Tag] = true
			for _, url := range []string{track.Plain, track.Styled} {
				if _, ok := stream.TV.SubtitleURL(url); url != "" && !ok {
					t.Fatalf("a file on another host: %s", url)
				}
			}
		}
	})
}
