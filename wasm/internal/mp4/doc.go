// Package mp4 makes one MP4 file with picture and sound out of the fragmented tracks that
// the sites serve, without touching the media (ISO/IEC 14496-12).
//
// The bytes of a track's fragments are copied as they are, each run of them (an [Extent])
// straight to its final place inside one mdat box, in any order, by whoever downloads them.
// Once an extent is on disk, [Layout.Scan] reads its moof boxes back from there; the moofs
// stay where they are, as dead bytes (0.03 % of a file). When all are read, [Layout.Finish]
// writes ftyp and moov into the room that [NewLayout] kept free at the front. So there is
// one pass, no second copy, and no state besides the file: after a crash the same calls
// with the same arguments go on from what is on disk.
//
//	init, err := ParseInit(bytes of initialization)      // of each track
//	index, err := ParseIndex(bytes of index_range, its first byte's place)
//	layout, err := NewLayout([]Source{…}, Meta{Title: …})
//	for i, e := range layout.Extents() { copy e.From … e.To of source e.Source to e.At; layout.Scan(file, i) }
//	size, err := layout.Finish(file)                     // then truncate to size
//	summary, err := Check(file, size)
//
// [Protected] stands apart from all this and uses none of it: the background links only that.
package mp4
