package download

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/wasm/internal/stream"
)

const srt = "1\n00:00:00,200 --> 00:00:01,400\nHello\n\n"

func TestSubtitlesLieBesideTheVideo(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(ctx context.Context, n int) ([]Subtitle, error)
		want   []string // tags
		notes  []Reason
		asked  int
		panics int
	}{
		"one": {answer: func(context.Context, int) ([]Subtitle, error) { return []Subtitle{{"en", srt}}, nil }, want: []string{"en"}, asked: 1},
		"several": {
			answer: func(context.Context, int) ([]Subtitle, error) { return []Subtitle{{"en", srt}, {"th-auto", srt}}, nil },
			want:   []string{"en", "th-auto"}, asked: 1,
		},
		"none": {answer: func(context.Context, int) ([]Subtitle, error) { return nil, nil }, notes: []Reason{{Code: NoSubtitles, Detail: "all"}}, asked: 1},
		"some": {answer: func(context.Context, int) ([]Subtitle, error) {
			return []Subtitle{{"en", ""}, {"th", srt}, {"vi", ""}}, nil
		}, want: []string{"th"}, notes: []Reason{{Code: SubtitlesLost, Detail: "en vi"}}, asked: 1},
		"error": {answer: func(context.Context, int) ([]Subtitle, error) { return nil, errors.New("no answer") }, notes: []Reason{{Code: SubtitlesLost, Detail: "all"}}, asked: 2},
		"at the second try": {answer: func(_ context.Context, n int) ([]Subtitle, error) {
			if n == 1 {
				return nil, errors.New("no answer")
			}
			return []Subtitle{{"en", srt}}, nil
		}, want: []string{"en"}, asked: 2},
		"never": {answer: func(ctx context.Context, _ int) ([]Subtitle, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, notes: []Reason{{Code: SubtitlesLost, Detail: "all"}}, asked: 1},
		"a bug": {answer: func(context.Context, int) ([]Subtitle, error) { panic("a bug") }, notes: []Reason{{Code: SubtitlesLost, Detail: "all"}}, asked: 2, panics: 2},
		"hostile tags": {
			answer: func(context.Context, int) ([]Subtitle, error) {
				return []Subtitle{{"../en", srt}, {"", srt}, {"en", srt}, {"en", srt}}, nil
			},
			want: []string{"en"}, notes: []Reason{{Code: SubtitlesLost, Detail: "../en  en"}}, asked: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.subtitles = func(ctx context.Context, n int, _ Order) ([]Subtitle, error) { return c.answer(ctx, n) }
				w.slow(200_000)
				w.begin()
				defer w.end()
				o, l, file := w.lesson(1, 500_000)
				o.Subtitles = "all"
				began := time.Now()
				w.add(o, l)
				j := w.finish("job1")
				synctest.Wait() // until it is handed over
				if took := time.Since(began); took > 30*time.Second {
					t.Errorf("it took %v", took)
				}
				w.wants("job1", "media", file)
				j.Notes = slices.DeleteFunc(j.Notes, func(n Reason) bool { return n.Code == Unchecked }) // the file is made up
				if len(j.Notes) == 0 {
					j.Notes = nil
				}
				if j.Files != 1 || !reflect.DeepEqual(j.Subtitles, c.want) || !reflect.DeepEqual(j.Notes, c.notes) {
					t.Errorf("%d files, subtitles %v, notes %+v; want %v, %+v", j.Files, j.Subtitles, j.Notes, c.want, c.notes)
				}
				hand := w.hands[0]
				if len(hand.Files) != 1+len(c.want) || hand.Files[0].Tag != "" {
					t.Fatalf("handed over: %+v", hand.Files)
				}
				for i, f := range hand.Files[1:] {
					name := "日语/001 - lesson [1080P AVC]." + c.want[i] + ".srt"
					if f.Name != name || f.Tag != c.want[i] || f.Type != "application/x-subrip" {
						t.Errorf("handed over: %+v, want %s", f, name)
					}
					w.wants("job1", f.File, []byte(srt))
				}
				if w.titles != c.asked || len(w.panics) != c.panics {
					t.Errorf("asked %d times, %d panics; want %d, %d", w.titles, len(w.panics), c.asked, c.panics)
				}
				w.panics = nil
				w.queue.Handed("job1", Kept, []int64{1}, "vi")
				j = w.job("job1")
				if note := j.Notes[len(j.Notes)-1]; j.State != Complete || !reflect.DeepEqual(j.Subtitles, c.want) || note.Code != SubtitlesLost || note.Detail != "vi" {
					t.Errorf("%s with %v, %+v", j.State, j.Subtitles, note)
				}
			})
		})
	}
}

func TestSubtitlesAreAskedForAtTheBeginningAndOnlyWhereOrdered(t *testing.T) {
	inBubble(t, func(w *world) {
		w.subtitles = func(context.Context, int, Order) ([]Subtitle, error) { return []Subtitle{{"en", srt}}, nil }
		w.slow(10_000)
		w.begin()
		defer w.end()
		plain, l, _ := w.lesson(1, 100_000)
		w.add(plain, l)
		w.finish("job1")
		synctest.Wait()
		if w.titles != 0 {
			t.Errorf("asked %d times for what nobody ordered", w.titles)
		}
		o, l, _ := w.lesson(2, 100_000)
		o.Subtitles = "en"
		w.listing = func(int, bool) (*stream.Listing, error) { return l, nil }
		w.add(o, l)
		time.Sleep(time.Second)
		synctest.Wait()
		if j := w.job("job2"); w.titles != 1 || j.State != Running {
			t.Errorf("asked %d times while the video is %s", w.titles, j.State)
		}
		// Paused and taken up again: they are asked for anew, and saved once.
		w.queue.Do("job2", Pause)
		w.until("job2", "the pause", func(j Job) bool { return j.State == Paused })
		w.queue.Do("job2", Resume)
		j := w.finish("job2")
		synctest.Wait()
		if !reflect.DeepEqual(j.Subtitles, []string{"en"}) || w.titles != 2 {
			t.Errorf("subtitles %v, asked %d times", j.Subtitles, w.titles)
		}
		if n := len(w.hands[1].Files); n != 2 {
			t.Errorf("%d files are handed over", n)
		}
	})
}

func TestCancelWaitsForNoSubtitles(t *testing.T) {
	inBubble(t, func(w *world) {
		w.subtitles = func(ctx context.Context, _ int, _ Order) ([]Subtitle, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		w.begin()
		defer w.end()
		o, l, _ := w.lesson(1, 100_000)
		o.Subtitles = "en"
		w.add(o, l)
		w.until("job1", "whole but for the subtitles", func(j Job) bool { return j.State == Checking })
		w.queue.Do("job1", Cancel)
		time.Sleep(time.Second)
		synctest.Wait()
		if len(w.hands) != 0 || w.disk.folders["job1"] != nil {
			t.Errorf("handed over %+v, on disk %v", w.hands, w.disk.folders)
		}
	})
}

func TestSubtitlesAreHandedOverAgainAfterARestart(t *testing.T) {
	inBubble(t, func(w *world) {
		w.subtitles = func(context.Context, int, Order) ([]Subtitle, error) { return []Subtitle{{"en", srt}}, nil }
		w.begin()
		o, l, file := w.lesson(1, 100_000)
		o.Subtitles = "en"
		w.add(o, l)
		w.finish("job1")
		synctest.Wait()
		first := w.hands
		w.end()
		w.forget()
		w.begin()
		defer w.end()
		j := w.finish("job1")
		synctest.Wait()
		if !reflect.DeepEqual(w.hands, first) || !reflect.DeepEqual(j.Subtitles, []string{"en"}) || w.titles != 1 {
			t.Errorf("handed over %+v, before %+v; asked %d times", w.hands, first, w.titles)
		}
		w.wants("job1", "media", file)
	})
}

func TestOrderedAgainWithOtherSubtitles(t *testing.T) {
	inBubble(t, func(w *world) {
		w.subtitles = func(_ context.Context, _ int, o Order) ([]Subtitle, error) {
			return []Subtitle{{o.Subtitles, srt}}, nil
		}
		w.begin()
		defer w.end()
		o, l, _ := w.lesson(1, 100_000)
		o.Subtitles = "en"
		w.add(o, l)
		w.finish("job1")
		w.queue.Handed("job1", Kept, []int64{1, 2}, "")
		w.until("job1", "complete", func(j Job) bool { return j.State == Complete })
		o.Subtitles = "th"
		w.listing = func(int, bool) (*stream.Listing, error) { return l, nil }
		w.add(o, l)
		if j := w.finish("job1"); !reflect.DeepEqual(j.Subtitles, []string{"th"}) {
			t.Errorf("subtitles %v", j.Subtitles)
		}
	})
}
