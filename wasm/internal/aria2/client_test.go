package aria2

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"streamlist/wasm/internal/json"
)

// fixed answers every request alike.
type fixed struct {
	status int
	answer string
	err    error
}

func (f fixed) Post(context.Context, []byte) (int, []byte, error) {
	return f.status, []byte(f.answer), f.err
}

func TestFaultsAreNamed(t *testing.T) {
	const envelope = `{"id":"streamlist","jsonrpc":"2.0",`
	for name, test := range map[string]struct {
		fixed
		want error
	}{
		"a web server":           {fixed{status: 404, answer: "<!doctype html><title>404</title>"}, NotAria2},
		"a page":                 {fixed{status: 200, answer: "<!doctype html><p>hello"}, NotAria2},
		"a redirect":             {fixed{status: 302}, NotAria2},
		"another JSON-RPC":       {fixed{status: 200, answer: envelope + `"error":{"code":-32601,"message":"Method not found"}}`}, NotAria2},
		"another's version":      {fixed{status: 200, answer: envelope + `"result":{"version":"nightly"}}`}, NotAria2},
		"no version":             {fixed{status: 200, answer: envelope + `"result":[]}`}, NotAria2},
		"another's answer":       {fixed{status: 200, answer: `{"id":"1","jsonrpc":"2.0","result":{"version":"1.36.0"}}`}, NotAria2},
		"both":                   {fixed{status: 200, answer: envelope + `"result":{"version":"1.36.0"},"error":{"code":1,"message":""}}`}, NotAria2},
		"neither":                {fixed{status: 200, answer: envelope + `"result":null}`}, NotAria2},
		"cut":                    {fixed{status: 200, answer: envelope + `"result":{"version":"1.36.0"}`}, NotAria2},
		"an error's result":      {fixed{status: 500, answer: envelope + `"result":{"version":"1.36.0"}}`}, NotAria2},
		"a wrong secret":         {fixed{status: 400, answer: envelope + `"error":{"code":1,"message":"Unauthorized"}}`}, Secret},
		"a user's name":          {fixed{status: 401}, Secret},
		"too old":                {fixed{status: 200, answer: envelope + `"result":{"version":"1.18.3","enabledFeatures":[]}}`}, Version},
		"far too old":            {fixed{status: 200, answer: envelope + `"result":{"version":"0.9"}}`}, Version},
		"just new enough":        {fixed{status: 200, answer: envelope + `"result":{"version":"1.18.4"}}`}, nil},
		"newer":                  {fixed{status: 200, answer: envelope + `"result":{"version":"2.0"}}`}, nil},
		"of somebody's own":      {fixed{status: 200, answer: envelope + `"result":{"version":"1.37.0-dev","more":1}}`}, nil},
		"the permission is gone": {fixed{err: Blocked}, Blocked},
		"nobody":                 {fixed{err: errors.New("Failed to fetch")}, Refused},
	} {
		t.Run(name, func(t *testing.T) {
			c := &Client{Port: test.fixed}
			if version, err := c.Version(t.Context()); err != test.want {
				t.Errorf("%q, %v, want %v", version, err, test.want)
			}
			if test.want == nil || test.want == Version {
				return
			}
			outcomes, err := c.all(t.Context(), []call{{"aria2.getVersion", nil}})
			if _, ok := err.(Fault); !ok {
				t.Errorf("of several calls: %v, %v", outcomes, err)
			}
		})
	}
}

func TestFaultsOfRealServers(t *testing.T) {
	s := newSites(t)
	d := newDaemon(t, s)
	for name, test := range map[string]struct {
		client Client
		want   error
	}{
		"right":     {Client{httpPort(d.address), secret}, nil},
		"wrong":     {Client{httpPort(d.address), "another"}, Secret},
		"none":      {Client{httpPort(d.address), ""}, Secret},
		"a website": {Client{httpPort(s.address), secret}, NotAria2},
	} {
		if version, err := test.client.Version(t.Context()); err != test.want || (version == "") != (err != nil) {
			t.Errorf("%s: %q, %v", name, version, err)
		}
		if _, err := test.client.all(t.Context(), []call{{"aria2.tellActive", nil}}); err != test.want {
			t.Errorf("%s, of several calls: %v", name, err)
		}
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := listener.Addr().String()
	listener.Close()
	if _, err := (&Client{Port: httpPort(gone)}).Version(t.Context()); err != Refused {
		t.Errorf("where nobody listens: %v", err)
	}

	ended := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-ended }))
	defer silent.Close()
	defer close(ended)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	port := httpPort(strings.TrimPrefix(silent.URL, "http://"))
	if _, err := (&Client{Port: port}).Version(ctx); err != Timeout {
		t.Errorf("from one who says nothing: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err := (&Client{Port: port}).Version(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after a person left: %v", err)
	}
}

// aria2 without a secret takes a token all the same.
func TestAServerWithoutASecret(t *testing.T) {
	d := newDaemon(t, newSites(t))
	d.stop(os.Interrupt)
	d.args = withoutSecret(d.args)
	d.start()
	for _, given := range []string{"", secret} {
		if _, err := (&Client{httpPort(d.address), given}).Version(t.Context()); err != nil {
			t.Errorf("with %q: %v", given, err)
		}
	}
}

func withoutSecret(args []string) (list []string) {
	for _, a := range args {
		if !strings.HasPrefix(a, "--rpc-secret") {
			list = append(list, a)
		}
	}
	return list
}

// A time-out leaves open whether aria2 has the transfer. It finds out, and doesn't send it twice.
func TestASendWhoseAnswerIsLost(t *testing.T) {
	for name, arrives := range map[string]bool{"it came": true, "it did not": false} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			l, err := b.sites.listing(t.Context(), lesson(1).Episode)
			if err != nil {
				t.Fatal(err)
			}
			c := b.daemon.client()
			c.Port = lossy{c.Port, arrives}
			items := []Item{{Row: row(t, l.Video, "AVC", 80), Name: "a.mp4"}}
			if _, err := b.sent.Send(t.Context(), c, usual, lesson(1), items, time.Now().Unix()); err != Timeout {
				t.Fatalf("%v", err)
			}
			b.want["a.mp4"] = b.file("AVC", 80)
			b.whole()
			if asked := b.sites.asks(); (asked == 0) != arrives {
				t.Errorf("fresh addresses were asked for %d times", asked)
			}
		})
	}
}

// lossy loses every answer, and the request unless it arrives.
type lossy struct {
	Port
	arrives bool
}

func (l lossy) Post(ctx context.Context, body []byte) (int, []byte, error) {
	if l.arrives {
		l.Port.Post(ctx, body)
	}
	return 0, nil, Timeout
}

func TestWhatIsSentHoldsNoAddressAndNoSecret(t *testing.T) {
	b := newBench(t)
	recorder := &recorder{Port: b.daemon.client().Port}
	c := &Client{Port: recorder, Secret: secret}
	l, err := b.sites.listing(t.Context(), lesson(1).Episode)
	if err != nil {
		t.Fatal(err)
	}
	items := []Item{{Row: row(t, l.Video, "AVC", 80), Name: "a.mp4"}}
	if _, err := b.sent.Send(t.Context(), c, usual, lesson(1), items, time.Now().Unix()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(recorder.last, "upsig=") || !strings.Contains(recorder.last, `"Referer: https://www.bilibili.com/"`) ||
		!strings.Contains(recorder.last, `"continue":"false"`) || strings.Contains(recorder.last, "mcdn") {
		t.Errorf("sent: %s", recorder.last)
	}
	kept, err := json.Marshal(b.sent)
	if err != nil {
		t.Fatal(err)
	}
	for _, no := range []string{"upsig", "upgcxcode", "deadline", secret, "token:"} {
		if strings.Contains(string(kept), no) {
			t.Errorf("%q is kept: %s", no, kept)
		}
	}
}

type recorder struct {
	Port
	last string
}

func (r *recorder) Post(ctx context.Context, body []byte) (int, []byte, error) {
	r.last = string(body)
	return r.Port.Post(ctx, body)
}
