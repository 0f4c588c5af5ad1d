package pugv

import (
	"errors"
	"testing"

	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

func TestDecodeSubtitles(t *testing.T) {
	if got, want := SubtitlesURL("11", "22"), "https://api.bilibili.com/x/player/wbi/v2?aid=11&cid=22"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	list, err := DecodeSubtitles(answer(`{"code":0,"message":"0","ttl":1,"data":{"aid":11,"cid":22,"need_login_subtitle":false,"subtitle":{"allow_submit":false,"lan":"","subtitles":[
		{"id":1,"lan":"ai-zh","lan_doc":"中文（自动生成）","is_lock":false,"subtitle_url":"//aisubtitle.hdslb.com/bfs/ai_subtitle/prod/1122ab?auth_key=1","type":1,"ai_type":0,"ai_status":2},
		{"id":2,"lan":"zh-CN","lan_doc":"中文（中国）","subtitle_url":"//i0.hdslb.com/bfs/subtitle/1.json","type":0,"ai_type":0},
		{"id":3,"lan":"en-US","lan_doc":"英语（美国）","subtitle_url":"","type":1},
		{"id":4,"lan":"ai-en","lan_doc":"英语","subtitle_url":"//aisubtitle.hdslb.com/bfs/ai_subtitle/prod/9933ab?auth_key=1","type":1},
		{"id":5,"lan":"ai-ja","lan_doc":"日语","subtitle_url":"//aisubtitle.hdslb.com/bfs/ai_subtitle/prod/f00d?auth_key=1"}]}}}`), "1122")
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		language, name, url string
		machine             bool
	}{
		{"ai-zh", "中文（自动生成）", "https://aisubtitle.hdslb.com/bfs/ai_subtitle/prod/1122ab?auth_key=1", true},
		{"zh-CN", "中文（中国）", "https://i0.hdslb.com/bfs/subtitle/1.json", false},
		{"en-US", "英语（美国）", "", true}, // that of another video is left out
		{"ai-ja", "日语", "https://aisubtitle.hdslb.com/bfs/ai_subtitle/prod/f00d?auth_key=1", true},
	}
	if len(list) != len(want) {
		t.Fatalf("%+v", list)
	}
	for i, w := range want {
		if got := list[i]; got.Language != w.language || got.Name != w.name || got.Machine != w.machine || got.URL("srt") != w.url {
			t.Errorf("%+v, want %+v", got, w)
		}
	}
}

func TestNoSubtitles(t *testing.T) {
	for _, body := range []string{`{"code":0,"data":{"subtitle":{"subtitles":[]}}}`, `{"code":0,"data":{"subtitle":null}}`, `{"code":0,"data":{}}`} {
		if list, err := DecodeSubtitles(answer(body), "12"); err != nil || len(list) > 0 {
			t.Errorf("%s: %v, %v", body, list, err)
		}
	}
	for _, c := range []struct {
		body string
		want stream.Reason
	}{
		{`{"code":0,"data":{"need_login_subtitle":true,"subtitle":{"subtitles":[]}}}`, stream.Reason{Code: stream.NotLoggedIn}},
		{`{"code":0,"data":{"v_voucher":"voucher_x"}}`, stream.Reason{Code: stream.RateLimited, Detail: stream.Captcha}},
		{`{"code":-400,"message":"请求错误"}`, stream.Reason{Code: stream.Unexpected, ServerCode: -400}},
		{`{"code":-352,"message":"-352"}`, stream.Reason{Code: stream.RateLimited, Detail: stream.Captcha, ServerCode: -352}},
		{`<html>`, stream.Reason{Code: stream.Unexpected, Detail: stream.HTML}},
	} {
		var r stream.Reason
		if _, err := DecodeSubtitles(answer(c.body), "12"); !errors.As(err, &r) || r != c.want {
			t.Errorf("%s: %#v, want %#v", c.body, err, c.want)
		}
	}
}

func FuzzDecodeSubtitles(f *testing.F) {
	f.Add([]byte(`{"code":0,"data":{"subtitle":{"subtitles":[{"lan":"ai-zh","subtitle_url":"//aisubtitle.hdslb.com/bfs/ai_subtitle/prod/12"}]}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := DecodeSubtitles(wire.Answer{Status: 200, Body: body}, "12")
		var r stream.Reason
		if err != nil && (!errors.As(err, &r) || r.Code == "") {
			t.Fatalf("error %#v is no reason", err)
		}
		for _, track := range list {
			for _, url := range []string{track.Plain, track.Styled} {
				if _, ok := stream.Com.SubtitleURL(url); url != "" && !ok {
					t.Fatalf("a file on another host: %s", url)
				}
			}
		}
	})
}
