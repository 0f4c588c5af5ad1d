package pugv

import (
	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// List returns the course's lessons as far as they have been read. now is in Unix seconds.
func (s *Season) List(now int64) *course.List {
	l := &course.List{
		Site: stream.Com, Page: "com/ss/" + string(s.SeasonID), Title: clean(s.Title),
		Lessons: make([]course.Lesson, 0, len(s.Episodes)), More: bool(s.EpisodePage.Next),
	}
	titles := make([]string, len(s.Catalogue))
	for i := range s.Catalogue {
		titles[i] = clean(s.Catalogue[i].Title)
	}
	for i := range s.Episodes {
		e := &s.Episodes[i]
		lesson := course.Lesson{
			ID: string(e.ID), Title: clean(e.Title), Watched: bool(e.Watched), Access: s.access(e, now),
			Duration: e.Duration.Within(wire.MaxDuration/1000) * 1000,
		}
		if at := s.chapter(e); at >= 0 {
			lesson.Section = titles[at]
		}
		if lesson.Access == course.NotReleased && int64(e.ReleaseDate) > now {
			lesson.Release = int64(e.ReleaseDate)
		}
		l.Add(lesson)
	}
	return l
}

// chapter returns under which heading a lesson stands, -1 for none.
func (s *Season) chapter(e *Episode) int {
	for i := range s.Catalogue {
		c := &s.Catalogue[i]
		if e.CatalogueIndex != 0 && e.CatalogueIndex == c.Index || e.CatalogueIndex == 0 && e.Index != 0 && c.Start <= e.Index && e.Index <= c.End {
			return i
		}
	}
	return -1
}

// access tells what is known of a lesson (bilibili-api.md, section 3).
func (s *Season) access(e *Episode, now int64) course.Access {
	u := &s.UserStatus
	lapsed := bool(u.IsExpired) || u.ExpireAt > 0 && int64(u.ExpireAt) <= now
	switch {
	case e.unreleased(now):
		return course.NotReleased
	case e.PlayWay != 0 && e.PlayWay != 1:
		return course.NoVideo
	case bool(u.Payed) && !lapsed:
		return course.Purchased
	case e.Status == 1:
		return course.Free
	case e.Status == 3:
		return course.Preview
	case e.Status == 2 && !bool(e.Playable):
		return course.NotPurchased
	}
	return course.Unknown
}
