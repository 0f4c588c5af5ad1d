// Package json reads and writes JSON in fewer WebAssembly bytes than encoding/json takes:
// the background was 0.48 MB larger with that package. Bytes are the time that each start
// of the worker takes.
//
// It keeps encoding/json's names, struct tags and results for the kinds of values that
// this program has (structs, slices, strings, bools, numbers, pointers); the tests hold
// the two against each other, also by fuzzing. Where it differs is said at [Unmarshal]
// and [UnmarshalStrict].
package json

import (
	"errors"
	"reflect"
	"strings"
)

// maxDepth bounds how deep arrays and objects may nest. Real answers nest under 10 deep.
const maxDepth = 500

// ErrSyntax is returned for text that is no JSON.
var ErrSyntax = errors.New("json: not JSON")

// ErrMismatch is returned by UnmarshalStrict for a value that doesn't fit its place or
// that has none.
var ErrMismatch = errors.New("json: a value does not fit")

// Reader is a type that reads itself. The data is one valid JSON value.
//
// Its method is not encoding/json's UnmarshalJSON: the linker keeps every method of
// that name, also time.Time's, and with it all of the parsing of dates: 68 kB.
type Reader interface {
	ReadJSON(data []byte) error
}

// RawMessage is a JSON value that is kept as it is.
type RawMessage []byte

// ReadJSON keeps a copy of the data.
func (m *RawMessage) ReadJSON(data []byte) error {
	*m = append((*m)[:0:0], data...)
	return nil
}

// field is how one field of a struct appears in JSON.
type field struct {
	name      string // as the tag has it
	index     int
	omitEmpty bool
	omitZero  bool
}

// structure is what a struct type looks like in JSON.
type structure struct {
	fields []field
	byName map[string]int // into fields; by folded name in lenient reading
}

// describe lists the fields of a struct. Unexported fields and those tagged "-" are
// left out; embedded structs are not flattened.
func describe(t reflect.Type, name func(string) string) *structure {
	s := &structure{byName: make(map[string]int, t.NumField())}
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if f.PkgPath != "" || tag == "-" {
			continue
		}
		key, options, _ := strings.Cut(tag, ",")
		if key == "" {
			key = f.Name
		}
		s.byName[name(key)] = len(s.fields)
		s.fields = append(s.fields, field{
			name: key, index: i,
			omitEmpty: strings.Contains(options, "omitempty"),
			omitZero:  strings.Contains(options, "omitzero"),
		})
	}
	return s
}
