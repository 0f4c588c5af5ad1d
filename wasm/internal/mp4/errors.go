package mp4

import "errors"

// Every error of this package is one of these, wrapped with what was read and where.
var (
	// ErrProtected: the samples are encrypted (ISO/IEC 23001-7). Said by ParseInit before any
	// media byte is needed, and by Scan where only a fragment shows it.
	ErrProtected = errors.New("mp4: encrypted")
	// ErrMalformed: the bytes contradict themselves or end too early. What came is not what
	// the file's author wrote, or the author was wrong.
	ErrMalformed = errors.New("mp4: malformed")
	// ErrUnsupported: a well-formed file of a kind that this package doesn't join, such as
	// two tracks in one source, or parts in different codecs.
	ErrUnsupported = errors.New("mp4: unsupported")
	// ErrIndex: the boxes don't lie where the source's index says, though its sizes add up.
	// The extents are useless then; a new layout with Source.Index nil isn't.
	ErrIndex = errors.New("mp4: the index is wrong")
)
