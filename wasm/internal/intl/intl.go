// Package intl speaks to bilibili.tv's endpoints: it builds their addresses, reads
// their answers and turns their refusals into reasons.
//
// Sources: the seed document 000_intl_playurl, reference bilibili-api.md section 4, and
// the captures named in the comments.
package intl

import (
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

const api = "https://api.bilibili.tv/intl/gateway/web"

// LoginURL is the site's own check of who is logged in.
const LoginURL = api + "/v2/user?platform=web&s_locale=en_US"

// PlayURL returns the address of the streams of an episode or of an upload: one of the
// two ids, the other "". sLocale is the language of messages, such as "en_US".
func PlayURL(episodeID, uploadID, sLocale string) string {
	return wire.Query(api+"/playurl", "s_locale", sLocale, "platform", "web",
		"ep_id", episodeID, "aid", uploadID, "qn", "120")
}

// SeasonURL returns the address of a series' description; the episodes are not in it.
func SeasonURL(seasonID, sLocale string) string {
	return wire.Query(api+"/v2/ogv/play/season_info", "s_locale", sLocale, "platform", "web", "season_id", seasonID)
}

// EpisodesURL returns the address of a series' episodes.
func EpisodesURL(seasonID, sLocale string) string {
	return wire.Query(api+"/v2/ogv/play/episodes", "s_locale", sLocale, "platform", "web", "season_id", seasonID)
}

// refusal turns an answer's code into the reason (bilibili-api.md, section 4.3).
func refusal(code int64, message string) stream.Reason {
	r := stream.Reason{ServerCode: code}
	switch code {
	case 10004001, 10015001, 10003003:
		r.Code = stream.Region
	case 10004004, 10004006:
		r.Code = stream.Premium
	case 10004005, 10023006:
		r.Code = stream.NotLoggedIn
	default:
		return wire.Refusal(code, message)
	}
	return r
}

// open takes the envelope off and turns a refusal into an error.
func open(a wire.Answer) (json.RawMessage, error) {
	code, message, data, err := wire.Open(a)
	if err != nil {
		return nil, err
	}
	if code != 0 {
		return nil, refusal(code, message)
	}
	return data, nil
}

// decode reads an answer's data into a struct.
func decode(a wire.Answer, into any) (json.RawMessage, error) {
	data, err := open(a)
	if err != nil {
		return nil, err
	}
	if err := wire.Decode(data, into); err != nil {
		return nil, stream.Reason{Code: stream.Unexpected, Detail: stream.Truncated}
	}
	return data, nil
}

// nothing is the reason for a success that holds nothing that was asked for.
func nothing(data json.RawMessage) stream.Reason {
	if wire.Voucher(data) {
		return stream.Reason{Code: stream.RateLimited, Detail: stream.Captcha}
	}
	return stream.Reason{Code: stream.Unexpected, Detail: stream.Empty}
}

// DecodeLogin reads the answer of LoginURL. Errors are of type stream.Reason.
func DecodeLogin(a wire.Answer) (loggedIn bool, err error) {
	data, err := open(a)
	if err != nil {
		if r, ok := err.(stream.Reason); ok && r.Code == stream.NotLoggedIn {
			return false, nil
		}
		return false, err
	}
	return wire.LoggedIn(data)
}
