package service

import (
	"context"
	"time"

	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/export"
	"streamlist/wasm/internal/intl"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/pugv"
	"streamlist/wasm/internal/stream"
)

// addresses is how many of a segment's are kept: the first and two backups.
const addresses = 3

// collector is somebody at work on a job. What the site says of account and course serves
// all its lessons.
type collector struct {
	*asking
	c      *collection
	j      *job
	begun  bool // with a first lesson
	season *pugv.Season
}

// work asks for a job's lessons until nothing is left to do.
func (s *Service) work(c *collection, j *job) {
	ctx := context.Background()
	w := &collector{asking: s.asking(j.Tab, j.List.Site), c: c, j: j}
	defer func() {
		r := recover()
		s.collected(ctx, j.Tab, func(c *collection) {
			if r != nil {
				s.Report(r)
				c.queue.Stop(&stream.Reason{Code: stream.Unexpected, Detail: stream.Internal})
				c.keep(ctx)
			}
			c.working = false // and somebody else is at once, if a person has gone on just now
			s.ring(c)
		})
	}()
	for {
		s.collecting.Lock()
		at, wait := -1, int64(0)
		if c.job == j {
			at, wait = c.queue.Next(s.Now().UnixMilli())
		}
		s.collecting.Unlock()
		switch {
		case at >= 0:
			w.step(ctx, at)
		case wait == 0:
			return
		default:
			timer := time.AfterFunc(time.Duration(wait)*time.Millisecond, c.wake)
			<-c.nudge
			timer.Stop()
		}
	}
}

// wake ends a wait.
func (c *collection) wake() {
	select {
	case c.nudge <- struct{}{}:
	default: // told already
	}
}

// step asks for a lesson and settles what comes of it. The result is stored before the
// queue, and that before the next lesson is asked for, so that no end of the background
// costs more than the lesson that is being asked for.
func (w *collector) step(ctx context.Context, at int) {
	now := w.Now()
	w.now = now.Unix()
	lesson := &w.j.List.Lessons[at]
	until := w.paused(ctx, w.tab, w.site)
	// A result may have been brought by a background that was ended before it could note that.
	got := !w.begun && w.c.result(ctx, w.j, at).Job != 0
	w.begun = true
	var why stream.Reason
	var took int64
	switch {
	case got, until > w.now:
	case lesson.Access == course.NotReleased:
		why.Code, why.At = stream.NotReleased, lesson.Release
	case lesson.Access == course.NoVideo:
		why.Code, why.Detail = stream.NotGiven, stream.NoVideo
	case lesson.Access == course.NotPurchased:
		why.Code = stream.NotPurchased
		if w.login(ctx, pugv.LoginURL, pugv.DecodeLogin) == stream.LoggedOut {
			why.Code = stream.NotLoggedIn
		}
	default:
		got = w.ask(ctx, lesson, &why)
		if !paged(w.j.Job.Format) {
			took = max(1, w.Now().Sub(now).Milliseconds())
		}
	}
	w.collecting.Lock()
	switch {
	case w.c.job != w.j: // cleared meanwhile
		_ = w.c.results.Delete(ctx, w.c.resultKey(lesson.ID))
	case !got && until > w.now:
		w.c.queue.Hold(until * 1000)
		w.c.keep(ctx)
	default:
		w.c.queue.Settle(at, got, why, w.Now().UnixMilli(), took)
		w.c.keep(ctx)
	}
	w.collecting.Unlock()
}

// ask asks for a lesson and stores what comes. Where nothing does, why says so; else it is a
// remark or zero.
func (w *collector) ask(ctx context.Context, lesson *course.Lesson, why *stream.Reason) (got bool) {
	bounded, cancel := within(ctx, w.Limits.Listing)
	defer cancel()
	l := &stream.Listing{Site: w.site}
	if !paged(w.j.Job.Format) {
		var err error
		if l, err = w.alone(bounded, lesson.ID); err != nil {
			*why = w.reason(bounded, err)
			return false
		}
	}
	list := &w.j.List
	l.Head = stream.Head{
		Title: lesson.Title, Series: list.Title, Number: lesson.Number, Total: w.j.Total, Duration: max(lesson.Duration, l.Head.Duration),
		SeasonID: list.Page[len("/ss/")+len(list.Site):], EpisodeID: lesson.ID,
	}
	r := result{Job: w.j.ID, At: w.now}
	if !w.reduce(ctx, l, &r, why) {
		return false
	}
	if got = put(ctx, w.c.results, w.c.resultKey(lesson.ID), &r); !got {
		*why = stream.Reason{Code: stream.Unexpected, Detail: stream.NoRoom}
	}
	return got
}

// paged reports whether a format holds pages alone, for which nobody has to be asked.
func paged(f export.Format) bool { return f == export.PageList || f == export.YtDlp }

// alone lists a lesson or an episode by its streams; only a refusal needs more.
func (w *collector) alone(ctx context.Context, id string) (*stream.Listing, error) {
	t, _ := page.Parse(w.tab.URL)
	t = another(t, id)
	if t.Site == stream.TV {
		play, err := get(ctx, w.asking, intl.PlayURL(t.EpisodeID, "", t.SLocale()), intl.DecodePlay)
		return w.describePlay(ctx, play, err)
	}
	season := func(ctx context.Context) (s *pugv.Season, err error) {
		if w.season == nil {
			w.season, err = get(ctx, w.asking, pugv.SeasonURL("", t.EpisodeID), pugv.DecodeSeason)
		}
		return w.season, err
	}
	play, err := w.playLesson(ctx, t.EpisodeID, season)
	var s *pugv.Season
	if r, ok := asReason(err); ok && !passing(r) {
		s, _ = season(ctx)
	}
	return w.describeLesson(ctx, play, err, s, t.EpisodeID)
}

// reduce takes from a listing the rendition that the person wants, and its sound, if there is
// one. why says why not, else it is a remark or zero.
func (w *collector) reduce(ctx context.Context, l *stream.Listing, r *result, why *stream.Reason) bool {
	if l.Problem != nil {
		*why = *l.Problem
		if why.Code != stream.PreviewOnly {
			return false
		}
	}
	wanted := w.options(ctx).preferences()
	wanted.Ceiling = w.j.Job.Ceiling
	l.Arrange(wanted)
	row := l.Find(l.BestKey)
	switch {
	case paged(w.j.Job.Format):
	case l.Withholds(stream.RateLimited): // in the middle of the lesson
		*why = stream.Reason{Code: stream.RateLimited, At: w.paused(ctx, w.tab, w.site)}
		return false
	case row == nil:
		*why = whyNoBest(l)
		return false
	}
	r.Item = export.ItemOf(l, row)
	if w.j.Job.Silent {
		r.Item.Audio = nil
	}
	// No more addresses than are of use.
	for _, row := range []*stream.Rendition{r.Item.Row, r.Item.Audio} {
		for k := 0; row != nil && k < len(row.Segments); k++ {
			s := &row.Segments[k]
			s.URLs = s.URLs[:min(len(s.URLs), addresses)]
			if end := stream.Until(s.URLs[:1]); r.Until == 0 || (end != 0 && end < r.Until) {
				r.Until = end
			}
		}
	}
	return true
}

// result returns what a lesson of a job brought; the zero result where that is gone.
func (c *collection) result(ctx context.Context, j *job, at int) (r result) {
	if !recall(ctx, c.results, c.resultKey(j.List.Lessons[at].ID), &r) || r.Job != j.ID {
		return result{}
	}
	return r
}
