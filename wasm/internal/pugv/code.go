package pugv

import (
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// refusal turns an answer's code into the reason (bilibili-api.md, section 1.6).
func refusal(code int64, message string) stream.Reason {
	if code == -403 {
		// Not bought, or not logged in: the code does not say. Season.Refuse does.
		return stream.Reason{Code: stream.NotPurchased, Detail: stream.LoginUnknown, ServerCode: code}
	}
	return wire.Refusal(code, message)
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

// DecodeLogin reads the answer of LoginURL. Nobody logged in is code -101, with data
// all the same (capture nav_not_logged_in).
func DecodeLogin(a wire.Answer) (loggedIn bool, err error) {
	code, message, data, err := wire.Open(a)
	switch {
	case err != nil:
		return false, err
	case code == -101:
		return false, nil
	case code != 0:
		return false, refusal(code, message)
	}
	return wire.LoggedIn(data)
}
