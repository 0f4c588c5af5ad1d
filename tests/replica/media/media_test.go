package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"os/exec"
	"testing"
)

func TestEverySyntheticFileIsTrueToItsSpans(t *testing.T) {
	library := NewSynthetic()
	for id, recipe := range recipes {
		for _, encrypted := range []bool{false, true} {
			if recipe.Codec == MP4 || recipe.Codec == FLV {
				continue
			}
			file, err := library.File(recipe, encrypted)
			if err != nil {
				t.Fatalf("%d: %v", id, err)
			}
			checkFile(t, file)
		}
	}
}

func checkFile(t *testing.T, f File) {
	t.Helper()
	first, index := f.Data[:f.Init.Last+1], f.Data[f.Index.First:f.Index.Last+1]
	if string(first[4:8]) != "ftyp" || !bytes.Contains(first, []byte("moov")) {
		t.Errorf("%s: the init segment is no ftyp and moov", f.Recipe.name())
	}
	if string(index[4:8]) != "sidx" {
		t.Fatalf("%s: the index range holds %q", f.Recipe.name(), index[4:8])
	}
	for _, mark := range []string{"sinf", "tenc", "pssh"} {
		if got := bytes.Contains(first, []byte(mark)); got != f.Encrypted {
			t.Errorf("%s encrypted=%v: %s in the init segment: %v", f.Recipe.name(), f.Encrypted, mark, got)
		}
	}
	// The index's references cover the rest of the file (ffmpeg adds mfra after them for some codecs).
	version, at := index[8], 20
	if version == 0 {
		at += 8
	} else {
		at += 16
	}
	count := int(binary.BigEndian.Uint16(index[at+2:]))
	total := 0
	for i := range count {
		total += int(binary.BigEndian.Uint32(index[at+4+12*i:]) & 0x7fffffff)
	}
	end := int(f.Index.Last) + 1 + total
	if count == 0 || end > len(f.Data) {
		t.Fatalf("%s: %d references end at %d of %d", f.Recipe.name(), count, end, len(f.Data))
	}
	duration := 0
	for i := range count {
		duration += int(binary.BigEndian.Uint32(index[at+8+12*i:]))
	}
	timescale := int(binary.BigEndian.Uint32(index[16:]))
	if d := duration - f.Recipe.Duration()*timescale; max(d, -d) > timescale/20 {
		t.Errorf("%s: the index speaks of %d/%d seconds", f.Recipe.name(), duration, timescale)
	}
	if f.Recipe.Long && count < LongSeconds {
		t.Errorf("%s: %d fragments", f.Recipe.name(), count)
	}
	if rest := f.Data[end:]; len(rest) > 0 && string(rest[4:8]) != "mfra" {
		t.Errorf("%s: %d bytes after the last fragment begin %q", f.Recipe.name(), len(rest), rest[4:8])
	}
}

func TestFFmpegMakesWhatTheRecipeSays(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: the real files are not checked")
	}
	library := NewLibrary(t.TempDir())
	small := []Recipe{Find(AVC, 5), Find(HEVC, 16), Find(AV1, 16), Find(AAC, 30216), Find(EAC3, 30250), Find(FLAC, 30251), FindLong(AVC, 80), FindLong(AAC, 30216)}
	made := 0
	if err := library.Prepare(context.Background(), small, func(Recipe) { made++ }); err != nil {
		t.Fatal(err)
	}
	if made != len(small) {
		t.Errorf("made %d files, want %d", made, len(small))
	}
	entries := map[Codec]string{AVC: "avc1", HEVC: "hev1", AV1: "av01", AAC: "mp4a", EAC3: "ec-3", FLAC: "fLaC"}
	for _, r := range small {
		file, err := library.File(r, false)
		if err != nil {
			t.Fatal(err)
		}
		checkFile(t, file)
		if !bytes.Contains(file.Data[:file.Init.Last+1], []byte(entries[r.Codec])) {
			t.Errorf("%s has no %s sample entry", r.name(), entries[r.Codec])
		}
		locked, err := library.File(r, true)
		if err != nil {
			t.Fatal(err)
		}
		checkFile(t, locked)
	}
	again := NewLibrary(library.folder)
	if err := again.Prepare(context.Background(), small, func(r Recipe) { t.Errorf("%s is made a second time", r.name()) }); err != nil {
		t.Fatal(err)
	}
}

func TestWalkRefusesBrokenBoxes(t *testing.T) {
	for name, b := range map[string][]byte{
		"short head": {0, 0, 0, 8, 'm'},
		"too large":  {0, 0, 1, 0, 'm', 'o', 'o', 'v'},
		"too small":  {0, 0, 0, 4, 'm', 'o', 'o', 'v'},
	} {
		if _, err := walk(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
