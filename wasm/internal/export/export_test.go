package export

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamlist/wasm/internal/filename"
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

// aLesson is a course's lesson as DASH and as FLV in three segments.
func aLesson() *stream.Listing {
	return &stream.Listing{
		Site: stream.Com,
		Head: stream.Head{Title: "50音图的か行、さ行", Series: "0-N4日语精讲", Number: 3, Total: 66, SeasonID: "61", EpisodeID: "790"},
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
		Head: stream.Head{Title: "E1 - It's a \"test\"", Series: "A Series", Number: 1, Total: 1200, SeasonID: "2100002", EpisodeID: "13000201"},
		Video: []stream.Rendition{{Key: "v", Kind: stream.Video, Quality: stream.Q480P, Codec: stream.AVC, Partner: stream.QAudio64K,
			Segments: []stream.Segment{segment("https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/a/1-32.m4s?hdnts=exp=1800000300~hmac=0")}}},
		Audio: []stream.Rendition{
			{Key: "a1", Kind: stream.Audio, Quality: stream.QAudio192K, Codec: stream.AAC, Bandwidth: 192, Segments: []stream.Segment{segment("https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/a/1-a1.m4s")}},
			{Key: "a3", Kind: stream.Audio, Quality: stream.QAudio64K, Codec: stream.AAC, Bandwidth: 64, Segments: []stream.Segment{segment("https://upos-bstar1-mirrorakam.akamaized.net/iupxcodeboss/a/1-a3.m4s")}},
		},
	}
}

// write is the text of a format by its name, for a shell.
func write(t *testing.T, format Format, l *stream.Listing, row *stream.Rendition, to Reader) string {
	t.Helper()
	text, why := Command(format, l, row, to)
	if why != "" {
		t.Fatalf("%s for %s: %s", format, to.Shell, why)
	}
	return text
}

var (
	shells   = []Shell{POSIX, PowerShell, Cmd}
	programs = []Format{MPV, Curl, Wget, FFmpeg, Aria2c}
)

func TestGolden(t *testing.T) {
	course, tv := aLesson(), episode()
	silent, hires, upload := episode(), aLesson(), episode()
	silent.Audio = nil
	hires.Audio[0].Codec = stream.FLAC
	hires.BestAudioKey = "a"
	upload.Head.SeasonID = ""
	quoted := episode()
	quoted.Head.Title = `It's a "test"\`
	got := map[string]string{
		"url":            Lines(Addresses(&course.Video[0], 0, "")),
		"url-backup":     Lines(Addresses(&course.Video[0], 1, "")),
		"url-segments":   Lines(Addresses(&course.Single[0], 0, "")),
		"url-segments-1": Lines(Addresses(&course.Single[0], 1, "")),
		"urls":           Lines(WithSound(course, &course.Video[0])),
		"urls-partner":   Lines(WithSound(tv, &tv.Video[0])),
	}
	for _, shell := range shells {
		tail, to := "-"+string(shell), Reader{Shell: shell, Agent: agent}
		for _, p := range programs {
			got[string(p)+tail] = write(t, p, course, &course.Video[0], to)
			got[string(p)+"-tv"+tail] = write(t, p, tv, &tv.Video[0], Reader{Shell: shell})
			got[string(p)+"-audio"+tail] = write(t, p, course, &course.Audio[0], to)
			got[string(p)+"-quotes"+tail] = write(t, p, quoted, &quoted.Video[0], to)
			if p != FFmpeg {
				got[string(p)+"-segments"+tail] = write(t, p, course, &course.Single[0], to)
			}
		}
		got["ffmpeg-hires"+tail] = write(t, FFmpeg, hires, &hires.Video[0], to)
		got["ffmpeg-hires-audio"+tail] = write(t, FFmpeg, hires, &hires.Audio[0], to)
		got["mpv-silent"+tail] = write(t, MPV, silent, &silent.Video[0], to)
		got["yt-dlp"+tail] = write(t, YtDlp, course, &course.Video[0], to)
		got["yt-dlp-tv"+tail] = write(t, YtDlp, tv, &tv.Video[0], to)
		got["yt-dlp-upload"+tail] = write(t, YtDlp, upload, &upload.Video[0], to)
	}
	for name, text := range got {
		path := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(text+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if text+"\n" != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, text, want)
		}
	}
	kept, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(kept) != len(got) {
		t.Errorf("%d goldens for %d texts (%v)", len(kept), len(got), err)
	}
}

func TestNothingForWhatCannotBeHad(t *testing.T) {
	l := aLesson()
	locked, to := &l.Video[1], Reader{Shell: POSIX}
	for _, p := range programs {
		if text := write(t, p, l, locked, to); text != "" {
			t.Errorf("%s = %q", p, text)
		}
	}
	for name, got := range map[string][]stream.MediaURL{
		"a locked row": Addresses(locked, 0, ""), "no row": Addresses(nil, 0, ""), "a locked row with sound": WithSound(l, locked),
		"a negative backup": Addresses(&l.Video[0], -1, ""), "another host's": Addresses(&l.Video[0], 0, "https://media.example.test/"),
	} {
		if got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, id := range []string{"", "1;id", "-1", "１"} {
		l.Head.EpisodeID = id
		if text := write(t, YtDlp, l, &l.Video[0], to); text != "" {
			t.Errorf("the page of lesson %q: %s", id, text)
		}
	}
}

func TestAddressesOfAHost(t *testing.T) {
	const a, b, c = "https://a.bilivideo.com/", "https://a.bilivideo.com:4483/", "https://c.bilivideo.com/"
	row := &stream.Rendition{Segments: []stream.Segment{segment(a+"1", b+"1", a+"1?again"), segment(b+"2", a+"2"), segment(c + "3")}}
	for _, test := range []struct {
		n     int
		start string
		want  string
	}{
		{0, "", a + "1 " + b + "2 " + c + "3"},
		{1, "", b + "1 " + a + "2 " + c + "3"},
		{9, "", a + "1?again " + a + "2 " + c + "3"},
		{0, a, a + "1 " + a + "2 " + c + "3"},
		{1, a, a + "1?again " + a + "2 " + c + "3"},
		{0, b, b + "1 " + b + "2 " + c + "3"},
		{0, c, a + "1 " + b + "2 " + c + "3"},
		{0, "https://b.bilivideo.com/", ""},
	} {
		if got := strings.ReplaceAll(Lines(Addresses(row, test.n, test.start)), "\n", " "); got != test.want {
			t.Errorf("address %d of %q: %q, want %q", test.n, test.start, got, test.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	with := func(url string) *stream.Listing {
		l := aLesson()
		l.Video[0].Segments = []stream.Segment{segment(url)}
		return l
	}
	const base = "https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1.m4s"
	for _, c := range []struct {
		url   string
		shell Shell
		want  Refusal
	}{
		{base + "?a=1&b=2^3(4)<5>", Cmd, ""},
		{base + "?a=%2C", Cmd, ""}, // one alone is a sign like any other
		{base + "?a=%2Cb%3D", Cmd, Unquotable},
		{base + "?a=%CD%BC", Cmd, Unquotable}, // %CD% is the folder that cmd is in
		{base + "?a=%USERNAME%", Cmd, Unquotable},
		{base + "?a=%USERNAME%", PowerShell, ""},
		{base + "?a=%USERNAME%", POSIX, ""},
		{base + `?a="&calc&"`, Cmd, Unquotable},
		{base + `?a="&calc&"`, POSIX, Unquotable},
		{base + "?a='", POSIX, Unquotable},
		{base + "?a=b\nid", POSIX, Unquotable},
		{base + "?" + strings.Repeat("a", 9000), Cmd, TooLong},
		{base + "?" + strings.Repeat("a", 9000), PowerShell, ""},
	} {
		l := with(c.url)
		for _, p := range programs {
			text, why := Command(p, l, &l.Video[0], Reader{Shell: c.shell, Agent: agent})
			if why != c.want || (why != "") != (text == "") {
				t.Errorf("%s of %.90s for %s: %q, %q; want %q", p, c.url, c.shell, text, why, c.want)
			}
		}
	}
	l := aLesson()
	if text, why := Command(FFmpeg, l, &l.Single[0], Reader{Shell: POSIX}); why != InParts || text != "" {
		t.Errorf("ffmpeg of segments: %q, %q", text, why)
	}
}

func TestEachPartHasItsOwnFirstAddress(t *testing.T) {
	l := aLesson()
	row := &l.Single[0]
	var want []string
	for i := range row.Segments { // ranked each by itself
		host := []string{"https://upos-sz-mirrorcos.bilivideo.com/", "https://upos-sz-mirrorali.bilivideo.com/"}[i%2]
		row.Segments[i].URLs = []stream.MediaURL{{URL: host + "1"}, {URL: "https://upos-sz-mirrorhw.bilivideo.com/2"}}
		want = append(want, host+"1")
	}
	if got := Lines(Addresses(row, 0, "")); got != strings.Join(want, "\n") {
		t.Errorf("addresses %s", got)
	}
	for _, p := range []Format{MPV, Curl, Wget} {
		text := write(t, p, l, row, Reader{Shell: POSIX})
		for _, url := range want {
			if !strings.Contains(text, url) {
				t.Errorf("%s lacks %s:\n%s", p, url, text)
			}
		}
		if strings.Contains(text, "mirrorhw") {
			t.Errorf("%s takes a backup:\n%s", p, text)
		}
	}
}

func TestYtDlpReadsCookiesWhereTheAccountMatters(t *testing.T) {
	for _, c := range []struct {
		change func(*stream.Listing)
		agent  string
		apart  bool
		want   string
	}{
		{func(*stream.Listing) {}, agent, true, ""},
		{func(*stream.Listing) {}, agent, false, "--cookies-from-browser firefox "},
		{func(*stream.Listing) {}, "Mozilla/5.0 (Windows NT 10.0) Chrome/131.0.0.0 Safari/537.36", false, "--cookies-from-browser chrome "},
		{func(*stream.Listing) {}, "Mozilla/5.0 (Windows NT 10.0) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", false, "--cookies-from-browser edge "},
		{func(l *stream.Listing) { l.State = stream.Free }, agent, false, ""},
		{func(l *stream.Listing) { l.Video[1].Withheld.Code = stream.NotLoggedIn }, agent, false, ""},
	} {
		l := aLesson()
		c.change(l)
		text := write(t, YtDlp, l, &l.Video[0], Reader{Shell: POSIX, Agent: c.agent, Apart: c.apart})
		if cookies := AccountMatters(l); (cookies && !c.apart) != (c.want != "") || !strings.HasPrefix(text, "yt-dlp "+c.want+"--referer ") {
			t.Errorf("%s, cookies %v; want %s", text, cookies, c.want)
		}
	}
}

// hostile are titles that a site could send, to break out of a command.
var hostile = []string{
	`"; rm -rf ~ #`, `'; rm -rf ~ #`, `$(id)`, "`id`", `--script=/tmp/x.lua`, `-o/etc/passwd`, "a\nrm -rf ~\n", "a\r\nb", `a\`, `\'$(id)\'`, `a'"'"'b`,
	`$HOME ${IFS} !! %PATH% %CD% ^ & | ; < > ( ) * ? [x] {a,b} ~ #`, "‘; id ‚; id ’; id ‛", `" --script="\\host\x.lua`, "‮gnp.exe‬", "\x00\x1b[2J", "＂ --config ＂x", "..／..＼x", `\\'; id #`, `"&calc&"`, "a/b/../../../etc/passwd", `C:\x`, "…", "𝕏", "CON", "",
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

// rules are how a shell reads its command line.
type rules struct {
	name  string
	quote func(rune) bool // begins and ends a string
	// doubled: within a string, two quotes stand for one.
	doubled bool
	// means reports whether a character would be read as more than itself.
	means func(r rune, inString bool) bool
}

// powershell has quotes of five characters.
var powershell = rules{
	"PowerShell", func(r rune) bool { return r == '\'' || (r >= '‘' && r <= '‛') }, true,
	func(r rune, inString bool) bool {
		return !inString && strings.ContainsRune("$`\"“”„;|&(){}<>@#,\n\r", r)
	},
}

// cmd is cmd and then a Windows program, which splits its own line.
var cmd = rules{
	"cmd or the program", func(r rune) bool { return r == '"' }, false,
	func(r rune, inString bool) bool {
		return r == '%' || r < ' ' || r > '~' || r == '\\' || !inString && strings.ContainsRune("&|<>^()!;,", r)
	},
}

// split splits a command line by a shell's rules. What the shell would read as more than
// text must not occur.
func split(t *testing.T, shell rules, line string) []string {
	t.Helper()
	var words []string
	var word strings.Builder
	inside, started := false, false
	runes := []rune(line)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case shell.doubled && inside && shell.quote(r) && i+1 < len(runes) && shell.quote(runes[i+1]):
			word.WriteRune(r)
			i++
		case shell.quote(r):
			inside, started = !inside, true
		case !inside && r == ' ':
			if started {
				words = append(words, word.String())
			}
			word.Reset()
			started = false
		case shell.means(r, inside):
			t.Fatalf("%s reads %q in %s", shell.name, r, line)
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

// read is what a shell makes of a command line: the program's arguments.
func read(t *testing.T, shell Shell, program, line string) []string {
	t.Helper()
	var words []string
	switch shell {
	case POSIX:
		return argv(t, program, line)
	case PowerShell:
		words = split(t, powershell, line)
	case Cmd:
		words = split(t, cmd, line)
	}
	if strings.TrimSuffix(words[0], ".exe") != program {
		t.Fatalf("runs %q", words[0])
	}
	for _, w := range words {
		if strings.ContainsAny(w, `"\`) {
			t.Errorf("Windows' programs split the word %q", w)
		}
	}
	return words[1:]
}

func TestCommandsHoldWhatTheySay(t *testing.T) {
	for _, title := range hostile {
		for _, listing := range []*stream.Listing{aLesson(), episode()} {
			listing.Head.Title, listing.Head.Series, listing.Head.Number = title, title, 0
			listing.Video[0].Label = title
			rows := []*stream.Rendition{&listing.Video[0], &listing.Audio[0]}
			if len(listing.Single) > 0 {
				rows = append(rows, &listing.Single[0])
			}
			for _, row := range rows {
				for _, shell := range shells {
					to := Reader{Shell: shell, Agent: agent + title}
					checkMPV(t, listing, row, shell, read(t, shell, "mpv", write(t, MPV, listing, row, to)))
					checkCurl(t, listing, row, shell, read(t, shell, "curl", write(t, Curl, listing, row, to)))
					if len(row.Segments) == 1 {
						checkWget(t, listing, row, shell, read(t, shell, "wget", write(t, Wget, listing, row, to)))
						checkAria2c(t, listing, row, shell, read(t, shell, "aria2c", write(t, Aria2c, listing, row, to)))
						checkFFmpeg(t, listing, row, shell, read(t, shell, "ffmpeg", write(t, FFmpeg, listing, row, to)))
					}
				}
			}
		}
	}
}

// TestTitleArrivesWhole is about POSIX shells: the others pass less on.
func TestTitleArrivesWhole(t *testing.T) {
	for _, title := range hostile {
		l := aLesson()
		l.Head.Title, l.Head.Series = title, ""
		want := stream.CleanText(title, 4096)
		for _, w := range read(t, POSIX, "mpv", write(t, MPV, l, &l.Video[0], Reader{Shell: POSIX})) {
			if got, ok := strings.CutPrefix(w, "--force-media-title="); ok && got != want {
				t.Errorf("title %q, want %q", got, want)
			}
		}
	}
}

// TestFishReadsTheSame: fish is no POSIX shell, but people paste into it. Inside its
// single quotes a backslash takes the meaning of a quote or a backslash away.
func TestFishReadsTheSame(t *testing.T) {
	for _, title := range hostile {
		l := aLesson()
		l.Head.Title, l.Head.Series = title, title
		for _, p := range programs {
			line := write(t, p, l, &l.Video[0], Reader{Shell: POSIX, Agent: agent})
			if strings.Contains(strings.ReplaceAll(strings.ReplaceAll(line, `'\\'`, ""), `'\''`, ""), `\`) {
				t.Errorf("a backslash inside quotes: %s", line)
			}
		}
	}
}

func checkMPV(t *testing.T, l *stream.Listing, row *stream.Rendition, shell Shell, words []string) {
	t.Helper()
	split := slices.Index(words, "--")
	if split < 0 {
		t.Fatalf("no end of options in %q", words)
	}
	if got := strings.Join(words[split+1:], "\n"); got != Lines(Addresses(row, 0, "")) {
		t.Errorf("inputs %q", got)
	}
	seen := map[string]int{}
	for _, w := range words[:split] {
		name, value, _ := strings.Cut(w, "=")
		seen[name]++
		if strings.ContainsAny(value, "\n\r\x00\x1b") {
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
			if audio := l.AudioFor(row); audio == nil || value != Lines(Addresses(audio, 0, "")) {
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

func checkCurl(t *testing.T, l *stream.Listing, row *stream.Rendition, shell Shell, words []string) {
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
		checkName(t, shell, rest[3*i+1])
		if rest[3*i] != "--output" || rest[3*i+2] != s.URLs[0].URL {
			t.Errorf("segment %d: %q", i, rest[3*i:3*i+3])
		}
	}
}

func checkWget(t *testing.T, l *stream.Listing, row *stream.Rendition, shell Shell, words []string) {
	t.Helper()
	if len(words) != 5 || words[0] != "--referer="+l.Site.Referer() || words[1] != "--header=Origin: "+origin(l.Site) ||
		!strings.HasPrefix(words[2], "--user-agent=") || words[4] != row.Segments[0].URLs[0].URL {
		t.Fatalf("words %q", words)
	}
	name, ok := strings.CutPrefix(words[3], "--output-document=")
	if !ok {
		t.Errorf("no name in %q", words)
	}
	checkName(t, shell, name)
}

func checkAria2c(t *testing.T, l *stream.Listing, row *stream.Rendition, shell Shell, words []string) {
	t.Helper()
	if len(words) < 6 || words[0] != "--continue=true" || words[1] != "--referer="+l.Site.Referer() || words[2] != "--header=Origin: "+origin(l.Site) ||
		!strings.HasPrefix(words[3], "--user-agent=") {
		t.Fatalf("words %q", words)
	}
	name, ok := strings.CutPrefix(words[4], "--out=")
	if !ok {
		t.Errorf("no name in %q", words)
	}
	checkName(t, shell, name)
	var urls []string
	for _, u := range row.Segments[0].URLs {
		urls = append(urls, u.URL)
	}
	if !slices.Equal(words[5:], urls) {
		t.Errorf("addresses %q, want %q", words[5:], urls)
	}
}

func checkFFmpeg(t *testing.T, l *stream.Listing, row *stream.Rendition, shell Shell, words []string) {
	t.Helper()
	inputs := WithSound(l, row)
	for _, a := range inputs {
		headers, input := []string{"-referer", l.Site.Referer(), "-headers", "Origin: " + origin(l.Site), "-user_agent"}, []string{"-i", a.URL}
		if len(words) < 8 || !slices.Equal(words[:5], headers) || !slices.Equal(words[6:8], input) {
			t.Fatalf("input %q", words)
		}
		words = words[8:]
	}
	if len(inputs) > 1 {
		if !slices.Equal(words[:4], []string{"-map", "0:v", "-map", "1:a"}) {
			t.Errorf("maps %q", words)
		}
		words = words[4:]
	}
	if len(words) != 3 || words[0] != "-c" || words[1] != "copy" {
		t.Fatalf("output %q", words)
	}
	checkName(t, shell, words[2])
}

// checkName checks that a file name stays in its folder, is no option and no device.
func checkName(t *testing.T, shell Shell, name string) {
	t.Helper()
	switch {
	case name == "" || strings.ContainsAny(name, "/\\:*?\"<>|'‘’‚‛＂／＼\n\r\x00") || strings.ContainsRune("-.~ ", rune(name[0])) || filename.Reserved(name):
		t.Errorf("file name %q", name)
	case shell == Cmd && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._()[]+ ") != "":
		t.Errorf("file name %q on cmd", name)
	}
}
