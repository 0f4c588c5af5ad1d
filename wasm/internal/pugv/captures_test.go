package pugv

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// captures lie beside the repository, not in it: real answers, scrubbed.
const captures = "../../../../shared/captures"

func capture(t *testing.T, name string) wire.Answer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(captures, name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the recorded answers are not beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	return wire.Answer{Status: 200, ContentType: "application/json", Body: data}
}

func captured(t *testing.T, name string) *stream.Listing {
	t.Helper()
	p, err := DecodePlay(capture(t, name))
	if err != nil {
		t.Fatal(err)
	}
	l := p.Listing()
	consistent(t, l) // arranges the listing, too
	return l
}

func TestCapturedDash(t *testing.T) {
	l := captured(t, "pugv_playurl_dash_avc_hevc.json")
	if len(l.Video) != 10 || len(l.Audio) != 3 || len(l.Single) != 0 {
		t.Fatalf("%d video, %d audio, %d single rows", len(l.Video), len(l.Audio), len(l.Single))
	}
	for r := range l.Renditions {
		if !r.Available() || r.SizeEstimated || r.Duration != 226069 {
			t.Errorf("%s: %+v", r.Key, r)
		}
	}
	best := l.Find(l.BestKey)
	if best.Key != "video/112/AVC/1" || best.Quality.Name() != "1080P+" || best.Size != 88185598 || best.FrameRate != 29.412 || best.Codecs != "avc1.640033" {
		t.Errorf("best: %+v", best)
	}
	if l.BestAudioKey != "audio/30280/AAC/1" {
		t.Errorf("best audio: %q", l.BestAudioKey)
	}
	if l.ExpiresAt != 1730824061 || l.Problem != nil {
		t.Errorf("expires %d, problem %v", l.ExpiresAt, l.Problem)
	}
}

func TestCapturedDRM(t *testing.T) {
	p, err := DecodePlay(capture(t, "pugv_playurl_drm.json"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Encryption() != Certain {
		t.Errorf("Encryption = %d", p.Encryption())
	}
	l := captured(t, "pugv_playurl_drm.json")
	if len(l.Video) != 5 || len(l.Audio) != 3 || l.BestKey != "" || l.State != stream.Encrypted {
		t.Errorf("%d video, %d audio, best %q, state %q", len(l.Video), len(l.Audio), l.BestKey, l.State)
	}
	for r := range l.Renditions {
		if r.Available() || r.Withheld.Code != stream.IsEncrypted {
			t.Errorf("%s: %+v", r.Key, r.Withheld)
		}
	}
	// The two weaker signs of the same answer, without the stronger ones.
	p.IsDRM, p.DRMType, p.DRMTechType = false, "", 0
	if p.Encryption() != Suspected {
		t.Errorf("Encryption by hls and audio ids = %d", p.Encryption())
	}
	if _, r, ok := p.InitProbe(); !ok || r != (stream.ByteRange{First: 0, Last: 1117}) {
		t.Errorf("InitProbe: %+v, %v; want the 360P track's", r, ok)
	}
}

func TestCapturedProgressive(t *testing.T) {
	l := captured(t, "pugv_playurl_flv.json")
	best := l.Find(l.BestKey)
	if len(l.Single) != 6 || best == nil || best.Key != "single/116/AVC/1" || best.Container != stream.FLV || best.Size != 1105854161 || best.Duration != 2222204 || len(best.Segments[0].URLs) != 2 {
		t.Errorf("%d rows, best %+v", len(l.Single), best)
	}
	l = captured(t, "pugv_playurl_preview_mp4.json")
	if len(l.Single) != 1 || l.State != stream.Preview || *l.Problem != (stream.Reason{Code: stream.PreviewOnly, Given: 300120, Whole: 901333}) {
		t.Errorf("preview: %+v", l)
	}
	if r := l.Single[0]; r.Container != stream.MP4 || r.Size != 27479966 || len(r.Segments[0].URLs) != 3 {
		t.Errorf("preview row: %+v", r)
	}
}

func TestCapturedRefusals(t *testing.T) {
	for name, want := range map[string]stream.Reason{
		"pugv_playurl_not_found.json":     {Code: stream.NotFound, ServerCode: -404},
		"pugv_playurl_not_purchased.json": {Code: stream.NotPurchased, Detail: stream.LoginUnknown, ServerCode: -403},
		"playurl_v_voucher.json":          {Code: stream.RateLimited, Detail: stream.Captcha},
	} {
		var r stream.Reason
		if _, err := DecodePlay(capture(t, name)); !errors.As(err, &r) || r != want {
			t.Errorf("%s: %#v", name, err)
		}
	}
	var r stream.Reason
	if _, err := DecodeSeason(capture(t, "pugv_season_not_found.json")); !errors.As(err, &r) || r.Code != stream.NotFound {
		t.Errorf("season: %#v", err)
	}
	if in, err := DecodeLogin(capture(t, "nav_not_logged_in.json")); in || err != nil {
		t.Errorf("login: %v, %v", in, err)
	}
}

func TestCapturedSeasons(t *testing.T) {
	s, err := DecodeSeason(capture(t, "pugv_season_21_lessons.json"))
	if err != nil {
		t.Fatal(err)
	}
	if h := s.Head("482485"); h != (stream.Head{
		Title: "国际关系如何塑造国际体系？", Series: "【双十一限时特惠】大国博弈：多边主义与全球治理", Teacher: "小Q不是导盲犬",
		Number: 2, Total: 21, Duration: 902000, SeasonID: "13194", EpisodeID: "482485",
	}) {
		t.Errorf("head: %+v", h)
	}
	if id, ok := s.Playing(""); !ok || id != "482484" {
		t.Errorf("plays %q", id)
	}
	if got := s.State("482484"); got != stream.Free {
		t.Errorf("state of the free lesson: %q", got)
	}
	if d := s.Details(""); !bytes.Contains(d.Payment, []byte(`"180"`)) || len(d.FAQ1) < 100 || d.Teacher.Link == "" {
		t.Errorf("details %+v", d)
	}

	s, err = DecodeSeason(capture(t, "pugv_season_progress.json"))
	if err != nil {
		t.Fatal(err)
	}
	if id, ok := s.Playing(""); !ok || id != "20767" {
		t.Errorf("plays %q, want the one last watched", id)
	}
	items, next, number, err := DecodeEpisodes(capture(t, "pugv_ep_list_page1_of_603.json"))
	if err != nil || !next || number != 1 || len(items) != 2 {
		t.Fatalf("%d lessons, next %v, number %d, %v", len(items), next, number, err)
	}
	if added := s.Merge(items); added != 0 || items[0].CID != "1641007864" {
		t.Errorf("%d added, first %+v", added, items[0])
	}
}
