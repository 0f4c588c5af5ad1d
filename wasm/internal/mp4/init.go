package mp4

// Init is what an init segment says of its one track. It is read only, and may be used by
// several layouts.
type Init struct {
	Video  bool   // else audio
	Codec  string // four characters of the sample entry as it is in the source: avc1, hev1, hvc1, av01, mp4a, fLaC, ec-3, …
	Width  int    // pixels of the coded picture; 0 for audio
	Height int
	Size   int64 // bytes from the file's start to the end of moov
}

// ParseInit reads an init segment: a file's bytes from its very start to the end of its moov
// box, which describes one video or audio track and says that fragments follow (mvex).
// Bytes behind moov are ignored. A protected track gives an error that [errors.Is]
// [ErrProtected]; a progressive file, or one with two tracks, [ErrUnsupported].
func ParseInit(b []byte) (*Init, error) { return nil, ErrUnsupported }
