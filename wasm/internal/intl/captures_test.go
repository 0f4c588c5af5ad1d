package intl

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// captures lie beside the repository, not in it: real answers, scrubbed, and three
// that are synthetic.
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
	return answer(string(data))
}

func TestCapturedAnonymous(t *testing.T) {
	p, err := DecodePlay(capture(t, "intl_playurl_anonymous.json"))
	if err != nil {
		t.Fatal(err)
	}
	l := p.Listing()
	LockEmpty(l, stream.LoggedOut)
	l.Arrange(stream.Preferences{Codecs: stream.DefaultCodecs()})
	if len(l.Video) != 8 || len(l.Audio) != 3 {
		t.Fatalf("%d video and %d audio rows", len(l.Video), len(l.Audio))
	}
	for _, r := range l.Video {
		if locked := r.Quality >= 64; locked == r.Available() {
			t.Errorf("%s: available %v", r.Key, r.Available())
		}
		if r.Withheld != nil && r.Withheld.Code != stream.NotLoggedIn {
			t.Errorf("%s: %v", r.Key, r.Withheld)
		}
		if r.FrameRate < 23.8 || r.FrameRate > 23.82 || r.Duration != 1442025 {
			t.Errorf("%s: %v fps, %d ms", r.Key, r.FrameRate, r.Duration)
		}
	}
	best := l.Find(l.BestKey)
	if best.Key != "video/32/AVC/1" || best.Width != 852 || best.Size != 45559031 || l.BestAudioKey != "audio/30216/AAC/1" {
		t.Errorf("best %+v with %q", best, l.BestAudioKey)
	}
	if l.ExpiresAt != 1663925440 {
		t.Errorf("expires at %d", l.ExpiresAt)
	}
}

func TestCapturedRegion(t *testing.T) {
	var r stream.Reason
	if _, err := DecodePlay(capture(t, "intl_playurl_region_locked.json")); !errors.As(err, &r) || r != (stream.Reason{Code: stream.Region, ServerCode: 10015001}) {
		t.Errorf("%#v", err)
	}
	if _, err := DecodePlay(capture(t, "playurl_v_voucher.json")); !errors.As(err, &r) || r.Detail != stream.Captcha {
		t.Errorf("%#v", err)
	}
}

func TestCapturedSeries(t *testing.T) {
	s, err := DecodeSeason(capture(t, "intl_season_info_synthetic.json"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Episodes, err = DecodeEpisodes(capture(t, "intl_episodes_synthetic.json")); err != nil {
		t.Fatal(err)
	}
	if got, want := s.Head("13287745"), (stream.Head{Title: "E2 - Second", Series: "Season", Number: 2, Total: 3, SeasonID: "2110869", EpisodeID: "13287745"}); got != want {
		t.Errorf("head %+v, want %+v", got, want)
	}
	if id, ok := s.Playing(""); !ok || id != "13287667" {
		t.Errorf("plays %q", id)
	}
}
