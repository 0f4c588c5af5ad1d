package wire

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

func TestOpen(t *testing.T) {
	for _, c := range []struct {
		name          string
		answer        Answer
		code          int64
		message, data string
	}{
		{"success", Answer{Status: 200, Body: []byte(`{"code":0,"message":"success","data":{"a":1}}`)}, 0, "success", `{"a":1}`},
		{"no data key", Answer{Status: 200, Body: []byte(`{"code":-403,"message":"访问权限不足"}`)}, -403, "访问权限不足", ""},
		{"data null", Answer{Status: 200, Body: []byte(`{"code":10015001,"message":"版权地区受限","ttl":1,"data":null}`)}, 10015001, "版权地区受限", ""},
		{"result in place of data", Answer{Status: 200, Body: []byte(`{"code":0,"result":[1]}`)}, 0, "", `[1]`},
		{"data before result", Answer{Status: 200, Body: []byte(`{"code":0,"result":[1],"data":[2]}`)}, 0, "", `[2]`},
		{"code in a string", Answer{Status: 200, Body: []byte(`{"code":"-404","message":7}`)}, -404, "7", ""},
		{"JSON called HTML", Answer{Status: 200, ContentType: "text/html", Body: []byte(`{"code":0,"data":1}`)}, 0, "", "1"},
		{"byte order mark and blanks", Answer{Status: 200, Body: []byte("\xef\xbb\xbf \n{\"code\":0,\"data\":1}\n")}, 0, "", "1"},
		{"a code says more than the status", Answer{Status: 403, Body: []byte(`{"code":-403,"message":"no"}`)}, -403, "no", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, message, data, err := Open(c.answer)
			if err != nil || code != c.code || message != c.message || string(data) != c.data {
				t.Errorf("Open = %d, %q, %s, %v", code, message, data, err)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	unexpected := func(detail string, code int64) stream.Reason {
		return stream.Reason{Code: stream.Unexpected, Detail: detail, ServerCode: code}
	}
	html := []byte("<!DOCTYPE html><html><title>出错啦</title></html>")
	for _, c := range []struct {
		name   string
		answer Answer
		want   stream.Reason
	}{
		{"412 with HTML", Answer{Status: 412, ContentType: "text/html", Body: html}, stream.Reason{Code: stream.RateLimited, ServerCode: 412}},
		{"412 with JSON", Answer{Status: 412, Body: []byte(`{"code":-412,"message":"请求被拦截"}`)}, stream.Reason{Code: stream.RateLimited, ServerCode: 412}},
		{"429", Answer{Status: 429, RetryAfter: 60}, stream.Reason{Code: stream.RateLimited, ServerCode: 429}},
		{"HTML", Answer{Status: 200, ContentType: "text/html; charset=utf-8", Body: html}, unexpected(stream.HTML, 0)},
		{"HTML without a type", Answer{Status: 200, Body: append([]byte("\n "), html...)}, unexpected(stream.HTML, 0)},
		{"404 with HTML", Answer{Status: 404, ContentType: "text/html", Body: html}, unexpected(stream.HTML, 404)},
		{"text called HTML", Answer{Status: 200, ContentType: "TEXT/HTML", Body: []byte("Bad gateway")}, unexpected(stream.HTML, 0)},
		{"empty", Answer{Status: 200}, unexpected(stream.Empty, 0)},
		{"blank", Answer{Status: 200, Body: []byte(" \r\n")}, unexpected(stream.Empty, 0)},
		{"500 without a body", Answer{Status: 500}, unexpected(stream.Empty, 500)},
		{"502 with text", Answer{Status: 502, ContentType: "text/plain", Body: []byte("bad gateway")}, unexpected(stream.Truncated, 502)},
		{"truncated", Answer{Status: 200, Body: []byte(`{"code":0,"data":{"dash":{"video":[{"id":1`)}, unexpected(stream.Truncated, 0)},
		{"text behind", Answer{Status: 200, Body: []byte(`{"code":0} {`)}, unexpected(stream.Truncated, 0)},
		{"no code", Answer{Status: 200, Body: []byte(`{"data":{}}`)}, unexpected("", 0)},
		{"null code", Answer{Status: 200, Body: []byte(`{"code":null,"data":{}}`)}, unexpected("", 0)},
		{"a word for a code", Answer{Status: 200, Body: []byte(`{"code":"ok","data":{}}`)}, unexpected("", 0)},
		{"an array", Answer{Status: 200, Body: []byte(`[{"code":0}]`)}, unexpected(stream.Truncated, 0)},
		{"success with an error's status", Answer{Status: 500, Body: []byte(`{"code":0,"data":{}}`)}, unexpected("", 500)},
		{"too large", Answer{Status: 200, Body: bytes.Repeat([]byte(" "), MaxBody+1)}, unexpected("", 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, data, err := Open(c.answer)
			var r stream.Reason
			if !errors.As(err, &r) || r != c.want || data != nil {
				t.Errorf("Open = %s, %#v, want %#v", data, err, c.want)
			}
		})
	}
}

type lenient struct {
	N    Int       `json:"somenumber"`
	F    Float     `json:"f"`
	T    Text      `json:"t"`
	B    Bool      `json:"b"`
	ID   ID        `json:"id"`
	List List[Int] `json:"list"`
	Sub  struct {
		URL Text `json:"baseurl"`
	} `json:"sub"`
	Tracks List[struct {
		URL Text `json:"baseurl"`
	}] `json:"tracks"`
}

func decode(t *testing.T, data string) lenient {
	t.Helper()
	var v lenient
	if err := Decode(json.RawMessage(data), &v); err != nil {
		t.Fatalf("Decode(%s): %v", data, err)
	}
	return v
}

func TestScalars(t *testing.T) {
	for data, want := range map[string]Int{
		`5`: 5, `"5"`: 5, `" 5 "`: 5, `-5`: -5, `5.9`: 5, `"1e3"`: 1000, `true`: 1, `false`: 0, `null`: 0, `""`: 0,
		`"x"`: 0, `[]`: 0, `{}`: 0, `[5]`: 0, `9223372036854775807`: 9223372036854775807, `92233720368547758070`: 0, `1e400`: 0,
	} {
		if got := decode(t, `{"some_number":`+data+`,"t":"after"}`); got.N != want || got.T != "after" {
			t.Errorf("Int from %s = %d (then %q), want %d", data, got.N, got.T, want)
		}
	}
	for data, want := range map[string]Float{`1.5`: 1.5, `"1.5"`: 1.5, `"inf"`: 0, `"NaN"`: 0, `"0x1p4"`: 0, `1e999`: 0, `{}`: 0, `null`: 0} {
		if got := decode(t, `{"f":`+data+`}`).F; got != want {
			t.Errorf("Float from %s = %v, want %v", data, got, want)
		}
	}
	for data, want := range map[string]Text{`"a\n\u00e9"`: "a\né", `25`: "25", `2.50`: "2.50", `true`: "", `null`: "", `["a"]`: "", `{"a":1}`: ""} {
		if got := decode(t, `{"t":`+data+`}`).T; got != want {
			t.Errorf("Text from %s = %q, want %q", data, got, want)
		}
	}
	for data, want := range map[string]Bool{`true`: true, `1`: true, `"1"`: true, `"true"`: true, `0`: false, `"0"`: false, `"no"`: false, `null`: false, `[true]`: false} {
		if got := decode(t, `{"b":`+data+`}`).B; got != want {
			t.Errorf("Bool from %s = %v, want %v", data, got, want)
		}
	}
	for data, want := range map[string]ID{
		`790`: "790", `"790"`: "790", `9223372036854775807`: "9223372036854775807", `"4789599404426256"`: "4789599404426256",
		`0`: "", `"0"`: "", `"007"`: "7", `-5`: "", `1.5`: "", `1e3`: "", `"1e3"`: "", `"abc"`: "", `""`: "", `null`: "", `12345678901234567890`: "", `[1]`: "",
	} {
		if got := decode(t, `{"id":`+data+`}`).ID; got != want {
			t.Errorf("ID from %s = %q, want %q", data, got, want)
		}
	}
}

func TestLists(t *testing.T) {
	for data, want := range map[string]List[Int]{
		`[1,"2",3]`: {1, 2, 3}, `null`: nil, `[]`: nil, `7`: {7}, `[1,null,2]`: {1, 2}, `{}`: {0},
	} {
		if got := decode(t, `{"list":`+data+`}`).List; !slices.Equal(got, want) {
			t.Errorf("list from %s = %v, want %v", data, got, want)
		}
	}
	for data, want := range map[string]string{
		`[{"base_url":"a"},{"base_url":"b"}]`: "ab", `{"base_url":"a"}`: "a", `null`: "", `"x"`: "", `7`: "",
		`["x",{"base_url":"a"},7,null,[],{"base_url":["no"]}]`: "a",
	} {
		var got string
		for _, track := range decode(t, `{"tracks":`+data+`}`).Tracks {
			got += string(track.URL)
		}
		if got != want {
			t.Errorf("tracks from %s = %q, want %q", data, got, want)
		}
	}
}

func TestBothKeyStyles(t *testing.T) {
	for _, data := range []string{
		`{"sub":{"base_url":"a_b"}}`, `{"sub":{"baseUrl":"a_b"}}`, `{"Sub":{"BaseURL":"a_b"}}`, `{"sub" : {"base_url" : "a_b"}}`,
		`{"sub":{"baseUrl":"a_b","base_url":""}}`, `{"sub":{"base_url":"a_b","baseUrl":null}}`, `{"sub":{"base_url":"a_b"},"Sub":null}`,
	} {
		if got := decode(t, data).Sub.URL; got != "a_b" {
			t.Errorf("from %s: %q", data, got)
		}
	}
	// A value is never changed, even where it looks like a key.
	if got := decode(t, `{"t":"x_\"y_z\": \\","list":[1]}`); got.T != `x_"y_z": \` || len(got.List) != 1 {
		t.Errorf("value changed: %+v", got)
	}
}

func TestVoucher(t *testing.T) {
	for data, want := range map[string]bool{`{"v_voucher":"voucher_x"}`: true, `{"v_voucher":""}`: false, `{}`: false, `null`: false, `[]`: false, ``: false} {
		if got := Voucher(json.RawMessage(data)); got != want {
			t.Errorf("Voucher(%s) = %v", data, got)
		}
	}
}

func TestRefusal(t *testing.T) {
	for _, c := range []struct {
		code    int64
		message string
		want    stream.Code
		detail  string
	}{
		{-101, "账号未登录", stream.NotLoggedIn, ""}, {-401, "非法访问", stream.NotLoggedIn, ""},
		{-404, "啥都木有", stream.NotFound, ""}, {404, "", stream.NotFound, ""},
		{-688, "", stream.Region, ""}, {-689, "", stream.Region, ""},
		{-10403, "大会员专享限制", stream.Premium, ""}, {-10403, "抱歉您所在地区不可观看！", stream.Region, ""},
		{-10403, "This video is not available in your region", stream.Region, ""}, {-10403, "", stream.Unexpected, ""},
		{-352, "风控校验失败", stream.RateLimited, stream.Captcha}, {-412, "", stream.RateLimited, ""},
		{-509, "", stream.RateLimited, ""}, {-799, "", stream.RateLimited, ""},
		{-400, "请求错误", stream.Unexpected, ""}, {87007, "", stream.Unexpected, ""},
	} {
		if got := Refusal(c.code, c.message); got != (stream.Reason{Code: c.want, Detail: c.detail, ServerCode: c.code}) {
			t.Errorf("Refusal(%d, %q) = %+v", c.code, c.message, got)
		}
	}
}

func TestQuery(t *testing.T) {
	if got := Query("https://h/p", "a", "1", "empty", "", "b", "zh-Hant_HK", "c", "&= ü"); got != "https://h/p?a=1&b=zh-Hant_HK&c=%26%3D%20%C3%BC" {
		t.Errorf("Query = %q", got)
	}
	if got := Query("https://h/p", "a", ""); got != "https://h/p" {
		t.Errorf("Query without values = %q", got)
	}
}

func TestRange(t *testing.T) {
	for s, want := range map[Text]stream.ByteRange{
		"0-996": {First: 0, Last: 996}, "997-7364": {First: 997, Last: 7364}, " 0-1 ": {First: 0, Last: 1},
		"": {}, "5": {}, "9-5": {}, "-5": {}, "a-b": {}, "0-+5": {}, "0-99999999999999999999": {}, "1-2-3": {},
	} {
		if got := Range(s); got != want {
			t.Errorf("Range(%q) = %+v, want %+v", s, got, want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, s := range []string{
		`{"code":0,"message":"success","data":{"v_voucher":"x"}}`, `{"code":"-404"}`, `<html>`, ``, `{"code":0,"result":[{"base_url":null}]}`,
		`{"code":0,"data":{"some_number":"1","list":{"base_url":1},"tracks":[{},1,null]}}`, `{"code":0,"data":"_\"_:\\"}`,
	} {
		f.Add(200, "application/json", []byte(s))
	}
	f.Fuzz(func(t *testing.T, status int, contentType string, body []byte) {
		_, _, data, err := Open(Answer{Status: status, ContentType: contentType, Body: body})
		if err != nil {
			var r stream.Reason
			if !errors.As(err, &r) || r.Code == "" {
				t.Fatalf("error %#v is no reason", err)
			}
			return
		}
		if data == nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("data is no JSON: %q", data)
		}
		var v lenient
		if err := Decode(data, &v); err != nil {
			t.Fatalf("Decode(%q): %v", data, err)
		}
		if len(v.ID) > 19 || strings.Trim(string(v.ID), "0123456789") != "" {
			t.Fatalf("id %q", v.ID)
		}
	})
}
