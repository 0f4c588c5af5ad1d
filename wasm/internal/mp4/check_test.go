package mp4

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/Eyevinn/mp4ff/bits"
	mp4ff "github.com/Eyevinn/mp4ff/mp4"
)

// vast is a file of which only some pieces aren't zero.
type vast struct {
	size   int64
	pieces map[int64][]byte
}

func (v *vast) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > v.size {
		return 0, io.EOF
	}
	clear(p)
	for from, piece := range v.pieces {
		if from < at+int64(len(p)) && at < from+int64(len(piece)) {
			copy(p[max(0, from-at):], piece[max(0, at-from):])
		}
	}
	return len(p), nil
}

func (v *vast) WriteAt(p []byte, at int64) (int, error) {
	v.pieces[at] = slices.Clone(p)
	v.size = max(v.size, at+int64(len(p)))
	return len(p), nil
}

// Behind 4 GiB the places of chunks take 64 bits, and so does the size of an mdat.
func TestMoreThanFourGigabytes(t *testing.T) {
	m := made{timescale: 1000, video: true, time: at(0), noIndex: true}
	const samples, size = 10, 1 << 28
	source := &vast{pieces: make(map[int64][]byte)}
	source.WriteAt(m.init(), 0)
	in, err := ParseInit(m.init())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		f := madeFragment{uint64(i) * 400, slices.Repeat([]sample{{duration: 40, size: size, sync: true}}, samples)}
		w := &writer{}
		w.box("moof", func() {
			w.box("traf", func() {
				w.full("tfhd", 0, 0x20000, func() { w.u32(7) })
				w.full("tfdt", 0, 0, func() { w.u32(uint32(f.time)) })
				w.full("trun", 0, 0x301, func() {
					w.u32(samples, 8+16+16+20+8*samples+16+8)
					for _, s := range f.samples {
						w.u32(s.duration, s.size)
					}
				})
			})
		})
		w.u32(1)
		w.text("mdat")
		w.u64(16 + samples*size)
		source.WriteAt(w.b, source.size)
		for range f.samples { // zeros alone are no sample
			source.WriteAt([]byte{1}, source.size)
			source.size += size - 1
		}
	}
	l, err := NewLayout([]Source{{Init: in, Size: source.size, Duration: 1600 * time.Millisecond}}, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	e := l.Extents()[0]
	disk := &vast{pieces: make(map[int64][]byte)}
	for from, piece := range source.pieces {
		if from >= e.From {
			disk.WriteAt(piece, from-e.From+e.At)
		}
	}
	disk.size = l.Size()
	if err := l.Scan(disk, 0); err != nil {
		t.Fatal(err)
	}
	if n, err := l.Finish(disk); err != nil || n != l.Size() {
		t.Fatalf("%d bytes of %d, %v", n, l.Size(), err)
	}
	summary, err := Check(disk, l.Size())
	if want := (Track{Video: true, Codec: "av01", Duration: 1600 * time.Millisecond, Samples: 40, Chunks: 4}); err != nil || !summary.Front || summary.Unused != 0 || len(summary.Tracks) != 1 || summary.Tracks[0] != want {
		t.Errorf("%+v, %v", summary, err)
	}
	front := make([]byte, e.At)
	if _, err := disk.ReadAt(front, 0); err != nil {
		t.Fatal(err)
	}
	box, err := mp4ff.DecodeBoxSR(0, bits.NewFixedSliceReader(front[ftypSize:]))
	if err != nil {
		t.Fatal(err)
	}
	stbl := box.(*mp4ff.MoovBox).Trak.Mdia.Minf.Stbl
	if stbl.Stco != nil || stbl.Co64 == nil || len(stbl.Co64.ChunkOffset) != 4 {
		t.Fatalf("stco %v, co64 %v", stbl.Stco, stbl.Co64)
	}
	head := int64(0)
	for _, piece := range source.pieces {
		if h := int64(len(piece)); h > 0 && bytes.Contains(piece, []byte("traf")) {
			head = h
		}
	}
	for i, offset := range stbl.Co64.ChunkOffset {
		if want := e.At + head + int64(i)*(head+samples*size); int64(offset) != want {
			t.Errorf("chunk %d lies at %d, want %d", i, offset, want)
		}
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	good, summary := assemble(t, Meta{Title: "x"}, film(true).file(), film(false).file())
	if want := (Track{Video: true, Codec: "av01", Duration: 4 * time.Second, Samples: 100, Chunks: 4}); summary.Duration != 4*time.Second || !summary.Front ||
		len(summary.Tracks) != 2 || summary.Tracks[0] != want || summary.Unused != 0 {
		t.Errorf("of a good file: %+v", summary)
	}
	_, chunks := readTracks(t, good)
	place := func(b []byte, kind string, number, at int) []byte { // of a field in a box, the number-th of its kind
		from := 0
		for range number + 1 {
			from += bytes.Index(b[from:], []byte(kind)) + 4
		}
		return b[from+at:]
	}
	add := func(b []byte, n int) { binary.BigEndian.PutUint32(b, binary.BigEndian.Uint32(b)+uint32(n)) }
	for _, c := range []struct {
		name  string
		spoil func(b []byte) []byte
	}{
		{"cut off", func(b []byte) []byte { return b[:len(b)-1] }},
		{"something behind", func(b []byte) []byte { return append(b, 0) }},
		{"another box behind", func(b []byte) []byte { return append(b, mk("moof")...) }},
		{"nothing", func(b []byte) []byte { return nil }},
		{"no mdat", func(b []byte) []byte { return b[:chunks[0][0].at-1000] }},
		{"no moov", func(b []byte) []byte { copy(place(b, "moov", 0, -4), "free"); return b }},
		{"two moov boxes", func(b []byte) []byte { copy(place(b, "free", 0, -4), "moov"); return b }},
		{"mvex", func(b []byte) []byte { copy(place(b, "udta", 0, -4), "mvex"); return b }},
		{"a chunk a byte early", func(b []byte) []byte { add(place(b, "stco", 0, 8), -1); return b }},
		{"a chunk a byte late", func(b []byte) []byte { add(place(b, "stco", 0, 20), 1); return b }},
		{"a chunk on another", func(b []byte) []byte { copy(place(b, "stco", 0, 8), place(b, "stco", 1, 8)[:4]); return b }},
		{"a chunk outside", func(b []byte) []byte { add(place(b, "stco", 1, 20), 1<<20); return b }},
		{"a chunk in moov", func(b []byte) []byte { binary.BigEndian.PutUint32(place(b, "stco", 0, 8), 100); return b }},
		{"a sample larger", func(b []byte) []byte { add(place(b, "stsz", 0, 12+4*99), 1); return b }},
		{"a sample more", func(b []byte) []byte { add(place(b, "stts", 0, 8), 1); return b }},
		{"a sample longer", func(b []byte) []byte { add(place(b, "stts", 0, 12), 1); return b }},
		{"a key frame that isn't there", func(b []byte) []byte { add(place(b, "stss", 0, 20), 1000); return b }},
		{"a chunk without samples", func(b []byte) []byte { add(place(b, "stsc", 0, 12), 1); return b }},
		{"zeros for a sample", func(b []byte) []byte { clear(b[chunks[1][2].at:][:20]); return b }},
		{"zeros for a fragment's head", func(b []byte) []byte { clear(b[chunks[0][1].at-700 : chunks[0][1].at]); return b }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := c.spoil(slices.Clone(good))
			if s, err := Check(&memory{b}, int64(len(b))); err == nil {
				t.Errorf("found nothing wrong: %+v", s)
			} else {
				t.Log(err)
			}
		})
	}
	// What no sample claims is counted.
	short := slices.Clone(good)
	add(place(short, "stsz", 0, 12+4*99), -3)
	if s, err := Check(&memory{short}, int64(len(short))); err != nil || s.Unused != 3 {
		t.Errorf("%+v, %v", s, err)
	}
}

// In AVC and HEVC a hole shows in the lengths of the NAL units.
func TestCheckReadsNALUnits(t *testing.T) {
	for _, name := range []string{"avc", "hevc hev1"} {
		_, file := clip(t, name)
		good, _ := assemble(t, Meta{}, file)
		_, chunks := readTracks(t, good)
		at, size := chunks[0][1].at, int64(chunks[0][1].samples[0].size)
		for name, spoil := range map[string]func(b []byte){
			"zeros":            func(b []byte) { clear(b) },
			"another length":   func(b []byte) { b[3]++ },
			"too long":         func(b []byte) { b[0] = 0xff },
			"noise":            func(b []byte) { copy(b, "<!doctype html><title>403</title>") },
			"zeros at the end": func(b []byte) { clear(b[len(b)-len(b)/2:]) },
		} {
			b := slices.Clone(good)
			spoil(b[at : at+size])
			_, err := Check(&memory{b}, int64(len(b)))
			if name == "zeros at the end" { // inside a unit: nothing tells
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			wantErr(t, err, ErrMalformed)
		}
	}
}
