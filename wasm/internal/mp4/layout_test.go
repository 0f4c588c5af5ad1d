package mp4

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// film is a video of 4 s in four fragments, or the sound to it.
func film(video bool) made {
	m := made{timescale: 1000, video: video, time: at(0)}
	for i := range 4 {
		m.fragments = append(m.fragments, madeFragment{uint64(i) * 1000, steady(25, 40)})
	}
	return m
}

func TestLayoutInterleavesByTime(t *testing.T) {
	video, audio := source(t, film(true).file()), source(t, film(false).file())
	audio.Index.References = audio.Index.References[:3]
	audio.Size = audio.Index.end() + 100
	l, err := NewLayout([]Source{video, audio}, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	next := l.Extents()[0].At
	have := make([]int64, 2)
	have[0], have[1] = video.Index.Box.To, audio.Index.Box.To
	for _, e := range l.Extents() {
		order = append(order, fmt.Sprint(e.Source))
		if e.At != next || e.From != have[e.Source] || e.To <= e.From {
			t.Errorf("%+v, want it at %d from %d", e, next, have[e.Source])
		}
		next += e.To - e.From
		have[e.Source] = e.To
	}
	if next != l.Size() || have[0] != video.Size || have[1] != audio.Size {
		t.Errorf("the extents end at %d of %d, in the sources at %v", next, l.Size(), have)
	}
	// Fragments that begin together are of one size here, so the first source's go first;
	// but at 3 s the second has only the 100 bytes that lie behind its index.
	if got, want := strings.Join(order, ""), "01010110"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
	again, _ := NewLayout([]Source{video, audio}, Meta{})
	if !slices.Equal(again.Extents(), l.Extents()) {
		t.Error("another layout of the same has other extents")
	}
}

// Whatever the index says, the samples are the same, and every byte behind the init segment
// is somewhere.
func TestLayoutWithoutTheIndexOrWithAWrongOne(t *testing.T) {
	m := film(true)
	file := m.file()
	right, _ := assemble(t, Meta{}, file)
	want := presented(t, right, 0)
	for _, c := range []struct {
		name    string
		change  func(*Source)
		extents int
	}{
		{"none", func(s *Source) { s.Index = nil }, 1},
		{"without references", func(s *Source) { s.Index.References = nil }, 1},
		{"beyond the end", func(s *Source) { s.Index.References[3].To++ }, 1},
		{"inside the init segment", func(s *Source) { s.Index.Box.From = 10 }, 1},
		{"short", func(s *Source) { s.Index.References = s.Index.References[:2] }, 3},
		{"coarse", func(s *Source) {
			r := s.Index.References
			r[0].To, s.Index.References = r[1].To, slices.Delete(r, 1, 2)
		}, 3},
		{"late", func(s *Source) { s.Index.References = s.Index.References[1:] }, 3},
		{"short and late", func(s *Source) { s.Index.References = s.Index.References[1:2] }, 2},
		{"without anything at hand", func(s *Source) { s.First = nil }, 4},
		{"of no duration", func(s *Source) {
			for i := range s.Index.References {
				s.Index.References[i].Duration = 0
			}
		}, 4},
		{"of hostile durations", func(s *Source) {
			for i := range s.Index.References {
				s.Index.References[i].Duration = 19 * time.Hour
			}
		}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := source(t, file)
			c.change(&s)
			l, err := NewLayout([]Source{s}, Meta{})
			if err != nil {
				t.Fatal(err)
			}
			if len(l.Extents()) != c.extents {
				t.Errorf("%d extents, want %d", len(l.Extents()), c.extents)
			}
			disk := lay(l, [][]byte{file})
			finish(t, l, disk)
			if got := presented(t, disk.b, 0); !slices.Equal(got, want) {
				t.Errorf("%d samples from %+v, want %d from %+v", len(got), got[0], len(want), want[0])
			}
		})
	}
}

// An index whose sizes add up, but which cuts elsewhere, is found out by Scan; without
// the index the file comes out right.
func TestScanFindsAWrongIndex(t *testing.T) {
	file := film(true).file()
	s := source(t, file)
	s.Index.References[0].To += 8
	s.Index.References[1].From += 8
	l, err := NewLayout([]Source{s}, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	disk := lay(l, [][]byte{file})
	err = l.Scan(disk, 0)
	wantErr(t, err, ErrIndex)
	if !strings.Contains(err.Error(), "extent 0") {
		t.Errorf("%v doesn't name extent 0", err)
	}
	for i := 1; i < len(l.Extents()); i++ {
		l.Scan(disk, i)
	}
	if _, err := l.Finish(disk); err == nil {
		t.Error("finished without the first extent")
	}
}

// What a fragment may look like without its samples being any other.
func TestFormsOfFragments(t *testing.T) {
	plain, _ := assemble(t, Meta{}, film(true).file())
	want := presented(t, plain, 0)
	nested := func(m made) []byte { // an index of indexes, each before what it names
		file := m.file()
		s := source(t, file)
		out := slices.Clone(file[:s.Index.Box.From])
		var inner [][]byte
		for _, half := range [][]Reference{s.Index.References[:2], s.Index.References[2:]} {
			inner = append(inner, slices.Concat(sidx(half...), file[half[0].From:half[1].To]))
		}
		outer := sidx(Reference{Range{0, int64(len(inner[0]))}, 2 * time.Second}, Reference{Range{0, int64(len(inner[1]))}, 2 * time.Second})
		outer[8+4+8+8+4] |= 0x80 // reference_type
		outer[8+4+8+8+4+12] |= 0x80
		return slices.Concat(out, outer, inner[0], inner[1])
	}
	front := func(m made) []byte { // an index of indexes, which come before all media
		file := m.file()
		s := source(t, file)
		r := s.Index.References
		inner := [][]byte{sidx(r[:2]...), sidx(r[2:]...)}
		outer := sidx(Reference{Range{0, int64(len(inner[0]))}, 2 * time.Second}, Reference{Range{0, int64(len(inner[1]))}, 2 * time.Second})
		return slices.Concat(file[:s.Index.Box.From], outer, inner[0], inner[1], file[s.Index.Box.To:])
	}
	grouped := func(m made) []byte { // two fragments to a reference
		file := m.file()
		s := source(t, file)
		r := s.Index.References
		x := sidx(Reference{Range{r[0].From, r[1].To}, 2 * time.Second}, Reference{Range{r[2].From, r[3].To}, 2 * time.Second})
		return slices.Concat(file[:s.Index.Box.From], x, file[s.Index.Box.To:])
	}
	with := func(change func(*made)) made {
		m := film(true)
		change(&m)
		return m
	}
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"base data offset", with(func(m *made) { m.baseFlag = 1 }).file()},
		{"no base at all", with(func(m *made) { m.baseFlag = 0x800000 }).file()},
		{"other boxes between", with(func(m *made) {
			m.between = slices.Concat(mk("styp", []byte("msdhmsdh")), mk("emsg", zeros(40)), mk("prft", zeros(20)), wide(mk("free", zeros(3))))
		}).file()},
		{"an empty mdat between", with(func(m *made) { m.between = mk("mdat") }).file()},
		{"no index", with(func(m *made) { m.noIndex = true }).file()},
		{"nested index", nested(film(true))},
		{"nested index before the media", front(film(true))},
		{"several fragments to a reference", grouped(film(true))},
		{"something behind", slices.Concat(film(true).file(), mk("mfra", zeros(90)))},
		{"something before the index", func() []byte {
			m := film(true)
			file, n := m.file(), len(m.init())
			return slices.Concat(file[:n], mk("free", zeros(9)), file[n:])
		}()},
		{"defaults in tfhd", rewrite(t, film(true).file(), func(kind string, body []byte) (string, []byte) {
			switch kind {
			case "tfhd":
				return kind, binary.BigEndian.AppendUint32([]byte{0, 2, 0, 8, 0, 0, 0, 7}, 40)
			case "trun":
				return kind, narrow(body, 0x100)
			}
			return kind, body
		})},
		{"defaults in trex and flags for the first sample", rewrite(t, film(true).file(), func(kind string, body []byte) (string, []byte) {
			switch kind {
			case "trex":
				return kind, binary.BigEndian.AppendUint32(slices.Concat(body[:12], []byte{0, 0, 0, 40}, body[16:20]), nonSync)
			case "trun":
				return kind, narrow(body, 0x500)
			}
			return kind, body
		})},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, summary := assemble(t, Meta{}, c.file)
			if got := presented(t, data, 0); !slices.Equal(got, want) {
				t.Errorf("%d samples from %+v, want %d from %+v", len(got), got[0], len(want), want[0])
			}
			if summary.Unused > 0 {
				t.Errorf("%d bytes in no sample", summary.Unused)
			}
			m, chunks := readTracks(t, data)
			for _, chunk := range chunks[0] { // the first byte of each sample is its number
				for i, s := range chunk.samples {
					if b := data[chunk.at]; b != byte(i+1) {
						t.Fatalf("sample %d begins with %d", i, b)
					}
					chunk.at += int64(s.size)
				}
			}
			if m.tracks[0].language != 0x55c4 {
				t.Errorf("language %x", m.tracks[0].language)
			}
		})
	}
}

// sidx is an index box of references of those lengths.
func sidx(references ...Reference) []byte {
	w := &writer{}
	w.full("sidx", 1, 0, func() {
		w.u32(7, 1000)
		w.u64(0)
		w.u64(0)
		w.u16(0)
		w.u16(uint16(len(references)))
		for _, r := range references {
			w.u32(uint32(r.Len()), uint32(r.Duration.Milliseconds()), 0x90000000)
		}
	})
	return w.b
}

// narrow takes fields of the samples out of a trun that has them all.
func narrow(body []byte, fields uint32) []byte {
	c := cursor{b: body}
	_, flags := c.full()
	count, offset := c.u32(), c.u32()
	w := &writer{}
	w.u32(1<<24|flags&^fields, count, offset)
	if fields&0x400 != 0 {
		w.b[3] |= 4 // flags of the first sample instead
		w.u32(0)
	}
	for range count {
		for _, field := range []uint32{0x100, 0x200, 0x400, 0x800} {
			if v := c.u32(); fields&field == 0 {
				w.u32(v)
			}
		}
	}
	return w.b
}

// rewrite changes boxes of a fragmented file, and sets right what depends on their sizes:
// the offset of the data in trun, and the index.
func rewrite(t *testing.T, file []byte, change func(kind string, body []byte) (string, []byte)) []byte {
	t.Helper()
	var walk func(b []byte) []byte
	walk = func(b []byte) []byte {
		var out []byte
		err := children(b, func(kind string, body []byte) error {
			switch kind {
			case "moov", "trak", "mdia", "minf", "stbl", "mvex", "moof", "traf":
				body = walk(body)
			}
			kind, body = change(kind, body)
			out = appendBox(out, kind, body)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	var head, media []byte
	var list []Reference
	err := children(walk(file), func(kind string, body []byte) error {
		box := appendBox(nil, kind, body)
		switch kind {
		case "ftyp", "moov":
			head = append(head, box...)
		case "sidx":
		case "moof":
			at := bytes.Index(box, []byte("trun"))
			if box[at+7]&1 != 0 { // it has the offset
				binary.BigEndian.PutUint32(box[at+12:], uint32(len(box)+8))
			}
			list = append(list, Reference{Range{0, int64(len(box))}, time.Second})
			media = append(media, box...)
		default:
			list[len(list)-1].To += int64(len(box))
			media = append(media, box...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(head, sidx(list...), media)
}

// A moov that doesn't fit comes last, and its room is a free box.
func TestMoovThatDoesNotFit(t *testing.T) {
	file := long(6).file()
	s := source(t, file)
	right, _ := assemble(t, Meta{Title: "x"}, file)
	for i := range s.Index.References { // in six milliseconds there can't be many samples
		s.Index.References[i].Duration = time.Millisecond
	}
	l, err := NewLayout([]Source{s}, Meta{Title: "x"})
	if err != nil {
		t.Fatal(err)
	}
	disk := lay(l, [][]byte{file})
	summary := finish(t, l, disk)
	if summary.Front || int64(len(disk.b)) <= l.Size() {
		t.Errorf("%d bytes planned, %d written, moov at the front: %v", l.Size(), len(disk.b), summary.Front)
	}
	if got, want := presented(t, disk.b, 0), presented(t, right, 0); !slices.Equal(got, want) {
		t.Errorf("%d samples, want %d", len(got), len(want))
	}
	var kinds []string
	for _, box := range decode(t, disk.b).Children {
		kinds = append(kinds, box.Type())
	}
	if want := []string{"ftyp", "free", "mdat", "moov"}; !slices.Equal(kinds, want) {
		t.Errorf("the boxes are %v, want %v", kinds, want)
	}
}

// The room may be just what moov needs; what it may not leave is less than a box's header.
func TestRoomToTheByte(t *testing.T) {
	file := film(true).file()
	planned, err := NewLayout([]Source{source(t, file)}, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	disk := lay(planned, [][]byte{file})
	finish(t, planned, disk)
	need := int64(decode(t, disk.b).Moov.Size())
	for room := need - 9; room <= need+9; room++ {
		l := plan(slices.Clone(planned.extents), room, Meta{}, planned.origin)
		disk := lay(l, [][]byte{file})
		if summary := finish(t, l, disk); summary.Front != (room == need || room >= need+8) {
			t.Errorf("room for %d, moov of %d: at the front %v", room, need, summary.Front)
		}
		decode(t, disk.b)
	}
}

// The room is what the first fragment makes likely, and not much more.
func TestRoomIsCounted(t *testing.T) {
	file := long(60).file() // six minutes
	s := source(t, file)
	for _, c := range []struct {
		name  string
		first []byte
		most  float64
	}{{"counted", s.First, 1.4}, {"blind", nil, 8}, {"cut off", s.First[:500], 8}} {
		s.First = c.first
		l, err := NewLayout([]Source{s}, Meta{})
		if err != nil {
			t.Fatal(err)
		}
		disk := lay(l, [][]byte{file})
		if summary := finish(t, l, disk); !summary.Front {
			t.Errorf("%s: moov doesn't fit", c.name)
		}
		need := decode(t, disk.b).Moov.Size()
		if factor := float64(l.room) / float64(need); factor > c.most {
			t.Errorf("%s: room for %.1f times what moov needs", c.name, factor)
		}
	}
}

func TestNewLayoutRefuses(t *testing.T) {
	video, audio := source(t, film(true).file()), source(t, film(false).file())
	short, far := video, video
	short.Size = short.Init.Size
	far.Size = 1 << 60
	for _, c := range []struct {
		name    string
		sources []Source
		want    error
	}{
		{"nothing", nil, ErrUnsupported},
		{"two videos", []Source{video, video}, ErrUnsupported},
		{"three", []Source{video, audio, audio}, ErrUnsupported},
		{"nothing behind the init segment", []Source{short}, ErrMalformed},
		{"more than there can be", []Source{audio, far}, ErrMalformed},
	} {
		_, err := NewLayout(c.sources, Meta{})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestParseInitRefuses(t *testing.T) {
	good := film(true).init()
	change := func(do func(kind string, body []byte) (string, []byte)) []byte {
		out := rewrite(t, good, do)
		return out[:len(out)-len(sidx())]
	}
	drop := func(drop string) []byte {
		return change(func(kind string, body []byte) (string, []byte) {
			if kind == drop {
				return "free", body
			}
			return kind, body
		})
	}
	entry := func(entries ...[]byte) []byte {
		return change(func(kind string, body []byte) (string, []byte) {
			if kind == "stsd" {
				return kind, stsdBox(entries...)[8:]
			}
			return kind, body
		})
	}
	if _, err := ParseInit(entry(video("avc1"))); err != nil {
		t.Fatalf("the test's own init segment: %v", err)
	}
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"nothing", nil, ErrMalformed},
		{"a web page", []byte("<!doctype html><html><head><title>403"), ErrMalformed},
		{"cut off", good[:len(good)-1], ErrMalformed},
		{"no moov", good[:24], ErrMalformed},
		{"encv", entry(video("encv", mk("sinf"))), ErrProtected},
		{"sinf", entry(video("avc1", mk("sinf"))), ErrProtected},
		{"tenc", entry(video("avc1", mk("tenc"))), ErrProtected},
		{"pssh", change(func(kind string, body []byte) (string, []byte) {
			if kind == "moov" {
				body = append(body, mk("pssh", zeros(24))...)
			}
			return kind, body
		}), ErrProtected},
		{"a group with a key", change(func(kind string, body []byte) (string, []byte) {
			if kind == "stbl" {
				body = append(body, mk("sgpd", zeros(4), []byte("seig"), zeros(12))...)
			}
			return kind, body
		}), ErrProtected},
		{"two tracks", change(func(kind string, body []byte) (string, []byte) {
			if kind == "moov" {
				trak := body[bytes.Index(body, []byte("trak"))-4:]
				body = append(slices.Clone(body), trak[:binary.BigEndian.Uint32(trak)]...)
			}
			return kind, body
		}), ErrUnsupported},
		{"not fragmented", drop("mvex"), ErrUnsupported},
		{"no track", drop("trak"), ErrMalformed},
		{"no tkhd", drop("tkhd"), ErrMalformed},
		{"no mdhd", drop("mdhd"), ErrMalformed},
		{"no handler", drop("hdlr"), ErrMalformed},
		{"no mvhd", drop("mvhd"), ErrMalformed},
		{"no stsd", drop("stsd"), ErrMalformed},
		{"no entries", entry(), ErrMalformed},
		{"a short entry", entry(mk("avc1", zeros(20))), ErrMalformed},
		{"a text track", change(func(kind string, body []byte) (string, []byte) {
			if kind == "hdlr" {
				body = bytes.Replace(body, []byte("vide"), []byte("text"), 1)
			}
			return kind, body
		}), ErrMalformed},
		{"a progressive file", progressiveFile(film(true), false), ErrUnsupported},
		{"samples of its own", change(func(kind string, body []byte) (string, []byte) {
			if kind == "stsz" {
				body = []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9}
			}
			return kind, body
		}), ErrUnsupported},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseInit(c.data)
			wantErr(t, err, c.want)
		})
	}
}

func TestScanRefuses(t *testing.T) {
	m := film(true)
	m.noIndex = true
	file, head := m.file(), len(m.init())
	traf := func(change func(kind string, body []byte) (string, []byte)) []byte {
		out := rewrite(t, file, change)
		s := source(t, out)
		return slices.Concat(file[:head], out[s.Index.Box.To:])
	}
	inTraf := func(box []byte) []byte {
		return traf(func(kind string, body []byte) (string, []byte) {
			if kind == "traf" {
				body = append(slices.Clone(body), box...)
			}
			return kind, body
		})
	}
	field := func(box string, at int, value uint32) []byte {
		return traf(func(kind string, body []byte) (string, []byte) {
			if kind == box {
				body = slices.Clone(body)
				binary.BigEndian.PutUint32(body[at:], value)
			}
			return kind, body
		})
	}
	none := binary.BigEndian.AppendUint32(slices.Clone([]byte{0, 0, 0, 0}), 1<<32-1) // of no size, no duration
	for _, c := range []struct {
		name string
		file []byte
		want error
	}{
		{"senc", inTraf(mk("senc", zeros(8))), ErrProtected},
		{"saiz", inTraf(mk("saiz", zeros(9))), ErrProtected},
		{"a group with a key", inTraf(mk("sgpd", []byte{1, 0, 0, 0}, []byte("seig"), zeros(12))), ErrProtected},
		{"the old senc", inTraf(mk("uuid", []byte("\xa2\x39\x4f\x52\x5a\x9b\x4f\x14\xa2\x44\x6c\x42\x7c\x64\x8d\xf4"), zeros(8))), ErrProtected},
		{"pssh in moof", traf(func(kind string, body []byte) (string, []byte) {
			if kind == "moof" {
				body = append(slices.Clone(body), mk("pssh", zeros(24))...)
			}
			return kind, body
		}), ErrProtected},
		{"a second moov", append(slices.Clone(file), file[24:head]...), ErrUnsupported},
		{"cut off", file[:len(file)-1], ErrMalformed},
		{"cut off in a header", file[:len(file)-(8+25*23-4)], ErrMalformed},
		{"more samples than the box has", field("trun", 4, 26), ErrMalformed},
		{"2^32 samples in a small box", field("trun", 4, 1<<32-1), ErrMalformed},
		{"2^32 samples without a field", traf(func(kind string, body []byte) (string, []byte) {
			if kind == "trun" {
				body = none
			}
			return kind, body
		}), ErrMalformed},
		{"samples of 4 GB", field("trun", 16, 1<<32-1), ErrMalformed},
		{"samples outside mdat", traf(func(kind string, body []byte) (string, []byte) {
			if kind == "mdat" {
				kind = "free"
			}
			return kind, body
		}), ErrMalformed},
		{"a description that isn't there", traf(func(kind string, body []byte) (string, []byte) {
			if kind == "tfhd" {
				body = []byte{0, 2, 0, 2, 0, 0, 0, 7, 0, 0, 0, 2}
			}
			return kind, body
		}), ErrMalformed},
		{"a time beyond all", field("tfdt", 4, 1<<31), ErrMalformed},
		{"trun before tfhd", traf(func(kind string, body []byte) (string, []byte) {
			if kind == "tfhd" {
				kind = "free"
			}
			return kind, body
		}), ErrMalformed},
		{"zeros", append(slices.Clone(file[:head]), zeros(900)...), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := source(t, file)
			s.Size, s.First = int64(len(c.file)), nil
			l, err := NewLayout([]Source{s}, Meta{})
			if err != nil {
				t.Fatal(err)
			}
			disk := lay(l, [][]byte{c.file})
			if err = l.Scan(disk, 0); c.want != nil {
				wantErr(t, err, c.want)
			}
			if _, err := l.Finish(disk); err == nil {
				t.Error("finished")
			}
		})
	}
}

func TestFinishRefuses(t *testing.T) {
	two := func(times ...uint64) made {
		m := made{timescale: 1000, video: true}
		for _, time := range times {
			m.fragments = append(m.fragments, madeFragment{time, steady(25, 40)})
		}
		return m
	}
	cut := two(0, 1000)
	cut.time = at(1 << 40)
	empty := two()
	empty.fragments = []madeFragment{{0, nil}}
	for name, m := range map[string]made{
		"fragments over each other":     two(0, 900),
		"fragments in the wrong order":  two(1000, 0),
		"a gap of months":               two(0, 1<<40),
		"a beginning in years":          two(1 << 50),
		"nothing left by the edit list": cut,
		"no samples":                    empty,
	} {
		t.Run(name, func(t *testing.T) {
			file := m.file()
			l, err := NewLayout([]Source{source(t, file)}, Meta{})
			if err != nil {
				t.Fatal(err)
			}
			disk := lay(l, [][]byte{file})
			for i := range l.Extents() {
				if err := l.Scan(disk, i); err != nil {
					t.Fatal(err)
				}
			}
			_, err = l.Finish(disk)
			wantErr(t, err, ErrMalformed)
		})
	}
}

// A disk that fails is not the file's fault.
func TestDiskErrorsStayWhatTheyAre(t *testing.T) {
	file := film(true).file()
	l, err := NewLayout([]Source{source(t, file)}, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	disk := lay(l, [][]byte{file})
	for cause, broken := range map[error]io.ReaderAt{
		io.ErrUnexpectedEOF: &memory{disk.b[:l.Extents()[0].At+10]},
		errBroken:           failing{disk},
	} {
		err := l.Scan(broken, 0)
		if !errors.Is(err, cause) || errors.Is(err, ErrMalformed) || errors.Is(err, ErrIndex) {
			t.Errorf("%v, want %v", err, cause)
		}
	}
	for i := range l.Extents() {
		if err := l.Scan(disk, i); err != nil {
			t.Fatal(err)
		}
	}
	_, err = l.Finish(failing{disk})
	wantErr(t, err, errBroken)
}

var errBroken = errors.New("the disk is full")

type failing struct{ *memory }

func (failing) ReadAt([]byte, int64) (int, error)  { return 0, errBroken }
func (failing) WriteAt([]byte, int64) (int, error) { return 0, errBroken }

func TestTitle(t *testing.T) {
	for title, want := range map[string]string{
		"第1课 – “x”":              "第1课 – “x”",
		"a\x00b\nc\x7f ":         "a b c",
		"bad \xff\xfe bytes":     "bad  bytes",
		strings.Repeat("课", 400): strings.Repeat("课", 333),
		" \t ":                   "",
	} {
		data, _ := assemble(t, Meta{Title: title}, film(true).file())
		got := ""
		for _, box := range decode(t, data).Moov.Children {
			if box.Type() != "udta" {
				continue
			}
			var out bytes.Buffer
			if err := box.Encode(&out); err != nil {
				t.Fatal(err)
			}
			b := out.Bytes()
			got = string(b[bytes.Index(b, []byte("data"))+12:])
		}
		if got != want {
			t.Errorf("the title %q is kept as %q, want %q", title, got, want)
		}
	}
}

// In whatever order the extents come and are read, and however often, the file is the same.
func TestOrderDoesNotMatter(t *testing.T) {
	video, audio := film(true).file(), film(false).file()
	first, _ := assemble(t, Meta{Title: "x"}, video, audio)
	for range 5 {
		if again, _ := assemble(t, Meta{Title: "x"}, video, audio); !bytes.Equal(first, again) {
			t.Fatal("another file")
		}
	}
	// Video comes first in the file, whichever was named first.
	turned, _ := assemble(t, Meta{Title: "x"}, audio, video)
	m, _ := readTracks(t, turned)
	if !m.tracks[0].video || m.tracks[1].video {
		t.Error("sound is the first track")
	}
}
