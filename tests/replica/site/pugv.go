package site

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"streamlist/tests/replica/media"
)

var courseOrigins = map[string]bool{"https://www.bilibili.com": true, "https://m.bilibili.com": true}

// refererOrigin is the origin part of a Referer.
func refererOrigin(referer string) string {
	u, err := url.Parse(referer)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// courseAPI is api.bilibili.com.
func (c *call) courseAPI() {
	if !c.gate(courseOrigins) {
		return
	}
	switch c.req.URL.Path {
	case "/pugv/player/web/playurl":
		c.send(c.playurl())
	case "/pugv/view/web/season":
		c.send(c.season())
	case "/pugv/view/web/ep/list":
		c.send(c.episodeList())
	case "/pugv/pay/web/my/paid":
		c.send(c.ownCourses())
	case "/x/player/wbi/v2":
		c.send(c.playerInfo())
	case "/x/v1/dm/list.so":
		c.danmaku()
	case "/x/web-interface/nav":
		c.send(c.nav())
	default:
		// What is not there is an HTML page (reference: /pugv/player/web/v2/playurl).
		c.send(htmlReply(http.StatusNotFound))
	}
}

// failure is an error of the course endpoints: no data key at all (capture pugv_playurl_not_purchased).
func failure(code int, message string) reply {
	return reply{body: object{"code": code, "message": message}}
}

func success(data object) reply {
	return reply{body: object{"code": 0, "data": data, "message": "success"}}
}

func number(query url.Values, name string) (int64, bool) {
	n, err := strconv.ParseInt(query.Get(name), 10, 64)
	return n, err == nil && n > 0
}

func (c *call) playurl() reply {
	ep, ok := number(c.req.URL.Query(), "ep_id")
	if !ok {
		return failure(-400, "请求错误")
	}
	l, ok := c.site.world.lessons[ep]
	if !ok {
		return failure(-404, "啥都木有")
	}
	if l.access == unreleased {
		return failure(-404, "啥都木有")
	}
	return l.play.answer(c, l)
}

// qualityName is how the .com site words a quality.
type qualityName struct {
	format, description, newDescription, display, superscript string
}

var qualityNames = map[int]qualityName{
	127: {"hdflv2", "超高清 8K", "8K 超高清", "8K", ""},
	126: {"hdflv2", "杜比视界", "杜比视界", "杜比视界", ""},
	125: {"hdflv2", "真彩 HDR", "HDR 真彩", "HDR", ""},
	120: {"hdflv2", "超清 4K", "4K 超高清", "4K", ""},
	116: {"flv_p60", "高清 1080P60", "1080P60 高帧率", "1080P", "60帧"},
	112: {"hdflv2", "高清 1080P+", "1080P 高码率", "1080P", "高码率"},
	80:  {"flv", "高清 1080P", "1080P 高清", "1080P", ""},
	74:  {"flv720_p60", "高清 720P60", "720P60 高帧率", "720P", "60帧"},
	64:  {"flv720", "高清 720P", "720P 准高清", "720P", ""},
	32:  {"flv480", "清晰 480P", "480P 标清", "480P", ""},
	16:  {"flv360", "流畅 360P", "360P 流畅", "360P", ""},
}

// rendition is one picture track of an answer.
type rendition struct {
	codec   media.Codec
	quality int
}

func renditions(codec media.Codec, qualities ...int) []rendition {
	var all []rendition
	for _, q := range qualities {
		all = append(all, rendition{codec, q})
	}
	return all
}

// streams answers with DASH tracks: the ordinary case and, by its fields, most of the odd ones.
type streams struct {
	video     []rendition // in the answer's order
	audio     []int       // ids, in the answer's order; nil is a silent lesson
	drmAudio  bool        // audio ids are 100008 … instead
	dolby     any         // dash.dolby.type; nil is "NONE" without tracks
	hires     bool
	offered   []int // in support_formats without a track
	encrypted bool  // the files are protected
	endCard   bool
	hosts     hosts         // nil is plainHosts
	life      time.Duration // 0 is two hours
	only      int           // answers nothing unless fnval is this
	needCid   bool          // -400 unless avid and cid are there
	files     *single       // the answer without DASH (fnval 1); nil is one MP4
	long      bool          // long tracks, to be downloaded
	change    func(data object)
}

const linkLife = 2 * time.Hour

func (s streams) find(codec media.Codec, quality int) media.Recipe {
	if s.long {
		return media.FindLong(codec, quality)
	}
	return media.Find(codec, quality)
}

func (s streams) recipes() []media.Recipe {
	var all []media.Recipe
	for _, v := range s.video {
		all = append(all, s.find(v.codec, v.quality))
	}
	for _, id := range s.audio {
		all = append(all, s.find(media.AAC, id))
	}
	if s.dolby != nil {
		all = append(all, s.find(media.EAC3, 30250))
	}
	if s.hires {
		all = append(all, s.find(media.FLAC, 30251))
	}
	if s.endCard {
		all = append(all, endCard.recipes()...)
	}
	if s.files != nil {
		all = append(all, s.files.recipes()...)
	}
	return append(all, media.Find(media.MP4, 64))
}

var endCard = streams{video: renditions(media.AVC, 80, 32), audio: []int{30280}}

func (s streams) answer(c *call, l *lesson) reply {
	query := c.req.URL.Query()
	if s.needCid {
		if _, ok := number(query, "avid"); !ok {
			return failure(-400, "请求错误")
		}
		if _, ok := number(query, "cid"); !ok {
			return failure(-400, "请求错误")
		}
	}
	if !l.mayPlay(c.account) {
		return failure(-403, "访问权限不足")
	}
	fnval, _ := strconv.Atoi(query.Get("fnval"))
	if s.only != 0 && fnval != s.only {
		return success(object{
			"code": 0, "message": "", "result": "suee", "is_preview": 0, "fnval": fnval, "fnver": 0, "has_paid": false,
			"quality": 0, "timelength": 0, "accept_quality": []int{}, "accept_description": []string{}, "support_formats": list{}, "durls": list{}, "status": 0,
		})
	}
	if fnval&16 == 0 {
		if s.files != nil {
			return s.files.answer(c, l)
		}
		return single{recipe: media.Find(media.MP4, 64)}.answer(c, l)
	}
	dash, qualities := s.dash(c, l.cid, fnval, query.Get("fourk") == "1")
	if dash == nil {
		return reply{status: http.StatusInternalServerError, body: "media"}
	}
	qualities = append(append([]int{}, s.offered...), qualities...)
	data := answerHead(l, "DASH", qualities[0], fnval)
	data["format"] = "hdflv2"
	data["seek_type"], data["seek_param"] = "offset", "start"
	data["dash"], data["durls"] = dash, list{}
	data["support_formats"] = s.supportFormats(qualities)
	data["accept_quality"] = qualities
	var descriptions []string
	formats := ""
	for i, q := range qualities {
		descriptions = append(descriptions, qualityNames[q].description)
		if i > 0 {
			formats += ","
		}
		formats += qualityNames[q].format
	}
	data["accept_description"], data["accept_format"] = descriptions, formats
	data["fragment_videos"] = list{}
	if s.endCard {
		data["fragment_videos"] = list{endCardOf(c, l, fnval)}
	}
	if flavour := query.Get("drm_tech_type"); flavour != "" {
		// Whoever asks for a DRM flavour gets one (reference, section 2): a listing then looks encrypted.
		data["is_drm"], data["drm_tech_type"], data["drm_type"] = true, flavour, "widevine"
	}
	if s.change != nil {
		s.change(data)
	}
	return success(data)
}

// answerHead has the keys that every playurl answer has.
func answerHead(l *lesson, kind string, quality, fnval int) object {
	return object{
		"code": 0, "message": "", "result": "suee", "type": kind, "quality": quality, "is_preview": 0, "has_paid": false,
		"fnval": fnval, "fnver": 0, "timelength": l.seconds*1000 + 69, "video_codecid": 7, "video_project": true,
		"no_rexcode": 0, "from": "local", "status": 0,
	}
}

// allowed tells whether fnval (and fourk) ask for what the rendition needs: see the reference, section 1.2.
func (r rendition) allowed(fnval int, fourk bool) bool {
	need := 0
	switch r.quality {
	case 120:
		need |= 128
	case 125:
		need |= 64
	case 126:
		need |= 512
	case 127:
		need |= 1024
	}
	if r.codec == media.AV1 {
		need |= 2048
	}
	return fnval&need == need && (fourk || r.quality < 120)
}

// dash builds data.dash and lists the qualities in it, best first and each once.
func (s streams) dash(c *call, cid int64, fnval int, fourk bool) (dash object, qualities []int) {
	video, audio := list{}, list{}
	for _, v := range s.video {
		if !v.allowed(fnval, fourk) {
			continue
		}
		track := c.track(s, cid, s.find(v.codec, v.quality), v.quality)
		if track == nil {
			return nil, nil
		}
		video = append(video, track)
		found := false
		for _, q := range qualities {
			found = found || q == v.quality
		}
		if !found {
			qualities = append(qualities, v.quality)
		}
	}
	for i, id := range s.audio {
		stated := id
		if s.drmAudio {
			stated = 100010 - i
		}
		audio = append(audio, c.track(s, cid, s.find(media.AAC, id), stated))
	}
	seconds := media.Seconds
	if s.long {
		seconds = media.LongSeconds
	}
	dash = object{
		"duration": seconds, "min_buffer_time": 1.5, "video": video, "audio": audio,
		"dolby": object{"type": "NONE", "audio": list{}}, "losslessAudio": object{"isLosslessAudio": s.hires},
	}
	if s.audio == nil {
		dash["audio"] = nil
	}
	if s.dolby != nil && fnval&256 != 0 {
		dash["dolby"] = object{"type": s.dolby, "audio": list{c.track(s, cid, s.find(media.EAC3, 30250), 30250)}}
	}
	if s.hires {
		dash["flac"] = object{"display": true, "audio": c.track(s, cid, s.find(media.FLAC, 30251), 30251)}
	}
	return dash, qualities
}

var codecIDs = map[media.Codec]int{media.AVC: 7, media.HEVC: 12, media.DolbyVision: 12, media.AV1: 13}

// track is an element of dash.video or dash.audio, with the keys of the captures; nil when the file cannot be made.
func (c *call) track(s streams, cid int64, recipe media.Recipe, id int) object {
	file, err := c.site.library.File(recipe, s.encrypted)
	if err != nil {
		c.site.log.refused(c.entry, err.Error())
		return nil
	}
	base, backups := c.mediaURLs(s.hosts, s.life, mediaPath(false, cid, recipe, s.encrypted), file.Bandwidth())
	track := object{
		"id": id, "base_url": base, "backup_url": backups, "bandwidth": file.Bandwidth(), "mime_type": "video/mp4",
		"codecs": recipe.Codecs, "codecid": codecIDs[recipe.Codec], "width": recipe.Width, "height": recipe.Height,
		"frame_rate": recipe.FrameRate(), "sar": "1:1", "start_with_sap": 1, "size": len(file.Data), "md5": "", "noRexcode": 0,
		"segment_base": object{"initialization": file.Init.String(), "index_range": file.Index.String()},
	}
	if recipe.Width == 852 {
		track["sar"] = "640:639"
	}
	if recipe.Audio() {
		maps.Copy(track, object{"mime_type": "audio/mp4", "sar": "", "start_with_sap": 0})
	}
	if c.req.URL.Query().Get("drm_tech_type") != "" {
		track["widevine_pssh"], track["bilidrm_uri"] = "AAAAOHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7Q==", ""
	}
	return track
}

// mediaURLs signs a path for every host of the plan: the first is the base URL.
func (c *call) mediaURLs(plan hosts, life time.Duration, path string, bandwidth int) (base string, backups []string) {
	if plan == nil {
		plan = plainHosts
	}
	if life == 0 {
		life = linkLife
	}
	until := c.site.now().Add(c.site.knobs.life(life))
	var mid int64
	if c.account.loggedIn() {
		mid = c.account.mid
	}
	for i, origin := range plan {
		u := c.site.mediaURL(origin, path, until, mid, i, bandwidth)
		if i == 0 {
			base = u
			continue
		}
		backups = append(backups, u)
	}
	return base, backups
}

func (s streams) supportFormats(qualities []int) list {
	formats := list{}
	for _, q := range qualities {
		name := qualityNames[q]
		codecs := []string{}
		for _, v := range s.video {
			if v.quality == q {
				codecs = append(codecs, media.Find(v.codec, v.quality).Codecs)
			}
		}
		formats = append(formats, object{
			"quality": q, "format": name.format, "description": name.description, "new_description": name.newDescription,
			"display_desc": name.display, "superscript": name.superscript, "codecs": codecs, "need_login": q >= 64,
		})
	}
	return formats
}

// endCardOf is the other video that the player shows after a lesson (capture pugv_playurl_dash_avc_hevc).
func endCardOf(c *call, l *lesson, fnval int) object {
	aid, cid := l.aid+500_000_000, l.cid+500_000_000
	dash, qualities := endCard.dash(c, cid, fnval, false)
	delete(dash, "losslessAudio")
	return object{
		"fragment_info":   object{"fragment_type": "PUGV_FRAGMENT", "fragment_position": "POST", "index": 0, "aid": aid, "cid": cid},
		"playable_status": true,
		"video_info": object{
			"dash": dash, "cid": cid, "type": "DASH", "quality": qualities[0], "fnval": fnval, "fnver": 0, "no_rexcode": 0,
			"video_project": true, "expire_time": c.site.now().Add(time.Hour).Unix(), "timelength": media.Seconds * 1000,
			"support_quality": qualities, "backup_url": []string{}, "url": "", "video_codecid": 7,
		},
	}
}

// single answers with one file, or one in several parts, instead of DASH: durl.
type single struct {
	recipe  media.Recipe
	parts   int
	preview bool
	only    int // answers nothing unless fnval is this
	hosts   hosts
	nested  bool // in durls, by quality, instead of durl
	change  func(data object)

	others  []media.Recipe // what else qn can ask for
	offered []int          // in support_formats; nil is the file's own quality
}

func (s single) files(of media.Recipe) []media.Recipe {
	if s.parts == 0 {
		return []media.Recipe{of}
	}
	var all []media.Recipe
	for i := range s.parts {
		all = append(all, media.Part(of.Codec, of.Quality, i+1))
	}
	return all
}

func (s single) recipes() []media.Recipe {
	all := s.files(s.recipe)
	for _, other := range s.others {
		all = append(all, s.files(other)...)
	}
	return all
}

// pick is the file for a qn: the best that is not better, as the player's own wish is met; without qn the usual one.
func (s single) pick(qn int) media.Recipe {
	if qn == 0 || qn == s.recipe.Quality {
		return s.recipe
	}
	best := s.recipe
	for _, r := range s.others {
		if r.Quality <= qn && (r.Quality > best.Quality || best.Quality > qn) {
			best = r
		}
	}
	return best
}

func (s single) answer(c *call, l *lesson) reply {
	fnval, _ := strconv.Atoi(c.req.URL.Query().Get("fnval"))
	if s.only != 0 && fnval != s.only {
		return streams{only: -1}.answer(c, &lesson{access: free, course: l.course})
	}
	if s.preview {
		if l.mayPlay(c.account) {
			return lecture.answer(c, l)
		}
	} else if !l.mayPlay(c.account) {
		return failure(-403, "访问权限不足")
	}
	qn, _ := strconv.Atoi(c.req.URL.Query().Get("qn"))
	picked := s.pick(qn)
	quality := picked.Quality
	kind, format := "MP4", "mp4"
	if picked.Codec == media.FLV {
		kind, format = "FLV", qualityNames[quality].format
	}
	var durl list
	for i, recipe := range s.files(picked) {
		file, err := c.site.library.File(recipe, false)
		if err != nil {
			c.site.log.refused(c.entry, err.Error())
			return reply{status: http.StatusInternalServerError, body: "media"}
		}
		plan := s.hosts
		if plan == nil {
			plan = oldHosts
		}
		base, backups := c.mediaURLs(plan, 0, mediaPath(false, l.cid, recipe, false), file.Bandwidth())
		durl = append(durl, object{
			"order": i + 1, "length": recipe.Duration() * 1000, "size": len(file.Data), "url": base, "backup_url": backups,
			"ahead": "", "vhead": "", "md5": "",
		})
	}
	data := answerHead(l, kind, quality, fnval&1)
	data["format"], data["accept_format"] = format, format
	data["seek_type"], data["seek_param"] = "second", "start"
	offered := s.offered
	if offered == nil {
		offered = []int{quality}
	}
	descriptions, formats := []string{}, list{}
	for _, q := range offered {
		n := qualityNames[q]
		descriptions = append(descriptions, n.description)
		formats = append(formats, object{
			"quality": q, "format": format, "description": n.description, "new_description": n.newDescription,
			"display_desc": n.display, "superscript": n.superscript, "codecs": []string{}, "need_login": false,
		})
	}
	data["accept_quality"], data["accept_description"], data["support_formats"] = offered, descriptions, formats
	data["fragment_videos"] = list{}
	if kind == "FLV" { // the old answers' spelling (seed, capture pugv_playurl_flv)
		data["supportFormats"] = data["support_formats"]
		delete(data, "support_formats")
		delete(data, "is_preview")
	}
	if s.parts > 0 {
		data["timelength"] = len(durl) * media.Seconds * 1000
	}
	if s.preview {
		// timelength is the whole lesson's, durl[].length the clip's (capture pugv_playurl_preview_mp4).
		data["is_preview"], data["accept_description"] = 1, []string{"试看"}
		format := data["support_formats"].(list)[0]
		format["description"], format["new_description"], format["display_desc"] = "试看", "试看", "试看"
	}
	data["durl"] = durl
	if s.nested {
		delete(data, "durl")
		data["durls"] = list{{"quality": quality, "durl": durl}}
	}
	if s.change != nil {
		s.change(data)
	}
	return success(data)
}

// fixed answers playurl with the same reply to everybody.
type fixed reply

func (f fixed) answer(*call, *lesson) reply { return reply(f) }
func (fixed) recipes() []media.Recipe       { return nil }

// locked refuses everybody with -403, whatever they paid.
type locked struct{}

func (locked) answer(*call, *lesson) reply { return failure(-403, "访问权限不足") }
func (locked) recipes() []media.Recipe     { return nil }

// wbi is in every nav answer, logged in or not.
func wbi() object {
	return object{"img_url": "https://i0.hdslb.com/bfs/wbi/0123456789abcdef0123456789abcdef.png", "sub_url": "https://i0.hdslb.com/bfs/wbi/fedcba9876543210fedcba9876543210.png"}
}

// nav is the login check (capture nav_not_logged_in).
func (c *call) nav() reply {
	if !c.account.loggedIn() {
		return reply{body: object{"code": -101, "message": "账号未登录", "ttl": 1, "data": object{"isLogin": false, "wbi_img": wbi()}}}
	}
	return reply{body: object{"code": 0, "message": "0", "ttl": 1, "data": object{
		"isLogin": true, "mid": c.account.mid, "uname": "replica-" + c.account.name, "face": "https://i0.hdslb.com/bfs/face/member/noface.jpg",
		"level_info": object{"current_level": 4}, "vipStatus": 0, "vipType": 0, "wbi_img": wbi(),
	}}}
}

func (c *call) season() reply {
	query := c.req.URL.Query()
	var co *course
	if id, ok := number(query, "season_id"); ok {
		co = c.site.world.courses[id]
	} else if ep, ok := number(query, "ep_id"); ok {
		if l := c.site.world.lessons[ep]; l != nil {
			co = l.course
		}
	} else {
		return failure(-400, "请求错误")
	}
	if co == nil {
		return failure(-404, "啥都木有")
	}
	if co.season != nil {
		return co.season(c)
	}
	return success(c.seasonData(co))
}

const pageSize = 50

func (c *call) seasonData(co *course) object {
	shown, next := co.lessons, false
	if co.pages != onePage {
		shown, next = co.lessons[:pageSize], true
	}
	episodes := list{}
	for _, l := range shown {
		episodes = append(episodes, c.episodeObject(l, co.chapterOf(l.index)))
	}
	if l := co.lesson(co.repeats); l != nil {
		episodes = append(episodes, c.episodeObject(l, len(co.chapters)))
	}
	catalogue := list{}
	for i, part := range co.chapters {
		catalogue = append(catalogue, object{"index": i + 1, "title": part.title, "start_ep_index": part.first, "end_ep_index": co.lastOf(i + 1)})
	}
	total := len(co.lessons)
	data := object{
		"season_id": co.id, "title": co.title, "subtitle": co.subtitle, "status": 10,
		"episodes":     episodes,
		"episode_page": object{"next": next, "num": 1, "size": len(shown), "total": total},
		// Counts lie a little in real answers too (602 of 603).
		"ep_count": max(total-1, 1), "opened_ep_count": total, "live_ep_count": 0,
		"up_info": object{
			"mid": 900001, "uname": co.teacher, "brief": "示例讲师", "follower": 12345, "is_follow": 0, "is_living": false, "season_count": 3,
			"avatar": "https://i0.hdslb.com/bfs/face/replica.jpg", "link": "https://space.bilibili.com/900001/pugv?defaultTab=cheese",
			"pendant": object{"image": "", "name": "", "pid": 0},
		},
		"cover": "https://archive.biliimg.com/bfs/archive/replica.jpg", "share_url": fmt.Sprintf("https://m.bilibili.com/cheese/play/ss%d", co.id),
		"short_link":    fmt.Sprintf("bilibili://cheese/season/%d", co.id),
		"abtest_info":   object{"style_abtest": 0},
		"active_market": []int{1}, "activity_list": list{}, "be_subscription": false,
		"brief":               object{"content": "", "img": list{}, "title": "课程概述", "type": 2},
		"consulting":          object{"consulting_flag": false, "consulting_url": ""},
		"cooperation":         object{"link": "https://www.bilibili.com/cheese/cooperate?from=web_detail"},
		"cooperators":         list{},
		"courses":             list{},
		"ep_catalogue":        catalogue,
		"episode_sort":        1,
		"episode_tag":         object{"part_preview_tag": "部分试看", "pay_tag": "付费", "preview_tag": "全集试看"},
		"expiry_day":          0,
		"expiry_info_content": "长期有效", "is_enable_cash": false, "is_series": false, "notice": object{},
		"coupon": object{
			"amount": 0.5, "coupon_type": 1, "title": "【示例】5折优惠券", "short_title": "5折优惠券", "start_time": "2026-01-01 00:00:00", "expire_time": "2030-12-31 23:59:59",
			"status": 2, "token": "B0000000000000000000001", "use_scope": "仅限部分课程使用",
		},
		"faq": object{"title": "常见问题", "link": "http://m.bilibili.com", "content": "问：怎么看？\\n答：登录后看。"},
		"faq1": object{"title": "常见问题", "items": list{
			{"question": "课程什么时候更新？", "answer": "以页面所示为准。"}, {"question": "<b>能退款吗？</b>", "answer": "虚拟内容，不支持退款。"},
		}},
		"purchase_note": object{
			"title": "购买须知", "link": "https://www.bilibili.com/blackboard/agreement.html",
			"content": "1. 本内容为付费内容。<br/>2. 完整协议见<a href=\"javascript:alert(1)\">《协议》</a>。",
		},
		"purchase_protocol": object{"title": "付费内容购买协议", "link": "https://www.bilibili.com/blackboard/agreement.html"},
		"payment": object{
			"desc": " 90 ", "discount_desc": "券后90 B币", "price": 180, "price_format": "180", "price_unit": "B币", "refresh_text": "立即购买", "select_text": "立即购买", "bp_enough": 0, "my_bp": 0},
		// Another season's ids: whoever collects ids by a recursive search finds this one.
		"recommend_seasons": list{{"id": 521, "title": "别的课程", "ep_count": "共20课时", "season_url": "https://m.bilibili.com/cheese/play/ss521?csource=Detail_relevantclass", "view": 1131938}},
		"release_info":      fmt.Sprintf("已完结 | 共%d课时", total), "release_info2": fmt.Sprintf("共%d课时", total), "release_status": "已完结",
		"show_watermark": true, "watermark_interval": 300,
		"stat": object{"play": 6724738, "play_desc": "672.5万播放", "show_vt": false}, "stop_sell": false, "update_status": 2,
	}
	if c.account.loggedIn() {
		data["user_status"] = c.userStatus(co)
	}
	return data
}

// userStatus is in the answer only for a login with the site's own Referer (seed). The gate has seen to the latter.
func (c *call) userStatus(co *course) object {
	payed, lapsed := co.rights(c.account)
	status := object{
		"payed": 0, "expire_at": 0, "is_expired": lapsed, "is_first_paid": !payed, "favored": 0, "favored_count": 0, "bp": 0, "user_expiry_content": "长期有效",
	}
	if payed {
		status["payed"] = 1
	}
	if lapsed {
		status["expire_at"] = c.site.now().Add(-30 * 24 * time.Hour).Unix()
		status["user_expiry_content"] = "已过期"
	}
	if l := co.lesson(co.last); l != nil {
		status["progress"] = object{"last_ep_id": l.ep, "last_ep_index": l.title, "last_time": 12}
	}
	return status
}

// episodeObject is a lesson as season and ep/list give it; catalogue is 0 in ep/list.
func (c *call) episodeObject(l *lesson, catalogue int) object {
	o := object{
		"id": l.ep, "aid": l.aid, "cid": l.cid, "index": l.index, "title": l.title, "subtitle": l.subtitle,
		"duration": l.seconds, "cover": "https://archive.biliimg.com/bfs/archive/replica.jpg", "from": "pugv",
		"page": 1, "play": 1962262, "play_way": l.playWay, "release_date": l.released(c.site.now()).Unix(),
		"status": 2, "ep_status": 0, "playable": false, "episode_can_view": true,
		"catalogue_index": catalogue, "show_vt": false, "watched": c.account.loggedIn() && l.index <= l.course.last, "watchedHistory": 0,
	}
	switch {
	case l.access == unreleased:
		o["ep_status"] = -1
	case l.mayPlay(c.account):
		o["status"], o["playable"] = 1, true
		if l.access == free {
			o["label"] = "全集试看"
		}
	case l.access == preview:
		o["status"], o["playable"], o["label"] = 3, true, "部分试看"
	}
	return o
}

// episodeList is ep/list: pages of a course (capture pugv_ep_list_page1_of_603).
func (c *call) episodeList() reply {
	query := c.req.URL.Query()
	id, ok := number(query, "season_id")
	if !ok {
		return failure(-400, "请求错误")
	}
	co := c.site.world.courses[id]
	if co == nil {
		return failure(-404, "啥都木有")
	}
	page, _ := number(query, "pn")
	page = max(page, 1)
	size := int64(pageSize) // whatever ps says, no more than this comes
	if ps, ok := number(query, "ps"); ok {
		size = min(size, ps)
	}
	total := int64(len(co.lessons))
	first, last := min((page-1)*size, total), min(page*size, total)
	items := list{}
	if first > 0 && first < total {
		// Pages overlap by one: lessons may have moved between two calls.
		items = append(items, c.episodeObject(co.lessons[first-1], 0))
	}
	for _, l := range co.lessons[first:last] {
		items = append(items, c.episodeObject(l, 0))
	}
	next := last < total
	if co.pages == endlessPages {
		next = true
		if first >= total { // and the last page comes again and again
			page = max(total/size, 1)
			for _, l := range co.lessons[max(total-size, 0):] {
				items = append(items, c.episodeObject(l, 0))
			}
		}
	}
	// The total is not the list's length either.
	return success(object{"items": items, "page": object{"next": next, "num": page, "size": size, "total": total + 7}})
}
