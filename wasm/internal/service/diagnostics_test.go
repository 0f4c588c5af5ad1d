package service

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"streamlist/wasm/internal/intl"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/pugv"
	"streamlist/wasm/internal/wire"
)

func diagnose(t *testing.T, w *world, s *Service, tab message.Tab) string {
	t.Helper()
	copied, err := s.Copy(t.Context(), tab, message.CopyBody{What: message.Diagnostics})
	if err != nil {
		t.Fatal(err)
	}
	if copied.What != message.Diagnostics {
		t.Errorf("copied %+v", copied)
	}
	return w.clipboard
}

func TestDiagnosticsNameCallsAndNobody(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", `{"code":-403,"message":"denied to 11000001 at 203.0.113.9","data":null}`)
	w.on("season", seasonWith(`,"mid":11000001`))
	w.onFunc("nav", func(_ context.Context, url string) (wire.Answer, error) {
		return wire.Answer{}, errors.New("no answer from " + url + "?session=secret")
	})
	s := w.service()
	if text := diagnose(t, w, s, message.Tab{URL: "https://example.com/"}); strings.Contains(text, ";  ") || !strings.HasSuffix(text, "code):\n") {
		t.Errorf("before any call:\n%s", text)
	}
	_, _ = s.List(t.Context(), lesson, w.hints, false)
	text := diagnose(t, w, s, lesson)
	for _, want := range []string{
		"Streamlist 1.2.3, go1.", "\nAgent/1\n", "\nPage: com lesson\n",
		"; https://api.bilibili.com/pugv/player/web/playurl; 200; 71; 0; not-purchased (login-unknown) -403\n",
		"; https://api.bilibili.com/pugv/view/web/season; 200; ", "; 0; ok\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	for _, secret := range []string{"790", "11000001", "203.0.113.9", "secret", "denied", "A course", "?", "="} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in\n%s", secret, text)
		}
	}
}

func TestDiagnosticsSayWhatFailed(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", func(_ context.Context, url string) (wire.Answer, error) {
		return wire.Answer{}, errors.New("refused: " + url)
	})
	w.onFunc("season", func(context.Context, string) (wire.Answer, error) {
		return wire.Answer{Status: 502, ContentType: "text/html", Body: []byte("<html>")}, nil
	})
	s := w.service()
	_, _ = s.List(t.Context(), lesson, w.hints, false)
	text := diagnose(t, w, s, lesson)
	for _, want := range []string{"/web/playurl; 0; 0; 0; no answer\n", "/web/season; 502; 6; 0; unexpected (html) 502\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestOnlyTheLatestCallsAreRemembered(t *testing.T) {
	w := newWorld(t)
	s := w.service()
	for i := range 100 {
		s.remember(int64(i), pugv.LoginURL, 200, 1, nil)
	}
	lines := regexp.MustCompile(`(?m)^(\d+); https://api.bilibili.com/x/web-interface/nav; `).FindAllStringSubmatch(diagnose(t, w, s, lesson), -1)
	if len(lines) != maxCalls || lines[0][1] != "60" || lines[maxCalls-1][1] != "99" {
		t.Errorf("%d calls: %q", len(lines), lines)
	}
}

// Every endpoint's path is a name and holds no id.
func TestEndpointsAreNamedByTheirPaths(t *testing.T) {
	for _, url := range []string{
		pugv.LoginURL, pugv.PlayURL(pugv.PlayQuery{EpisodeID: "790", AID: "1", CID: "22", Fnval: 16}), pugv.SeasonURL("61", ""), pugv.EpisodesURL("61", 2, 100),
		intl.LoginURL, intl.PlayURL("790", "", "th_TH"), intl.SeasonURL("61", "th_TH"), intl.EpisodesURL("61", "th_TH"),
	} {
		if name := masked(url); !strings.HasPrefix(url, name) || regexp.MustCompile(`\d{3}|th_TH`).MatchString(name) || !regexp.MustCompile(`^https://api\.bilibili\.(com|tv)(/[a-z_-]+\d?)+$`).MatchString(name) {
			t.Errorf("%s: %s", url, name)
		}
	}
}

// The addresses of recorded answers, which lie beside the repository, are all masked.
func TestRecordedAddressesAreMasked(t *testing.T) {
	captures := os.DirFS("../../../../shared/captures")
	names, _ := fs.Glob(captures, "*.json")
	if len(names) == 0 {
		t.Skip("the recorded answers are not beside the repository")
	}
	found := 0
	for _, name := range names {
		data, err := fs.ReadFile(captures, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, url := range regexp.MustCompile(`https?:[^"\s]+`).FindAllString(strings.ReplaceAll(string(data), `\/`, "/"), -1) {
			found++
			if got := masked(url); got != "media" {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d addresses", found)
	}
}

func FuzzMasked(f *testing.F) {
	for _, url := range []string{
		"https://api.bilibili.com/pugv/player/web/playurl?ep_id=790&session=secret", "https://api.bilibili.com.example.com/11000001",
		"https://api.bilibili.tv@example.com/?mid=1", "https://xy203x0x113x9xy.mcdn.bilivideo.cn:4483/upgcxcode/1?upsig=0&oi=3405803785&mid=11000001", "",
	} {
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		got := masked(url)
		endpoint := strings.HasPrefix(got, "https://api.bilibili.com/") || strings.HasPrefix(got, "https://api.bilibili.tv/")
		if got != "media" && (!endpoint || strings.Contains(got, "?")) {
			t.Errorf("%q: %q", url, got)
		}
	})
}
