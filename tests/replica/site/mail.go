package site

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"
)

// mail passes messages between a script in a page, which asks its page's own origin, and whoever holds the control
// address. Benchmarks need it: a browser that is driven is slower than one that nobody watches.
type mail struct {
	mu    sync.Mutex
	boxes map[string]*mailbox
}

// mailbox holds what waits to be taken, in both directions.
type mailbox struct {
	toPage, fromPage chan json.RawMessage
}

// mailPatience is how long a page's question stays open. The page then asks again.
const mailPatience = 25 * time.Second

func (m *mail) box(name string) *mailbox {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.boxes == nil {
		m.boxes = make(map[string]*mailbox)
	}
	b := m.boxes[name]
	if b == nil {
		b = &mailbox{make(chan json.RawMessage, 64), make(chan json.RawMessage, 64)}
		m.boxes[name] = b
	}
	return b
}

// take waits for a message. Without one in time it answers with status late.
func take(w http.ResponseWriter, r *http.Request, from <-chan json.RawMessage, patience time.Duration, late int) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	select {
	case message := <-from:
		writeJSON(w, http.StatusOK, message)
	case <-ctx.Done():
		w.WriteHeader(late)
	}
}

// put keeps the request's body for the other side.
func put(w http.ResponseWriter, r *http.Request, to chan<- json.RawMessage) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || !json.Valid(body) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	select {
	case to <- body:
		w.WriteHeader(http.StatusNoContent)
	default: // nobody takes them
		w.WriteHeader(http.StatusInsufficientStorage)
	}
}

// mail answers /__mail/next and /__mail/post on both worlds' page hosts; handled is false for other paths.
func (c *call) mail() (handled bool) {
	b := c.site.mail.box(c.req.URL.Query().Get("box"))
	switch c.req.Method + " " + c.req.URL.Path {
	case "GET /__mail/next":
		take(c, c.req, b.toPage, mailPatience, http.StatusNoContent)
	case "POST /__mail/post":
		put(c, c.req, b.fromPage)
	default:
		return false
	}
	return true
}

// sendMail is POST /mail/BOX of the control API: a message for the page.
func (s *Site) sendMail(w http.ResponseWriter, r *http.Request) {
	put(w, r, s.mail.box(r.PathValue("box")).toPage)
}

// receiveMail is GET /mail/BOX of the control API: the next message from the page, or 504 after timeout seconds (10).
func (s *Site) receiveMail(w http.ResponseWriter, r *http.Request) {
	timeout, ok := seconds(w, r)
	if !ok {
		return
	}
	take(w, r, s.mail.box(r.PathValue("box")).fromPage, timeout, http.StatusGatewayTimeout)
}
