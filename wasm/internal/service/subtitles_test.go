package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

const (
	tvHost = "https://s.bstarstatic.com/ogv/subtitle/"
	titles = `{"code":0,"data":{"subtitles":[{"url":"` + tvHost + `en.json?auth_key=1","lang":"English","lang_key":"en"},
		{"url":"` + tvHost + `vi.json?auth_key=1","lang":"Tiếng Việt","lang_key":"vi","is_machine":true},
		{"url":"` + tvHost + `th.ass?auth_key=1","lang":"ภาษาไทย","lang_key":"th"},{"url":"https://cdn.test/1.ass","lang":"Odd","lang_key":"xx"}]}}`
	enJSON = "\ufeff" + `{"body":[{"from":1,"to":2.5,"content":"Hello"},{"from":2,"to":3,"content":""}]}`
	thASS  = "\ufeff[Script Info]\r\n[Events]\r\nDialogue: 0,0:00:01.00,0:00:02.50,D,,0,0,0,,{\\i1}สวัสดี\\Nครับ\r\n"
)

var episodeTab = message.Tab{ID: 7, URL: "https://www.bilibili.tv/th/play/2/3"}

func titledWorld(t *testing.T) *world {
	w := newWorld(t)
	w.on("web/playurl", `{"code":0,"data":{"playurl":{"duration":9000,"expire_at":1900000000,"video":[{"video_resource":{"quality":32,"codec_id":7,
		"url":"https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/1"},"stream_info":{"quality":32},"audio_quality":30216}],"audio_resource":null}}}`)
	w.on("season_info", `{"code":0,"data":{"season":{"season_id":"2","title":"A series"}}}`)
	w.on("episodes", `{"code":0,"data":{"sections":[{"episodes":[{"episode_id":"3","title_display":"E1 - A/B"}]}]}}`)
	w.on("v2/subtitle", titles)
	w.on("/en.json", enJSON)
	w.on("/vi.json", `{"body":[{"from":1,"to":2,"content":"Chào"}]}`)
	w.on("/th.ass", thASS)
	return w
}

// told is a list in one line: tags, with the reason of what can't be had and the name, the
// cues and the text of what is there.
func told(list *message.SubtitleList) string {
	var all []string
	for _, t := range list.Tracks {
		s := t.Tag
		if t.Machine {
			s += " machine"
		}
		if t.Withheld != nil {
			s += " " + t.Withheld.Error()
		}
		if f := t.File; f != nil {
			s += " " + f.Name + " " + string(rune('0'+f.Count)) + " " + f.Text
		}
		all = append(all, s)
	}
	return strings.Join(all, "; ")
}

func TestSubtitlesAreListed(t *testing.T) {
	w := titledWorld(t)
	s := w.service()
	if _, err := s.List(t.Context(), episodeTab, w.hints, false); err != nil {
		t.Fatal(err)
	}
	before := len(w.asked)
	list, err := s.Subtitles(t.Context(), episodeTab, &message.AsideBody{Hints: w.hints})
	if got, want := told(list), "th; en; xx not-given; vi-auto machine"; err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	if got, want := w.asked[before:], []string{"https://api.bilibili.tv/intl/gateway/web/v2/subtitle?s_locale=th_TH&platform=web&episode_id=3"}; !slices.Equal(got, want) {
		t.Errorf("asked %q, want %q", got, want)
	}
	text, _ := json.Marshal(list)
	if strings.Contains(string(text), "://") {
		t.Errorf("the answer holds an address: %s", text)
	}
}

func TestSubtitleFiles(t *testing.T) {
	w := titledWorld(t)
	s := w.service()
	for _, c := range []struct{ language, format, want string }{
		{"en", "srt", "en 01 - E1 - A_B.en.srt 2 1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:02,000 --> 00:00:03,000\n\n\n"},
		{"en", "vtt", "en 01 - E1 - A_B.en.vtt 2 WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHello\n\n00:00:02.000 --> 00:00:03.000\n\n\n"},
		{"en", "", "en 01 - E1 - A_B.en.json 2 " + enJSON},
		{"th", "ass", "th 01 - E1 - A_B.th.ass 1 " + thASS},
		{"th", "", "th 01 - E1 - A_B.th.ass 1 " + thASS},
		{"th", "srt", "th 01 - E1 - A_B.th.srt 1 1\n00:00:01,000 --> 00:00:02,500\nสวัสดี\nครับ\n\n"},
		{"vi-auto", "srt", "vi-auto machine 01 - E1 - A_B.vi-auto.srt 1 1\n00:00:01,000 --> 00:00:02,000\nChào\n\n"},
		{"vi", "srt", "vi-auto machine 01 - E1 - A_B.vi-auto.srt 1 1\n00:00:01,000 --> 00:00:02,000\nChào\n\n"},
		{"ms", "srt", ""},
		{"xx", "srt", "xx not-given"},
	} {
		list, err := s.Subtitles(t.Context(), episodeTab, &message.AsideBody{Hints: w.hints, Language: c.language, Format: c.format})
		if err != nil {
			t.Fatal(err)
		}
		if got := told(list); got != c.want {
			t.Errorf("%s as %q:\n%s\nwant\n%s", c.language, c.format, got, c.want)
		}
	}
	if n := w.calls("cdn.test"); n != 0 {
		t.Error("a host was asked that is not known")
	}
	for _, b := range []message.AsideBody{{Language: "en", Format: "exe"}, {Language: strings.Repeat("e", 41), Format: "srt"}} {
		var e *message.Error
		if _, err := s.Subtitles(t.Context(), episodeTab, &b); !errors.As(err, &e) || e.Reason != nil {
			t.Errorf("%+v: %v", b, err)
		}
	}
	if _, err := s.Subtitles(t.Context(), message.Tab{ID: 7, URL: "https://www.bilibili.tv/"}, &message.AsideBody{}); codeOf(t, err) != message.Unsupported {
		t.Errorf("elsewhere: %v", err)
	}
}

func TestSubtitlesThatWereOrdered(t *testing.T) {
	w := titledWorld(t)
	s := w.service()
	o, err := s.Download(t.Context(), episodeTab, message.CopyBody{Hints: w.hints, Subtitles: message.PageLanguage})
	if err != nil || o.Subtitles != "th" {
		t.Fatalf("order %+v, %v", o, err)
	}
	if n := w.calls("subtitle"); n != 0 {
		t.Error("an order asks for subtitles already")
	}
	before := len(w.asked)
	list, err := s.SubtitlesFor(t.Context(), &message.ListBody{Tab: episodeTab, Hints: o.Hints, Language: o.Subtitles})
	if got := told(list); err != nil || got != "th srt 1 1\n00:00:01,000 --> 00:00:02,500\nสวัสดี\nครับ\n\n" {
		t.Errorf("%s, %v", got, err)
	}
	if n := len(w.asked) - before; n != 2 {
		t.Errorf("asked %q", w.asked[before:])
	}
	w.answers = append([]reply{{"/vi.json", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 403}, nil
	}}}, w.answers...)
	list, err = s.SubtitlesFor(t.Context(), &message.ListBody{Tab: episodeTab, Hints: o.Hints, Language: "all"})
	if err != nil || len(list.Tracks) != 4 || list.Tracks[0].File == nil || list.Tracks[3].Withheld == nil || list.Tracks[3].Withheld.ServerCode != 403 {
		t.Errorf("%+v, %v", list, err)
	}
	upload := message.Tab{ID: 7, URL: "https://www.bilibili.tv/video/4790000000000001"}
	_, _ = s.SubtitlesFor(t.Context(), &message.ListBody{Tab: upload, Hints: message.Hints{Episode: "4790000000000001"}, Language: "en"})
	if n := w.calls("v2/subtitle?s_locale=en_US&platform=web&aid=4790000000000001"); n != 1 {
		t.Errorf("asked %q", w.asked)
	}
	for _, c := range []struct{ row, wish, want string }{{"video/32/AVC/1", "all", "all"}, {"video/32/AVC/1", "", ""}, {"video/32/AVC/1", strings.Repeat("x", 41), ""}} {
		if o, err := s.Download(t.Context(), episodeTab, message.CopyBody{Hints: w.hints, Row: c.row, Subtitles: c.wish}); err != nil || o.Subtitles != c.want {
			t.Errorf("%+v: %+v, %v", c, o, err)
		}
	}
}

func TestWhySubtitlesCantBeHad(t *testing.T) {
	for name, c := range map[string]struct {
		part   string
		answer wire.Answer
		denied string
		want   stream.Reason
		track  bool // of the file, not of the list
	}{
		"region":       {part: "v2/subtitle", answer: wire.Answer{Status: 200, Body: []byte(`{"code":10015001,"data":null}`)}, want: stream.Reason{Code: stream.Region, ServerCode: 10015001}},
		"HTML":         {part: "v2/subtitle", answer: wire.Answer{Status: 200, Body: []byte("<html>")}, want: stream.Reason{Code: stream.Unexpected, Detail: stream.HTML}},
		"ended":        {part: "/en.json", answer: wire.Answer{Status: 403}, want: stream.Reason{Code: stream.Unexpected, ServerCode: 403}, track: true},
		"redirect":     {part: "/en.json", answer: wire.Answer{Status: 302}, want: stream.Reason{Code: stream.Unexpected, ServerCode: 302}, track: true},
		"too often":    {part: "/en.json", answer: wire.Answer{Status: 412}, want: stream.Reason{Code: stream.RateLimited, ServerCode: 412}, track: true},
		"no subtitles": {part: "/en.json", answer: wire.Answer{Status: 200, Body: []byte("<html>")}, want: stream.Reason{Code: stream.Unexpected}, track: true},
		"no answer":    {part: "/en.json", want: stream.Reason{Code: stream.Network}, track: true},
		"withheld":     {part: "/en.json", denied: "bstarstatic", want: stream.Reason{Code: stream.NoAccess}, track: true},
	} {
		w := titledWorld(t)
		w.denied = c.denied
		w.answers = append([]reply{{c.part, func(context.Context, string) (wire.Answer, error) {
			if c.answer.Status == 0 {
				return wire.Answer{}, errors.New("nothing came")
			}
			return c.answer, nil
		}}}, w.answers...)
		list, err := w.service().Subtitles(t.Context(), episodeTab, &message.AsideBody{Hints: w.hints, Language: "en", Format: "srt"})
		switch {
		case !c.track:
			if r := reasonOf(t, err); r != c.want {
				t.Errorf("%s: %+v", name, r)
			}
		case err != nil || len(list.Tracks) != 1 || list.Tracks[0].Withheld == nil || *list.Tracks[0].Withheld != c.want || list.Tracks[0].File != nil:
			t.Errorf("%s: %+v, %v", name, list, err)
		}
	}
	// What this account may not watch has no subtitles for it either.
	w := titledWorld(t)
	w.answers = append([]reply{{"web/playurl", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 200, Body: []byte(`{"code":10015001,"data":null}`)}, nil
	}}}, w.answers...)
	_, err := w.service().Subtitles(t.Context(), episodeTab, &message.AsideBody{Hints: w.hints})
	if r := reasonOf(t, err); r.Code != stream.Region || w.calls("v2/subtitle") != 0 {
		t.Errorf("%+v, asked %q", r, w.asked)
	}
}

func TestSubtitlesOfALesson(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	w.on("x/player/wbi/v2?aid=2&cid=22", `{"code":0,"data":{"subtitle":{"subtitles":[
		{"lan":"ai-zh","lan_doc":"中文（自动生成）","subtitle_url":"//aisubtitle.hdslb.com/bfs/ai_subtitle/prod/222a?auth_key=1","type":1}]}}}`)
	w.on("aisubtitle", `{"body":[{"from":0,"to":1,"content":"你好"}]}`)
	s := w.service()
	list, err := s.Subtitles(t.Context(), lesson, &message.AsideBody{Hints: w.hints, Language: "zh-Hans", Format: "srt"})
	if got := told(list); err != nil || got != "zh-auto machine 02 - Two.zh-auto.srt 1 1\n00:00:00,000 --> 00:00:01,000\n你好\n\n" {
		t.Errorf("%s, %v", got, err)
	}
	if n := w.calls("season"); n != 1 {
		t.Errorf("asked %q", w.asked)
	}
	w.answers = append([]reply{{"x/player", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 200, Body: []byte(`{"code":0,"data":{"need_login_subtitle":true,"subtitle":{"subtitles":[]}}}`)}, nil
	}}}, w.answers...)
	_, err = s.Subtitles(t.Context(), lesson, &message.AsideBody{Hints: w.hints})
	if r := reasonOf(t, err); r.Code != stream.NotLoggedIn {
		t.Errorf("%+v", r)
	}
	_, err = s.SubtitlesFor(t.Context(), &message.ListBody{Tab: lesson, Hints: message.Hints{Episode: "999"}, Language: "all"})
	if r := reasonOf(t, err); r.Code != stream.NotFound {
		t.Errorf("another lesson: %+v", r)
	}
}
