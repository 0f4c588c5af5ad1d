package pugv

import (
	"testing"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

const owned = `{"code":0,"message":"success","data":{"data":[
	{"id":3700,"title":"A course of mine","ep_count":10,"is_expired":false,"update_info":"已完结 | 共10课时","url":"https://evil.test/",
		"progress":{"last_ep_id":1427,"last_ep_index":"Part 3","last_time":5451}},
	{"id":"316","title":"Another","is_expired":1,"update_info":null,"progress":null},
	{"id":"../x","title":"without an id"},7,null],"next":true,"pn":1,"ps":20,"total":4}}`

func TestOwnedCourses(t *testing.T) {
	got, err := DecodeOwned(answer(owned))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	const want = `{"data":[{"id":"3700","title":"A course of mine","updateinfo":"已完结 | 共10课时","isexpired":false,"progress":{"lastepid":"1427","lastepindex":"Part 3","lasttime":5451}},` +
		`{"id":"316","title":"Another","updateinfo":"","isexpired":true,"progress":{"lastepid":"","lastepindex":"","lasttime":0}}],"next":true,"total":4}`
	if err != nil || string(text) != want {
		t.Errorf("%s, error %v", text, err)
	}
	if u := OwnedURL(2); u != "https://api.bilibili.com/pugv/pay/web/my/paid?ps=20&pn=2" {
		t.Errorf("asks %s", u)
	}
}

func TestNoOwnedCourses(t *testing.T) {
	for _, c := range []struct {
		body string
		want stream.Code // "" for an empty list
	}{
		{`{"code":0,"data":{"data":[],"next":false,"total":0}}`, ""},
		{`{"code":0,"data":{"data":null,"next":false,"total":0}}`, ""},
		{`{"code":-401,"message":"非法访问"}`, stream.NotLoggedIn},
		{`{"code":-101,"message":"账号未登录"}`, stream.NotLoggedIn},
		{`{"code":-412}`, stream.RateLimited},
		{`{"code":0,"data":{"v_voucher":"voucher_0"}}`, stream.RateLimited},
		{`{"code":0,"data":{}}`, stream.Unexpected},
		{`{"code":0,"data":{"data":[{"id":null},{"id":"x"}],"next":false,"total":0}}`, stream.Unexpected},
		{`<html>`, stream.Unexpected},
	} {
		got, err := DecodeOwned(answer(c.body))
		if c.want == "" {
			if err != nil || len(got.Courses) != 0 || bool(got.Next) {
				t.Errorf("%s: %+v, error %v", c.body, got, err)
			}
			continue
		}
		if r, ok := err.(stream.Reason); !ok || r.Code != c.want {
			t.Errorf("%s: error %v, want %s", c.body, err, c.want)
		}
	}
}

func FuzzDecodeOwned(f *testing.F) {
	f.Add([]byte(owned))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := DecodeOwned(answer(string(data)))
		if _, ok := err.(stream.Reason); err != nil && !ok {
			t.Errorf("error %T", err)
		}
		if (got == nil) != (err != nil) {
			t.Errorf("courses %+v and error %v", got, err)
		}
	})
}
