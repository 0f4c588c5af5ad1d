package pugv

import (
	"errors"
	"strings"
	"testing"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

const described = `{"code":0,"data":{"season_id":61,"title":"A course","subtitle":"From nothing","cover":"http://i0.hdslb.com/1.jpg",
	"release_info":"已完结 | 共2课时","up_info":{"uname":"A teacher","brief":"of it","link":"https://space.bilibili.com/1","mid":7},
	"stat":{"play":5,"play_desc":"5播放"},"payment":{"price_format":"180"},"coupon":{"title":"half","token":"B1"},"faq":"odd","purchase_note":null,
	"episodes":[{"id":790,"cid":22,"watched":true},{"id":791,"aid":13,"cid":23,"watched":1},{"id":792,"cid":24}],
	"user_status":{"user_expiry_content":"长期有效","progress":{"last_ep_index":"Two","last_time":12}}}}`

func TestDetails(t *testing.T) {
	d := season(t, described).Details("791")
	text, err := json.Marshal(d)
	const want = `{"episode":"791","cid":"23","aid":"13","cover":"http://i0.hdslb.com/1.jpg","subtitle":"From nothing",` +
		`"teacher":{"uname":"A teacher","brief":"of it","link":"https://space.bilibili.com/1"},"release":"已完结 | 共2课时","expiry":"长期有效",` +
		`"progress":{"lastepid":"","lastepindex":"Two","lasttime":12},"watched":2,"stat":{"play":5,"play_desc":"5播放"},"payment":{"price_format":"180"},` +
		`"coupon":{"title":"half","token":"B1"},"note":null,"faq":"odd","faq1":null,"terms":null}`
	if err != nil || string(text) != want {
		t.Errorf("%s\nwant\n%s\nerror %v", text, want, err)
	}
	if d := season(t, described).Details("404"); d.Episode != "404" || d.CID != "" {
		t.Errorf("a lesson that is not in the list: %+v", d)
	}
	huge := strings.Replace(described, "From nothing", strings.Repeat("x", maxDetails), 1)
	if d := season(t, huge).Details("791"); d.CID != "23" || d.Subtitle != "" || d.Payment != nil {
		t.Errorf("of a huge description %d characters are kept", len(d.Subtitle))
	}
}

func TestDanmaku(t *testing.T) {
	const xml = `<?xml version="1.0" encoding="UTF-8"?><i><chatid>1</chatid><d p="1,1,25,0">a</d></i>`
	got, err := DecodeDanmaku(wire.Answer{Status: 200, ContentType: "text/xml", Body: []byte(xml)})
	if err != nil || *got != xml {
		t.Errorf("error %v", err)
	}
	for _, c := range []struct {
		status int
		body   string
		want   stream.Reason
	}{
		{200, `{"code":-404,"message":"啥都木有"}`, stream.Reason{Code: stream.NotFound, ServerCode: -404}},
		{200, `{"code":-101}`, stream.Reason{Code: stream.NotLoggedIn, ServerCode: -101}},
		{200, `{"code":0,"data":{"v_voucher":"v"}}`, stream.Reason{Code: stream.RateLimited, Detail: stream.Captcha}},
		{200, `{"code":0}`, stream.Reason{Code: stream.Unexpected, Detail: stream.Empty}},
		{200, `<html><i>no</i></html>`, stream.Reason{Code: stream.Unexpected, Detail: stream.HTML}},
		{200, ``, stream.Reason{Code: stream.Unexpected, Detail: stream.Empty}},
		{200, `<i>` + strings.Repeat("x", maxDanmaku), stream.Reason{Code: stream.Unexpected, Detail: stream.HTML}},
		{412, xml, stream.Reason{Code: stream.RateLimited, ServerCode: 412}},
		{500, xml, stream.Reason{Code: stream.Unexpected, Detail: stream.HTML, ServerCode: 500}},
	} {
		var r stream.Reason
		if _, err := DecodeDanmaku(wire.Answer{Status: c.status, Body: []byte(c.body)}); !errors.As(err, &r) || r != c.want {
			t.Errorf("%d %.40s: %v, want %v", c.status, c.body, err, c.want)
		}
	}
}
