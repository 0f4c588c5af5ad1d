package service

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// spread is a lesson whose file lies on four known hosts and an unknown one, seen by the
// site at the address oi.
func spread(w *world, oi string) func(context.Context, string) (wire.Answer, error) {
	return func(context.Context, string) (wire.Answer, error) {
		var backups []string
		for _, host := range []string{"upos-sz-mirrorcos.bilivideo.com", "cn-gddg-cm-01-02.bilivideo.com", "xy1xy.mcdn.bilivideo.cn:4483", "media.example.test"} {
			backups = append(backups, fmt.Sprintf("%q", fmt.Sprintf("https://%s/upgcxcode/80.m4s?deadline=%d&oi=%s", host, w.until(), oi)))
		}
		body := strings.ReplaceAll(dash(w.until(), ""), `"backup_url":null`, `"backup_url":[`+strings.Join(backups, ",")+`]`)
		return wire.Answer{Status: 200, Body: []byte(strings.ReplaceAll(body, "mirrorcos.bilivideo.com/upgcxcode/1/", "mirrorali.bilivideo.com/upgcxcode/1/"))}, nil
	}
}

func hostsOf(r *stream.Rendition) string {
	var hosts []string
	for _, u := range r.Segments[0].URLs {
		name, _, _ := strings.Cut(strings.TrimPrefix(stream.HostOf(u.URL), "upos-sz-"), ".")
		hosts = append(hosts, fmt.Sprintf("%s %d", name, u.Speed))
	}
	return strings.Join(hosts, ", ")
}

const untested = "mirrorali 0, mirrorcos 0, cn-gddg-cm-01-02 0, media 0, xy1xy 0"

func TestHostsAreTimedAndRanked(t *testing.T) {
	w := newWorld(t)
	oi := "2130706433"
	w.onFunc("playurl", func(ctx context.Context, url string) (wire.Answer, error) { return spread(w, oi)(ctx, url) })
	w.on("season", seasonWith(""))
	var measured []string
	busy := false
	w.measure = func(_ context.Context, host string) (int64, error) {
		if busy {
			t.Error("two hosts at once")
		}
		busy = true
		defer func() { busy = false }()
		measured = append(measured, host)
		switch {
		case strings.Contains(host, "ali"):
			return 300_000, nil
		case strings.Contains(host, "cos"):
			return 5_000_000, nil
		case strings.Contains(host, "mcdn"):
			return 9_000_000, nil
		}
		return 0, errors.New("connection reset")
	}
	s := w.service()
	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := hostsOf(l.Find(l.BestKey)); got != untested {
		t.Fatalf("at first %s", got)
	}
	l, err = s.TestHosts(t.Context(), lesson, message.ListBody{Hints: w.hints, Row: l.BestKey})
	if err != nil {
		t.Fatal(err)
	}
	const ranked = "mirrorcos 5000000, xy1xy 9000000, mirrorali 300000, media 0, cn-gddg-cm-01-02 -1"
	for r := range l.Renditions {
		if got := hostsOf(r); got != ranked {
			t.Errorf("%s: %s, want %s", r.Key, got, ranked)
		}
	}
	if want := 4; len(measured) != want || strings.Contains(strings.Join(measured, " "), "example") {
		t.Errorf("measured %q", measured)
	}
	if w.calls("playurl") != 1 {
		t.Errorf("asked %d times", w.calls("playurl"))
	}
	if _, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, What: message.URL}); err != nil || !strings.Contains(w.clipboard, "mirrorcos") {
		t.Errorf("copied %q, %v", w.clipboard, err)
	}
	// The next listings follow, also once the background was ended in between ...
	w.saved("lessons/7", "networks/", "tab/7")
	s = w.service()
	if l, err = s.List(t.Context(), lesson, w.hints, true); err != nil || hostsOf(l.Find(l.BestKey)) != ranked {
		t.Errorf("later: %v, %v", l, err)
	}
	// ... but not on another network, until the person is back.
	for _, c := range []struct{ oi, want string }{{"3232235777", untested}, {"2130706433", ranked}} {
		oi = c.oi
		if l, err = s.List(t.Context(), lesson, w.hints, true); err != nil || hostsOf(l.Find(l.BestKey)) != c.want {
			t.Errorf("on %s: %s, %v", c.oi, hostsOf(l.Find(l.BestKey)), err)
		}
	}
}

// A test of hosts in another tab changes the order of a listing that is in view here.
func TestCopyIsOfTheHostInView(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", spread(w, "1"))
	w.on("season", seasonWith(""))
	w.measure = func(_ context.Context, host string) (int64, error) {
		if strings.HasPrefix(host, "cn-") {
			return 9_000_000, nil
		}
		return 1, nil
	}
	s := w.service()
	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil {
		t.Fatal(err)
	}
	other := lesson
	other.ID = 8
	if _, err := s.TestHosts(t.Context(), other, message.ListBody{Hints: w.hints, Row: l.BestKey}); err != nil {
		t.Fatal(err)
	}
	inView := l.Find(l.BestKey).Segments[0].URLs
	for i, u := range inView {
		if _, err := s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, Row: l.BestKey, What: message.URL, Host: "https://" + stream.HostOf(u.URL) + "/"}); err != nil || w.clipboard != u.URL {
			t.Errorf("address %d: copied %q, %v; in view %q", i, w.clipboard, err, u.URL)
		}
	}
	w.clipboard = ""
	_, err = s.Copy(t.Context(), lesson, message.CopyBody{Hints: w.hints, Row: l.BestKey, What: message.URL, Host: "https://upos-hz-mirrorakam.akamaized.net/"})
	if r := reasonOf(t, err); r.Code != stream.Expired || w.clipboard != "" {
		t.Errorf("of a host that is none of the row's: %+v, copied %q", r, w.clipboard)
	}
	w.saved("lessons/7", "lessons/8", "tab/7", "tab/8", "networks/")
}

func TestHostsOfAPrivateTabAreKeptApart(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", spread(w, "1"))
	w.on("season", seasonWith(""))
	w.measure = func(context.Context, string) (int64, error) { return 1, nil }
	s := w.service()
	private := message.Tab{ID: 9, URL: lesson.URL, Private: true}
	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil {
		t.Fatal(err)
	}
	s.learn(t.Context(), private, network{Name: "1", Hosts: []stream.HostSpeed{{Host: "upos-sz-mirrorcos.bilivideo.com", Speed: 7}}})
	if l, err = s.List(t.Context(), lesson, w.hints, false); err != nil || hostsOf(l.Find(l.BestKey)) != untested {
		t.Errorf("the others' listing: %v", err)
	}
	w.saved("lessons/7", "tab/7")
}

func TestTestOfHostsEnds(t *testing.T) {
	elsewhere := message.Tab{ID: lesson.ID, URL: "https://www.bilibili.com/cheese/play/ep791"}
	for name, end := range map[string]func(*Service){
		"as the panel closes": func(s *Service) { s.StopTest(lesson) },
		"as the tab moves":    func(s *Service) { s.Moved(context.Background(), elsewhere) },
		"as the tab closes":   func(s *Service) { s.Closed(context.Background(), lesson.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.onFunc("playurl", spread(w, "1"))
			w.on("season", seasonWith(""))
			asked := make(chan struct{})
			w.measure = func(ctx context.Context, _ string) (int64, error) {
				close(asked) // twice would panic: after the end none is asked
				<-ctx.Done()
				return 0, ctx.Err()
			}
			s := w.service()
			l, err := s.List(t.Context(), lesson, w.hints, false)
			if err != nil {
				t.Fatal(err)
			}
			failed := make(chan error, 1)
			go func() {
				_, err := s.TestHosts(context.Background(), lesson, message.ListBody{Hints: w.hints, Row: l.BestKey})
				failed <- err
			}()
			<-asked
			end(s)
			var e *message.Error
			if err := <-failed; !errors.As(err, &e) || e.Code != message.Cancelled {
				t.Errorf("ended with %v", err)
			}
			if len(s.networks(t.Context(), lesson)) != 0 {
				t.Error("something was learnt")
			}
			s.StopTest(lesson) // nothing to stop
		})
	}
}

func TestNoHostsToTest(t *testing.T) {
	w := newWorld(t)
	w.on("playurl", dash(w.until(), `"is_drm":true,`))
	w.on("season", seasonWith(""))
	_, err := w.service().TestHosts(t.Context(), lesson, message.ListBody{Hints: w.hints, Row: "video/80/AVC/1"})
	if r := reasonOf(t, err); r.Code != stream.NotGiven {
		t.Errorf("of an encrypted lesson: %+v", r)
	}
}

// Where the site's addresses don't say from where it was asked, all is one network for as
// long as addresses live.
func TestHostsOfANetworkWithoutAName(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", spread(w, "0"))
	w.on("season", seasonWith(""))
	w.fetch = func(ctx context.Context, b message.FetchBody) message.Fetched {
		a, _ := w.Get(ctx, b.Path)
		return message.Fetched{Status: a.Status, Body: string(a.Body)}
	}
	w.measure = func(_ context.Context, host string) (int64, error) { return int64(len(host)), nil }
	s := w.service()
	order := func(tab message.Tab, refresh bool) string {
		t.Helper()
		l, err := s.List(t.Context(), tab, w.hints, refresh)
		if err != nil {
			t.Fatal(err)
		}
		return hostsOf(l.Find(l.BestKey))
	}
	order(lesson, false)
	l, err := s.TestHosts(t.Context(), lesson, message.ListBody{Hints: w.hints, Row: "video/80/AVC/1"})
	if err != nil {
		t.Fatal(err)
	}
	ranked := hostsOf(l.Find(l.BestKey))
	if ranked == untested {
		t.Errorf("the tab's own listing: %s", ranked)
	}
	other, container, private := lesson, lesson, lesson
	other.ID, container.ID, private.ID = 8, 9, 10
	container.Store, private.Private = "firefox-container-1", true
	for name, c := range map[string]struct {
		tab     message.Tab
		refresh bool
		want    string
	}{
		"the panel opened again": {lesson, false, ranked}, "refreshed": {lesson, true, ranked}, "another tab": {other, false, ranked},
		"a container, which may have a proxy of its own": {container, false, untested}, "a private window": {private, false, untested},
	} {
		if got := order(c.tab, c.refresh); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	w.now = w.now.Add(90 * time.Minute)
	if _, err = s.TestHosts(t.Context(), other, message.ListBody{Hints: w.hints, Row: "audio/30280/AAC/1"}); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(29 * time.Minute)
	if got := order(lesson, true); got != ranked {
		t.Errorf("within two hours: %s", got)
	}
	// What was tested later makes nothing live longer.
	w.now = w.now.Add(2 * time.Minute)
	if got := order(lesson, true); got != untested {
		t.Errorf("after two hours: %s", got)
	}
	w.saved("lessons/7", "lessons/8", "lessons/9", "tab/7", "tab/8", "tab/9", "networks/")
}

func TestWithheldMediaHosts(t *testing.T) {
	w := newWorld(t)
	w.onFunc("playurl", spread(w, "1"))
	w.on("season", seasonWith(""))
	w.measure = func(context.Context, string) (int64, error) { return 0, errors.New("withheld") }
	w.denied = ".bilivideo.com"
	s := w.service()
	l, err := s.List(t.Context(), lesson, w.hints, false)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.TestHosts(t.Context(), lesson, message.ListBody{Hints: w.hints, Row: l.BestKey})
	if r := reasonOf(t, err); r.Code != stream.NoAccess {
		t.Errorf("reason %+v", r)
	}
	if n := s.networks(t.Context(), lesson); len(n) != 0 {
		t.Errorf("learnt %v", n)
	}
}

// What stalls must not keep the others from their turn, nor the answer from the panel.
func TestHostsShareTheTime(t *testing.T) {
	for _, c := range []struct {
		name          string
		listing, late time.Duration // what all may take, and what the listing takes
		untested      int
	}{
		{"with all of it", 12 * time.Second, 0, 0},
		{"after a slow listing", 12 * time.Second, 9500 * time.Millisecond, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.on("season", seasonWith(""))
			w.onFunc("playurl", spread(w, "1"))
			s, start := w.service(), time.Now()
			s.Limits.Listing, s.Now = c.listing, func() time.Time { return w.now.Add(time.Since(start)) }
			l, err := s.List(t.Context(), lesson, w.hints, false)
			if err != nil {
				t.Fatal(err)
			}
			w.answers = nil
			w.on("season", seasonWith(""))
			w.onFunc("playurl", func(ctx context.Context, url string) (wire.Answer, error) {
				time.Sleep(c.late)
				return spread(w, "1")(ctx, url)
			})
			if c.late > 0 {
				w.now = w.now.Add(24 * time.Hour) // the addresses have ended
			}
			w.measure = func(ctx context.Context, _ string) (int64, error) {
				select {
				case <-time.After(time.Duration(w.within[len(w.within)-1]) * time.Millisecond):
					return 0, nil
				case <-ctx.Done():
					return 0, ctx.Err()
				}
			}
			began := time.Now()
			l, err = s.TestHosts(t.Context(), lesson, message.ListBody{Hints: w.hints, Row: l.BestKey})
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took > c.listing {
				t.Errorf("%s: took %s", c.name, took)
			}
			if l.Untested != c.untested {
				t.Errorf("%s: %d untested, want %d, of %v", c.name, l.Untested, c.untested, w.within)
			}
			time.Sleep(time.Minute) // what is kept a moment later
		})
	}
}
