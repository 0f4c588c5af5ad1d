package mp4

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	mp4ff "github.com/Eyevinn/mp4ff/mp4"
)

// oracle is a sample as mp4ff reads it, and the time at which it says that it is decoded.
type oracle struct {
	mp4ff.Sample
	time uint64
	data string
}

func decode(t *testing.T, file []byte) *mp4ff.File {
	t.Helper()
	f, err := mp4ff.DecodeFile(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("mp4ff: %v", err)
	}
	return f
}

// fragmentSamples lists a fragmented file's samples.
func fragmentSamples(t *testing.T, f *mp4ff.File) []oracle {
	t.Helper()
	var list []oracle
	for _, segment := range f.Segments {
		for _, fragment := range segment.Fragments {
			samples, err := fragment.GetFullSamples(f.Init.Moov.Mvex.Trex)
			if err != nil {
				t.Fatalf("mp4ff: %v", err)
			}
			for _, s := range samples {
				list = append(list, oracle{s.Sample, s.DecodeTime, string(s.Data)})
			}
		}
	}
	return list
}

// tableSamples lists the samples of a track of a progressive file.
func tableSamples(t *testing.T, file []byte, track *mp4ff.TrakBox) []oracle {
	t.Helper()
	n := track.GetNrSamples()
	samples, err := track.GetSampleData(1, n)
	if err != nil {
		t.Fatalf("mp4ff: %v", err)
	}
	ranges, err := track.GetRangesForSampleInterval(1, n)
	if err != nil {
		t.Fatalf("mp4ff: %v", err)
	}
	var data []byte
	for _, r := range ranges {
		data = append(data, file[r.Offset:r.Offset+r.Size]...)
	}
	var list []oracle
	for i, s := range samples {
		time, _ := track.Mdia.Minf.Stbl.Stts.GetDecodeTime(uint32(i + 1))
		list = append(list, oracle{s, time, string(data[:s.Size])})
		data = data[s.Size:]
	}
	if len(data) > 0 {
		t.Errorf("%d bytes in no sample", len(data))
	}
	return list
}

// sameSamples compares what mp4ff reads in a source with what it reads in the output. The
// decoding times count from the first in the output.
func sameSamples(t *testing.T, got, want []oracle) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%d samples, want %d", len(got), len(want))
	}
	origin := want[0].time
	for i := range want {
		want[i].Flags &= nonSync // all that the tables keep of them
		got[i].Flags &= nonSync
		want[i].time -= origin
		if got[i] != want[i] {
			got[i].data, want[i].data = "", ""
			t.Fatalf("sample %d is %+v, want %+v, or its bytes differ", i, got[i], want[i])
		}
	}
}

// mp4ff reads init segments, indexes, fragments and finished files as we do.
func TestAsMp4ffReadsIt(t *testing.T) {
	files := map[string][]byte{"long": long(20).file(), "bare": made{timescale: 90000, fragments: small().fragments}.file()}
	for _, name := range []string{"avc", "avc bare", "hevc hev1", "hevc hvc1", "av1", "aac", "aac late", "flac", "e-ac-3"} {
		t.Run(name, func(t *testing.T) {
			_, file := clip(t, name)
			compareWithMp4ff(t, file)
		})
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) { compareWithMp4ff(t, file) })
	}
}

func compareWithMp4ff(t *testing.T, file []byte) {
	theirs := decode(t, file)
	ours := source(t, file)
	x := ours.Index
	if x == nil || len(x.References) != len(theirs.Sidx.SidxRefs) || len(x.References) < 2 {
		t.Fatalf("%d references, mp4ff reads %d", len(x.References), len(theirs.Sidx.SidxRefs))
	}
	at := int64(theirs.Sidx.AnchorPoint + theirs.Sidx.FirstOffset)
	for i, r := range theirs.Sidx.SidxRefs {
		want := Reference{Range{at, at + int64(r.ReferencedSize)}, time.Duration(r.SubSegmentDuration) * time.Second / time.Duration(theirs.Sidx.Timescale)}
		if x.References[i] != want {
			t.Errorf("reference %d is %+v, mp4ff reads %+v", i, x.References[i], want)
		}
		at = want.To
	}
	track := theirs.Init.Moov.Trak
	entry := track.Mdia.Minf.Stbl.Stsd.Children[0].Type()
	if ours.Init.Codec != entry || ours.Init.media.timescale != track.Mdia.Mdhd.Timescale {
		t.Errorf("init is %+v, mp4ff reads %s in %d", ours.Init, entry, track.Mdia.Mdhd.Timescale)
	}

	data, summary := assemble(t, Meta{Title: "A title"}, file)
	result := decode(t, data)
	if result.IsFragmented() || result.Moov.Mvex != nil {
		t.Errorf("the output is fragmented")
	}
	var kinds []string
	for _, box := range result.Children {
		kinds = append(kinds, box.Type())
	}
	if want := []string{"ftyp", "moov", "free", "mdat"}; !slices.Equal(kinds, want) {
		t.Errorf("the output's boxes are %v, want %v", kinds, want)
	}
	out := result.Moov.Trak
	if out.Tkhd.Width != track.Tkhd.Width || out.Tkhd.Height != track.Tkhd.Height || out.Mdia.Mdhd.GetLanguage() != track.Mdia.Mdhd.GetLanguage() ||
		out.Mdia.Mdhd.Timescale != track.Mdia.Mdhd.Timescale || out.Mdia.Hdlr.HandlerType != track.Mdia.Hdlr.HandlerType {
		t.Errorf("the track is %+v, in the source %+v", out.Tkhd, track.Tkhd)
	}
	var was, is bytes.Buffer
	if err := track.Mdia.Minf.Stbl.Stsd.Encode(&was); err != nil {
		t.Fatal(err)
	}
	if err := out.Mdia.Minf.Stbl.Stsd.Encode(&is); err != nil {
		t.Fatal(err)
	}
	if want := bytes.Replace(was.Bytes(), []byte("hev1"), []byte("hvc1"), 1); !bytes.Equal(is.Bytes(), want) {
		t.Errorf("the sample description is\n%x\nwant\n%x", is.Bytes(), want)
	}
	sameSamples(t, tableSamples(t, data, out), fragmentSamples(t, theirs))
	if got := fmt.Sprint(len(out.Mdia.Minf.Stbl.Stco.ChunkOffset), out.GetNrSamples()); got != fmt.Sprint(summary.Tracks[0].Chunks, summary.Tracks[0].Samples) {
		t.Errorf("Check counts %+v, mp4ff %s", summary.Tracks[0], got)
	}
}
