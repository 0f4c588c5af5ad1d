package download

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"streamlist/wasm/internal/stream"
)

// Sets of runs agree with sets of single bytes.
func TestSpans(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const size = 60
	for range 5000 {
		var s spans
		var want [size]bool
		for range 12 {
			a, b := r.Int64N(size+1), r.Int64N(size+1)
			add := r.IntN(3) > 0
			if add {
				s.add(span{a, b})
			} else {
				s.remove(span{a, b})
			}
			for i := a; i < b; i++ {
				want[i] = add
			}
		}
		n := int64(0)
		for i := range int64(size) {
			if s.covers(span{i, i + 1}) != want[i] {
				t.Fatalf("byte %d of %v: want %v", i, s, want[i])
			}
			if want[i] {
				n++
			}
		}
		for i, x := range s {
			if x.from >= x.to || i > 0 && s[i-1].to >= x.from {
				t.Fatalf("not in order, or touching: %v", s)
			}
		}
		if s.size() != n {
			t.Fatalf("%v has %d bytes, want %d", s, s.size(), n)
		}
		a, b := r.Int64N(size), r.Int64N(size+1)
		m, some := s.missing(span{a, b})
		first := a
		for first < b && want[first] {
			first++
		}
		if some != (first < b) || some && m.from != first {
			t.Fatalf("%v misses %v first of [%d, %d)", s, m, a, b)
		}
		for i := m.from; i < m.to; i++ {
			if want[i] {
				t.Fatalf("%v: %v isn't missing", s, m)
			}
		}
		if some && m.to < b && !want[m.to] {
			t.Fatalf("%v: more than %v is missing", s, m)
		}
	}
}

func TestSpansAtMost(t *testing.T) {
	s := spans{{0, 1}, {10, 11}, {12, 13}, {20, 21}, {22, 23}}
	for n, want := range map[int]spans{
		9: s, 5: s,
		4: {{0, 1}, {10, 11}, {12, 13}, {20, 23}},
		3: {{0, 1}, {10, 13}, {20, 23}},
		2: {{0, 1}, {10, 23}},
		1: {{0, 23}},
	} {
		if got := s.atMost(n); !reflect.DeepEqual(got, want) {
			t.Errorf("at most %d: %v, want %v", n, got, want)
		}
	}
	var many spans
	for i := range int64(1000) {
		many.add(span{i * 10, i*10 + 1 + i%7})
	}
	if got := many.atMost(140); len(got) != 140 || got[0].from != 0 || got[139].to != many[999].to {
		t.Errorf("%d runs", len(got))
	}
}

func TestAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		header map[string]string
		want   Answer
	}{
		"a range":               {206, map[string]string{"Content-Range": "bytes 5-9/100", "ETag": `"a"`}, Answer{true, 5, 9, 100, `"a"`}},
		"a weak tag":            {206, map[string]string{"Content-Range": "bytes 5-9/100", "ETag": `W/"a"`}, Answer{true, 5, 9, 100, `"a"`}},
		"size unknown":          {206, map[string]string{"Content-Range": "bytes 5-9/*"}, Answer{true, 5, 9, -1, ""}},
		"no Content-Range":      {206, nil, Answer{true, -1, -1, -1, ""}},
		"another unit":          {206, map[string]string{"Content-Range": "lines 5-9/100"}, Answer{true, -1, -1, -1, ""}},
		"backwards":             {206, map[string]string{"Content-Range": "bytes 9-5/100"}, Answer{true, -1, -1, -1, ""}},
		"nonsense":              {206, map[string]string{"Content-Range": "bytes -5-+9/1e3"}, Answer{true, -1, -1, -1, ""}},
		"too large":             {206, map[string]string{"Content-Range": "bytes 0-99999999999999999999/100"}, Answer{true, -1, -1, -1, ""}},
		"a whole file":          {200, map[string]string{"Content-Length": "100"}, Answer{false, 0, 99, 100, ""}},
		"a whole file, unsized": {200, nil, Answer{false, 0, -1, -1, ""}},
		"encoded":               {200, map[string]string{"Content-Length": "100", "Content-Encoding": "gzip"}, Answer{false, 0, -1, -1, ""}},
	} {
		if got := NewAnswer(c.status, func(name string) string { return c.header[name] }); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// journalOf writes a journal by way of the file interface.
func journalOf(t testing.TB, plan planName, f func(j *journal)) []byte {
	d := newDisk()
	folder, _ := d.Folder(t.Context(), "a")
	file, err := folder.Open(t.Context(), journalName)
	if err != nil {
		t.Fatal(err)
	}
	j, _, _, err := openJournal(file, plan)
	if err != nil {
		t.Fatal(err)
	}
	f(j)
	return slices.Clone(d.file("a", journalName))
}

func sampleJournal(t testing.TB) []byte {
	return journalOf(t, planName{1, 2, 3}, func(j *journal) {
		for i := range int64(5) {
			j.have(span{i * 1000, i*1000 + 400})
			j.have(span{i*1000 + 500, i*1000 + 600})
			if err := j.flush(); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.tag(tagged{1, mirrorA, `"x"`}); err != nil {
			t.Fatal(err)
		}
		if err := j.lost(span{100, 200}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestJournal(t *testing.T) {
	data := sampleJournal(t)
	l, ok := readJournal(data)
	want := spans{{0, 100}, {200, 400}, {500, 600}, {1000, 1400}, {1500, 1600}, {2000, 2400}, {2500, 2600}, {3000, 3400}, {3500, 3600}, {4000, 4400}, {4500, 4600}}
	if !ok || !reflect.DeepEqual(l.have, want) || l.valid != int64(len(data)) || !reflect.DeepEqual(l.tags, []tagged{{1, mirrorA, `"x"`}}) {
		t.Fatalf("%v %+v", ok, l)
	}
	// Cut anywhere, it holds the records before the cut; with any byte wrong, those before it.
	before := spans{}
	for n := range data {
		l, ok := readJournal(data[:n])
		if ok != (n >= journalHeader) {
			t.Fatalf("cut at %d: %v", n, ok)
		}
		if ok && (l.valid > int64(n) || l.have.size() < before.size() && n < len(data)-20) {
			t.Fatalf("cut at %d: %+v", n, l)
		}
		before = l.have
		wrong := slices.Clone(data)
		wrong[n] ^= 0x10
		l, ok = readJournal(wrong)
		if ok != (n >= journalHeader) || l.valid > int64(n) {
			t.Fatalf("wrong at %d: %v, %d bytes count", n, ok, l.valid)
		}
	}
}

// Records of another plan, or left over behind a shorter one, never count.
func TestJournalOfAnotherPlan(t *testing.T) {
	old := sampleJournal(t)
	d := newDisk()
	folder, _ := d.Folder(t.Context(), "a")
	d.folders["a"][journalName] = &memFile{data: slices.Clone(old)}
	file, err := folder.Open(t.Context(), journalName)
	if err != nil {
		t.Fatal(err)
	}
	j, was, ok, err := openJournal(file, planName{9})
	if err != nil || ok || len(was.have) == 0 {
		t.Fatalf("%+v, %v, %v", was, ok, err)
	}
	j.have(span{7, 9})
	if err := j.flush(); err != nil {
		t.Fatal(err)
	}
	l, ok := readJournal(append(slices.Clone(d.file("a", journalName)), old[journalHeader:]...))
	if !ok || !reflect.DeepEqual(l.have, spans{{7, 9}}) || l.plan != (planName{9}) {
		t.Errorf("%v %+v", ok, l)
	}
	// What is torn off is cut off before anything is appended.
	d.folders["a"][journalName] = &memFile{data: append(slices.Clone(old), 1, 0)}
	file, err = folder.Open(t.Context(), journalName)
	if err != nil {
		t.Fatal(err)
	}
	if j, _, ok, err = openJournal(file, planName{1, 2, 3}); err != nil || !ok {
		t.Fatalf("%v, %v", ok, err)
	}
	j.have(span{9000, 9001})
	if err := j.flush(); err != nil {
		t.Fatal(err)
	}
	if l, _ := readJournal(d.file("a", journalName)); !l.have.covers(span{9000, 9001}) || l.valid != int64(len(d.file("a", journalName))) {
		t.Errorf("%+v", l)
	}
}

func FuzzJournal(f *testing.F) {
	f.Add(sampleJournal(f))
	f.Add(planName{}.headerOf())
	f.Add([]byte("SLJ1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// A CRC keeps the fuzzer out: so we also seal what it makes.
		for _, data := range [][]byte{data, seal(data)} {
			l, ok := readJournal(data)
			if !ok {
				continue
			}
			if l.valid < int64(journalHeader) || l.valid > int64(len(data)) {
				t.Fatalf("%d of %d bytes count", l.valid, len(data))
			}
			for i, s := range l.have {
				if s.from < 0 || s.to <= s.from || i > 0 && l.have[i-1].to >= s.from {
					t.Fatalf("runs %v", l.have)
				}
			}
			for _, tag := range l.tags {
				if tag.source < 0 || tag.source > maxSources {
					t.Fatalf("tag %+v", tag)
				}
			}
			again, ok := readJournal(data[:l.valid])
			if !ok || !reflect.DeepEqual(again, l) {
				t.Fatal("what counts reads otherwise alone")
			}
		}
	})
}

func (p planName) headerOf() []byte { return p.header() }

// seal makes a journal of any bytes: a header, and records with right CRCs.
func seal(data []byte) []byte {
	var p planName
	b := p.header()
	for len(data) >= 2 {
		n := min(int(data[1]), len(data)-2)
		b = p.append(b, recordKind(data[0]), data[2:2+n])
		data = data[2+n:]
	}
	return b
}

func sampleRecord() record {
	l := listingOf(1000, mirrorA)
	r := record{Version: recordVersion, Order: orderOf("a"), Added: 5, State: Waiting}
	if err := r.choose(l); err != nil {
		panic(err)
	}
	r.Name = "日语/003 - 平假名 [1080P AVC]"
	r.note(Reason{Code: Changed, Times: 1})
	return r
}

func TestRecord(t *testing.T) {
	r := sampleRecord()
	data, err := r.bytes()
	if err != nil {
		t.Fatal(err)
	}
	got, err := readRecord(data)
	if err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, r)
	}
	for name, spoil := range map[string]func(r *record){
		"a later version":         func(r *record) { r.Version++ },
		"no id":                   func(r *record) { r.Order.ID = "" },
		"an id that leads out":    func(r *record) { r.Order.ID = "../x" },
		"no row in the order":     func(r *record) { r.Order.Row = "" },
		"a state that can't last": func(r *record) { r.State = Running },
		"saving nothing":          func(r *record) { r.State = Saving },
		"a name that leads out":   func(r *record) { r.Name = "../../x" },
		"a name from the root":    func(r *record) { r.Name = "/x" },
		"a file that leads out":   func(r *record) { r.Files = []Saved{{File: "../media", Name: "x"}} },
		"a file of another name":  func(r *record) { r.Files = []Saved{{File: "journal", Name: "x"}} },
		"subtitles that lead out": func(r *record) {
			r.Files = []Saved{{File: "media", Name: "x"}, {File: "subtitle-1/../x", Name: "x", Tag: "en"}}
		},
		"subtitles of media": func(r *record) {
			r.Files = []Saved{{File: "media", Name: "x"}, {File: "media", Name: "x.srt", Tag: "en"}}
		},
		"saved where it shouldn't": func(r *record) { r.Files = []Saved{{File: "media", Name: "a/../../x"}} },
		"a row without parts":      func(r *record) { r.Row.Segments = nil },
		"sound without a row":      func(r *record) { r.Audio, r.Row = r.Row, nil },
	} {
		r := sampleRecord()
		spoil(&r)
		data, err := r.bytes()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readRecord(data); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// Addresses that got in are not kept.
	r = sampleRecord()
	r.Row.Segments[0].URLs = stream.Addresses("https://"+mirrorA+"/x", nil)
	data, _ = r.bytes()
	if got, err := readRecord(data); err != nil || got.Row.Segments[0].URLs != nil {
		t.Errorf("%+v, %v", got.Row, err)
	}
}

func FuzzRecord(f *testing.F) {
	r := sampleRecord()
	data, _ := r.bytes()
	f.Add(data)
	r.State, r.Files = Saving, []Saved{{File: "media", Name: "x.mp4", Type: "video/mp4"}}
	data, _ = r.bytes()
	f.Add(data)
	f.Add([]byte(`{"v":1,"order":{"id":"a","row":"b"},"state":"waiting"}`))
	f.Add([]byte(`{"v":1,"order":{"id":"a","row":"b"},"state":"paused","row":{"segments":[{"size":-5}]},"size":-1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := readRecord(data)
		if err != nil {
			return
		}
		if !r.Order.valid() || r.Row == nil && r.Audio != nil || r.estimate() < 0 {
			t.Fatalf("%+v", r)
		}
		for _, f := range r.Files {
			if !plainPath(f.Name) || !plainPath(f.File) {
				t.Fatalf("file %+v", f)
			}
		}
		out, err := r.bytes()
		if err != nil {
			t.Fatalf("not written again: %v", err)
		}
		if bytes.Contains(out, []byte(`"urls":[`)) {
			t.Fatalf("an address is kept: %s", out)
		}
		if again, err := readRecord(out); err != nil {
			t.Fatalf("not read again: %v, %+v", err, again)
		}
	})
}

func TestMatch(t *testing.T) {
	row := func(key string, kind stream.Kind, q stream.Quality, c stream.Codec, size int64) stream.Rendition {
		return stream.Rendition{Key: key, Kind: kind, Quality: q, Codec: c, Container: stream.FragmentedMP4, Size: size,
			Segments: []stream.Segment{{URLs: stream.Addresses("https://"+mirrorA+"/x", nil), Size: size}}}
	}
	first := &stream.Listing{Site: stream.TV, Page: "p", Video: []stream.Rendition{
		row("v1", stream.Video, stream.Q1080P, stream.AVC, 100), row("v2", stream.Video, stream.Q1080P, stream.AVC, 200),
	}, Audio: []stream.Rendition{row("a1", stream.Audio, stream.QAudio192K, stream.AAC, 50)}}
	r := record{Order: Order{ID: "x", Site: stream.TV, Page: "p", Row: "v1", Audio: "a1"}}
	if err := r.choose(first); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		edit func(l *stream.Listing)
		want string // the detail; "" for a match
		key  string
	}{
		"the same":             {func(l *stream.Listing) {}, "", "v1"},
		"numbered otherwise":   {func(l *stream.Listing) { l.Video[0].Key, l.Video[1].Key = "v2", "v1" }, "", "v2"},
		"key gone, file there": {func(l *stream.Listing) { l.Video[0].Key = "v9" }, "", "v9"},
		"no size now":          {func(l *stream.Listing) { l.Video[0].Size, l.Video[0].Segments[0].Size = 0, 0 }, "", "v1"},
		"another size":         {func(l *stream.Listing) { l.Video[0].Size, l.Video[0].Segments[0].Size = 101, 101 }, "size", ""},
		"another codec":        {func(l *stream.Listing) { l.Video[0].Codec = stream.HEVC }, "codec", ""},
		"another container":    {func(l *stream.Listing) { l.Video[0].Container = stream.MP4 }, "codec", ""},
		"another quality":      {func(l *stream.Listing) { l.Video[0].Quality = stream.Q720P }, "quality", ""},
		"in more files":        {func(l *stream.Listing) { l.Video[0].Segments = append(l.Video[0].Segments, l.Video[0].Segments...) }, "files", ""},
		"another sound":        {func(l *stream.Listing) { l.Audio[0].Codec = stream.FLAC }, "codec", ""},
		"no sound":             {func(l *stream.Listing) { l.Audio = nil }, "row", ""},
		"another page":         {func(l *stream.Listing) { l.Page = "q" }, "page", ""},
		"another site":         {func(l *stream.Listing) { l.Site = stream.Com }, "page", ""},
	} {
		l := *first
		l.Video, l.Audio = slices.Clone(first.Video), slices.Clone(first.Audio)
		for i := range l.Video {
			l.Video[i].Segments = slices.Clone(l.Video[i].Segments)
		}
		c.edit(&l)
		rows, err := r.match(&l)
		switch {
		case c.want == "" && (err != nil || len(rows) != 2 || rows[0].Key != c.key || len(rows[0].Segments[0].URLs) == 0):
			t.Errorf("%s: %v, %v", name, rows, err)
		case c.want != "" && (err == nil || reasonOf(err).Code != OtherFile || reasonOf(err).Detail != c.want):
			t.Errorf("%s: %v, %v", name, rows, err)
		}
	}
}
