package service

import (
	"context"
	"strconv"

	"streamlist/wasm/internal/intl"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/pugv"
	"streamlist/wasm/internal/stream"
)

// forecast is what the store keeps of a tab for extension/ahead.js: the addresses that a
// listing of its page asks first. When the background is ended and a listing starts it
// anew, they are asked while the program still loads.
type forecast struct {
	Page string      `json:"page"` // the tab's address
	Site stream.Site `json:"site"`
	URLs []string    `json:"urls"`
}

func aheadKey(tab int) string { return "ahead/" + strconv.Itoa(tab) }

// foresee keeps the tab's forecast. Of pages that name no lesson or episode there is
// none: what is asked there follows from the first answer, or from the page. Nor is there
// for tabs that ask by themselves, and nothing of private windows is stored.
func (s *Service) foresee(ctx context.Context, tab message.Tab, t page.Target) {
	urls := firstAsked(t)
	if urls == nil || tab.OwnJar() || tab.Private {
		return
	}
	if data, err := json.Marshal(forecast{Page: tab.URL, Site: t.Site, URLs: urls}); err == nil {
		_ = s.Store.Save(ctx, aheadKey(tab.ID), data)
	}
}

// firstAsked are the addresses that asking.listing begins with.
func firstAsked(t page.Target) []string {
	switch t.Kind {
	case page.Lesson:
		return []string{pugv.PlayURL(pugv.PlayQuery{EpisodeID: t.EpisodeID, Fnval: pugv.FnvalAll}), pugv.SeasonURL("", t.EpisodeID)}
	case page.Episode:
		return []string{
			intl.PlayURL(t.EpisodeID, "", t.SLocale()), intl.SeasonURL(t.SeasonID, t.SLocale()), intl.EpisodesURL(t.SeasonID, t.SLocale()),
		}
	}
	return nil
}
