package export

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/csv"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"streamlist/tests/replica/media"
	"streamlist/tests/replica/proxy"
	"streamlist/tests/replica/site"
	"streamlist/wasm/internal/intl"
	"streamlist/wasm/internal/pugv"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// The programs that texts are for run here for real, against the replica, with the text as it
// was written and nothing else. Where the replica is, and that its certificate is to be
// trusted, they learn from their own settings.

// replica is where the local Bilibili listens, for all tests of this package.
var replica = sync.OnceValues(func() (string, error) {
	folder, err := media.DefaultFolder()
	if err != nil {
		return "", err
	}
	bilibili := site.New(media.NewLibrary(folder)) // each file is made when it is first asked for
	server, listener, err := proxy.Listen("127.0.0.1:0", bilibili, bilibili.Control())
	if err != nil {
		return "", err
	}
	go server.Serve(listener)
	return listener.Addr().String(), nil
})

// world is the replica as one test uses it.
type world struct {
	*testing.T
	address string
	client  *http.Client
}

func newWorld(t *testing.T, programs ...string) *world {
	t.Helper()
	for _, p := range append(programs, "ffmpeg") { // which makes the media
		if _, err := exec.LookPath(p); err != nil {
			t.Skip("not installed here (tests/setup.sh does that): ", err)
		}
	}
	address, err := replica()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, address: address, client: &http.Client{Transport: &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: address}),
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}}}
	w.control(http.MethodDelete, "/log", nil)
	w.control(http.MethodDelete, "/knobs", nil)
	return w
}

// control asks the replica about itself.
func (w *world) control(method, path string, answer any) {
	w.Helper()
	request, err := http.NewRequest(method, "http://"+w.address+path, nil)
	if err != nil {
		w.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	if answer != nil {
		if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
			w.Fatal(err)
		}
	}
}

// asked is a request that a media host got.
type asked struct {
	Host, Path, Refused string
	Status              int
	Cookies             []string
}

func (w *world) media() []asked {
	var all, list []asked
	w.control(http.MethodGet, "/log", &all)
	for _, a := range all {
		if strings.HasSuffix(a.Host, ".bilivideo.com") || strings.HasSuffix(a.Host, ".bilivideo.cn") || strings.HasSuffix(a.Host, ".akamaized.net") {
			list = append(list, a)
		}
	}
	return list
}

// get fetches an address as the site's own player would.
func (w *world) get(s stream.Site, address string) []byte {
	w.Helper()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		w.Fatal(err)
	}
	request.Header.Set("Referer", s.Referer())
	request.Header.Set("Origin", origin(s))
	request.Header.Set("User-Agent", agent)
	response, err := w.client.Do(request)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		w.Fatalf("%s: %s, %v", request.URL.Path, response.Status, err)
	}
	return body
}

// course lists a lesson of the replica's, under a title.
func (w *world) course(id, title string, number int) *stream.Listing {
	return w.lesson(pugv.PlayQuery{EpisodeID: id, Fnval: pugv.FnvalAll}, title, number)
}

func (w *world) lesson(query pugv.PlayQuery, title string, number int) *stream.Listing {
	w.Helper()
	body := w.get(stream.Com, pugv.PlayURL(query))
	play, err := pugv.DecodePlay(wire.Answer{Status: 200, ContentType: "application/json", Body: body})
	if err != nil {
		w.Fatal(err)
	}
	l := play.Listing()
	l.Head = stream.Head{Title: title, Series: "日语 & \"more\"", Number: number, Total: 12, Duration: 3000, SeasonID: "7001", EpisodeID: query.EpisodeID}
	return l
}

// series lists an episode of bilibili.tv's.
func (w *world) series(season, id, title string) *stream.Listing {
	w.Helper()
	play, err := intl.DecodePlay(wire.Answer{Status: 200, ContentType: "application/json", Body: w.get(stream.TV, intl.PlayURL(id, "", "en_US"))})
	if err != nil {
		w.Fatal(err)
	}
	l := play.Listing()
	l.Head = stream.Head{Title: title, Series: "A series", Number: 1, Total: 2, SeasonID: season, EpisodeID: id}
	return l
}

// smallest is the lowest row of a listing that can be had, so that playing it costs little.
func smallest(list []stream.Rendition) *stream.Rendition {
	var row *stream.Rendition
	for i := range list {
		if r := &list[i]; r.Available() && (row == nil || r.Quality < row.Quality) {
			row = r
		}
	}
	return row
}

// selection is a lesson as picture and sound, one with sound that MP4 doesn't take, an old
// film in three parts, a film with its sound inside; all under hostile titles.
func (w *world) selection() []Item {
	w.Helper()
	dash := w.course("700101", `"; rm -rf ~ #`, 1)
	hires := w.course("700601", "$(id) `id` %PATH% $HOME", 2)
	hires.Audio = slices.DeleteFunc(hires.Audio, func(r stream.Rendition) bool { return r.Codec != stream.FLAC })
	parts := w.course("701201", "-o\n out=../../x\n# ‮gnp", 3)
	single := w.lesson(pugv.PlayQuery{EpisodeID: "701501", Fnval: pugv.FnvalMP4}, "𝕏 '; id #", 4)
	if len(hires.Audio) == 0 || smallest(parts.Single) == nil || len(smallest(parts.Single).Segments) != 3 || smallest(single.Single) == nil {
		w.Fatal("the replica's lessons are others")
	}
	return []Item{
		ItemOf(dash, smallest(dash.Video)),
		ItemOf(hires, smallest(hires.Video)),
		ItemOf(parts, smallest(parts.Single)),
		ItemOf(single, smallest(single.Single)),
	}
}

// person works on this system, and has files named so.
var person = Reader{Shell: POSIX, Agent: agent, Template: "{course}/{number} - {lesson} [{quality}]"}

// names are what the selection's files are called, without folder and ending.
var names = []string{
	`01 - _; rm -rf ~ # [360P]`,
	"02 - $(id) `id` ％PATH％ $HOME [480P]",
	`03 - o out=.._.._x # gnp [1080P]`,
	`04 - 𝕏 ʼ; id # [720P]`,
}

const folder = "日语 & _more_"

// home makes the settings of all programs.
func (w *world) home() string {
	w.Helper()
	home, at := w.TempDir(), "http://"+w.address
	for name, lines := range map[string]string{
		".curlrc":               "proxy = \"" + at + "\"\ninsecure\nsilent\nshow-error\n",
		".wgetrc":               "check_certificate = off\nhttps_proxy = " + at + "\nverbose = off\ntries = 1\n",
		".aria2/aria2.conf":     "all-proxy=" + at + "\ncheck-certificate=false\nmax-tries=1\nfile-allocation=none\nsummary-interval=0\n",
		".config/mpv/mpv.conf":  "vo=null\nao=null\nao-null-untimed=yes\nuntimed=yes\nytdl=no\nterm-status-msg=\nterm-playing-msg=TITLE:${media-title}\n",
		".config/yt-dlp/config": "--proxy " + at + "\n--no-check-certificates\n--no-cache-dir\n",
	} {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			w.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(lines), 0o644); err != nil {
			w.Fatal(err)
		}
	}
	return home
}

// save puts a text into a folder under its name, as a person would.
func (w *world) save(dir string, text Text) {
	w.Helper()
	body := text.Body
	if text.Mark {
		body = "\ufeff" + body
	}
	if err := os.WriteFile(filepath.Join(dir, text.Name), []byte(body), 0o644); err != nil {
		w.Fatal(err)
	}
}

// run runs a program in a folder, which must end well, and returns what it said.
func (w *world) run(dir string, command ...string) string {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = dir
	// http_proxy is ffmpeg's, and so mpv's.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.home(), "LANG=C.UTF-8", "http_proxy=http://" + w.address}
	said, err := cmd.CombinedOutput()
	if err != nil {
		w.Fatalf("%q: %v\n%s", command, err, said[max(0, len(said)-3000):])
	}
	return string(said)
}

// runs runs a script, and checks that the media hosts refused nothing.
func (w *world) runs(dir string, text Text) string {
	w.Helper()
	if text.Body == "" || len(text.Refused) > 0 {
		w.Fatalf("refused %v", text.Refused)
	}
	w.save(dir, text)
	said := w.run(dir, "bash", text.Name)
	w.refusedNothing()
	return said
}

func (w *world) refusedNothing() {
	w.Helper()
	for _, a := range w.media() {
		if a.Refused != "" || len(a.Cookies) > 0 {
			w.Errorf("%s%s: %d %s, cookies %v", a.Host, a.Path, a.Status, a.Refused, a.Cookies)
		}
	}
}

// fetched checks that each file of each item was asked for.
func (w *world) fetched(items []Item) {
	w.Helper()
	log := w.media()
	for i := range items {
		for _, u := range addressesOf(&items[i]) {
			path := pathOf(u)
			if !slices.ContainsFunc(log, func(a asked) bool { return a.Path == path && a.Status < 300 }) {
				w.Errorf("%s was not fetched", path)
			}
		}
	}
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Path
}

// addressesOf are the first addresses of an item's files, its picture's and then its sound's.
func addressesOf(it *Item) (list []string) {
	for _, r := range []*stream.Rendition{it.Row, it.Audio} {
		if r != nil {
			for _, s := range r.Segments {
				list = append(list, s.URLs[0].URL)
			}
		}
	}
	return list
}

// files lists what lies in a folder and below it, without hidden ones.
func (w *world) files(dir string) (list []string) {
	w.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, path[len(dir)+1:])
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return list
}

// apart are the files of the selection as they are fetched, with what they must hold.
func (w *world) apart(items []Item) map[string][]byte {
	want := map[string][]byte{}
	endings := [][]string{{".video.mp4", ".audio.m4a"}, {".video.mp4", ".audio.m4a"}, {" part 1.flv", " part 2.flv", " part 3.flv"}, {".mp4"}}
	for i := range items {
		for k, u := range addressesOf(&items[i]) {
			want[folder+"/"+names[i]+endings[i][k]] = w.get(stream.Com, u)
		}
	}
	return want
}

// TestSaved: curl, wget and aria2c save every file of a selection, by a script or a list, with
// the bytes that it has, and ffmpeg joins them.
func TestSaved(t *testing.T) {
	for _, f := range []Format{Curl, Wget, Aria2c, Aria2List} {
		t.Run(string(f), func(t *testing.T) {
			w := newWorld(t, "bash", "curl", "wget", "aria2c")
			items := w.selection()
			want := w.apart(items)
			w.control(http.MethodDelete, "/log", nil)
			dir, text := w.TempDir(), Write(f, items, person)
			if f == Aria2List {
				w.save(dir, text)
				command := strings.TrimPrefix(strings.Split(text.Body, "\n")[1], "# ") // as it says itself
				w.run(dir, "sh", "-c", command)
				w.refusedNothing()
			} else {
				w.runs(dir, text)
			}
			for _, name := range w.files(dir) {
				got, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				if wanted, ok := want[name]; name != text.Name && (!ok || !bytes.Equal(got, wanted)) {
					t.Errorf("%q: %d bytes, want %d", name, len(got), len(wanted))
				}
				delete(want, name)
			}
			for name := range want {
				t.Errorf("%q was not saved", name)
			}
			if f == Aria2c {
				again := w.run(dir, "bash", text.Name)
				if strings.Contains(again, "ERR") || len(w.files(dir)) != 9 {
					t.Errorf("a second run: %s\n%q", again, w.files(dir))
				}
				w.joined(dir, items)
			}
		})
	}
}

// joined joins what was saved, and looks at the files.
func (w *world) joined(dir string, items []Item) {
	w.Helper()
	text := Write(Join, items, person)
	if !slices.Equal(text.Refused, []Refused{{2, InParts}, {3, Whole}}) {
		w.Errorf("refused %v", text.Refused)
	}
	text.Refused = nil
	w.runs(dir, text)
	for i, name := range []string{names[0] + ".mp4", names[1] + ".mkv"} {
		w.whole(filepath.Join(dir, folder, name), &items[i])
	}
}

// whole checks that a file holds each packet of an item's picture and of its sound.
func (w *world) whole(path string, it *Item) {
	w.Helper()
	for i, r := range []*stream.Rendition{it.Row, it.Audio} {
		if r == nil {
			continue
		}
		source := filepath.Join(w.TempDir(), "source")
		if err := os.WriteFile(source, w.get(it.Site, r.Segments[0].URLs[0].URL), 0o644); err != nil {
			w.Fatal(err)
		}
		kind := []string{"v", "a"}[i]
		if got, want := w.packets(path, kind), w.packets(source, kind); got != want {
			w.Errorf("%s holds other packets of %s", path, kind)
		}
	}
}

// packets sums up the packets of a file's picture or sound, as MP4 has them.
func (w *world) packets(path, kind string) string {
	w.Helper()
	return w.run(w.TempDir(), "ffmpeg", "-v", "error", "-i", path, "-map", "0:"+kind, "-c", "copy", "-f", "streamhash", "-hash", "md5", "-")
}

// TestOneFile: ffmpeg saves picture and sound as one file; what it can't is refused.
func TestOneFile(t *testing.T) {
	w := newWorld(t, "bash")
	items, dir := w.selection(), t.TempDir()
	text := Write(FFmpeg, items, person)
	if !slices.Equal(text.Refused, []Refused{{2, InParts}}) {
		t.Errorf("refused %v", text.Refused)
	}
	text.Refused = nil
	w.runs(dir, text)
	got, want := w.files(dir), []string{folder + "/" + names[0] + ".mp4", folder + "/" + names[1] + ".mkv", folder + "/" + names[3] + ".mp4", text.Name}
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Fatalf("files %q, want %q", got, want)
	}
	for i, name := range []string{names[0] + ".mp4", names[1] + ".mkv"} {
		w.whole(filepath.Join(dir, folder, name), &items[i])
	}
	w.fetched([]Item{items[0], items[1], items[3]})
}

// TestScriptTellsOfFailure: a lesson that can't be fetched keeps nothing from the others, and
// the script ends with a failure.
func TestScriptTellsOfFailure(t *testing.T) {
	for _, f := range []Format{Curl, Wget, FFmpeg, Aria2c} {
		w := newWorld(t, "bash", "curl", "wget", "aria2c")
		good := w.course("700101", "good", 2)
		bad := w.course("700101", "bad", 1)
		row := *smallest(bad.Video)
		row.Segments = []stream.Segment{segment(strings.Replace(row.Segments[0].URLs[0].URL, "upsig=", "upsig=0", 1))}
		items := []Item{ItemOf(bad, &row), ItemOf(good, smallest(good.Video))}
		dir, text := t.TempDir(), Write(f, items, Reader{Shell: POSIX, Template: "{lesson}"})
		w.save(dir, text)
		cmd := exec.Command("bash", text.Name)
		cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.home(), "http_proxy=http://" + w.address}
		said, err := cmd.CombinedOutput()
		if err == nil {
			t.Errorf("%s: a failure ended well: %s", f, said)
		}
		if all := w.files(dir); !slices.ContainsFunc(all, func(name string) bool { return strings.HasPrefix(name, "good.") }) {
			t.Errorf("%s: %q\n%s", f, all, said)
		}
	}
}

// titles are what mpv called what it played.
func titles(said string) (list []string) {
	for line := range strings.Lines(said) {
		if title, ok := strings.CutPrefix(line, "TITLE:"); ok {
			list = append(list, strings.TrimRight(title, "\n"))
		}
	}
	return list
}

// TestPlayed: mpv plays a selection by a script, and by a playlist with the command that this
// holds; each with its sound, under its title.
func TestPlayed(t *testing.T) {
	for _, f := range []Format{MPV, MPVList} {
		t.Run(string(f), func(t *testing.T) {
			w := newWorld(t, "bash", "mpv")
			items, dir := w.selection(), t.TempDir()
			w.control(http.MethodDelete, "/log", nil)
			text := Write(f, items, Reader{Shell: POSIX, Agent: agent})
			var said string
			if f == MPV {
				said = w.runs(dir, text)
			} else {
				w.save(dir, text)
				first, rest, _ := strings.Cut(text.Body, "\n")
				if want := "#EXTM3U Streamlist: the links work until " + time.Unix(text.ExpiresAt, 0).UTC().Format("2006-01-02 15:04") + " UTC"; first != want {
					t.Errorf("the first line is %q, want %q", first, want)
				}
				command, _, _ := strings.Cut(strings.TrimPrefix(rest, "# "), "\n")
				said = w.run(dir, "sh", "-c", command)
				w.refusedNothing()
			}
			var want []string
			for i := range items {
				want = append(want, stream.CleanText(mediaTitle(items[i].Head), 4096))
			}
			if got := titles(said); !slices.Equal(got, want) {
				t.Errorf("titles %q, want %q", got, want)
			}
			// The first two have their sound apart; whether the third and fourth have any is the file's business.
			if n := strings.Count(said, "Audio --aid=1"); n < 2 {
				t.Errorf("%d entries with sound:\n%s", n, said)
			}
			w.fetched(items)
			if all := w.files(dir); len(all) != 1 {
				t.Errorf("left %q", all)
			}
		})
	}
}

// TestPlaylistWithSoundInside is what VLC gets. It isn't run here; mpv reads the file too, all
// but the headers.
func TestPlaylistWithSoundInside(t *testing.T) {
	w := newWorld(t, "mpv")
	items, dir := w.selection(), t.TempDir()
	w.control(http.MethodDelete, "/log", nil)
	text := Write(VLCList, items, Reader{Shell: POSIX, Agent: agent})
	if !slices.Equal(text.Refused, []Refused{{0, NoSound}, {1, NoSound}}) {
		t.Errorf("refused %v", text.Refused)
	}
	w.save(dir, text)
	said := w.run(dir, "mpv", "--referrer=https://www.bilibili.com/", text.Name)
	if got := titles(said); len(got) != 4 {
		t.Errorf("%d entries: %q", len(got), got)
	}
	w.fetched(items[2:])
}

// TestList: an address a line, for whatever reads such a list.
func TestList(t *testing.T) {
	w := newWorld(t, "wget")
	items, dir := w.selection(), t.TempDir()
	w.control(http.MethodDelete, "/log", nil)
	text := Write(List, items, Reader{})
	w.save(dir, text)
	w.run(dir, "wget", "--referer=https://www.bilibili.com/", "--input-file="+text.Name)
	w.refusedNothing()
	w.fetched(items)
	if n := len(w.files(dir)); n != 1+2+2+3+1 {
		t.Errorf("%d files", n)
	}
}

// TestDocuments: a program that reads the JSON, or the CSV, knows what it needs to fetch all.
func TestDocuments(t *testing.T) {
	w := newWorld(t)
	items := w.selection()
	var doc struct {
		Streamlist int
		Headers    map[string]string
		Until      int64
		Lessons    []struct {
			Title, Page, File string
			Streams           []struct{ Segments []struct{ URLs []string } }
		}
	}
	text := Write(JSON, items, person)
	if err := json.Unmarshal([]byte(text.Body), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Streamlist != 1 || len(doc.Lessons) != len(items) || doc.Until != text.ExpiresAt {
		t.Fatalf("%+v", doc)
	}
	reader := csv.NewReader(strings.NewReader(Write(CSV, items, person).Body))
	rows, err := reader.ReadAll()
	if err != nil || len(rows) != len(items)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	for i := range items {
		var fromJSON []string
		for _, s := range doc.Lessons[i].Streams {
			for _, part := range s.Segments {
				fromJSON = append(fromJSON, part.URLs[0])
			}
		}
		row := rows[i+1]
		fromCSV := strings.Fields(row[column("video")] + " " + row[column("audio")])
		if want := addressesOf(&items[i]); !slices.Equal(fromJSON, want) || !slices.Equal(fromCSV, want) {
			t.Errorf("lesson %d: %q, %q", i, fromJSON, fromCSV)
		}
		if want := folder + "/" + names[i]; doc.Lessons[i].File != want || row[column("file")] != want {
			t.Errorf("lesson %d: files %q and %q", i, doc.Lessons[i].File, row[column("file")])
		}
		for _, u := range fromJSON {
			request, _ := http.NewRequest(http.MethodGet, u, nil)
			for name, value := range doc.Headers {
				request.Header.Set(name, value)
			}
			response, err := w.client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != 200 {
				t.Errorf("lesson %d: %s", i, response.Status)
			}
		}
	}
}

// TestTV: an episode of bilibili.tv is fetched with that site's headers.
func TestTV(t *testing.T) {
	w := newWorld(t, "bash", "curl", "wget", "aria2c", "mpv")
	l := w.series("2100002", "13000201", `It's a "test"`)
	items := []Item{ItemOf(l, smallest(l.Video))}
	for _, f := range []Format{Curl, Wget, Aria2c, FFmpeg, MPV} {
		w.control(http.MethodDelete, "/log", nil)
		w.runs(t.TempDir(), Write(f, items, Reader{Shell: POSIX, Agent: agent}))
		w.fetched(items)
	}
}

// TestPages: mpv plays pages, which it has yt-dlp resolve, with the command that the playlist
// holds. Debian's yt-dlp of 2023 knows bilibili.tv, and no courses.
func TestPages(t *testing.T) {
	w := newWorld(t, "mpv", "yt-dlp")
	// It asks for more than we do: where the opening ends, and what the page tells search engines.
	w.knob(`{"match": "/v2/ogv/play/episode?", "status": 200, "contentType": "application/json", "body": "{\"code\":0,\"data\":{}}"}`)
	w.knob(`{"match": "www.bilibili.tv/en/play/", "status": 200, "contentType": "text/html",
		"body": "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@type\":\"VideoObject\",\"name\":\"x\"}</script>"}`)
	w.knob(`{"match": "/v2/subtitle?", "status": 200, "contentType": "application/json", "body": "{\"code\":0,\"data\":{\"subtitles\":[]}}"}`)
	l := w.series("2100002", "13000201", `It's a "test"`)
	items := []Item{ItemOf(l, nil)}
	items[0].Account = false // nobody is logged in, and there is no browser to read cookies from
	w.control(http.MethodDelete, "/log", nil)
	dir, text := t.TempDir(), Write(PageList, items, Reader{Shell: POSIX, Agent: agent})
	w.save(dir, text)
	lines := strings.Split(text.Body, "\n")
	said := w.run(dir, "sh", "-c", strings.Replace(strings.TrimPrefix(lines[1], "# "), "mpv ", "mpv --ytdl=yes ", 1))
	w.refusedNothing()
	if !strings.Contains(said, "Video --vid=1") || !strings.Contains(said, "Audio --aid=1") || len(w.media()) == 0 {
		t.Errorf("played:\n%s", said)
	}
}

func (w *world) knob(body string) {
	w.Helper()
	response, err := http.Post("http://"+w.address+"/knobs", "application/json", strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode >= 300 {
		w.Fatal(response.Status)
	}
}
