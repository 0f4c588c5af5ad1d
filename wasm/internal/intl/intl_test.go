package intl

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

func play(t *testing.T, playurl string) *Play {
	t.Helper()
	p, err := DecodePlay(answer(`{"code":0,"message":"0","ttl":1,"data":{"playurl":{` + playurl + `}}}`))
	if err != nil {
		t.Fatalf("DecodePlay(%s): %v", playurl, err)
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

func TestURLs(t *testing.T) {
	for got, want := range map[string]string{
		PlayURL("341736", "", "en_US"):           "https://api.bilibili.tv/intl/gateway/web/playurl?s_locale=en_US&platform=web&ep_id=341736&qn=120",
		PlayURL("", "4789599404426256", "th_TH"): "https://api.bilibili.tv/intl/gateway/web/playurl?s_locale=th_TH&platform=web&aid=4789599404426256&qn=120",
		SeasonURL("34613", "zh-Hant_HK"):         "https://api.bilibili.tv/intl/gateway/web/v2/ogv/play/season_info?s_locale=zh-Hant_HK&platform=web&season_id=34613",
		EpisodesURL("34613", "en_US"):            "https://api.bilibili.tv/intl/gateway/web/v2/ogv/play/episodes?s_locale=en_US&platform=web&season_id=34613",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func listing(t *testing.T) *stream.Listing {
	t.Helper()
	p, err := DecodePlay(fixture(t, "play.json"))
	if err != nil {
		t.Fatal(err)
	}
	return p.Listing()
}

func TestListing(t *testing.T) {
	l := listing(t)
	if l.Site != stream.TV || len(l.Video) != 4 || len(l.Audio) != 2 || l.Problem != nil || l.Head.Duration != 60000 {
		t.Fatalf("listing: %+v", l)
	}
	locked := find(t, l, "video/120/AVC/1")
	if locked.Available() || locked.Withheld.Code != stream.NotGiven || locked.Height != 2160 || locked.Size != 37000000 || locked.Label != "4K" || locked.Partner != 30280 {
		t.Errorf("locked row: %+v, %+v", locked, locked.Withheld)
	}
	r := find(t, l, "video/32/AVC/1")
	if !r.Available() || r.FrameRate < 23.8 || r.FrameRate > 23.82 || r.Duration != 60010 || r.Init.Last != 998 || r.Index.First != 999 || r.SizeEstimated {
		t.Errorf("480P row: %+v", r)
	}
	hevc := find(t, l, "video/32/HEVC/1")
	if hevc.Duration != 60000 || hevc.Size != 150000/8*60 || !hevc.SizeEstimated || len(hevc.Segments[0].URLs) != 2 || !strings.HasPrefix(hevc.Segments[0].URLs[0].URL, "https://upos-sz-mirrorcos") {
		t.Errorf("row with quality and codec from elsewhere: %+v", hevc)
	}
	if r := find(t, l, "video/16/AVC/1"); r.Available() || *r.Withheld != (stream.Reason{Code: stream.NotGiven}) {
		t.Errorf("row whose address is none: %+v", r)
	}
	if audio := l.AudioFor(r); audio == nil || audio.Quality != 30216 {
		t.Errorf("partner of 480P AVC: %+v", audio)
	}
	// The partner that the HEVC row names is not there: the best sound stands in.
	if audio := l.AudioFor(hevc); audio == nil || audio.Quality != 30280 {
		t.Errorf("partner of 480P HEVC: %+v", audio)
	}
	if l.ExpiresAt != 1800000300 {
		t.Errorf("expires at %d, want the hdnts token's end", l.ExpiresAt)
	}
	if l := play(t, `"expire_at":1800000001,"video":[{"video_resource":{"quality":32,"url":"https://a.bilivideo.com/1?deadline=1800000900"}}]`).Listing(); l.ExpiresAt != 1800000001 {
		t.Errorf("expires at %d, want expire_at", l.ExpiresAt)
	}
}

func TestLockEmpty(t *testing.T) {
	for login, want := range map[stream.Login]stream.Code{
		stream.LoggedOut: stream.NotLoggedIn, stream.LoggedIn: stream.Premium, stream.LoginUnstated: stream.NotGiven,
	} {
		l := listing(t)
		// The mark survives the cache.
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		var cached stream.Listing
		if err := json.Unmarshal(text, &cached); err != nil {
			t.Fatal(err)
		}
		LockEmpty(&cached, login)
		if got := find(t, &cached, "video/120/AVC/1").Withheld.Code; got != want {
			t.Errorf("%q: locked row says %q, want %q", login, got, want)
		}
		if got := find(t, &cached, "video/16/AVC/1").Withheld.Code; got != stream.NotGiven {
			t.Errorf("%q: a row with a useless address says %q", login, got)
		}
		if !find(t, &cached, "video/32/AVC/1").Available() {
			t.Errorf("%q: a row that can be had is locked", login)
		}
	}
}

func TestTolerance(t *testing.T) {
	for _, data := range []string{``, `"video":null,"audio_resource":null`, `"video":{},"audio_resource":"x","duration":[]`, `"video":[null,7,"x"],"audio_resource":[null]`} {
		l := play(t, data).Listing()
		for r := range l.Renditions {
			if r.Available() {
				t.Errorf("%s: %+v", data, r)
			}
		}
	}
	// An upload without sound.
	l := play(t, `"duration":"60000","video":[{"video_resource":{"url":"https://a.bilivideo.com/1"},"stream_info":{"quality":64,"desc_words":"720P"}}]`).Listing()
	if len(l.Video) != 1 || len(l.Audio) != 0 || l.Video[0].Quality != 64 || l.Video[0].Duration != 60000 || l.AudioFor(&l.Video[0]) != nil {
		t.Errorf("silent upload: %+v", l)
	}
	for _, data := range []string{`"is_preview":true`, `"is_preview":1`} {
		l := play(t, data+`,"duration":5000,"video":[{"video_resource":{"quality":32,"url":"https://a.bilivideo.com/1"}}]`).Listing()
		if l.State != stream.Preview || *l.Problem != (stream.Reason{Code: stream.PreviewOnly, Given: 5000}) {
			t.Errorf("%s: %q, %+v", data, l.State, l.Problem)
		}
	}
}

func TestRefusals(t *testing.T) {
	reason := func(code stream.Code, server int64) stream.Reason {
		return stream.Reason{Code: code, ServerCode: server}
	}
	for body, want := range map[string]stream.Reason{
		`{"code":10004001,"message":"10004001","data":null}`:       reason(stream.Region, 10004001),
		`{"code":10015001,"message":"版权地区受限","ttl":1,"data":null}`: reason(stream.Region, 10015001),
		`{"code":10003003}`: reason(stream.Region, 10003003),
		`{"code":-688}`:     reason(stream.Region, -688),
		`{"code":-689}`:     reason(stream.Region, -689),
		`{"code":10004004}`: reason(stream.Premium, 10004004),
		`{"code":10004006}`: reason(stream.Premium, 10004006),
		`{"code":10004005}`: reason(stream.NotLoggedIn, 10004005),
		`{"code":10023006}`: reason(stream.NotLoggedIn, 10023006),
		`{"code":-101}`:     reason(stream.NotLoggedIn, -101),
		`{"code":-404}`:     reason(stream.NotFound, -404),
		`{"code":404}`:      reason(stream.NotFound, 404),
		`{"code":-10403,"message":"Premium only"}`:               reason(stream.Premium, -10403),
		`{"code":-10403,"message":"not available in your area"}`: reason(stream.Region, -10403),
		`{"code":-412}`:                       reason(stream.RateLimited, -412),
		`{"code":10004002}`:                   reason(stream.Unexpected, 10004002),
		`{"code":0,"data":null}`:              {Code: stream.Unexpected, Detail: stream.Empty},
		`{"code":0,"data":{"playurl":null}}`:  {Code: stream.Unexpected, Detail: stream.Empty},
		`{"code":0,"data":{"v_voucher":"x"}}`: {Code: stream.RateLimited, Detail: stream.Captcha},
		`<html>`:                              {Code: stream.Unexpected, Detail: stream.HTML},
	} {
		var r stream.Reason
		if _, err := DecodePlay(answer(body)); !errors.As(err, &r) || r != want {
			t.Errorf("DecodePlay(%s) = %#v, want %#v", body, err, want)
		}
	}
	var r stream.Reason
	if _, err := DecodePlay(wire.Answer{Status: 412, Body: []byte("<html>")}); !errors.As(err, &r) || r != reason(stream.RateLimited, 412) {
		t.Errorf("HTTP 412: %#v", err)
	}
}

func series(t *testing.T) *Series {
	t.Helper()
	s, err := DecodeSeason(fixture(t, "season.json"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Episodes, err = DecodeEpisodes(fixture(t, "episodes.json")); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSeries(t *testing.T) {
	s := series(t)
	if len(s.Episodes) != 3 || !s.Episodes[1].IsPremium {
		t.Fatalf("episodes: %+v", s.Episodes)
	}
	for id, want := range map[string]stream.Head{
		"13287667": {Title: "E1 - First", Series: "The Season", Number: 1, Total: 3, SeasonID: "2110869", EpisodeID: "13287667"},
		"13287745": {Title: "E2 - Second", Series: "The Season", Number: 2, Total: 3, SeasonID: "2110869", EpisodeID: "13287745"},
		"13287800": {Title: "Extra", Series: "The Season", Number: 3, Total: 3, SeasonID: "2110869", EpisodeID: "13287800"},
		"9":        {Series: "The Season", Total: 3, SeasonID: "2110869", EpisodeID: "9"},
	} {
		if got := s.Head(id); got != want {
			t.Errorf("Head(%s) = %+v, want %+v", id, got, want)
		}
	}
}

func TestPlaying(t *testing.T) {
	s := series(t)
	for hint, want := range map[string]string{"13287745": "13287745", "9": "13287667", "": "13287667"} {
		if got, ok := s.Playing(hint); !ok || got != want {
			t.Errorf("Playing(%q) = %q, %v, want %q", hint, got, ok, want)
		}
	}
	s.FirstEpisode.ID = ""
	s.Episodes = s.Episodes[1:]
	if got, ok := s.Playing(""); !ok || got != "13287745" {
		t.Errorf("without a first episode: %q, %v", got, ok)
	}
	if got, ok := new(Series).Playing("5"); ok {
		t.Errorf("an empty series plays %q", got)
	}
}

func TestSeriesRefusals(t *testing.T) {
	for body, want := range map[string]stream.Reason{
		`{"code":-404}`:                       {Code: stream.NotFound, ServerCode: -404},
		`{"code":0,"data":null}`:              {Code: stream.Unexpected, Detail: stream.Empty},
		`{"code":0,"data":{"v_voucher":"x"}}`: {Code: stream.RateLimited, Detail: stream.Captcha},
	} {
		var r stream.Reason
		if _, err := DecodeSeason(answer(body)); !errors.As(err, &r) || r != want {
			t.Errorf("DecodeSeason(%s) = %#v", body, err)
		}
		if _, err := DecodeEpisodes(answer(body)); !errors.As(err, &r) || r != want {
			t.Errorf("DecodeEpisodes(%s) = %#v", body, err)
		}
	}
	if list, err := DecodeEpisodes(answer(`{"code":0,"data":{"sections":null}}`)); err != nil || len(list) != 0 {
		t.Errorf("no sections: %v, %v", list, err)
	}
}

func TestDecodeLogin(t *testing.T) {
	for body, want := range map[string]bool{
		`{"code":0,"data":{"is_login":true}}`: true, `{"code":0,"data":{"is_login":false}}`: false, `{"code":0,"data":{"isLogin":1}}`: true, `{"code":-101,"data":null}`: false,
	} {
		if got, err := DecodeLogin(answer(body)); err != nil || got != want {
			t.Errorf("DecodeLogin(%s) = %v, %v", body, got, err)
		}
	}
	for _, body := range []string{`{"code":0,"data":null}`, `{"code":-412}`, `<html>`} {
		var r stream.Reason
		if got, err := DecodeLogin(answer(body)); got || !errors.As(err, &r) || r.Code == stream.NotLoggedIn {
			t.Errorf("DecodeLogin(%s) = %v, %v", body, got, err)
		}
	}
	for _, wrong := range []string{`[]`, `{}`, `[true]`, `null`, `"x"`, `""`, `"true"`, `-1`, `2`, `0.5`, `1e300`} {
		var r stream.Reason
		if got, err := DecodeLogin(answer(`{"code":0,"data":{"is_login":` + wrong + `}}`)); got || !errors.As(err, &r) || r.Code != stream.Unexpected {
			t.Errorf("login %s is %v, %v", wrong, got, err)
		}
	}
}

func FuzzDecodePlay(f *testing.F) {
	f.Add(fixture(f, "play.json").Body)
	f.Add([]byte(`{"code":0,"data":{"playurl":{"video":{"video_resource":{"url":""},"stream_info":{"quality":"5"}},"expire_at":-1}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := DecodePlay(wire.Answer{Status: 200, Body: body})
		if err != nil {
			var r stream.Reason
			if !errors.As(err, &r) || r.Code == "" {
				t.Fatalf("error %#v is no reason", err)
			}
			return
		}
		l := p.Listing()
		LockEmpty(l, stream.LoggedIn)
		keys := map[string]bool{}
		for r := range l.Renditions {
			if r.Key == "" || keys[r.Key] {
				t.Fatalf("key %q is empty or twice there", r.Key)
			}
			keys[r.Key] = true
			if (len(r.Segments) == 0) != (r.Withheld != nil) || (r.Available() && len(r.Segments[0].URLs) == 0) {
				t.Fatalf("row %+v", r)
			}
			if r.Size < 0 || r.Bandwidth < 0 || r.Duration < 0 || r.Width < 0 || r.Height < 0 {
				t.Fatalf("negative number in %+v", r)
			}
		}
		if l.ExpiresAt < 0 {
			t.Fatalf("expires at %d", l.ExpiresAt)
		}
		l.Arrange(stream.Preferences{Codecs: stream.DefaultCodecs()})
	})
}

func FuzzDecodeSeries(f *testing.F) {
	f.Add(fixture(f, "season.json").Body, "13287667")
	f.Add(fixture(f, "episodes.json").Body, "13287745")
	f.Fuzz(func(t *testing.T, body []byte, id string) {
		a := wire.Answer{Status: 200, Body: body}
		var r stream.Reason
		s, err := DecodeSeason(a)
		if err != nil {
			if !errors.As(err, &r) || r.Code == "" {
				t.Fatalf("error %#v is no reason", err)
			}
			s = new(Series)
		}
		list, err := DecodeEpisodes(a)
		if err != nil {
			if !errors.As(err, &r) || r.Code == "" {
				t.Fatalf("error %#v is no reason", err)
			}
		}
		s.Episodes = list
		h := s.Head(id)
		if h.Total != len(list) || h.Number > h.Total || strings.ContainsAny(h.Title+h.Series, "\n\x00\u202e") {
			t.Fatalf("head %+v", h)
		}
		if playing, ok := s.Playing(id); ok == (playing == "") {
			t.Fatalf("plays %q, %v", playing, ok)
		}
	})
}
