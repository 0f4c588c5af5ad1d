package pugv

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

const now = 1_800_000_000

func season(t testing.TB, body string) *Season {
	t.Helper()
	s, err := DecodeSeason(answer(body))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestURLs(t *testing.T) {
	for got, want := range map[string]string{
		SeasonURL("61", ""):        "https://api.bilibili.com/pugv/view/web/season?season_id=61",
		SeasonURL("", "790"):       "https://api.bilibili.com/pugv/view/web/season?ep_id=790",
		SeasonURL("61", "790"):     "https://api.bilibili.com/pugv/view/web/season?season_id=61",
		EpisodesURL("556", 2, 100): "https://api.bilibili.com/pugv/view/web/ep/list?season_id=556&ps=100&pn=2",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSeason(t *testing.T) {
	s := season(t, string(fixture(t, "season.json").Body))
	if len(s.Episodes) != 4 {
		t.Fatalf("%d lessons, want 4: duplicates and lessons without id do not count", len(s.Episodes))
	}
	h := s.Head("790")
	if h != (stream.Head{
		Title: "一起从0基础学日语吧", Series: "0-N4 日语精讲", Teacher: "盾盾桑", Number: 1, Total: 4, Partial: true,
		Duration: 2223000, SeasonID: "61", EpisodeID: "790",
	}) {
		t.Errorf("head: %+v", h)
	}
	if h := s.Head("797"); h.Number != 3 || h.Duration != 3253000 {
		t.Errorf("head of the third lesson: %+v", h)
	}
	if h := s.Head("404"); h.Number != 0 || h.Title != "" || h.Series == "" {
		t.Errorf("head of an unknown lesson: %+v", h)
	}
	e := s.Episode("790")
	if e == nil || e.AID != "877726892000001" || e.CID != "39000000001" {
		t.Errorf("ids of the first lesson: %+v", e)
	}
	if s.Episode("210") != nil || s.Episode("") != nil {
		t.Error("a lesson that is not in the list")
	}
}

func TestMergeCountsEachLessonOnce(t *testing.T) {
	s := season(t, `{"code":0,"data":{"season_id":556,"ep_count":602,"episode_page":{"next":true,"num":1,"size":50,"total":603},"episodes":[{"id":20001},{"id":20002}]}}`)
	// 603 lessons in pages of 100; each page repeats the last lesson of the one before.
	for page := 1; page <= 7; page++ {
		var items []string
		for i := max(1, (page-1)*100); i <= min(page*100, 603); i++ {
			items = append(items, fmt.Sprintf(`{"id":%d,"title":"L%d"}`, 20000+i, i))
		}
		list, next, number, err := DecodeEpisodes(answer(fmt.Sprintf(`{"code":0,"data":{"items":[%s],"page":{"next":%v,"num":%d,"size":100,"total":1}}}`, strings.Join(items, ","), page < 7, page)))
		if err != nil || number != page || next != (page < 7) {
			t.Fatalf("page %d: number %d, next %v, %v", page, number, next, err)
		}
		added := s.Merge(list)
		if want := min(page*100, 603) - max(2, (page-1)*100); added != want {
			t.Errorf("page %d added %d lessons, want %d", page, added, want)
		}
	}
	if h := s.Head("20603"); h.Total != 603 || h.Number != 603 || !h.Partial {
		t.Errorf("head: %+v", h)
	}
	if added := s.Merge(s.Episodes); added != 0 {
		t.Errorf("%d lessons added again", added)
	}
	s.Complete()
	if s.Head("20603").Partial {
		t.Error("still partial once complete")
	}
}

func TestPlaying(t *testing.T) {
	const bought = `{"id":1,"status":2,"playable":false},{"id":2,"status":2,"playable":true},{"id":3,"status":1}`
	body := func(episodes, more string) string {
		return `{"code":0,"data":{"season_id":61,"episodes":[` + episodes + `]` + more + `}}`
	}
	progress := func(id string) string { return `,"user_status":{"progress":{"last_ep_id":` + id + `}}` }
	for _, c := range []struct {
		name, body, hint, want string
	}{
		{"the hint", body(bought, progress("3")), "1", "1"},
		{"a hint that is not in the list", body(bought, progress("3")), "99", "3"},
		{"last watched", body(bought, progress(`"3"`)), "", "3"},
		{"last watched, not in the list", body(bought, progress("99")), "", "2"},
		{"last watched, list partial", body(bought, progress("99")+`,"episode_page":{"next":true}`), "", "99"},
		{"no history", body(bought, progress("0")), "", "2"},
		{"first playable by status", body(`{"id":1,"status":2},{"id":3,"status":3}`, ""), "", "3"},
		{"unreleased and live lessons are passed over", body(`{"id":1,"status":1,"ep_status":-1},{"id":2,"status":1,"play_way":2},{"id":3,"status":1,"play_way":1}`, ""), "", "3"},
		{"nothing playable", body(`{"id":7,"status":2},{"id":8,"status":2}`, ""), "", "7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := season(t, c.body).Playing(c.hint); !ok || got != c.want {
				t.Errorf("Playing(%q) = %q, %v, want %q", c.hint, got, ok, c.want)
			}
		})
	}
	if id, ok := season(t, body("", "")).Playing("5"); ok {
		t.Errorf("an empty course plays %q", id)
	}
}

func TestState(t *testing.T) {
	for _, c := range []struct {
		user string
		want map[string]stream.State
	}{
		{`"payed":0`, map[string]stream.State{"1": stream.Free, "2": "", "3": "", "4": "", "9": ""}},
		{`"payed":1`, map[string]stream.State{"1": stream.Purchased, "2": stream.Purchased, "3": stream.Purchased, "4": ""}},
		{`"payed":1,"is_expired":true`, map[string]stream.State{"1": stream.Free, "2": ""}},
	} {
		s := season(t, `{"code":0,"data":{"season_id":61,"user_status":{`+c.user+`},"episodes":[{"id":1,"status":1},{"id":2,"status":2},{"id":3,"status":3},{"id":4,"status":1,"ep_status":-1}]}}`)
		for id, want := range c.want {
			if got := s.State(id); got != want {
				t.Errorf("with %s, state of %s = %q, want %q", c.user, id, got, want)
			}
		}
	}
}

func TestRefuse(t *testing.T) {
	with := func(user string) *Season {
		return season(t, `{"code":0,"data":{"season_id":61,"user_status":{`+user+`},"episodes":[{"id":1,"status":2,"release_date":1600000000},{"id":2,"ep_status":-1,"release_date":1900000000},{"id":3,"release_date":1900000001},{"id":4,"ep_status":-1,"release_date":1600000000}]}}`)
	}
	unpaid, paid, expired := with(`"payed":0`), with(`"payed":1`), with(`"payed":1,"is_expired":true`)
	forbidden := stream.Reason{Code: stream.NotPurchased, Detail: stream.LoginUnknown, ServerCode: -403}
	notLoggedIn := stream.Reason{Code: stream.NotLoggedIn, ServerCode: -403}
	noMedia := stream.Reason{Code: stream.Unexpected, Detail: stream.NoMedia}
	for _, c := range []struct {
		name   string
		season *Season
		in     stream.Reason
		id     string
		login  stream.Login
		want   stream.Reason
	}{
		{"logged out", unpaid, forbidden, "1", stream.LoggedOut, notLoggedIn},
		{"logged out, no season", nil, forbidden, "1", stream.LoggedOut, notLoggedIn},
		{"logged out before unreleased", unpaid, forbidden, "2", stream.LoggedOut, notLoggedIn},
		{"logged in", unpaid, forbidden, "1", stream.LoggedIn, stream.Reason{Code: stream.NotPurchased, ServerCode: -403}},
		{"logged in, no season", nil, forbidden, "1", stream.LoggedIn, stream.Reason{Code: stream.NotPurchased, Detail: stream.PurchaseUnread, ServerCode: -403}},
		{"login unknown", unpaid, forbidden, "1", stream.LoginUnstated, forbidden},
		{"login unknown, no season", nil, forbidden, "1", stream.LoginUnstated, forbidden},
		{"bought", paid, forbidden, "1", stream.LoggedIn, stream.Reason{Code: stream.NotLoggedIn, Detail: stream.SignInAgain, ServerCode: -403}},
		{"bought, login unknown", paid, forbidden, "1", stream.LoginUnstated, stream.Reason{Code: stream.NotLoggedIn, Detail: stream.SignInAgain, ServerCode: -403}},
		{"purchase expired", expired, forbidden, "1", stream.LoggedIn, stream.Reason{Code: stream.NotPurchased, Detail: stream.PurchaseExpired, ServerCode: -403}},
		{"purchase expired by its time", with(`"payed":1,"expire_at":1700000000`), forbidden, "1", stream.LoggedIn, stream.Reason{Code: stream.NotPurchased, Detail: stream.PurchaseExpired, ServerCode: -403}},
		{"purchase that lasts", with(`"payed":1,"expire_at":1900000000`), forbidden, "1", stream.LoggedIn, stream.Reason{Code: stream.NotLoggedIn, Detail: stream.SignInAgain, ServerCode: -403}},
		{"not released", unpaid, forbidden, "2", stream.LoggedIn, stream.Reason{Code: stream.NotReleased, ServerCode: -403, At: 1900000000}},
		{"bought, not released", paid, forbidden, "2", stream.LoggedIn, stream.Reason{Code: stream.NotReleased, ServerCode: -403, At: 1900000000}},
		{"by its date alone", unpaid, stream.Reason{Code: stream.NotFound, ServerCode: -404}, "3", stream.LoginUnstated, stream.Reason{Code: stream.NotReleased, ServerCode: -404, At: 1900000001}},
		{"a date that has passed is not named", unpaid, noMedia, "4", stream.LoginUnstated, stream.Reason{Code: stream.NotReleased}},
		{"no media, not released", unpaid, noMedia, "2", stream.LoginUnstated, stream.Reason{Code: stream.NotReleased, At: 1900000000}},
		{"no media", unpaid, noMedia, "1", stream.LoggedIn, noMedia},
		{"rate limited", unpaid, stream.Reason{Code: stream.RateLimited, At: 5}, "2", stream.LoggedIn, stream.Reason{Code: stream.RateLimited, At: 5}},
		{"network", unpaid, stream.Reason{Code: stream.Network}, "2", stream.LoginUnstated, stream.Reason{Code: stream.Network}},
		{"said to be logged out", unpaid, stream.Reason{Code: stream.NotLoggedIn, ServerCode: -101}, "2", stream.LoginUnstated, stream.Reason{Code: stream.NotLoggedIn, ServerCode: -101}},
		{"preview", unpaid, stream.Reason{Code: stream.PreviewOnly}, "2", stream.LoggedIn, stream.Reason{Code: stream.PreviewOnly}},
		{"not found", unpaid, stream.Reason{Code: stream.NotFound, ServerCode: -404}, "99", stream.LoggedIn, stream.Reason{Code: stream.NotFound, ServerCode: -404}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.season.Refuse(c.in, c.id, c.login, now); got != c.want {
				t.Errorf("Refuse = %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestSeasonRefusals(t *testing.T) {
	for body, want := range map[string]stream.Reason{
		`{"code":-404,"message":"啥都木有"}`:              {Code: stream.NotFound, ServerCode: -404},
		`{"code":0,"data":{"v_voucher":"voucher_x"}}`: {Code: stream.RateLimited, Detail: stream.Captcha},
		`{"code":0,"data":{}}`:                        {Code: stream.Unexpected, Detail: stream.Empty},
		`{"code":0}`:                                  {Code: stream.Unexpected, Detail: stream.Empty},
		`{"code":0,"data":"suee"}`:                    {Code: stream.Unexpected, Detail: stream.Empty},
		`<html>`:                                      {Code: stream.Unexpected, Detail: stream.HTML},
	} {
		var r stream.Reason
		if _, err := DecodeSeason(answer(body)); !errors.As(err, &r) || r != want {
			t.Errorf("DecodeSeason(%s) = %#v, want %#v", body, err, want)
		}
		if _, _, _, err := DecodeEpisodes(answer(body)); !errors.As(err, &r) || r != want {
			t.Errorf("DecodeEpisodes(%s) = %#v, want %#v", body, err, want)
		}
	}
	items, next, number, err := DecodeEpisodes(answer(`{"code":0,"data":{"items":null,"page":{"next":false,"num":3}}}`))
	if err != nil || len(items) != 0 || next || number != 3 {
		t.Errorf("an empty page: %v, %v, %d, %v", items, next, number, err)
	}
	if items, _, _, err := DecodeEpisodes(answer(`{"code":0,"data":{"items":[{"id":null},{"id":"x"},7],"page":{"next":true,"num":3}}}`)); err == nil {
		t.Errorf("a page of lessons without ids: %v", items)
	}
}

func TestDecodeLogin(t *testing.T) {
	for body, want := range map[string]bool{
		`{"code":0,"data":{"isLogin":true,"uname":"x"}}`:                                             true,
		`{"code":0,"data":{"isLogin":false}}`:                                                        false,
		`{"code":-101,"message":"账号未登录","data":{"isLogin":false,"wbi_img":{"img_url":"https://x"}}}`: false,
	} {
		if got, err := DecodeLogin(answer(body)); err != nil || got != want {
			t.Errorf("DecodeLogin(%s) = %v, %v", body, got, err)
		}
	}
	for body, want := range map[string]stream.Code{
		`{"code":0,"data":{}}`: stream.Unexpected, `{"code":-412}`: stream.RateLimited, `<html>`: stream.Unexpected,
	} {
		var r stream.Reason
		if got, err := DecodeLogin(answer(body)); got || !errors.As(err, &r) || r.Code != want {
			t.Errorf("DecodeLogin(%s) = %v, %#v", body, got, err)
		}
	}
	for _, wrong := range []string{`[]`, `{}`, `[true]`, `null`, `"x"`, `""`, `"true"`, `-1`, `2`, `0.5`, `1e300`} {
		var r stream.Reason
		if got, err := DecodeLogin(answer(`{"code":0,"data":{"isLogin":` + wrong + `}}`)); got || !errors.As(err, &r) || r.Code != stream.Unexpected {
			t.Errorf("login %s is %v, %v", wrong, got, err)
		}
	}
}

func FuzzDecodeSeason(f *testing.F) {
	f.Add(fixture(f, "season.json").Body, "790")
	f.Add([]byte(`{"code":0,"data":{"items":[{"id":1,"duration":-1}],"page":{"next":1,"num":"2"}}}`), "1")
	f.Fuzz(func(t *testing.T, body []byte, id string) {
		a := wire.Answer{Status: 200, Body: body}
		items, _, _, err := DecodeEpisodes(a)
		var r stream.Reason
		if err != nil && (!errors.As(err, &r) || r.Code == "") {
			t.Fatalf("error %#v is no reason", err)
		}
		s, err := DecodeSeason(a)
		if err != nil {
			if !errors.As(err, &r) || r.Code == "" {
				t.Fatalf("error %#v is no reason", err)
			}
			return
		}
		before := len(s.Episodes)
		if added := s.Merge(items); added+before != len(s.Episodes) {
			t.Fatalf("%d and %d lessons make %d", before, added, len(s.Episodes))
		}
		seen := map[wire.ID]bool{}
		for _, e := range s.Episodes {
			if e.ID == "" || seen[e.ID] {
				t.Fatalf("lesson %q is empty or twice there", e.ID)
			}
			seen[e.ID] = true
		}
		h := s.Head(id)
		if h.Total != len(s.Episodes) || h.Number > h.Total || h.Duration < 0 || strings.ContainsAny(h.Title+h.Series+h.Teacher, "\n\r\x00\u202e") {
			t.Fatalf("head %+v", h)
		}
		if playing, ok := s.Playing(id); ok != (len(s.Episodes) > 0) && !(ok && bool(s.EpisodePage.Next)) {
			t.Fatalf("plays %q, %v with %d lessons", playing, ok, len(s.Episodes))
		}
		s.State(id)
		s.Refuse(stream.Reason{Code: stream.NotPurchased, ServerCode: -403}, id, stream.LoggedIn, now)
	})
}
