package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"streamlist/tests/replica/media"
	"streamlist/tests/replica/site"
)

var update = flag.Bool("update", false, "write the README's list of scenarios")

// start runs the replica and gives its address.
func start(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, options{listen: "127.0.0.1:0", noMedia: true}, nil, writer, io.Discard)
		writer.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the replica ended with %v", err)
		}
	})
	line, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var ready struct {
		Address   string
		Scenarios int
	}
	if err := json.Unmarshal([]byte(line), &ready); err != nil || ready.Scenarios < 100 {
		t.Fatalf("%q: %v", line, err)
	}
	return ready.Address
}

// browser is a client that uses the replica as its proxy and keeps cookies.
func browser(t *testing.T, address string, http2 bool) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{
		Proxy:             http.ProxyURL(&url.URL{Scheme: "http", Host: address}),
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, // the replica's certificates are self-signed
		ForceAttemptHTTP2: http2,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, Timeout: 10 * time.Second}
}

func fetch(t *testing.T, client *http.Client, address string, headers map[string]string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestAProxiedBrowserSeesBilibili(t *testing.T) {
	address := start(t)
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("http2=%v", http2), func(t *testing.T) {
			client := browser(t, address, http2)
			response, body := fetch(t, client, "https://www.bilibili.com/cheese/play/ep700101", nil)
			if response.StatusCode != 200 || !strings.Contains(body, "archive-title-box") {
				t.Errorf("the page: HTTP %d: %.80s", response.StatusCode, body)
			}
			if got := response.ProtoMajor == 2; got != http2 {
				t.Errorf("answered over %s", response.Proto)
			}
			if name := response.TLS.PeerCertificates[0].DNSNames[0]; name != "www.bilibili.com" {
				t.Errorf("the certificate is for %s", name)
			}
			course := map[string]string{"Referer": "https://www.bilibili.com/", "Origin": "https://www.bilibili.com"}
			const bought = "https://api.bilibili.com/pugv/player/web/playurl?fnval=4048&ep_id=700201"
			if _, body := fetch(t, client, bought, course); !strings.Contains(body, `"code":-403`) {
				t.Errorf("without a login: %.80s", body)
			}
			fetch(t, client, "https://www.bilibili.com/__login?account=buyer", nil)
			_, body = fetch(t, client, bought, course)
			var answer struct {
				Data struct {
					Dash struct{ Video []struct{ Base_URL string } }
				}
			}
			if err := json.Unmarshal([]byte(body), &answer); err != nil || len(answer.Data.Dash.Video) == 0 {
				t.Fatalf("with a login: %v: %.80s", err, body)
			}
			response, body = fetch(t, client, answer.Data.Dash.Video[0].Base_URL, map[string]string{"Referer": "https://www.bilibili.com/", "Range": "bytes=4-7"})
			if response.StatusCode != 206 || body != "ftyp" {
				t.Errorf("media: HTTP %d: %q", response.StatusCode, body)
			}
			// The login is .com's: it must not be sent to .tv, and the jar does not.
			_, body = fetch(t, client, "https://api.bilibili.tv/intl/gateway/web/v2/user?platform=web", map[string]string{"Referer": "https://www.bilibili.tv/", "Origin": "https://www.bilibili.tv"})
			if !strings.Contains(body, `"is_login":false`) {
				t.Errorf("bilibili.tv's login check: %s", body)
			}
		})
	}
}

func TestPlainHTTPAndUnknownHosts(t *testing.T) {
	client := browser(t, start(t), false)
	if response, body := fetch(t, client, "http://biliintl.com/play/2100001", nil); response.StatusCode != 200 || !strings.Contains(body, "13000101") {
		t.Errorf("http://biliintl.com: HTTP %d", response.StatusCode)
	}
	for _, address := range []string{"https://example.test/", "http://example.test/", "https://203.0.113.7:4480/x"} {
		if response, _ := fetch(t, client, address, nil); response.StatusCode != http.StatusBadGateway {
			t.Errorf("%s: HTTP %d", address, response.StatusCode)
		}
	}
	if response, _ := fetch(t, client, "https://xy1x2x3x4xy.mcdn.bilivideo.cn:4483/upgcxcode/x", nil); response.StatusCode != http.StatusForbidden {
		t.Errorf("a home router: HTTP %d", response.StatusCode)
	}
}

func TestTheOwnAddressIsTheControlAPI(t *testing.T) {
	address := start(t)
	proxied := browser(t, address, false)
	fetch(t, proxied, "https://www.bilibili.com/cheese/", nil)
	fetch(t, proxied, "https://updates.example.test/", nil)
	for _, client := range []*http.Client{http.DefaultClient, proxied} {
		_, body := fetch(t, client, "http://"+address+"/log?known=1", nil)
		var records []struct {
			Host, Path string
			Status     int
		}
		if err := json.Unmarshal([]byte(body), &records); err != nil || len(records) != 1 || records[0].Path != "/cheese/" || records[0].Status != 200 {
			t.Errorf("%v: %s", err, body)
		}
	}
}

func TestItStopsWithStandardInput(t *testing.T) {
	reader, writer := io.Pipe()
	input, stop := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(context.Background(), options{listen: "127.0.0.1:0", noMedia: true, exitWithStdin: true}, input, writer, io.Discard)
	}()
	if _, err := bufio.NewReader(reader).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	stop.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestREADMEListsEveryScenario(t *testing.T) {
	old, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const mark = "<!-- scenarios:"
	at := strings.Index(string(old), mark)
	if at < 0 {
		t.Fatal("the README has no mark for the list")
	}
	line := at + strings.IndexByte(string(old[at:]), '\n') + 1
	var b strings.Builder
	b.Write(old[:line])
	b.WriteString("\n| name | address | account | what it shows | best row | alert |\n|---|---|---|---|---|---|\n")
	for _, s := range site.New(media.NewSynthetic()).Scenarios() {
		account := ""
		if s.Account != nil {
			account = "`" + *s.Account + "`"
		}
		address := strings.NewReplacer("https://www.bilibili.com", ".com", "https://www.bilibili.tv", ".tv").Replace(s.URL)
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s |\n", s.Name, address, account, s.Shows, s.Best, s.Reason)
	}
	if b.String() == string(old) {
		return
	}
	if !*update {
		t.Fatal("the README's list is old: go test ./tests/replica -update")
	}
	if err := os.WriteFile("README.md", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
