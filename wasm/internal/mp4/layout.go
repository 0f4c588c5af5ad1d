package mp4

import (
	"io"
	"time"
)

// Source is one track's file.
type Source struct {
	Init *Init
	Size int64 // of the whole file in bytes, as the server states it (Content-Range)
	// Index may be nil. Without one, or with one that reaches beyond Size, everything behind
	// the init segment is one extent. What lies behind the index's last reference is one too.
	Index *Index
	// Duration is what the listing says, if it does: it sizes the room for moov where there is no index.
	Duration time.Duration
	// First holds the file's bytes from the first extent on, as far as they are at hand; may be
	// empty. With a whole moof in it the room for moov is counted, not guessed. After a restart
	// pass the same bytes again: the layout depends on them.
	First []byte
}

// Meta is what the file says of itself.
type Meta struct {
	Title string // shown by players; empty: none
}

// Extent is a run of a source's bytes and its place in the output.
type Extent struct {
	Source   int   // position in what NewLayout or NewJoin was given
	From, To int64 // half-open, in the source
	At       int64 // of From in the output
}

// Layout is the plan of one output file: ftyp, room for moov, and one mdat box with every
// extent. The same arguments always make the same layout. A Layout isn't safe for
// concurrent use.
type Layout struct{}

// NewLayout plans a file with the fragments of one or two sources (at most one of each
// kind), interleaved by time.
func NewLayout(sources []Source, meta Meta) (*Layout, error) { return nil, ErrUnsupported }

// Part is one of several progressive MP4 files that together are one film.
type Part struct {
	Size     int64         // of the file in bytes
	Duration time.Duration // what the listing says; sizes the room for moov
	Head     []byte        // optional: the file's first bytes; with moov's header in them the room is exact
}

// NewJoin plans a file that plays the parts one after another. Each part lies whole in the
// mdat box, its own moov, which may be at its end, as dead bytes; one extent each. The
// parts' tracks must agree in number, kind, codec and codec configuration: else Scan or
// Finish says [ErrUnsupported].
func NewJoin(parts []Part, meta Meta) (*Layout, error) { return nil, ErrUnsupported }

// Size is the number of bytes of the output, the room for moov included. Finish may make it
// larger, by a moov that didn't fit.
func (l *Layout) Size() int64 { return 0 }

// Extents lists what has to be copied, in the output's order: without gap or overlap from
// the first one's At to Size. The slice is the layout's own.
func (l *Layout) Extents() []Extent { return nil }

// Scan reads the boxes of extent i from disk, which holds the output file as far as it is
// there; all bytes of the extent must be. It reads a few kB, and keeps what moov needs. The
// order of calls is free, and a second call for the same extent replaces the first.
// Its errors name the extent; they may be [ErrProtected] or [ErrIndex].
func (l *Layout) Scan(disk io.ReaderAt, i int) error { return ErrUnsupported }

// Disk is the output file.
type Disk interface {
	io.ReaderAt
	io.WriterAt
}

// Finish writes everything but the media: ftyp, moov, and the head of mdat. Every extent
// must have been scanned. A moov that is larger than its room is written behind mdat, the
// room becomes a free box, and the file still plays. Finish returns the file's size; it may
// be called again.
func (l *Layout) Finish(disk Disk) (int64, error) { return 0, ErrUnsupported }
