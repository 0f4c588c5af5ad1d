package export

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"streamlist/wasm/internal/stream"
)

var update = flag.Bool("update", false, "write the golden files anew")

const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

func segment(urls ...string) stream.Segment {
	var s stream.Segment
	for _, u := range urls {
		s.URLs = append(s.URLs, stream.MediaURL{URL: u, Class: stream.Mirror})
	}
	return s
}

// lesson is a course's lesson as DASH and as FLV in three segments.
func lesson() *stream.Listing {
	return &stream.Listing{
		Site: stream.Com,
		Head: stream.Head{Title: "50音图的か行、さ行", Series: "0-N4日语精讲", Number: 3, Total: 66},
		Video: []stream.Rendition{
			{Key: "v", Kind: stream.Video, Quality: stream.Q1080P60, Codec: stream.AVC, Container: stream.FragmentedMP4,
				Segments: []stream.Segment{segment("https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-30116.m4s?deadline=1800000300&os=cosbv&uparams=e,os", "https://upos-sz-mirrorhw.bilivideo.com/upgcxcode/1/1-30116.m4s?deadline=1800000300")}},
			{Key: "locked", Kind: stream.Video, Quality: stream.Q4K, Withheld: &stream.Reason{Code: stream.NotGiven}},
		},
		Audio: []stream.Rendition{
			{Key: "a", Kind: stream.Audio, Quality: stream.QAudio192K, Codec: stream.AAC, Container: stream.FragmentedMP4,
				Segments: []stream.Segment{segment("https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-30280.m4s?deadline=1800000300")}},
		},
		Single: []stream.Rendition{
			{Key: "s", Kind: stream.Single, Quality: stream.Q1080P60, Codec: stream.AVC, Container: stream.FLV, Segments: []stream.Segment{
				segment("https://upos-sz-mirrorks3.bilivideo.com/upgcxcode/1/1-1-116.flv?deadline=1800000300", "https://upos-sz-mirrorks3c.bilivideo.com/upgcxcode/1/1-1-116.flv"),
				segment("https://upos-sz-mirrorks3.bilivideo.com/upgcxcode/1/1-2-116.flv?deadline=1800000300"),
				segment("https://upos-sz-mirrorks3.bilivideo.com/upgcxcode/1/1-3-116.flv?deadline=1800000300"),
			}},
		},
	}
}

// episode is a bilibili.tv episode whose video names its own partner.
func episode() *stream.Listing {
	return &stream.Listing{
		Site: stream.TV,
		Head: stream.Head{Title: "E1 - It's a \"test\"", Series: "A Series", Number: 1, Total: 1200},
		Video: []stream.Rendition{{Key: "v", Kind: stream.Video, Quality: stream.Q480P, Codec: stream.AVC, Partner: stream.QAudio64K,
			Segments: []stream.Segment{segment("https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/a/1-32.m4s?hdnts=exp=1800000300~hmac=0")}}},
		Audio: []stream.Rendition{
			{Key: "a1", Kind: stream.Audio, Quality: stream.QAudio192K, Codec: stream.AAC, Bandwidth: 192, Segments: []stream.Segment{segment("https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/a/1-a1.m4s")}},
			{Key: "a3", Kind: stream.Audio, Quality: stream.QAudio64K, Codec: stream.AAC, Bandwidth: 64, Segments: []stream.Segment{segment("https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/a/1-a3.m4s")}},
		},
	}
}

func TestGolden(t *testing.T) {
	course, tv := lesson(), episode()
	silent := episode()
	silent.Audio = nil
	for name, got := range map[string]string{
		"url":            URL(&course.Video[0], 0),
		"url-backup":     URL(&course.Video[0], 1),
		"url-segments":   URL(&course.Single[0], 0),
		"url-segments-1": URL(&course.Single[0], 1),
		"urls":           URLs(course, &course.Video[0]),
		"urls-partner":   URLs(tv, &tv.Video[0]),
		"mpv":            MPV(course, &course.Video[0], agent),
		"mpv-tv":         MPV(tv, &tv.Video[0], ""),
		"mpv-silent":     MPV(silent, &silent.Video[0], agent),
		"mpv-audio":      MPV(course, &course.Audio[0], agent),
		"mpv-segments":   MPV(course, &course.Single[0], agent),
		"curl":           Curl(course, &course.Video[0], agent),
		"curl-tv":        Curl(tv, &tv.Video[0], ""),
		"curl-segments":  Curl(course, &course.Single[0], agent),
	} {
		path := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got+"\n" != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestNothingForWhatCannotBeHad(t *testing.T) {
	l := lesson()
	locked := &l.Video[1]
	for name, got := range map[string]string{
		"URL": URL(locked, 0), "URL of nothing": URL(nil, 0), "URLs": URLs(l, locked), "MPV": MPV(l, locked, agent), "Curl": Curl(l, locked, agent),
		"a backup too many": URL(&l.Video[0], 2), "a negative backup": URL(&l.Video[0], -1),
	} {
		if got != "" {
			t.Errorf("%s = %q", name, got)
		}
	}
}

// hostile are titles that a site could send, to break out of a command.
var hostile = []string{
	`"; rm -rf ~ #`, `'; rm -rf ~ #`, `$(id)`, "`id`", `--script=/tmp/x.lua`, `-o/etc/passwd`, "a\nrm -rf ~\n", "a\r\nb", `a\`, `\'$(id)\'`, `a'"'"'b`,
	`$HOME ${IFS} !! %PATH% & | ; < > ( ) * ? [x] {a,b} ~ #`, "‘; id ‚; id ’; id ‛", `" --script="\\host\x.lua`, "‮gnp.exe‬", "\x00\x1b[2J", "a/b/../../../etc/passwd", `C:\x`, "…", "𝕏", "CON", "",
}

// argv runs a command with sh, with a program of that name that prints its arguments,
// and returns them.
func argv(t *testing.T, program, command string) []string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no POSIX shell here: ", err)
	}
	dir := t.TempDir()
	// Separated by NUL: an argument may hold anything else.
	script := "#!" + sh + "\nprintf '%s\\0' \"$0\" \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, program), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(sh, "-c", command)
	// No other program can be found, so a command that breaks out fails.
	cmd.Env = []string{"PATH=" + dir, "HOME=" + dir}
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, command, out)
	}
	words := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if words[0] != filepath.Join(dir, program) {
		t.Fatalf("ran %q", words[0])
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Fatalf("the command left something behind: %v, %v", left, err)
	}
	return words[1:]
}

// powershell splits a command line as PowerShell does: its quotes are five characters,
// and a doubled one stands for itself.
func powershell(t *testing.T, line string) []string {
	t.Helper()
	quote := func(r rune) bool { return r == '\'' || (r >= '‘' && r <= '‛') }
	var words []string
	var word strings.Builder
	inside, started := false, false
	runes := []rune(line)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case inside && quote(r) && i+1 < len(runes) && quote(runes[i+1]):
			word.WriteRune(r)
			i++
		case quote(r):
			inside, started = !inside, true
		case !inside && r == ' ':
			if started {
				words = append(words, word.String())
			}
			word.Reset()
			started = false
		case !inside && strings.ContainsRune("$`\"“”„;|&(){}<>@#,\n\r", r):
			t.Fatalf("PowerShell reads %q in %s", r, line)
		default:
			word.WriteRune(r)
			started = true
		}
	}
	if inside {
		t.Fatalf("a string is open in %s", line)
	}
	return append(words, word.String())
}

func TestCommandsHoldWhatTheySay(t *testing.T) {
	for _, title := range hostile {
		for _, listing := range []*stream.Listing{lesson(), episode()} {
			listing.Head.Title, listing.Head.Series, listing.Head.Number = title, title, 0
			listing.Video[0].Label = title
			rows := []*stream.Rendition{&listing.Video[0], &listing.Audio[0]}
			if len(listing.Single) > 0 {
				rows = append(rows, &listing.Single[0])
			}
			for _, row := range rows {
				hostileAgent := agent + title
				checkMPV(t, listing, row, argv(t, "mpv", MPV(listing, row, hostileAgent)))
				checkMPV(t, listing, row, powershell(t, MPV(listing, row, hostileAgent))[1:])
				checkCurl(t, listing, row, argv(t, "curl", Curl(listing, row, hostileAgent)))
				checkCurl(t, listing, row, powershell(t, Curl(listing, row, hostileAgent))[1:])
			}
		}
	}
}

func checkMPV(t *testing.T, l *stream.Listing, row *stream.Rendition, words []string) {
	t.Helper()
	split := slices.Index(words, "--")
	if split < 0 {
		t.Fatalf("no end of options in %q", words)
	}
	if got := strings.Join(words[split+1:], "\n"); got != URL(row, 0) {
		t.Errorf("inputs %q", got)
	}
	seen := map[string]int{}
	for _, w := range words[:split] {
		name, value, _ := strings.Cut(w, "=")
		seen[name]++
		if strings.ContainsAny(value, "'\"\\\n\r\x00\x1b") {
			t.Errorf("%s holds %q", name, value)
		}
		switch name {
		case "--referrer":
			if value != l.Site.Referer() {
				t.Errorf("referrer %q", value)
			}
		case "--http-header-fields":
			if "Origin: "+strings.TrimSuffix(l.Site.Referer(), "/") != value {
				t.Errorf("header %q", value)
			}
		case "--audio-file":
			if audio := l.AudioFor(row); audio == nil || value != URL(audio, 0) {
				t.Errorf("audio %q", value)
			}
		case "--user-agent", "--force-media-title", "--merge-files":
		default:
			t.Errorf("a title became the option %q", w)
		}
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("%s %d times", name, n)
		}
	}
	if (seen["--audio-file"] == 1) != (row.Kind == stream.Video) || (seen["--merge-files"] == 1) != (len(row.Segments) > 1) {
		t.Errorf("options of a %s row: %q", row.Kind, words)
	}
}

func checkCurl(t *testing.T, l *stream.Listing, row *stream.Rendition, words []string) {
	t.Helper()
	flags := []string{"-g", "--fail", "--location"}
	if len(row.Segments) > 1 {
		flags = append(flags, "--fail-early")
	}
	flags = append(flags, "--referer", l.Site.Referer(), "--header", "Origin: "+strings.TrimSuffix(l.Site.Referer(), "/"), "--user-agent")
	if len(words) < len(flags)+1 || !slices.Equal(words[:len(flags)], flags) {
		t.Fatalf("options %q", words)
	}
	rest := words[len(flags)+1:]
	if len(rest) != 3*len(row.Segments) {
		t.Fatalf("%d words for %d segments: %q", len(rest), len(row.Segments), rest)
	}
	for i, s := range row.Segments {
		if rest[3*i] != "--output" || rest[3*i+1] != FileName(l, row, i) || rest[3*i+2] != s.URLs[0].URL {
			t.Errorf("segment %d: %q", i, rest[3*i:3*i+3])
		}
	}
}

func TestFileName(t *testing.T) {
	name := func(title string, number, total int) string {
		l := lesson()
		l.Head = stream.Head{Title: title, Number: number, Total: total}
		return FileName(l, &l.Video[0], 0)
	}
	for _, c := range []struct {
		title         string
		number, total int
		want          string
	}{
		{"か行、さ行", 3, 66, "03 - か行、さ行 [1080P60 AVC].mp4"},
		{"x", 7, 603, "007 - x [1080P60 AVC].mp4"},
		{"x", 1200, 0, "1200 - x [1080P60 AVC].mp4"},
		{"x", 0, 5, "x [1080P60 AVC].mp4"},
		{`a/b\c:d*e?f"g<h>i|j`, 1, 1, "01 - a_b_c_d_e_f_g_h_i_j [1080P60 AVC].mp4"},
		{"../../etc/passwd", 0, 0, "_.._etc_passwd [1080P60 AVC].mp4"},
		{"--output=x", 0, 0, "output=x [1080P60 AVC].mp4"},
		{"~root", 0, 0, "root [1080P60 AVC].mp4"},
		{"the end. . .", 0, 0, "the end [1080P60 AVC].mp4"},
		{"it's", 0, 0, "itʼs [1080P60 AVC].mp4"},
		{"CON.x", 0, 0, "_CON.x [1080P60 AVC].mp4"},
		{"com1 .x", 0, 0, "_com1 .x [1080P60 AVC].mp4"},
		{"LPT10.x", 0, 0, "LPT10.x [1080P60 AVC].mp4"},
		{"console.log", 0, 0, "console.log [1080P60 AVC].mp4"},
		{"", 2, 3, "02 - stream [1080P60 AVC].mp4"},
		{" ... ", 2, 3, "02 - stream [1080P60 AVC].mp4"},
	} {
		if got := name(c.title, c.number, c.total); got != c.want {
			t.Errorf("name of %q = %q, want %q", c.title, got, c.want)
		}
	}
	l := lesson()
	for row, want := range map[*stream.Rendition]string{
		&l.Audio[0]:  "03 - 50音图的か行、さ行 [192K AAC].m4a",
		&l.Single[0]: "03 - 50音图的か行、さ行 [1080P60 AVC] part 2.flv",
		{Kind: stream.Single, Label: "试看", Container: stream.MP4}: "03 - 50音图的か行、さ行 [试看].mp4",
		{Kind: stream.Video}: "03 - 50音图的か行、さ行.mp4",
	} {
		if got := FileName(l, row, 1); got != want {
			t.Errorf("name %q, want %q", got, want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	for _, title := range hostile {
		f.Add(title, title, 3, 66, 2)
	}
	f.Add(strings.Repeat("课", 200), "x", 0, 0, 0)
	f.Fuzz(func(t *testing.T, title, label string, number, total, segment int) {
		l := lesson()
		l.Head.Title, l.Head.Series, l.Head.Number, l.Head.Total = title, label, number, total
		for _, row := range []*stream.Rendition{&l.Video[0], &l.Single[0], {Kind: stream.Single, Label: label, Codec: stream.Codec(label)}} {
			name := FileName(l, row, segment)
			switch {
			case name == "" || len(name) > 255 || !utf8.ValidString(name):
				t.Fatalf("%d bytes: %q", len(name), name)
			case strings.ContainsAny(name, "/\\:*?\"<>|'‘’‚‛\n\r\t\x00\x7f\u202e"):
				t.Fatalf("forbidden character in %q", name)
			case strings.ContainsRune("-.~ ", rune(name[0])) || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
				t.Fatalf("begins or ends badly: %q", name)
			case !strings.HasSuffix(name, ".mp4") && !strings.HasSuffix(name, ".flv"):
				t.Fatalf("extension of %q", name)
			case reserved(name):
				t.Fatalf("%q is a device", name)
			}
		}
	})
}
