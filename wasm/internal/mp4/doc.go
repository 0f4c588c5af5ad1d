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
//
// # Why not mp4ff
//
// Boxes are read and written here, and github.com/Eyevinn/mp4ff v0.56.0 is what the tests
// compare every reading with, and every file written. It was measured as the reader of init
// segments, sidx and moof (Go 1.26, js/wasm, -s -w; BenchmarkRead, the best of several runs):
//
//	                                          mp4ff      this package
//	a program with fmt and time grows by      1.49 MB    0.38 MB, writing and Check included
//	the same after gzip -9                    335 kB     98 kB
//	the download worker's program grows by    1.10 MB
//	the background's, which may have 4.0 MB   1.21 MB    32 bytes
//	reading 100 moofs, 15 000 samples         0.26 ms    0.15 ms
//
// One call of it costs as much as all: a table made at start names the decoder of every box
// there is, so the linker can drop none, not even in a program that merely imports this
// package for Protected. All of NewLayout, Scan and Finish takes 0.9 ms for those 100 fragments,
// 2.8 ms for 600 (BenchmarkBuild).
package mp4
