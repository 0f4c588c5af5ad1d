package intl

import (
	"cmp"

	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// Series is `data.season` of the season_info endpoint, with the episodes of the other
// one once they are read. Tags are the documented names without underscores, see
// [wire.Decode].
type Series struct {
	ID              wire.ID          `json:"seasonid"`
	Title           wire.Text        `json:"title"`
	Description     wire.Text        `json:"description"`
	HorizontalCover wire.Text        `json:"horizontalcover"`
	VerticalCover   wire.Text        `json:"verticalcover"`
	Styles          wire.List[Style] `json:"styles"`
	View            wire.Text        `json:"view"` // how often it was watched, in words
	IsFinished      wire.Bool        `json:"isfinished"`
	FirstEpisode    struct {
		ID wire.ID `json:"episodeid"`
	} `json:"firstepisode"`
	// Episodes are all sections' episodes in order, each once; nil until they are read.
	Episodes []Episode `json:"episodes"`
}

// Style is a genre.
type Style struct {
	Title wire.Text `json:"title"`
}

// Episode is one episode. The list states no lengths.
type Episode struct {
	ID wire.ID `json:"episodeid"`
	// TitleDisplay is "E1 - First"; where it is empty, ShortTitle "E1" and LongTitle
	// "First" hold the same (capture intl_episodes_synthetic).
	TitleDisplay wire.Text `json:"titledisplay"`
	ShortTitle   wire.Text `json:"shorttitledisplay"`
	LongTitle    wire.Text `json:"longtitledisplay"`
	Cover        wire.Text `json:"cover"`
	PublishTime  wire.Text `json:"publishtime"` // ISO 8601
	IsPremium    wire.Bool `json:"ispremium"`
	// Section is the title of the section that lists it first.
	Section wire.Text `json:"-"`
}

// Section is a part of the list, such as "E1-24" or the extras.
type Section struct {
	Title       wire.Text          `json:"title"`
	EpListTitle wire.Text          `json:"eplisttitle"`
	Episodes    wire.List[Episode] `json:"episodes"`
}

// DecodeSeason reads a series' description. Errors are of type stream.Reason.
func DecodeSeason(a wire.Answer) (*Series, error) {
	var body struct {
		Season *Series `json:"season"`
	}
	data, err := decode(a, &body)
	if err != nil {
		return nil, err
	}
	if body.Season == nil {
		return nil, nothing(data)
	}
	body.Season.Episodes = once(body.Season.Episodes)
	return body.Season, nil
}

// DecodeEpisodes reads a series' episodes: all sections, in order, each episode once.
// Errors are of type stream.Reason.
func DecodeEpisodes(a wire.Answer) ([]Episode, error) {
	var body struct {
		Sections wire.List[Section] `json:"sections"`
	}
	data, err := decode(a, &body)
	if err != nil {
		return nil, err
	}
	if body.Sections == nil && (data == nil || wire.Voucher(data)) {
		return nil, nothing(data)
	}
	var list []Episode
	for i := range body.Sections {
		s := &body.Sections[i]
		for j := range s.Episodes {
			s.Episodes[j].Section = cmp.Or(s.Title, s.EpListTitle)
		}
		list = append(list, s.Episodes...)
	}
	return once(list), nil
}

// once returns the episodes that have an id and do not occur before.
func once(items []Episode) []Episode {
	seen := make(map[wire.ID]bool, len(items))
	var list []Episode
	for i := range items {
		if id := items[i].ID; id != "" && !seen[id] {
			seen[id] = true
			list = append(list, items[i])
		}
	}
	return list
}

// Head describes an episode of the series, or the series alone when the list does not
// hold it.
func (s *Series) Head(id string) stream.Head {
	h := stream.Head{
		Series:    clean(s.Title),
		Total:     len(s.Episodes),
		SeasonID:  string(s.ID),
		EpisodeID: id,
	}
	if i := s.place(id); i >= 0 {
		h.Number = i + 1
		h.Title = s.Episodes[i].title()
	}
	return h
}

// List returns the series' episodes.
func (s *Series) List() *course.List {
	l := &course.List{Site: stream.TV, Page: "tv/ss/" + string(s.ID), Title: clean(s.Title), Lessons: make([]course.Lesson, 0, len(s.Episodes))}
	for i := range s.Episodes {
		e := &s.Episodes[i]
		lesson := course.Lesson{ID: string(e.ID), Title: e.title(), Section: clean(e.Section)}
		if e.IsPremium {
			lesson.Access = course.Premium
		}
		l.Add(lesson)
	}
	return l
}

func (e *Episode) title() string {
	if t := clean(e.TitleDisplay); t != "" {
		return t
	}
	short, long := clean(e.ShortTitle), clean(e.LongTitle)
	if short == "" || long == "" {
		return short + long
	}
	return short + " - " + long
}

func clean(t wire.Text) string { return stream.CleanText(string(t), 300) }

func (s *Series) place(id string) int {
	if id != "" {
		for i := range s.Episodes {
			if string(s.Episodes[i].ID) == id {
				return i
			}
		}
	}
	return -1
}

// Playing says which episode the series' own page plays: the hint where the list holds
// it, else the series' first, else the first in the list. It reports false when there
// is none.
func (s *Series) Playing(hint string) (id string, ok bool) {
	switch {
	case s.place(hint) >= 0:
		return hint, true
	case s.FirstEpisode.ID != "":
		return string(s.FirstEpisode.ID), true
	case len(s.Episodes) > 0:
		return string(s.Episodes[0].ID), true
	}
	return "", false
}
