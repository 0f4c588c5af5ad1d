package mp4

import (
	"fmt"
	"testing"

	"github.com/Eyevinn/mp4ff/bits"
	mp4ff "github.com/Eyevinn/mp4ff/mp4"
)

// long is a track of n fragments with 150 samples each, as five seconds of a film with
// B-frames have.
func long(n int) made {
	m := made{timescale: 12800, video: true, time: at(1024)}
	for i := range n {
		m.fragments = append(m.fragments, madeFragment{uint64(i) * 150 * 512, steady(150, 512, 1024, 2560, 1024, 0, 512)})
	}
	return m
}

// BenchmarkBuild reads all fragments back from the output and writes moov: everything that
// is left to do once the last byte is there.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{100, 600} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			file := long(n).file()
			source := source(b, file)
			build := func(disk *memory) *memory {
				l, err := NewLayout([]Source{source}, Meta{})
				if err != nil {
					b.Fatal(err)
				}
				if disk == nil { // always the same, since the layout is
					disk = lay(l, [][]byte{file})
				}
				for i := range l.Extents() {
					if err := l.Scan(disk, i); err != nil {
						b.Fatal(err)
					}
				}
				if _, err := l.Finish(disk); err != nil {
					b.Fatal(err)
				}
				return disk
			}
			disk := build(nil)
			for b.Loop() {
				build(disk)
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	file, _ := assemble(b, Meta{}, long(100).file())
	for b.Loop() {
		if _, err := Check(&memory{file}, int64(len(file))); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRead compares reading 100 moof boxes, without anything made of them, with mp4ff.
func BenchmarkRead(b *testing.B) {
	m := long(100)
	in, err := ParseInit(m.init())
	if err != nil {
		b.Fatal(err)
	}
	var moofs [][]byte
	for _, f := range m.fragments {
		moof := m.fragment(f, 0)
		h, _ := parseHeader(moof, int64(len(moof)))
		moofs = append(moofs, moof[:h.size])
	}
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			for _, box := range moofs {
				m := moof{in: in, room: 1 << 20}
				if err := m.parse(box[8:]); err != nil || m.count != 150 {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("mp4ff", func(b *testing.B) {
		for b.Loop() {
			for _, box := range moofs {
				read, err := mp4ff.DecodeBoxSR(0, bits.NewFixedSliceReader(box))
				if err != nil || len(read.(*mp4ff.MoofBox).Traf.Trun.Samples) != 150 {
					b.Fatal(err)
				}
			}
		}
	})
}
