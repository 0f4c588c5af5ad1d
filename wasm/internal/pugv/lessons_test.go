package pugv

import (
	"fmt"
	"strings"
	"testing"

	"streamlist/wasm/internal/course"
)

func TestLessons(t *testing.T) {
	for _, c := range []struct {
		name, lesson, user string
		want               course.Lesson
	}{
		{"free", `"title":" A\n lesson ","status":1,"playable":true,"duration":63,"play_way":1,"watched":true`, ``, course.Lesson{Title: "A lesson", Access: course.Free, Duration: 63_000, Watched: true}},
		{"a preview", `"status":3,"playable":true`, ``, course.Lesson{Access: course.Preview}},
		{"to be bought", `"status":2,"playable":false,"episode_can_view":true`, ``, course.Lesson{Access: course.NotPurchased}},
		{"bought", `"status":1,"playable":true`, `"payed":1`, course.Lesson{Access: course.Purchased}},
		{"bought, stated otherwise", `"status":2,"playable":false`, `"payed":1`, course.Lesson{Access: course.Purchased}},
		{"a purchase that has ended", `"status":2,"playable":false`, `"payed":1,"is_expired":true`, course.Lesson{Access: course.NotPurchased}},
		{"a purchase that ended a second ago", `"status":2,"playable":false`, `"payed":1,"expire_at":1800000000`, course.Lesson{Access: course.NotPurchased}},
		{"a purchase that ends in a second", `"status":2,"playable":false`, `"payed":1,"expire_at":1800000001`, course.Lesson{Access: course.Purchased}},
		{"playable, and not free", `"status":2,"playable":true`, ``, course.Lesson{}},
		{"to come", `"status":2,"ep_status":-1,"release_date":1800000600`, `"payed":1`, course.Lesson{Access: course.NotReleased, Release: 1_800_000_600}},
		{"to come, nobody says when", `"status":1,"ep_status":-1,"release_date":1700000000`, ``, course.Lesson{Access: course.NotReleased}},
		{"a live lesson", `"status":1,"playable":true,"play_way":2`, `"payed":1`, course.Lesson{Access: course.NoVideo}},
		{"nothing is stated", `"duration":-5`, ``, course.Lesson{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := season(t, fmt.Sprintf(`{"code":0,"data":{"season_id":61,"title":"A course","episodes":[{"id":7,%s}],"user_status":{%s}}}`, c.lesson, c.user)).List(now)
			c.want.ID, c.want.Number = "7", 1
			if l.Page != "com/ss/61" || l.Title != "A course" || l.More || len(l.Lessons) != 1 || l.Lessons[0] != c.want {
				t.Errorf("%+v, want %+v", l, c.want)
			}
		})
	}
}

func TestLessonsStandUnderTheirHeadings(t *testing.T) {
	s := season(t, `{"code":0,"data":{"season_id":61,"episode_page":{"next":true},
		"ep_catalogue":[{"index":1,"title":"1-2","start_ep_index":1,"end_ep_index":2},{"index":2,"title":" 3-4 ","start_ep_index":3,"end_ep_index":4},null,7],
		"episodes":[{"id":11,"index":1,"catalogue_index":1},{"id":12,"index":2,"catalogue_index":1},{"id":13,"index":3,"catalogue_index":2},{"id":12,"index":2,"catalogue_index":2}]}}`)
	s.Merge([]Episode{{ID: "13", Index: 3}, {ID: "14", Index: 4}, {ID: "15", Index: 5}, {ID: "16"}})
	var got []string
	l := s.List(now)
	for _, e := range l.Lessons {
		got = append(got, fmt.Sprintf("%d %s %q", e.Number, e.ID, e.Section))
	}
	if want := `1 11 "1-2"|2 12 "1-2"|3 13 "3-4"|4 14 "3-4"|5 15 ""|6 16 ""`; strings.Join(got, "|") != want || !l.More {
		t.Errorf("%s, more %v; want %s", strings.Join(got, "|"), l.More, want)
	}
}
