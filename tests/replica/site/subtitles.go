package site

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// language is a row of what subtitles there are.
type language struct {
	key, name string
	machine   bool
	file      string // "ass", "json" or "srt"
}

var languages = []language{
	{"en", "English", false, "ass"}, {"th", "ภาษาไทย", false, "ass"}, {"vi", "Tiếng Việt", true, "json"}, {"id", "Bahasa Indonesia", false, "ass"},
	{"ms", "Bahasa Melayu", false, "ass"}, {"zh-Hant", "中文（繁体）", false, "ass"}, {"ar", "عربي", false, "json"},
	{"zh-Hans", "中文（简体）", false, "srt"}, {"zh-CN", "中文（中国）", false, "json"}, {"ai-zh", "中文（自动生成）", true, "json"},
}

// subtitleLife is how long a file's address works.
const subtitleLife = 2 * time.Hour

// subtitles is the list of bilibili.tv (reference, section 4.4): today's shape for the first and the fifth series and for the first
// upload, the older one for the second, both at once for the eighth, and an empty one for all others.
func (c *call) subtitles() reply {
	query := c.req.URL.Query()
	if aid, ok := number(query, "aid"); ok {
		if c.site.world.uploads[aid] == nil {
			return intlFailure(-404, "-404")
		}
		all := list{}
		if aid == 4790000000000001 {
			// Files of uploads lie on another host, without a signature (read in a client, 71166608907).
			all = append(all, object{"url": fmt.Sprintf("https://p.bstarstatic.com/ugc/subtitle/%s_subtitle.json", subtitleName(aid, 0)), "lang": "English", "lang_key": "en", "subtitle_id": 1, "is_machine": false})
		}
		return intlSuccess(object{"subtitles": all, "video_subtitle": nil})
	}
	id, ok := number(query, "episode_id")
	if !ok {
		return intlFailure(-400, "-400")
	}
	if c.site.world.episodes[id] == nil {
		return intlFailure(-404, "-404")
	}
	data := object{"subtitles": nil, "video_subtitle": nil}
	series := (id - 13_000_000) / 100
	if series == 1 || series == 5 || series == 8 {
		given := list{}
		for i, l := range languages[:7] {
			given = append(given, object{"url": c.subtitleURL(id, i, l.file), "lang": l.name, "lang_key": l.key, "subtitle_id": id*100 + int64(i), "is_machine": l.machine})
		}
		data["subtitles"] = given
	}
	if series == 2 || series == 8 {
		older := list{}
		for i, l := range languages {
			if !slices.Contains([]string{"en", "th", "zh-Hans"}, l.key) {
				continue
			}
			one := object{"lang": l.name, "lang_key": l.key}
			if l.file == "ass" {
				one["ass"] = object{"url": c.subtitleURL(id, i, "ass")}
			}
			switch l.key {
			case "en":
				one["srt"] = object{"url": c.subtitleURL(id, i, "json")}
			case "zh-Hans":
				one["srt"], one["ass"] = object{"url": c.subtitleURL(id, i, "srt")}, nil
			}
			older = append(older, one)
		}
		data["video_subtitle"] = older
	}
	return intlSuccess(data)
}

// playerInfo is what the players of www.bilibili.com ask beside the streams (API-collect, issue 201). Whoever is not logged in
// is told of no subtitles. Of the courses the first one has some.
func (c *call) playerInfo() reply {
	query := c.req.URL.Query()
	aid, hasAid := number(query, "aid")
	cid, hasCid := number(query, "cid")
	if !hasAid || !hasCid {
		return failure(-400, "请求错误")
	}
	l := c.site.world.lessons[cid-26_000_000_000]
	if l == nil || l.aid != aid {
		return failure(-404, "啥都木有")
	}
	subtitles := list{}
	if l.course.id == seasonID(1) && c.account.loggedIn() {
		for i, lang := range languages {
			at, kind := "", 0
			switch lang.key {
			case "ai-zh":
				at, kind = fmt.Sprintf("//aisubtitle.hdslb.com/bfs/ai_subtitle/prod/%d%d%s", aid, cid, subtitleName(l.ep, i)), 1
			case "zh-CN":
				at = "//i0.hdslb.com/bfs/subtitle/" + subtitleName(l.ep, i) + ".json"
			default:
				continue
			}
			subtitles = append(subtitles, object{
				"id": l.ep*100 + int64(i), "id_str": strconv.FormatInt(l.ep*100+int64(i), 10), "lan": lang.key, "lan_doc": lang.name, "is_lock": false,
				"subtitle_url": at + "?" + c.authKey(), "type": kind, "ai_type": 0, "ai_status": 2 * kind,
			})
		}
	}
	return reply{body: object{"code": 0, "message": "0", "ttl": 1, "data": object{
		"aid": aid, "cid": cid, "allow_bp": false, "has_next": false, "ip_info": object{"country": "本地"}, "login_mid": 0, "view_points": list{},
		"need_login_subtitle": !c.account.loggedIn(), "subtitle": object{"allow_submit": false, "lan": "", "lan_doc": "", "subtitles": subtitles},
	}}}
}

// subtitleName names a file by whose it is and by the row of its language.
func subtitleName(id int64, row int) string { return fmt.Sprintf("%032x", id*100+int64(row)) }

func (c *call) subtitleURL(id int64, row int, file string) string {
	return "https://s.bstarstatic.com/ogv/subtitle/" + subtitleName(id, row) + "." + file + "?" + c.authKey()
}

// authKey signs an address as the CDN's do: until when, two numbers, a hash.
func (c *call) authKey() string {
	until := strconv.FormatInt(c.site.now().Add(c.site.knobs.life(subtitleLife)).Unix(), 10)
	return "auth_key=" + until + "-0-0-" + c.site.authHash(until)
}

func (s *Site) authHash(until string) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte("subtitle" + until))
	return hex.EncodeToString(mac.Sum(nil))[:32]
}

// isSubtitle tells by host and path whether a request is for a subtitle file.
func isSubtitle(host, path string) bool {
	switch host {
	case "s.bstarstatic.com":
		return strings.HasPrefix(path, "/ogv/subtitle/")
	case "p.bstarstatic.com":
		return strings.HasPrefix(path, "/ugc/subtitle/")
	case "i0.hdslb.com":
		return strings.HasPrefix(path, "/bfs/subtitle/")
	case "aisubtitle.hdslb.com":
		return true
	}
	return false
}

// subtitleFile serves one. The file says in its first cue which language it is in.
func (c *call) subtitleFile() {
	path := c.req.URL.Path
	if c.host != "p.bstarstatic.com" {
		until, rest, _ := strings.Cut(c.req.URL.Query().Get("auth_key"), "-0-0-")
		at, err := strconv.ParseInt(until, 10, 64)
		if err != nil || c.site.now().Unix() >= at || !hmac.Equal([]byte(rest), []byte(c.site.authHash(until))) {
			c.refuse(http.StatusForbidden, "auth_key")
			return
		}
	}
	site := "https://www.bilibili.com/"
	if strings.HasSuffix(c.host, ".bstarstatic.com") {
		site = "https://www.bilibili.tv/"
	}
	if !strings.HasPrefix(c.req.Referer(), site) || !siteOrigin(c.req.Header.Get("Origin"), site) {
		c.refuse(http.StatusForbidden, "referer "+c.req.Referer()+", origin "+c.req.Header.Get("Origin"))
		return
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	name, ending, _ := strings.Cut(strings.Replace(name, "_subtitle", "", 1), ".")
	if len(name) < 32 {
		c.refuse(http.StatusNotFound, "no such file")
		return
	}
	number, err := strconv.ParseInt(name[len(name)-32:], 16, 64)
	row := int(number % 100)
	if err != nil || row >= len(languages) {
		c.refuse(http.StatusNotFound, "no such file")
		return
	}
	c.allowOrigin()
	c.Header().Set("Content-Type", "application/octet-stream")
	text := languages[row].name
	switch ending {
	case "ass":
		fmt.Fprintf(c, "\ufeff[Script Info]\r\nScriptType: v4.00+\r\nPlayResX: 1280\r\nPlayResY: 720\r\n\r\n[V4+ Styles]\r\n"+
			"Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\r\n"+
			"Style: Default,Noto Sans,44,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,1,2,40,40,30,1\r\n\r\n[Events]\r\n"+
			"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n"+
			"Dialogue: 0,0:00:01.00,0:00:02.20,Default,,0,0,0,,{\\i1}second{\\i0}, over the first\r\n"+
			"Dialogue: 0,0:00:00.20,0:00:01.40,Default,,0,0,0,,%s\\Nin two lines\r\n"+
			"Dialogue: 0,0:00:02.20,0:00:02.40,Default,,0,0,0,,\r\n"+
			"Dialogue: 0,0:00:02.00,0:00:02.80,Default,,0,0,0,,{\\p1}m 0 0 l 9 0 9 9{\\p0}\r\n", text)
	case "srt":
		fmt.Fprintf(c, "\ufeff1\r\n00:00:00,200 --> 00:00:01,400\r\n%s\r\nin two lines\r\n\r\n2\r\n00:00:01,000 --> 00:00:02,200\r\n<i>second</i>, over the first\r\n\r\n3\r\n00:00:02,200 --> 00:00:02,400\r\n\r\n\r\n", text)
	default:
		c.Write([]byte("\ufeff"))
		c.Write(encode(object{"font_size": 0.4, "font_color": "#FFFFFF", "background_alpha": 0.5, "background_color": "#9C27B0", "Stroke": "none", "body": list{
			{"from": 0.2, "to": 1.4, "location": 2, "content": text + "\nin two lines"}, {"from": 1, "to": 2.2, "location": 2, "content": "second, over the first"},
			{"from": 2.2, "to": 2.4, "location": 2, "content": ""},
		}}))
	}
}
