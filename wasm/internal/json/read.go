package json

import (
	"bytes"
	"reflect"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Unmarshal reads data into what v points to, leniently: keys match whatever their
// case and underscores (`base_url` and `baseUrl` are both `baseurl`), null leaves a
// field as it is, and a value that doesn't fit its field is left out, as is an element
// that doesn't fit its list. A single value in the place of a list is a list of one,
// and an empty list leaves a filled one as it is.
//
// The error is ErrSyntax for text that is no JSON, and then v is filled in part.
func Unmarshal(data []byte, v any) error {
	return unmarshal(data, v, false)
}

// UnmarshalStrict reads data as encoding/json does, but keys must be spelled exactly as
// the tags have them, and all of them must be known. The error is ErrSyntax or
// ErrMismatch, or that of a ReadJSON method.
func UnmarshalStrict(data []byte, v any) error {
	return unmarshal(data, v, true)
}

// Valid reports whether data is one JSON value.
func Valid(data []byte) bool {
	d := decoder{data: data}
	d.value(reflect.Value{})
	return d.finish() == nil
}

func unmarshal(data []byte, v any, strict bool) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return ErrMismatch
	}
	d := decoder{data: data, strict: strict}
	d.value(target.Elem())
	return d.finish()
}

type decoder struct {
	data   []byte
	at     int
	depth  int
	strict bool
	err    error // the first; reading stops at ErrSyntax
	broken bool
	known  map[reflect.Type]*structure
	folded []byte // scratch
}

func (d *decoder) finish() error {
	if !d.broken {
		if d.space(); d.at != len(d.data) {
			d.fail()
		}
	}
	return d.err
}

// fail ends the reading: nothing behind a syntax error can be trusted.
func (d *decoder) fail() {
	d.err, d.broken = ErrSyntax, true
	d.at = len(d.data)
}

func (d *decoder) space() {
	for d.at < len(d.data) {
		switch d.data[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// next skips white space and returns the byte there, 0 at the end.
func (d *decoder) next() byte {
	d.space()
	if d.at < len(d.data) {
		return d.data[d.at]
	}
	return 0
}

// value reads one value into v, which may be invalid: then it is read over. It reports
// whether the value fitted.
func (d *decoder) value(v reflect.Value) (fits bool) {
	c := d.next()
	if v.IsValid() {
		for v.Kind() == reflect.Pointer && c != 'n' {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		if v.CanAddr() && v.Kind() != reflect.Pointer {
			if u, ok := v.Addr().Interface().(Reader); ok {
				return d.byItself(u)
			}
		}
		if c != '[' && c != 'n' && v.Kind() == reflect.Slice && !d.strict {
			return d.single(v)
		}
	}
	switch c {
	case '{':
		return d.object(v)
	case '[':
		return d.array(v)
	case '"':
		raw, escaped, ok := d.quoted()
		if ok && v.IsValid() && v.Kind() == reflect.String {
			v.SetString(unquote(raw, escaped))
			return true
		}
	case 't':
		if d.word("true") && v.IsValid() && v.Kind() == reflect.Bool {
			v.SetBool(true)
			return true
		}
	case 'f':
		if d.word("false") && v.IsValid() && v.Kind() == reflect.Bool {
			v.SetBool(false)
			return true
		}
	case 'n':
		if d.word("null") && v.IsValid() && d.strict {
			switch v.Kind() {
			case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
				v.SetZero()
			}
		}
		return true
	default:
		if d.number(v) {
			return true
		}
	}
	return d.mismatch(v)
}

// mismatch notes a value that didn't fit, where there was a place for it.
func (d *decoder) mismatch(v reflect.Value) bool {
	if v.IsValid() && d.strict && d.err == nil {
		d.err = ErrMismatch
	}
	return false
}

func (d *decoder) byItself(u Reader) bool {
	start := d.at
	d.value(reflect.Value{})
	if d.broken {
		return false
	}
	if err := u.ReadJSON(d.data[start:d.at]); err != nil {
		if d.strict && d.err == nil {
			d.err = err
		}
		return false
	}
	return true
}

func (d *decoder) enter() bool {
	d.at++
	d.depth++
	if d.depth > maxDepth {
		d.fail()
		return false
	}
	return true
}

// more reads the comma or the end behind an element.
func (d *decoder) more(end byte) bool {
	switch d.next() {
	case ',':
		d.at++
		if d.next() == end { // a comma promises another element
			d.fail()
		}
		return !d.broken
	case end:
	default:
		d.fail()
		return false
	}
	return d.leave()
}

func (d *decoder) leave() bool {
	d.at++
	d.depth--
	return false
}

func (d *decoder) object(v reflect.Value) bool {
	var s *structure
	if v.IsValid() && v.Kind() == reflect.Struct {
		s = d.structureOf(v.Type())
	}
	if !d.enter() {
		return false
	}
	if d.next() == '}' {
		d.leave()
	} else {
		for going := true; going; going = d.more('}') {
			if d.next() != '"' {
				d.fail()
				return false
			}
			at := d.member(s)
			if d.next() != ':' {
				d.fail()
				return false
			}
			d.at++
			if at < 0 {
				d.value(reflect.Value{})
			} else {
				d.value(v.Field(s.fields[at].index))
			}
			if d.broken {
				return false
			}
		}
	}
	if s == nil {
		return d.mismatch(v)
	}
	return true
}

func (d *decoder) structureOf(t reflect.Type) *structure {
	s := d.known[t]
	if s == nil {
		name := func(key string) string { return key }
		if !d.strict {
			name = func(key string) string { return string(fold(nil, []byte(key))) }
		}
		s = describe(t, name)
		if d.known == nil {
			d.known = map[reflect.Type]*structure{}
		}
		d.known[t] = s
	}
	return s
}

// member reads a key and returns the number of its field in s, -1 for none.
func (d *decoder) member(s *structure) int {
	raw, escaped, ok := d.quoted()
	if !ok || s == nil {
		return -1
	}
	if escaped {
		raw = []byte(unquote(raw, true))
	}
	if d.strict {
		if at, ok := s.byName[string(raw)]; ok {
			return at
		}
		if d.err == nil {
			d.err = ErrMismatch
		}
		return -1
	}
	d.folded = fold(d.folded[:0], raw)
	if at, ok := s.byName[string(d.folded)]; ok {
		return at
	}
	return -1
}

// fold appends a key without its underscores and in lower case.
func fold(to, key []byte) []byte {
	for _, c := range key {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != '_' {
			to = append(to, c)
		}
	}
	return to
}

func (d *decoder) array(v reflect.Value) bool {
	list := v.IsValid() && v.Kind() == reflect.Slice
	if !d.enter() {
		return false
	}
	var read reflect.Value
	if list {
		read = reflect.New(v.Type()).Elem()
		read.Set(reflect.MakeSlice(v.Type(), 0, 0))
	}
	if d.next() == ']' {
		d.leave()
	} else {
		for going := true; going; going = d.more(']') {
			if list {
				d.element(read)
			} else {
				d.value(reflect.Value{})
			}
			if d.broken {
				return false
			}
		}
	}
	if !list {
		return d.mismatch(v)
	}
	// Leniently, an empty list doesn't wipe out its twin in the other key style.
	if d.strict || read.Len() > 0 || v.IsNil() {
		v.Set(read)
	}
	return true
}

// element reads one element behind the list's others. Leniently, null and what doesn't
// fit are left out.
func (d *decoder) element(list reflect.Value) {
	n := list.Len()
	null := d.next() == 'n'
	if n == list.Cap() {
		list.Grow(max(4, n))
	}
	list.SetLen(n + 1)
	list.Index(n).SetZero()
	if fits := d.value(list.Index(n)); !d.strict && (null || !fits) {
		list.SetLen(n)
	}
}

// single reads a value that stands where a list was due.
func (d *decoder) single(list reflect.Value) bool {
	one := reflect.New(list.Type().Elem()).Elem()
	if !d.value(one) {
		return false
	}
	list.Set(reflect.Append(reflect.MakeSlice(list.Type(), 0, 1), one))
	return true
}

func (d *decoder) word(w string) bool {
	if len(d.data)-d.at < len(w) || string(d.data[d.at:d.at+len(w)]) != w {
		d.fail()
		return false
	}
	d.at += len(w)
	return true
}

// number reads a number and reports whether it fitted v.
func (d *decoder) number(v reflect.Value) bool {
	start := d.at
	digits := func() bool {
		from := d.at
		for d.at < len(d.data) && d.data[d.at] >= '0' && d.data[d.at] <= '9' {
			d.at++
		}
		return d.at > from
	}
	peek := func(set string) bool {
		if d.at < len(d.data) {
			for i := range len(set) {
				if d.data[d.at] == set[i] {
					return true
				}
			}
		}
		return false
	}
	if peek("-") {
		d.at++
	}
	ok := true
	if peek("0") {
		d.at++
	} else {
		ok = digits()
	}
	if ok && peek(".") {
		d.at++
		ok = digits()
	}
	if ok && peek("eE") {
		d.at++
		if peek("+-") {
			d.at++
		}
		ok = digits()
	}
	if !ok {
		d.fail()
		return false
	}
	if !v.IsValid() {
		return false
	}
	text := string(d.data[start:d.at])
	switch v.Kind() {
	case reflect.Int, reflect.Int64, reflect.Int32:
		n, err := strconv.ParseInt(text, 10, 64)
		if err == nil && !v.OverflowInt(n) {
			v.SetInt(n)
			return true
		}
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		if err == nil {
			v.SetFloat(f)
			return true
		}
	}
	return false
}

// quoted reads over a string, and returns what stands between its quotes and whether
// there are escapes in it.
func (d *decoder) quoted() (raw []byte, escaped, ok bool) {
	d.at++
	start := d.at
	for d.at < len(d.data) {
		switch c := d.data[d.at]; {
		case c == '"':
			d.at++
			return d.data[start : d.at-1], escaped, true
		case c == '\\':
			escaped = true
			if !d.escape() {
				d.fail()
				return nil, false, false
			}
			continue
		case c < ' ':
			d.fail()
			return nil, false, false
		}
		d.at++
	}
	d.fail()
	return nil, false, false
}

// escape reads over an escape.
func (d *decoder) escape() bool {
	if d.at+1 >= len(d.data) {
		return false
	}
	c := d.data[d.at+1]
	d.at += 2
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		if _, ok := hex(d.data[d.at:]); ok {
			d.at += 4
			return true
		}
	}
	return false
}

// Unquote returns the text of a valid JSON string, and false for any other value.
func Unquote(data []byte) (string, bool) {
	if len(data) < 2 || data[0] != '"' {
		return "", false
	}
	raw := data[1 : len(data)-1]
	return unquote(raw, bytes.IndexByte(raw, '\\') >= 0), true
}

// unquote turns what quoted found valid into text. Bytes that are no UTF-8, and halves
// of surrogate pairs, become U+FFFD.
func unquote(raw []byte, escaped bool) string {
	if escaped {
		raw = unescape(raw)
	}
	if utf8.Valid(raw) {
		return string(raw)
	}
	return clean(raw)
}

func unescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		i++
		switch c := raw[i]; c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r, _ := hex(raw[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				var second rune
				if i+2 < len(raw) && raw[i+1] == '\\' && raw[i+2] == 'u' {
					second, _ = hex(raw[i+3:])
				}
				if r = utf16.DecodeRune(r, second); r != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
		default: // a quote, a backslash, a slash
			out = append(out, c)
		}
	}
	return out
}

// hex reads four hexadecimal digits.
func hex(data []byte) (rune, bool) {
	if len(data) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range data[:4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// clean replaces each byte that is no UTF-8 by U+FFFD.
func clean(b []byte) string {
	var out []byte
	for _, r := range string(b) {
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}
