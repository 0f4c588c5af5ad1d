package aria2

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"streamlist/tests/replica/media"
	"streamlist/wasm/internal/stream"
)

// breaking has connections break off after 600 kB, so that each file takes several
// requests, and links end within the transfer of each.
const breaking = `{"linkSeconds": %d, "match": "upgcxcode", "bytesPerSecond": 400000, "resetAfter": 600000}`

func TestThirtyLessonsOutliveTheirLinks(t *testing.T) {
	b := newBench(t)
	b.sites.set(fmt.Sprintf(breaking, 8))
	pictures := []stream.Codec{stream.AVC, stream.HEVC, stream.AV1}
	sounds := []stream.Quality{30280, 30232, 30216}
	for n := 1; n <= 30; n++ {
		l, err := b.sites.listing(t.Context(), lesson(n).Episode)
		if err != nil {
			t.Fatal(err)
		}
		codec, quality, name := pictures[n%3], sounds[n%3], fmt.Sprintf("Kurs/%02d - 第%d讲", n, n)
		items := []Item{
			{Row: row(t, l.Video, codec, 80), Name: name + ".video.mp4"},
			{Row: row(t, l.Audio, stream.AAC, quality), Name: name + ".audio.m4a"},
		}
		if sent, err := b.sent.Send(t.Context(), b.daemon.client(), usual, lesson(n), items, time.Now().Unix()); err != nil || sent != 2 {
			t.Fatalf("lesson %d: %d, %v", n, sent, err)
		}
		b.want[items[0].Name] = b.file(media.Codec(codec), 80)
		b.want[items[1].Name] = b.file(media.AAC, quality)
	}
	// In the middle nobody looks after them, until links have ended under aria2.
	b.until("a third is there", func() bool { return b.sent.Unfinished() <= 40 })
	b.await("as many fail as run at a time", func() bool {
		return strings.Count(b.daemon.ask("aria2.tellStopped", 0, 100, []string{"status"}), `"error"`) >= 5
	})
	b.whole()

	refused, lessons := 0, map[string]bool{}
	for _, r := range b.sites.log() {
		if r.Status == 403 {
			refused++
		}
		lessons[strings.Split(r.Path, "/")[4]] = true
	}
	if len(lessons) != 30 {
		t.Errorf("files of %d lessons were fetched", len(lessons))
	}
	if refused == 0 {
		t.Error("no link ended while it was wanted: this test shows nothing")
	}
	t.Logf("%d requests for links, %d refusals by media hosts", b.sites.asks(), refused)
}

// Before their links end transfers get others, and a media host never refuses one.
func TestAddressesAreChangedBeforeTheyEnd(t *testing.T) {
	b := newBench(t)
	b.sites.set(fmt.Sprintf(breaking, 16))
	b.send(1, "a.mp4", stream.AVC, 80)
	b.sites.set(`{"match": "upgcxcode", "bytesPerSecond": 30000, "resetAfter": 250000}`)
	b.whole()
	if b.sites.asks() < 2 {
		t.Errorf("fresh addresses were asked for %d times", b.sites.asks())
	}
	for _, r := range b.sites.log() {
		if r.Status >= 400 {
			t.Errorf("a media host refused: %+v", r)
		}
	}
}

// One that failed keeps its bytes.
func TestWhatFailedGoesOnWhereItWas(t *testing.T) {
	b := newBench(t)
	b.sites.set(`{"linkSeconds": 6, "match": "upgcxcode", "bytesPerSecond": 100000, "resetAfter": 250000}`)
	tr := b.send(1, "a.mp4", stream.AVC, 80)
	gid := tr.GID
	b.given(gid, "error")
	b.sites.set(`{"linkSeconds": 60, "match": "upgcxcode", "bytesPerSecond": 200000}`)
	mark := len(b.sites.log())
	var had int64
	for _, r := range b.sites.log() {
		had += r.Bytes
	}
	b.tend() // hears of it, and adds it anew
	if tr.State != Waiting || tr.Tries != 1 || b.sites.asks() != 1 {
		t.Fatalf("after the failure: %s", b.state())
	}
	b.whole()
	if tr.GID != gid {
		t.Error("it has another name")
	}
	var again int64
	for _, r := range b.sites.log()[mark:] {
		again += r.Bytes
	}
	if whole := int64(len(b.want["a.mp4"])); had < 500_000 || again > whole-had+100_000 {
		t.Errorf("%d of %d bytes were fetched after the failure, though about %d were there", again, whole, had)
	}
	if list := b.daemon.ask("aria2.tellStopped", 0, 10, []string{"gid", "status"}); strings.Contains(list, "error") {
		t.Errorf("aria2 still shows the failure: %s", list)
	}
}

// await waits until something is so, without looking after the transfers.
func (b *bench) await(what string, so func() bool) {
	b.Helper()
	for end := time.Now().Add(60 * time.Second); !so(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("never: %s\n%s", what, b.state())
		}
	}
}

// given waits for aria2's own word of a transfer, without looking after it.
func (b *bench) given(gid, state string) {
	b.Helper()
	b.await("aria2 has "+gid+" as "+state, func() bool {
		return strings.Contains(b.daemon.ask("aria2.tellStatus", gid, []string{"status"}), `"`+state+`"`)
	})
}

// ended waits until all links that were made so far have ended.
func (b *bench) ended() {
	b.Helper()
	l, err := b.sites.listing(b.Context(), lesson(1).Episode)
	if err != nil {
		b.Fatal(err)
	}
	link := l.Video[0].Segments[0].URLs[0].URL // the latest
	b.await("the links end", func() bool {
		status, err := b.sites.probe(b.Context(), link)
		return err == nil && status == http.StatusForbidden
	})
}

func TestAServerThatGoesAndComesBack(t *testing.T) {
	for name, how := range map[string]os.Signal{"stopped": os.Interrupt, "killed": os.Kill} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.sites.set(`{"linkSeconds": 4, "match": "upgcxcode", "bytesPerSecond": 100000}`)
			for n := 1; n <= 6; n++ { // one more than aria2 runs at a time
				b.send(n, fmt.Sprintf("%d.mp4", n), stream.AVC, 80)
			}
			b.until("some bytes are there", func() bool { return b.sent.Transfers[0].Done > 500_000 })
			b.daemon.stop(how)
			_, err := b.sent.Tend(t.Context(), b.daemon.client(), usual, b.sites, time.Now().Unix())
			if err != Refused {
				t.Fatalf("without a server: %v", err)
			}
			if n := b.sent.Unfinished(); n != 6 {
				t.Fatalf("%d transfers left", n)
			}
			b.ended()
			b.daemon.start()
			b.whole()
		})
	}
}

// A person may have handed what was under way to a new aria2, under other names, with its own list
// or by hand: it isn't sent a second time.
func TestARestartedServerWithOtherNames(t *testing.T) {
	b := newBench(t)
	b.sites.set(`{"linkSeconds": 6, "match": "upgcxcode", "bytesPerSecond": 200000}`)
	tr := b.send(1, "a.mp4", stream.AVC, 80)
	b.until("it is opened", func() bool { return tr.Opened })
	had := b.daemon.ask("aria2.getUris", tr.GID)
	b.daemon.stop(os.Interrupt)
	b.daemon.start()
	address := strings.ReplaceAll(strings.Split(had, `"`)[7], `\/`, "/")
	if !strings.HasPrefix(address, "http") {
		t.Fatalf("no address in %s", had)
	}
	other := strings.Trim(b.daemon.ask("aria2.addUri", []string{address}, handed{"a.mp4", []string{"Referer: https://www.bilibili.com/"}, "true", "true"}), `"`)
	b.tend()
	if tr.GID != other {
		t.Errorf("it is known as %s, aria2 has it as %s", tr.GID, other)
	}
	b.daemon.ask("aria2.unpause", other)
	b.whole()
}

type handed struct {
	Out      string   `json:"out"`
	Header   []string `json:"header"`
	Pause    string   `json:"pause"`
	Continue string   `json:"continue"`
}

func TestASessionFileKeepsTheNames(t *testing.T) {
	b := newBench(t)
	b.sites.set(`{"linkSeconds": 4, "match": "upgcxcode", "bytesPerSecond": 200000}`)
	file := filepath.Join(t.TempDir(), "session")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b.daemon.stop(os.Interrupt)
	b.daemon.start("--save-session=" + file)
	tr := b.send(1, "a.mp4", stream.AVC, 80)
	b.until("some bytes are there", func() bool { return tr.Done > 100_000 })
	b.daemon.stop(os.Interrupt)
	b.ended()
	gid := tr.GID
	b.daemon.start("--save-session="+file, "--input-file="+file)
	b.whole()
	if tr.GID != gid {
		t.Error("it has another name")
	}
}

func TestWhatAPersonRemovesStaysAway(t *testing.T) {
	b := newBench(t)
	b.sites.set(`{"match": "upgcxcode", "bytesPerSecond": 100000}`)
	tr := b.send(1, "a.mp4", stream.AVC, 80)
	b.until("it is opened", func() bool { return tr.Opened && tr.Done > 100_000 })
	b.daemon.ask("aria2.forceRemove", tr.GID)
	b.until("it is removed", func() bool { return tr.State == Removed })
	b.daemon.ask("aria2.purgeDownloadResult")
	asks := b.sites.asks()
	b.tend()
	if b.sent.Unfinished() != 0 || b.sites.asks() != asks {
		t.Fatalf("it is looked after still: %s", b.state())
	}
	b.sites.reset()
	b.sent.Again(tr.Lesson)
	b.whole()
}

// Removed without a trace, while aria2 runs on.
func TestWhatIsGoneWithoutARestartWasRemoved(t *testing.T) {
	b := newBench(t)
	b.sites.set(`{"match": "upgcxcode", "bytesPerSecond": 100000}`)
	tr := b.send(1, "a.mp4", stream.AVC, 80)
	b.until("it runs", func() bool { return tr.State == Active })
	b.daemon.ask("aria2.forceRemove", tr.GID)
	b.given(tr.GID, "removed")
	b.daemon.ask("aria2.removeDownloadResult", tr.GID)
	b.tend()
	if tr.State != Removed {
		t.Fatal(b.state())
	}
}

// Nobody asks a site for what stands still by a person's wish.
func TestPausedTransfersAreLeftAlone(t *testing.T) {
	b := newBench(t)
	b.sites.set(`{"linkSeconds": 2, "match": "upgcxcode", "bytesPerSecond": 100000}`)
	tr := b.send(1, "a.mp4", stream.AVC, 80)
	b.daemon.ask("aria2.forcePause", tr.GID)
	b.given(tr.GID, "paused")
	for end := time.Now().Add(4 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if p := b.tend(); tr.State != Paused || p.Soon || p.Due != 0 {
			t.Fatalf("%+v: %s", p, b.state())
		}
	}
	if b.sites.asks() != 0 {
		t.Fatal("a site was asked")
	}
	b.sites.set(`{"linkSeconds": 60}`)
	b.daemon.ask("aria2.unpause", tr.GID)
	b.whole()
}

// Of a long queue only what runs soon is kept fresh.
func TestTheFarEndOfAQueueIsNotKeptFresh(t *testing.T) {
	b := newBench(t, "--max-concurrent-downloads=1")
	b.sites.set(`{"linkSeconds": 10, "match": "upgcxcode", "bytesPerSecond": 20000}`)
	for n := 1; n <= 30; n++ {
		b.send(n, fmt.Sprintf("%d.mp4", n), stream.AVC, 80)
	}
	fresh := func() (list []int) {
		for _, s := range b.sites.asked {
			n, _ := strconv.Atoi(s.Episode)
			if n -= 703700; !slices.Contains(list, n) {
				list = append(list, n)
			}
		}
		return list
	}
	b.until("what runs soon has fresh links", func() bool { return len(fresh()) >= 1+near })
	for end := time.Now().Add(12 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		b.tend() // longer than links live: the others' have ended by now too
	}
	if list := fresh(); len(list) != 1+near || slices.Max(list) != 1+near {
		t.Errorf("asked for the lessons %v", list)
	}
}

// A file that another program has left under the name is no beginning of ours.
func TestANameThatIsTaken(t *testing.T) {
	b := newBench(t)
	other := []byte("something else")
	if err := os.WriteFile(filepath.Join(b.daemon.dir, "a.mp4"), other, 0o600); err != nil {
		t.Fatal(err)
	}
	b.sites.set(`{"linkSeconds": 3, "match": "upgcxcode", "bytesPerSecond": 200000, "resetAfter": 500000}`)
	tr := b.send(1, "a.mp4", stream.AVC, 80)
	b.want["a.1.mp4"], b.want["a.mp4"] = b.want["a.mp4"], other
	b.given(tr.GID, "error") // in the middle, and must go on in its own file
	b.tend()
	b.sites.reset()
	b.whole()
	if tr.name() != b.daemon.dir+"/a.1.mp4" {
		t.Errorf("it lies at %s", tr.name())
	}
}

// Refused before a byte came: nothing is ours yet.
func TestANameThatIsTakenByNowToo(t *testing.T) {
	b := newBench(t)
	other := []byte("something else")
	if err := os.WriteFile(filepath.Join(b.daemon.dir, "a.mp4"), other, 0o600); err != nil {
		t.Fatal(err)
	}
	b.sites.set(`{"match": "upgcxcode", "status": 403, "times": 3}`) // each of its hosts
	tr := b.send(1, "a.mp4", stream.AVC, 80)
	b.want["a.1.mp4"], b.want["a.mp4"] = b.want["a.mp4"], other
	b.given(tr.GID, "error")
	b.whole()
}

func TestTwoOfOneName(t *testing.T) {
	b := newBench(t)
	b.send(1, "a.mp4", stream.AVC, 80)
	b.want["a (2).mp4"] = b.file(media.HEVC, 80)
	l, err := b.sites.listing(t.Context(), lesson(2).Episode)
	if err != nil {
		t.Fatal(err)
	}
	items := []Item{{Row: row(t, l.Video, stream.HEVC, 80), Name: "a.mp4"}}
	for want := range 2 { // the second time it is under way
		sent, err := b.sent.Send(t.Context(), b.daemon.client(), usual, lesson(2), items, time.Now().Unix())
		if err != nil || sent != 1-want {
			t.Fatalf("%d, %v", sent, err)
		}
	}
	b.whole()
}

// Where the server's disk is the cause, trying again is of no use.
func TestAFolderThatCannotBeWritten(t *testing.T) {
	b := newBench(t)
	l, err := b.sites.listing(t.Context(), lesson(1).Episode)
	if err != nil {
		t.Fatal(err)
	}
	options := usual
	options.Dir = "/proc/nowhere"
	_, err = b.sent.Send(t.Context(), b.daemon.client(), options, lesson(1), []Item{{Row: &l.Video[0], Name: "a.mp4"}}, time.Now().Unix())
	if err != nil {
		t.Fatal(err)
	}
	b.until("it is given up", func() bool { return b.last().State == Failed })
	if b.last().Code != 18 || b.last().Reason != nil || b.sites.asks() != 0 { // "could not create directory"
		t.Error(b.state())
	}
}

// Links that are dead as they come are asked for a few times, with pauses.
func TestLinksThatNeverWork(t *testing.T) {
	b := newBench(t)
	b.sites.set(`{"match": "upgcxcode", "status": 403}`)
	tr := b.send(1, "a.mp4", stream.AVC, 80)
	now := time.Now().Unix()
	for end := time.Now().Add(30 * time.Second); tr.State != Failed; now++ { // each look is a second
		if _, err := b.sent.Tend(t.Context(), b.daemon.client(), usual, b.sites, now); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(end) {
			t.Fatal(b.state())
		}
		time.Sleep(10 * time.Millisecond)
	}
	if tr.Reason == nil || tr.Reason.Code != stream.Expired || tr.Code != codeResponse || b.sites.asks() != linkTries {
		t.Errorf("%d times: %s", b.sites.asks(), b.state())
	}
	delete(b.want, "a.mp4")
	b.sites.reset()
	b.want["a.mp4"] = b.file(media.AVC, 80)
	b.sent.Again(tr.Lesson)
	b.whole()
}

func TestWhyThereAreNoFreshLinks(t *testing.T) {
	b := newBench(t)
	b.sites.set(`{"match": "upgcxcode", "status": 403}`)
	tr := b.send(1, "a.mp4", stream.AVC, 80)
	b.given(tr.GID, "error")
	b.sites.refuse(stream.Reason{Code: stream.RateLimited, At: time.Now().Unix() + 3})
	b.tend()
	if tr.State != Renewing {
		t.Fatal(b.state())
	}
	for end := time.Unix(tr.Hold, 0); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if p := b.tend(); p.Due != tr.Hold && time.Now().Before(end) {
			t.Fatalf("%+v, held until %d", p, tr.Hold)
		}
	}
	if b.sites.asks() != 1 {
		t.Errorf("the site was asked %d times within its pause", b.sites.asks())
	}
	b.sites.refuse(stream.Reason{Code: stream.NotPurchased})
	tr.Hold = 0
	b.tend()
	if tr.State != Failed || tr.Reason == nil || tr.Reason.Code != stream.NotPurchased {
		t.Fatal(b.state())
	}
}
