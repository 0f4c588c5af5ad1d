package mp4

import (
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

// memory is a file in memory.
type memory struct{ b []byte }

func (m *memory) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 || at > int64(len(m.b)) {
		return 0, io.EOF
	}
	n := copy(p, m.b[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	if need := int(at) + len(p); need > len(m.b) {
		m.b = append(m.b, make([]byte, need-len(m.b))...)
	}
	return copy(m.b[at:], p), nil
}

// source reads a fragmented file as a download does: head, index, and the first bytes.
func source(t testing.TB, file []byte) Source {
	t.Helper()
	init, index, need, err := FindHead(file)
	if err != nil || need > 0 {
		t.Fatalf("FindHead: need %d, %v", need, err)
	}
	s := Source{Size: int64(len(file))}
	if s.Init, err = ParseInit(file[:init.To]); err != nil {
		t.Fatal(err)
	}
	first := init.To
	if index.Len() > 0 {
		if s.Index, err = ParseIndex(file[index.From:index.To], index.From); err != nil {
			t.Fatal(err)
		}
		first = index.To
	}
	s.First = file[first:min(len(file), int(first)+64<<10)]
	return s
}

// lay copies the extents into a new file, in any order.
func lay(l *Layout, files [][]byte) *memory {
	disk := &memory{}
	for _, i := range rand.Perm(len(l.Extents())) {
		e := l.Extents()[i]
		disk.WriteAt(files[e.Source][e.From:e.To], e.At)
	}
	return disk
}

// finish scans all extents in any order, some of them twice, and checks the file that Finish makes.
func finish(t testing.TB, l *Layout, disk *memory) Summary {
	t.Helper()
	order := rand.Perm(len(l.Extents()))
	order = append(order, order[:len(order)/3]...)
	for _, i := range order {
		if err := l.Scan(disk, i); err != nil {
			t.Fatal(err)
		}
	}
	size, err := l.Finish(disk)
	if err != nil {
		t.Fatal(err)
	}
	if size != int64(len(disk.b)) {
		t.Fatalf("Finish says %d bytes, the file has %d", size, len(disk.b))
	}
	s, err := Check(disk, size)
	if err != nil {
		t.Fatalf("Check: %v", err)
	}
	return s
}

// assemble makes one file of fragmented tracks.
func assemble(t testing.TB, meta Meta, files ...[]byte) ([]byte, Summary) {
	t.Helper()
	var sources []Source
	for _, f := range files {
		sources = append(sources, source(t, f))
	}
	l, err := NewLayout(sources, meta)
	if err != nil {
		t.Fatal(err)
	}
	disk := lay(l, files)
	s := finish(t, l, disk)
	if !s.Front || l.Size() != int64(len(disk.b)) {
		t.Errorf("moov at the front: %v; %d bytes planned, %d written", s.Front, l.Size(), len(disk.b))
	}
	return disk.b, s
}

// A made is a fragmented track made by hand, for what no muxer here writes.
type made struct {
	timescale uint32
	video     bool
	time      *int64 // the edit's media time; nil: no edit list
	blank     uint32 // before it, in the movie's timescale of 1000
	fragments []madeFragment
	noTfdt    bool
	noIndex   bool
	baseFlag  uint32 // of tfhd; 0 means default-base-is-moof
	between   []byte // before every fragment
}

type madeFragment struct {
	time    uint64
	samples []sample
}

// steady gives n samples of that duration.
func steady(n int, duration uint32, offsets ...int32) []sample {
	s := make([]sample, n)
	for i := range s {
		s[i] = sample{duration: duration, size: uint32(20 + i%7), sync: i == 0}
		if len(offsets) > 0 {
			s[i].offset = offsets[i%len(offsets)]
		}
	}
	return s
}

func (m made) init() []byte {
	w := &writer{}
	w.box("ftyp", func() { w.text("iso5"); w.u32(0); w.text("iso6dash") })
	w.box("moov", func() {
		w.full("mvhd", 0, 0, func() { w.u32(0, 0, 1000, 0); w.zeros(80) })
		w.box("trak", func() {
			w.full("tkhd", 0, 3, func() {
				w.u32(0, 0, 7, 0, 0)
				w.zeros(16)
				w.matrix()
				w.u32(640<<16, 360<<16)
			})
			if m.time != nil {
				w.box("edts", func() {
					w.full("elst", 1, 0, func() {
						if m.blank > 0 {
							w.u32(2)
							w.u64(uint64(m.blank))
							w.u64(1<<64 - 1)
							w.u32(0x10000)
						} else {
							w.u32(1)
						}
						w.u64(0)
						w.u64(uint64(*m.time))
						w.u32(0x10000)
					})
				})
			}
			w.box("mdia", func() {
				w.full("mdhd", 0, 0, func() { w.u32(0, 0, m.timescale, 0); w.u16(0x55c4); w.u16(0) })
				handler := "soun"
				if m.video {
					handler = "vide"
				}
				w.full("hdlr", 0, 0, func() { w.u32(0); w.text(handler); w.zeros(13) })
				w.box("minf", func() {
					w.full("smhd", 0, 0, func() { w.u32(0) })
					w.box("stbl", func() {
						entry := audio("mp4a")
						if m.video {
							entry = video("av01")
						}
						entry[15] = 1 // the data reference
						w.bytes(stsdBox(entry))
						for _, kind := range []string{"stts", "stsc", "stco"} {
							w.full(kind, 0, 0, func() { w.u32(0) })
						}
						w.full("stsz", 0, 0, func() { w.u32(0, 0) })
					})
				})
			})
		})
		w.box("mvex", func() { w.full("trex", 0, 0, func() { w.u32(7, 1, 0, 0, 0) }) })
	})
	return w.b
}

// fragment gives moof and mdat of a fragment which begins at that place.
func (m made) fragment(f madeFragment, at int64) []byte {
	flags := m.baseFlag
	if flags == 0 {
		flags = 0x20000
	}
	build := func(data uint32) []byte {
		w := &writer{}
		w.box("moof", func() {
			w.full("mfhd", 0, 0, func() { w.u32(1) })
			w.box("traf", func() {
				w.full("tfhd", 0, flags, func() {
					w.u32(7)
					if flags&1 != 0 {
						w.u64(uint64(at))
					}
				})
				if !m.noTfdt {
					w.full("tfdt", 1, 0, func() { w.u64(f.time) })
				}
				w.full("trun", 1, 0xf01, func() {
					w.u32(uint32(len(f.samples)), data)
					for _, s := range f.samples {
						own := uint32(nonSync)
						if s.sync {
							own = 0
						}
						w.u32(s.duration, s.size, own, uint32(s.offset))
					}
				})
			})
		})
		return w.b
	}
	w := &writer{b: build(uint32(len(build(0)) + 8))}
	w.box("mdat", func() {
		for i, s := range f.samples {
			w.b = append(w.b, slices.Repeat([]byte{byte(i + 1)}, int(s.size))...)
		}
	})
	return w.b
}

func (m made) file() []byte {
	b := m.init()
	place := int64(len(b))
	indexSize := 8 + 4 + 8 + 8 + 4 + 12*len(m.fragments)
	if !m.noIndex {
		place += int64(indexSize)
	}
	var media []byte
	var sizes []int
	for _, f := range m.fragments {
		before := len(media)
		media = append(media, m.between...)
		media = append(media, m.fragment(f, place+int64(len(media)))...)
		sizes = append(sizes, len(media)-before)
	}
	if !m.noIndex {
		w := &writer{b: b}
		w.full("sidx", 0, 0, func() {
			w.u32(7, m.timescale, 0, 0)
			w.u16(0)
			w.u16(uint16(len(m.fragments)))
			for i, f := range m.fragments {
				c := chunk{samples: f.samples}
				w.u32(uint32(sizes[i]), uint32(c.duration()), 0x90000000)
			}
		})
		b = w.b
	}
	return append(b, media...)
}

// shown is one sample as a player presents it, in ticks from the start of the film.
type shown struct {
	pts, dts int64
	size     uint32
	sync     bool
}

// presented reads a finished file's track by its tables and its edit list, as the standard
// has it: of a list of one edit, with a blank before it or none.
func presented(t *testing.T, file []byte, number int) []shown {
	t.Helper()
	m, all := readTracks(t, file)
	track := m.tracks[number]
	if track.edits != 1 {
		t.Fatalf("%d edits", track.edits)
	}
	begin := fraction{track.blank, int64(m.timescale)}.in(track.timescale) - track.editTime
	var list []shown
	dts := int64(0)
	for _, c := range all[number] {
		for _, s := range c.samples {
			list = append(list, shown{begin + dts + int64(s.offset), begin + dts, s.size, s.sync})
			dts += int64(s.duration)
		}
	}
	return list
}

func readTracks(t *testing.T, file []byte) (*movie, [][]chunk) {
	t.Helper()
	var m *movie
	err := children(file, func(kind string, body []byte) (err error) {
		if kind == "moov" {
			m, err = parseMovie(slices.Clone(body))
		}
		return err
	})
	if err != nil || m == nil {
		t.Fatalf("no moov: %v", err)
	}
	var all [][]chunk
	for _, track := range m.tracks {
		s, err := parseSamples(track.samples, int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		chunks, err := s.chunks(track.entries)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, chunks)
	}
	return m, all
}

func at(v int64) *int64 { return &v }

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

// progressiveFile is what a muxer makes of the same track: moov, and mdat before or behind it.
func progressiveFile(m made, behind bool) []byte {
	in, err := ParseInit(m.init())
	if err != nil {
		panic(err)
	}
	t := &track{media: in.media}
	ftyp := appendBox(nil, "ftyp", []byte("isom\x00\x00\x02\x00isom"))
	var media []byte
	for _, f := range m.fragments {
		for i, s := range f.samples {
			media = append(media, slices.Repeat([]byte{byte(i + 1)}, int(s.size))...)
		}
	}
	build := func(at int64) []byte {
		t.tables = tables{}
		for _, f := range m.fragments {
			c := chunk{at, 1, f.samples}
			t.add(c)
			at += c.len()
		}
		time := int64(0)
		if m.time != nil {
			time = *m.time
		}
		t.edits = []edit{{fraction{t.end - time, int64(m.timescale)}.above(1000), time}}
		return writeMoov([]*track{t}, 1000, Meta{})
	}
	if behind {
		return slices.Concat(ftyp, appendBox(nil, "mdat", media), build(int64(len(ftyp)+8)))
	}
	moov := build(0)
	return slices.Concat(ftyp, build(int64(len(ftyp)+len(moov)+8)), appendBox(nil, "mdat", media))
}
