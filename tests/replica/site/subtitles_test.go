package site

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// addresses collects the subtitle files that an answer names, by language.
func addresses(t *testing.T, answer map[string]any) map[string]string {
	t.Helper()
	found := map[string]string{}
	data, _ := answer["data"].(map[string]any)
	lists := []any{data["subtitles"], data["video_subtitle"]}
	if s, ok := data["subtitle"].(map[string]any); ok {
		lists = append(lists, s["subtitles"])
	}
	for _, list := range lists {
		entries, _ := list.([]any)
		for _, e := range entries {
			entry := e.(map[string]any)
			key, _ := entry["lang_key"].(string)
			if lan, ok := entry["lan"].(string); ok {
				key = lan
			}
			for _, kind := range []string{"url", "subtitle_url"} {
				if url, ok := entry[kind].(string); ok {
					found[key] = url
				}
			}
			for _, kind := range []string{"ass", "srt"} {
				if file, ok := entry[kind].(map[string]any); ok {
					found[key+" "+kind] = file["url"].(string)
				}
			}
		}
	}
	return found
}

func TestSubtitles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		const list = "https://api.bilibili.tv/intl/gateway/web/v2/subtitle?platform=web&s_locale=en_US&"
		today, older := addresses(t, c.json(list+"episode_id=13000101")), addresses(t, c.json(list+"episode_id=13000201"))
		if len(today) != 7 || len(older) != 4 {
			t.Fatalf("today's shape %v, the older one %v", today, older)
		}
		if both := addresses(t, c.json(list+"episode_id=13000801")); len(both) != 11 {
			t.Errorf("both shapes %v", both)
		}
		if none := addresses(t, c.json(list+"episode_id=13000301")); len(none) != 0 {
			t.Errorf("an episode without: %v", none)
		}
		upload := addresses(t, c.json(list+"aid=4790000000000001"))
		tv := map[string]string{"Referer": intlReferer, "Origin": "https://www.bilibili.tv"}
		for address, want := range map[string]string{
			today["en"]: "[Script Info]", today["vi"]: `"content":"Tiếng Việt\nin two lines"`, older["en srt"]: `"body":[`, older["th ass"]: "ภาษาไทย\\Nin two",
			older["zh-Hans srt"]: "00:00:01,400\r\n中文（简体）", upload["en"]: `"content":"English`,
		} {
			if w := c.get(address, tv); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) || !strings.HasPrefix(w.Body.String(), "\ufeff") {
				t.Errorf("%s: HTTP %d %s", address, w.Code, w.Body)
			}
			if w := c.get(address, map[string]string{"Referer": "chrome-extension://x/"}); w.Code != http.StatusForbidden {
				t.Errorf("%s from elsewhere: HTTP %d", address, w.Code)
			}
		}
		time.Sleep(3 * time.Hour)
		if w := c.get(today["en"], tv); w.Code != http.StatusForbidden {
			t.Errorf("an address that has ended: HTTP %d", w.Code)
		}
		if w := c.get(upload["en"], tv); w.Code != http.StatusOK {
			t.Errorf("an upload's address, which doesn't end: HTTP %d", w.Code)
		}
		for _, query := range []string{"", "episode_id=1", "aid=1"} {
			if code := c.json(list + query)["code"]; code == float64(0) {
				t.Errorf("%q is answered", query)
			}
		}
	})
}

func TestPlayerInfo(t *testing.T) {
	c := newClient(t)
	const info = "https://api.bilibili.com/x/player/wbi/v2?aid=113000000700101&cid=26000700101"
	data := c.json(info)["data"].(map[string]any)
	if data["need_login_subtitle"] != true || len(addresses(t, c.json(info))) != 0 {
		t.Errorf("for nobody: %v", data)
	}
	c.login("https://www.bilibili.com", "free")
	found := addresses(t, c.json(info))
	if len(found) != 2 || !strings.HasPrefix(found["ai-zh"], "//aisubtitle.hdslb.com/bfs/ai_subtitle/prod/11300000070010126000700101") {
		t.Fatalf("for a login: %v", found)
	}
	for _, address := range found {
		if w := c.get("https:"+address, map[string]string{"Referer": courseReferer, "Origin": "https://www.bilibili.com"}); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "中文") {
			t.Errorf("%s: HTTP %d %s", address, w.Code, w.Body)
		}
	}
	for _, bad := range []string{"", "?aid=113000000700101", "?aid=1&cid=26000700101"} {
		if code := c.json("https://api.bilibili.com/x/player/wbi/v2" + bad)["code"]; code == float64(0) {
			t.Errorf("%q is answered", bad)
		}
	}
}
