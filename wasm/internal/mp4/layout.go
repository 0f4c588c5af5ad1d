package mp4

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
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
type Layout struct {
	meta    Meta
	room    int64 // for moov, between ftyp and mdat
	extents []Extent
	size    int64
	origin  origin
	held    []byte // for windows, one after another
}

// An origin is what the media come from: fragments, or whole files.
type origin interface {
	// scan reads the boxes of extent i, at whose end w ends, and keeps what it finds.
	scan(w *window, i int, e Extent) error
	// tracks builds the output's tracks from all that was found.
	tracks(extents []Extent) ([]*track, uint32, error)
}

const (
	// mdatHead is the length of mdat's header: always with a 64-bit size, so that it doesn't
	// depend on what follows.
	mdatHead = 16
	// mostBytes bounds the sizes that are believed, so that their sums can't overflow.
	mostBytes = 1 << 50
)

// plan gives the extents their places.
func plan(extents []Extent, room int64, meta Meta, origin origin) *Layout {
	at := ftypSize + room + mdatHead
	for i := range extents {
		extents[i].At = at
		at += extents[i].To - extents[i].From
	}
	return &Layout{meta: meta, room: room, extents: extents, size: at, origin: origin}
}

// NewLayout plans a file with the fragments of one or two sources (at most one of each
// kind), interleaved by time.
func NewLayout(sources []Source, meta Meta) (*Layout, error) {
	if n := len(sources); n == 0 || n > 2 || n == 2 && sources[0].Init.Video == sources[1].Init.Video {
		return nil, unsupported("%d sources that are not one video, one audio, or one of each", n)
	}
	f := &fragmented{sources: slices.Clone(sources)}
	room := moovFrame(meta)
	var queues [][]timed
	for i := range f.sources {
		s := &f.sources[i]
		if s.Size > mostBytes || s.Size <= s.Init.Size {
			return nil, malformed("source %d has %d bytes, its init segment %d", i, s.Size, s.Init.Size)
		}
		if x := s.Index; x != nil && (len(x.References) == 0 || x.Box.From < s.Init.Size || x.end() > s.Size) {
			s.Index = nil
		}
		queue := s.extents(i)
		queues = append(queues, queue)
		room += s.room(queue)
	}
	extents := interleave(queues)
	f.found = make([]*scanned, len(extents))
	return plan(extents, room, meta, f), nil
}

// timed is an extent and the time at which it begins.
type timed struct {
	Extent
	start time.Duration
}

// extents lists everything behind the init segment of source i, but for the index box
// where nothing lies before it: each byte once, as the index cuts it.
func (s *Source) extents(i int) []timed {
	var list []timed
	from, start := s.Init.Size, time.Duration(0)
	if x := s.Index; x != nil {
		if x.Box.From == from {
			from = x.Box.To
		}
		start = x.Start
		for _, r := range x.References {
			list = append(list, timed{Extent{Source: i, From: from, To: r.To}, start})
			from = r.To
			start += r.Duration
		}
	}
	if from < s.Size {
		list = append(list, timed{Extent{Source: i, From: from, To: s.Size}, start})
	}
	return list
}

// interleave merges the extents of several sources, each in its order, by time. Of those
// that begin together the smaller goes first.
func interleave(queues [][]timed) []Extent {
	var all []Extent
	for {
		best := -1
		for i, q := range queues {
			if len(q) == 0 {
				continue
			}
			if best < 0 || cmp.Or(cmp.Compare(q[0].start, queues[best][0].start), cmp.Compare(q[0].To-q[0].From, queues[best][0].To-queues[best][0].From)) < 0 {
				best = i
			}
		}
		if best < 0 {
			return all
		}
		all = append(all, queues[best][0].Extent)
		queues[best] = queues[best][1:]
	}
}

// Size is the number of bytes of the output, the room for moov included. Finish may make it
// larger, by a moov that didn't fit.
func (l *Layout) Size() int64 { return l.size }

// Extents lists what has to be copied, in the output's order: without gap or overlap from
// the first one's At to Size. The slice is the layout's own.
func (l *Layout) Extents() []Extent { return l.extents }

// Scan reads the boxes of extent i from disk, which holds the output file as far as it is
// there; all bytes of the extent must be. It reads a few kB, and keeps what moov needs. The
// order of calls is free, and a second call for the same extent replaces the first.
//
// Its errors name the extent. Besides [ErrMalformed] and [ErrUnsupported] they may be
// [ErrProtected], or [ErrIndex] where a source with an index is malformed; or they are the disk's.
func (l *Layout) Scan(disk io.ReaderAt, i int) error {
	e := l.extents[i]
	w := &window{disk: disk, end: e.At + e.To - e.From, held: l.held[:0]}
	err := l.origin.scan(w, i, e)
	if l.held = w.held; cap(l.held) > 16*windowSize { // a moof as large isn't likely to be followed by another
		l.held = nil
	}
	if err != nil {
		return fmt.Errorf("extent %d, bytes %d to %d of source %d: %w", i, e.From, e.To, e.Source, err)
	}
	return nil
}

// Disk is the output file.
type Disk interface {
	io.ReaderAt
	io.WriterAt
}

// errUnscanned is the caller's mistake.
var errUnscanned = errors.New("mp4: an extent was not scanned")

// Finish writes everything but the media: ftyp, moov, and the head of mdat. Every extent
// must have been scanned. A moov that is larger than its room is written behind mdat, the
// room becomes a free box, and the file still plays. Finish returns the file's size; it may
// be called again.
func (l *Layout) Finish(disk Disk) (int64, error) {
	tracks, scale, err := l.origin.tracks(l.extents)
	if err != nil {
		return 0, err
	}
	w := &writer{b: make([]byte, 0, ftypSize+l.room+mdatHead)}
	w.bytes(writeFtyp(tracks))
	moov := writeMoov(tracks, scale, l.meta)
	size, left := l.size, l.room-int64(len(moov))
	if left < 0 || left > 0 && left < 8 { // it doesn't fit, or leaves too little for a box
		if _, err := disk.WriteAt(moov, size); err != nil {
			return 0, fmt.Errorf("mp4: write moov: %w", err)
		}
		size += int64(len(moov))
		left = l.room
	} else {
		w.bytes(moov)
	}
	if left > 0 {
		w.box("free", func() { w.zeros(int(left) - 8) })
	}
	w.u32(1)
	w.text("mdat")
	w.u64(uint64(mdatHead + l.size - l.extents[0].At))
	if _, err := disk.WriteAt(w.b, 0); err != nil {
		return 0, fmt.Errorf("mp4: write ftyp and moov: %w", err)
	}
	return size, nil
}
