//go:build js && wasm

package browser

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"
)

// fakeWorker is what extension/downloads/worker.js offers, with a disk in memory: `limit` is
// how many bytes of a file it takes, `throws` what a write beyond ends with instead of being
// short.
const fakeWorker = `{
	posted: [], released: 0, limit: Infinity, throws: '',
	ready(receive) { this.receive = receive; },
	post(text) { this.posted.push(text); },
	kept: {}, 
	async free() { return 5e9; },
	async list(path) { return JSON.stringify(path === 'jobs' ? ['one', 'two'] : []); },
	async make(path) { this.made = path; },
	async remove(path, name) { this.removed = path + '/' + name; },
	async read(path, name) { return this.kept[path + '/' + name] ?? null; },
	async replace(path, name, data) {
		if (this.throws) throw new DOMException('text', this.throws);
		this.kept[path + '/' + name] = data;
	},
	async open(path, name) {
		if (name === 'locked') throw new DOMException('text', 'NoModificationAllowedError');
		return { name: path + '/' + name, bytes: new Uint8Array(0), base: 0,
			truncate: (size) => { if (this.throws) throw Object.assign(new Error('text'), { name: this.throws }); this.size = size; },
			flush() { this.flushed = true; }, getSize: () => this.size ?? 0, close() { this.closed = true; } };
	},
	put(file, chunk, from, to, at) {
		if (this.throws && at + to - from > this.limit) throw new DOMException('text', this.throws);
		const part = chunk.subarray(from, Math.min(to, from + Math.max(0, this.limit - at)));
		if (file.bytes.length === 0) file.base = at;
		const end = at - file.base + part.length;
		if (end > file.bytes.length) { const more = new Uint8Array(end); more.set(file.bytes); file.bytes = more; }
		file.bytes.set(part, at - file.base);
		return part.length;
	},
	take(file, buffer, size, at) {
		const part = file.bytes.subarray(at - file.base, at - file.base + size);
		buffer.set(part);
		return part.length;
	},
	release() { this.released++; },
	get(url, range) {
		this.asked = url + ' ' + range;
		const chunks = [3, 2].map((size, at) => new Uint8Array(size).fill(at + 1));
		return {
			answered: url.includes('refused') ? Promise.reject(new TypeError('no ' + url)) : url.includes('hangs') ? new Promise(() => {}) : Promise.resolve(206),
			header: (name) => name === 'ETag' ? '"e"' : '',
			next: () => url.includes('breaks') ? Promise.reject(new TypeError(url)) : Promise.resolve(chunks.shift() ?? null),
			close() { streamlistShim.closed = (streamlistShim.closed ?? 0) + 1; },
		};
	},
}`

func newFakeWorker(t *testing.T) *Worker {
	t.Helper()
	install(t, map[string]string{"streamlistShim": fakeWorker})
	w, err := NewWorker()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWorkerHandlesMessagesInOrder(t *testing.T) {
	w := newFakeWorker(t)
	handled := make(chan string, 10)
	handle := func(message []byte) {
		if string(message) == "panic" {
			panic("a bug")
		}
		time.Sleep(time.Millisecond) // the others come meanwhile
		handled <- string(message)
	}
	if err := w.Serve(handle, func(panicked any) { handled <- "crashed: " + panicked.(string) }); err != nil {
		t.Fatal(err)
	}
	object(t, `['a', 'panic', 'b', 'c'].forEach((message) => streamlistShim.receive(message))`)
	var got []string
	for range 4 {
		got = append(got, <-handled)
	}
	if s := strings.Join(got, " "); s != "a crashed: a bug b c" {
		t.Errorf("handled %s", s)
	}
	if err := w.Post([]byte(`{"kind":"é"}`)); err != nil || eval(t, "streamlistShim.posted.join()") != `{"kind":"é"}` {
		t.Errorf("posted %s, %v", eval(t, "streamlistShim.posted.join()"), err)
	}
}

func TestTransfer(t *testing.T) {
	w := newFakeWorker(t)
	transfer, err := w.Get(t.Context(), "https://a.test/x", "bytes=5-9")
	if err != nil || transfer.Status != 206 || transfer.Header("ETag") != `"e"` || transfer.Header("Other") != "" {
		t.Fatalf("%+v, %v", transfer, err)
	}
	if got := eval(t, "streamlistShim.asked"); got != "https://a.test/x bytes=5-9" {
		t.Errorf("asked %s", got)
	}
	chunk, err := transfer.Next(t.Context())
	if err != nil || chunk.Len() != 3 {
		t.Fatalf("%+v, %v", chunk, err)
	}
	p := make([]byte, 9)
	if n := chunk.CopyTo(p, 1); n != 2 || !bytes.Equal(p[:3], []byte{1, 1, 0}) {
		t.Errorf("copied %d: %v", n, p)
	}
	if n := chunk.CopyTo(p, 3); n != 0 {
		t.Errorf("copied %d from behind the end", n)
	}
	chunk.Release()
	chunk.Release() // which another transfer's buffer must survive
	if eval(t, "String(streamlistShim.released)") != "1" {
		t.Error("a chunk was released other than once")
	}
	if chunk, err = transfer.Next(t.Context()); err != nil || chunk.Len() != 2 {
		t.Errorf("%+v, %v", chunk, err)
	}
	if _, err = transfer.Next(t.Context()); err != io.EOF {
		t.Errorf("behind the last: %v", err)
	}
	transfer.Close()
	if eval(t, "String(streamlistShim.closed)") != "1" {
		t.Error("not closed")
	}
}

func TestTransferFailsWithoutAnAddress(t *testing.T) {
	w := newFakeWorker(t)
	if _, err := w.Get(t.Context(), "https://a.test/refused", ""); err == nil || strings.Contains(err.Error(), "a.test") {
		t.Errorf("a refused connection: %v", err)
	}
	transfer, err := w.Get(t.Context(), "https://a.test/breaks", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Next(t.Context()); err == nil || err == io.EOF || strings.Contains(err.Error(), "a.test") {
		t.Errorf("a broken connection: %v", err)
	}
}

func TestTransferEndsWithItsContext(t *testing.T) {
	w := newFakeWorker(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := w.Get(ctx, "https://a.test/hangs", ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a silent host: %v", err)
	}
	if eval(t, "String(streamlistShim.closed > 0)") != "true" {
		t.Error("the transfer goes on")
	}
	object(t, "streamlistShim.closed = 0")
	ctx, cancel = context.WithCancel(t.Context())
	if _, err := w.Get(ctx, "https://a.test/", ""); err != nil {
		t.Fatal(err)
	}
	cancel()
	for eval(t, "String(streamlistShim.closed)") != "1" { // AfterFunc has a goroutine of its own
		time.Sleep(time.Millisecond)
	}
}

func TestFile(t *testing.T) {
	w := newFakeWorker(t)
	f, err := w.Directory("jobs").Sub("one").Open(t.Context(), "media")
	if err != nil {
		t.Fatal(err)
	}
	const at = 5 << 30 // beyond what 32 bits hold
	data := make([]byte, 2*most+77)
	for i := range data {
		data[i] = byte(i * 7)
	}
	if n, err := f.WriteAt(data, at); n != len(data) || err != nil {
		t.Fatalf("wrote %d, %v", n, err)
	}
	got := make([]byte, len(data)+1)
	if n, err := f.ReadAt(got, at); n != len(data) || err != io.EOF || !bytes.Equal(got[:n], data) {
		t.Errorf("read back %d of %d, %v", n, len(data), err)
	}
	if n, err := f.ReadAt(got[:10], at+most-5); n != 10 || err != nil || !bytes.Equal(got[:10], data[most-5:most+5]) {
		t.Errorf("read %d in the middle, %v", n, err)
	}
	transfer, err := w.Get(t.Context(), "https://a.test/", "")
	if err != nil {
		t.Fatal(err)
	}
	chunk, err := transfer.Next(t.Context()) // 1 1 1
	if err != nil {
		t.Fatal(err)
	}
	if err := f.WriteChunk(chunk, 1, 3, at+1); err != nil {
		t.Error(err)
	}
	if _, err := f.ReadAt(got[:4], at); err != nil || !bytes.Equal(got[:4], []byte{data[0], 1, 1, data[3]}) {
		t.Errorf("a chunk's part: %v, %v", got[:4], err)
	}
	if err := f.WriteChunk(chunk, 2, 4, at); err == nil {
		t.Error("wrote more than a chunk holds")
	}
	if err := f.Truncate(at); err != nil {
		t.Error(err)
	}
	if size, err := f.Size(); size != at || err != nil {
		t.Errorf("size %d, %v", size, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := w.Directory("jobs").Open(t.Context(), "locked"); err == nil || errors.Is(err, ErrNoSpace) {
		t.Errorf("a locked file: %v", err)
	}
}

func TestNoRoomIsNoticed(t *testing.T) {
	w := newFakeWorker(t)
	f, err := w.Directory("jobs").Open(t.Context(), "media")
	if err != nil {
		t.Fatal(err)
	}
	for _, throws := range []string{"", "QuotaExceededError", "NS_ERROR_FILE_NO_DEVICE_SPACE"} {
		object(t, "Object.assign(streamlistShim, { limit: 10, throws: '"+throws+"' })")
		if n, err := f.WriteAt(make([]byte, 20), 0); !errors.Is(err, ErrNoSpace) || (throws == "" && n != 10) {
			t.Errorf("%q: wrote %d, %v", throws, n, err)
		}
		if throws == "" {
			continue
		}
		if err := f.Truncate(1); !errors.Is(err, ErrNoSpace) {
			t.Errorf("%q: truncated, %v", throws, err)
		}
		if err := w.Directory("jobs").Write(t.Context(), "small", []byte("x")); !errors.Is(err, ErrNoSpace) {
			t.Errorf("%q: replaced, %v", throws, err)
		}
	}
	object(t, "streamlistShim.throws = 'InvalidStateError'")
	if err := f.Truncate(1); err == nil || errors.Is(err, ErrNoSpace) {
		t.Errorf("another error: %v", err)
	}
}

func TestDirectory(t *testing.T) {
	w := newFakeWorker(t)
	d := w.Directory("jobs")
	if got, err := d.List(t.Context()); string(got) != `["one","two"]` || err != nil {
		t.Errorf("listed %s, %v", got, err)
	}
	if _, err := d.Read(t.Context(), "small"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	if err := d.Write(t.Context(), "small", []byte("ab")); err != nil {
		t.Error(err)
	}
	if got, err := d.Read(t.Context(), "small"); string(got) != "ab" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	if err := d.Remove(t.Context(), "one"); err != nil || eval(t, "streamlistShim.removed") != "jobs/one" {
		t.Errorf("removed %v", err)
	}
	if n, err := w.Free(t.Context()); n != 5e9 || err != nil {
		t.Errorf("free %d, %v", n, err)
	}
}
