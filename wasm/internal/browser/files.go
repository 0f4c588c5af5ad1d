//go:build js && wasm

package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"syscall/js"

	"github.com/hack-pad/safejs"
)

// ErrNoSpace is what writing and growing a file end with where there is no room: the disk
// is full, or the browser gives no more of it.
var ErrNoSpace = errors.New("no room on disk")

// Directory is a directory of the origin's private file system, by its path from the root.
// It needn't be there: Open and Write make it.
type Directory struct {
	w    *Worker
	path string
}

// Directory names a directory, with "/" between its parts.
func (w *Worker) Directory(path string) Directory { return Directory{w, path} }

// Sub names a directory in d.
func (d Directory) Sub(name string) Directory { return Directory{d.w, d.path + "/" + name} }

// Free is how many bytes may still be written; -1 where the browser doesn't say.
func (w *Worker) Free(ctx context.Context) (int64, error) {
	v, err := call(ctx, w.shim, "free")
	if err != nil {
		return -1, err
	}
	return int64(safejs.Unsafe(v).Float()), nil
}

// List returns the names in the directory, as JSON; none of one that isn't there.
func (d Directory) List(ctx context.Context) ([]byte, error) {
	v, err := call(ctx, d.w.shim, "list", d.path)
	if err != nil {
		return nil, err
	}
	return []byte(text(safejs.Unsafe(v))), nil
}

// Make makes the directory.
func (d Directory) Make(ctx context.Context) error {
	_, err := call(ctx, d.w.shim, "make", d.path)
	return stored(err)
}

// Remove removes a file or a directory with all that is in it. None is no error.
func (d Directory) Remove(ctx context.Context, name string) error {
	_, err := call(ctx, d.w.shim, "remove", d.path, name)
	return err
}

// Read returns a small file's bytes, fs.ErrNotExist for none.
func (d Directory) Read(ctx context.Context, name string) ([]byte, error) {
	v, err := call(ctx, d.w.shim, "read", d.path, name)
	if err != nil {
		return nil, err
	}
	bytes := safejs.Unsafe(v)
	if bytes.Type() != js.TypeObject {
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrNotExist)
	}
	data := make([]byte, bytes.Get("byteLength").Int())
	js.CopyBytesToGo(data, bytes)
	return data, nil
}

// Write makes a small file, or replaces it as a whole.
func (d Directory) Write(ctx context.Context, name string, data []byte) error {
	bytes := newBytes(len(data))
	js.CopyBytesToJS(bytes, data)
	_, err := call(ctx, d.w.shim, "replace", d.path, name, safejs.Safe(bytes))
	return stored(err)
}

// Open opens a file for reading and writing, and makes it where there is none. A file
// can be open only once; that of a worker that was just ended is waited for.
func (d Directory) Open(ctx context.Context, name string) (*File, error) {
	handle, err := call(ctx, d.w.shim, "open", d.path, name)
	if err != nil {
		return nil, stored(err)
	}
	return &File{w: d.w, handle: handle}, nil
}

// File is an open file. Its calls wait for nothing but the disk.
type File struct {
	w      *Worker
	handle safejs.Value

	mu      sync.Mutex
	scratch js.Value // a Uint8Array, for what goes through Go's memory
	size    int
}

const most = 1 << 20 // bytes of scratch

// buffer returns the scratch, at least so large or as large as it may be.
func (f *File) buffer(size int) js.Value {
	if size = min(size, most); size > f.size {
		f.size = max(size, 4<<10)
		f.scratch = newBytes(f.size)
	}
	return f.scratch
}

// ReadAt reads into p from the offset on; io.EOF where the file ends before p is full.
func (f *File) ReadAt(p []byte, at int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	done := 0
	for done < len(p) {
		buffer := f.buffer(len(p) - done)
		n, err := f.count("take", safejs.Safe(buffer), min(len(p)-done, f.size), float64(at)+float64(done))
		if err != nil {
			return done, err
		}
		if n == 0 {
			return done, io.EOF
		}
		done += js.CopyBytesToGo(p[done:done+n], buffer)
	}
	return done, nil
}

// WriteAt writes p at the offset.
func (f *File) WriteAt(p []byte, at int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	done := 0
	for done < len(p) {
		buffer := f.buffer(len(p) - done)
		part := min(len(p)-done, f.size)
		js.CopyBytesToJS(buffer, p[done:done+part])
		n, err := f.put(buffer, 0, part, at+int64(done))
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// WriteChunk writes the bytes [from, to) of a chunk at the offset, without copying them.
func (f *File) WriteChunk(c *Chunk, from, to int, at int64) error {
	if from < 0 || to < from || to > c.size {
		return fmt.Errorf("write bytes %d to %d of a chunk of %d", from, to, c.size)
	}
	_, err := f.put(c.bytes, from, to, at)
	return err
}

// put writes [from, to) of bytes. Firefox, at its quota, writes fewer and says nothing
// (mux.md, rule 9).
func (f *File) put(bytes js.Value, from, to int, at int64) (int, error) {
	n, err := f.count("put", safejs.Safe(bytes), from, to, float64(at))
	if err != nil {
		return 0, stored(err)
	}
	if n != to-from {
		return n, fmt.Errorf("%w: %d of %d bytes were written", ErrNoSpace, n, to-from)
	}
	return n, nil
}

// count calls a function of extension/downloads/files.js for the open file.
func (f *File) count(name string, args ...any) (int, error) {
	v, err := f.w.shim.Call(name, append([]any{f.handle}, args...)...)
	if err != nil {
		return 0, wrap(err)
	}
	return v.Int()
}

// Truncate makes the file so long; what is new reads as zeros.
func (f *File) Truncate(size int64) error {
	_, err := f.handle.Call("truncate", float64(size))
	return stored(wrap(err))
}

// Size is the file's length in bytes.
func (f *File) Size() (int64, error) {
	v, err := f.handle.Call("getSize")
	if err != nil {
		return 0, wrap(err)
	}
	return int64(safejs.Unsafe(v).Float()), nil
}

// Close closes the file, which can then be opened anew.
func (f *File) Close() error {
	_, err := f.handle.Call("close")
	return wrap(err)
}

// stored tells the ways in which browsers say that there is no room: Chromium by a
// QuotaExceededError, Firefox by the raw name of its own error (mux.md, rule 9).
func stored(err error) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	for _, sign := range []string{"QuotaExceeded", "NO_DEVICE_SPACE", "QUOTA", "no space"} {
		if strings.Contains(e.Name, sign) || strings.Contains(e.Message, sign) {
			return fmt.Errorf("%w: %w", ErrNoSpace, err)
		}
	}
	return err
}

func newBytes(size int) js.Value { return js.Global().Get("Uint8Array").New(size) }
