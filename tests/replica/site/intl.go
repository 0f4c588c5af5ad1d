package site

import (
	"net/http"
	"strconv"
	"time"

	"streamlist/tests/replica/media"
)

var intlOrigins = map[string]bool{
	"https://www.bilibili.tv": true, "https://bilibili.tv": true, "https://www.biliintl.com": true, "https://biliintl.com": true,
}

// intlAPI is api.bilibili.tv, and api.biliintl.com for the old pages.
func (c *call) intlAPI() {
	if !c.gate(intlOrigins) {
		return
	}
	if c.req.URL.Query().Get("platform") != "web" {
		c.site.log.refused(c.entry, "platform is not web")
		c.send(htmlReply(http.StatusPreconditionFailed))
		return
	}
	switch c.req.URL.Path {
	case "/intl/gateway/web/playurl":
		c.send(c.intlPlayurl())
	case "/intl/gateway/web/v2/ogv/play/season_info":
		c.send(c.seasonInfo())
	case "/intl/gateway/web/v2/ogv/play/episodes":
		c.send(c.episodes())
	case "/intl/gateway/web/v2/subtitle":
		c.send(c.subtitles())
	case "/intl/gateway/web/v2/user":
		c.send(intlSuccess(object{"is_login": c.account.loggedIn()}))
	default:
		c.send(htmlReply(http.StatusNotFound))
	}
}

func intlSuccess(data any) reply {
	return reply{body: object{"code": 0, "message": "0", "ttl": 1, "data": data}}
}

// intlFailure is an error of the bilibili.tv gateway: data is there and null (capture intl_playurl_region_locked).
func intlFailure(code int, message string) reply {
	return reply{body: object{"code": code, "message": message, "ttl": 1, "data": nil}}
}

func (c *call) intlPlayurl() reply {
	query := c.req.URL.Query()
	if id, ok := number(query, "ep_id"); ok {
		if e, ok := c.site.world.episodes[id]; ok {
			return e.play.answer(c, id)
		}
		return intlFailure(-404, "-404")
	}
	if id, ok := number(query, "aid"); ok {
		if u, ok := c.site.world.uploads[id]; ok {
			return u.play.answer(c, id)
		}
		return intlFailure(-404, "-404")
	}
	return intlFailure(-400, "-400")
}

// seasonInfo and episodes have the shapes of the synthetic captures and of reference section 4.4.
func (c *call) seasonInfo() reply {
	se, failed := c.series()
	if se == nil {
		return failed
	}
	return intlSuccess(object{"season": object{
		"season_id": strconv.FormatInt(se.id, 10), "title": se.title, "description": "A series of the replica.",
		"horizontal_cover": "https://pic.bstarstatic.com/ogv/h.png", "vertical_cover": "https://pic.bstarstatic.com/ogv/v.png",
		"styles": list{{"title": "Documentary"}}, "view": "1.2M Views", "is_finished": true,
		"first_episode": object{"episode_id": strconv.FormatInt(se.sections[0].episodes[0].id, 10)},
	}})
}

func (c *call) episodes() reply {
	se, failed := c.series()
	if se == nil {
		return failed
	}
	sections := list{}
	for _, part := range se.sections {
		episodes := list{}
		for i, e := range part.episodes {
			o := object{
				"episode_id": strconv.FormatInt(e.id, 10), "title_display": e.title, "cover": "https://pic.bstarstatic.com/ogv/e.png",
				"publish_time": "2024-01-01T00:00:00Z", "short_title_display": "E" + strconv.Itoa(i+1), "long_title_display": "Part " + strconv.Itoa(i+1),
			}
			if e.premium {
				o["is_premium"], o["title_display"] = true, ""
			}
			episodes = append(episodes, o)
		}
		sections = append(sections, object{"title": part.title, "ep_list_title": part.title, "episodes": episodes})
	}
	return intlSuccess(object{"sections": sections})
}

func (c *call) series() (*series, reply) {
	id, ok := number(c.req.URL.Query(), "season_id")
	if !ok {
		return nil, intlFailure(-400, "-400")
	}
	se := c.site.world.series[id]
	if se == nil {
		return nil, intlFailure(-404, "-404")
	}
	if se.info != nil {
		return nil, se.info(c)
	}
	return se, reply{}
}

var intlNames = map[int]string{5: "144P", 6: "240P", 16: "360P", 32: "480P", 64: "720P", 80: "1080P", 112: "1080P(HD)", 116: "1080P(60FPS)", 120: "4K"}

// backups is how an answer writes backup_url.
type backups int

const (
	nullBackups backups = iota
	listedBackups
	noBackups // the key is absent
)

// intlStreams answers with tracks; those that the account may not have keep every field but the URL.
type intlStreams struct {
	video     []rendition
	noAudio   bool // audio_resource is null
	anonymous int  // best quality for nobody; 0 is 480P
	viewer    int  // best quality for a plain login; 0 is 720P
	everyone  bool // all rows have URLs
	nobody    bool // no row has one, audio included
	backups   backups
	change    func(playurl object)
}

func (s intlStreams) recipes() []media.Recipe {
	var all []media.Recipe
	for _, v := range s.video {
		all = append(all, media.Find(v.codec, v.quality))
	}
	for _, id := range usualAudio {
		all = append(all, media.Find(media.AAC, id))
	}
	return all
}

// limit is the best quality id that the account gets URLs for.
func (s intlStreams) limit(a *account) int {
	switch {
	case s.nobody:
		return 0
	case s.everyone || a.loggedIn() && a.premium:
		return 127
	case a.loggedIn() && s.viewer != 0:
		return s.viewer
	case a.loggedIn():
		return 64
	case s.anonymous != 0:
		return s.anonymous
	}
	return 32
}

// audioFor ties a picture to its sound (reference, section 4.2).
func audioFor(quality int) int {
	switch quality {
	case 120:
		return 30280
	case 112:
		return 30232
	}
	return 30216
}

func (s intlStreams) answer(c *call, id int64) reply {
	limit, best := s.limit(c.account), 0
	until := c.site.now().Add(c.site.knobs.life(linkLife)).Unix()
	video := []any{}
	for _, v := range s.video {
		resource := s.resource(c, id, media.Find(v.codec, v.quality), v.quality <= limit)
		if resource == nil {
			return reply{status: http.StatusInternalServerError, body: "media"}
		}
		if v.quality <= limit {
			best = max(best, v.quality)
		}
		video = append(video, object{
			"video_resource": resource,
			"stream_info":    object{"quality": v.quality, "desc_text": "", "desc_words": intlNames[v.quality], "intact": true, "no_rexcode": false},
			"audio_quality":  audioFor(v.quality),
		})
	}
	playurl := object{"quality": best, "duration": media.Seconds * 1000, "expire_at": until, "video": video, "audio_resource": nil}
	if !s.noAudio {
		audio := list{}
		for _, id2 := range []int{30280, 30232, 30216} {
			audio = append(audio, s.resource(c, id, media.Find(media.AAC, id2), limit > 0))
		}
		playurl["audio_resource"] = audio
	}
	if s.change != nil {
		s.change(playurl)
	}
	return intlSuccess(object{"playurl": playurl})
}

func (s intlStreams) resource(c *call, id int64, recipe media.Recipe, open bool) object {
	file, err := c.site.library.File(recipe, false)
	if err != nil {
		c.site.log.refused(c.entry, err.Error())
		return nil
	}
	path := mediaPath(true, id, recipe, false)
	o := object{
		"id": path, "quality": recipe.Quality, "bandwidth": file.Bandwidth(), "codec_id": codecIDs[recipe.Codec], "duration": recipe.Duration() * 1000,
		"size": len(file.Data), "md5": "", "url": "", "backup_url": nil, "container": 1, "start_with_sap": 1, "codecs": recipe.Codecs,
		"sar": "1:1", "frame_rate": recipe.FrameRate(), "width": recipe.Width, "height": recipe.Height, "mime_type": "video/mp4",
		"segment_base": object{"range": file.Init.String(), "index_range": file.Index.String()},
	}
	if recipe.Audio() {
		o["sar"], o["mime_type"] = "", "audio/mp4"
	}
	if open {
		base, more := c.mediaURLs(intlHosts, 0, path, file.Bandwidth())
		o["url"] = base
		if s.backups == listedBackups {
			o["backup_url"] = more
		}
	}
	if s.backups == noBackups {
		delete(o, "backup_url")
	}
	return o
}

// intlFixed answers playurl with the same reply to everybody.
type intlFixed reply

func (f intlFixed) answer(*call, int64) reply { return reply(f) }
func (intlFixed) recipes() []media.Recipe     { return nil }

// forMembers refuses all but Premium accounts with a code.
type forMembers struct {
	code int
	intlPlayer
}

func (f forMembers) answer(c *call, id int64) reply {
	if c.account.loggedIn() && c.account.premium {
		return f.intlPlayer.answer(c, id)
	}
	return intlFailure(f.code, strconv.Itoa(f.code))
}

// forLogins refuses whoever is not logged in with a code.
type forLogins struct {
	code int
	intlPlayer
}

func (f forLogins) answer(c *call, id int64) reply {
	if c.account.loggedIn() {
		return f.intlPlayer.answer(c, id)
	}
	return intlFailure(f.code, strconv.Itoa(f.code))
}

// wallPlayer is an episode that only Premium accounts get.
var wallPlayer = forMembers{10004004, seriesStreams}

var (
	// seriesStreams is what an ordinary episode answers (capture intl_playurl_anonymous): eight qualities, 16000/672
	// frames a second in the small ones.
	seriesStreams = intlStreams{video: renditions(media.AVC, 120, 112, 80, 64, 32, 16, 6, 5)}
	uploadStreams = intlStreams{video: renditions(media.AVC, 80, 64, 32, 16, 6, 5), anonymous: 64}
)

// intlScenario is a series whose first episode shows something, or an upload.
type intlScenario struct {
	number   int   // of a series: decides its ids
	aid      int64 // of an upload
	name     string
	shows    string
	best     string
	reason   string
	account  string
	title    string
	locale   string // "/th"; empty is "/en"
	episodes int
	sections bool // two, with an episode in both and a Premium one at the end
	onSeason bool // the URL names no episode
	play     intlPlayer
	info     answer
	also     []variant
}

func wall(number int, name, shows, reason string, r reply) intlScenario {
	return intlScenario{number: number, name: name, shows: shows, reason: reason, play: intlFixed(r)}
}

var intlScenarios = []intlScenario{
	{
		number: 1, name: "tv-anonymous", shows: "An episode without a login: URLs up to 480P, the rows above are locked.", best: "480P AVC",
		episodes: 5, sections: true, play: seriesStreams,
		also: []variant{
			{name: "tv-premium", shows: "The same episode with Premium: every row has its URL.", best: "4K AVC", account: "premium"},
			{name: "tv-viewer", shows: "The same episode with a plain login: the rows above 720P are for Premium.", best: "720P AVC", account: "viewer"},
			{name: "tv-session-forgotten", shows: "The same episode with cookies of a session that the server no longer knows.", best: "480P AVC", account: "stranger"},
		},
	},
	{
		number: 2, name: "tv-codecs", shows: "AVC and HEVC side by side, for everyone.", best: "1080P AVC",
		play: intlStreams{video: both(80, 64, 32, 16), everyone: true, backups: listedBackups},
	},
	{
		number: 3, name: "tv-all-empty", account: "viewer", reason: "Premium", shows: "Every URL is empty although somebody is logged in.",
		play: intlStreams{video: seriesStreams.video, nobody: true},
	},
	{
		number: 4, name: "tv-all-empty-anonymous", reason: "Not logged in", shows: "Every URL is empty and nobody is logged in.",
		play: intlStreams{video: seriesStreams.video, nobody: true},
	},
	{
		number: 5, name: "tv-season", onSeason: true, best: "480P AVC", locale: "/th", episodes: 3,
		shows: "A series page whose URL names no episode: the first one is shown.", play: seriesStreams,
	},
	{
		number: 6, name: "tv-fractions", best: "360P AVC", shows: "Frame rates as fractions: 16000/672 and 24000/1001, and one that divides by zero.",
		play: intlStreams{video: renditions(media.AVC, 16, 6, 5), everyone: true, change: func(playurl object) {
			rates := []string{"24000/1001", "16000/672", "25/0"}
			for i, row := range playurl["video"].([]any) {
				row.(object)["video_resource"].(object)["frame_rate"] = rates[i]
			}
		}},
	},
	{number: 7, name: "tv-backup-null", best: "480P AVC", shows: "backup_url is null.", play: intlStreams{video: renditions(media.AVC, 32, 16), everyone: true}},
	{number: 8, name: "tv-backup-list", best: "480P AVC", shows: "backup_url is a list.", play: intlStreams{video: renditions(media.AVC, 32, 16), everyone: true, backups: listedBackups}},
	{number: 9, name: "tv-backup-absent", best: "480P AVC", shows: "backup_url is absent.", play: intlStreams{video: renditions(media.AVC, 32, 16), everyone: true, backups: noBackups}},
	{
		number: 10, name: "tv-unlabelled", best: "480P AVC", shows: "Rows without quality and codec_id: stream_info and codecs tell.",
		play: intlStreams{video: renditions(media.AVC, 32, 16), everyone: true, change: func(playurl object) {
			for _, row := range playurl["video"].([]any) {
				resource := row.(object)["video_resource"].(object)
				delete(resource, "quality")
				delete(resource, "codec_id")
			}
		}},
	},
	wall(20, "tv-region-10015001", "Code 10015001 with data null.", "Region", intlFailure(10015001, "版权地区受限")),
	wall(21, "tv-region-10004001", "Code 10004001.", "Region", intlFailure(10004001, "10004001")),
	wall(22, "tv-region-10003003", "Code 10003003.", "Region", intlFailure(10003003, "10003003")),
	{number: 23, name: "tv-login-10004005", reason: "Not logged in", shows: "Code 10004005 until somebody is logged in.", play: forLogins{10004005, seriesStreams}},
	{number: 24, name: "tv-login-10023006", reason: "Not logged in", shows: "Code 10023006 until somebody is logged in.", play: forLogins{10023006, seriesStreams}},
	{number: 25, name: "tv-premium-10004004", account: "viewer", reason: "Premium", shows: "Code 10004004 for all but Premium accounts.", play: forMembers{10004004, seriesStreams}},
	{number: 26, name: "tv-premium-10004006", account: "viewer", reason: "Premium", shows: "Code 10004006 for all but Premium accounts.", play: forMembers{10004006, seriesStreams}},
	wall(27, "tv-not-found", "Code -404 for an episode that is listed.", "Not found", intlFailure(-404, "-404")),
	wall(28, "tv-rate-http-412", "HTTP 412 with a page.", "Rate limited", htmlReply(412)),
	wall(29, "tv-html", "A page where JSON was due.", "Unexpected answer", htmlReply(200)),
	wall(30, "tv-unknown-code", "A code that no document knows.", "Unexpected answer", intlFailure(10099999, "10099999")),
	wall(31, "tv-nulls", "Null wherever a list or an object was due.", "Unexpected answer", intlSuccess(object{"playurl": object{
		"quality": nil, "duration": nil, "expire_at": nil, "video": nil, "audio_resource": nil,
	}})),
	wall(32, "tv-no-playurl", "Code 0 and data null.", "Unexpected answer", intlSuccess(nil)),
	wall(33, "tv-slow", "An answer that takes twenty seconds.", "Network", reply{delay: 20 * time.Second, body: object{"code": -504, "data": nil}}),
	wall(34, "tv-reset", "A connection that breaks instead of an answer.", "Network", reply{reset: true}),
	{
		number: 35, name: "tv-titles-missing", best: "480P AVC", shows: "The streams come, the series' own data do not.", play: seriesStreams,
		info: func(*call) reply { return intlFailure(-500, "-500") },
	},
	{aid: 4790000000000001, name: "tv-upload", title: "A walk through the replica | \"quotes\" & <tags>", shows: "An upload with a number of sixteen digits.", best: "720P AVC", play: uploadStreams},
	{aid: 2045730002, name: "tv-upload-old", shows: "An upload with a number of ten digits.", best: "720P AVC", play: uploadStreams, locale: "/vi"},
	{
		aid: 4790000000000003, name: "tv-upload-silent", shows: "An upload without sound: audio_resource is null.", best: "720P AVC",
		play: intlStreams{video: uploadStreams.video, anonymous: 64, noAudio: true, backups: noBackups},
	},
	{
		aid: 4790000000000004, name: "tv-upload-premium", shows: "An upload for Premium accounts seen with a plain login.", reason: "Premium", account: "viewer",
		play: forMembers{10004006, uploadStreams},
	},
	{
		aid: 4790000000000005, name: "tv-upload-region", shows: "An upload that is closed in this area.", reason: "Region",
		play: intlFixed(intlFailure(10015001, "版权地区受限")),
	},
}
