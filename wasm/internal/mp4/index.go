package mp4

import "time"

// Range is the half-open range of bytes [From, To) of a file.
type Range struct{ From, To int64 }

// Len is the range's number of bytes.
func (r Range) Len() int64 { return r.To - r.From }

// Index is a segment index box (sidx) read.
type Index struct {
	Box        Range         // where the box itself lies in the file
	Start      time.Duration // presentation time of the first reference
	References []Reference   // one behind the other, without gaps
}

// Reference is a run of the file's bytes that the index names: one or several fragments
// (moof and mdat), with whatever boxes lie between, or a nested index and what it names.
type Reference struct {
	Range
	Duration time.Duration
}

// ParseIndex reads the sidx box with which b begins; at is the place of b's first byte in
// its file (the first number of the listing's index_range). Bytes behind the box are ignored.
func ParseIndex(b []byte, at int64) (*Index, error) { return nil, ErrUnsupported }

// FindHead looks into the first bytes of a file for its init segment and its index, where
// the listing names no ranges, or wrong ones. init reaches from 0 to the end of moov, as
// [ParseInit] wants it; index is the sidx box, and empty where there is none before the
// first fragment.
//
// need > 0 with a nil error asks for more: call again with at least that many bytes from
// the file's start (never more than 16 MiB; a file that is shorter than that is malformed).
// A file whose moov lies behind its media is [ErrUnsupported]: it is not fragmented.
func FindHead(b []byte) (init, index Range, need int64, err error) {
	return Range{}, Range{}, 0, ErrUnsupported
}
