package download

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

// save downloads a lesson and has the browser keep it under an id.
func (w *world) save(n int, id int64) {
	w.t.Helper()
	o, l, _ := w.lesson(n, 20_000)
	o.Load = "load-of-the-document"
	w.add(o, l)
	w.finish(o.ID)
	w.queue.Handed(o.ID, Begun, []int64{id}, "")
	w.queue.Handed(o.ID, Kept, []int64{id}, "")
	synctest.Wait()
	time.Sleep(time.Minute)
}

func ids(v View) (list []string) {
	for _, j := range v.Jobs {
		list = append(list, j.ID)
	}
	return list
}

// What is complete stays on the list, whoever looks.
func TestPast(t *testing.T) {
	inBubble(t, func(w *world) {
		w.begin()
		w.save(1, 31)
		saved := w.job("job1")
		w.save(2, 32)
		w.slow(20_000)
		o, l, _ := w.lesson(3, 500_000)
		w.add(o, l)
		if got := ids(w.queue.View()); !slices.Equal(got, []string{"job3", "job2", "job1"}) {
			t.Errorf("what is complete isn't behind the others, the latest first: %v", got)
		}
		w.end()
		for _, secret := range []string{"https:", "upsig", "load-of"} {
			if strings.Contains(string(w.past), secret) {
				t.Errorf("%q is kept: %s", secret, w.past)
			}
		}
		w.listing = func(int, bool) (*stream.Listing, error) { return l, nil }
		w.begin()
		if got := ids(w.queue.View()); !slices.Equal(got, []string{"job3", "job2", "job1"}) {
			t.Fatalf("%v", got)
		}
		j := w.job("job1")
		if saved.Ended == 0 || j.Ended != saved.Ended || j.Name != saved.Name || j.Size != 20_000 || j.Done != 20_000 || j.Duration != saved.Duration ||
			!slices.Equal(j.Downloads, []int64{31}) || len(j.Parts) != 1 || !slices.Equal(j.Can, []Command{Again, Clear}) {
			t.Errorf("%+v, was %+v", j, saved)
		}
		w.queue.Do("job2", Clear)
		w.end()
		w.begin()
		defer w.end()
		if got := ids(w.queue.View()); !slices.Equal(got, []string{"job3", "job1"}) {
			t.Errorf("after Clear: %v", got)
		}
		w.queue.Do("", Clear)
		if got := ids(w.queue.View()); !slices.Equal(got, []string{"job3"}) || string(w.past) != "[]" {
			t.Errorf("after all was cleared: %v, %s", got, w.past)
		}
	})
}

// Saved again, a file is fetched as the site has it now, which may be another one.
func TestPastSavedAgain(t *testing.T) {
	inBubble(t, func(w *world) {
		w.begin()
		w.save(1, 31)
		w.save(2, 32)
		w.end()
		w.slow(20_000)
		_, l, file := w.lesson(1, 300_000)
		w.asked = func(o Order) (*stream.Listing, error) { return l, nil }
		w.begin()
		o3, l3, _ := w.lesson(3, 300_000)
		w.add(o3, l3)
		w.queue.Do("job1", Again)
		synctest.Wait()
		if got := ids(w.queue.View()); !slices.Equal(got, []string{"job3", "job1", "job2"}) {
			t.Errorf("not the last of the queue: %v", got)
		}
		if j := w.job("job1"); j.State != Waiting || j.Name == "" || j.Ended != 0 || len(j.Downloads) != 0 {
			t.Errorf("%+v", j)
		}
		w.end() // and it isn't forgotten
		if strings.Contains(string(w.past), `"job1"`) {
			t.Error("it is complete and under way")
		}
		w.asked = func(o Order) (*stream.Listing, error) {
			if o.ID == "job3" {
				return l3, nil
			}
			return l, nil
		}
		w.begin()
		defer w.end()
		w.finish("job1")
		w.wants("job1", "media", file)
		if j := w.job("job1"); j.Name != "日语/001 - lesson [1080P AVC].mp4" {
			t.Errorf("its name is now %q", j.Name)
		}
	})
}

// The program can end between what it says is complete and the end of that job's folder.
func TestPastAndFolder(t *testing.T) {
	inBubble(t, func(w *world) {
		w.begin()
		o, l, _ := w.lesson(1, 20_000)
		w.add(o, l)
		w.finish("job1")
		before := w.disk.after()
		w.queue.Handed("job1", Kept, []int64{5}, "")
		synctest.Wait()
		w.end()
		w.disk = before
		w.begin()
		defer w.end()
		if j := w.job("job1"); j.State != Saving || len(w.queue.View().Jobs) != 1 {
			t.Errorf("%+v", w.queue.View().Jobs)
		}
		w.queue.Handed("job1", Kept, []int64{5}, "")
		if j := w.job("job1"); j.State != Complete {
			t.Errorf("%+v", j)
		}
	})
}

func TestPastIsBounded(t *testing.T) {
	inBubble(t, func(w *world) {
		var list []record
		for n := range pastMost + 50 {
			o, l, _ := w.lesson(n, 100)
			r := record{Version: recordVersion, Order: o, State: Complete, Ended: int64(n), Files: []Saved{{File: "media", Name: "a.mp4"}}}
			if err := r.choose(l); err != nil {
				t.Fatal(err)
			}
			list = append(list, r)
		}
		w.past, _ = json.Marshal(list)
		w.begin()
		defer w.end()
		if n := len(w.queue.View().Jobs); n != pastMost {
			t.Errorf("%d are on the list", n)
		}
		w.save(1000, 1)
		got := w.queue.View().Jobs
		if len(got) != pastMost || got[0].ID != "job1000" || got[pastMost-1].ID != "job"+strconv.Itoa(51) {
			t.Errorf("%d, from %s to %s", len(got), got[0].ID, got[len(got)-1].ID)
		}
	})
}

func TestReadPast(t *testing.T) {
	good := `{"v":1,"order":{"id":"a","site":"com","page":"ep1","tab":1,"store":"","row":"single/80/AVC/1","url":""},"state":"complete","head":{},"files":[{"file":"media","name":"a.mp4","type":"video/mp4"}]}`
	for _, c := range []struct {
		list string
		want int
	}{
		{"", 0}, {"null", 0}, {"{}", 0}, {"[1]", 0}, {"[" + good, 0}, {"[" + good + "]", 1},
		{"[" + strings.Replace(good, "complete", "paused", 1) + "," + good + "]", 1},
		{"[" + strings.Replace(good, `"id":"a"`, `"id":"../a"`, 1) + "]", 0},
		{"[" + strings.Replace(good, "a.mp4", "../a.mp4", 1) + "]", 0},
		{"[" + strings.Replace(good, `"files":[{"file":"media","name":"a.mp4","type":"video/mp4"}]`, `"files":[]`, 1) + "]", 0},
	} {
		if got := readPast([]byte(c.list)); len(got) != c.want {
			t.Errorf("%s: %d, want %d", c.list, len(got), c.want)
		}
	}
}
