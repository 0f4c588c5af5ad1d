package service

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

func TestSingleFilesAreAskedForOnce(t *testing.T) {
	w := newWorld(t)
	w.on("qn=80&fnval=1&", film(80, ""))
	w.on("qn=16&fnval=1&", film(16, ""))
	w.on("fnval=1&", film(64, "112,80,64,16"))
	w.onFunc("playurl", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 200, Body: []byte(dash(w.until(), ""))}, nil
	})
	w.on("season", seasonWith(""))
	s := w.service()
	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil || !l.Unasked || len(l.Single) != 0 || w.calls("fnval=1&") != 0 {
		t.Fatalf("before: %+v, error %v", l, err)
	}
	video := len(l.Video)
	for _, s := range []*Service{s, s, nil} {
		if s == nil { // the background was ended in between
			w.savedWith("tab/7", `"single/`)
			s = w.service()
		}
		if l, err = s.Single(t.Context(), lesson, w.hints); err != nil {
			t.Fatal(err)
		}
		if l.Unasked || len(l.Single) != 4 || len(l.Video) != video || !strings.HasPrefix(l.BestKey, "video/80/") || l.Single[0].Quality != 80 || l.ExpiresAt != 1_800_007_200 {
			t.Errorf("listing %+v", l)
		}
	}
	if n := w.calls("fnval=1&"); n != 4 {
		t.Errorf("asked %d times for single files, want 4: %q", n, w.asked)
	}
	if l, err = s.List(t.Context(), lesson, w.hints, false); err != nil || len(l.Single) != 4 {
		t.Errorf("opened again: %+v, %v", l, err)
	}
	copied, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, Row: "single/64/unknown/1", What: message.URL})
	if err != nil || copied.Kind != stream.Single || !strings.Contains(w.clipboard, "/64.mp4?") {
		t.Errorf("copied %+v %q, %v", copied, w.clipboard, err)
	}
	// After their end the listing is renewed, and the file is asked for as well.
	w.now = w.now.Add(2 * time.Hour)
	asked := w.calls("fnval=1&")
	if _, err = s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, Row: "single/64/unknown/1", What: message.URL}); err != nil || w.calls("fnval=1&") != asked+4 {
		t.Errorf("after the end: %v, %d calls", err, w.calls("fnval=1&")-asked)
	}
}

func TestNoSingleFiles(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		want         stream.Reason
	}{
		{"tracks again", dash(1_800_007_200, ""), stream.Reason{Code: stream.NotGiven}},
		{"no media", `{"code":0,"data":{"quality":64,"accept_quality":[64]}}`, stream.Reason{Code: stream.NotGiven}},
		{"forbidden", `{"code":-403,"message":"访问权限不足"}`, stream.Reason{Code: stream.NotGiven}},
		{"members", `{"code":-10403,"message":"大会员专享限制"}`, stream.Reason{Code: stream.Premium, ServerCode: -10403}},
		{"a preview", strings.Replace(film(64, ""), `"quality"`, `"is_preview":1,"quality"`, 1), stream.Reason{Code: stream.PreviewOnly, Given: 1000}},
		{"encrypted", strings.Replace(film(64, ""), `"quality"`, `"is_drm":true,"quality"`, 1), stream.Reason{Code: stream.IsEncrypted}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.on("fnval=1&", c.answer)
			w.on("playurl", dash(w.until(), ""))
			w.on("season", seasonWith(""))
			s := w.service()
			for range 2 {
				l, err := s.Single(t.Context(), lesson, w.hints)
				if err != nil || l.Unasked || len(l.Single) != 0 || l.NoSingle == nil || *l.NoSingle != c.want || l.Problem != nil || l.BestKey == "" {
					t.Fatalf("listing %+v, reason %+v, error %v", l, l.NoSingle, err)
				}
			}
			if n := w.calls("fnval=1&"); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

func TestSingleFilesThatFailAreAskedForAgain(t *testing.T) {
	w := newWorld(t)
	broken := true
	w.onFunc("fnval=1&", func(context.Context, string) (wire.Answer, error) {
		if broken {
			return wire.Answer{}, errors.New("connection reset")
		}
		return wire.Answer{Status: 200, Body: []byte(film(64, "64"))}, nil
	})
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	if _, err := s.Single(t.Context(), lesson, w.hints); reasonOf(t, err).Code != stream.Network {
		t.Errorf("error %v", err)
	}
	broken = false
	if l, err := s.Single(t.Context(), lesson, w.hints); err != nil || len(l.Single) != 1 {
		t.Errorf("listing %+v, error %v", l, err)
	}
}

func TestSingleFilesKeepThePauseAndTheMoves(t *testing.T) {
	w := newWorld(t)
	asked := make(chan struct{})
	w.onFunc("fnval=1&", func(ctx context.Context, _ string) (wire.Answer, error) {
		close(asked)
		<-ctx.Done()
		return wire.Answer{}, ctx.Err()
	})
	w.on("playurl", dash(w.until(), ""))
	w.on("season", seasonWith(""))
	s := w.service()
	failed := make(chan error, 1)
	go func() {
		_, err := s.Single(context.Background(), lesson, w.hints)
		failed <- err
	}()
	<-asked
	s.Moved(t.Context(), message.Tab{ID: lesson.ID, URL: "https://www.bilibili.com/cheese/play/ep791"})
	var e *message.Error
	if err := <-failed; !errors.As(err, &e) || e.Code != message.Cancelled {
		t.Errorf("after the move: %v", err)
	}
	if _, err := s.List(t.Context(), lesson, w.hints, false); err != nil {
		t.Fatal(err)
	}
	s.asking(lesson, stream.Com).slowDown(t.Context(), 0)
	before := len(w.asked)
	if _, err := s.Single(t.Context(), lesson, w.hints); reasonOf(t, err).Code != stream.RateLimited || len(w.asked) != before {
		t.Errorf("within a pause: %v, %d calls", err, len(w.asked)-before)
	}
}

func TestNoSingleFilesOfWhatIsEncryptedOrElsewhere(t *testing.T) {
	w := newWorld(t)
	w.on("intl", `{"code":0,"data":{"playurl":{"video":[{"video_resource":{"quality":32,"url":"https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/1.m4s"}}]}}}`)
	w.on("playurl", dash(w.until(), `"is_drm":true,`))
	w.on("season", seasonWith(""))
	s := w.service()
	for _, tab := range []message.Tab{lesson, {ID: 8, URL: "https://www.bilibili.tv/en/video/2045730385"}} {
		l, err := s.Single(t.Context(), tab, w.hints)
		if err != nil || l.Unasked || l.NoSingle != nil {
			t.Errorf("%s: %+v, %v", tab.URL, l, err)
		}
	}
	if w.calls("fnval=1&") != 0 {
		t.Errorf("asked %q", w.asked)
	}
}
