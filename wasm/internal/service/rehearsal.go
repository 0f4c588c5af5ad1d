package service

import (
	"context"
	"errors"
	"strings"
	"time"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// rehearse runs one listing of a site on made-up answers, once in the program's life and
// a moment from now. V8 compiles each WebAssembly function when it is first called, and
// without a rehearsal all of that falls between a person's click and the listing, where
// it is most of the time that Go takes.
func (s *Service) rehearse(site stream.Site) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rehearsed[site] || s.Limits.Rehearsal < 0 {
		return
	}
	s.rehearsed[site] = true
	// After the answer that is on its way, or while the requests that were just made are.
	time.AfterFunc(s.Limits.Rehearsal, func() {
		defer func() {
			if r := recover(); r != nil {
				s.Report(r)
			}
		}()
		rehearsal(site, s.Ports)
	})
}

func rehearsal(site stream.Site, p Ports) {
	stage := stage{}
	p.Fetcher, p.Store, p.Settings, p.Icon, p.Limits.Rehearsal = stage, stage, stage, stage, -1
	s := New(p)
	tab := message.Tab{URL: "https://www.bilibili.com/cheese/play/ep1"}
	if site == stream.TV {
		tab.URL = "https://www.bilibili.tv/en/play/1/1"
	}
	ctx, cancel := within(context.Background(), p.Limits.Listing)
	defer cancel()
	l, err := s.List(ctx, tab, message.Hints{Load: "0"}, false)
	if err != nil {
		s.Report(err) // the made-up answers are ours
		return
	}
	_, _ = json.Marshal(message.Response{OK: true, Body: l})
}

// stage stands in for the world of a rehearsal.
type stage struct{}

func (stage) Get(_ context.Context, url string) (wire.Answer, error) {
	for _, scene := range []struct{ part, answer string }{
		{"/pugv/player", `{"code":0,"data":{"quality":80,"timelength":9000,"is_preview":0,"accept_quality":[120,80],
			"support_formats":[{"quality":120,"new_description":"4K","codecs":["avc1.640033"]}],"dash":{"duration":9,
			"video":[{"id":80,"base_url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1?deadline=1",
			"backup_url":["https://upos-sz-mirrorali.bilivideo.com/upgcxcode/1?deadline=1"],"bandwidth":1,"codecs":"avc1.640032","codecid":7,
			"width":1920,"height":1080,"frame_rate":"29.412","size":9,"segment_base":{"initialization":"0-9","index_range":"10-19"}},
			{"id":80,"base_url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/2","bandwidth":1,"codecs":"hev1.1","codecid":12,
			"width":1920,"height":1080,"frame_rate":"30.303"}],
			"audio":[{"id":30280,"base_url":"https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/3","bandwidth":1,"codecs":"mp4a.40.2","size":9}]}}}`},
		{"/season?", `{"code":0,"data":{"season_id":1,"title":"\u0041","up_info":{"uname":"A"},"episode_page":{"next":false},
			"episodes":[{"id":1,"aid":1,"cid":1,"title":"A","status":1,"playable":true,"duration":9}],"user_status":{"payed":1}}}`},
		{"web/playurl", `{"code":0,"data":{"playurl":{"duration":9000,"expire_at":1,"video":[
			{"video_resource":{"quality":32,"bandwidth":1,"codec_id":7,"codecs":"avc1.64001E","width":852,"height":480,"frame_rate":"16000/672",
			"size":9,"url":"https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/1?deadline=1&hdnts=exp=1~hmac=0",
			"segment_base":{"range":"0-9","index_range":"10-19"}},"stream_info":{"quality":32,"desc_words":"480P"},"audio_quality":30216},
			{"video_resource":{"quality":64,"url":""},"stream_info":{"quality":64,"desc_words":"720P"}}],
			"audio_resource":[{"quality":30216,"url":"https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/2","codecs":"mp4a.40.2"}]}}}`},
		{"season_info", `{"code":0,"data":{"season":{"season_id":"1","title":"A"}}}`},
		{"episodes", `{"code":0,"data":{"sections":[{"episodes":[{"episode_id":"1","title_display":"A"}]}]}}`},
		{"/user", `{"code":0,"data":{"is_login":false}}`},
	} {
		if strings.Contains(url, scene.part) {
			return wire.Answer{Status: 200, Body: []byte(scene.answer)}, nil
		}
	}
	return wire.Answer{}, errors.New("no scene for it")
}

func (stage) GetFile(context.Context, string) (wire.Answer, error) {
	return wire.Answer{}, errors.New("no files on stage")
}

func (stage) GetRange(context.Context, string, stream.ByteRange) ([]byte, error) {
	return nil, errors.New("no media on stage")
}

func (stage) Measure(context.Context, string, int, int64) (int64, error) {
	return 0, errors.New("no media on stage")
}

func (stage) Allowed(context.Context, string) bool         { return true }
func (stage) Load(context.Context, string) ([]byte, error) { return nil, nil }
func (stage) Save(context.Context, string, []byte) error   { return nil }
func (stage) Delete(context.Context, ...string) error      { return nil }
func (stage) Mark(int, string)                             {}
func (stage) Options(context.Context) ([]byte, error)      { return []byte(`{"codecs":["AVC"]}`), nil }
