//go:build js && wasm

// Command downloader is the program of the Downloads page's worker: it joins the worker's
// network and disk to the download queue, and both to the page. What it and the page say to
// each other is Streamlist.Downloader in extension/types.d.ts.
package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"streamlist/wasm/internal/browser"
	"streamlist/wasm/internal/download"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

// pace is the shortest time between two views: the page draws no more often.
const pace = 250 * time.Millisecond

// folder holds a folder for each job, in the origin's private file system.
const folder = "downloads"

func main() {
	w, err := browser.NewWorker()
	if err != nil {
		browser.Log("streamlist: " + errorKind(err))
		return // which tells the worker's script
	}
	p := &program{worker: w, changed: make(chan struct{}, 1), asks: newAsks(w)}
	if err := w.Serve(p.handle, report); err != nil {
		browser.Log("streamlist: " + errorKind(err))
		return
	}
	select {} // until the page ends the worker
}

// errorKind names an error without its text, which may hold an address.
func errorKind(err error) string {
	for {
		inner, ok := err.(interface{ Unwrap() error })
		if !ok {
			break
		}
		err = inner.Unwrap()
	}
	if e, ok := err.(*browser.Error); ok {
		return e.Name
	}
	return fmt.Sprintf("%T", err)
}

// report tells of a panic, which is a bug of ours. Of what panicked only the runtime's own
// text is sure to hold no address.
func report(panicked any) {
	what := fmt.Sprintf("%T", panicked)
	if e, ok := panicked.(runtime.Error); ok {
		what = e.Error()
	}
	browser.Log("streamlist: panic: " + what + "\n" + string(debug.Stack()))
}

// program serves the page.
type program struct {
	worker  *browser.Worker
	queue   *download.Queue // nil before the start
	changed chan struct{}   // holds a token while there is a view to post
	asks    *asks
}

// request is a message of the page; each kind uses some of the fields.
type request struct {
	Kind      string           `json:"kind"`
	Options   download.Options `json:"options"`
	Past      string           `json:"past"`
	Order     download.Order   `json:"order"`
	Listing   *stream.Listing  `json:"listing"`
	Tracks    []track          `json:"tracks"`
	Job       string           `json:"job"`
	Do        download.Command `json:"do"`
	Ask       string           `json:"ask"`
	Error     json.RawMessage  `json:"error"` // a failure, or the browser's word
	Outcome   download.Outcome `json:"outcome"`
	Downloads []int64          `json:"downloads"`
}

// handle waits for the disk at most: the answers to what the queue asks come here too.
func (p *program) handle(message []byte) {
	var r request
	if err := json.Unmarshal(message, &r); err != nil || (p.queue == nil) != (r.Kind == "start") {
		browser.Log("streamlist: malformed message")
		return
	}
	fault(r)
	switch r.Kind {
	case "start":
		p.start(r.Options, r.Past)
	case "options":
		p.queue.SetOptions(r.Options)
	case "add":
		if err := p.queue.Add(context.Background(), r.Order, r.Listing); err != nil {
			browser.Log("streamlist: a job: " + errorKind(err))
		}
	case "command":
		p.queue.Do(r.Job, r.Do)
	case "listing", "subtitles":
		p.asks.answer(r.Ask, r.Listing, r.Tracks, r.Error)
	case "handed":
		var why string
		_ = json.Unmarshal(r.Error, &why)
		p.queue.Handed(r.Job, r.Outcome, r.Downloads, why)
	case "online":
		p.queue.Online()
	default:
		browser.Log("streamlist: message of an unknown kind")
	}
}

func (p *program) start(o download.Options, past string) {
	p.queue = download.NewQueue(context.Background(), download.Ports{
		Network:  network{p.worker},
		Disk:     disk{p.worker, p.worker.Directory(folder)},
		Listings: p.asks, Subtitles: p.asks,
		Hand:    p.hand,
		Past:    p.keep,
		Changed: p.change,
		Report:  report,
	}, o)
	if err := p.queue.Restore(context.Background(), []byte(past)); err != nil {
		browser.Log("streamlist: what is on disk: " + errorKind(err))
	}
	go p.show()
	p.change()
}

func (p *program) change() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

func (p *program) show() {
	for range p.changed {
		p.post(struct {
			Kind string        `json:"kind"`
			View download.View `json:"view"`
		}{"jobs", p.queue.View()})
		time.Sleep(pace)
	}
}

func (p *program) hand(h download.Handover) {
	type file struct {
		Path string `json:"path"`
		Name string `json:"name"`
		Type string `json:"type"`
		Tag  string `json:"tag,omitempty"`
	}
	files := make([]file, len(h.Files))
	for i, f := range h.Files {
		files[i] = file{folder + "/" + h.Job + "/" + f.File, f.Name, f.Type, f.Tag}
	}
	p.post(struct {
		Kind      string  `json:"kind"`
		Job       string  `json:"job"`
		Files     []file  `json:"files"`
		Downloads []int64 `json:"downloads"`
	}{"hand", h.Job, files, h.Downloads})
}

// keep has the page keep what is complete: this program has no storage but that of the files.
func (p *program) keep(list []byte) {
	p.post(struct {
		Kind string `json:"kind"`
		List string `json:"list"`
	}{"past", string(list)})
}

func (p *program) post(message any) { post(p.worker, message) }

func post(w *browser.Worker, message any) {
	text, err := json.Marshal(message)
	if err == nil {
		err = w.Post(text)
	}
	if err != nil {
		browser.Log("streamlist: a message to the page: " + errorKind(err))
	}
}
