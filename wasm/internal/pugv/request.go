// Package pugv speaks to the endpoints of Bilibili's courses: it builds their
// addresses, reads their answers and turns their refusals into reasons.
//
// Sources: the seed documents 001_pugv_playurl and 003_pugv_info, reference
// bilibili-api.md sections 1 to 3, and the captures named in the comments.
package pugv

import (
	"strconv"

	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

const api = "https://api.bilibili.com"

// LoginURL is the site's own check of who is logged in.
const LoginURL = api + "/x/web-interface/nav"

// The values of `fnval`, a bit mask of what formats the asker takes (bilibili-api.md,
// section 1.2).
const (
	FnvalAll  = 4048 // DASH with HDR, 4K, Dolby, 8K and AV1
	FnvalDASH = 16
	FnvalMP4  = 1
)

// PlayQuery asks for the streams of one lesson.
type PlayQuery struct {
	EpisodeID string
	// AID and CID are wanted only where the lesson's id alone was called malformed.
	AID, CID string
	Fnval    int
	// Quality picks the file of a progressive answer (`qn`); 0 leaves that to the site.
	Quality stream.Quality
}

// PlayURL returns the address to ask. It never holds `drm_tech_type`, which would ask
// for an encrypted flavour.
func PlayURL(q PlayQuery) string {
	qn := ""
	if q.Quality != 0 {
		qn = strconv.Itoa(int(q.Quality))
	}
	return wire.Query(api+"/pugv/player/web/playurl",
		"avid", q.AID, "cid", q.CID, "ep_id", q.EpisodeID, "qn", qn,
		"fnval", strconv.Itoa(q.Fnval), "fnver", "0", "fourk", "1")
}

// SeasonURL returns the address of a course's description, by the course's id or by
// that of one of its lessons.
func SeasonURL(seasonID, episodeID string) string {
	if seasonID != "" {
		episodeID = ""
	}
	return wire.Query(api+"/pugv/view/web/season", "season_id", seasonID, "ep_id", episodeID)
}

// OwnedURL returns the address of one page, from 1, of the account's own list of courses.
func OwnedURL(page int) string {
	return wire.Query(api+"/pugv/pay/web/my/paid", "ps", "20", "pn", strconv.Itoa(page))
}

// EpisodesURL returns the address of one page, from 1, of a course's list of lessons.
func EpisodesURL(seasonID string, page, size int) string {
	return wire.Query(api+"/pugv/view/web/ep/list",
		"season_id", seasonID, "ps", strconv.Itoa(size), "pn", strconv.Itoa(page))
}
