// Command server is the media host of the download benchmark, and the way between the benchmark
// and its page in a browser: it serves a folder's files over TLS, in ranges, over HTTP/1.1 so that
// connections can be counted, and at a rate for each connection where a task wants one.
//
// Each line of its standard input is a task (JSON); GET /task waits for the next one and returns
// it. It writes lines of JSON to its standard output: first where it listens, then an event for each
// GET /task that begins to wait ("ready") and for each POST /result. It ends with its input.
package main

import (
	"archive/zip"
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"flag"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	dir := flag.String("dir", ".", "the folder whose files are served")
	name := flag.String("name", "localhost", "the host name that the certificate is for")
	pack := flag.String("pack", "", "only makes an archive of this folder, on standard output")
	flag.Parse()
	if err := run(*dir, *name, *pack); err != nil {
		log.Fatal(err)
	}
}

func run(dir, name, pack string) error {
	if pack != "" {
		w := zip.NewWriter(os.Stdout)
		if err := w.AddFS(os.DirFS(pack)); err != nil {
			return err
		}
		return w.Close()
	}
	cert, err := certificate(name)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &server{dir: dir, tasks: make(chan task), events: json.NewEncoder(os.Stdout)}
	sum := sha256.Sum256(cert.Certificate[0])
	if err := s.events.Encode(map[string]any{"port": l.Addr().(*net.TCPAddr).Port, "certificate": sum[:]}); err != nil {
		return err
	}
	go s.read(os.Stdin)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /task", s.task)
	mux.HandleFunc("POST /result", s.result)
	mux.HandleFunc("GET /", s.media)
	return (&http.Server{
		Handler:      mux,
		ErrorLog:     log.New(io.Discard, "", 0), // browsers that were ended
		TLSConfig:    &tls.Config{Certificates: []tls.Certificate{cert}, DynamicRecordSizingDisabled: true},
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}).ServeTLS(limited{l, &s.rate}, "", "")
}

type task struct {
	// Rate is what each connection gets, in bytes per second; 0 is no limit.
	Rate int64 `json:"rate"`
	// Alone is a task that no page takes: a program comes for the files by itself.
	Alone bool `json:"alone"`
	text  []byte
}

type server struct {
	dir   string
	rate  atomic.Int64
	tasks chan task

	mu     sync.Mutex
	events *json.Encoder
	// Of the present task: media requests, those under way, how many were under way at a time, and when
	// the last byte of the latest was given to the system.
	requests, active, most int
	last                   time.Time
}

func (s *server) read(from io.Reader) {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		t := task{text: append([]byte(nil), lines.Bytes()...)}
		if err := json.Unmarshal(t.text, &t); err != nil {
			log.Fatal(err)
		}
		s.mu.Lock()
		s.requests, s.most, s.last = 0, 0, time.Time{}
		s.mu.Unlock()
		s.rate.Store(t.Rate)
		if !t.Alone {
			s.tasks <- t
		}
	}
	os.Exit(0)
}

func (s *server) say(event map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	event["at"] = milliseconds(time.Now())
	event["last"] = milliseconds(s.last)
	event["requests"], event["connections"] = s.requests, s.most
	if err := s.events.Encode(event); err != nil {
		log.Fatal(err)
	}
}

// milliseconds is a time since 1970.
func milliseconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMicro()) / 1000
}

func (s *server) task(w http.ResponseWriter, r *http.Request) {
	s.say(map[string]any{"event": "ready"})
	select {
	case t := <-s.tasks:
		w.Write(t.text)
	case <-r.Context().Done():
	}
}

func (s *server) result(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || !json.Valid(body) {
		http.Error(w, "no JSON", http.StatusBadRequest)
		return
	}
	s.say(map[string]any{"event": "result", "result": json.RawMessage(body)})
}

func (s *server) media(w http.ResponseWriter, r *http.Request) {
	f, err := os.Open(filepath.Join(s.dir, path.Base(r.URL.Path)))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	s.requests++
	s.active++
	s.most = max(s.most, s.active)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.active--
		s.last = time.Now()
		s.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "video/mp4")
	w.Header().Set("ETag", strconv.Quote(strconv.FormatInt(info.Size(), 10)))
	http.ServeContent(w, r, "", time.Time{}, f)
}

// limited makes connections that write no faster than the rate.
type limited struct {
	net.Listener
	rate *atomic.Int64
}

func (l limited) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &slow{Conn: c, rate: l.rate}, nil
}

// slow is a connection whose bytes take their time. crypto/tls writes one record at a time, and no two at once.
type slow struct {
	net.Conn
	rate *atomic.Int64
	free time.Time // when what was written so far has gone, at the rate
}

func (c *slow) Write(p []byte) (int, error) {
	rate := c.rate.Load()
	if rate == 0 {
		return c.Conn.Write(p)
	}
	if now := time.Now(); c.free.Before(now) {
		c.free = now
	}
	c.free = c.free.Add(time.Duration(int64(len(p)) * int64(time.Second) / rate))
	if wait := time.Until(c.free); wait > 2*time.Millisecond {
		time.Sleep(wait)
	}
	return c.Conn.Write(p)
}

// certificate makes one that signs itself.
func certificate(name string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	t := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
