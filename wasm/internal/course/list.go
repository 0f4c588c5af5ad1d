package course

import "streamlist/wasm/internal/stream"

// Access is what is known of a lesson without asking for its streams.
type Access string

const (
	Unknown      Access = ""              // the list doesn't tell
	Free         Access = "free"          // the whole lesson is free to watch
	Purchased    Access = "purchased"     // the account bought the course
	Preview      Access = "preview"       // a part is free to watch
	NotPurchased Access = "not-purchased" // must be bought
	NotReleased  Access = "not-released"  // Release says when it comes, if that is stated
	Premium      Access = "premium"       // bilibili.tv: for Premium members; whether the account is one, the list doesn't tell
	NoVideo      Access = "no-video"      // a live lesson or a file
)

// Lesson is a lesson of a course, or an episode of a series. Text is the site's own and is
// only ever shown.
type Lesson struct {
	ID string `json:"id"` // decimal
	// Number is the lesson's place in the list, from 1.
	Number int    `json:"number"`
	Title  string `json:"title,omitempty"`
	// Section is the heading that the lesson stands under, "" for none.
	Section string `json:"section,omitempty"`
	// Duration is in milliseconds, 0 unknown (always on bilibili.tv).
	Duration int64 `json:"duration,omitempty"`
	// Watched says that this account has watched it.
	Watched bool   `json:"watched,omitempty"`
	Access  Access `json:"access,omitempty"`
	// Release is when a lesson comes out that is NotReleased, in Unix seconds; 0 unknown.
	Release int64 `json:"release,omitempty"`
}

// List is a course's lessons or a series' episodes, each once, in the site's order.
type List struct {
	Site stream.Site `json:"site"`
	// Page names the course or series as page.Target.Key does ("com/ss/61").
	Page  string `json:"page"`
	Title string `json:"title,omitempty"`
	// Lessons have the numbers 1, 2, 3 …
	Lessons []Lesson `json:"lessons"`
	// More says that the site's list goes on behind what was read.
	More bool `json:"more,omitempty"`
}

// Add appends a lesson and numbers it.
func (l *List) Add(lesson Lesson) {
	lesson.Number = len(l.Lessons) + 1
	l.Lessons = append(l.Lessons, lesson)
}

// Find returns the lesson with that id, or nil.
func (l *List) Find(id string) *Lesson {
	if l == nil || id == "" {
		return nil
	}
	for i := range l.Lessons {
		if l.Lessons[i].ID == id {
			return &l.Lessons[i]
		}
	}
	return nil
}
