package json_test

import (
	"bytes"
	std "encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"streamlist/wasm/internal/json"
)

type inner struct {
	Name  string  `json:"name"`
	Count int64   `json:"count,omitempty"`
	Rate  float64 `json:"rate,omitempty"`
}

type outer struct {
	ID     string          `json:"id"`
	OK     bool            `json:"ok,omitempty"`
	Inner  inner           `json:"inner,omitzero"`
	Next   *inner          `json:"next,omitempty"`
	List   []inner         `json:"list"`
	Words  []string        `json:"words,omitempty"`
	Raw    json.RawMessage `json:"raw,omitempty"`
	N      int             `json:"n"`
	Hidden string          `json:"-"`
	Plain  string
}

// mirror has the same shape for encoding/json.
type mirror struct {
	ID     string         `json:"id"`
	OK     bool           `json:"ok,omitempty"`
	Inner  inner          `json:"inner,omitzero"`
	Next   *inner         `json:"next,omitempty"`
	List   []inner        `json:"list"`
	Words  []string       `json:"words,omitempty"`
	Raw    std.RawMessage `json:"raw,omitempty"`
	N      int            `json:"n"`
	Hidden string         `json:"-"`
	Plain  string
}

func (o outer) mirror() mirror {
	return mirror{o.ID, o.OK, o.Inner, o.Next, o.List, o.Words, std.RawMessage(o.Raw), o.N, o.Hidden, o.Plain}
}

var samples = []string{
	`{}`, `null`, `[]`, `"x"`, `1`, `true`, ` { "id" : "a" } `,
	`{"id":"a","ok":true,"inner":{"name":"n","count":-3,"rate":1.5e3},"next":{"name":"m"},"list":[{"name":"1"},{"name":"2","count":9007199254740993}],"words":["x","y"],"raw":{"a":[1,2,{"b":null}]},"n":-0,"Plain":"p"}`,
	`{"id":"\u4f60\ud83d\ude00\ud800x\ud800\u0041\"\\\/\b\f\n\r\t"}`, "{\"id\":\"\xff\xfe caf\xe9\"}", `{"id":"tab	"}`,
	`{"next":null,"list":null,"words":null,"raw":null}`, `{"list":[],"words":[]}`, `{"list":[null,{"name":"x"}]}`,
	`{"n":1.0}`, `{"n":1e2}`, `{"n":99999999999999999999}`, `{"n":"1"}`, `{"id":1}`, `{"list":{}}`, `{"list":[1]}`, `{"inner":[]}`,
	`{"a":1,}`, `[1,]`, `[,1]`, `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1 "b":2}`, `[1 2]`, `01`, `-`, `1.`, `.5`, `1e`, `+1`, `0x1`, `NaN`, `tru`, `nul`,
	`"`, `"\`, `"\u12`, `"\x"`, `{"id":"a"}x`, `[[[[]]]]`, ``, ` `, "\ufeff{}", `{"id":"a","id":"b"}`, `{"a":{"b":[{"c":"}"}]}}`,
}

// The strict reading must agree with encoding/json's, but for the spelling of keys.
func againstStandard(t *testing.T, data []byte) {
	t.Helper()
	if got, want := json.Valid(data), std.Valid(data); got != want {
		t.Fatalf("Valid(%q) = %v, want %v", data, got, want)
	}
	var got outer
	err := json.UnmarshalStrict(data, &got)
	var want mirror
	d := std.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	wantErr := d.Decode(&want)
	if wantErr == nil && !std.Valid(data) {
		wantErr = errors.New("text behind the value")
	}
	if (err == nil) != (wantErr == nil) {
		if misspelt(data) {
			return
		}
		t.Fatalf("UnmarshalStrict(%q) = %v, want %v", data, err, wantErr)
	}
	if err == nil && !misspelt(data) && !reflect.DeepEqual(got.mirror(), want) {
		t.Fatalf("UnmarshalStrict(%q)\n got %+v\nwant %+v", data, got.mirror(), want)
	}
	var lenient outer
	if err := json.Unmarshal(data, &lenient); (err == nil) != std.Valid(data) {
		t.Fatalf("Unmarshal(%q) = %v, but valid is %v", data, err, std.Valid(data))
	}
	if err == nil {
		written, err := json.Marshal(got)
		if err != nil {
			t.Fatalf("Marshal(%+v): %v", got, err)
		}
		var back mirror
		if err := std.Unmarshal(written, &back); err != nil {
			t.Fatalf("Marshal wrote %q: %v", written, err)
		}
		wrote, _ := std.Marshal(got.mirror())
		var wantBack mirror
		_ = std.Unmarshal(wrote, &wantBack)
		back.Raw, wantBack.Raw = compact(back.Raw), compact(wantBack.Raw)
		if !reflect.DeepEqual(back, wantBack) {
			t.Fatalf("written and read again\n got %+v\nwant %+v", back, wantBack)
		}
	}
}

func compact(raw std.RawMessage) std.RawMessage {
	var b bytes.Buffer
	if std.Compact(&b, raw) != nil {
		return nil
	}
	b2, _ := std.Marshal(std.RawMessage(b.Bytes())) // escapes as Marshal would
	return b2
}

// misspelt reports whether a key of outer or inner occurs in another case, which
// encoding/json accepts and UnmarshalStrict refuses.
func misspelt(data []byte) bool {
	var any map[string]std.RawMessage
	if std.Unmarshal(data, &any) != nil {
		return false
	}
	known := []string{"id", "ok", "inner", "next", "list", "words", "raw", "n", "Plain", "name", "count", "rate"}
	var walk func(raw []byte) bool
	walk = func(raw []byte) bool {
		var object map[string]std.RawMessage
		if std.Unmarshal(raw, &object) == nil {
			for key, value := range object {
				for _, k := range known {
					if key != k && strings.EqualFold(key, k) {
						return true
					}
				}
				if walk(value) {
					return true
				}
			}
		}
		var list []std.RawMessage
		if std.Unmarshal(raw, &list) == nil {
			for _, value := range list {
				if walk(value) {
					return true
				}
			}
		}
		return false
	}
	return walk(data)
}

func TestAgreesWithTheStandardLibrary(t *testing.T) {
	for _, s := range samples {
		againstStandard(t, []byte(s))
	}
}

func FuzzAgainstTheStandardLibrary(f *testing.F) {
	for _, s := range samples {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		// encoding/json bounds nesting at 10,000, we at 500.
		if bytes.Count(data, []byte("[")) > 400 || bytes.Count(data, []byte("{")) > 400 {
			t.Skip("nested deeper than both allow")
		}
		againstStandard(t, data)
	})
}

func TestLenientReading(t *testing.T) {
	type row struct {
		BaseURL string   `json:"baseurl"`
		Backups []string `json:"backupurl"`
		Size    int64    `json:"size"`
		Range   *inner   `json:"range"`
	}
	for name, c := range map[string]struct {
		data string
		want row
	}{
		"snake case":                          {`{"base_url":"a","backup_url":["b"],"size":1}`, row{BaseURL: "a", Backups: []string{"b"}, Size: 1}},
		"camel case":                          {`{"baseUrl":"a","backupUrl":["b"],"Size":1}`, row{BaseURL: "a", Backups: []string{"b"}, Size: 1}},
		"null leaves what was read":           {`{"base_url":"a","baseUrl":null}`, row{BaseURL: "a"}},
		"an empty list doesn't wipe its twin": {`{"backup_url":["b"],"backupUrl":[]}`, row{Backups: []string{"b"}}},
		"a single value is a list of one":     {`{"backup_url":"b"}`, row{Backups: []string{"b"}}},
		"what doesn't fit is left out":        {`{"base_url":{"x":1},"backup_url":[1,"b",null,["c"]],"size":"1","range":7}`, row{Backups: []string{"b"}, Range: &inner{}}},
		"unknown keys are ignored":            {`{"new":{"base_url":"no"},"base_url":"a"}`, row{BaseURL: "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got row
			if err := json.Unmarshal([]byte(c.data), &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestStrictReadingRefuses(t *testing.T) {
	for _, s := range []string{`{"unknown":1}`, `{"Id":"a"}`, `{"id":1}`, `{"n":"1"}`, `{"inner":{"more":1}}`} {
		if err := json.UnmarshalStrict([]byte(s), &outer{}); !errors.Is(err, json.ErrMismatch) {
			t.Errorf("UnmarshalStrict(%s) = %v, want ErrMismatch", s, err)
		}
	}
}

func TestDeepNestingIsRefused(t *testing.T) {
	deep := []byte(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000))
	if err := json.Unmarshal(deep, &outer{}); !errors.Is(err, json.ErrSyntax) {
		t.Errorf("got %v", err)
	}
	if json.Valid([]byte(strings.Repeat(`{"a":`, 100_000))) {
		t.Error("an endless object is valid")
	}
}

func TestMarshalRefusesWhatHasNoJSON(t *testing.T) {
	for _, v := range []any{make(chan int), func() {}, map[string]string{"a": "b"}, json.RawMessage("{")} {
		if out, err := json.Marshal(v); !errors.Is(err, json.ErrUnsupported) {
			t.Errorf("Marshal(%T) = %s, %v", v, out, err)
		}
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	data := []byte(`{"list":[` + strings.Repeat(`{"name":"一起从0基础学","count":132105993,"rate":0.5,"other":{"a":[1,2,3]}},`, 600) + `{}]}`)
	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if err := json.Unmarshal(data, &outer{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if err := std.Unmarshal(data, &mirror{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
