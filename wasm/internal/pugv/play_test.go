package pugv

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

func fixture(t testing.TB, name string) wire.Answer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return answer(string(data))
}

func answer(body string) wire.Answer {
	return wire.Answer{Status: 200, ContentType: "application/json; charset=utf-8", Body: []byte(body)}
}

// play wraps the fields of `data` into an answer and reads it.
func play(t *testing.T, data string) *Play {
	t.Helper()
	p, err := DecodePlay(answer(`{"code":0,"message":"success","data":{` + data + `}}`))
	if err != nil {
		t.Fatalf("DecodePlay(%s): %v", data, err)
	}
	return p
}

func find(t *testing.T, l *stream.Listing, key string) *stream.Rendition {
	t.Helper()
	r := l.Find(key)
	if r == nil {
		var keys []string
		for r := range l.Renditions {
			keys = append(keys, r.Key)
		}
		t.Fatalf("no row %q among %q", key, keys)
	}
	return r
}

func TestPlayURL(t *testing.T) {
	if got, want := PlayURL(PlayQuery{EpisodeID: "790", Fnval: FnvalAll}), "https://api.bilibili.com/pugv/player/web/playurl?ep_id=790&fnval=4048&fnver=0&fourk=1"; got != want {
		t.Errorf("PlayURL = %q, want %q", got, want)
	}
	if got, want := PlayURL(PlayQuery{EpisodeID: "790", AID: "1", CID: "2", Fnval: FnvalMP4}), "https://api.bilibili.com/pugv/player/web/playurl?avid=1&cid=2&ep_id=790&fnval=1&fnver=0&fourk=1"; got != want {
		t.Errorf("PlayURL = %q, want %q", got, want)
	}
}

func TestPlayURLOfOneQuality(t *testing.T) {
	if got, want := PlayURL(PlayQuery{EpisodeID: "790", Fnval: FnvalMP4, Quality: 80}), "https://api.bilibili.com/pugv/player/web/playurl?ep_id=790&qn=80&fnval=1&fnver=0&fourk=1"; got != want {
		t.Errorf("PlayURL = %q, want %q", got, want)
	}
}

func TestDashListing(t *testing.T) {
	p, err := DecodePlay(fixture(t, "play_dash.json"))
	if err != nil {
		t.Fatal(err)
	}
	l := p.Listing()
	if l.Site != stream.Com || l.Problem != nil || l.State != "" {
		t.Errorf("site %q, state %q, problem %v", l.Site, l.State, l.Problem)
	}
	if len(l.Video) != 5 || len(l.Audio) != 4 || len(l.Single) != 0 {
		t.Fatalf("%d video, %d audio, %d single rows", len(l.Video), len(l.Audio), len(l.Single))
	}

	avc := find(t, l, "video/116/AVC/1")
	if avc.Width != 1920 || avc.Height != 1080 || avc.FrameRate != 59.94 || avc.Bandwidth != 4400000 || avc.Size != 33000000 || avc.SizeEstimated ||
		avc.Duration != 60400 || avc.Codecs != "avc1.640032" || avc.Container != stream.FragmentedMP4 || avc.Label != "1080P 60帧" {
		t.Errorf("AVC row: %+v", avc)
	}
	if avc.Init != (stream.ByteRange{First: 0, Last: 996}) || avc.Index != (stream.ByteRange{First: 997, Last: 1500}) {
		t.Errorf("ranges %v and %v", avc.Init, avc.Index)
	}
	// The mirror comes before the PCDN address, although the answer has them the other
	// way round; nothing is lost.
	urls := avc.Segments[0].URLs
	if len(urls) != 2 || urls[0].Class != stream.Mirror || urls[1].Class != stream.PCDN {
		t.Errorf("addresses %+v", urls)
	}

	hevc := find(t, l, "video/116/HEVC/1")
	if hevc.FrameRate < 59.9 || hevc.FrameRate > 59.95 || !hevc.SizeEstimated || hevc.Size != 2100000/8*60400/1000 {
		t.Errorf("HEVC row in the other key style: %+v", hevc)
	}
	if !strings.HasPrefix(hevc.Segments[0].URLs[0].URL, "https://upos-sz-mirrorhw.") || hevc.Init.Last != 1171 || hevc.Index.Last != 1743 {
		t.Errorf("HEVC address and ranges: %+v", hevc)
	}

	dolby := find(t, l, "video/126/HEVC/1")
	if dolby.Range != stream.DolbyVision || dolby.Size != 70000000 || !strings.HasPrefix(dolby.Segments[0].URLs[0].URL, "https://") {
		t.Errorf("Dolby Vision row: %+v", dolby)
	}
	if r := find(t, l, "video/80/AV1/1"); r.Available() || r.Withheld.Code != stream.NotGiven || r.Height != 1080 {
		t.Errorf("row whose addresses are none: %+v", r)
	}
	if r := find(t, l, "video/120/none"); r.Available() || r.Withheld.Code != stream.NotGiven || r.Label != "4K 超高清" || r.Kind != stream.Video {
		t.Errorf("row that is only offered: %+v", r)
	}
	for key, codec := range map[string]stream.Codec{"audio/30216/AAC/1": stream.AAC, "audio/30280/AAC/1": stream.AAC, "audio/30250/E-AC-3/1": stream.EAC3, "audio/30251/FLAC/1": stream.FLAC} {
		if r := find(t, l, key); r.Codec != codec || r.Kind != stream.Audio || !r.Available() {
			t.Errorf("%s: %+v", key, r)
		}
	}
	if l.ExpiresAt != 1800000100 {
		t.Errorf("expires at %d, want the earliest deadline", l.ExpiresAt)
	}
	if text, _ := json.Marshal(l); strings.Contains(string(text), "end-card") {
		t.Error("the end card, another video, is listed")
	}
	if l.Head.Duration != 60400 {
		t.Errorf("length %d ms", l.Head.Duration)
	}
	if p.Encryption() != None {
		t.Error("taken for encrypted")
	}
}

func TestKeysSurviveAnotherOrder(t *testing.T) {
	one := `{"id":80,"codecs":"avc1.1","base_url":"https://a.bilivideo.com/1","bandwidth":100}`
	two := `{"id":80,"codecs":"avc1.2","base_url":"https://a.bilivideo.com/2","bandwidth":200}`
	a := play(t, `"dash":{"video":[`+one+`,`+two+`]}`).Listing()
	b := play(t, `"dash":{"video":[`+two+`,`+one+`]}`).Listing()
	for _, key := range []string{"video/80/AVC/1", "video/80/AVC/2"} {
		if x, y := find(t, a, key), find(t, b, key); x.Bandwidth != y.Bandwidth {
			t.Errorf("%s means %d bit/s and %d bit/s", key, x.Bandwidth, y.Bandwidth)
		}
	}
	odd := play(t, `"dash":{"video":[{"id":80,"codecs":"vvc1.1/é\" x","base_url":"https://a.bilivideo.com/1"},{"id":80,"base_url":"https://a.bilivideo.com/2"}]}`).Listing()
	find(t, odd, "video/80/vvc1.1x/1")
	find(t, odd, "video/80/unknown/1")
}

func TestTolerance(t *testing.T) {
	for name, data := range map[string]string{
		"all null":         `"dash":null,"durl":null,"durls":null,"support_formats":null,"accept_quality":null,"hls":null,"volume":null`,
		"null lists":       `"dash":{"video":null,"audio":null,"dolby":null,"flac":null}`,
		"null inside":      `"dash":{"dolby":{"type":"NONE","audio":null},"flac":{"display":false,"audio":null}}`,
		"wrong types":      `"dash":[],"durl":{},"durls":"","support_formats":7,"quality":{},"is_preview":[],"timelength":"x"`,
		"wrong types deep": `"dash":{"video":"x","audio":[7,"x",null,[]],"dolby":[],"flac":""}`,
	} {
		t.Run(name, func(t *testing.T) {
			p := play(t, data)
			l := p.Listing()
			if n := len(l.Video) + len(l.Audio); n != 0 || p.Encryption() != None {
				t.Errorf("%d rows, encryption %d", n, p.Encryption())
			}
		})
	}
	// One good track among rubbish is kept, with what can be used of it.
	l := play(t, `"timelength":1000,"dash":{"video":[7,{"id":"80","base_url":"https://a.bilivideo.com/1","backup_url":"https://b.bilivideo.com/1","width":[],"height":-5,"codecid":"12","bandwidth":"100","segment_base":[],"size":-1}]}`).Listing()
	r := find(t, l, "video/80/HEVC/1")
	if len(r.Segments[0].URLs) != 2 || r.Width != 0 || r.Height != 0 || r.Bandwidth != 100 || r.Size != 12 || !r.SizeEstimated {
		t.Errorf("row: %+v", r)
	}
}

func TestProgressive(t *testing.T) {
	p, err := DecodePlay(fixture(t, "play_flv.json"))
	if err != nil {
		t.Fatal(err)
	}
	l := p.Listing()
	if len(l.Video)+len(l.Audio) != 0 || len(l.Single) != 3 {
		t.Fatalf("%d video, %d audio, %d single rows", len(l.Video), len(l.Audio), len(l.Single))
	}
	r := find(t, l, "single/116/AVC/1")
	if r.Container != stream.FLV || r.Size != 900000006 || r.SizeEstimated || r.Duration != 1080003 || r.Bandwidth != 6666648 || r.Label != "高清 1080P60" {
		t.Errorf("row: %+v", r)
	}
	for i, s := range r.Segments {
		if want := "/1-" + string(rune('1'+i)) + "-116.flv"; !strings.Contains(s.URLs[0].URL, want) {
			t.Errorf("segment %d is %s", i+1, s.URLs[0].URL)
		}
	}
	if len(r.Segments) != 3 || len(r.Segments[0].URLs) != 2 || r.Segments[1].Size != 300000002 {
		t.Errorf("segments: %+v", r.Segments)
	}
	for _, key := range []string{"single/74/none", "single/80/none"} {
		if r := find(t, l, key); r.Available() || r.Withheld.Code != stream.NotGiven || r.Kind != stream.Single {
			t.Errorf("%s: %+v", key, r)
		}
	}
	if l.Problem != nil || l.Head.Duration != 1080000 {
		t.Errorf("problem %v, length %d", l.Problem, l.Head.Duration)
	}

	if r := play(t, `"type":"FLV","quality":80,"durl":[{"order":1,"url":"https://a.bilivideo.com/1.flv"},{"order":2,"url":""}]`).Listing().Single[0]; r.Available() || len(r.Segments) != 0 {
		t.Errorf("a file with a hole is offered: %+v", r)
	}
	l = play(t, `"type":"MP4","quality":64,"durl":[{"url":"https://a.bilivideo.com/64.mp4"}],"durls":[{"quality":64,"durl":[{"url":"https://a.bilivideo.com/64.mp4"}]},{"quality":"16","durl":[{"url":"https://a.bilivideo.com/x"}]},{"quality":32,"durl":null}]`).Listing()
	if len(l.Single) != 2 || find(t, l, "single/64/unknown/1").Container != stream.MP4 || find(t, l, "single/16/unknown/1").Container != stream.MP4 {
		t.Errorf("durls: %+v", l.Single)
	}
}

func TestNonsenseNumbersAreUnknown(t *testing.T) {
	l := play(t, `"timelength":-1,"dash":{"duration":1e300,"video":[{"id":80,"base_url":"https://a.bilivideo.com/1","bandwidth":9223372036854775807,"size":9223372036854775807,"width":99999999,"height":-1,"frame_rate":"1e9"}]},`+
		`"type":"MP4","quality":80,"durl":[{"url":"https://a.bilivideo.com/1.mp4","size":1125899906842624,"length":1},{"url":"https://a.bilivideo.com/2.mp4","size":9223372036854775807,"length":9223372036854775807}]`).Listing()
	consistent(t, l)
	if r := l.Video[0]; r.Bandwidth != 0 || r.Size != 0 || r.Duration != 0 || r.Width != 0 || r.Height != 0 || r.FrameRate != 0 {
		t.Errorf("video row: %+v", r)
	}
	if r := l.Single[0]; r.Bandwidth != 0 || r.Size != 0 || r.Duration != 1 {
		t.Errorf("single row: %+v", r)
	}
}

func TestPreview(t *testing.T) {
	p, err := DecodePlay(fixture(t, "play_preview.json"))
	if err != nil {
		t.Fatal(err)
	}
	l := p.Listing()
	if l.State != stream.Preview || l.Problem == nil || *l.Problem != (stream.Reason{Code: stream.PreviewOnly, Given: 300120, Whole: 901333}) {
		t.Errorf("state %q, problem %+v", l.State, l.Problem)
	}
	if r := find(t, l, "single/32/AVC/1"); !r.Available() || r.Container != stream.MP4 || r.Duration != 300120 || r.Label != "试看" {
		t.Errorf("row: %+v", r)
	}
	// Where timelength is the clip's, nothing tells how long the lesson is.
	l = play(t, `"is_preview":true,"type":"MP4","quality":32,"timelength":258986,"durl":[{"length":258680,"url":"https://a.bilivideo.com/1.mp4"}]`).Listing()
	if *l.Problem != (stream.Reason{Code: stream.PreviewOnly, Given: 258680}) || l.Head.Duration != 0 {
		t.Errorf("problem %+v, length %d", l.Problem, l.Head.Duration)
	}
	l = play(t, `"is_preview":1,"timelength":900000,"dash":{"duration":300,"video":[{"id":32,"base_url":"https://a.bilivideo.com/1","bandwidth":8000}]}`).Listing()
	if *l.Problem != (stream.Reason{Code: stream.PreviewOnly, Given: 300000, Whole: 900000}) || l.Video[0].Duration != 300000 || l.Video[0].Size != 300000 {
		t.Errorf("DASH preview: %+v, %+v", l.Problem, l.Video[0])
	}
}

func TestEncryption(t *testing.T) {
	const track = `"base_url":"https://a.bilivideo.com/1"`
	dash := func(video, audio string) string {
		return `"dash":{"video":[{"id":80,` + track + video + `}],"audio":[{` + audio + track + `}]}`
	}
	for _, c := range []struct {
		name, data string
		want       Signal
	}{
		{"nothing", dash(``, `"id":30280,`), None},
		{"fields that say no", dash(`,"bilidrm_uri":"","widevine_pssh":""`, `"id":30280,`) + `,"is_drm":false,"drm_type":"","drm_tech_type":0,"hls":{}`, None},
		{"hls without lists", dash(``, `"id":30280,`) + `,"hls":{"video":[],"audio":null}`, None},
		{"hls without DASH", `"hls":{"video":[{"id":80,"stream_url":"https://a.bilivideo.com/1"}]}`, None},
		{"hls beside DASH", dash(``, `"id":30280,`) + `,"hls":{"video":[{"id":80}],"audio":[]}`, Suspected},
		{"audio id 100008", dash(``, `"id":100008,`), Suspected},
		{"audio id 100010", dash(``, `"id":"100010",`), Suspected},
		{"is_drm", dash(``, `"id":30280,`) + `,"is_drm":true`, Certain},
		{"isDrm as a number", dash(``, `"id":30280,`) + `,"isDrm":1`, Certain},
		{"drm_type", dash(``, `"id":30280,`) + `,"drm_type":"widevine"`, Certain},
		{"drm_tech_type", dash(``, `"id":30280,`) + `,"drm_tech_type":"3"`, Certain},
		{"bilidrm_uri", dash(`,"bilidrm_uri":"uri:bili://0123"`, `"id":30280,`), Certain},
		{"widevine_pssh on audio", dash(``, `"id":30280,"widevine_pssh":"AAAA",`), Certain},
		{"on the Dolby track", `"dash":{"video":[{"id":80,` + track + `}],"dolby":{"audio":[{"id":30250,"bilidrm_uri":"x"}]}}`, Certain},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := play(t, c.data)
			if got := p.Encryption(); got != c.want {
				t.Errorf("Encryption = %d, want %d", got, c.want)
			}
			if c.want != Certain {
				return
			}
			l := p.Listing()
			if l.State != stream.Encrypted || l.Problem == nil || l.Problem.Code != stream.IsEncrypted || l.ExpiresAt != 0 {
				t.Errorf("listing: %q, %v", l.State, l.Problem)
			}
			if text, _ := json.Marshal(l); strings.Contains(string(text), "bilivideo") {
				t.Error("an address of an encrypted lesson is listed")
			}
		})
	}
}

func TestInitProbe(t *testing.T) {
	p, err := DecodePlay(fixture(t, "play_dash.json"))
	if err != nil {
		t.Fatal(err)
	}
	// The smallest video track that has an address; the AV1 one has none.
	urls, r, ok := p.InitProbe()
	if !ok || r != (stream.ByteRange{First: 0, Last: 1171}) || len(urls) != 1 || !strings.Contains(urls[0].URL, "1-100116.m4s") {
		t.Errorf("InitProbe = %+v, %+v, %v", urls, r, ok)
	}
	for data, want := range map[string]stream.ByteRange{
		`"dash":{"video":[{"id":80,"base_url":"https://a.bilivideo.com/1"}]}`:                                                               {First: 0, Last: 4095},
		`"dash":{"video":[{"id":80,"base_url":"https://a.bilivideo.com/1","segment_base":{"initialization":"0-99999999999"}}]}`:             {First: 0, Last: 4095},
		`"dash":{"audio":[{"id":100008,"base_url":"https://a.bilivideo.com/1","segment_base":{"initialization":"0-997"}}]}`:                 {First: 0, Last: 997},
		`"dash":{"video":[{"id":80,"base_url":"https://a.bilivideo.com/1","segmentBase":{"Initialization":"10-2000","range":"nonsense"}}]}`: {First: 10, Last: 2000},
	} {
		if _, r, ok := play(t, data).InitProbe(); !ok || r != want {
			t.Errorf("InitProbe of %s = %+v, %v", data, r, ok)
		}
	}
	if _, _, ok := play(t, `"durl":[{"url":"https://a.bilivideo.com/1.mp4"}]`).InitProbe(); ok {
		t.Error("a progressive file has no init segment to look at")
	}
}

func TestHasMedia(t *testing.T) {
	for data, want := range map[string]bool{
		``: false, `"dash":{}`: false, `"durl":[],"durls":[]`: false, `"durls":[{"quality":80,"durl":[]}]`: false,
		`"hls":{"video":[{"id":1}]}`: false, `"support_formats":[{"quality":80}]`: false,
		`"dash":{"video":[{"id":80}]}`: true, `"dash":{"audio":[{"id":30280}]}`: true,
		`"durl":[{"url":"x"}]`: true, `"durls":[{"quality":80,"durl":[{"url":"x"}]}]`: true,
	} {
		if got := play(t, data).HasMedia(); got != want {
			t.Errorf("HasMedia of {%s} = %v", data, got)
		}
	}
}

func TestPlayRefusals(t *testing.T) {
	for body, want := range map[string]stream.Reason{
		`{"code":-403,"message":"访问权限不足"}`: {Code: stream.NotPurchased, Detail: stream.LoginUnknown, ServerCode: -403},
		`{"code":-400,"message":"请求错误"}`:   {Code: stream.Unexpected, ServerCode: -400},
		`{"code":-404,"message":"啥都木有"}`:   {Code: stream.NotFound, ServerCode: -404},
		`{"code":-101,"message":"账号未登录"}`:  {Code: stream.NotLoggedIn, ServerCode: -101},
		`{"code":-401}`: {Code: stream.NotLoggedIn, ServerCode: -401},
		`{"code":-688}`: {Code: stream.Region, ServerCode: -688},
		`{"code":-689}`: {Code: stream.Region, ServerCode: -689},
		`{"code":-10403,"message":"大会员专享限制"}`:                     {Code: stream.Premium, ServerCode: -10403},
		`{"code":-10403,"message":"抱歉您所在地区不可观看！"}`:                {Code: stream.Region, ServerCode: -10403},
		`{"code":-352,"message":"-352","data":{"v_voucher":"x"}}`: {Code: stream.RateLimited, Detail: stream.Captcha, ServerCode: -352},
		`{"code":-412,"message":"请求被拦截"}`:                         {Code: stream.RateLimited, ServerCode: -412},
		`{"code":-509}`: {Code: stream.RateLimited, ServerCode: -509},
		`{"code":-799}`: {Code: stream.RateLimited, ServerCode: -799},
		`{"code":0,"message":"0","ttl":1,"data":{"v_voucher":"x"}}`: {Code: stream.RateLimited, Detail: stream.Captcha},
		`{"code":0,"data":{"code":-404,"message":"啥都木有"}}`:          {Code: stream.NotFound, ServerCode: -404},
		`{"code":87007,"message":"充电专属"}`:                           {Code: stream.Unexpected, ServerCode: 87007},
		`<!doctype html>`:           {Code: stream.Unexpected, Detail: stream.HTML},
		`{"code":0,"data":{"dash":`: {Code: stream.Unexpected, Detail: stream.Truncated},
		``:                          {Code: stream.Unexpected, Detail: stream.Empty},
	} {
		_, err := DecodePlay(answer(body))
		var r stream.Reason
		if !errors.As(err, &r) || r != want {
			t.Errorf("DecodePlay(%s) = %#v, want %#v", body, err, want)
		}
	}
	// A voucher beside streams asks for nothing.
	if p := play(t, `"v_voucher":"x","dash":{"video":[{"id":80,"base_url":"https://a.bilivideo.com/1"}]}`); !p.HasMedia() {
		t.Error("streams lost")
	}
}

// consistent checks what every listing promises.
func consistent(t *testing.T, l *stream.Listing) {
	t.Helper()
	keys := map[string]bool{}
	for r := range l.Renditions {
		if r.Key == "" || keys[r.Key] {
			t.Fatalf("key %q is empty or twice there", r.Key)
		}
		keys[r.Key] = true
		if (len(r.Segments) == 0) != (r.Withheld != nil) {
			t.Fatalf("%s has %d segments and is withheld for %v", r.Key, len(r.Segments), r.Withheld)
		}
		for _, s := range r.Segments {
			if len(s.URLs) == 0 {
				t.Fatalf("%s has a segment without an address", r.Key)
			}
			for _, u := range s.URLs {
				if !strings.HasPrefix(u.URL, "https://") && !strings.HasPrefix(u.URL, "http://") {
					t.Fatalf("%s has address %q", r.Key, u.URL)
				}
			}
		}
		if r.Size < 0 || r.Bandwidth < 0 || r.Duration < 0 || r.Width < 0 || r.Height < 0 || r.FrameRate < 0 {
			t.Fatalf("negative number in %+v", r)
		}
	}
	if l.ExpiresAt < 0 || l.Head.Duration < 0 {
		t.Fatalf("negative number in the listing: %+v", l)
	}
	if p := l.Problem; p != nil && p.Whole != 0 && p.Whole <= p.Given {
		t.Fatalf("%d of %d", p.Given, p.Whole)
	}
	l.Arrange(stream.Preferences{Codecs: stream.DefaultCodecs()})
	if _, err := json.Marshal(l); err != nil {
		t.Fatal(err)
	}
}

func FuzzDecodePlay(f *testing.F) {
	for _, name := range []string{"play_dash.json", "play_flv.json", "play_preview.json"} {
		f.Add(fixture(f, name).Body)
	}
	f.Add([]byte(`{"code":0,"data":{"durls":[{"quality":9,"durl":{"url":"http://1.2.3.4:80/"}}],"is_preview":1}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := DecodePlay(wire.Answer{Status: 200, Body: body})
		if err != nil {
			var r stream.Reason
			if !errors.As(err, &r) || r.Code == "" {
				t.Fatalf("error %#v is no reason", err)
			}
			return
		}
		consistent(t, p.Listing())
		if _, r, ok := p.InitProbe(); ok && (r.Len() <= 0 || r.Len() > maxInit) {
			t.Fatalf("init segment at %+v", r)
		}
	})
}

func TestRowsThatSayNothingAreLeftOut(t *testing.T) {
	for _, body := range []string{
		`"durl":[{"url":null},{"url":null}],"accept_quality":[null,0]`,
		`"durls":[{"quality":null,"durl":[{"url":7}]}]`,
		`"dash":{"video":[{"id":null,"base_url":null}],"audio":[{"id":"x"}]}`,
	} {
		play, err := DecodePlay(answer(`{"code":0,"data":{` + body + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		if l := play.Listing(); len(l.Video)+len(l.Audio)+len(l.Single) != 0 {
			t.Errorf("%s: %+v", body, l)
		}
	}
}
