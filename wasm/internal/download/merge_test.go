package download

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"streamlist/wasm/internal/mp4"
	"streamlist/wasm/internal/stream"
)

// box makes a box of a type and its content.
func box(kind string, content ...[]byte) []byte {
	body := slices.Concat(content...)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), kind...), body...)
}

// u32 writes numbers of four bytes.
func u32(numbers ...uint32) []byte {
	var b []byte
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

// fragmentedTrack is a track as the sites serve it: init segment, index, one fragment for
// each second.
type fragmentedTrack struct {
	video     bool
	seconds   int
	bytes     int // of each second
	seed      uint64
	protected bool
	noIndex   bool
	// shift moves the border of the first two references of the index.
	shift int
}

const samplesASecond = 10

func (f fragmentedTrack) file() (file []byte, row stream.Rendition) {
	kind, handler, entry := "mp4a", "soun", make([]byte, 28)
	row = stream.Rendition{Key: "audio/30280/AAC/1", Kind: stream.Audio, Quality: stream.QAudio192K, Codec: stream.AAC}
	if f.video {
		kind, handler, entry = "av01", "vide", make([]byte, 78)
		row = stream.Rendition{Key: "video/80/AV1/1", Kind: stream.Video, Quality: stream.Q1080P, Codec: stream.AV1}
	}
	if f.protected {
		kind = map[bool]string{true: "encv", false: "enca"}[f.video]
	}
	row.Container, row.Duration = stream.FragmentedMP4, int64(f.seconds)*1000
	b := slices.Concat(
		box("ftyp", []byte("iso5\x00\x00\x00\x00iso6dash")),
		box("moov",
			box("mvhd", u32(0, 0, 0, 1000, 0), make([]byte, 80)),
			box("trak",
				box("tkhd", u32(3, 0, 0, 1, 0, 0), make([]byte, 60)),
				box("mdia",
					box("mdhd", u32(0, 0, 0, 1000, 0, 0x55c40000)),
					box("hdlr", u32(0, 0), []byte(handler), make([]byte, 13)),
					box("minf", box("stbl",
						box("stsd", u32(0, 1), box(kind, entry)),
						box("stts", u32(0, 0)), box("stsc", u32(0, 0)), box("stco", u32(0, 0)), box("stsz", u32(0, 0, 0)),
					)))),
			box("mvex", box("trex", u32(0, 1, 1, 0, 0, 0)))))
	row.Init = stream.ByteRange{First: 0, Last: int64(len(b)) - 1}
	r := rand.New(rand.NewPCG(f.seed, 2))
	var fragments [][]byte
	for i := range f.seconds {
		moof := func(data uint32) []byte {
			table := u32(0x300, samplesASecond, data)
			table[0] = 0
			table = slices.Concat(u32(0x301, samplesASecond, data))
			for s := range samplesASecond {
				size := f.bytes / samplesASecond
				if s == 0 {
					size += f.bytes % samplesASecond
				}
				table = append(table, u32(1000/samplesASecond, uint32(size))...)
			}
			return box("moof", box("mfhd", u32(0, uint32(i))),
				box("traf", box("tfhd", u32(0x20000, 1)), box("tfdt", u32(0, uint32(i*1000))), box("trun", table)))
		}
		media := make([]byte, f.bytes)
		for k := range media {
			media[k] = byte(r.Uint32())
		}
		fragments = append(fragments, append(moof(uint32(len(moof(0))+8)), box("mdat", media)...))
	}
	if !f.noIndex {
		index := u32(0, 1, 1000, 0, 0, uint32(f.seconds))
		for i, fragment := range fragments {
			size := len(fragment)
			if i == 0 {
				size += f.shift
			} else if i == 1 {
				size -= f.shift
			}
			index = append(index, u32(uint32(size), 1000, 0x90000000)...)
		}
		sidx := box("sidx", index)
		row.Index = stream.ByteRange{First: int64(len(b)), Last: int64(len(b) + len(sidx) - 1)}
		b = append(b, sidx...)
	}
	b = append(b, slices.Concat(fragments...)...)
	row.Size = int64(len(b))
	row.Segments = []stream.Segment{{Size: row.Size}}
	return b, row
}

// tracks is a listing with the tracks' files on the web, on two hosts.
func (w *world) tracks(tracks ...fragmentedTrack) (*stream.Listing, [][]byte) {
	l := &stream.Listing{Site: stream.Com, Page: "ep1", Head: stream.Head{Title: "片假名", Series: "日语", Number: 4, Total: 12}}
	var files [][]byte
	for _, f := range tracks {
		file, row := f.file()
		name := map[bool]string{true: "v.m4s", false: "a.m4s"}[f.video]
		w.web.files["upgcxcode/"+name] = file
		files = append(files, file)
		row.Segments[0].URLs = stream.Addresses("https://"+mirrorA+"/upgcxcode/"+name+"?upsig=secret", []string{"https://" + mirrorB + "/upgcxcode/" + name + "?upsig=secret"})
		if f.video {
			l.Video = append(l.Video, row)
		} else {
			l.Audio = append(l.Audio, row)
		}
	}
	return l, files
}

func trackOrder(id string, rows ...string) Order {
	o := Order{ID: id, Site: stream.Com, Page: "ep1", Row: rows[0]}
	if len(rows) > 1 {
		o.Audio = rows[1]
	}
	return o
}

const videoKey, audioKey = "video/80/AV1/1", "audio/30280/AAC/1"

// memory is a file for package mp4.
type memory struct{ b []byte }

func (m *memory) ReadAt(p []byte, at int64) (int, error) {
	if at >= int64(len(m.b)) {
		return 0, io.EOF
	}
	n := copy(p, m.b[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	if grow := at + int64(len(p)) - int64(len(m.b)); grow > 0 {
		m.b = append(m.b, make([]byte, grow)...)
	}
	return copy(m.b[at:], p), nil
}

// merged is what package mp4 makes of whole files in memory: what a download must make of
// them too.
func merged(t *testing.T, files [][]byte, rows []stream.Rendition, indexed bool, head int64) []byte {
	t.Helper()
	var list []mp4.Source
	for i, file := range files {
		init, err := mp4.ParseInit(file)
		if err != nil {
			t.Fatal(err)
		}
		s := mp4.Source{Init: init, Size: int64(len(file)), Duration: time.Duration(rows[i].Duration) * time.Millisecond}
		from, to := init.Size, rows[i].Init.Last+1+head
		if x := rows[i].Index; x.Len() > 0 {
			to = x.Last + 1 + head
			if indexed {
				if s.Index, err = mp4.ParseIndex(file[x.First:], x.First); err != nil {
					t.Fatal(err)
				}
				from = s.Index.Box.To
			}
		}
		s.First = file[from:min(to, int64(len(file)))]
		list = append(list, s)
	}
	l, err := mp4.NewLayout(list, mp4.Meta{Title: "片假名"})
	if err != nil {
		t.Fatal(err)
	}
	disk := &memory{make([]byte, l.Size())}
	for i, e := range l.Extents() {
		copy(disk.b[e.At:], files[e.Source][e.From:e.To])
		if err := l.Scan(disk, i); err != nil {
			t.Fatal(err)
		}
	}
	size, err := l.Finish(disk)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mp4.Check(disk, size); err != nil {
		t.Fatal(err)
	}
	return disk.b[:size]
}

func TestMerges(t *testing.T) {
	video := fragmentedTrack{video: true, seconds: 20, bytes: 30_000, seed: 1}
	audio := fragmentedTrack{seconds: 20, bytes: 2_000, seed: 2}
	unindexed, unindexedAudio := video, audio
	unindexed.noIndex, unindexedAudio.noIndex = true, true
	wrong := video
	wrong.shift = 5
	for name, c := range map[string]struct {
		tracks  []fragmentedTrack
		indexed bool
		edit    func(l *stream.Listing)
		name    string
		kind    string
	}{
		"video and audio":    {tracks: []fragmentedTrack{video, audio}, indexed: true, name: "日语/04 - 片假名 [1080P AV1].mp4", kind: "video/mp4"},
		"video alone":        {tracks: []fragmentedTrack{video}, indexed: true, name: "日语/04 - 片假名 [1080P AV1].mp4", kind: "video/mp4"},
		"audio alone":        {tracks: []fragmentedTrack{audio}, indexed: true, name: "日语/04 - 片假名 [192K AAC].m4a", kind: "audio/mp4"},
		"no index":           {tracks: []fragmentedTrack{unindexed, unindexedAudio}, name: "日语/04 - 片假名 [1080P AV1].mp4"},
		"an index that lies": {tracks: []fragmentedTrack{wrong, audio}, name: "日语/04 - 片假名 [1080P AV1].mp4"},
		"the listing names no ranges": {tracks: []fragmentedTrack{video, audio}, indexed: true, edit: func(l *stream.Listing) {
			for r := range l.Renditions {
				r.Init, r.Index = stream.ByteRange{}, stream.ByteRange{}
			}
		}},
		"the listing names wrong ranges": {tracks: []fragmentedTrack{video, audio}, indexed: true, edit: func(l *stream.Listing) {
			for r := range l.Renditions {
				r.Index.First += 4
				r.Init.Last += 100
			}
		}},
		"the listing names hostile ranges": {tracks: []fragmentedTrack{video, audio}, indexed: true, edit: func(l *stream.Listing) {
			l.Video[0].Index = stream.ByteRange{First: 1 << 60, Last: 1<<60 + 5}
			l.Audio[0].Index = stream.ByteRange{First: 4, Last: 1 << 40}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.limits.head = 1 << 10
				l, files := w.tracks(c.tracks...)
				var rows []stream.Rendition
				var keys []string
				for r := range l.Renditions {
					rows, keys = append(rows, *r), append(keys, r.Key)
				}
				if c.edit != nil {
					c.edit(l)
				}
				w.begin()
				defer w.end()
				w.add(trackOrder("a", keys...), l)
				j := w.finish("a")
				w.wants("a", "media", merged(t, files, rows, c.indexed, 1<<10))
				if c.name != "" && j.Name != c.name || c.kind != "" && w.handed()[0].Files[0].Type != c.kind {
					t.Errorf("handed over: %+v", w.handed())
				}
				if j.Duration != 20_000 || len(j.Notes) > 0 {
					t.Errorf("duration %d, notes %+v", j.Duration, j.Notes)
				}
			})
		})
	}
}

// handed is what was handed over so far, once there is something.
func (w *world) handed() []Handover {
	w.t.Helper()
	for {
		w.mu.Lock()
		list := slices.Clone(w.hands)
		w.mu.Unlock()
		if len(list) > 0 {
			return list
		}
		<-w.changes
	}
}

// An encrypted track stops the job before any media byte is asked for.
func TestEncryptedIsStoppedAtOnce(t *testing.T) {
	for _, protected := range []string{"video", "audio"} {
		inBubble(t, func(w *world) {
			l, files := w.tracks(
				fragmentedTrack{video: true, seconds: 20, bytes: 30_000, protected: protected == "video"},
				fragmentedTrack{seconds: 20, bytes: 2000, protected: protected == "audio"})
			w.begin()
			defer w.end()
			w.add(trackOrder("a", videoKey, audioKey), l)
			j := w.until("a", "settled", settled)
			if j.State != Failed || j.Reason.Code != stream.IsEncrypted {
				t.Errorf("%s, %+v", j.State, j.Reason)
			}
			for _, a := range w.web.requests() {
				row, file := l.Video[0], files[0]
				if a.path == "upgcxcode/a.m4s" {
					row, file = l.Audio[0], files[1]
				}
				if a.last > row.Index.Last || a.last < 0 {
					t.Errorf("asked for %d to %d of %d bytes; the media begin at %d", a.first, a.last, len(file), row.Index.Last+1)
				}
			}
			if w.disk.file("a", "media") != nil {
				t.Error("there is a media file")
			}
		})
	}
}

// A fragment that arrives broken is fetched again; one that is broken ends the job.
func TestBrokenFragment(t *testing.T) {
	spoil := func(times int64) func(ask, []byte) []byte {
		var n atomic.Int64
		return func(a ask, file []byte) []byte {
			if a.path != "upgcxcode/v.m4s" || a.first < 10_000 {
				return file
			}
			if n.Add(1) > times {
				return file
			}
			file = slices.Clone(file) // with impossible numbers of samples
			for at := bytes.Index(file, []byte("trun")); at >= 0; {
				copy(file[at+8:], "\xff\xff\xff\xff")
				next := bytes.Index(file[at+4:], []byte("trun"))
				if next < 0 {
					break
				}
				at += 4 + next
			}
			return file
		}
	}
	for _, c := range []struct {
		times int64
		index bool
		want  State
	}{{1, true, Saving}, {1000, true, Failed}, {1, false, Saving}, {1000, false, Failed}} {
		inBubble(t, func(w *world) {
			w.limits.head = 1 << 10
			v, a := fragmentedTrack{video: true, seconds: 20, bytes: 30_000, noIndex: !c.index}, fragmentedTrack{seconds: 20, bytes: 2000}
			l, files := w.tracks(v, a)
			w.web.sites[mirrorA] = &site{body: spoil(c.times)}
			w.web.sites[mirrorB] = w.web.sites[mirrorA]
			rows := []stream.Rendition{l.Video[0], l.Audio[0]}
			w.begin()
			defer w.end()
			w.add(trackOrder("a", videoKey, audioKey), l)
			j := w.until("a", "settled", settled)
			if j.State != c.want {
				t.Fatalf("%+v: %s, %+v", c, j.State, j.Reason)
			}
			if j.State == Saving {
				w.wants("a", "media", merged(t, files, rows, true, 1<<10))
			} else if j.Reason.Code != Broken {
				t.Errorf("%+v: %+v", c, j.Reason)
			}
		})
	}
}

func TestPartsEndedAtAnyWrite(t *testing.T) {
	var files [][]byte
	for i := range 3 {
		files = append(files, append([]byte("FLV\x01\x05\x00\x00\x00\x09"), media(70_000+i, uint64(i))...))
	}
	endAtAnyWrite(t, func(w *world) *stream.Listing {
		l := listingOf(0, mirrorA)
		row := &l.Single[0]
		row.Container, row.Segments = stream.FLV, nil
		for i, f := range files {
			name := "upgcxcode/" + itoa(int64(i)) + ".flv"
			w.web.files[name] = f
			row.Segments = append(row.Segments, stream.Segment{URLs: stream.Addresses("https://"+mirrorA+"/"+name, []string{"https://" + mirrorB + "/" + name}), Size: int64(len(f))})
		}
		return l
	}, orderOf("a"), func(w *world) {
		for i, f := range files {
			w.wants("a", mediaName(i, 3), f)
		}
	}, 1)
}

func TestMergeEndedAtAnyWrite(t *testing.T) {
	var files [][]byte
	var rows []stream.Rendition
	endAtAnyWrite(t, func(w *world) *stream.Listing {
		w.limits.head = 1 << 10
		var l *stream.Listing
		l, files = w.tracks(fragmentedTrack{video: true, seconds: 12, bytes: 30_001, seed: 1}, fragmentedTrack{seconds: 12, bytes: 2003, seed: 2})
		rows = []stream.Rendition{l.Video[0], l.Audio[0]}
		return l
	}, trackOrder("a", videoKey, audioKey), func(w *world) {
		w.wants("a", "media", merged(w.t, files, rows, true, 1<<10))
	}, 1)
}

// Parts of a film: MP4 parts become one file, FLV parts stay apart.
func TestParts(t *testing.T) {
	film := func(seed uint64) []byte {
		v, row := fragmentedTrack{video: true, seconds: 10, bytes: 20_000, seed: seed}.file()
		a, rowA := fragmentedTrack{seconds: 10, bytes: 2000, seed: seed + 1}.file()
		return merged(t, [][]byte{v, a}, []stream.Rendition{row, rowA}, true, 0)
	}
	flv := func(seed uint64) []byte {
		return append([]byte("FLV\x01\x05\x00\x00\x00\x09"), media(100_000, seed)...)
	}
	parts := func(w *world, container stream.Container, files ...[]byte) *stream.Listing {
		l := listingOf(0, mirrorA)
		row := &l.Single[0]
		row.Container, row.Segments, row.Duration = container, nil, 20_000
		for i, f := range files {
			name := "upgcxcode/" + itoa(int64(i)) + ".part"
			w.web.files[name] = f
			row.Segments = append(row.Segments, stream.Segment{URLs: stream.Addresses("https://"+mirrorA+"/"+name, []string{"https://" + mirrorB + "/" + name}), Size: int64(len(f)), Duration: 10_000})
		}
		return l
	}
	t.Run("MP4", func(t *testing.T) {
		inBubble(t, func(w *world) {
			one, two := film(1), film(5)
			w.begin()
			defer w.end()
			w.add(orderOf("a"), parts(w, stream.MP4, one, two))
			j := w.finish("a")
			got := w.disk.file("a", "media")
			s, err := mp4.Check(&memory{got}, int64(len(got)))
			if err != nil || s.Duration.Round(time.Second) != 20*time.Second || len(s.Tracks) != 2 {
				t.Errorf("%+v, %v", s, err)
			}
			if !bytes.Contains(got, one) || !bytes.Contains(got, two) || j.Files != 1 {
				t.Errorf("the parts are not in the file; %d files", j.Files)
			}
		})
	})
	t.Run("FLV", func(t *testing.T) {
		inBubble(t, func(w *world) {
			files := [][]byte{flv(1), flv(2), flv(3)}
			w.begin()
			defer w.end()
			w.add(orderOf("a"), parts(w, stream.FLV, files...))
			j := w.finish("a")
			for i, f := range files {
				w.wants("a", mediaName(i, 3), f)
			}
			if noted(j, PartsApart) == nil || j.Files != 3 {
				t.Errorf("%d files, notes %+v", j.Files, j.Notes)
			}
			h := w.handed()[0]
			if len(h.Files) != 3 || h.Files[2].Name != "日语/003 - 平假名 [1080P AVC] part 3.flv" || h.Files[2].Type != "video/x-flv" || h.Files[1].File != "media-2" {
				t.Errorf("handed over: %+v", h)
			}
		})
	})
	t.Run("a single MP4 is read back", func(t *testing.T) {
		inBubble(t, func(w *world) {
			file := film(1)
			l := w.single(file, mirrorA)
			w.begin()
			defer w.end()
			w.add(orderOf("a"), l)
			j := w.finish("a")
			w.wants("a", "media", file)
			// The listing says a minute.
			if n := noted(j, Duration); n == nil || n.Given != 10_000 || n.Whole != 60_000 || j.Duration != 10_000 || noted(j, Unchecked) != nil {
				t.Errorf("duration %d, notes %+v", j.Duration, j.Notes)
			}
		})
	})
	other := bytes.ReplaceAll(film(5), []byte("av01"), []byte("vp09"))
	for name, files := range map[string][][]byte{
		"parts in two codecs":     {film(1), other, film(9)},
		"the last one in another": {film(1), film(5), other},
		"parts of two kinds":      {film(1), flv(1)},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.slow(50_000)
				w.begin()
				l := parts(w, stream.MP4, files...)
				w.asked = func(Order) (*stream.Listing, error) { return l, nil }
				w.add(orderOf("a"), l)
				w.until("a", "begun", func(j Job) bool { return j.Done > 100_000 })
				w.end() // and goes on in the same way
				w.begin()
				defer w.end()
				j := w.finish("a")
				for i, f := range files {
					w.wants("a", mediaName(i, len(files)), f)
				}
				if n := noted(j, PartsApart); n == nil || n.Detail != "codecs" || j.Files != len(files) || noted(j, Unchecked) != nil {
					t.Errorf("%d files, notes %+v", j.Files, j.Notes)
				}
				if w.disk.file("a", "media") != nil {
					t.Error("what was to be one file is still there")
				}
				h := w.handed()[0]
				if last := h.Files[len(files)-1].Name; !strings.HasSuffix(last, map[bool]string{true: "2.flv", false: "3.mp4"}[len(files) == 2]) {
					t.Errorf("handed over: %+v", h)
				}
			})
		})
	}
}

// A track that is no fragmented file is saved as it is, if it is alone.
func TestTrackThatIsNotFragmented(t *testing.T) {
	for _, alone := range []bool{true, false} {
		inBubble(t, func(w *world) {
			l, _ := w.tracks(fragmentedTrack{video: true, seconds: 10, bytes: 20_000, seed: 1}, fragmentedTrack{seconds: 10, bytes: 2000, seed: 2})
			v, row := fragmentedTrack{video: true, seconds: 10, bytes: 20_000, seed: 1}.file()
			whole := merged(t, [][]byte{v}, []stream.Rendition{row}, true, 0)
			w.web.files["upgcxcode/v.m4s"] = whole
			l.Video[0].Init, l.Video[0].Index, l.Video[0].Size, l.Video[0].Segments[0].Size = stream.ByteRange{}, stream.ByteRange{}, 0, 0
			w.begin()
			defer w.end()
			if alone {
				w.add(trackOrder("a", videoKey), l)
				w.finish("a")
				w.wants("a", "media", whole)
				return
			}
			w.add(trackOrder("a", videoKey, audioKey), l)
			if j := w.until("a", "settled", settled); j.State != Failed || j.Reason.Code != Broken {
				t.Errorf("%s, %+v", j.State, j.Reason)
			}
		})
	}
}
