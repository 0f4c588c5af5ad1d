package export

import (
	"bytes"
	stdcsv "encoding/csv"
	stdjson "encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"streamlist/wasm/internal/stream"
)

var (
	scripts = []Format{Curl, Wget, Aria2c, FFmpeg, MPV, YtDlp, Join}
	lists   = []Format{Aria2List, MPVList, VLCList, PageList, List, CSV, JSON}
)

// some is a lesson as picture and sound, one in FLAC, one in three parts, and one with its sound
// inside, of which another has the same title.
func some() []Item {
	dash, hires, single := aLesson(), aLesson(), aLesson()
	dash.Head.Duration, dash.Head.Title = 1_803_000, `It's 5%, "x", $y`
	hires.Head.Number, hires.Head.Title, hires.Head.EpisodeID = 4, "Hi-Res", "791"
	hires.Audio[0].Codec = stream.FLAC
	single.Head.Number, single.Head.EpisodeID, single.State = 5, "792", stream.Free
	single.Single[0].Container = stream.MP4
	single.Single[0].Segments = []stream.Segment{segment("https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-1-64.mp4?deadline=1800000600")}
	items := []Item{
		ItemOf(dash, &dash.Video[0]), ItemOf(hires, &hires.Video[0]),
		ItemOf(dash, &dash.Single[0]), ItemOf(single, &single.Single[0]),
		ItemOf(single, &single.Single[0]),
	}
	items[1].Row.Segments[0].URLs[0].ExpiresAt = 1_800_000_059
	return items
}

func TestWriteGolden(t *testing.T) {
	got := map[string]string{}
	for _, f := range scripts {
		for _, shell := range shells {
			got[string(f)+scriptEnding(shell)] = Write(f, some(), Reader{Shell: shell, Agent: agent}).Body
		}
	}
	for _, f := range lists {
		got[string(f)+".txt"] = Write(f, some(), Reader{Shell: POSIX, Agent: agent}).Body
	}
	golden(t, filepath.Join("testdata", "write"), got)
}

// golden holds texts against files of a folder, which holds no others.
func golden(t *testing.T, folder string, got map[string]string) {
	t.Helper()
	for name, text := range got {
		path := filepath.Join(folder, name)
		if *update {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if text != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, text, want)
		}
	}
	kept, err := filepath.Glob(filepath.Join(folder, "*.*"))
	if err != nil || len(kept) != len(got) {
		t.Errorf("%d goldens for %d texts (%v)", len(kept), len(got), err)
	}
}

func TestTexts(t *testing.T) {
	items := some()
	for f, want := range map[Format]Text{
		Curl:      {Name: "0-N4日语精讲.curl.sh", MIME: "text/plain", ExpiresAt: 1_800_000_059},
		Join:      {Name: "0-N4日语精讲.join.sh", MIME: "text/plain", Refused: []Refused{{2, InParts}, {3, Whole}, {4, Whole}}},
		YtDlp:     {Name: "0-N4日语精讲.ytdlp.sh", MIME: "text/plain"},
		Aria2List: {Name: "0-N4日语精讲.aria2.txt", MIME: "text/plain", ExpiresAt: 1_800_000_059},
		MPVList:   {Name: "0-N4日语精讲.m3u8", MIME: "audio/x-mpegurl", ExpiresAt: 1_800_000_059},
		VLCList:   {Name: "0-N4日语精讲.m3u8", MIME: "audio/x-mpegurl", ExpiresAt: 1_800_000_300, Refused: []Refused{{0, NoSound}, {1, NoSound}}},
		PageList:  {Name: "0-N4日语精讲.m3u8", MIME: "audio/x-mpegurl"},
		List:      {Name: "0-N4日语精讲.txt", MIME: "text/plain", ExpiresAt: 1_800_000_059},
		CSV:       {Name: "0-N4日语精讲.csv", MIME: "text/csv", ExpiresAt: 1_800_000_059, Mark: true},
		JSON:      {Name: "0-N4日语精讲.json", MIME: "application/json", ExpiresAt: 1_800_000_059},
		FFmpeg:    {Name: "0-N4日语精讲.ffmpeg.sh", MIME: "text/plain", ExpiresAt: 1_800_000_059, Refused: []Refused{{2, InParts}}},
	} {
		for i := range items {
			for _, r := range []*stream.Rendition{items[i].Row, items[i].Audio} {
				if r == nil {
					continue
				}
				for k := range r.Segments {
					u := &r.Segments[k].URLs[0]
					if u.ExpiresAt == 0 {
						u.ExpiresAt = stream.Expiry(u.URL)
					}
				}
			}
		}
		got := Write(f, items, Reader{Shell: POSIX})
		got.Body = ""
		if got.Name != want.Name || got.MIME != want.MIME || got.ExpiresAt != want.ExpiresAt || got.Mark != want.Mark || !slices.Equal(got.Refused, want.Refused) {
			t.Errorf("%s: %+v, want %+v", f, got, want)
		}
	}
	one := Write(MPVList, items[:1], Reader{Shell: POSIX})
	if one.Name != "03 - Itʼs 5％, _x_, $y.m3u8" {
		t.Errorf("one lesson's: %q", one.Name)
	}
	if got := Write(MPV, items, Reader{Shell: Cmd}); got.Name != "0-N4.mpv.cmd" {
		t.Errorf("on cmd: %q", got.Name)
	}
	if got := Write(Curl, items, Reader{Shell: PowerShell}); got.Name != "0-N4日语精讲.curl.ps1" || !got.Mark {
		t.Errorf("for PowerShell: %q, %v", got.Name, got.Mark)
	}
}

// TestRefusedItems: what can't be written keeps nothing from the others, and only tables name it.
func TestRefusedItems(t *testing.T) {
	items := some()[:3]
	items[0].Row = &stream.Rendition{Kind: stream.Video, Withheld: &stream.Reason{Code: stream.NotGiven}}
	items[0].Audio = nil
	broken := *items[1].Row
	broken.Segments = []stream.Segment{segment("https://a.bilivideo.com/1\n out=/etc/passwd")}
	items[1].Row = &broken
	items[2].Head.EpisodeID = "1;id"
	for _, f := range slices.Concat(scripts, lists) {
		for _, shell := range shells {
			got := Write(f, items, Reader{Shell: shell})
			want := []Refused{{0, NoAddress}, {1, Unquotable}}
			switch f {
			case YtDlp, PageList:
				want = []Refused{{2, NoAddress}}
			case CSV, JSON:
				want = []Refused{{1, Unquotable}}
			case FFmpeg, Join:
				want = append(want, Refused{2, InParts})
			}
			if !slices.Equal(got.Refused, want) {
				t.Errorf("%s: %v, want %v", f, got.Refused, want)
			}
			if (got.Body == "") != (len(got.Refused) == len(items)) || strings.Contains(got.Body, "passwd") {
				t.Errorf("%s: %s", f, got.Body)
			}
			if got := Write(f, items[:0], Reader{Shell: shell}); got.Body != "" || got.Name != "" {
				t.Errorf("%s of nothing: %+v", f, got)
			}
		}
	}
	if got := Write("x", some(), Reader{Shell: POSIX}); got.Body != "" || got.Name != "" {
		t.Errorf("an unknown format: %+v", got)
	}
	long := some()[:1]
	long[0].Row.Segments = []stream.Segment{segment("https://a.bilivideo.com/1?" + strings.Repeat("a", 9000))}
	if got := Write(Curl, long, Reader{Shell: Cmd}); got.Body != "" || !slices.Equal(got.Refused, []Refused{{0, TooLong}}) {
		t.Errorf("a long line: %+v", got)
	}
}

// TestFilesOfCmdTakePercents: unlike its prompt, a file of cmd's can hold them.
func TestFilesOfCmdTakePercents(t *testing.T) {
	items := some()[3:4]
	const url = "https://a.bilivideo.com/1?a=%CD%BC&b=%USERNAME%&c=%2C"
	items[0].Row.Segments = []stream.Segment{segment(url)}
	for _, f := range []Format{Curl, Wget, Aria2c, FFmpeg, MPV} {
		list := calls(t, Cmd, Write(f, items, Reader{Shell: Cmd}).Body)
		if last := list[len(list)-1]; !slices.Contains(last.Words, url) {
			t.Errorf("%s: %q", f, last.Words)
		}
	}
}

// TestNoTwoFilesOfOneName: neither by the same title nor by what a shell leaves of it.
func TestNoTwoFilesOfOneName(t *testing.T) {
	for _, shell := range shells {
		var items []Item
		for _, title := range []string{"平假名", "片假名", "a", "A", "平假名"} {
			l := aLesson()
			l.Head.Title, l.Head.Series, l.Head.Number = title, "", 0
			items = append(items, ItemOf(l, &l.Video[0]))
		}
		seen := map[string]bool{}
		for _, c := range calls(t, shell, Write(Wget, items, Reader{Shell: shell, Template: "{lesson}"}).Body) {
			for _, w := range c.Words {
				if name, ok := strings.CutPrefix(w, "--output-document="); ok {
					if name = strings.ToLower(name); seen[name] {
						t.Errorf("%s: %q twice", shell, name)
					}
					seen[name] = true
				}
			}
		}
		if len(seen) != 10 {
			t.Errorf("%s: %d files", shell, len(seen))
		}
	}
}

// hostileItems are lessons whose every text is hostile.
func hostileItems(texts ...string) []Item {
	var items []Item
	for i, text := range texts {
		for _, l := range []*stream.Listing{aLesson(), episode()} {
			l.Head.Title, l.Head.Series = text, text
			if i%2 == 0 {
				l.Head.Number = 0
			}
			rows := []*stream.Rendition{&l.Video[0]}
			if len(l.Single) > 0 {
				rows = append(rows, &l.Single[0])
			}
			for _, row := range rows {
				row.Label, row.Quality, row.Codecs, row.Codec = text, 9999, text, stream.Codec(text)
				items = append(items, ItemOf(l, row))
			}
		}
	}
	return items
}

func TestHostileTexts(t *testing.T) {
	for _, texts := range append([][]string{hostile}, slices.Collect(slices.Chunk(hostile, 1))...) {
		all := hostileItems(texts...)
		for _, site := range []stream.Site{stream.Com, stream.TV} {
			items := slices.DeleteFunc(slices.Clone(all), func(it Item) bool { return it.Site != site })
			for _, shell := range shells {
				checkAll(t, items, Reader{Shell: shell, Agent: agent + texts[0]})
			}
		}
	}
}

// TestShellsReadTheSame holds this test's own reading of scripts against real shells.
func TestShellsReadTheSame(t *testing.T) {
	items := slices.DeleteFunc(hostileItems(hostile...), func(it Item) bool { return it.Site != stream.Com || it.Audio == nil })
	for _, f := range scripts {
		script := Write(f, items, Reader{Shell: POSIX, Agent: agent + hostile[0]}).Body
		want := calls(t, POSIX, script)
		for _, shell := range []string{"sh", "bash"} {
			if got := shellCalls(t, shell, script); !slices.EqualFunc(got, want, func(a, b call) bool {
				return a.Program == b.Program && a.Input == b.Input && slices.Equal(a.Words, b.Words)
			}) {
				t.Errorf("%s reads %s as\n%q\nwant\n%q", shell, f, got, want)
			}
		}
	}
}

func FuzzWrite(f *testing.F) {
	for i, text := range hostile {
		f.Add(text, hostile[(i+1)%len(hostile)], agent)
	}
	f.Fuzz(func(t *testing.T, title, course, browser string) {
		items := hostileItems(title)
		for i := range items {
			items[i].Head.Series = course
		}
		for _, site := range []stream.Site{stream.Com, stream.TV} {
			some := slices.DeleteFunc(slices.Clone(items), func(it Item) bool { return it.Site != site })
			for _, shell := range shells {
				checkAll(t, some, Reader{Shell: shell, Agent: browser})
			}
		}
	})
}

// checkAll checks that each format holds the items and nothing else.
func checkAll(t *testing.T, items []Item, to Reader) {
	t.Helper()
	for _, f := range slices.Concat(scripts, lists) {
		text := Write(f, items, to)
		if text.Body == "" {
			if len(text.Refused) != len(items) {
				t.Errorf("%s: nothing of %d items, %d refused", f, len(items), len(text.Refused))
			}
			continue
		}
		named := to.Shell
		if f == CSV || f == JSON {
			named = POSIX
		}
		checkName(t, named, text.Name)
		if !utf8.ValidString(text.Body) {
			t.Errorf("%s is no UTF-8", f)
		}
		var written []Item
		for i := range items {
			if !slices.ContainsFunc(text.Refused, func(r Refused) bool { return r.Index == i }) {
				written = append(written, items[i])
			}
		}
		switch f {
		case Aria2List:
			checkAria2List(t, written, to, text.Body)
		case MPVList, VLCList, PageList:
			checkPlaylist(t, f, written, to, text)
		case List:
			checkOrder(t, f, written, strings.Split(strings.TrimSuffix(text.Body, "\n"), "\n"))
		case CSV:
			checkCSV(t, written, text.Body)
		case JSON:
			checkJSON(t, written, text.Body)
		default:
			checkScript(t, f, written, to, text.Body)
		}
	}
}

// checkOrder checks that addresses are the items' own: each file's first one, in order.
func checkOrder(t *testing.T, f Format, items []Item, got []string) {
	t.Helper()
	var want []string
	for i := range items {
		want = append(want, addressesOf(&items[i])...)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: addresses %q, want %q", f, got, want)
	}
}

// checkFile checks the path of a file.
func checkFile(t *testing.T, shell Shell, path string) {
	t.Helper()
	for part := range strings.SplitSeq(path, "/") {
		checkName(t, shell, part)
	}
}

var flags = strings.Fields("-g --fail --location --fail-early -nostdin -map 0:v 1:a -c copy --continue=true --merge-files --cookies-from-browser firefox chrome")

// checkScript checks what a script has programs do: each word is one of ours, a header, an
// item's address, or a file's name.
func checkScript(t *testing.T, f Format, items []Item, to Reader, body string) {
	t.Helper()
	if len(items) == 0 {
		return
	}
	var urls, pages []string
	folders, n := map[string]bool{}, 0
	site := items[0].Site
	program := map[Format]string{YtDlp: "yt-dlp", Join: "ffmpeg"}[f]
	if program == "" {
		program = string(f)
	}
	for _, c := range calls(t, to.Shell, body) {
		if c.Program == "mkdir" {
			folder := c.Words[len(c.Words)-1]
			checkFile(t, to.Shell, folder)
			folders[folder] = true
			continue
		}
		n++
		if c.Program != program {
			t.Fatalf("%s runs %q", f, c.Program)
		}
		if c.Input != "" {
			if last := c.Words[len(c.Words)-1]; last != "--playlist=-" && last != "--input-file=-" {
				t.Fatalf("%s reads a list by %q", f, last)
			}
			c.Words = c.Words[:len(c.Words)-1]
			if f == MPV {
				checkEntries(t, MPVList, items, to, strings.TrimPrefix(c.Input, "#EXTM3U\n"))
			} else {
				checkAria2List(t, items, to, c.Input)
			}
			for i := range items {
				urls = append(urls, addressesOf(&items[i])...)
			}
		}
		for i := 0; i < len(c.Words); i++ {
			w := c.Words[i]
			option, value, cut := strings.Cut(w, "=")
			switch {
			case slices.Contains(flags, w) || w == "--":
				continue
			case strings.HasPrefix(w, "https://www.bilibili."):
				pages = append(pages, w)
				continue
			case strings.HasPrefix(w, "https://"):
				urls = append(urls, w)
				continue
			case !strings.HasPrefix(w, "-"):
				checkFile(t, to.Shell, w)
				continue
			case !cut:
				i++
				value = c.Words[i]
			}
			switch option {
			case "--referer", "--referrer", "-referer":
				if value != site.Referer() {
					t.Errorf("Referer %q", value)
				}
			case "--header", "-headers", "--http-header-fields", "--add-headers":
				if value != "Origin: "+origin(site) {
					t.Errorf("header %q", value)
				}
			case "--user-agent", "-user_agent":
				if value != printable(to.Agent) {
					t.Errorf("User-Agent %q", value)
				}
			case "--output", "--output-document", "--out", "-i":
				if strings.HasPrefix(value, "https://") {
					urls = append(urls, value)
					continue
				}
				value = strings.TrimSuffix(value, "%(ext)s")
				if f == YtDlp && strings.ContainsAny(value, "%$") {
					t.Errorf("yt-dlp replaces something in %q", value)
				}
				checkFile(t, to.Shell, strings.TrimSuffix(value, "."))
				if end := strings.LastIndexByte(value, '/'); end >= 0 && (f == Curl || f == Wget || f == FFmpeg || f == Join) && !folders[value[:end]] {
					t.Errorf("%s: no folder for %q in %v", f, value, folders)
				}
			case "--force-media-title":
				if strings.ContainsAny(value, "\n\r\x00\x1b") {
					t.Errorf("title %q", value)
				}
			case "--audio-file":
				urls = append(urls, value)
			default:
				t.Fatalf("%s: the option %q", f, w)
			}
		}
	}
	switch f {
	case Join:
		if n != len(items) {
			t.Errorf("%d commands for %d items", n, len(items))
		}
	case YtDlp:
		if len(pages) != len(items) {
			t.Errorf("%d pages for %d items", len(pages), len(items))
		}
	case Aria2c:
		if to.Shell == Cmd { // the backups are there too
			for i := range items {
				for _, u := range addressesOf(&items[i]) {
					if !slices.Contains(urls, u) {
						t.Errorf("%q is missing", u)
					}
				}
			}
			break
		}
		fallthrough
	case MPV:
		if to.Shell == Cmd { // the sound is an option before the picture
			slices.Sort(urls)
			var want []string
			for i := range items {
				want = append(want, addressesOf(&items[i])...)
			}
			slices.Sort(want)
			if !slices.Equal(urls, want) {
				t.Errorf("%s: addresses %q, want %q", f, urls, want)
			}
			break
		}
		fallthrough
	default:
		checkOrder(t, f, items, urls)
	}
}

func checkAria2List(t *testing.T, items []Item, to Reader, body string) {
	t.Helper()
	var urls []string
	options := map[string]string{}
	done := func() {
		if len(urls) == 0 {
			return
		}
		want := map[string]string{"out": options["out"], "continue": "true", "referer": items[0].Site.Referer(), "header": "Origin: " + origin(items[0].Site)}
		if agent := printable(to.Agent); agent != "" {
			want["user-agent"] = agent
		}
		for name := range options {
			if options[name] != want[name] {
				t.Errorf("aria2: %s=%s", name, options[name])
			}
		}
		if len(options) != len(want) {
			t.Errorf("aria2: options %q", options)
		}
		checkFile(t, to.Shell, options["out"])
		clear(options)
	}
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "# Streamlist: the links work until 20"), strings.HasPrefix(line, "# aria2c "):
		case strings.HasPrefix(line, " "):
			name, value, ok := strings.Cut(line[1:], "=")
			if _, twice := options[name]; !ok || twice {
				t.Errorf("aria2: option %q", line)
			}
			options[name] = value
		default:
			done()
			urls = append(urls, strings.Split(line, "\t")[0])
			for _, u := range strings.Split(line, "\t") {
				if !strings.HasPrefix(u, "https://") || strings.ContainsAny(u, " \n") {
					t.Errorf("aria2: address %q", u)
				}
			}
		}
	}
	done()
	checkOrder(t, Aria2List, items, urls)
}

func checkPlaylist(t *testing.T, f Format, items []Item, to Reader, text Text) {
	t.Helper()
	if len(items) == 0 {
		return
	}
	first, rest, _ := strings.Cut(text.Body, "\n")
	if after, ok := strings.CutPrefix(first, "#EXTM3U"); !ok || after != "" && !strings.HasPrefix(after, " Streamlist: the links work until 20") || (text.ExpiresAt != 0) != (after != "") {
		t.Errorf("%s begins with %q", f, first)
	}
	if f != VLCList {
		var command string
		command, rest, _ = strings.Cut(rest, "\n")
		command, ok := strings.CutPrefix(command, "# ")
		if !ok {
			t.Fatalf("%s: no command in %q", f, command)
		}
		words := read(t, to.Shell, "mpv", command)
		if last := words[len(words)-1]; last != text.Name {
			t.Errorf("%s: the command plays %q, not %q", f, last, text.Name)
		}
		for _, w := range words[:len(words)-1] {
			if !strings.HasPrefix(w, "--") {
				t.Errorf("%s: the command's word %q", f, w)
			}
		}
	}
	checkEntries(t, f, items, to, rest)
}

// checkEntries reads an m3u's lines as a player does: what begins with "#" is about the next
// entry, whatever else is one.
func checkEntries(t *testing.T, f Format, items []Item, to Reader, body string) {
	t.Helper()
	var urls, pages []string
	entries, infos := 0, 0
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		edl, isEDL := strings.CutPrefix(line, "edl://")
		option, isOption := strings.CutPrefix(line, "#EXTVLCOPT:http-")
		info, isInfo := strings.CutPrefix(line, "#EXTINF:")
		switch {
		case isInfo:
			infos++
			if seconds, _, ok := strings.Cut(info, ","); !ok || strings.ContainsAny(info, "\r\x00\x1b\u2028\u202e") {
				t.Errorf("%s: %q", f, line)
			} else if n, err := strconv.Atoi(seconds); err != nil || n < -1 {
				t.Errorf("%s: %q", f, line)
			}
		case isOption:
			if option != "referrer="+items[0].Site.Referer() && option != "user-agent="+printable(to.Agent) || f != VLCList {
				t.Errorf("%s: %q", f, line)
			}
		case strings.HasPrefix(line, "#"):
			t.Errorf("%s: %q", f, line)
		case isEDL && f == MPVList:
			entries++
			urls = append(urls, edlFiles(t, edl)...)
		case strings.HasPrefix(line, "https://www.bilibili.") && f == PageList:
			entries++
			pages = append(pages, line)
		case strings.HasPrefix(line, "https://") && f != PageList:
			entries++
			urls = append(urls, line)
		default:
			t.Errorf("%s: the entry %q", f, line)
		}
		if entries > infos {
			t.Errorf("%s: an entry without a title: %q", f, line)
		}
	}
	if f == PageList {
		if len(pages) != len(items) {
			t.Errorf("%d pages for %d items", len(pages), len(items))
		}
		return
	}
	checkOrder(t, f, items, urls)
	if f == MPVList && entries != len(items) {
		t.Errorf("%s: %d entries for %d items", f, entries, len(items))
	}
}

// edlFiles reads mpv's edl-mpv.rst, as far as it is used.
func edlFiles(t *testing.T, edl string) (files []string) {
	t.Helper()
	for edl != "" {
		if length, rest, ok := strings.Cut(strings.TrimPrefix(edl, "%"), "%"); ok && edl[0] == '%' {
			n, err := strconv.Atoi(length)
			if err != nil || n > len(rest) || len(rest) > n && rest[n] != ';' {
				t.Fatalf("edl: %q", edl)
			}
			files = append(files, rest[:n])
			edl = strings.TrimPrefix(rest[n:], ";")
			continue
		}
		var header string
		header, edl, _ = strings.Cut(edl, ";")
		if !slices.Contains([]string{"!new_stream", "!no_clip", "!no_chapters"}, header) {
			t.Fatalf("edl: %q", header)
		}
	}
	return files
}

func checkCSV(t *testing.T, items []Item, body string) {
	t.Helper()
	rows, err := stdcsv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != len(items)+1 {
		t.Fatalf("%d rows for %d items: %v", len(rows), len(items), err)
	}
	var urls []string
	for i, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(string([]rune(cell)[:1]), "=+-@\t\r\n|＝＋－＠") {
				t.Errorf("a spreadsheet runs %q", cell)
			}
		}
		urls = append(urls, strings.Fields(row[slices.Index(rows[0], "video")]+" "+row[slices.Index(rows[0], "audio")])...)
		if got := row[slices.Index(rows[0], "page")]; got != pageAddress(items[i].Site, items[i].Head) {
			t.Errorf("page %q", got)
		}
	}
	checkOrder(t, CSV, items, urls)
	// Where a spreadsheet parts fields by another character, our quotes are letters to it.
	for line := range strings.Lines(body) {
		for _, separator := range []string{";", "|", ","} {
			for cell := range strings.SplitSeq(line, separator) {
				if cell = strings.Trim(cell, "\" \r\n"); cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
					t.Errorf("with %q between fields a spreadsheet runs %q", separator, cell)
				}
			}
		}
	}
}

func checkJSON(t *testing.T, items []Item, body string) {
	t.Helper()
	decoder := stdjson.NewDecoder(bytes.NewReader([]byte(body)))
	decoder.DisallowUnknownFields()
	var d Document
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	var urls []string
	for i, l := range d.Lessons {
		checkFile(t, POSIX, l.File)
		if l.Title != stream.CleanText(items[i].Head.Title, 4096) {
			t.Errorf("title %q", l.Title)
		}
		for _, s := range l.Streams {
			for _, part := range s.Segments {
				urls = append(urls, part.URLs[0])
			}
		}
	}
	if d.Streamlist != Version || len(d.Lessons) != len(items) {
		t.Errorf("%d lessons for %d items", len(d.Lessons), len(items))
	}
	checkOrder(t, JSON, items, urls)
}
