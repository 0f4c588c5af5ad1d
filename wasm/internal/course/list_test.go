package course

import "testing"

func TestList(t *testing.T) {
	var l List
	l.Add(Lesson{ID: "789", Title: "One"})
	l.Add(Lesson{ID: "790", Title: "Two"})
	if e := l.Find("790"); e == nil || e.Number != 2 || e.Title != "Two" {
		t.Errorf("the second lesson: %+v", e)
	}
	for _, id := range []string{"", "79", "7900"} {
		if e := l.Find(id); e != nil {
			t.Errorf("Find(%q) = %+v", id, e)
		}
	}
	if (*List)(nil).Find("790") != nil {
		t.Error("a list that was not read holds a lesson")
	}
}
