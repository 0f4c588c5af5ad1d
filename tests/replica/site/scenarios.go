package site

import (
	"fmt"
	"strings"
	"time"

	"streamlist/tests/replica/media"
)

// courseScenario is a course whose first lesson shows something.
type courseScenario struct {
	number int    // decides every id: see lessonID
	name   string // unique, for GET /scenarios
	shows  string // one sentence
	best   string // words of the best row
	reason string // what the alert begins with

	account     string // who must be logged in
	title       string // the course's; empty is a plain one
	lessonTitle string // the first lesson's; empty is a plain one
	lessons     int    // how many; 0 is one, and those of others
	others      []access
	seconds     int    // the first lesson's length as season states it; 0 is the media's
	access      access // of every lesson, unless others says otherwise
	play        player
	buyers      []string // nil is "buyer"
	lapsed      []string
	live        bool // the first lesson is no video; its answer is play's
	missing     bool // the first lesson does not exist
	onSeason    bool // the URL is the course's (ss), not the lesson's
	active      int
	last        int
	pages       paging
	chapters    []chapter
	repeats     int   // the lesson that the season lists twice
	encrypted   []int // lessons
	lives       []int // lessons that are no video
	season      answer
	page        pageKind
	query       string // of the page's URL
	also        []variant
}

// variant is the same page seen by somebody else, or with another query.
type variant struct{ name, shows, best, reason, account, query string }

func both(qualities ...int) []rendition {
	var all []rendition
	for _, q := range qualities {
		// HEVC before AVC, as one capture has it.
		all = append(all, rendition{media.HEVC, q}, rendition{media.AVC, q})
	}
	return all
}

var (
	usualAudio = []int{30280, 30216, 30232} // this order is the captures'

	// lecture is what an ordinary lesson answers.
	lecture = streams{video: renditions(media.AVC, 80, 64, 32, 16), audio: usualAudio}
	// scrambled is an encrypted lesson.
	scrambled = streams{video: renditions(media.AVC, 80, 64, 32, 16), audio: usualAudio, encrypted: true, change: func(data object) { data["is_drm"] = true }}
	// trial is the five-minute preview of a lesson.
	trial = single{recipe: media.Find(media.MP4, 32), preview: true}

	// films are the MP4s with sound beside the one of 720P.
	films = []media.Recipe{media.Find(media.MP4, 80), media.Find(media.MP4, 16)}

	nobody   = []string{}
	noStream = fixed(failure(-404, "啥都木有"))
)

// every makes chapters of n lessons each, as the captured course of 603 lessons has them.
func every(n, total int) []chapter {
	var parts []chapter
	for first := 1; first <= total; first += n {
		parts = append(parts, chapter{fmt.Sprintf("%d-%d", first, min(first+n-1, total)), first})
	}
	return parts
}

// drm is an encrypted lesson by one signal.
func drm(number int, name, signal string, change func(object), files bool) courseScenario {
	return courseScenario{
		number: number, name: "encrypted-" + name, reason: "Encrypted",
		shows: "A lesson that is encrypted, told by " + signal + " alone.",
		play:  streams{video: renditions(media.AVC, 80, 32), audio: []int{30280, 30216}, encrypted: files, change: change},
	}
}

func everyTrack(data object, change func(object)) {
	dash := data["dash"].(object)
	for _, kind := range []string{"video", "audio"} {
		for _, t := range dash[kind].(list) {
			change(t)
		}
	}
}

func addHLS(data object) {
	data["hls"] = object{
		"video": list{{"id": 80, "stream_url": "https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/hls/80.m3u8"}},
		"audio": list{{"id": 100010, "stream_url": "https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/hls/100010.m3u8"}},
	}
}

// refusal is a lesson whose playurl answers with a code.
func refusal(number int, name, shows, reason string, r reply) courseScenario {
	return courseScenario{number: number, name: name, shows: shows, reason: reason, play: fixed(r)}
}

var courseScenarios = []courseScenario{
	// What plays.
	{
		number: 1, name: "free", best: "1080P+ AVC",
		shows:  "A free lesson in AVC and HEVC up to 1080P+, with an end card that is another video.",
		others: []access{paid, preview, free},
		play:   streams{video: both(112, 80, 64, 32, 16), audio: usualAudio, endCard: true},
		also:   []variant{{name: "free-logged-in", shows: "The same free lesson seen by an account that bought nothing.", best: "1080P+ AVC", account: "free"}},
	},
	{
		number: 2, name: "purchased", account: "buyer", best: "1080P60 AVC",
		shows:   "A purchased course of 66 lessons up to 1080P60; 4K is offered without a track.",
		title:   "【双语】大国博弈：多边主义与全球治理",
		lessons: 66, access: paid,
		play: streams{video: both(116, 80, 64, 32, 16), audio: usualAudio, offered: []int{120}},
		also: []variant{{name: "purchased-by-others", shows: "The same course seen by an account that did not buy it.", reason: "Not purchased", account: "free"}},
	},
	{
		number: 3, name: "codecs", best: "4K AVC", shows: "AVC, HEVC and AV1 up to 4K.",
		play: streams{
			video: append(append(renditions(media.AV1, 120, 80, 32), renditions(media.HEVC, 120, 80, 32)...), renditions(media.AVC, 120, 80, 64, 32)...),
			audio: usualAudio,
		},
	},
	{
		number: 4, name: "dolby", best: "1080P AVC", shows: "Dolby sound (E-AC-3), the type stated as a string.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, dolby: "COMMON"},
	},
	{
		number: 5, name: "dolby-number", best: "1080P AVC", shows: "Dolby sound (E-AC-3), the type stated as a number.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, dolby: 2},
	},
	{
		number: 6, name: "hires", best: "1080P AVC", shows: "Hi-Res sound (FLAC), one object instead of a list.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, hires: true},
	},
	{
		number: 7, name: "hdr", best: "4K AVC", shows: "An HDR picture beside plain 4K: best only where an option wants it.",
		play: streams{video: append(renditions(media.HEVC, 125, 120, 80), renditions(media.AVC, 120, 80)...), audio: usualAudio},
	},
	{
		number: 8, name: "dolby-vision", best: "4K AVC", shows: "A Dolby Vision picture beside plain 4K: best only where an option wants it.",
		play: streams{video: append([]rendition{{media.DolbyVision, 126}}, renditions(media.AVC, 120, 80)...), audio: usualAudio},
	},
	{
		number: 9, name: "8k", best: "8K HEVC", shows: "An 8K picture in HEVC above 4K in AVC.",
		play: streams{video: append(renditions(media.HEVC, 127), renditions(media.AVC, 120, 80)...), audio: usualAudio},
	},
	{
		number: 10, name: "everything", best: "8K HEVC",
		shows:       "Everything at once: 8K, Dolby Vision, HDR, 4K, 1080P60, three codecs, Dolby and Hi-Res sound.",
		lessonTitle: "第1讲：画面与声音的全部档次", title: "【示例课程】影像的秘密",
		play: streams{
			video: append(append(append([]rendition{{media.HEVC, 127}, {media.DolbyVision, 126}, {media.HEVC, 125}}, both(120, 116)...),
				append(renditions(media.AVC, 112), both(80, 64, 32, 16)...)...), renditions(media.AV1, 120, 80, 32)...),
			audio: usualAudio, dolby: "ATMOS", hires: true,
		},
	},
	{
		number: 11, name: "silent", best: "1080P AVC", shows: "A lesson without a sound track: the audio list is null.",
		play: streams{video: renditions(media.AVC, 80, 32)},
	},
	{
		number: 12, name: "flv", best: "1080P", shows: "One old film in three FLV segments, each with backups.",
		seconds: 9, play: single{recipe: media.Find(media.FLV, 80), parts: 3},
	},
	{
		number: 13, name: "pcdn", best: "1080P AVC", shows: "Base URLs on home routers (PCDN); the mirrors are among the backups, written with // and http:.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, hosts: pcdnHosts},
	},
	{
		number: 14, name: "fnval-16-only", best: "1080P AVC", shows: "Nothing at fnval 4048, DASH at fnval 16.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, only: 16},
	},
	{
		number: 15, name: "fnval-1-only", best: "720P", shows: "Nothing at fnval 4048 and 16, one MP4 at fnval 1.",
		play: single{recipe: media.Find(media.MP4, 64), only: 1},
	},
	{
		number: 16, name: "durls", best: "720P", shows: "One MP4 inside durls instead of durl.",
		play: single{recipe: media.Find(media.MP4, 64), nested: true},
	},
	{
		number: 17, name: "needs-cid", best: "1080P AVC", shows: "Code -400 until avid and cid come along.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, needCid: true},
	},
	{
		number: 18, name: "camel-case", best: "1080P AVC", shows: "Every key in camel case, as ordinary videos have them.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, change: camelCase},
	},
	{
		number: 19, name: "unsized", best: "1080P AVC", shows: "Tracks without size, width, height and frame rate.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, change: func(data object) {
			everyTrack(data, func(t object) {
				delete(t, "size")
				delete(t, "md5")
				delete(t, "width")
				delete(t, "height")
				delete(t, "frame_rate")
			})
		}},
	},
	{
		number: 20, name: "hostile-titles", best: "1080P AVC", shows: "Titles made of scripts, quotes, line breaks, right-to-left marks and shell words, and very long.",
		title:       "<img src=x onerror=alert(1)>\"'`$(id)`;rm -rf ~\n\u202egpj.exe\u202c " + strings.Repeat("很长的标题", 60),
		lessonTitle: "-o /etc/passwd </script><script>window.__owned=1</script> ../../ CON|<>:\"?* $(touch owned) \u200f\u2066%s%n",
		play:        lecture,
	},
	{
		number: 21, name: "links-5-minutes", best: "1080P AVC", shows: "Links that stop working after five minutes.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, life: 5 * time.Minute},
	},
	{
		number: 22, name: "links-expired", best: "1080P AVC", shows: "Links that had already stopped working when they came.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, life: -time.Minute},
	},
	{
		number: 23, name: "buyer-of-a-part", account: "buyer", best: "1080P AVC",
		shows:  "A bought course with a lesson of each kind: this one paid, then a preview, one not released, a free one.",
		access: paid, others: []access{preview, unreleased, free}, play: lecture,
	},
	{
		number: 24, name: "progressive", best: "1080P", shows: "One MP4 for each qn: the first answer holds 720P; asked for 1080P+, the site gives 1080P.",
		play: single{recipe: media.Find(media.MP4, 64), others: films, offered: []int{112, 80, 64, 16}},
	},
	{
		number: 25, name: "flv-qualities", best: "1080P", shows: "An old film in three FLV segments, at 480P first and at 1080P by its qn.", seconds: 9,
		play: single{recipe: media.Find(media.FLV, 32), parts: 3, others: []media.Recipe{media.Find(media.FLV, 80)}, offered: []int{80, 32}},
	},
	{
		number: 26, name: "single-files", best: "1080P AVC", shows: "DASH, and beside it an MP4 with sound for each qn, of which 1080P+ is offered and not given.",
		play: streams{
			video: renditions(media.AVC, 80, 64, 32), audio: usualAudio,
			files: &single{recipe: media.Find(media.MP4, 64), others: films, offered: []int{112, 80, 64, 16}},
		},
	},
	{
		number: 27, name: "hosts", best: "1080P+ AVC", shows: "A slow mirror as base URL; an edge, a fast mirror and a home router (PCDN) among the backups.",
		play: streams{video: renditions(media.AVC, 112, 80), audio: usualAudio, hosts: unevenHosts},
	},
	{
		number: 28, name: "long", best: "1080P AVC", seconds: media.LongSeconds,
		shows: "Five minutes to be downloaded, up to 38 MB a file: AVC, HEVC and AV1; AAC, Dolby and Hi-Res sound.",
		play: streams{
			video: append(renditions(media.HEVC, 80), rendition{media.AVC, 80}, rendition{media.AV1, 80}),
			audio: usualAudio, dolby: "COMMON", hires: true, long: true,
		},
	},
	{
		number: 29, name: "mp4-parts", best: "720P", seconds: 9, shows: "A film in three MP4 segments, each with a backup.",
		play: single{recipe: media.Find(media.MP4, 64), parts: 3},
	},

	// Pages.
	{
		number: 30, name: "season-active", onSeason: true, active: 3, best: "1080P AVC",
		shows: "A course page whose player shows lesson 3, by the list's active item.", lessons: 5, play: lecture,
	},
	{
		number: 31, name: "season-progress", onSeason: true, last: 2, account: "free", best: "1080P AVC",
		shows: "A course page without an active item: the account last watched lesson 2.", lessons: 5, play: lecture,
	},
	{
		number: 32, name: "season-first-playable", onSeason: true, best: "1080P AVC",
		shows: "A course page without an active item or history, whose first lesson must be bought: lesson 2 is the first playable one.", access: paid,
		others: []access{free, free}, play: lecture,
	},
	{
		number: 33, name: "hostile-page", page: hostilePage, best: "1080P AVC", lessons: 3,
		shows: "A page that rewrites the language's own functions, listens to everything, and covers the corner.", play: lecture,
		also: []variant{
			{name: "hostile-remove", shows: "The hostile page also removes elements it does not know, twenty times a second.", best: "1080P AVC", query: "?hostile=remove"},
			{name: "hostile-flood", shows: "The hostile page also floods the history with pushState.", best: "1080P AVC", query: "?hostile=flood"},
		},
	},
	{
		number: 34, name: "strict-page", page: strictPage, best: "1080P AVC", lessons: 3,
		shows: "A page with Permissions-Policy clipboard-write=() and a strict Content-Security-Policy.", play: lecture,
	},
	{
		number: 35, name: "603-lessons", lessons: 603, pages: manyPages, best: "1080P AVC", chapters: every(50, 603),
		shows: "A course of 603 lessons in pages of 50 that overlap, with a false total and headings.", play: lecture,
	},
	{
		number: 36, name: "endless-pages", lessons: 120, pages: endlessPages, best: "1080P AVC",
		shows: "A course whose pages say for ever that there is a next one.", play: lecture,
	},
	{
		number: 37, name: "long-course", lessons: 30, best: "1080P AVC", seconds: media.LongSeconds,
		shows: "Thirty lessons of five minutes, to be fetched all together: AVC, HEVC and AV1.",
		play: streams{
			video: append(renditions(media.HEVC, 80), rendition{media.AVC, 80}, rendition{media.AV1, 80}), audio: usualAudio, long: true,
		},
	},

	{
		number: 39, name: "1000-lessons", lessons: 1000, best: "1080P AVC", chapters: every(50, 1000),
		shows: "A course of 1,000 lessons in one answer, under twenty headings.", play: lecture,
	},
	{
		number: 38, name: "catalogue", best: "1080P AVC", last: 1,
		shows:  "A course with headings and a lesson of each kind: free, encrypted, preview, to be bought, to come, live; one listed twice.",
		access: free, others: []access{free, preview, paid, unreleased, free, paid, free}, encrypted: []int{2}, lives: []int{6}, repeats: 3,
		chapters: []chapter{{"入门篇", 1}, {"进阶篇：从<b>零</b>开始", 4}}, play: lecture,
		also: []variant{{name: "catalogue-bought", shows: "The same course, bought.", best: "1080P AVC", account: "buyer"}},
	},

	// Rights.
	{
		number: 40, name: "preview", reason: "Preview only", best: "480P", seconds: 901, access: preview,
		shows: "Five minutes of a paid lesson's fifteen, as one MP4.",
		play:  single{recipe: media.Find(media.MP4, 32), preview: true, change: func(data object) { data["timelength"] = 901333 }},
	},
	{number: 41, name: "not-purchased", account: "free", reason: "Not purchased", shows: "A paid lesson that the account did not buy.", access: paid, buyers: nobody, play: lecture},
	{number: 42, name: "purchase-expired", account: "expired", reason: "Not purchased", shows: "A purchase that has run out.", access: paid, buyers: nobody, lapsed: []string{"expired"}, play: lecture},
	{number: 43, name: "purchased-but-refused", account: "buyer", reason: "Not logged in", shows: "Paid for, and refused all the same.", access: paid, play: locked{}},
	{number: 44, name: "not-logged-in", reason: "Not logged in", shows: "A paid lesson without a login.", access: paid, play: lecture},
	{number: 45, name: "session-forgotten", account: "stranger", reason: "Not logged in", shows: "Cookies of a session that the server no longer knows.", access: paid, play: lecture},
	refusal(46, "login-101", "Code -101 from playurl.", "Not logged in", failure(-101, "账号未登录")),
	refusal(47, "login-401", "Code -401 from playurl.", "Not logged in", failure(-401, "非法访问")),

	// Encryption.
	drm(50, "is-drm", "is_drm", func(data object) { data["is_drm"] = true }, true),
	drm(51, "drm-type", "drm_type", func(data object) { data["drm_type"] = "bili_drm" }, true),
	drm(52, "drm-tech-type", "drm_tech_type 3", func(data object) { data["drm_tech_type"] = 3 }, true),
	drm(53, "bilidrm-uri", "a track's bilidrm_uri", func(data object) {
		everyTrack(data, func(t object) { t["bilidrm_uri"] = "uri:bili://0123456789abcdef0123456789abcdef" })
	}, true),
	drm(54, "widevine-pssh", "a track's widevine_pssh", func(data object) {
		everyTrack(data, func(t object) { t["widevine_pssh"], t["bilidrm_uri"] = "AAAAOHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7Q==", "" })
	}, true),
	drm(55, "hls", "hls beside dash and the init segment", addHLS, true),
	{
		number: 56, name: "encrypted-audio-ids", reason: "Encrypted", shows: "A lesson that is encrypted, told by audio ids 100008 to 100010 and the init segment.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, drmAudio: true, encrypted: true},
	},
	{
		number: 57, name: "clear-hls", best: "1080P AVC", shows: "hls beside dash, but the init segment is clear: not encrypted.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, change: addHLS},
	},
	{
		number: 58, name: "clear-audio-ids", best: "1080P AVC", shows: "Audio ids 100008 to 100010, but the init segment is clear: not encrypted.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, drmAudio: true},
	},
	{
		number: 59, name: "encrypted-trailer", reason: "Encrypted", shows: "A free trailer up to 4K with every sign of encryption, as really recorded.",
		play: streams{video: renditions(media.AVC, 120, 80, 64, 32, 16), audio: usualAudio, drmAudio: true, encrypted: true, change: func(data object) {
			addHLS(data)
			data["is_drm"], data["drm_tech_type"], data["drm_type"], data["message"] = true, 3, "bili_drm", "Success"
			for _, name := range []string{"code", "fnver", "accept_quality", "accept_description", "accept_format", "durls"} {
				delete(data, name)
			}
		}},
	},

	// What is not there.
	{number: 60, name: "not-released", reason: "Not released yet", shows: "A lesson that comes out next week.", access: unreleased, play: noStream, others: []access{free}},
	{number: 61, name: "not-found", reason: "Not found", shows: "A lesson that does not exist.", missing: true, others: []access{free}},
	refusal(62, "region-688", "Code -688.", "Region", failure(-688, "地理区域限制")),
	refusal(63, "region-689", "Code -689.", "Region", failure(-689, "版权限制")),
	refusal(64, "members-10403", "Code -10403 with a message about membership.", "Premium", failure(-10403, "大会员专享限制")),
	refusal(65, "region-10403", "Code -10403 with a message about the area.", "Region", failure(-10403, "抱歉您所在地区不可观看！")),

	// Too fast.
	refusal(70, "rate-412", "Code -412.", "Rate limited", failure(-412, "请求被拦截")),
	refusal(71, "rate-352", "Code -352.", "Rate limited", failure(-352, "风控校验失败")),
	refusal(72, "rate-509", "Code -509.", "Rate limited", failure(-509, "请求过于频繁，请稍后再试")),
	refusal(73, "rate-799", "Code -799.", "Rate limited", failure(-799, "请求过于频繁，请稍后再试")),
	refusal(74, "rate-http-412", "HTTP 412 with a page.", "Rate limited", htmlReply(412)),
	refusal(75, "rate-http-429", "HTTP 429 with Retry-After: 30.", "Rate limited", reply{status: 429, html: true, body: errorPage, headers: map[string]string{"Retry-After": "30"}}),
	refusal(76, "voucher", "Code 0 with a v_voucher and nothing else.", "Rate limited", reply{body: object{"code": 0, "message": "0", "ttl": 1, "data": object{"v_voucher": "voucher_00000000-0000-0000-0000-000000000000"}}}),

	// Nonsense.
	refusal(80, "html", "A page where JSON was due.", "Unexpected answer", htmlReply(200)),
	{
		number: 81, name: "truncated", reason: "Unexpected answer", shows: "JSON that stops in the middle.",
		play: reshaped{lecture, func(r *reply) { r.cut = 1500 }},
	},
	refusal(82, "empty-body", "An empty answer.", "Unexpected answer", reply{body: ""}),
	refusal(83, "nulls", "Null wherever a list or an object was due.", "Unexpected answer", reply{body: object{"code": 0, "message": "success", "data": object{
		"dash": object{"video": nil, "audio": nil, "dolby": nil, "flac": nil, "duration": nil}, "durl": nil, "durls": nil,
		"support_formats": nil, "accept_quality": nil, "accept_description": nil, "fragment_videos": nil, "type": nil, "timelength": nil, "is_preview": nil,
	}}}),
	{
		number: 84, name: "wrong-types", best: "1080P AVC", shows: "Numbers as strings, strings as numbers, flags as words.",
		play: streams{video: renditions(media.AVC, 80, 32), audio: usualAudio, change: func(data object) {
			data["timelength"], data["quality"], data["is_preview"], data["fnval"], data["has_paid"] = "3069", "80", false, "4048", "false"
			data["accept_quality"] = []any{"80", 32}
			data["accept_description"] = "高清 1080P"
			dash := data["dash"].(object)
			dash["duration"], dash["min_buffer_time"], dash["dolby"], dash["losslessAudio"] = "3", "1.5", []any{}, nil
			everyTrack(data, func(t object) {
				t["frame_rate"] = 25
				t["md5"] = 0
				t["noRexcode"] = false
				t["start_with_sap"] = "1"
			})
		}},
	},
	refusal(85, "unknown-code", "A code that no document knows.", "Unexpected answer", failure(-12345, "未知错误")),
	refusal(86, "slow", "An answer that takes twenty seconds.", "Network", reply{delay: 20 * time.Second, body: object{"code": -504, "message": "服务调用超时"}}),
	refusal(87, "reset", "A connection that breaks instead of an answer.", "Network", reply{reset: true}),
	refusal(88, "http-500", "HTTP 500 with a page.", "Unexpected answer", htmlReply(500)),
	refusal(89, "inner-code", "Code 0 outside, another code inside data.", "Unexpected answer", success(object{"code": -500, "message": "playurl failed", "result": "suee", "type": "DASH"})),
	{
		number: 90, name: "partial", best: "1080P AVC", shows: "Every second track lacks its URL, and the audio list is null.",
		play: streams{video: renditions(media.AVC, 80, 64, 32, 16), audio: usualAudio, change: func(data object) {
			dash := data["dash"].(object)
			dash["audio"] = nil
			for i, t := range dash["video"].(list) {
				if i%2 == 1 {
					t["base_url"], t["backup_url"] = "", nil
				}
			}
		}},
	},
	{
		number: 91, name: "season-missing", best: "1080P AVC", shows: "The streams come, the course's own data do not.",
		play: lecture, season: func(*call) reply { return failure(-404, "啥都木有") },
	},
	{
		number: 92, name: "season-broken", best: "1080P AVC", shows: "The streams come, the course's own data are a page.",
		play: lecture, season: func(*call) reply { return htmlReply(200) },
	},
	{
		number: 93, name: "season-slow", best: "1080P AVC", shows: "The streams come at once, the course's own data after twenty seconds.",
		play: lecture, season: func(*call) reply { return reply{delay: 20 * time.Second, body: object{"code": -504}} },
	},
	{
		number: 94, name: "live-lesson", reason: "Unexpected answer", shows: "A lesson that is no video (play_way 2), without any stream.",
		live: true, play: fixed(success(object{"code": 0, "message": "", "result": "suee", "status": 0})),
	},
}

// reshaped is a player whose reply is changed as a whole.
type reshaped struct {
	player
	change func(*reply)
}

func (p reshaped) answer(c *call, l *lesson) reply {
	r := p.player.answer(c, l)
	p.change(&r)
	return r
}

// camelKeys are the twins of the snake-case keys in ordinary videos' answers (reference, section 1.5).
var camelKeys = map[string]string{
	"base_url": "baseUrl", "backup_url": "backupUrl", "mime_type": "mimeType", "frame_rate": "frameRate",
	"start_with_sap": "startWithSap", "segment_base": "SegmentBase", "initialization": "Initialization",
	"index_range": "indexRange", "min_buffer_time": "minBufferTime", "support_formats": "supportFormats",
	"accept_quality": "acceptQuality", "accept_description": "acceptDescription", "accept_format": "acceptFormat",
	"is_preview": "isPreview", "new_description": "newDescription", "display_desc": "displayDesc",
	"need_login": "needLogin", "video_codecid": "videoCodecid", "fragment_videos": "fragmentVideos",
}

func camelCase(data object) {
	for name, value := range data {
		switch v := value.(type) {
		case object:
			camelCase(v)
		case list:
			for _, o := range v {
				camelCase(o)
			}
		}
		if camel, ok := camelKeys[name]; ok {
			delete(data, name)
			data[camel] = value
		}
	}
}
