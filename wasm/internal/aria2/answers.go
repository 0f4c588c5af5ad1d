package aria2

import (
	"strconv"
	"strings"

	"streamlist/wasm/internal/json"
)

// Of a transfer aria2 is asked for these only: what it is given otherwise repeats every
// address several times.
var statusKeys = []string{"gid", "status", "totalLength", "completedLength", "downloadSpeed", "errorCode"}

// status is what aria2 tells of one transfer (aria2.tellStatus with statusKeys, and with
// files where paths are wanted). It writes numbers as strings.
type status struct {
	GID    string `json:"gid"`
	State  string `json:"status"` // active, waiting, paused, error, complete, removed
	Total  count  `json:"totalLength"`
	Done   count  `json:"completedLength"`
	Speed  count  `json:"downloadSpeed"` // bytes per second
	Error  count  `json:"errorCode"`     // only of what has stopped
	Files  []file `json:"files"`
	number int    // how many wait before it
}

// file is one file of a transfer; ours have one.
type file struct {
	Index    string `json:"index"`
	Path     string `json:"path"` // absolute, on the server; "/" between folders there
	Length   count  `json:"length"`
	Done     count  `json:"completedLength"`
	Selected string `json:"selected"`
	URIs     []uri  `json:"uris"`
}

// uri is an address that a transfer has.
type uri struct {
	URI    string `json:"uri"`
	Status string `json:"status"` // used, waiting
}

// count is a number of bytes, or a code, that aria2 writes as a string of digits.
type count int64

// ReadJSON accepts up to 18 digits in a string.
func (c *count) ReadJSON(data []byte) error {
	if len(data) < 3 || len(data) > 20 || data[0] != '"' || data[len(data)-1] != '"' {
		return json.ErrMismatch
	}
	digits := string(data[1 : len(data)-1])
	if strings.Trim(digits, "0123456789") != "" {
		return json.ErrMismatch
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	*c = count(n)
	return err
}

// valid reports whether aria2 could have told that.
func (s *status) valid() bool {
	switch s.State {
	case "active", "waiting", "paused", "error", "complete", "removed":
		return isGID(s.GID)
	}
	return false
}

// decodeStatus reads an answer to aria2.tellStatus.
func decodeStatus(result json.RawMessage) (s status, err error) {
	if json.UnmarshalStrict(result, &s) != nil || !s.valid() {
		return status{}, NotAria2
	}
	return s, nil
}

// decodeList reads an answer to aria2.tellActive, tellWaiting or tellStopped.
func decodeList(o outcome) (list []status, err error) {
	if o.refused != nil || json.UnmarshalStrict(o.result, &list) != nil {
		return nil, NotAria2
	}
	for i := range list {
		if !list[i].valid() {
			return nil, NotAria2
		}
	}
	return list, nil
}

// decodeSession reads an answer to aria2.getSessionInfo: what it names lasts as long as
// the server runs.
func decodeSession(o outcome) (string, error) {
	var s struct {
		ID string `json:"sessionId"`
	}
	if o.refused != nil || json.UnmarshalStrict(o.result, &s) != nil || s.ID == "" || len(s.ID) > 64 {
		return "", NotAria2
	}
	return s.ID, nil
}

// decodeURIs reads an answer to aria2.getUris.
func decodeURIs(result json.RawMessage) ([]string, error) {
	var list []uri
	if json.UnmarshalStrict(result, &list) != nil {
		return nil, NotAria2
	}
	addresses := make([]string, len(list))
	for i, u := range list {
		addresses[i] = u.URI
	}
	return addresses, nil
}

// isGID reports whether s names a transfer: 16 hexadecimal digits, in lower case.
func isGID(s string) bool {
	return len(s) == 16 && strings.Trim(s, "0123456789abcdef") == ""
}

// readFiles reads an answer to aria2.getFiles.
func readFiles(result json.RawMessage, list *[]file) bool {
	return json.UnmarshalStrict(result, list) == nil
}
