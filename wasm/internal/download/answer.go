package download

import (
	"strconv"
	"strings"
)

// Answer is what a host said of a body before its first byte.
type Answer struct {
	// Partial says that the host gave a range (206), not the whole file.
	Partial bool
	// First is where in the file the body begins: 0 for a whole file, -1 for a range that
	// the host or the browser doesn't name (Content-Range may be unreadable without a
	// host permission: bilibili-api.md, section 7).
	First int64
	// Last is the last byte's place in the file, Total the file's size; -1 unknown.
	Last, Total int64
	// Tag is the file's ETag without a weakness mark; "" for none.
	Tag string
}

// NewAnswer reads status (200 or 206) and headers. header returns "" for those that are
// absent.
func NewAnswer(status int, header func(name string) string) Answer {
	a := Answer{First: -1, Last: -1, Total: -1, Tag: strings.TrimPrefix(header("ETag"), "W/")}
	length := number(header("Content-Length"))
	if header("Content-Encoding") != "" {
		length = -1 // of the encoded bytes, which aren't those that come
	}
	if status != 206 {
		a.First, a.Total = 0, length
		if length >= 0 {
			a.Last = length - 1
		}
		return a
	}
	a.Partial = true
	// Content-Range: bytes 0-99/1000, where "*" is a size that isn't known (RFC 9110, 14.4).
	unit, rest, _ := strings.Cut(strings.TrimSpace(header("Content-Range")), " ")
	span, total, ok := strings.Cut(rest, "/")
	first, last, ok2 := strings.Cut(span, "-")
	if !ok || !ok2 || !strings.EqualFold(unit, "bytes") {
		return a
	}
	f, l := number(first), number(last)
	if f < 0 || l < f {
		return a
	}
	a.First, a.Last, a.Total = f, l, number(total)
	return a
}

// number reads decimal digits; -1 for anything else.
func number(s string) int64 {
	s = strings.TrimSpace(s)
	if s == "" || s[0] < '0' || s[0] > '9' {
		return -1
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}
