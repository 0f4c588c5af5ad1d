// Package wire is what the answers of both sites have in common: the HTTP layer, the
// envelope with its code, and JSON whose types can't be relied on.
//
// Fields of these answers change their type between versions and captures (a number,
// the same number as a string, null), and their keys come in two styles (`base_url`,
// `baseUrl`). [Decode] and the types here read all of that, and never fail for a value
// they can't use: it stays zero.
package wire

import (
	"bytes"
	"strconv"
	"strings"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

// MaxBody is the largest answer that is read, in bytes. The largest real one, a course
// of 603 lessons, is under half a megabyte.
const MaxBody = 16 << 20

// Answer is what came back over HTTP.
type Answer struct {
	Status      int
	ContentType string
	// RetryAfter is in seconds from now, 0 unknown.
	RetryAfter int64
	Body       []byte
}

type envelope struct {
	Code    json.RawMessage `json:"code"`
	Message Text            `json:"message"`
	Data    json.RawMessage `json:"data"`
	Result  json.RawMessage `json:"result"`
}

// Open takes an answer's envelope off: `{code, message, data}`, or `result` in place of
// `data` as the sister endpoints have it. It judges HTTP and JSON only; what a code
// means is the caller's to say. data is nil when there is none.
//
// An error is a [stream.Reason]: RateLimited for HTTP 412 and 429 (At is left to the
// caller, who knows the time), else Unexpected, with what came in place of JSON as
// Detail and the HTTP status as ServerCode.
func Open(a Answer) (code int64, message string, data json.RawMessage, err error) {
	if a.Status == 412 || a.Status == 429 {
		return 0, "", nil, stream.Reason{Code: stream.RateLimited, ServerCode: int64(a.Status)}
	}
	bad := stream.Reason{Code: stream.Unexpected}
	if failed(a.Status) {
		bad.ServerCode = int64(a.Status)
	}
	if len(a.Body) > MaxBody {
		return 0, "", nil, bad
	}
	body := bytes.TrimSpace(bytes.TrimPrefix(a.Body, []byte("\xef\xbb\xbf")))
	switch {
	case len(body) == 0:
		bad.Detail = stream.Empty
		return 0, "", nil, bad
	case body[0] == '<':
		bad.Detail = stream.HTML
		return 0, "", nil, bad
	}
	var e envelope
	if body[0] != '{' || json.Unmarshal(body, &e) != nil {
		bad.Detail = stream.Truncated
		if strings.Contains(strings.ToLower(a.ContentType), "text/html") {
			bad.Detail = stream.HTML
		}
		return 0, "", nil, bad
	}
	// Read strictly: a lenient zero would turn any other answer into a success.
	code, ok := parseInt(unquote(e.Code))
	if !ok || (code == 0 && failed(a.Status)) {
		return 0, "", nil, bad
	}
	data = e.Data
	if isNull(data) {
		data = e.Result
	}
	if isNull(data) {
		data = nil
	}
	return code, string(e.Message), data, nil
}

// failed reports whether an HTTP status is an error's. 0 is a status nobody stated.
func failed(status int) bool { return status != 0 && (status < 200 || status > 299) }

func isNull(data json.RawMessage) bool { return len(data) == 0 || bytes.Equal(data, []byte("null")) }

// Decode reads data into a struct whose tags are the documented names without
// underscores: `base_url`, `baseUrl` and `BaseURL` are all `json:"baseurl"`. Of two
// twins in one object the last that holds something counts. Values of the wrong type
// are left out. It returns an error for broken JSON only, which Open has excluded.
func Decode(data json.RawMessage, into any) error {
	if len(data) == 0 {
		return nil
	}
	return json.Unmarshal(data, into)
}

// Voucher reports whether the data is the site's demand for its own check: a
// `v_voucher` in a success without anything that was asked for (capture
// playurl_v_voucher).
func Voucher(data json.RawMessage) bool {
	var v struct {
		Voucher Text `json:"vvoucher"`
	}
	return Decode(data, &v) == nil && v.Voucher != ""
}

// Refusal gives the reason for a code that both sites share (reference
// bilibili-api.md, sections 1.6 and 4.3). Codes it does not know are Unexpected, with
// the code as ServerCode; each site looks for its own codes first.
func Refusal(code int64, message string) stream.Reason {
	r := stream.Reason{Code: stream.Unexpected, ServerCode: code}
	switch code {
	case -101, -401:
		r.Code = stream.NotLoggedIn
	case -404, 404:
		r.Code = stream.NotFound
	case -688, -689:
		r.Code = stream.Region
	case -10403:
		// One code for two reasons; only its text tells them apart.
		r.Code = byMessage(message)
	case -352:
		r.Code, r.Detail = stream.RateLimited, stream.Captcha
	case -412, -509, -799:
		r.Code = stream.RateLimited
	}
	return r
}

func byMessage(message string) stream.Code {
	m := strings.ToLower(message)
	for _, word := range []string{"大会员", "會員", "会员", "premium", "vip"} {
		if strings.Contains(m, word) {
			return stream.Premium
		}
	}
	for _, word := range []string{"地区", "地區", "区域", "區域", "area", "region", "country", "location"} {
		if strings.Contains(m, word) {
			return stream.Region
		}
	}
	return stream.Unexpected
}

// Query appends names and values to an address; a pair without a value is left out.
func Query(address string, pairs ...string) string {
	b := []byte(address)
	sep := byte('?')
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		b = append(b, sep)
		b = append(b, pairs[i]...)
		b = append(b, '=')
		b = escape(b, pairs[i+1])
		sep = '&'
	}
	return string(b)
}

func escape(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '_', c == '.', c == '~':
			b = append(b, c)
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return b
}

// Range reads "first-last", inclusive and decimal; anything else is the zero value.
func Range(s Text) stream.ByteRange {
	first, last, ok := strings.Cut(strings.TrimSpace(string(s)), "-")
	a, aok := digits(first)
	b, bok := digits(last)
	if !ok || !aok || !bok || b < a {
		return stream.ByteRange{}
	}
	return stream.ByteRange{First: a, Last: b}
}

func digits(s string) (int64, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// LoggedIn reads who is logged in from the data of the sites' own checks: true, false, 1 or
// 0. Of anything else nothing is concluded; the error is of type stream.Reason.
func LoggedIn(data json.RawMessage) (bool, error) {
	var user struct {
		IsLogin json.RawMessage `json:"islogin"`
	}
	if Decode(data, &user) == nil {
		switch string(user.IsLogin) {
		case "true", "1":
			return true, nil
		case "false", "0":
			return false, nil
		}
	}
	return false, stream.Reason{Code: stream.Unexpected, Detail: stream.Empty}
}
