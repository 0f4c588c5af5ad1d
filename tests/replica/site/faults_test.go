package site

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/tests/replica/media"
)

// long opens the lesson that is there to be downloaded and gives an address of its AVC track and the file.
func long(t *testing.T, c *client) (address string, file media.File) {
	t.Helper()
	answer := c.json(c.open(c.scenario("long")))
	for _, track := range path(answer, "data", "dash", "video").([]any) {
		if path(track, "codecid") == 7.0 {
			address = path(track, "base_url").(string)
		}
	}
	file, err := c.site.library.File(media.FindLong(media.AVC, 80), false)
	if err != nil || address == "" {
		t.Fatal(address, err)
	}
	return address, file
}

// knob sets one override on every media host.
func (c *client) knob(settings string) {
	c.t.Helper()
	w := httptest.NewRecorder()
	body := `{"match":"/upgcxcode/",` + settings + `}`
	c.site.Control().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/knobs", strings.NewReader(body)))
	if w.Code != http.StatusNoContent {
		c.t.Fatalf("%s: HTTP %d: %s", body, w.Code, w.Body)
	}
}

// part asks for a range ("" for the whole) of a file.
func (c *client) part(address, span string) *httptest.ResponseRecorder {
	headers := map[string]string{"Referer": courseReferer}
	if span != "" {
		headers["Range"] = "bytes=" + span
	}
	return c.get(address, headers)
}

func TestMediaFaults(t *testing.T) {
	c := newClient(t)
	address, file := long(t, c)
	size := len(file.Data)
	other, err := c.site.library.File(media.Find(media.AVC, 32), false)
	if err != nil {
		t.Fatal(err)
	}
	middle := size * 2 / 5
	flipped := slices.Clone(file.Data)
	for i := 1000; i < size; i++ {
		flipped[i] ^= 0xff
	}
	type answer struct {
		status       int
		body         []byte
		contentRange string
		tag          string
	}
	whole := answer{200, file.Data, "", file.Tag}
	refused := answer{status: 403}
	span := func(first, last, total int) string { return fmt.Sprintf("bytes %d-%d/%d", first, last, total) }
	for _, test := range []struct {
		name, knob, span string
		want             answer
	}{
		{"all is well", `"delayMs":1`, "0-99", answer{206, file.Data[:100], span(0, 99, size), file.Tag}},
		{"the last byte that is given", `"refuseBeyond":40`, fmt.Sprintf("0-%d", middle-1), answer{206, file.Data[:middle], span(0, middle-1, size), file.Tag}},
		{"the first that is not", `"refuseBeyond":40`, fmt.Sprintf("0-%d", middle), refused},
		{"to the end", `"refuseBeyond":40`, "100-", refused},
		{"the end", `"refuseBeyond":40`, "-100", refused},
		{"the whole", `"refuseBeyond":40`, "", refused},
		{"nothing at all is given", `"refuseBeyond":-1`, "0-0", refused},
		{"no ranges", `"noRanges":true`, "100-199", whole},
		{"another file", `"instead":30032`, "100-199", answer{206, other.Data[100:200], span(100, 199, len(other.Data)), other.Tag}},
		{"no such file", `"instead":1`, "0-9", answer{status: 404}},
		{"other bytes", `"flipFrom":1000`, "900-1099", answer{206, flipped[900:1100], span(900, 1099, size), file.Tag}},
		{"other bytes only", `"flipFrom":1000`, "5000-5099", answer{206, flipped[5000:5100], span(5000, 5099, size), file.Tag}},
		{"another tag", `"headers":{"ETag":"\"x\""}`, "0-9", answer{206, file.Data[:10], span(0, 9, size), `"x"`}},
		{"a size too large", `"extraTotal":500`, "0-9", answer{206, file.Data[:10], span(0, 9, size+500), file.Tag}},
		{"a size too small", `"extraTotal":-500`, "0-9", answer{206, file.Data[:10], span(0, 9, size-500), file.Tag}},
		{"cut short", `"truncate":50`, "0-99", answer{206, file.Data[:50], span(0, 99, size), file.Tag}},
		{"slow down", `"status":429,"body":"","headers":{"Retry-After":"2"}`, "0-9", answer{status: 429}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c.site.knobs.reset()
			c.knob(test.knob)
			w := c.part(address, test.span)
			got := answer{w.Code, w.Body.Bytes(), w.Header().Get("Content-Range"), w.Header().Get("ETag")}
			if got.status >= 400 {
				got = answer{status: got.status}
			}
			if got.status != test.want.status || !bytes.Equal(got.body, test.want.body) || got.contentRange != test.want.contentRange || got.tag != test.want.tag {
				t.Errorf("got HTTP %d, %d bytes, %q, %s", got.status, len(got.body), got.contentRange, got.tag)
			}
			if length := w.Header().Get("Content-Length"); got.status < 300 && length != strconv.Itoa(w.Body.Len()) {
				t.Errorf("Content-Length %s of %d bytes", length, w.Body.Len())
			}
			if ranges := w.Header().Get("Accept-Ranges"); strings.Contains(test.knob, "noRanges") && ranges != "" {
				t.Errorf("Accept-Ranges: %s", ranges)
			}
		})
	}
}

func TestSomeRequestsGoByFirst(t *testing.T) {
	c := newClient(t)
	address, _ := long(t, c)
	c.knob(`"status":403,"body":"","after":2,"times":2`)
	var got []int
	for range 6 {
		got = append(got, c.part(address, "0-9").Code)
	}
	if want := []int{206, 206, 403, 403, 206, 206}; !slices.Equal(got, want) {
		t.Errorf("answered %v, want %v", got, want)
	}
}

func TestLinksEndInTheMiddle(t *testing.T) {
	c := newClient(t)
	c.site.knobs.set(settings{LinkSeconds: new(5)})
	address, _ := long(t, c)
	started := time.Now()
	for after, want := range map[time.Duration]int{3 * time.Second: 206, 6 * time.Second: 403} {
		c.site.now = func() time.Time { return started.Add(after) }
		if w := c.part(address, "0-9"); w.Code != want {
			t.Errorf("after %v: HTTP %d, want %d", after, w.Code, want)
		}
	}
}

func TestStallsUntilTheKnobsAreReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			knob string
			sent int
		}{{`"stallAfter":5000`, 5000}, {`"stallAfter":-1`, 0}} {
			c := newClient(t)
			address, file := long(t, c)
			c.knob(test.knob)
			w, done := httptest.NewRecorder(), make(chan bool)
			r := httptest.NewRequest(http.MethodGet, address, nil)
			r.Header = http.Header{"User-Agent": {"test"}, "Referer": {courseReferer}}
			go func() {
				defer close(done)
				c.site.ServeHTTP(w, r)
			}()
			synctest.Wait()
			if w.Body.Len() != test.sent || !w.Flushed {
				t.Errorf("%s: %d bytes came, flushed: %v", test.knob, w.Body.Len(), w.Flushed)
			}
			c.site.knobs.reset()
			<-done
			if !bytes.Equal(w.Body.Bytes(), file.Data) {
				t.Errorf("%s: %d bytes in the end", test.knob, w.Body.Len())
			}
		}
	})
}

func TestThrottles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		address, _ := long(t, c)
		c.knob(`"bytesPerSecond":100000`)
		started := time.Now()
		c.part(address, "0-249999")
		if took := time.Since(started); took != 2500*time.Millisecond {
			t.Errorf("250 kB at 100 kB/s took %v", took)
		}
		c.site.knobs.reset()
		slow := strings.Replace(address, "mirrorcos", "mirrorhw", 1)
		started = time.Now()
		c.part(slow, "0-199999")
		if took := time.Since(started); took != 500*time.Millisecond {
			t.Errorf("200 kB from the slow mirror took %v", took)
		}
	})
}

// TestBrokenTransfers sends bodies over a real connection, whose client must notice what is wrong.
func TestBrokenTransfers(t *testing.T) {
	c := newClient(t)
	address, file := long(t, c)
	server := httptest.NewServer(c.site)
	defer server.Close()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, knob string
		came       int
		wrong      error
	}{
		{"reset in the middle", `"resetAfter":70000`, 70000, io.ErrUnexpectedEOF},
		{"reset after the head", `"resetAfter":-1`, 0, io.ErrUnexpectedEOF},
		{"a length too large", `"extraLength":100`, 100_000, io.ErrUnexpectedEOF},
		{"a length too small", `"extraLength":-100`, 99_900, nil},
		{"none of it", `"resetAfter":200000`, 100_000, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			c.site.knobs.reset()
			c.knob(test.knob)
			r, err := http.NewRequest(http.MethodGet, server.URL+target.RequestURI(), nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = target.Host
			r.Header = http.Header{"User-Agent": {"test"}, "Referer": {courseReferer}, "Range": {"bytes=0-99999"}}
			answer, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			if err != test.wrong || !bytes.Equal(body, file.Data[:test.came]) {
				t.Errorf("HTTP %d, %d bytes, %v; want %d, %v", answer.StatusCode, len(body), err, test.came, test.wrong)
			}
		})
	}
}
