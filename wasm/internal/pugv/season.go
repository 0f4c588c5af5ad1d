package pugv

import (
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// Season is the `data` of /pugv/view/web/season: a course and, as a rule, all its
// lessons. Tags are the documented names without underscores, see [wire.Decode].
type Season struct {
	SeasonID wire.ID   `json:"seasonid"`
	Title    wire.Text `json:"title"`
	// Episodes are the lessons, each once. `ep_count` is not how many there are: 602 for 603
	// in one capture. They are counted.
	Episodes    wire.List[Episode] `json:"episodes"`
	EpisodePage Page               `json:"episodepage"`
	// Catalogue are the headings of the list; empty for most courses.
	Catalogue  wire.List[Chapter] `json:"epcatalogue"`
	UpInfo     UpInfo             `json:"upinfo"`
	UserStatus UserStatus         `json:"userstatus"`

	// The rest is for Details, which says what it is.
	Cover            wire.Text       `json:"cover"`
	Subtitle         wire.Text       `json:"subtitle"`
	ReleaseInfo      wire.Text       `json:"releaseinfo"`
	Stat             json.RawMessage `json:"stat"`
	Payment          json.RawMessage `json:"payment"`
	Coupon           json.RawMessage `json:"coupon"`
	PurchaseNote     json.RawMessage `json:"purchasenote"`
	FAQ              json.RawMessage `json:"faq"`
	FAQ1             json.RawMessage `json:"faq1"`
	PurchaseProtocol json.RawMessage `json:"purchaseprotocol"`
}

// Episode is one lesson.
type Episode struct {
	ID       wire.ID   `json:"id"` // the ep id; it shares its numbers with other products
	AID      wire.ID   `json:"aid"`
	CID      wire.ID   `json:"cid"`
	Index    wire.Int  `json:"index"` // from 1
	Title    wire.Text `json:"title"`
	Subtitle wire.Text `json:"subtitle"`
	Cover    wire.Text `json:"cover"`
	Duration wire.Int  `json:"duration"` // seconds
	// ReleaseDate is in Unix seconds; in the future for a lesson to come.
	ReleaseDate wire.Int  `json:"releasedate"`
	Play        wire.Int  `json:"play"` // how often it was watched
	Page        wire.Int  `json:"page"`
	PlayWay     wire.Int  `json:"playway"` // 1 video; others are live lessons and files
	From        wire.Text `json:"from"`    // "pugv"
	// Status is 1 for a lesson that may be watched whole, 2 for one that must be
	// bought, 3 for one with a preview. EpStatus is -1 for one not released yet.
	Status   wire.Int `json:"status"`
	EpStatus wire.Int `json:"epstatus"`
	// Playable is whether this account may watch at least a part. EpisodeCanView is
	// true even where it may not.
	Playable       wire.Bool `json:"playable"`
	EpisodeCanView wire.Bool `json:"episodecanview"`
	Label          wire.Text `json:"label"` // "全集试看" (free), "部分试看" (preview)
	// CatalogueIndex names a Chapter. ep/list has 0 where the season has the real one.
	CatalogueIndex wire.Int  `json:"catalogueindex"`
	ShowVT         wire.Bool `json:"showvt"`
	Watched        wire.Bool `json:"watched"`
	WatchedHistory wire.Int  `json:"watchedhistory"`
}

// Chapter is a heading of the list and which lessons stand under it, by Episode.Index
// (capture pugv_season_progress).
type Chapter struct {
	Index wire.Int  `json:"index"` // what an Episode's CatalogueIndex names
	Title wire.Text `json:"title"`
	Start wire.Int  `json:"startepindex"`
	End   wire.Int  `json:"endepindex"`
}

// Page says which part of the list of lessons an answer holds.
type Page struct {
	Next  wire.Bool `json:"next"`  // there is another page
	Num   wire.Int  `json:"num"`   // this page, from 1
	Size  wire.Int  `json:"size"`  // lessons in a page
	Total wire.Int  `json:"total"` // lessons in all, not believed
}

// UpInfo is the teacher.
type UpInfo struct {
	Uname wire.Text `json:"uname"`
	Brief wire.Text `json:"brief"`
	Link  wire.Text `json:"link"`
}

// UserStatus is what the account holds of the course.
type UserStatus struct {
	Payed        wire.Bool `json:"payed"` // bought; of no use once IsExpired
	IsExpired    wire.Bool `json:"isexpired"`
	ExpireAt     wire.Int  `json:"expireat"` // Unix seconds, 0 for never
	ExpiryText   wire.Text `json:"userexpirycontent"`
	IsFirstPaid  wire.Bool `json:"isfirstpaid"`
	Favored      wire.Bool `json:"favored"`
	FavoredCount wire.Int  `json:"favoredcount"`
	BP           wire.Int  `json:"bp"`
	// Progress is there only with an account that has watched something.
	Progress Progress `json:"progress"`
}

// Progress is where the account left off.
type Progress struct {
	LastEpID    wire.ID   `json:"lastepid"`
	LastEpIndex wire.Text `json:"lastepindex"` // the lesson's title
	LastTime    wire.Int  `json:"lasttime"`    // seconds into it
}

// DecodeSeason reads an answer. Errors are of type stream.Reason.
func DecodeSeason(a wire.Answer) (*Season, error) {
	data, err := open(a)
	if err != nil {
		return nil, err
	}
	s := new(Season)
	if err := wire.Decode(data, s); err != nil {
		return nil, stream.Reason{Code: stream.Unexpected, Detail: stream.Truncated}
	}
	if s.SeasonID == "" && len(s.Episodes) == 0 {
		return nil, nothing(data)
	}
	s.Episodes = once(s.Episodes, nil)
	return s, nil
}

// DecodeEpisodes reads one page of the list of lessons: the lessons, whether another
// page follows, and this page's number. Errors are of type stream.Reason.
func DecodeEpisodes(a wire.Answer) (items []Episode, next bool, number int, err error) {
	data, err := open(a)
	if err != nil {
		return nil, false, 0, err
	}
	var list struct {
		Items wire.List[Episode] `json:"items"`
		Page  *Page              `json:"page"`
	}
	if err := wire.Decode(data, &list); err != nil {
		return nil, false, 0, stream.Reason{Code: stream.Unexpected, Detail: stream.Truncated}
	}
	items = once(list.Items, nil)
	if len(items) == 0 && (list.Page == nil || len(list.Items) > 0) {
		return nil, false, 0, nothing(data) // not the end of a list, but none
	}
	if list.Page == nil {
		list.Page = new(Page)
	}
	return items, bool(list.Page.Next), int(list.Page.Num), nil
}

// nothing is the reason for a success that holds nothing that was asked for.
func nothing(data []byte) stream.Reason {
	if wire.Voucher(data) {
		return stream.Reason{Code: stream.RateLimited, Detail: stream.Captcha}
	}
	return stream.Reason{Code: stream.Unexpected, Detail: stream.Empty}
}

// once returns the lessons that have an id and do not occur before, nor in known.
func once(items, known []Episode) []Episode {
	seen := make(map[wire.ID]bool, len(items)+len(known))
	for i := range known {
		seen[known[i].ID] = true
	}
	var list []Episode
	for i := range items {
		if id := items[i].ID; id != "" && !seen[id] {
			seen[id] = true
			list = append(list, items[i])
		}
	}
	return list
}

// Merge adds the lessons of a further page that are not in the list yet, and says how
// many those were.
func (s *Season) Merge(items []Episode) (added int) {
	fresh := once(items, s.Episodes)
	s.Episodes = append(s.Episodes, fresh...)
	return len(fresh)
}

// Complete says that the list of lessons has been read to its end.
func (s *Season) Complete() { s.EpisodePage.Next = false }

// Episode returns the lesson with that id, or nil.
func (s *Season) Episode(id string) *Episode {
	if i := s.place(id); i >= 0 {
		return &s.Episodes[i]
	}
	return nil
}

func (s *Season) place(id string) int {
	if s != nil && id != "" {
		for i := range s.Episodes {
			if string(s.Episodes[i].ID) == id {
				return i
			}
		}
	}
	return -1
}

// Head describes a lesson of the course, or the course alone when the list does not
// hold it.
func (s *Season) Head(id string) stream.Head {
	h := stream.Head{
		Series:    clean(s.Title),
		Teacher:   clean(s.UpInfo.Uname),
		Total:     len(s.Episodes),
		Partial:   bool(s.EpisodePage.Next),
		SeasonID:  string(s.SeasonID),
		EpisodeID: id,
	}
	if i := s.place(id); i >= 0 {
		h.Number = i + 1
		h.Title = clean(s.Episodes[i].Title)
		h.Duration = s.Episodes[i].Duration.Within(wire.MaxDuration/1000) * 1000
	}
	return h
}

func clean(t wire.Text) string { return stream.CleanText(string(t), 300) }

// Playing says which lesson the course's own page plays: the hint where the list holds
// it, else the one last watched, else the first that may be played, else the first. It
// reports false only for an empty list.
func (s *Season) Playing(hint string) (id string, ok bool) {
	if s.place(hint) >= 0 {
		return hint, true
	}
	last := string(s.UserStatus.Progress.LastEpID)
	if last != "" && (bool(s.EpisodePage.Next) || s.place(last) >= 0) {
		return last, true
	}
	for i := range s.Episodes {
		if s.Episodes[i].playable() {
			return string(s.Episodes[i].ID), true
		}
	}
	if len(s.Episodes) > 0 {
		return string(s.Episodes[0].ID), true
	}
	return "", false
}

func (e *Episode) playable() bool {
	video := e.PlayWay == 0 || e.PlayWay == 1
	return video && e.EpStatus != -1 && (bool(e.Playable) || e.Status == 1 || e.Status == 3)
}

// unreleased reports whether the lesson is still to come.
func (e *Episode) unreleased(now int64) bool {
	return e.EpStatus == -1 || int64(e.ReleaseDate) > now
}

// State says what the account holds of a lesson: Purchased, Free, or "" where the
// season does not tell.
func (s *Season) State(id string) stream.State {
	e := s.Episode(id)
	switch {
	case e == nil || e.EpStatus == -1:
		return ""
	case bool(s.UserStatus.Payed) && !bool(s.UserStatus.IsExpired):
		return stream.Purchased
	case e.Status == 1:
		return stream.Free
	}
	return ""
}

// Refuse makes a refusal as precise as the season and the login check allow. now is in
// Unix seconds; s may be nil where no season was read.
//
// A -403 is not logged in, not purchased, a purchase that has ended or a stale session
// (bilibili-api.md, sections 1.6 and 3). Whatever is refused or empty because the
// lesson is still to come is NotReleased.
func (s *Season) Refuse(r stream.Reason, id string, login stream.Login, now int64) stream.Reason {
	forbidden := r.ServerCode == -403 && r.Code == stream.NotPurchased
	if forbidden && login == stream.LoggedOut {
		return stream.Reason{Code: stream.NotLoggedIn, ServerCode: r.ServerCode}
	}
	switch r.Code {
	case stream.NotPurchased, stream.NotFound, stream.Region, stream.Premium, stream.Unexpected, stream.NotGiven:
		if e := s.Episode(id); e != nil && e.unreleased(now) {
			r = stream.Reason{Code: stream.NotReleased, ServerCode: r.ServerCode}
			if int64(e.ReleaseDate) > now {
				r.At = int64(e.ReleaseDate)
			}
			return r
		}
	}
	if !forbidden {
		return r
	}
	if s != nil {
		u := &s.UserStatus
		switch {
		case bool(u.IsExpired), bool(u.Payed) && u.ExpireAt > 0 && int64(u.ExpireAt) <= now:
			r.Detail = stream.PurchaseExpired
			return r
		case bool(u.Payed):
			return stream.Reason{Code: stream.NotLoggedIn, Detail: stream.SignInAgain, ServerCode: r.ServerCode}
		}
	}
	switch {
	case login != stream.LoggedIn:
	case s == nil:
		r.Detail = stream.PurchaseUnread
	default:
		r.Detail = ""
	}
	return r
}
