package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"streamlist/wasm/internal/stream"
)

// httpNetwork fetches by net/http, from a local server that stands for all hosts.
type httpNetwork struct{ client *http.Client }

func newHTTPNetwork(server *httptest.Server) *httpNetwork {
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	transport.TLSClientConfig.InsecureSkipVerify = true
	transport.DisableCompression = true
	return &httpNetwork{&http.Client{Transport: transport}}
}

func (n *httpNetwork) Get(ctx context.Context, url string, first, last int64) (Body, error) {
	ctx, cancel := context.WithCancel(ctx)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		cancel()
		return nil, errors.New("no address")
	}
	value := fmt.Sprintf("bytes=%d-", first)
	if last >= 0 {
		value += itoa(last)
	}
	request.Header.Set("Range", value)
	response, err := n.client.Do(request)
	if err != nil {
		cancel()
		return nil, errors.New("no answer")
	}
	if response.StatusCode != 200 && response.StatusCode != 206 {
		response.Body.Close()
		cancel()
		return nil, &StatusError{Code: response.StatusCode}
	}
	return &httpBody{response, cancel, NewAnswer(response.StatusCode, response.Header.Get), make([]byte, 64<<10)}, nil
}

type httpBody struct {
	response *http.Response
	cancel   func()
	answer   Answer
	buffer   []byte
}

func (b *httpBody) Answer() Answer { return b.answer }

func (b *httpBody) Next(context.Context) (Chunk, error) {
	n, err := io.ReadFull(b.response.Body, b.buffer)
	if n > 0 {
		return memChunk(b.buffer[:n]), nil
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, io.EOF
	}
	return nil, errors.New("the body broke off")
}

func (b *httpBody) Close() { b.cancel(); b.response.Body.Close() }

// A server of the real kind does what servers do.
func TestServers(t *testing.T) {
	file := media(3_000_001, 1)
	served := func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
	}
	half := int64(len(file)) * 2 / 5
	first := func(r *http.Request) (n, last int64) {
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &n, &last)
		return n, last
	}
	// hijack writes a head and a part of a body, and then does what it wants with the
	// connection.
	hijack := func(w http.ResponseWriter, r *http.Request, bytes int64, then func()) {
		from, last := first(r)
		conn, out, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		fmt.Fprintf(out, "HTTP/1.1 206 Partial Content\r\nContent-Length: %d\r\nContent-Range: bytes %d-%d/%d\r\n\r\n", last-from+1, from, last, len(file))
		out.Write(file[from:min(from+bytes, last+1)])
		out.Flush()
		then()
	}
	for name, c := range map[string]struct {
		serve func(count int64, stop <-chan struct{}) http.HandlerFunc
		want  State
		code  stream.Code
	}{
		"as it should": {serve: func(int64, <-chan struct{}) http.HandlerFunc { return served }, want: Saving},
		"resets connections": {serve: func(n int64, _ <-chan struct{}) http.HandlerFunc {
			if n%3 != 0 {
				return served
			}
			return func(w http.ResponseWriter, r *http.Request) { hijack(w, r, 100_000, func() {}) }
		}, want: Saving},
		"stalls": {serve: func(n int64, stop <-chan struct{}) http.HandlerFunc {
			if n%5 != 0 {
				return served
			}
			return func(w http.ResponseWriter, r *http.Request) { hijack(w, r, 100_000, func() { <-stop }) }
		}, want: Saving},
		"never answers some": {serve: func(n int64, stop <-chan struct{}) http.HandlerFunc {
			if n%6 != 2 {
				return served
			}
			return func(w http.ResponseWriter, r *http.Request) {
				select {
				case <-stop:
				case <-r.Context().Done():
				}
			}
		}, want: Saving},
		"knows no ranges": {serve: func(int64, <-chan struct{}) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", itoa(int64(len(file))))
				w.Write(file)
			}
		}, want: Saving},
		"knows no ranges and breaks off": {serve: func(n int64, _ <-chan struct{}) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", itoa(int64(len(file))))
				w.Write(file[:min(n*700_000, int64(len(file)))])
			}
		}, want: Saving},
		"lies about where it begins": {serve: func(n int64, _ <-chan struct{}) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if from, _ := first(r); from > 0 && strings.HasPrefix(r.Host, mirrorA) {
					r.Header.Set("Range", fmt.Sprintf("bytes=%d-", from-1))
				}
				served(w, r)
			}
		}, want: Saving},
		"refuses from 40 % on": {serve: func(int64, <-chan struct{}) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if from, _ := first(r); from > half && !strings.Contains(r.URL.RawQuery, "fresh") {
					w.WriteHeader(403)
					return
				}
				served(w, r)
			}
		}, want: Saving},
		"refuses from 40 % on, for ever": {serve: func(int64, <-chan struct{}) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if from, _ := first(r); from > half {
					w.WriteHeader(403)
					return
				}
				served(w, r)
			}
		}, want: Failed, code: stream.Expired},
		"is gone": {serve: func(int64, <-chan struct{}) http.HandlerFunc { return http.NotFound }, want: Failed, code: stream.Expired},
	} {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			w := newWorld(t)
			stop := make(chan struct{})
			var count atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				c.serve(count.Add(1), stop)(rw, r)
			}))
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of connections that we drop
			server.StartTLS()
			network := newHTTPNetwork(server)
			w.network = network
			w.limits.stall, w.limits.tick = 150*time.Millisecond, 20*time.Millisecond
			w.limits.backoff, w.limits.backoffTo = 5*time.Millisecond, 50*time.Millisecond
			w.asked = func(Order) (*stream.Listing, error) {
				l := listingOf(int64(len(file)), mirrorA, mirrorB)
				for i := range l.Single[0].Segments[0].URLs {
					l.Single[0].Segments[0].URLs[i].URL += "&fresh=1"
				}
				return l, nil
			}
			w.begin()
			w.add(orderOf("a"), listingOf(int64(len(file)), mirrorA, mirrorB))
			j := w.until("a", "settled", settled)
			if j.State != c.want || c.code != "" && (j.Reason == nil || j.Reason.Code != c.code) {
				t.Errorf("ended as %s: %+v", j.State, j.Reason)
			}
			if j.State == Saving {
				w.wants("a", "media", file)
			}
			w.end()
			close(stop)
			network.client.CloseIdleConnections()
			server.Close()
			for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; {
				if time.Now().After(deadline) {
					stacks := make([]byte, 1<<20)
					t.Fatalf("%d goroutines, before %d\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
				}
				runtime.Gosched()
			}
		})
	}
}
