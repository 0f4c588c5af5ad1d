// Package aria2 sends transfers to an aria2 server over its JSON-RPC interface, and keeps
// them alive: addresses of streams end after two hours, and a queue in aria2 lasts longer.
//
// What aria2 answers was read off aria2 1.36, and is held by the tests that run it.
package aria2

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"streamlist/wasm/internal/json"
)

// Fault is why a server could not be asked: a closed list, for whose words the locales
// are there.
type Fault string

const (
	Refused  Fault = "refused"   // nobody answers at the address
	Secret   Fault = "secret"    // the secret is wrong, or there must be one
	NotAria2 Fault = "not-aria2" // somebody else answers
	Blocked  Fault = "blocked"   // the browser withholds the permission for the host
	Timeout  Fault = "timeout"
	Version  Fault = "version"  // an aria2 that is too old
	Declined Fault = "declined" // aria2 does not take the transfer
)

// Error makes a Fault usable as an error.
func (f Fault) Error() string { return "aria2: " + string(f) }

// Port reaches a server.
type Port interface {
	// Post sends a request and returns the answer, whatever its status. An error means that
	// none came: a Fault where the cause is known, otherwise it counts as Refused.
	Post(ctx context.Context, body []byte) (status int, answer []byte, err error)
}

// Client asks one server.
type Client struct {
	Port Port
	// Secret is what aria2 was started with as --rpc-secret; "" for none.
	Secret string
}

// oldest is the first aria2 that takes a secret as a token (its NEWS, 1.18.4).
var oldest = [3]int{1, 18, 4}

// Version asks for the server's version, such as "1.36.0". Its errors are Faults, or the
// end of ctx by a person.
func (c *Client) Version(ctx context.Context) (string, error) {
	var v struct {
		Version string `json:"version"`
	}
	result, err := c.call(ctx, call{Method: "aria2.getVersion"})
	if err != nil {
		return "", strange(err)
	}
	if json.Unmarshal(result, &v) != nil {
		return "", NotAria2
	}
	numbers, ok := numbersOf(v.Version)
	if !ok {
		return "", NotAria2
	}
	for i, n := range numbers {
		if n != oldest[i] {
			if n < oldest[i] {
				return v.Version, Version
			}
			break
		}
	}
	return v.Version, nil
}

// numbersOf reads the three numbers of a version; what follows them is left alone.
func numbersOf(version string) (numbers [3]int, ok bool) {
	parts := strings.SplitN(version, ".", 3)
	for i, part := range parts {
		end := 0
		for end < len(part) && part[end] >= '0' && part[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(part[:end])
		if err != nil {
			return numbers, false
		}
		numbers[i] = n
	}
	return numbers, len(parts) > 1
}

// call is one call of a method of aria2's, as system.multicall takes it.
type call struct {
	Method string `json:"methodName"`
	Params []any  `json:"params"`
}

// request is the envelope of a call (JSON-RPC 2.0).
type request struct {
	Version string `json:"jsonrpc"`
	ID      string `json:"id"`
	Method  string `json:"method"`
	Params  []any  `json:"params"`
}

// refusal is aria2's own no to a call.
type refusal struct {
	Code    int64  `json:"code"`
	Message string `json:"message"`
}

func (r *refusal) Error() string { return "aria2 refuses a call" } // its text may hold an address

// unauthorized reports whether the secret was wrong: aria2 has but one code for all that
// it refuses.
func (r *refusal) unauthorized() bool { return r.Message == "Unauthorized" }

const requestID = "streamlist"

// token puts the secret before a call's parameters. aria2 without a secret takes one
// nevertheless.
func (c *Client) token(params []any) []any {
	return append([]any{"token:" + c.Secret}, params...)
}

// call asks one method. The error is a Fault, a *refusal, or ctx's where a person ended it.
func (c *Client) call(ctx context.Context, one call) (json.RawMessage, error) {
	return c.send(ctx, one.Method, c.token(one.Params))
}

// outcome is what one of several calls came to: either of the two.
type outcome struct {
	result  json.RawMessage
	refused *refusal
}

// all asks several methods with one request. Calls that aria2 refuses are no error.
func (c *Client) all(ctx context.Context, calls []call) ([]outcome, error) {
	if len(calls) == 0 {
		return nil, nil
	}
	for i := range calls {
		calls[i].Params = c.token(calls[i].Params)
	}
	result, err := c.send(ctx, "system.multicall", []any{calls})
	if err != nil {
		return nil, strange(err)
	}
	return decodeAll(result, len(calls))
}

// strange takes a refusal for what no aria2 would say: of what every aria2 does.
func strange(err error) error {
	if _, ok := err.(*refusal); ok {
		return NotAria2
	}
	return err
}

func (c *Client) send(ctx context.Context, method string, params []any) (json.RawMessage, error) {
	body, err := json.Marshal(request{"2.0", requestID, method, params})
	if err != nil {
		return nil, err
	}
	status, answer, err := c.Port.Post(ctx, body)
	if err != nil {
		var fault Fault
		switch {
		case errors.As(err, &fault):
			return nil, fault
		case errors.Is(ctx.Err(), context.Canceled):
			return nil, ctx.Err()
		case ctx.Err() != nil:
			return nil, Timeout
		}
		return nil, Refused
	}
	return decode(status, answer)
}

// decode reads the envelope of an answer. aria2 gives refusals with status 400, and those
// of a syntax error with 500; one that wants a user's name and password (--rpc-user, which
// the secret has replaced) answers 401.
func decode(status int, answer []byte) (json.RawMessage, error) {
	if status == 401 {
		return nil, Secret
	}
	var a struct {
		Version string          `json:"jsonrpc"`
		ID      string          `json:"id"`
		Result  json.RawMessage `json:"result"`
		Error   *refusal        `json:"error"`
	}
	if json.UnmarshalStrict(answer, &a) != nil || a.Version != "2.0" || a.ID != requestID || (a.Result == nil) == (a.Error == nil) {
		return nil, NotAria2
	}
	if a.Error != nil {
		if a.Error.unauthorized() {
			return nil, Secret
		}
		return nil, a.Error
	}
	if status != 200 {
		return nil, NotAria2
	}
	return a.Result, nil
}

// decodeAll reads the answer to a system.multicall of so many calls: an array with the
// result in it for each that was carried out, aria2's refusal for each that was not. A
// wrong secret is refused once for each, and is one fault here.
func decodeAll(result json.RawMessage, calls int) ([]outcome, error) {
	var list []json.RawMessage
	if json.UnmarshalStrict(result, &list) != nil || len(list) != calls {
		return nil, NotAria2
	}
	outcomes := make([]outcome, calls)
	for i, one := range list {
		if len(one) > 0 && one[0] == '[' {
			var results []json.RawMessage
			if json.UnmarshalStrict(one, &results) != nil || len(results) != 1 {
				return nil, NotAria2
			}
			outcomes[i].result = results[0]
			continue
		}
		var r refusal
		if json.UnmarshalStrict(one, &r) != nil {
			return nil, NotAria2
		}
		if r.unauthorized() {
			return nil, Secret
		}
		outcomes[i].refused = &r
	}
	return outcomes, nil
}
