package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/wasm/internal/stream"
)

// memDisk is a disk in memory. It can end the program that writes to it at any write, and
// run full.
type memDisk struct {
	mu      sync.Mutex
	folders map[string]map[string]*memFile
	room    int64 // bytes it takes; 0 no limit
	free    int64 // what Free says; -1 unknown
	writes  int   // so far
	// dies is the number of the write that is the last one, of which only torn parts of 4
	// reach the disk; 0 for none.
	dies, torn int
	dead       bool
	died       func()
	// writesTo is told of each write to an open file.
	writesTo func(*memFile)
}

type memFile struct {
	data []byte
	open bool
}

func newDisk() *memDisk { return &memDisk{folders: map[string]map[string]*memFile{}, free: -1} }

var errDead = errors.New("the program has ended")

// writing is called before each write of n bytes: it says how many of them reach the disk.
func (d *memDisk) writing(n int) (int, error) {
	if d.dead {
		return 0, errDead
	}
	d.writes++
	if d.writes == d.dies {
		d.dead = true
		d.died()
		return n * d.torn / 4, errDead
	}
	return n, nil
}

func (d *memDisk) used() (n int64) {
	for _, folder := range d.folders {
		for _, f := range folder {
			n += int64(len(f.data))
		}
	}
	return n
}

func (d *memDisk) Jobs(ctx context.Context) ([]string, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var ids []string
	for id := range d.folders {
		ids = append(ids, id)
	}
	return ids, nil
}

func (d *memDisk) Folder(ctx context.Context, job string) (Folder, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return nil, errDead
	}
	if d.folders[job] == nil {
		d.folders[job] = map[string]*memFile{}
	}
	return &memFolder{d, job}, nil
}

func (d *memDisk) Remove(ctx context.Context, job string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errDead
	}
	for name, f := range d.folders[job] {
		if f.open {
			return fmt.Errorf("%s is open", name)
		}
	}
	delete(d.folders, job)
	return nil
}

// ended reports whether the program has.
func (d *memDisk) ended() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

func (d *memDisk) Free(ctx context.Context) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.free, ctx.Err()
}

// after is the disk as the next program finds it.
func (d *memDisk) after() *memDisk {
	d.mu.Lock()
	defer d.mu.Unlock()
	next := newDisk()
	for job, folder := range d.folders {
		next.folders[job] = map[string]*memFile{}
		for name, f := range folder {
			next.folders[job][name] = &memFile{data: slices.Clone(f.data)}
		}
	}
	return next
}

func (d *memDisk) file(job, name string) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.folders[job][name]; f != nil {
		return f.data
	}
	return nil
}

type memFolder struct {
	d   *memDisk
	job string
}

func (f *memFolder) Open(ctx context.Context, name string) (File, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.dead {
		return nil, errDead
	}
	folder := f.d.folders[f.job]
	if folder == nil {
		return nil, fs.ErrNotExist
	}
	if folder[name] == nil {
		folder[name] = &memFile{}
	}
	if folder[name].open {
		return nil, errors.New(name + " is open elsewhere")
	}
	folder[name].open = true
	return &memHandle{d: f.d, f: folder[name]}, nil
}

func (f *memFolder) Read(ctx context.Context, name string) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if file := f.d.folders[f.job][name]; file != nil {
		return slices.Clone(file.data), nil
	}
	return nil, fs.ErrNotExist
}

func (f *memFolder) Write(ctx context.Context, name string, data []byte) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if n, err := f.d.writing(4); err != nil && n < 4 {
		return err // the whole or nothing
	}
	if folder := f.d.folders[f.job]; folder != nil {
		if f.d.room > 0 && f.d.used()+int64(len(data)) > f.d.room {
			return ErrDiskFull
		}
		folder[name] = &memFile{data: slices.Clone(data)}
		return nil
	}
	return fs.ErrNotExist
}

func (f *memFolder) Remove(_ context.Context, name string) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	delete(f.d.folders[f.job], name)
	return nil
}

// memHandle is an open file. Calls that overlap are a fault of the engine's.
type memHandle struct {
	d    *memDisk
	f    *memFile
	busy sync.Mutex
}

func (h *memHandle) enter() func() {
	if !h.busy.TryLock() {
		panic("calls to one file overlap")
	}
	h.d.mu.Lock()
	if !h.f.open {
		panic("the file is closed")
	}
	return func() { h.d.mu.Unlock(); h.busy.Unlock() }
}

func (h *memHandle) ReadAt(p []byte, off int64) (int, error) {
	defer h.enter()()
	if off >= int64(len(h.f.data)) {
		return 0, io.EOF
	}
	n := copy(p, h.f.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *memHandle) WriteAt(p []byte, off int64) (int, error) {
	defer h.enter()()
	if h.d.writesTo != nil {
		h.d.writesTo(h.f)
	}
	n, err := h.d.writing(len(p))
	if grown := off + int64(n) - int64(len(h.f.data)); grown > 0 {
		if h.d.room > 0 && h.d.used()+grown > h.d.room {
			return 0, fmt.Errorf("write: %w", ErrDiskFull)
		}
		h.f.data = append(h.f.data, make([]byte, grown)...)
	}
	copy(h.f.data[off:], p[:n])
	return n, err
}

func (h *memHandle) WriteChunk(c Chunk, from, to int, at int64) error {
	p := make([]byte, to-from)
	if n := c.CopyTo(p, from); n != len(p) {
		panic("a write beyond the chunk")
	}
	_, err := h.WriteAt(p, at)
	return err
}

func (h *memHandle) Truncate(size int64) error {
	defer h.enter()()
	n, err := h.d.writing(4)
	if n < 4 {
		return err
	}
	grown := size - int64(len(h.f.data))
	if grown > 0 && h.d.room > 0 && h.d.used()+grown > h.d.room {
		return ErrDiskFull
	}
	if grown > 0 {
		h.f.data = append(h.f.data, make([]byte, grown)...)
	}
	h.f.data = h.f.data[:size:size]
	return err
}

func (h *memHandle) Size() (int64, error) { defer h.enter()(); return int64(len(h.f.data)), nil }

func (h *memHandle) Close() error {
	defer h.enter()()
	h.f.open = false
	return nil
}

// memChunk is a chunk in this program's memory.
type memChunk []byte

func (c memChunk) Len() int                    { return len(c) }
func (c memChunk) CopyTo(p []byte, at int) int { return copy(p, c[at:]) }
func (c memChunk) Release() {
	for i := range c {
		c[i] = 0xee // who reads it now reads nonsense
	}
}

// ask is one request to the web.
type ask struct {
	host, path  string
	first, last int64
	n           int // of the host's requests, from 1
}

// site is how a host behaves. The zero value serves ranges of the web's files at once.
type site struct {
	speed   int64 // bytes per second of each connection, 0 endless
	latency time.Duration
	whole   bool   // knows no ranges
	mute    bool   // names no Content-Range and no length
	tag     string // ETag
	// status answers a request; 0 with the bytes.
	status func(ask) int
	// unreachable has no answer come.
	unreachable func(ask) bool
	// breaks breaks off the bodies that are under way.
	breaks func(ask) bool
	// breaksAt is after how many bytes a body breaks off, as the connection does.
	breaksAt func(ask) int64
	// ends is after how many bytes a body ends, stalls after how many nothing comes any more;
	// negative or nil for never.
	ends, stalls func(ask) int64
	// more appends bytes to a body that nobody asked for.
	more int
	// shift moves where a range begins, total what is said of the size.
	shift, total int64
	// body replaces a file's bytes.
	body func(a ask, file []byte) []byte
}

// web is media hosts in memory.
type web struct {
	mu    sync.Mutex
	files map[string][]byte // by path
	sites map[string]*site  // by host; others serve as the zero site
	asks  []ask
	open  map[string]int // connections by host
	most  int            // at a time, of all hosts together
	bytes int64
}

func newWeb() *web {
	return &web{files: map[string][]byte{}, sites: map[string]*site{}, open: map[string]int{}}
}

// behave has all hosts behave as these.
func (w *web) behave(sites map[string]*site) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sites = sites
}

// fetched is how many bytes were.
func (w *web) fetched() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.bytes
}

// busiest is how many connections there were at a time.
func (w *web) busiest() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.most
}

func (w *web) requests() []ask {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.asks)
}

// asked counts a host's requests, or, of "", all.
func (w *web) asked(host string) (n int) {
	for _, a := range w.requests() {
		if host == "" || a.host == host {
			n++
		}
	}
	return n
}

func (w *web) Get(ctx context.Context, url string, first, last int64) (Body, error) {
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok || !stream.Fetchable(url) {
		panic("fetched what may not be: " + url)
	}
	host, path, _ := strings.Cut(rest, "/")
	path, _, _ = strings.Cut(path, "?")
	w.mu.Lock()
	s := w.sites[host]
	if s == nil {
		s = &site{}
	}
	file, exists := w.files[path]
	a := ask{host: host, path: path, first: first, last: last, n: 1}
	for _, old := range w.asks {
		if old.host == host {
			a.n++
		}
	}
	w.asks = append(w.asks, a)
	w.mu.Unlock()
	if s.latency > 0 {
		if err := sleep(ctx, s.latency); err != nil {
			return nil, err
		}
	}
	if s.unreachable != nil && s.unreachable(a) {
		return nil, errors.New("connection refused")
	}
	if s.status != nil {
		if code := s.status(a); code != 0 {
			return nil, &StatusError{Code: code, RetryAfter: map[bool]time.Duration{true: 7 * time.Second}[code == 429]}
		}
	}
	if !exists {
		return nil, &StatusError{Code: 404}
	}
	if s.body != nil {
		file = s.body(a, file)
	}
	size := int64(len(file))
	header := map[string]string{"ETag": s.tag}
	status := 206
	data := file
	if s.whole {
		status = 200
		header["Content-Length"] = itoa(size)
	} else {
		if first >= size {
			return nil, &StatusError{Code: 416}
		}
		if last < 0 || last >= size {
			last = size - 1
		}
		from := min(max(first+s.shift, 0), last)
		data = file[from : last+1]
		header["Content-Range"] = "bytes " + itoa(from) + "-" + itoa(last) + "/" + itoa(size+s.total)
	}
	if s.mute {
		header = map[string]string{}
	}
	if s.more > 0 {
		data = append(slices.Clone(data), make([]byte, s.more)...)
	}
	b := &webBody{w: w, s: s, ask: a, data: data, host: host, answer: NewAnswer(status, func(name string) string { return header[name] }), ends: -1, stalls: -1}
	if s.ends != nil {
		b.ends = s.ends(a)
	}
	if s.stalls != nil {
		b.stalls = s.stalls(a)
	}
	w.mu.Lock()
	w.open[host]++
	sum := 0
	for _, n := range w.open {
		sum += n
	}
	w.most = max(w.most, sum)
	w.mu.Unlock()
	return b, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

type webBody struct {
	w            *web
	ask          ask
	s            *site
	data         []byte
	at           int64
	host         string
	answer       Answer
	ends, stalls int64
	closed       bool
}

func (b *webBody) Answer() Answer { return b.answer }

func (b *webBody) Next(ctx context.Context) (Chunk, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n := min(int64(len(b.data))-b.at, 16<<10)
	if b.ends >= 0 {
		n = min(n, b.ends-b.at)
	}
	if b.stalls >= 0 && b.at >= b.stalls {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if n <= 0 {
		return nil, io.EOF
	}
	if b.s.speed > 0 {
		if err := sleep(ctx, time.Duration(n)*time.Second/time.Duration(b.s.speed)); err != nil {
			return nil, err
		}
	}
	if b.s.breaks != nil && b.s.breaks(b.ask) || b.s.breaksAt != nil && b.at >= b.s.breaksAt(b.ask) {
		return nil, errors.New("connection reset")
	}
	c := memChunk(slices.Clone(b.data[b.at : b.at+n]))
	b.at += n
	b.w.mu.Lock()
	b.w.bytes += n
	b.w.mu.Unlock()
	return c, nil
}

func (b *webBody) Close() {
	b.w.mu.Lock()
	defer b.w.mu.Unlock()
	if !b.closed {
		b.closed = true
		b.w.open[b.host]--
	}
}

// media is a file of so many bytes that begins as an MP4 does.
func media(size int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	copy(b, "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2")
	copy(b[24:], "\x00\x00\x00\x08free")
	return b
}

// Hosts of the tests: two mirrors and a PCDN node.
const (
	mirrorA = "upos-sz-mirrorcos.bilivideo.com"
	mirrorB = "upos-sz-mirrorali.bilivideo.com"
	node    = "xy1x2x3x4xy.mcdn.bilivideo.cn:4483"
)

// world is a queue with everything around it.
type world struct {
	t       *testing.T
	disk    *memDisk
	web     *web
	options Options
	limits  limits
	network Network
	// listing answers for fresh addresses; asks counts.
	listing  func(n int, refresh bool) (*stream.Listing, error)
	asked    func(o Order) (*stream.Listing, error) // instead of listing
	listings int
	hosts    []string
	past     []byte // what is kept of complete jobs
	// subtitles answers for what was ordered beside a video, n times so far.
	subtitles func(ctx context.Context, n int, o Order) ([]Subtitle, error)
	titles    int

	mu      sync.Mutex
	hands   []Handover
	panics  []any
	queue   *Queue
	cancel  context.CancelFunc
	changes chan struct{}
}

// smallLimits are the usual ones for files of a megabyte.
func smallLimits() limits {
	l := usualLimits()
	l.piece, l.pieceMax, l.split, l.batch, l.progress = 64<<10, 256<<10, 8<<10, 32<<10, 64<<10
	l.sniff = 4 << 10
	return l
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, disk: newDisk(), web: newWeb(), limits: smallLimits(), changes: make(chan struct{}, 1)}
	w.network = w.web
	return w
}

// begin starts the queue on what is on disk.
func (w *world) begin() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	w.queue = NewQueue(ctx, Ports{
		Network: w.network, Disk: w.disk, Listings: w, Subtitles: w, Random: func() float64 { return 0.5 },
		Hand:    func(h Handover) { w.mu.Lock(); w.hands = append(w.hands, h); w.mu.Unlock() },
		Report:  func(p any) { w.mu.Lock(); w.panics = append(w.panics, p); w.mu.Unlock() },
		Past:    func(list []byte) { w.mu.Lock(); w.past = list; w.mu.Unlock() },
		Changed: w.tell,
	}, w.options)
	w.queue.limits = w.limits
	if err := w.queue.Restore(ctx, w.past); err != nil && !w.disk.dead {
		w.t.Fatalf("Restore: %v", err)
	}
}

func (w *world) tell() {
	select {
	case w.changes <- struct{}{}:
	default:
	}
}

// end stops the queue and waits for its end.
func (w *world) end() {
	w.t.Helper()
	w.cancel()
	w.queue.Wait()
	for _, p := range w.panics {
		w.t.Errorf("panic: %v", p)
	}
	w.web.mu.Lock()
	defer w.web.mu.Unlock()
	for host, n := range w.web.open {
		if n != 0 {
			w.t.Errorf("%d bodies of %s were not closed", n, host)
		}
	}
	w.disk.mu.Lock()
	defer w.disk.mu.Unlock()
	for job, folder := range w.disk.folders {
		for name, f := range folder {
			if f.open && !w.disk.dead {
				w.t.Errorf("%s/%s was not closed", job, name)
			}
		}
	}
}

// asks counts the listings that were asked for.
func (w *world) asks() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.listings
}

func (w *world) Subtitles(ctx context.Context, o Order) ([]Subtitle, error) {
	w.mu.Lock()
	w.titles++
	n := w.titles
	w.mu.Unlock()
	return w.subtitles(ctx, n, o)
}

// forget forgets what was handed over.
func (w *world) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hands = nil
}

func (w *world) Listing(ctx context.Context, o Order, refresh bool) (*stream.Listing, error) {
	w.mu.Lock()
	w.listings++
	n, answer := w.listings, w.listing
	w.mu.Unlock()
	if w.asked != nil {
		return w.asked(o)
	}
	if answer == nil {
		return nil, &stream.Reason{Code: stream.NotFound}
	}
	return answer(n, refresh)
}

// job returns the view of a job.
func (w *world) job(id string) Job {
	for _, j := range w.queue.View().Jobs {
		if j.ID == id {
			return j
		}
	}
	return Job{}
}

// until waits, in virtual time or real, until the job's view is as wanted.
func (w *world) until(id string, what string, ok func(Job) bool) Job {
	w.t.Helper()
	deadline := time.After(2 * time.Hour)
	if !bubble(w.t) {
		deadline = time.After(30 * time.Second)
	}
	for {
		j := w.job(id)
		if ok(j) {
			return j
		}
		select {
		case <-w.changes:
		case <-deadline:
			w.t.Fatalf("never %s: %+v (%+v)", what, j, j.Reason)
		}
	}
}

var bubbles sync.Map

// bubble reports whether the test runs in virtual time.
func bubble(t *testing.T) bool { _, ok := bubbles.Load(t); return ok }

// inBubble runs a test in virtual time. That it returns also says that no goroutine is left.
func inBubble(t *testing.T, f func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		bubbles.Store(t, true)
		defer bubbles.Delete(t)
		f(newWorld(t))
	})
}

func settled(j Job) bool {
	return slices.Contains([]State{Saving, Complete, Failed, Paused}, j.State)
}

// finish waits for the end of the job and wants it whole.
func (w *world) finish(id string) Job {
	w.t.Helper()
	j := w.until(id, "settled", settled)
	if j.State != Saving {
		w.t.Fatalf("the job ended as %s: %+v", j.State, j.Reason)
	}
	return j
}

// wants compares the job's file with what it should be.
func (w *world) wants(id, file string, want []byte) {
	w.t.Helper()
	got := w.disk.file(id, file)
	if !bytes.Equal(got, want) {
		at := 0
		for at < len(got) && at < len(want) && got[at] == want[at] {
			at++
		}
		w.t.Fatalf("%s: %d bytes, want %d; the first difference is at %d", file, len(got), len(want), at)
	}
}

// single is a listing with one file on the given hosts, which is put on the web.
func (w *world) single(file []byte, hosts ...string) *stream.Listing {
	w.web.files["upgcxcode/1.mp4"] = file
	return listingOf(int64(len(file)), hosts...)
}

// again is a fresh listing of the file.
func (w *world) again() *stream.Listing {
	return listingOf(int64(len(w.web.files["upgcxcode/1.mp4"])), w.hosts...)
}

func listingOf(size int64, hosts ...string) *stream.Listing {
	var urls []string
	for _, h := range hosts {
		urls = append(urls, "https://"+h+"/upgcxcode/1.mp4?upsig=secret&mid=42")
	}
	row := stream.Rendition{
		Key: "single/80/AVC/1", Kind: stream.Single, Quality: stream.Q1080P, Codec: stream.AVC, Container: stream.MP4,
		Size: size, Duration: 60_000, Segments: []stream.Segment{{URLs: stream.Addresses(urls[0], urls[1:]), Size: size}},
	}
	return &stream.Listing{
		Site: stream.Com, Page: "ep1", Head: stream.Head{Title: "平假名", Series: "日语", Number: 3, Total: 120},
		Single: []stream.Rendition{row},
	}
}

func orderOf(id string) Order {
	return Order{ID: id, Site: stream.Com, Page: "ep1", Tab: 7, Row: "single/80/AVC/1"}
}

// add adds a job.
func (w *world) add(o Order, l *stream.Listing) {
	w.t.Helper()
	if err := w.queue.Add(context.Background(), o, l); err != nil {
		w.t.Fatalf("Add: %v", err)
	}
}
