package download

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"slices"

	"streamlist/wasm/internal/mp4"
)

// layout is the part of *mp4.Layout that a download needs.
type layout interface {
	Size() int64
	Extents() []mp4.Extent
	Scan(disk io.ReaderAt, i int) error
	Finish(disk mp4.Disk) (int64, error)
}

// extent is a run of a source's bytes and its place in the output.
type extent struct {
	source int
	span         // in the source
	at     int64 // in the output, all files one behind the other
}

// plan says where each byte goes. It doesn't change.
type plan struct {
	name planName
	// layout makes one file of all sources; nil where each source is a file as it is.
	layout  layout
	files   []span // in the output: one, or one for each source
	extents []extent
	// bySource are the extents of each source, ascending in it.
	bySource [][]int
}

// planWhole plans files that are saved as they are.
func planWhole(sources []*source) *plan {
	p := &plan{}
	var at int64
	for i, s := range sources {
		p.files = append(p.files, span{at, at + s.size})
		p.extents = append(p.extents, extent{source: i, span: span{0, s.size}, at: at})
		at += s.size
	}
	p.finish(sources)
	return p
}

// planLayout plans one file as package mp4 lays it out.
func planLayout(sources []*source, l layout) *plan {
	p := &plan{layout: l, files: []span{{0, l.Size()}}}
	for _, e := range l.Extents() {
		p.extents = append(p.extents, extent{source: e.Source, span: span{e.From, e.To}, at: e.At})
	}
	p.finish(sources)
	return p
}

func (p *plan) finish(sources []*source) {
	h := sha256.New()
	put := func(numbers ...int64) {
		var b []byte
		for _, n := range numbers {
			b = binary.BigEndian.AppendUint64(b, uint64(n))
		}
		h.Write(b)
	}
	put(1, int64(len(sources)), int64(len(p.extents)), p.size())
	p.bySource = make([][]int, len(sources))
	for _, s := range sources {
		put(s.size, int64(len(s.head)))
		h.Write(s.head)
	}
	for i, e := range p.extents {
		put(int64(e.source), e.from, e.to, e.at)
		p.bySource[e.source] = append(p.bySource[e.source], i)
	}
	for _, list := range p.bySource {
		slices.SortFunc(list, func(a, b int) int { return cmp.Compare(p.extents[a].from, p.extents[b].from) })
	}
	h.Sum(p.name[:0])
}

// size is how many bytes the output has, all files together.
func (p *plan) size() int64 { return p.files[len(p.files)-1].to }

// file returns the number of the file that holds a place of the output.
func (p *plan) file(at int64) int {
	for i, f := range p.files {
		if at < f.to {
			return i
		}
	}
	return len(p.files) - 1
}

// from returns the extents of a source from the one that holds or follows a place in it.
func (p *plan) from(source int, at int64) []int {
	list := p.bySource[source]
	i, _ := slices.BinarySearchFunc(list, at, func(e int, at int64) int {
		if p.extents[e].to <= at {
			return -1
		}
		return 1
	})
	return list[i:]
}

// sources returns what of the output's bytes are of a source, as bytes of the source.
func (p *plan) sources(out spans) []spans {
	list := make([]spans, len(p.bySource))
	for _, e := range p.extents {
		place := span{e.at, e.at + e.len()}
		for i := out.behind(place.from); i < len(out) && out[i].from < place.to; i++ {
			from, to := max(out[i].from, place.from), min(out[i].to, place.to)
			list[e.source].add(span{e.from + from - e.at, e.from + to - e.at})
		}
	}
	return list
}
