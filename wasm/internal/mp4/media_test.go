package mp4

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// studio makes the tests' media with ffmpeg, each clip once.
var studio struct {
	sync.Mutex
	dir   string
	clips map[string]*sync.Once
}

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "streamlist-mp4-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		studio.dir, studio.clips = dir, make(map[string]*sync.Once)
		return m.Run()
	}())
}

// tool runs ffmpeg or ffprobe and returns what it says on stdout; anything on stderr is a failure.
func tool(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, append([]string{"-v", "error"}, args...)...)
	cmd.Env = append(os.Environ(), "SVT_LOG=1") // SVT-AV1 greets otherwise
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil || errs.Len() > 0 {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, errs.Bytes())
	}
	return out.Bytes()
}

func needFFmpeg(t *testing.T) {
	t.Helper()
	for _, name := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(name); errors.Is(err, exec.ErrNotFound) {
			t.Skipf("%s isn't installed: tests/setup.sh does that", name)
		}
	}
}

// Three seconds of a moving picture and of sound, the same in every clip.
const (
	picture = "-f lavfi -i testsrc2=size=320x180:rate=%s:duration=3"
	sound   = "-f lavfi -i anoisesrc=color=pink:seed=7:sample_rate=%s:duration=3"
	// One fragment for each second, and an index, as the sites serve tracks.
	fragmented1s = " -movflags +delay_moov+default_base_moof+global_sidx+dash -frag_duration 1000000 -f mp4"
	keyed        = " -force_key_frames expr:gte(t,n_forced)"
)

var recipes = map[string]string{
	"avc":       fmt.Sprintf(picture, "25") + " -c:v libx264 -preset veryfast -bf 3 -pix_fmt yuv420p" + keyed + fragmented1s,
	"avc ntsc":  fmt.Sprintf(picture, "30000/1001") + " -c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p" + keyed + fragmented1s,
	"avc bare":  fmt.Sprintf(picture, "30000/1001") + " -c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p" + keyed + strings.Replace(fragmented1s, "delay_moov", "empty_moov", 1),
	"avc late":  "-itsoffset 0.5 " + fmt.Sprintf(picture, "25") + " -c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p" + keyed + fragmented1s,
	"hevc hev1": fmt.Sprintf(picture, "25") + " -c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=3 -tag:v hev1 -pix_fmt yuv420p" + keyed + fragmented1s,
	"hevc hvc1": fmt.Sprintf(picture, "25") + " -c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=3 -tag:v hvc1 -pix_fmt yuv420p" + keyed + fragmented1s,
	"av1":       fmt.Sprintf(picture, "25") + " -c:v libsvtav1 -preset 12 -crf 55 -g 25 -pix_fmt yuv420p" + fragmented1s,
	"aac":       fmt.Sprintf(sound, "48000") + " -ac 2 -c:a aac -b:a 64k" + fragmented1s,
	"aac 44100": fmt.Sprintf(sound, "44100") + " -ac 2 -c:a aac -b:a 64k" + fragmented1s,
	"aac late":  "-itsoffset 0.7 " + fmt.Sprintf(sound, "48000") + " -ac 2 -c:a aac -b:a 64k" + fragmented1s,
	"flac":      fmt.Sprintf(sound, "48000") + " -ac 2 -c:a flac -strict -2" + fragmented1s,
	"e-ac-3":    fmt.Sprintf(sound, "48000") + " -ac 2 -c:a eac3 -b:a 192k" + fragmented1s,
}

// clip makes the recipe's file, or remembers it, and returns its name and its bytes.
func clip(t *testing.T, name string) (path string, data []byte) {
	t.Helper()
	needFFmpeg(t)
	recipe, ok := recipes[name]
	if !ok {
		t.Fatalf("no recipe %q", name)
	}
	path = filepath.Join(studio.dir, strings.ReplaceAll(name, " ", "-")+".mp4")
	studio.Lock()
	once := studio.clips[name]
	if once == nil {
		once = new(sync.Once)
		studio.clips[name] = once
	}
	studio.Unlock()
	once.Do(func() { tool(t, "ffmpeg", append(strings.Fields(recipe), "-nostdin", "-y", path)...) })
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, data
}

// probe is what ffprobe says of a file.
type probe struct {
	Format struct {
		StartTime string `json:"start_time"`
		Duration  string
		Tags      map[string]string
	}
	Streams []struct {
		Index     int
		CodecType string `json:"codec_type"`
		CodecName string `json:"codec_name"`
		CodecTag  string `json:"codec_tag_string"`
		TimeBase  string `json:"time_base"`
		Width     int
		Height    int
		Duration  string
		Tags      map[string]string
	}
	Packets []packet
}

type packet struct {
	Stream   int `json:"stream_index"`
	PTS, DTS int64
	Size     string
	Hash     string `json:"data_hash"`
	Flags    string
}

func ffprobe(t *testing.T, path string) probe {
	t.Helper()
	var p probe
	out := tool(t, "ffprobe", "-show_format", "-show_streams", "-show_packets", "-show_data_hash", "md5", "-of", "json", path)
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// of gives the packets of one stream. What ffprobe thinks of a packet besides a key frame
// depends on how the file is read, not on the file.
func (p *probe) of(stream int) []packet {
	var list []packet
	for _, k := range p.Packets {
		if k.Stream == stream {
			k.Stream, k.Flags = 0, k.Flags[:1]
			list = append(list, k)
		}
	}
	return list
}

// samePackets compares every packet's times, in ticks of the track, size, and content.
func samePackets(t *testing.T, name string, got, want []packet) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d packets, the source has %d", name, len(got), len(want))
	}
	differ := 0
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			if differ++; differ <= 3 {
				t.Errorf("%s: packet %d is %+v, in the source %+v", name, i, got[i], want[i])
			}
		}
	}
	if differ > 3 {
		t.Errorf("%s: %d of %d packets differ", name, differ, len(want))
	}
}

func keep(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.mp4")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEveryPacketIsKept(t *testing.T) {
	for _, c := range []struct{ video, audio string }{
		{"avc", "aac"}, {"avc", "flac"}, {"avc", "e-ac-3"},
		{"hevc hev1", "aac"}, {"hevc hvc1", "flac"}, {"hevc hev1", "e-ac-3"},
		{"av1", "aac"}, {"av1", "flac"}, {"av1", "e-ac-3"},
		{"avc ntsc", "aac 44100"}, {"avc bare", "aac"}, {"avc bare", "aac 44100"},
		{"avc late", "aac"}, {"avc", "aac late"},
	} {
		t.Run(c.video+" "+c.audio, func(t *testing.T) {
			videoPath, video := clip(t, c.video)
			audioPath, audio := clip(t, c.audio)
			data, summary := assemble(t, Meta{Title: "第1课 “Title”"}, video, audio)
			path := keep(t, data)
			got, wantVideo, wantAudio := ffprobe(t, path), ffprobe(t, videoPath), ffprobe(t, audioPath)
			samePackets(t, "video", got.of(0), wantVideo.of(0))
			samePackets(t, "audio", got.of(1), wantAudio.of(0))
			for i, want := range []probe{wantVideo, wantAudio} {
				if g, w := got.Streams[i], want.Streams[0]; g.TimeBase != w.TimeBase || g.CodecName != w.CodecName || g.Width != w.Width ||
					g.Height != w.Height || g.Tags["language"] != w.Tags["language"] || g.CodecTag != strings.Replace(w.CodecTag, "hev1", "hvc1", 1) {
					t.Errorf("stream %d is %+v, in the source %+v", i, g, w)
				}
			}
			if got.Format.Tags["title"] != "第1课 “Title”" {
				t.Errorf("the title is %q", got.Format.Tags["title"])
			}
			tool(t, "ffmpeg", "-i", path, "-f", "null", "-")
			if len(summary.Tracks) != 2 || summary.Tracks[0].Samples != len(wantVideo.Packets) || summary.Tracks[1].Samples != len(wantAudio.Packets) || summary.Unused != 0 {
				t.Errorf("Check says %+v", summary)
			}
		})
	}
}

// One track alone makes a file, too: of sound with the brand by which .m4a is known.
func TestOneTrack(t *testing.T) {
	for name, brand := range map[string]string{"avc": "isom", "av1": "isom", "aac": "M4A ", "flac": "M4A ", "avc late": "isom", "aac late": "M4A "} {
		t.Run(name, func(t *testing.T) {
			path, file := clip(t, name)
			data, _ := assemble(t, Meta{}, file)
			got, want := ffprobe(t, keep(t, data)), ffprobe(t, path)
			samePackets(t, name, got.of(0), want.of(0))
			if len(got.Streams) != 1 || got.Format.Tags["major_brand"] != brand || got.Format.Tags["title"] != "" {
				t.Errorf("%d streams, %+v", len(got.Streams), got.Format)
			}
		})
	}
}

// Offsets below zero put the presentation where it belongs: ffmpeg's reading of our file
// equals its reading of the same film without such offsets. Its reading of the fragmented
// source doesn't: there it is late by the largest of them.
func TestOffsetsBelowZero(t *testing.T) {
	path, _ := clip(t, "avc")
	copied := filepath.Join(t.TempDir(), "below.mp4")
	tool(t, "ffmpeg", append(strings.Fields("-i "+path+" -c copy"+strings.Replace(fragmented1s, "+dash", "+dash+negative_cts_offsets", 1)), copied)...)
	below, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	data, _ := assemble(t, Meta{}, below)
	if m, _ := readTracks(t, data); !bytes.Contains(m.tracks[0].samples, []byte("ctts\x01\x00\x00\x00")) {
		t.Error("the clip has no offsets below zero: the test shows nothing")
	}
	got, want := ffprobe(t, keep(t, data)), ffprobe(t, path)
	list, twin := got.of(0), want.of(0)
	for i := range twin {
		twin[i].DTS, list[i].DTS = 0, 0 // which of two readings of it is right is another matter
	}
	samePackets(t, "presentation", list, twin)
}

// Without an index, and without ranges in the listing, the file is the same but for the
// order of its fragments.
func TestWithoutAnIndex(t *testing.T) {
	videoPath, video := clip(t, "avc")
	audioPath, audio := clip(t, "aac")
	files := [][]byte{video, audio}
	for _, without := range [][2]bool{{true, false}, {false, true}, {true, true}} {
		sources := []Source{source(t, video), source(t, audio)}
		for i, w := range without {
			if w {
				sources[i].Index, sources[i].First, sources[i].Duration = nil, nil, 3*time.Second
			}
		}
		l, err := NewLayout(sources, Meta{})
		if err != nil {
			t.Fatal(err)
		}
		disk := lay(l, files)
		if s := finish(t, l, disk); !s.Front || s.Unused > 0 {
			t.Errorf("Check says %+v", s)
		}
		got, wantVideo, wantAudio := ffprobe(t, keep(t, disk.b)), ffprobe(t, videoPath), ffprobe(t, audioPath)
		samePackets(t, "video", got.of(0), wantVideo.of(0))
		samePackets(t, "audio", got.of(1), wantAudio.of(0))
	}
}

// A gap between fragments keeps what follows in its place.
func TestGapInTheMedia(t *testing.T) {
	path, file := clip(t, "avc")
	s := source(t, file)
	r := s.Index.References
	cut := slices.Concat(file[:s.Index.Box.From], file[r[0].From:r[0].To], file[r[1].To:]) // the second is missing, and the index
	l, err := NewLayout([]Source{source(t, cut)}, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	disk := lay(l, [][]byte{cut})
	finish(t, l, disk)
	got, whole := ffprobe(t, keep(t, disk.b)), ffprobe(t, path)
	// A fragment begins with a key frame, which is the first to be decoded.
	var want []packet
	fragment := 0
	for i, p := range whole.of(0) {
		if i > 0 && p.Flags == "K" {
			fragment++
		}
		if fragment != 1 {
			want = append(want, p)
		}
	}
	if fragment < 2 {
		t.Fatalf("%d fragments", fragment+1)
	}
	samePackets(t, "what is left", got.of(0), want)
}

// QuickTime refuses hev1; hvc1 promises that all parameter sets are in hvcC.
func TestHev1WithoutParameterSetsStays(t *testing.T) {
	_, file := clip(t, "hevc hev1")
	_, complete := assemble(t, Meta{}, file)
	if got := complete.Tracks[0].Codec; got != "hvc1" {
		t.Errorf("with parameter sets it is %s", got)
	}
	at := bytes.Index(file, []byte("hvcC"))
	if file[at+4+23]&63 != 32 {
		t.Fatalf("the first array of hvcC isn't of VPS: %x", file[at+4+22:at+4+30])
	}
	file[at+4+23] = file[at+4+23]&^63 | 39 // SEI
	_, lacking := assemble(t, Meta{}, file)
	if got := lacking.Tracks[0].Codec; got != "hev1" {
		t.Errorf("without VPS it is %s", got)
	}
}
