package site

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// record is one request as the replica saw it: an element of GET /log.
type record struct {
	Seq       int               `json:"seq"`
	Time      time.Time         `json:"time"`
	Scheme    string            `json:"scheme"`
	Method    string            `json:"method"`
	Host      string            `json:"host"` // as sent, port included
	Path      string            `json:"path"`
	Query     map[string]string `json:"query"` // repeated names joined by ","
	Referer   string            `json:"referer"`
	Origin    string            `json:"origin"`
	Cookies   []string          `json:"cookies"` // names only
	Account   string            `json:"account"` // whose session, "" for nobody's
	WrongSite bool              `json:"wrongSiteCookie"`
	Range     string            `json:"range"`
	UserAgent string            `json:"userAgent"`
	Initiator string            `json:"initiator"` // by Sec-Fetch-Dest and -Site; "" where the browser sent none
	SecFetch  map[string]string `json:"secFetch"`
	Status    int               `json:"status"` // 0 until the answer begins
	Bytes     int64             `json:"bytes"`  // of the answer's body so far
	Done      bool              `json:"done"`
	Ended     time.Time         `json:"ended"`   // when the last byte was written; zero until then
	Aborted   bool              `json:"aborted"` // the client went away before the end
	Refused   string            `json:"refused"` // why the replica said no, where a status does not say it

	hostname string
}

// unknownHost is why a host that the replica does not play is refused.
const unknownHost = "unknown host"

type requestLog struct {
	mu      sync.Mutex
	seq     int
	records []*record
	changed chan struct{} // closed and replaced whenever a record is added or changed
}

func newRequestLog() *requestLog { return &requestLog{changed: make(chan struct{})} }

// touch wakes those who wait. The caller holds the lock.
func (l *requestLog) touch() {
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *requestLog) begin(now time.Time, host string, r *http.Request, account *account, foreign bool) *record {
	e := &record{
		Time: now, Scheme: "http", Method: r.Method, Host: r.Host, Path: r.URL.Path,
		Query: map[string]string{}, Referer: r.Referer(), Origin: r.Header.Get("Origin"), Cookies: []string{},
		Account: account.who(), WrongSite: foreign, Range: r.Header.Get("Range"), UserAgent: r.UserAgent(),
		SecFetch: map[string]string{}, hostname: host,
	}
	if r.TLS != nil {
		e.Scheme = "https"
	}
	for name, values := range r.URL.Query() {
		e.Query[name] = strings.Join(values, ",")
	}
	for _, cookie := range r.Cookies() {
		e.Cookies = append(e.Cookies, cookie.Name)
	}
	for _, name := range []string{"Site", "Mode", "Dest", "User"} {
		if v := r.Header.Get("Sec-Fetch-" + name); v != "" {
			e.SecFetch[strings.ToLower(name)] = v
		}
	}
	e.Initiator = initiator(e.SecFetch)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	e.Seq = l.seq
	l.records = append(l.records, e)
	l.touch()
	return e
}

// initiator puts a word to the Sec-Fetch headers. "none" as site means that no page asked: an extension, the
// address bar or a bookmark.
func initiator(fetch map[string]string) string {
	switch dest := fetch["dest"]; dest {
	case "":
		return ""
	case "empty":
		if fetch["site"] == "none" {
			return "extension"
		}
		return "fetch"
	case "document", "iframe":
		return "navigation"
	default:
		return dest
	}
}

func (l *requestLog) change(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
	l.touch()
}

func (l *requestLog) refused(e *record, why string) { l.change(func() { e.Refused = why }) }
func (l *requestLog) end(e *record, now time.Time, aborted bool) {
	l.change(func() { e.Done, e.Ended, e.Aborted = true, now, aborted })
}

func (l *requestLog) clear() { l.change(func() { l.records = nil }) }

// snapshot copies the records that match, in order, and gives a channel that closes when anything changes.
func (l *requestLog) snapshot(match func(*record) bool) ([]record, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := []record{}
	for _, e := range l.records {
		if match(e) {
			found = append(found, *e)
		}
	}
	return found, l.changed
}

// wait returns the matching records once there are n, or what there is when ctx ends.
func (l *requestLog) wait(ctx context.Context, n int, match func(*record) bool) (found []record, enough bool) {
	for {
		found, changed := l.snapshot(match)
		if len(found) >= n {
			return found, true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return found, false
		}
	}
}

// matcher builds a filter from a query: host, path (a trailing * matches any rest), method, account, status,
// since (records after that seq), done=1, known=1 (leaves out what browsers ask of hosts of their makers), and q.<name> for a query parameter of the request.
func matcher(query map[string][]string) func(*record) bool {
	get := func(name string) string {
		if v := query[name]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	since, _ := strconv.Atoi(get("since"))
	return func(e *record) bool {
		if e.Seq <= since {
			return false
		}
		if h := get("host"); h != "" && h != e.Host && h != e.hostname {
			return false
		}
		if p := get("path"); p != "" {
			if prefix, ok := strings.CutSuffix(p, "*"); ok && !strings.HasPrefix(e.Path, prefix) || !ok && p != e.Path {
				return false
			}
		}
		if m := get("method"); m != "" && m != e.Method {
			return false
		}
		if a := get("account"); a != "" && a != e.Account {
			return false
		}
		if s := get("status"); s != "" && s != strconv.Itoa(e.Status) {
			return false
		}
		if get("done") != "" && !e.Done {
			return false
		}
		if get("known") != "" && e.Refused == unknownHost {
			return false
		}
		for name, values := range query {
			if name, ok := strings.CutPrefix(name, "q."); ok && e.Query[name] != values[0] {
				return false
			}
		}
		return true
	}
}

// recordingWriter notes an answer's status and length in the log.
type recordingWriter struct {
	http.ResponseWriter
	log   *requestLog
	entry *record
}

func (w *recordingWriter) WriteHeader(status int) {
	w.log.change(func() {
		if w.entry.Status == 0 {
			w.entry.Status = status
		}
	})
	w.ResponseWriter.WriteHeader(status)
}

func (w *recordingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.log.change(func() {
		if w.entry.Status == 0 {
			w.entry.Status = http.StatusOK
		}
		w.entry.Bytes += int64(n)
	})
	return n, err
}

func (w *recordingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
