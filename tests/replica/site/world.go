package site

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"streamlist/tests/replica/media"
)

// Scenario is one thing to see, as GET /scenarios lists it.
type Scenario struct {
	Name  string `json:"name"`
	World string `json:"world"` // "courses" or "bilibili.tv"
	URL   string `json:"url"`
	Shows string `json:"shows"`
	// Account must be logged in first (/__login?account=…); null is nobody.
	Account *string `json:"account"`
	// Best is words that the best row must contain, in order; empty where there is no best row.
	Best string `json:"best"`
	// Reason is what the alert must begin with; empty where there is none.
	Reason string `json:"reason"`
}

// world is everything that exists: built once from the tables in scenarios.go, never changed.
type world struct {
	scenarios []Scenario
	courses   map[int64]*course
	lessons   map[int64]*lesson
	series    map[int64]*series
	episodes  map[int64]*episode
	uploads   map[int64]*upload
	used      map[int]media.Recipe
}

// course is a season of lessons.
type course struct {
	id              int64
	title, subtitle string
	teacher         string
	lessons         []*lesson
	buyers, lapsed  []string // account names
	active          int      // the lesson that an ss page marks as playing, from 1; 0 is none
	last            int      // the lesson in user_status.progress, from 1; 0 is no history
	pages           paging
	chapters        []chapter
	repeats         int    // the lesson, from 1, that the season lists once more at its end; 0 is none
	season          answer // instead of the true season answer
}

// chapter is a heading over lessons of a course, from its first to the one before the next chapter's.
type chapter struct {
	title string
	first int // from 1
}

// paging is how season and ep/list give a long course.
type paging int

const (
	onePage paging = iota
	manyPages
	endlessPages // next stays true for ever, with nothing new
)

// access is who may play a lesson.
type access int

const (
	free access = iota
	paid
	preview
	unreleased
)

type lesson struct {
	ep, aid, cid int64
	course       *course
	index        int // from 1
	title        string
	subtitle     string
	seconds      int
	access       access
	playWay      int // 1 video, else something that no stream belongs to
	play         player
	page         pageKind
}

type pageKind int

const (
	plainPage pageKind = iota
	hostilePage
	strictPage
)

// player answers playurl for a lesson that exists, after the request itself was found in order.
type player interface {
	answer(c *call, l *lesson) reply
	recipes() []media.Recipe
}

// series is a season on bilibili.tv.
type series struct {
	id       int64
	title    string
	sections []section
	info     answer
}

type section struct {
	title    string
	episodes []*episode
}

type episode struct {
	id      int64
	series  *series
	title   string // "E1 - First"
	premium bool
	play    intlPlayer
}

type upload struct {
	aid   int64
	title string
	play  intlPlayer
}

// intlPlayer answers bilibili.tv's playurl for an episode or an upload that exists.
type intlPlayer interface {
	answer(c *call, id int64) reply
	recipes() []media.Recipe
}

func newWorld() *world {
	w := &world{
		courses: map[int64]*course{}, lessons: map[int64]*lesson{},
		series: map[int64]*series{}, episodes: map[int64]*episode{}, uploads: map[int64]*upload{},
		used: map[int]media.Recipe{},
	}
	for _, d := range courseScenarios {
		w.addCourse(d)
	}
	for _, d := range intlScenarios {
		w.addIntl(d)
	}
	return w
}

// Scenarios lists everything to see, in the order of the tables.
func (s *Site) Scenarios() []Scenario { return s.world.scenarios }

func (w *world) recipes() []media.Recipe {
	var list []media.Recipe
	for _, r := range w.used {
		list = append(list, r)
	}
	// Small pictures first: they are made soonest.
	slices.SortFunc(list, func(a, b media.Recipe) int {
		if d := a.Width*a.Height - b.Width*b.Height; d != 0 {
			return d
		}
		return a.FileID() - b.FileID()
	})
	return list
}

func (w *world) use(recipes []media.Recipe) {
	for _, r := range recipes {
		w.used[r.FileID()] = r
	}
}

func (w *world) list(s Scenario, account string) {
	if account != "" {
		s.Account = &account
	}
	for _, other := range w.scenarios {
		if other.Name == s.Name {
			panic("site: two scenarios are called " + s.Name)
		}
	}
	w.scenarios = append(w.scenarios, s)
}

// Ids follow the scenario's number n: course 7000+n, lesson k of it 700000+100n+k (8 digits in long courses),
// aid and cid as long as real ones.
func seasonID(n int) int64 { return 7000 + int64(n) }

func lessonID(n, k, total int) int64 {
	if total > 99 {
		return 70_000_000 + int64(n)*10_000 + int64(k)
	}
	return 700_000 + int64(n)*100 + int64(k)
}

func (w *world) addCourse(d courseScenario) {
	co := &course{
		id: seasonID(d.number), title: d.title, subtitle: "从零开始，讲清楚每一步", teacher: "王小明",
		buyers: d.buyers, lapsed: d.lapsed, active: d.active, last: d.last, pages: d.pages, chapters: d.chapters, repeats: d.repeats, season: d.season,
	}
	if co.title == "" {
		co.title = "【示例课程】" + d.name
	}
	if co.buyers == nil {
		co.buyers = []string{"buyer"}
	}
	total := max(d.lessons, len(d.others)+1)
	for k := 1; k <= total; k++ {
		l := &lesson{
			ep: lessonID(d.number, k, total), course: co, index: k, playWay: 1, seconds: media.Seconds,
			title: fmt.Sprintf("第%d讲：从第%d个例子说起", k, k), subtitle: "视频课 · 3秒", access: d.access, play: d.play,
		}
		if k > 1 && len(d.others) >= k-1 {
			l.access = d.others[k-2]
			l.play = lecture
			if l.access == preview {
				l.play = trial
			}
		}
		if slices.Contains(d.encrypted, k) {
			l.play = scrambled
		}
		if slices.Contains(d.lives, k) {
			l.playWay, l.play = 2, noStream
		}
		l.aid, l.cid = 113_000_000_000_000+l.ep, 26_000_000_000+l.ep
		if k == 1 {
			l.page = d.page
			if d.lessonTitle != "" {
				l.title = d.lessonTitle
			}
			if d.seconds != 0 {
				l.seconds = d.seconds
			}
			if d.live {
				l.playWay = 2
			}
		}
		if d.missing && k == 1 {
			continue
		}
		co.lessons = append(co.lessons, l)
		w.lessons[l.ep] = l
		if l.play != nil {
			w.use(l.play.recipes())
		}
	}
	w.courses[co.id] = co
	url := fmt.Sprintf("https://www.bilibili.com/cheese/play/ep%d", lessonID(d.number, 1, total))
	if d.onSeason {
		url = fmt.Sprintf("https://www.bilibili.com/cheese/play/ss%d", co.id)
	}
	w.list(Scenario{Name: d.name, World: "courses", URL: url + d.query, Shows: d.shows, Best: d.best, Reason: d.reason}, d.account)
	for _, also := range d.also {
		w.list(Scenario{Name: also.name, World: "courses", URL: url + also.query, Shows: also.shows, Best: also.best, Reason: also.reason}, also.account)
	}
}

// On bilibili.tv: season 2100000+n, episode k of it 13000000+100n+k, uploads by their own numbers.
func (w *world) addIntl(d intlScenario) {
	url := "https://www.bilibili.tv" + cmp.Or(d.locale, "/en")
	if d.aid != 0 {
		w.uploads[d.aid] = &upload{aid: d.aid, title: cmp.Or(d.title, "Upload: "+d.name), play: d.play}
		w.use(d.play.recipes())
		w.list(Scenario{Name: d.name, World: "bilibili.tv", URL: url + "/video/" + strconv.FormatInt(d.aid, 10), Shows: d.shows, Best: d.best, Reason: d.reason}, d.account)
		return
	}
	se := &series{id: 2_100_000 + int64(d.number), title: cmp.Or(d.title, "Series: "+d.name), info: d.info}
	total := max(d.episodes, 2)
	var all []*episode
	for k := 1; k <= total; k++ {
		e := &episode{id: 13_000_000 + int64(d.number)*100 + int64(k), series: se, title: fmt.Sprintf("E%d - Part %d", k, k), play: d.play}
		if d.sections && k == total {
			e.premium = true
			e.play = wallPlayer
		}
		w.use(e.play.recipes())
		all = append(all, e)
		w.episodes[e.id] = e
	}
	se.sections = []section{{"Episodes", all}}
	if d.sections {
		half := total/2 + 1
		// The first episode of the second section is also the last of the first one, as captured seasons have it.
		se.sections = []section{{"Episodes", all[:half]}, {"Extras", all[half-1:]}}
	}
	w.series[se.id] = se
	url += "/play/" + strconv.FormatInt(se.id, 10)
	if !d.onSeason {
		url += "/" + strconv.FormatInt(all[0].id, 10)
	}
	w.list(Scenario{Name: d.name, World: "bilibili.tv", URL: url, Shows: d.shows, Best: d.best, Reason: d.reason}, d.account)
	for _, also := range d.also {
		w.list(Scenario{Name: also.name, World: "bilibili.tv", URL: url, Shows: also.shows, Best: also.best, Reason: also.reason}, also.account)
	}
}

// chapterOf is the number, from 1, of the chapter that a lesson belongs to; 0 is none.
func (c *course) chapterOf(index int) (number int) {
	for i, part := range c.chapters {
		if part.first <= index {
			number = i + 1
		}
	}
	return number
}

// lastOf is the last lesson of a chapter.
func (c *course) lastOf(number int) int {
	if number < len(c.chapters) {
		return c.chapters[number].first - 1
	}
	return len(c.lessons)
}

func (c *course) lesson(index int) *lesson {
	for _, l := range c.lessons {
		if l.index == index {
			return l
		}
	}
	return nil
}

// rights tells what the account may do with the course: payed as the season states it, and whether it lapsed.
func (c *course) rights(a *account) (payed, lapsed bool) {
	if !a.loggedIn() {
		return false, false
	}
	lapsed = slices.Contains(c.lapsed, a.name)
	return lapsed || slices.Contains(c.buyers, a.name), lapsed
}

// mayPlay tells whether the account gets the lesson in full.
func (l *lesson) mayPlay(a *account) bool {
	payed, lapsed := l.course.rights(a)
	return l.access == free || payed && !lapsed
}

// released is when the lesson came or will come out.
func (l *lesson) released(now time.Time) time.Time {
	if l.access == unreleased {
		return now.Add(7 * 24 * time.Hour).Truncate(time.Hour)
	}
	return time.Date(2024, 2, 22, 3, 0, 36, 0, time.UTC)
}
