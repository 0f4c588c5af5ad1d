package download

import (
	"context"
	"errors"
	"io"
	"time"

	"streamlist/wasm/internal/stream"
)

// Ports is what a queue needs from the world. All methods of ports may be called from
// several goroutines at a time, but calls to one File never overlap.
type Ports struct {
	Network  Network
	Disk     Disk
	Listings Listings
	// Subtitles may be nil: none are to be had then.
	Subtitles Subtitles
	// Hand is told of a job whose files are whole and closed, and must be saved now. It must
	// not block; the answer is Queue.Handed.
	Hand func(Handover)
	// Past is told of each change of what is complete, to keep it for the next Restore: JSON that is
	// nobody else's matter. It must not block, nor call the queue; nil keeps nothing.
	Past func(list []byte)
	// Changed is called after each change of what View returns, very often and from any
	// goroutine. It must not block, nor call the queue.
	Changed func()
	// Report is told of panics, which are bugs of ours; nil tells nobody.
	Report func(panicked any)
	// Random returns a number in [0, 1) for jitter; nil is math/rand/v2.
	Random func() float64
}

// Network fetches bytes of media files, without cookies.
type Network interface {
	// Get asks for the bytes from first to last (inclusive) of a file; last < 0 is to its
	// end. The bytes may be others: a host that knows no ranges gives the whole file, and the
	// body's Answer says so. An answer that is no success is a *StatusError, as is
	// one that a redirect led to an address that isn't stream.Fetchable (its status is then
	// the redirect's). Any other error means that no answer came. Errors must not hold the
	// address.
	//
	// The end of ctx ends the body too.
	Get(ctx context.Context, url string, first, last int64) (Body, error)
}

// StatusError is an answer that is no success.
type StatusError struct {
	Code int // HTTP status
	// RetryAfter is how long the host asks to be left alone; 0 where it doesn't say.
	RetryAfter time.Duration
}

func (e *StatusError) Error() string { return "status " + itoa(int64(e.Code)) }

// Body is the bytes of an answer, in chunks. Close may be called while Next waits, from
// another goroutine; Next then returns an error.
type Body interface {
	// Answer is what the host said before the first byte. NewAnswer makes it from the
	// headers.
	Answer() Answer
	// Next returns the next bytes, at most 1 MiB, at least one. The adapter fills chunks, since a
	// write for each small piece of the network's is what is slow (mux.md, rule 10), but
	// gives what it has after a second: a slow connection must be seen to live. The error
	// is io.EOF where the body ended, whether or not the end was where the host had said.
	// The chunk is the caller's until its Release, which comes before the next call.
	Next(ctx context.Context) (Chunk, error)
	Close()
}

// Chunk is bytes that needn't be in this program's memory.
type Chunk interface {
	Len() int
	// CopyTo copies from offset at of the chunk into p and returns how many bytes.
	CopyTo(p []byte, at int) int
	// Release gives the bytes back to be filled anew.
	Release()
}

// Disk is the folder of all jobs; each has a folder of its own in it, named by the job's
// id.
type Disk interface {
	// Jobs lists the ids of the folders.
	Jobs(ctx context.Context) ([]string, error)
	// Folder opens a job's folder; it is made where there is none.
	Folder(ctx context.Context, job string) (Folder, error)
	// Remove removes a job's folder with all that is in it. None is no error.
	Remove(ctx context.Context, job string) error
	// Free is how many bytes may still be written; -1 unknown.
	Free(ctx context.Context) (int64, error)
}

// Folder is the files of a job.
type Folder interface {
	// Open opens a file for reading and writing; it is made, empty, where there is none.
	// A file that is open elsewhere is an error.
	Open(ctx context.Context, name string) (File, error)
	// Read reads a small file; fs.ErrNotExist where there is none.
	Read(ctx context.Context, name string) ([]byte, error)
	// Write makes or replaces a small file, as a whole or not at all: ended at any instant,
	// it has the old content or the new.
	Write(ctx context.Context, name string, data []byte) error
	// Remove removes a file. None is no error.
	Remove(ctx context.Context, name string) error
}

// File is an open file. Its calls don't wait for anything but the disk. A write that isn't
// whole is an error: ErrDiskFull where that is why.
type File interface {
	io.ReaderAt
	io.WriterAt
	// WriteChunk writes the bytes [from, to) of a chunk at offset at of the file.
	WriteChunk(c Chunk, from, to int, at int64) error
	// Truncate makes the file so long; what is new reads as zeros. ErrDiskFull where there
	// is no room.
	Truncate(size int64) error
	Size() (int64, error)
	Close() error
}

// ErrDiskFull is what File's methods return, wrapped or not, where there is no room: the
// quota is reached or the disk is full.
var ErrDiskFull = errors.New("download: no room on disk")

// Listings gets a page's listing: the background's `list-for`.
type Listings interface {
	// Listing returns the order's page with addresses; with refresh it asks the endpoints
	// themselves. The error is a *stream.Reason or stream.Reason where the site or the background said why
	// not; any other counts as stream.Network.
	Listing(ctx context.Context, o Order, refresh bool) (*stream.Listing, error)
}

// Handover is a job's files, to be saved by the page.
type Handover struct {
	Job   string  `json:"job"`
	Files []Saved `json:"files"`
	// Downloads are the ids that the browser gave, where the hand-over had begun in an
	// earlier run.
	Downloads []int64 `json:"downloads"`
}

// Saved is one file of a job.
type Saved struct {
	// File is its name in the job's folder.
	File string `json:"file"`
	// Name is what to save it as: a relative path with "/" between folders and name.
	Name string `json:"name"`
	// Type is its media type, such as "video/mp4".
	Type string `json:"type"`
	// Tag is a subtitle's language; "" for what the job is about. A subtitle that can't be
	// saved is no failure of the job.
	Tag string `json:"tag,omitempty"`
}
