package service

import (
	"runtime"
	"strconv"
	"strings"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// maxCalls is how many calls are remembered.
const maxCalls = 40

// remember keeps a line about a request that has just ended, for diagnostics, in memory
// only. began is in milliseconds as running counts them; status is that of HTTP, 0
// unknown; size is the body's in bytes. Nothing in it names a person: see masked.
func (s *Service) remember(began int64, url string, status, size int, err error) {
	outcome := "ok"
	if r, ok := asReason(err); ok {
		outcome = r.Error() + " " + strconv.FormatInt(r.ServerCode, 10)
	} else if err != nil {
		outcome = "no answer" // the error's own text may hold an address
	}
	took := s.running() - began
	line := "\n" + strconv.FormatInt(began, 10) + "; " + masked(url) + "; " + strconv.Itoa(status) + "; " +
		strconv.Itoa(size) + "; " + strconv.FormatInt(took, 10) + "; " + outcome
	s.mu.Lock()
	s.calls = append(s.calls, line)
	if len(s.calls) > maxCalls {
		s.calls = s.calls[1:]
	}
	s.mu.Unlock()
}

// running is for how many milliseconds the background has been running.
func (s *Service) running() int64 { return s.Now().Sub(s.started).Milliseconds() }

// masked names what an address asks for: an endpoint by its path, which holds no id. The
// rest of an endpoint's address is ids, and that of media ids, signatures and at times an
// IP address.
func masked(url string) string {
	path, _, _ := strings.Cut(url, "?")
	if strings.HasPrefix(path, stream.Com.API()+"/") || strings.HasPrefix(path, stream.TV.API()+"/") {
		return path
	}
	return "media"
}

// diagnostics is text for a bug report, in English: versions, the kind of the tab's page
// and the latest calls.
func (s *Service) diagnostics(tab message.Tab) string {
	t, _ := page.Parse(tab.URL)
	s.mu.Lock()
	calls := strings.Join(s.calls, "")
	s.mu.Unlock()
	return "Streamlist " + s.Version + ", " + runtime.Version() + "\n" + s.UserAgent + "\nPage: " + string(t.Site) + " " + string(t.Kind) + string(page.PlaceOf(tab.URL)) +
		"\nThe background has been running for " + strconv.FormatInt(s.running(), 10) +
		" ms. Its latest calls (begun at ms; what; HTTP status; bytes; ms; outcome and code):" + calls + "\n"
}
