package aria2

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"streamlist/tests/replica/media"
	"streamlist/tests/replica/proxy"
	"streamlist/tests/replica/site"
	"streamlist/wasm/internal/pugv"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// sites is the replica: the sites' endpoints and media hosts, behind a proxy.
type sites struct {
	t       *testing.T
	address string
	client  *http.Client
	library *media.Library

	mu    sync.Mutex
	asked []Source // of fresh addresses, in order
	down  error    // what Fresh answers instead
}

func newSites(t *testing.T) *sites {
	library := media.NewSynthetic()
	bilibili := site.New(library)
	server, listener, err := proxy.Listen("127.0.0.1:0", bilibili, bilibili.Control())
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	transport := &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: listener.Addr().String()}),
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // the replica's certificates are self-signed
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &sites{t: t, address: listener.Addr().String(), client: &http.Client{Transport: transport}, library: library}
}

// set changes how the replica behaves (its README, "Control API").
func (s *sites) set(knobs string) {
	s.t.Helper()
	answer, err := http.Post("http://"+s.address+"/knobs", "application/json", strings.NewReader(knobs))
	if err != nil {
		s.t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 204 {
		s.t.Fatalf("knobs: %s", answer.Status)
	}
}

func (s *sites) reset() {
	request, _ := http.NewRequest(http.MethodDelete, "http://"+s.address+"/knobs", nil)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	answer.Body.Close()
}

// seen is a request to a media host.
type seen struct {
	Path, Range, Refused string
	Status               int
	Bytes                int64
}

func (s *sites) log() (list []seen) {
	answer, err := http.Get("http://" + s.address + "/log?path=/upgcxcode*")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&list); err != nil {
		s.t.Fatal(err)
	}
	return list
}

// listing asks for a lesson as the extension does.
func (s *sites) listing(ctx context.Context, episode string) (*stream.Listing, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, pugv.PlayURL(pugv.PlayQuery{EpisodeID: episode, Fnval: pugv.FnvalAll}), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Referer", "https://www.bilibili.com/")
	request.Header.Set("Origin", "https://www.bilibili.com")
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	play, err := pugv.DecodePlay(wire.Answer{Status: answer.StatusCode, ContentType: answer.Header.Get("Content-Type"), Body: body})
	if err != nil {
		return nil, err
	}
	l := play.Listing()
	l.SetExpiry(0)
	return l, nil
}

// probe asks a media host for the first byte at a link, and tells what it is answered with.
func (s *sites) probe(ctx context.Context, link string) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Referer", "https://www.bilibili.com/")
	request.Header.Set("Range", "bytes=0-0")
	answer, err := s.client.Do(request)
	if err != nil {
		return 0, err
	}
	answer.Body.Close()
	return answer.StatusCode, nil
}

// Fresh makes sites a Links.
func (s *sites) Fresh(ctx context.Context, of Source, _ string) (*stream.Listing, error) {
	s.mu.Lock()
	s.asked = append(s.asked, of)
	down := s.down
	s.mu.Unlock()
	if down != nil {
		return nil, down
	}
	return s.listing(ctx, of.Episode)
}

func (s *sites) refuse(with error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = with
}

func (s *sites) asks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// lesson is the source of one of the replica's thirty long lessons, from 1.
func lesson(n int) Source {
	id := fmt.Sprint(703700 + n)
	return Source{Site: stream.Com, Page: "com/ep/" + id, URL: "https://www.bilibili.com/cheese/play/ep" + id, Tab: 1, Episode: id}
}

// row returns a row of a lesson's listing, by its codec and quality.
func row(t *testing.T, list []stream.Rendition, codec stream.Codec, quality stream.Quality) *stream.Rendition {
	t.Helper()
	for i := range list {
		if list[i].Codec == codec && list[i].Quality == quality {
			return &list[i]
		}
	}
	t.Fatalf("no %s %d", codec, quality)
	return nil
}

// daemon is a real aria2c.
type daemon struct {
	t       *testing.T
	address string // host:port
	dir     string
	args    []string
	cmd     *exec.Cmd
	ended   chan struct{}
}

const secret = "Tür & Tor"

// newDaemon starts an aria2c whose media hosts are those of the sites.
func newDaemon(t *testing.T, s *sites, args ...string) *daemon {
	if _, err := exec.LookPath("aria2c"); err != nil {
		t.Fatal("aria2c is needed; tests/setup.sh installs it")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	d := &daemon{t: t, address: address, dir: t.TempDir()}
	_, port, _ := net.SplitHostPort(address)
	d.args = append([]string{
		"--no-conf", "--quiet", "--enable-rpc", "--rpc-listen-port=" + port, "--rpc-secret=" + secret, "--dir=" + d.dir,
		"--all-proxy=http://" + s.address, "--check-certificate=false", fmt.Sprintf("--stop-with-process=%d", os.Getpid()),
	}, args...)
	d.start()
	t.Cleanup(func() { d.stop(os.Kill) })
	return d
}

func (d *daemon) start(args ...string) {
	d.t.Helper()
	d.cmd, d.ended = exec.Command("aria2c", append(d.args, args...)...), make(chan struct{})
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	go func(cmd *exec.Cmd, ended chan struct{}) { cmd.Wait(); close(ended) }(d.cmd, d.ended)
	for end := time.Now().Add(10 * time.Second); ; {
		_, err := d.client().Version(d.t.Context())
		if err == nil {
			return
		}
		if time.Now().After(end) {
			d.t.Fatalf("aria2c doesn't answer: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (d *daemon) stop(how os.Signal) {
	d.cmd.Process.Signal(how)
	<-d.ended
}

func (d *daemon) client() *Client { return &Client{Port: httpPort(d.address), Secret: secret} }

// ask calls a method of aria2's as another program would.
func (d *daemon) ask(method string, params ...any) string {
	d.t.Helper()
	result, err := d.client().call(d.t.Context(), call{method, params})
	if err != nil {
		d.t.Fatalf("%s: %v", method, err)
	}
	return string(result)
}

// httpPort reaches a server by net/http.
type httpPort string

func (p httpPort) Post(ctx context.Context, body []byte) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+string(p)+"/jsonrpc", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

// bench is everything that a test of healing needs.
type bench struct {
	*testing.T
	sites  *sites
	daemon *daemon
	sent   Sent
	want   map[string][]byte // by path
}

func newBench(t *testing.T, args ...string) *bench {
	t.Parallel()
	s := newSites(t)
	return &bench{T: t, sites: s, daemon: newDaemon(t, s, args...), want: map[string][]byte{}}
}

var usual = Options{Connections: 4, Agent: "Mozilla/5.0 (a test)"}

// send sends a picture or sound of a lesson.
func (b *bench) send(n int, name string, codec stream.Codec, quality stream.Quality) *Transfer {
	b.Helper()
	l, err := b.sites.listing(b.Context(), lesson(n).Episode)
	if err != nil {
		b.Fatal(err)
	}
	list, kind := l.Video, media.Codec(codec)
	if codec == stream.AAC {
		list = l.Audio
	}
	item := Item{Row: row(b.T, list, codec, quality), Name: name}
	if sent, err := b.sent.Send(b.Context(), b.daemon.client(), usual, lesson(n), []Item{item}, time.Now().Unix()); err != nil || sent != 1 {
		b.Fatalf("sent %d, %v", sent, err)
	}
	b.want[name] = b.file(kind, quality)
	return b.last()
}

func (b *bench) last() *Transfer { return &b.sent.Transfers[len(b.sent.Transfers)-1] }

// file is what a media host has.
func (b *bench) file(codec media.Codec, quality stream.Quality) []byte {
	b.Helper()
	f, err := b.sites.library.File(media.FindLong(codec, int(quality)), false)
	if err != nil {
		b.Fatal(err)
	}
	return f.Data
}

// tend looks after the transfers once.
func (b *bench) tend() Pass {
	b.Helper()
	p, err := b.sent.Tend(b.Context(), b.daemon.client(), usual, b.sites, time.Now().Unix())
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// until looks after the transfers until something is so.
func (b *bench) until(what string, so func() bool) {
	b.Helper()
	for end := time.Now().Add(90 * time.Second); !so(); {
		if time.Now().After(end) {
			b.Fatalf("never: %s\n%s", what, b.state())
		}
		time.Sleep(50 * time.Millisecond)
		b.tend()
	}
}

func (b *bench) state() string {
	var text strings.Builder
	for _, t := range b.sent.Transfers {
		fmt.Fprintf(&text, "%s %s %s %d/%d code %d tries %d reason %v\n", t.GID, t.State, t.Out, t.Done, t.Total, t.Code, t.Tries, t.Reason)
	}
	return text.String()
}

// whole waits for the end of all transfers and compares the files.
func (b *bench) whole() {
	b.Helper()
	b.until("all is complete", func() bool {
		for _, t := range b.sent.Transfers {
			if t.State == Failed || t.State == Removed {
				b.Fatalf("given up:\n%s", b.state())
			}
		}
		return b.sent.Unfinished() == 0
	})
	b.files()
}

// files holds what lies in aria2's folder to what must be there, and nothing else.
func (b *bench) files() {
	b.Helper()
	there := map[string]bool{}
	err := filepath.WalkDir(b.daemon.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(b.daemon.dir, path)
			there[filepath.ToSlash(name)] = true
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for name, want := range b.want {
		have, err := os.ReadFile(filepath.Join(b.daemon.dir, name))
		if err != nil {
			b.Error(err)
		} else if !bytes.Equal(have, want) {
			b.Errorf("%s is not the file: %d bytes, want %d", name, len(have), len(want))
		}
		delete(there, name)
	}
	for name := range there {
		b.Errorf("%s should not be there", name)
	}
}

// The tests wait for aria2 and for links to end, and keep no core busy: more of them than there
// are cores may do so at a time.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "10"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
