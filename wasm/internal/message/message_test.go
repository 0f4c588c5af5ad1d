package message

import (
	"context"
	std "encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

func code(t *testing.T, err error) ErrorCode {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%#v is no *Error", err)
	}
	return e.Code
}

func TestDecodeRequest(t *testing.T) {
	r, err := DecodeRequest([]byte(` {"v":1,"id":"7","kind":"list","body":{"refresh":true}} `))
	if err != nil || r.V != 1 || r.ID != "7" || r.Kind != List || string(r.Body) != `{"refresh":true}` {
		t.Errorf("DecodeRequest = %+v, %v", r, err)
	}
	if r, err := DecodeRequest([]byte(`{"v":1,"id":"7","kind":"wake"}`)); err != nil || r.Kind != Wake || len(r.Body) != 0 {
		t.Errorf("without a body: %+v, %v", r, err)
	}
	for data, want := range map[string]ErrorCode{
		``:                                 Malformed,
		`null`:                             OldVersion, // an empty envelope: version 0
		`"list"`:                           Malformed,
		`[{"v":1,"id":"7","kind":"list"}]`: Malformed,
		`{"v":1,"id":"7","kind":"list"`:    Malformed,
		`{"v":1,"id":"7","kind":"list"}{}`: Malformed,
		`{"v":1,"id":"7","kind":"list"} x`: Malformed,
		`{"v":1,"id":"7","kind":"list","url":"https://x"}`:                                Malformed,
		`{"v":1,"id":7,"kind":"list"}`:                                                    Malformed,
		`{"v":"1","id":"7","kind":"list"}`:                                                Malformed,
		`{"v":1.5,"id":"7","kind":"list"}`:                                                Malformed,
		`{"v":1,"id":"7","kind":{"a":1}}`:                                                 Malformed,
		`{"v":1,"ID":"7","kind":"list"}`:                                                  Malformed,
		`{"v":1,"kind":"list"}`:                                                           Malformed,
		`{"v":1,"id":"","kind":"list"}`:                                                   Malformed,
		`{"v":1,"id":"7","kind":""}`:                                                      Malformed,
		`{"v":1,"id":"7"}`:                                                                Malformed,
		`{"id":"7","kind":"list"}`:                                                        OldVersion,
		`{"v":0,"id":"7","kind":"list"}`:                                                  OldVersion,
		`{"v":2,"id":"7","kind":"list"}`:                                                  OldVersion,
		`{"v":2,"id":"7","type":"list","new":[]}`:                                         OldVersion,
		`{"v":1,"id":"` + strings.Repeat("7", 65) + `","kind":"list"}`:                    Malformed,
		`{"v":1,"id":"7","kind":"` + strings.Repeat("k", 33) + `"}`:                       Malformed,
		`{"v":1,"id":"7","kind":"list","body":"` + strings.Repeat("x", MaxRequest) + `"}`: Malformed,
		`{"v":1,"id":"7","kind":"list","body":` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + `}`: Malformed,
	} {
		if _, err := DecodeRequest([]byte(data)); err == nil || code(t, err) != want {
			t.Errorf("DecodeRequest(%.80s) = %v, want %s", data, err, want)
		}
	}
}

func TestDecodeBody(t *testing.T) {
	var b CopyBody
	if err := DecodeBody(json.RawMessage(`{"hints":{"load":"a","episode":"790"},"row":"video/116/AVC/1","what":"mpv","backup":2,"host":"https://a.example.test:81/"}`), &b); err != nil ||
		b.Hints.Episode != "790" || b.Row != "video/116/AVC/1" || b.What != MPV || b.Backup != 2 || b.Host != "https://a.example.test:81/" {
		t.Errorf("DecodeBody = %+v, %v", b, err)
	}
	for _, missing := range []string{``, `null`} {
		var b CopyBody
		if err := DecodeBody(json.RawMessage(missing), &b); err != nil || b != (CopyBody{}) {
			t.Errorf("DecodeBody(%q) = %+v, %v", missing, b, err)
		}
	}
	for _, bad := range []string{
		`{"what":"url","url":"https://evil.example.test/"}`, `{"hints":{"episode":790}}`, `{"hints":{"tab":5}}`, `{"backup":"1"}`, `{"backup":1e99}`, `[]`, `"url"`, `{"What":"url"}`,
	} {
		var b CopyBody
		if err := DecodeBody(json.RawMessage(bad), &b); err == nil || code(t, err) != Malformed {
			t.Errorf("DecodeBody(%s) = %v", bad, err)
		}
	}
}

func TestHintsClean(t *testing.T) {
	long := strings.Repeat("课", 1000)
	for _, c := range []struct{ in, want Hints }{
		{Hints{Load: "l1", Episode: "790", Title: "t", Panel: true}, Hints{Load: "l1", Episode: "790", Title: "t", Panel: true}},
		{Hints{Episode: "790 or 1=1"}, Hints{}},
		{Hints{Episode: "-1"}, Hints{}},
		{Hints{Episode: "٧٩٠"}, Hints{}},
		{Hints{Episode: strings.Repeat("1", 20)}, Hints{}},
		{Hints{Load: strings.Repeat("x", 65)}, Hints{}},
		{Hints{Title: long}, Hints{Title: long[:300*len("课")]}},
	} {
		if got := c.in.Clean(); got != c.want {
			t.Errorf("Clean of %+.80v = %+.80v", c.in, got)
		}
	}
}

const self = "abcdefghijklmnopabcdefghijklmnop"

func sender(change func(*Sender)) Sender {
	s := Sender{Extension: self, Self: self, URL: "https://www.bilibili.com/cheese/play/ep790", Base: "chrome-extension://" + self + "/", Tab: &Tab{ID: 5}}
	if change != nil {
		change(&s)
	}
	return s
}

func ourPage(s *Sender) { s.URL = s.Base + "options/options.html" }

func TestWhoMayAsk(t *testing.T) {
	var r Router
	answer := func(name string) Handler {
		return func(context.Context, Sender, json.RawMessage) (any, error) { return name, nil }
	}
	r.FromContent(List, answer("content"))
	r.FromPage(OpenOptions, answer("page"))
	for _, c := range []struct {
		name string
		from Sender
		kind Kind
		want string
	}{
		{"content script", sender(nil), List, "content"},
		{"our page", sender(ourPage), OpenOptions, "page"},
		{"our page outside a tab", sender(func(s *Sender) { ourPage(s); s.Tab = nil }), OpenOptions, "page"},
		{"content script asks for a page's", sender(nil), OpenOptions, ""},
		{"our page asks for a content script's", sender(ourPage), List, ""},
		{"an unknown kind", sender(nil), "eval", ""},
		{"another extension", sender(func(s *Sender) { s.Extension = "other" }), List, ""},
		{"another extension's page", sender(func(s *Sender) { ourPage(s); s.Extension = "other" }), OpenOptions, ""},
		{"a frame inside the page", sender(func(s *Sender) { s.Frame = 3 }), List, ""},
		{"no tab", sender(func(s *Sender) { s.Tab = nil }), List, ""},
		{"nobody", Sender{}, List, ""},
		{"no ids at all", Sender{Tab: &Tab{}}, List, ""},
		{"a page whose address begins alike", sender(func(s *Sender) { s.URL = strings.TrimSuffix(s.Base, "/") + ".example.test/" }), OpenOptions, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.Handle(context.Background(), c.from, fmt.Appendf(nil, `{"v":1,"id":"7","kind":%q}`, c.kind))
			if got.V != Version || got.ID != "7" {
				t.Errorf("envelope %+v", got)
			}
			if c.want == "" {
				if got.OK || got.Error == nil || got.Error.Code != Refused || got.Body != nil {
					t.Errorf("answered %+v, want a refusal", got)
				}
			} else if !got.OK || got.Body != c.want || got.Error != nil {
				t.Errorf("answered %+v, want %q", got, c.want)
			}
		})
	}
}

func TestHandleNeverFails(t *testing.T) {
	secret := errors.New("https://upos-sz-mirrorcos.bilivideo.com/?mid=12345")
	var reported []error
	r := Router{Report: func(err error) { reported = append(reported, err) }}
	var fail error
	r.FromContent(List, func(context.Context, Sender, json.RawMessage) (any, error) { return nil, fail })
	reason := &stream.Reason{Code: stream.Region, ServerCode: -688}
	for _, c := range []struct {
		name string
		fail error
		want string
		bugs int
	}{
		{"nothing to say", nil, `{"v":1,"id":"7","ok":true,"body":{}}`, 0},
		{"an error of the protocol", &Error{Code: Unavailable, Reason: reason}, `{"v":1,"id":"7","ok":false,"error":{"code":"unavailable","reason":{"code":"region","serverCode":-688}}}`, 0},
		{"the same, wrapped", fmt.Errorf("list: %w", &Error{Code: Unsupported}), `{"v":1,"id":"7","ok":false,"error":{"code":"unsupported"}}`, 0},
		{"cancelled", fmt.Errorf("list: %w", context.Canceled), `{"v":1,"id":"7","ok":false,"error":{"code":"cancelled","message":"cancelled","retryable":true}}`, 0},
		{"a bug, whose text stays here", secret, `{"v":1,"id":"7","ok":false,"error":{"code":"internal","message":"internal error","retryable":true}}`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			fail, reported = c.fail, nil
			text, err := json.Marshal(r.Handle(context.Background(), sender(nil), []byte(`{"v":1,"id":"7","kind":"list"}`)))
			if err != nil || string(text) != c.want {
				t.Errorf("answered %s, %v, want %s", text, err, c.want)
			}
			if len(reported) != c.bugs {
				t.Errorf("reported %v", reported)
			}
		})
	}
	r.Report = nil
	fail = secret
	if got := r.Handle(context.Background(), sender(nil), []byte(`{"v":1,"id":"7","kind":"list"}`)); got.OK || got.Error.Code != Internal {
		t.Errorf("without a reporter: %+v", got)
	}
	// A request of another version still gets its own id back, so that the tab hears of it.
	if got := r.Handle(context.Background(), sender(nil), []byte(`{"v":9,"id":"7","kind":"list"}`)); got.OK || got.ID != "7" || got.Error.Code != OldVersion {
		t.Errorf("another version: %+v", got)
	}
}

func FuzzHandle(f *testing.F) {
	for _, s := range []string{
		`{"v":1,"id":"7","kind":"list","body":{"hints":{"load":"a","episode":"790"},"refresh":true}}`,
		`{"v":1,"id":"7","kind":"copy","body":{"row":"video/116/AVC/1","what":"url","backup":1}}`,
		`{"v":2}`, `null`, `{"v":1,"id":"\u0000","kind":"list","body":null}`, `{"v":1,"id":"7","kind":"list"}{`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var r Router
		asked := false
		for _, k := range []Kind{List, Copy} {
			r.FromContent(k, func(_ context.Context, _ Sender, body json.RawMessage) (any, error) {
				asked = true
				var b CopyBody
				if err := DecodeBody(body, &b); err != nil {
					return nil, err
				}
				h := b.Hints.Clean()
				if h.Episode != "" && !Digits(h.Episode) || len([]rune(h.Title)) > 300 || len(h.Load) > 64 {
					t.Fatalf("hints %+v", h)
				}
				return b, nil
			})
		}
		got := r.Handle(context.Background(), sender(nil), data)
		if got.OK == (got.Error != nil) || (got.OK && !asked) {
			t.Fatalf("answer %+v", got)
		}
		text, err := json.Marshal(got)
		if err != nil || !std.Valid(text) {
			t.Fatalf("answer %q, %v", text, err)
		}
		// Whatever the router takes, the standard library reads the same way.
		var request struct{ ID string }
		if asked && (std.Unmarshal(data, &request) != nil || request.ID != got.ID) {
			t.Fatalf("took %q for a request with id %q", data, got.ID)
		}
	})
}
