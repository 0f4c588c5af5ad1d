package mp4

// Protected tells from the beginning of a file whether its samples are encrypted
// (ISO/IEC 23001-7): a sample entry `encv` or `enca`, a `sinf` in any sample entry, or
// a `pssh` box in `moov`. Such a file, saved, would stay grey and silent.
//
// known is false where the question can't be answered: the data are no MP4, or end
// before the sample descriptions do. Proof of protection is proof, however much is
// missing behind it.
func Protected(init []byte) (protected, known bool) {
	var s scan
	s.boxes(init, 0)
	return s.protected, s.protected || (s.described && !s.cut)
}

type scan struct {
	protected bool
	described bool // a sample description was read
	cut       bool // a sample description was not whole
}

// boxes walks the boxes in data, which are the children of a box of type parent (0 at
// the top). It goes down one path of fixed depth alone, so nesting can't be endless.
func (s *scan) boxes(data []byte, parent uint32) {
	for len(data) >= 8 && !s.protected {
		b, rest, ok := next(data)
		if !ok {
			return
		}
		switch {
		case b.kind == pssh && parent == moov:
			s.protected = true
		case b.kind == stsd && parent == stbl:
			s.descriptions(b)
		case above(b.kind) == parent && b.kind != 0:
			s.boxes(b.body, b.kind)
		}
		data = rest
	}
}

// above returns the parent of a container on the way to the sample descriptions, and
// an impossible one for any other box.
func above(kind uint32) uint32 {
	switch kind {
	case moov:
		return 0
	case trak:
		return moov
	case mdia:
		return trak
	case minf:
		return mdia
	case stbl:
		return minf
	}
	return ^uint32(0)
}

// descriptions reads the sample entries of an stsd box: version and flags, a count,
// then the entries.
func (s *scan) descriptions(b box) {
	if len(b.body) < 8 {
		s.cut = true
		return
	}
	read := false
	for entries := b.body[8:]; len(entries) >= 8; {
		entry, rest, ok := next(entries)
		if !ok {
			break
		}
		read = true
		if entry.kind == encv || entry.kind == enca || hasSinf(entry.body) {
			s.protected = true
			return
		}
		entries = rest
	}
	if !read || !b.whole {
		s.cut = true
		return
	}
	s.described = true
}

// hasSinf looks for a sinf box among a sample entry's boxes. They start behind the
// fields of a video entry (78 bytes) or of an audio entry (28 bytes, or 44 and 64 in
// QuickTime's versions 1 and 2).
func hasSinf(entry []byte) bool {
	for _, at := range []int{78, 28, 44, 64} {
		if at >= len(entry) {
			continue
		}
		for data := entry[at:]; len(data) >= 8; {
			b, rest, ok := next(data)
			if !ok {
				break
			}
			if b.kind == sinf {
				return true
			}
			data = rest
		}
	}
	return false
}

type box struct {
	kind uint32
	body []byte
	// whole is false when the box reaches beyond the data; body is what there is of it.
	whole bool
}

// next splits the first box off data, of which there must be eight bytes. It consumes
// at least eight, or reports false for a size that no box can have.
func next(data []byte) (b box, rest []byte, ok bool) {
	size, header := uint64(be32(data)), uint64(8)
	b.kind = be32(data[4:])
	switch size {
	case 0: // to the end
		size = uint64(len(data))
	case 1: // a 64-bit size behind the type
		if len(data) < 16 {
			return box{}, nil, false
		}
		size, header = uint64(be32(data[8:]))<<32|uint64(be32(data[12:])), 16
	}
	if size < header {
		return box{}, nil, false
	}
	if size > uint64(len(data)) {
		b.body = data[header:]
		return b, nil, true
	}
	b.body, b.whole = data[header:size], true
	return b, data[size:], true
}

func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

const (
	moov uint32 = 'm'<<24 | 'o'<<16 | 'o'<<8 | 'v'
	trak uint32 = 't'<<24 | 'r'<<16 | 'a'<<8 | 'k'
	mdia uint32 = 'm'<<24 | 'd'<<16 | 'i'<<8 | 'a'
	minf uint32 = 'm'<<24 | 'i'<<16 | 'n'<<8 | 'f'
	stbl uint32 = 's'<<24 | 't'<<16 | 'b'<<8 | 'l'
	stsd uint32 = 's'<<24 | 't'<<16 | 's'<<8 | 'd'
	encv uint32 = 'e'<<24 | 'n'<<16 | 'c'<<8 | 'v'
	enca uint32 = 'e'<<24 | 'n'<<16 | 'c'<<8 | 'a'
	sinf uint32 = 's'<<24 | 'i'<<16 | 'n'<<8 | 'f'
	pssh uint32 = 'p'<<24 | 's'<<16 | 's'<<8 | 'h'
)
