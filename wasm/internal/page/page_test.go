package page

import (
	"strings"
	"testing"

	"streamlist/wasm/internal/stream"
)

func lesson(id string) Target { return Target{Site: stream.Com, Kind: Lesson, EpisodeID: id} }
func course(id string) Target { return Target{Site: stream.Com, Kind: Course, SeasonID: id} }
func episode(locale, season, id string) Target {
	return Target{Site: stream.TV, Kind: Episode, SeasonID: season, EpisodeID: id, Locale: locale}
}
func series(locale, id string) Target {
	return Target{Site: stream.TV, Kind: Series, SeasonID: id, Locale: locale}
}
func upload(locale, id string) Target {
	return Target{Site: stream.TV, Kind: Upload, UploadID: id, Locale: locale}
}

// accepted are addresses seen in public material, and variations that browsers make of
// them.
var accepted = []struct {
	url  string
	want Target
}{
	{"https://www.bilibili.com/cheese/play/ep790", lesson("790")},
	{"https://www.bilibili.com/cheese/play/ss61", course("61")},
	{"https://m.bilibili.com/cheese/play/ss61", course("61")},
	{"https://m.bilibili.com/cheese/play/ss210?csource=Detail_relevantclass", course("210")},
	{"https://www.bilibili.com/cheese/play/ep4884?t=469&csource=common_hp_history_null", lesson("4884")},
	{"https://www.bilibili.com/cheese/play/ep841259?query_from=0&search_id=0&csource=common_hpsearch_null_null&spm_id_from=333.337.search-card.all.click", lesson("841259")},
	{"https://www.bilibili.com/cheese/play/ss710811134/", course("710811134")},
	{"http://www.bilibili.com:80/cheese/play/ep1#reply", lesson("1")},
	{"HTTPS://WWW.BILIBILI.COM:443/cheese/play/ep1", lesson("1")},
	{"https://www.bilibili.com/cheese/play/ep9223372036854775807", lesson("9223372036854775807")},
	// The path decides; nothing is known of such a query on a course's page.
	{"https://www.bilibili.com/cheese/play/ss61?ep_id=790", course("61")},

	{"https://www.bilibili.tv/en/play/34613/341736", episode("en", "34613", "341736")},
	{"https://www.bilibili.tv/en/play/34613", series("en", "34613")},
	{"https://www.bilibili.tv/en/play/34580?bstar_from=bstar-web.homepage.anime.all", series("en", "34580")},
	{"https://www.bilibili.tv/en/play/1053337/11371316?bstar_from=bstar-web.pgc-video-detail.episode.manual", episode("en", "1053337", "11371316")},
	{"https://www.bilibili.tv/en/media/1048837", series("en", "1048837")},
	{"https://www.bilibili.tv/th/media/37976", series("th", "37976")},
	{"https://www.bilibili.tv/id/play/34475/338159", episode("id", "34475", "338159")},
	{"https://www.bilibili.tv/vi/play/1060488/11434299", episode("vi", "1060488", "11434299")},
	{"https://www.bilibili.tv/zh-Hans/play/34613/341736", episode("zh-Hans", "34613", "341736")},
	{"https://www.bilibili.tv/ZH-HANS/play/34613", series("zh-Hans", "34613")},
	{"https://bilibili.tv/play/2110869", series("", "2110869")},
	{"https://bilibili.tv/en/play/2110869/13287667", episode("en", "2110869", "13287667")},
	{"https://bilibili.tv/play/2110869?episode_id=13287667&from=search", episode("", "2110869", "13287667")},
	{"https://WWW.BILIBILI.TV/id/play/2110869?ep_id=13287745#episode", episode("id", "2110869", "13287745")},
	{"https://bilibili.tv/play/2110869/13287667?ep_id=13287745#player", episode("", "2110869", "13287667")},
	{"https://bilibili.tv/play/2110869/13287667?ep_id=invalid", episode("", "2110869", "13287667")},
	{"https://bilibili.tv/play/2110869?episode_id=1&ep_id=2", episode("", "2110869", "2")},
	{"https://bilibili.tv/play/2110869?ep_id=", series("", "2110869")},
	{"https://www.biliintl.com/en/play/34613/341736", episode("en", "34613", "341736")},
	{"https://www.biliintl.com/en/play/35452/357787?s_locale=en_US", episode("en", "35452", "357787")},
	{"https://www.biliintl.com/EN/play/34613", series("en", "34613")},
	{"https://www.biliintl.com/th/play/2110869/13287745/", episode("th", "2110869", "13287745")},
	{"http://biliintl.com/play/2110869", series("", "2110869")},
	{"https://www.bilibili.tv/en/video/2045730385", upload("en", "2045730385")},
	{"https://bilibili.tv/en/video/2019955076", upload("en", "2019955076")},
	{"https://www.bilibili.tv/video/2019955076", upload("", "2019955076")},
	{"https://www.bilibili.tv/EN/video/2019955076", upload("en", "2019955076")},
	{"https://www.bilibili.tv/en/video/4789599404426256", upload("en", "4789599404426256")},
}

var refused = []string{
	"", "about:blank", "https://", "https:///cheese/play/ep1", "www.bilibili.com/cheese/play/ep1",
	"https://b23.tv/EDGNakS", "https://bili.im/x", "bilibili://cheese/season/61",
	"https://www.bilibili.com/cheese/", "https://www.bilibili.com/v/cheese/mine", "https://www.bilibili.com/cheese/mine/list",
	"https://www.bilibili.com/bangumi/play/ep13287667", "https://www.bilibili.com/video/BV17x411w7KC",
	"https://mall.bilibili.com/lesson/play", "https://bilibili.com/cheese/play/ep790",
	"https://www.bilibili.tv/en/popular", "https://www.bilibili.tv/en/search-result?q=Minions",
	"https://www.bilibili.tv/th/index?season_type=1,4", "https://www.bilibili.tv/h5/en/qrcode/login",
	"https://bilibili.tv/play/not-a-number", "https://bilibili.tv/play/2110869/13287667/extra",
	"https://bilibili.tv/play/2110869?ep_id=invalid", "https://bilibili.tv/play/2110869?a=b&episode_id=1x",
	"https://bilibili.tv.example.test/play/2110869", "https://bilibili.tv@example.test/play/2110869",
	"https://example.test/bilibili.tv/play/2110869", "https://user@bilibili.tv/play/2110869",
	"https://bilibili.tv:8443/play/2110869", "http://bilibili.tv:443/play/2110869", "https://bilibili.tv./play/2110869",
	"https://api.bilibili.tv/en/play/2110869", "https://m.bilibili.tv/en/play/2110869",
	"https://www.bilibili.com/en/play/34613/341736", "https://www.bilibili.tv/cheese/play/ep790",
	"https://m.bilibili.com/en/video/2045730385",
	"https://www.bilibili.com/cheese/play/ep", "https://www.bilibili.com/cheese/play/epss1", "https://www.bilibili.com/cheese/play/790",
	"https://www.bilibili.com/cheese/play/ep0", "https://www.bilibili.com/cheese/play/ep000", "https://www.bilibili.com/cheese/play/ep0790",
	"https://www.bilibili.com/cheese/play/ep12345678901234567890", "https://www.bilibili.com/cheese/play/ep-1",
	"https://www.bilibili.com/cheese/play/ep７９０", "https://www.bilibili.com/cheese/play/ep790/extra",
	"https://www.bilibili.com/cheese/play/ep790//", "https://www.bilibili.com//cheese/play/ep790",
	"https://www.bilibili.com/cheese/play/ep79%30", "https://www.bilibili.com\\@example.test/cheese/play/ep790",
	"https://www.bilibili.com/cheese/play/ep790\n", " https://www.bilibili.com/cheese/play/ep790",
	"ftp://www.bilibili.com/cheese/play/ep790", "javascript://www.bilibili.com/cheese/play/ep790",
	"view-source:https://www.bilibili.com/cheese/play/ep790",
	"https://www.bilibili.tv/eng/play/34613", "https://www.bilibili.tv/e1/play/34613", "https://www.bilibili.tv/zh-han/play/34613",
	"https://www.bilibili.tv/en-/play/34613", "https://www.bilibili.tv/en/en/play/34613", "https://www.bilibili.tv/en/play/",
	"https://www.bilibili.tv/en/media/1/2", "https://www.bilibili.tv/en/video/1/2", "https://www.bilibili.tv/en/PLAY/1",
	"https://www.bilibili.com/cheese/play/ep1?" + strings.Repeat("a", maxURL),
}

func TestParse(t *testing.T) {
	for _, c := range accepted {
		got, ok := Parse(c.url)
		if !ok || got != c.want {
			t.Errorf("Parse(%q) = %+v, %v, want %+v", c.url, got, ok, c.want)
		}
	}
	for _, url := range refused {
		if got, ok := Parse(url); ok {
			t.Errorf("Parse(%.80q) = %+v, want a refusal", url, got)
		}
	}
}

func TestTargetURLLeadsBack(t *testing.T) {
	for _, c := range accepted {
		if got, ok := Parse(c.want.URL()); !ok || got != c.want {
			t.Errorf("Parse(%q) = %+v, %v, want %+v", c.want.URL(), got, ok, c.want)
		}
	}
}

func TestKeyIsTheSameInEveryLanguage(t *testing.T) {
	for url, want := range map[string]string{
		"https://www.bilibili.com/cheese/play/ep790":               "com/ep/790",
		"https://m.bilibili.com/cheese/play/ss61":                  "com/ss/61",
		"https://www.bilibili.tv/en/play/34613/341736":             "tv/ep/341736",
		"https://www.biliintl.com/th/play/34613?ep_id=341736":      "tv/ep/341736",
		"https://bilibili.tv/media/34613":                          "tv/ss/34613",
		"https://www.bilibili.tv/vi/play/34613":                    "tv/ss/34613",
		"https://www.bilibili.tv/zh-Hans/video/4789599404426256":   "tv/av/4789599404426256",
		"https://www.bilibili.tv/video/4789599404426256?from=home": "tv/av/4789599404426256",
	} {
		if target, _ := Parse(url); target.Key() != want {
			t.Errorf("key of %q = %q, want %q", url, target.Key(), want)
		}
	}
}

func TestSLocale(t *testing.T) {
	for locale, want := range map[string]string{
		"": "en_US", "en": "en_US", "th": "th_TH", "vi": "vi_VN", "id": "id_ID", "ms": "en_MY",
		"zh": "zh-Hant_HK", "zh-Hant": "zh-Hant_HK", "zh-Hans": "zh_SG", "ar": "ar_SA", "fr": "en_US",
	} {
		if got := (Target{Site: stream.TV, Locale: locale}).SLocale(); got != want {
			t.Errorf("s_locale for %q = %q, want %q", locale, got, want)
		}
	}
}

// matches implements the browsers' match patterns as far as ours use them.
func matches(pattern, url string) bool {
	rest, ok := strings.CutPrefix(pattern, "*://")
	host, path, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || host == "" || strings.ContainsAny(host, "*:@ ") {
		return false
	}
	scheme, tail, _ := strings.Cut(url, "://")
	tail, _, _ = strings.Cut(tail, "#")
	urlHost, urlPath, _ := strings.Cut(tail, "/")
	urlHost = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(urlHost), ":443"), ":80")
	if s := strings.ToLower(scheme); (s != "http" && s != "https") || urlHost != host {
		return false
	}
	return glob(path, urlPath)
}

func glob(pattern, s string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == s
	}
	s, ok := strings.CutPrefix(s, first)
	if !ok {
		return false
	}
	for i := range len(s) + 1 {
		if glob(rest, s[i:]) {
			return true
		}
	}
	return false
}

func TestPatterns(t *testing.T) {
	for _, patterns := range [][]string{Patterns()} {
		any := func(url string) bool {
			for _, p := range patterns {
				if matches(p, url) {
					return true
				}
			}
			return false
		}
		for _, c := range accepted {
			if !any(c.url) {
				t.Errorf("no pattern for %q", c.url)
			}
		}
		for _, url := range []string{
			"https://www.bilibili.com/", "https://www.bilibili.com/video/BV17x411w7KC", "https://www.bilibili.com/cheese/mine/list",
			"https://www.bilibili.tv/en/popular", "https://example.test/en/play/1", "https://api.bilibili.tv/intl/gateway/web/play/1",
			"https://bilibili.tv.example.test/play/2110869",
		} {
			if any(url) {
				t.Errorf("a pattern takes in %q", url)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range accepted {
		f.Add(c.url)
	}
	for _, url := range refused {
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		target, ok := Parse(url)
		if !ok {
			if target != (Target{}) {
				t.Fatalf("refused, yet %+v", target)
			}
			return
		}
		if again, ok := Parse(target.URL()); !ok || again != target {
			t.Fatalf("%q became %+v, whose address %q became %+v", url, target, target.URL(), again)
		}
		if key := target.Key(); key == "" || strings.HasSuffix(key, "/") {
			t.Fatalf("key %q of %q", key, url)
		}
		// What was accepted lies on one of the sites, whatever the text looked like.
		lower := strings.ToLower(url)
		_, lower, _ = strings.Cut(lower, "://")
		host, _, _ := strings.Cut(lower, "/")
		host, _, _ = strings.Cut(host, ":")
		switch host {
		case "www.bilibili.com", "m.bilibili.com":
			if target.Site != stream.Com {
				t.Fatalf("site %q for %q", target.Site, url)
			}
		case "www.bilibili.tv", "bilibili.tv", "www.biliintl.com", "biliintl.com":
			if target.Site != stream.TV {
				t.Fatalf("site %q for %q", target.Site, url)
			}
		default:
			t.Fatalf("accepted %q", url)
		}
	})
}

func TestPlaceOf(t *testing.T) {
	for url, want := range map[string]Place{
		"https://www.bilibili.com/v/cheese/mine":                   Mine,
		"https://www.bilibili.com/v/cheese/mine/?spm=1#x":          Mine,
		"https://www.bilibili.com/v/cheese/mine/list":              Mine,
		"https://www.bilibili.com/cheese/mine/list":                Mine,
		"https://www.bilibili.com/video/BV17x411w7KC":              Videos,
		"https://www.bilibili.com/video/BV17x411w7KC/?p=2":         Videos,
		"https://www.bilibili.com/bangumi/play/ep13287667":         Videos,
		"https://m.bilibili.com/video/BV17x411w7KC":                Videos,
		"https://www.bilibili.com/":                                "",
		"https://www.bilibili.com/cheese/":                         "",
		"https://www.bilibili.com/v/cheese/minelist":               "",
		"https://www.bilibili.com/videos/1":                        "",
		"https://www.bilibili.com/cheese/play/ep790":               "",
		"https://www.bilibili.tv/en/video/2045730385":              "",
		"https://space.bilibili.com/1/video":                       "",
		"https://www.bilibili.com@evil.test/cheese/mine/list":      "",
		"https://www.bilibili.com.evil.test/v/cheese/mine":         "",
		"moz-extension://www.bilibili.com/v/cheese/mine":           "",
		"https://www.bilibili.com:8080/cheese/mine/list":           "",
		"https://evil.test/https://www.bilibili.com/v/cheese/mine": "",
	} {
		if got := PlaceOf(url); got != want {
			t.Errorf("%s is %q, want %q", url, got, want)
		}
		if _, ok := Parse(url); ok && want != "" {
			t.Errorf("%s is a page with streams as well", url)
		}
	}
}

func TestOnOldHost(t *testing.T) {
	for url, want := range map[string]bool{
		"https://www.biliintl.com/en/play/1": true, "http://biliintl.com/": true, "https://www.bilibili.tv/en/play/1": false,
		"https://biliintl.com.example/": false, "https://notbiliintl.com/": false, "": false,
	} {
		if got := OnOldHost(url); got != want {
			t.Errorf("%q: %v", url, got)
		}
	}
}
