package json

import (
	"errors"
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"
)

// ErrUnsupported is returned by Marshal for a value that has no JSON here: a channel, a
// function, an infinity, a map (this program has none to write).
var ErrUnsupported = errors.New("json: unsupported value")

var rawType = reflect.TypeFor[RawMessage]()

// Marshal writes v as JSON. Unlike encoding/json it doesn't escape the characters of
// HTML: nothing here ends up in HTML.
func Marshal(v any) ([]byte, error) {
	e := encoder{}
	e.value(reflect.ValueOf(v))
	return e.out, e.err
}

type encoder struct {
	out   []byte
	depth int
	err   error
	known map[reflect.Type]*structure
}

func (e *encoder) fail() {
	if e.err == nil {
		e.err = ErrUnsupported
	}
}

func (e *encoder) value(v reflect.Value) {
	if e.depth > maxDepth {
		e.fail()
		return
	}
	e.depth++
	defer func() { e.depth-- }()
	switch v.Kind() {
	case reflect.Invalid:
		e.out = append(e.out, "null"...)
	case reflect.Interface, reflect.Pointer:
		e.value(v.Elem())
	case reflect.Bool:
		e.out = strconv.AppendBool(e.out, v.Bool())
	case reflect.Int, reflect.Int64, reflect.Int32:
		e.out = strconv.AppendInt(e.out, v.Int(), 10)
	case reflect.Float64:
		f := v.Float()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			e.fail()
			return
		}
		e.out = strconv.AppendFloat(e.out, f, 'g', -1, 64)
	case reflect.String:
		e.text(v.String())
	case reflect.Slice:
		e.list(v)
	case reflect.Struct:
		e.object(v)
	default:
		e.fail()
	}
}

func (e *encoder) list(v reflect.Value) {
	if v.Type() == rawType {
		raw := v.Bytes()
		if raw == nil {
			e.out = append(e.out, "null"...)
		} else if !Valid(raw) {
			e.fail()
		} else {
			e.out = append(e.out, raw...)
		}
		return
	}
	if v.IsNil() {
		e.out = append(e.out, "null"...)
		return
	}
	e.out = append(e.out, '[')
	for i := range v.Len() {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		e.value(v.Index(i))
	}
	e.out = append(e.out, ']')
}

func (e *encoder) object(v reflect.Value) {
	t := v.Type()
	s := e.known[t]
	if s == nil {
		s = describe(t, func(key string) string { return key })
		if e.known == nil {
			e.known = map[reflect.Type]*structure{}
		}
		e.known[t] = s
	}
	e.out = append(e.out, '{')
	first := true
	for _, f := range s.fields {
		member := v.Field(f.index)
		if (f.omitEmpty && empty(member)) || (f.omitZero && member.IsZero()) {
			continue
		}
		if !first {
			e.out = append(e.out, ',')
		}
		first = false
		e.text(f.name)
		e.out = append(e.out, ':')
		e.value(member)
	}
	e.out = append(e.out, '}')
}

// empty reports what `omitempty` leaves out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

const hexDigits = "0123456789abcdef"

func (e *encoder) text(s string) {
	e.out = append(e.out, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				e.out = append(append(e.out, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		e.out = append(e.out, s[start:i]...)
		switch c {
		case '"', '\\':
			e.out = append(e.out, '\\', c)
		case '\n':
			e.out = append(e.out, '\\', 'n')
		default:
			e.out = append(e.out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	e.out = append(append(e.out, s[start:]...), '"')
}
