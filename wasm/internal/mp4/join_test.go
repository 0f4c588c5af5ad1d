package mp4

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// joined makes one file of progressive ones.
func joined(t testing.TB, parts []Part, files [][]byte) ([]byte, Summary) {
	t.Helper()
	l, err := NewJoin(parts, Meta{Title: "Joined"})
	if err != nil {
		t.Fatal(err)
	}
	disk := lay(l, files)
	s := finish(t, l, disk)
	return disk.b, s
}

func whole(files [][]byte) []Part {
	var parts []Part
	for _, f := range files {
		parts = append(parts, Part{Size: int64(len(f)), Head: f[:min(len(f), 4096)]})
	}
	return parts
}

func init() {
	for i, c := range []struct{ seconds, flags string }{{"2", "+faststart"}, {"1.5", "+prefer_icc"}, {"2.2", "+faststart"}} {
		recipes[fmt.Sprint("part ", i)] = strings.ReplaceAll(fmt.Sprintf("-f lavfi -i testsrc2=size=320x180:rate=25:duration=3 -f lavfi -i sine=frequency=%d:sample_rate=48000:duration=3"+
			" -t SECONDS -c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p -c:a aac -ac 2 -b:a 64k -movflags %s -f mp4", 300*(i+1), c.flags), "SECONDS", c.seconds)
	}
}

func TestJoinKeepsEveryPacket(t *testing.T) {
	var files [][]byte
	var parts []probe
	for i := range 3 {
		path, data := clip(t, fmt.Sprint("part ", i))
		files, parts = append(files, data), append(parts, ffprobe(t, path))
	}
	data, summary := joined(t, whole(files), files)
	if !summary.Front || summary.Unused > 0 {
		t.Errorf("Check says %+v", summary)
	}
	path := keep(t, data)
	got := ffprobe(t, path)
	tool(t, "ffmpeg", "-i", path, "-f", "null", "-")
	for stream := range 2 {
		scale, err := strconv.ParseFloat(strings.TrimPrefix(got.Streams[stream].TimeBase, "1/"), 64)
		if err != nil {
			t.Fatal(err)
		}
		list := got.of(stream)
		begin := 0.0
		for k, p := range parts {
			want := p.of(stream)
			for i := range want {
				want[i].PTS += int64(begin*scale + 0.5)
				want[i].DTS += int64(begin*scale + 0.5)
			}
			n := min(len(want), len(list))
			// The last packets of sound give way to what AAC puts before the next part: one frame.
			for i := max(0, n-2); stream == 1 && k < 2 && i < n; i++ {
				if early := want[i].PTS - list[i].PTS; early < 0 || early > 1024 {
					t.Errorf("part %d: packet %d comes at %d, want %d or a frame earlier", k, i, list[i].PTS, want[i].PTS)
				}
				want[i].PTS, want[i].DTS = list[i].PTS, list[i].DTS
			}
			samePackets(t, fmt.Sprintf("part %d, stream %d", k, stream), list[:n], want)
			list = list[n:]
			// A part lasts as long as its longest track.
			longest := 0.0
			for _, s := range p.Streams {
				d, err := strconv.ParseFloat(s.Duration, 64)
				if err != nil {
					t.Fatal(err)
				}
				longest = max(longest, d)
			}
			begin += longest
		}
		if len(list) > 0 {
			t.Errorf("stream %d has %d packets too many", stream, len(list))
		}
	}
}

func TestJoinTimelines(t *testing.T) {
	part := func(time int64, offsets ...int32) made {
		return made{timescale: 1000, video: true, time: at(time), fragments: []madeFragment{{0, steady(25, 40, offsets...)}}}
	}
	for _, c := range []struct {
		name  string
		parts []made
		edits []edit
		times []int64 // of the first sample of each part, as presented
	}{
		{"plain", []made{part(0), part(0)}, []edit{{2000, 0}}, []int64{0, 1000}},
		{"B-frames", []made{part(80, 80), part(80, 80), part(80, 80)}, []edit{{3000, 80}}, []int64{0, 1000, 2000}},
		{"B-frames without an edit list", []made{part(0, 80), part(0, 80)}, []edit{{80, -1}, {2080, 80}}, []int64{80, 1160}},
		{"pictures cut at the start", []made{part(400), part(400)}, []edit{{600, 400}, {600, 1400}}, []int64{-400, 200}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var files [][]byte
			for i, m := range c.parts {
				files = append(files, progressiveFile(m, i%2 == 1))
			}
			data, summary := joined(t, whole(files), files)
			m, chunks := readTracks(t, data)
			var edits []edit
			for _, e := range decode(t, data).Moov.Trak.Edts.Elst[0].Entries {
				edits = append(edits, edit{int64(e.SegmentDuration), e.MediaTime})
			}
			if !slices.Equal(edits, c.edits) {
				t.Errorf("edits %v, want %v", edits, c.edits)
			}
			dts, n := int64(0), 0
			for _, chunk := range chunks[0] {
				for _, s := range chunk.samples {
					if n%25 == 0 {
						// Where the edit that shows this part puts the sample.
						begin := dts + int64(s.offset)
						for i, e := range c.edits {
							if e.time >= 0 && (i == len(c.edits)-1 || i == n/25) {
								begin -= e.time
								break
							}
							begin += e.length
						}
						if begin != c.times[n/25] {
							t.Errorf("part %d begins at %d, want %d", n/25, begin, c.times[n/25])
						}
					}
					n++
					dts += int64(s.duration)
				}
			}
			if n != 25*len(c.parts) || m.tracks[0].codec != "av01" || summary.Unused > 0 {
				t.Errorf("%d samples; %+v", n, summary)
			}
		})
	}
}

func TestJoinRefuses(t *testing.T) {
	m := film(true)
	good := progressiveFile(m, false)
	other := m
	other.timescale = 2000
	change := func(from, to string) []byte {
		return []byte(strings.Replace(string(good), from, to, 1))
	}
	for _, c := range []struct {
		name string
		part []byte
		want error
	}{
		{"another codec", change("av01", "vp09"), ErrUnsupported},
		{"another kind", progressiveFile(film(false), false), ErrUnsupported},
		{"another timescale", progressiveFile(other, false), ErrUnsupported},
		{"a fragmented file", m.file(), ErrUnsupported},
		{"cut off", good[:len(good)-1], ErrMalformed},
		{"no moov", change("moov", "free"), ErrMalformed},
		{"no mdat", change("mdat", "free"), ErrMalformed},
		{"no track", change("trak", "free"), ErrUnsupported},
		{"encrypted", change("av01", "encv"), ErrProtected},
		{"fewer times than samples", change("stts", "free"), ErrMalformed},
		{"no sizes", change("stsz", "free"), ErrMalformed},
		{"no places", change("stco", "free"), ErrMalformed},
		{"nothing", []byte{0}, ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := [][]byte{good, c.part}
			l, err := NewJoin(whole(files), Meta{})
			if err != nil {
				t.Fatal(err)
			}
			disk := lay(l, files)
			if err := l.Scan(disk, 0); err != nil {
				t.Fatal(err)
			}
			err = l.Scan(disk, 1)
			if err == nil {
				t.Error("not seen before the end")
			} else if _, err := l.Finish(disk); err == nil {
				t.Error("finished")
			}
			wantErr(t, err, c.want)
		})
	}
	for _, parts := range [][]Part{nil, {{Size: 0}}, {{Size: 1 << 60}, {Size: 1 << 60}}} {
		if _, err := NewJoin(parts, Meta{}); err == nil {
			t.Errorf("a join of %v", parts)
		}
	}
}

// The parts' moov boxes tell how much room there must be; without them, the time does.
func TestRoomOfAJoin(t *testing.T) {
	file := progressiveFile(long(20), false)
	behind := progressiveFile(long(20), true)
	for name, c := range map[string]struct {
		file []byte
		part Part
		most float64
	}{
		"head":     {file, Part{Head: file[:64]}, 1.5},
		"duration": {behind, Part{Head: behind[:64], Duration: 120 * time.Second}, 8},
		"size":     {behind, Part{}, 8},
	} {
		c.part.Size = int64(len(c.file))
		files := [][]byte{c.file, c.file, c.file}
		l, err := NewJoin([]Part{c.part, c.part, c.part}, Meta{})
		if err != nil {
			t.Fatal(err)
		}
		disk := lay(l, files)
		summary := finish(t, l, disk)
		need := decode(t, disk.b).Moov.Size()
		if factor := float64(l.room) / float64(need); factor > c.most || !summary.Front && name != "size" {
			t.Errorf("%s: room for %.1f times what moov needs; at the front: %v", name, factor, summary.Front)
		}
	}
}
