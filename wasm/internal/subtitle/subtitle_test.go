package subtitle

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

func read(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var samples = map[string]Format{"sample.json": JSON, "sample.ass": ASS, "sample.srt": SRT}

func TestParse(t *testing.T) {
	for name, want := range map[string][]Cue{
		"sample.json": {
			{1500, 3200, "First line\nand a second"}, {2750, 4000, "While the first is shown"}, {4000, 5000, ""}, {6000, 7000, "早一点 – 越早越好"},
			{8000, 8000, "Zero"}, {10000, 10000, "Backwards"}, {11000, 12000, "لكل شيء روح"}, {12000, 13000, "blank\nlines\nwithin"}, {13000, 14000, "42"},
			{14850, 16001, "a < b && c --> d {\\an8} C:\\new"}, {3723456, 3725000, "After an hour 😀"},
		},
		"sample.ass": {
			{1000, 3000, "Every thing has its spirit.\nAnd\u00a0its place."}, {2000, 4000, "Over it"}, {4000, 5000, ""},
			{5000, 7500, "A SIGN, with a comma"}, {7000, 8000, "drawn, then said"}, {3723450, 3724000, "An hour on"},
		},
		"sample.srt": {
			{1000, 3000, "Slanted and coloured\nsecond line"}, {2000, 4000, "Over the first, 1 < 2"}, {4000, 5000, ""},
			{6000, 7000, "no blank line behind"}, {8000, 9500, "42"},
		},
	} {
		if got, ok := Parse(read(t, name)); !ok || !slices.Equal(got, want) {
			t.Errorf("%s: %v\n%+v\nwant\n%+v", name, ok, got, want)
		}
	}
}

func TestConvert(t *testing.T) {
	for name, from := range samples {
		file := read(t, name)
		if got := FormatOf(file); got != from {
			t.Errorf("%s is taken for %q", name, got)
		}
		cues, _ := Parse(file)
		for _, to := range []Format{SRT, VTT, ASS, JSON} {
			text, n, ok := Convert(file, to)
			switch {
			case to == JSON && from != JSON:
				continue // nobody asks for that: see Track.URL
			case !ok || n != len(cues):
				t.Errorf("%s as %s: %v, %d cues of %d", name, to, ok, n, len(cues))
			case to == from && to != SRT:
				if text != file {
					t.Errorf("%s doesn't stay as it is", name)
				}
				continue
			}
			golden := filepath.Join("testdata", "from-"+string(from)+"."+string(to))
			if *update {
				if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := read(t, filepath.Base(golden)); text != want {
				t.Errorf("%s:\n%s\nwant\n%s", golden, text, want)
			}
			// What was written says the same as what was read, as far as the format can.
			again, ok := Parse(text)
			if to == VTT {
				for i := range again {
					again[i].Text = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(again[i].Text)
				}
			}
			if !ok || len(again) != len(cues) {
				t.Fatalf("%s: %d cues of %d are read again", golden, len(again), len(cues))
			}
			for i := range cues {
				if got, want := again[i], cues[i]; got.From/10 != want.From/10 || got.To/10 != want.To/10 || strings.Count(got.Text, "\n") != strings.Count(want.Text, "\n") || (got.Text == "") != (want.Text == "") {
					t.Errorf("%s: %+v, want %+v", golden, got, want)
				}
			}
		}
	}
}

// TestPlayersRead has ffmpeg read what is written: without a warning, every cue that shows
// something at its time.
func TestPlayersRead(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed")
	}
	for name, from := range samples {
		for _, to := range []Format{SRT, VTT, ASS} {
			file := read(t, name)
			text, _, _ := Convert(file, to)
			path := filepath.Join(t.TempDir(), "subtitles."+string(to))
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			cmd := exec.Command(ffmpeg, "-v", "warning", "-i", path, "-map", "0", "-f", "ass", "-")
			cmd.Stderr = &said
			out, err := cmd.Output()
			if err != nil || said.Len() > 0 {
				t.Errorf("%s as %s: %v\n%s", name, to, err, said.String())
			}
			shown, _ := Parse(text)
			want := 0
			for _, c := range shown {
				if c.Text != "" {
					want++
				}
			}
			heard := 0
			for _, c := range parseASS(string(out)) {
				if c.Text != "" {
					heard++
				}
			}
			if heard != want {
				t.Errorf("%s (%s) as %s: ffmpeg shows %d cues of %d\n%s", name, from, to, heard, want, out)
			}
		}
	}
}

func TestNoSubtitles(t *testing.T) {
	for _, file := range []string{
		"", mark, "<html>Dialogue: 0</html>", "{}", "{", `{"body":null}`, `{"code":-404,"message":"not found"}`, "[1,2,3", "just text", "\x00\x01",
	} {
		if text, n, ok := Convert(file, SRT); ok && n > 0 || strings.Contains(text, arrow) {
			t.Errorf("%q: %q", file, text)
		}
	}
	for _, file := range []string{"", "<html>", "{}", "just text"} {
		if _, _, ok := Convert(file, SRT); ok {
			t.Errorf("%q is taken for subtitles", file)
		}
	}
	if text, n, ok := Convert(`{"body":[]}`, VTT); !ok || n != 0 || text != "WEBVTT\n\n" {
		t.Errorf("none at all: %q, %d, %v", text, n, ok)
	}
}

func TestOddCues(t *testing.T) {
	for _, c := range []struct {
		file string
		want []Cue
	}{
		{`{"body":[{"from":"1.5","to":"2","content":"as text"}]}`, []Cue{{1500, 2000, "as text"}}},
		{`{"body":[null,{"content":"never"},{"from":1},{"from":1,"to":2,"content":null},{"from":1,"to":2,"content":["x"]}]}`, []Cue{{1000, 2000, ""}, {1000, 2000, ""}}},
		{`{"body":[{"from":-1,"to":2,"content":"a"},{"from":1e300,"to":2,"content":"b"},{"from":1,"to":99999999,"content":"c"}]}`, nil},
		{`{"body":[{"from":1,"to":2,"content":"a\u0000b\u0007\tc\u2028d\ufeff"}]}`, []Cue{{1000, 2000, "ab cd"}}},
		{`{"body":[{"from":1,"to":2,"content":"one\\Ntwo"}]}`, []Cue{{1000, 2000, "one\ntwo"}}},
		{`{"body":[{"from":1,"to":2,"content":"\u202babc\u202c\u200f"}]}`, []Cue{{1000, 2000, "\u202babc\u202c\u200f"}}}, // right to left
		{"[Events]\nDialogue: 0,x,0:00:01.00,D,,0,0,0,,a\nDialogue: 0,0:00:01.00\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,{open", []Cue{{1000, 2000, "{open"}}},
		{"[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:02.00,a, b", []Cue{{1000, 2000, "a, b"}}},
		{"00:01.000 --> 00:02.000\nno hours\n\n99:99:99:99 --> 1\nnever\n", []Cue{{1000, 2000, "no hours"}}},
		{"WEBVTT\n\nNOTE a --> b\n\nname\n00:01.000 --> 00:02.000 line:0\n<v Ann>said</v> <3\n", []Cue{{1000, 2000, "said <3"}}},
	} {
		if got, ok := Parse(c.file); !ok || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v %+v, want %+v", c.file, ok, got, c.want)
		}
	}
}

func TestOrderIsByTimeAndOtherwiseKept(t *testing.T) {
	var file strings.Builder
	file.WriteString("[Events]\n")
	for i := range 1000 {
		file.WriteString("Dialogue: 0,0:00:" + strconv.Itoa(10+i*7%50) + ".00,0:01:30.00,D,,0,0,0,," + strconv.Itoa(i) + "\n")
	}
	list, _ := Parse(file.String())
	if len(list) != 1000 {
		t.Fatalf("%d cues", len(list))
	}
	for i := 1; i < len(list); i++ {
		a, _ := strconv.Atoi(list[i-1].Text)
		b, _ := strconv.Atoi(list[i].Text)
		if list[i-1].From > list[i].From || list[i-1].From == list[i].From && a > b {
			t.Fatalf("%+v before %+v", list[i-1], list[i])
		}
	}
}

func Fuzz(f *testing.F) {
	for name := range samples {
		f.Add(read(f, name))
	}
	f.Add(`{"body":[{"from":"1","to":1e9,"content":"{\\p1}<b>\\N"}]}`)
	f.Add("WEBVTT\n\n00:01.000 --> 00:02.000\n<\n{\n")
	f.Fuzz(func(t *testing.T, file string) {
		list, ok := Parse(file)
		for i, c := range list {
			if c.From < 0 || c.To < c.From || c.To > maxTime || i > 0 && c.From < list[i-1].From || strings.Contains(c.Text, "\n\n") || strings.ContainsAny(c.Text, "\r\x00") {
				t.Fatalf("%+v", c)
			}
		}
		if !ok {
			return
		}
		for _, to := range []Format{SRT, VTT, ASS} {
			text := write(list, to)
			if again, ok := Parse(text); len(list) > 0 && (!ok || FormatOf(text) != to) {
				t.Fatalf("%s is not read again: %q", to, text)
			} else if len(again) > len(list) {
				t.Fatalf("%s: %d cues have become %d: %q", to, len(list), len(again), text)
			}
		}
	})
}
