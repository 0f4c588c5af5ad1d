package wire

import (
	"bytes"
	"math"
	"strconv"
	"streamlist/wasm/internal/json"
	"strings"
)

// The types below leave what they hold alone when the value is null or of no use, so
// that an empty twin in the other key style does not wipe out the one that was read.

// Int reads a number, a number in a string, or a bool (1, 0). Fractions are cut off.
type Int int64

// The largest values that are believed; see Within.
const (
	MaxPixels    = 1 << 16
	MaxBandwidth = 1 << 40                // bits per second
	MaxSize      = 1 << 50                // bytes
	MaxDuration  = 366 * 24 * 3600 * 1000 // milliseconds
)

// Within returns the number, or 0 when it is negative or larger than max: what it
// measures is then unknown.
func (v Int) Within(max int64) int64 {
	if v < 0 || int64(v) > max {
		return 0
	}
	return int64(v)
}

// ReadJSON never returns an error.
func (v *Int) ReadJSON(data []byte) error {
	s := unquote(data)
	switch s {
	case "true":
		*v = 1
		return nil
	}
	if n, ok := parseInt(s); ok {
		if n != 0 {
			*v = Int(n)
		}
		return nil
	}
	if f, ok := parseFloat(s); ok && math.Abs(f) < 1<<62 && int64(f) != 0 {
		*v = Int(f)
	}
	return nil
}

// Float reads a number or a number in a string; never an infinity.
type Float float64

// ReadJSON never returns an error.
func (v *Float) ReadJSON(data []byte) error {
	if f, ok := parseFloat(unquote(data)); ok && f != 0 {
		*v = Float(f)
	}
	return nil
}

// Text reads a string, or a number as its digits.
type Text string

// ReadJSON never returns an error.
func (v *Text) ReadJSON(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	switch c := data[0]; {
	case c == '"':
		if s, ok := json.Unquote(data); ok && s != "" {
			*v = Text(s)
		}
	case c == '-' || (c >= '0' && c <= '9'):
		*v = Text(data)
	}
	return nil
}

// Bool reads true, "true" and any number but 0.
type Bool bool

// ReadJSON never returns an error.
func (v *Bool) ReadJSON(data []byte) error {
	s := unquote(data)
	if s == "true" {
		*v = true
	} else if f, ok := parseFloat(s); ok && f != 0 {
		*v = true
	}
	return nil
}

// ID is an id of up to 19 digits, kept as text: ids have 64 bits, more than a JSON
// number safely holds. It is "" for 0 and for anything that is no id.
type ID string

// ReadJSON never returns an error.
func (v *ID) ReadJSON(data []byte) error {
	s := strings.TrimLeft(unquote(data), "0")
	if s == "" || len(s) > 19 {
		return nil
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return nil
		}
	}
	*v = ID(s)
	return nil
}

// List reads an array. Null and a missing array are empty, a single value stands for
// an array of one, and elements of the wrong type are left out: all of that is how
// package json reads any slice.
type List[T any] []T

// unquote returns a scalar's text: what is inside the quotes of a simple string, and
// any other scalar as it is. Objects and arrays are "".
func unquote(data []byte) string {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] == '{' || data[0] == '[' {
		return ""
	}
	if data[0] != '"' {
		return string(data)
	}
	if len(data) < 2 || len(data) > 64 || bytes.IndexByte(data, '\\') >= 0 {
		return ""
	}
	return strings.TrimSpace(string(data[1 : len(data)-1]))
}

func parseInt(s string) (int64, bool) {
	if s == "" || s[0] == '+' {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// parseFloat reads JSON's number syntax alone: strconv takes "inf", "nan" and
// hexadecimal too.
func parseFloat(s string) (float64, bool) {
	if s == "" {
		return 0, false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}
