package service

import (
	std "encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
)

// everyChange calls f once for each value inside v, with another in its place.
func everyChange(v any, other any, whole func() any, f func(any)) {
	each := func(get func() any, set func(any)) {
		old := get()
		set(other)
		f(whole())
		set(old)
		everyChange(old, other, whole, f)
	}
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			each(func() any { return v[key] }, func(n any) { v[key] = n })
		}
	case []any:
		for i := range v {
			each(func() any { return v[i] }, func(n any) { v[i] = n })
		}
	}
}

// Each value of each answer is replaced by one of each wrong type, one at a time: there
// is a listing or a reason, and nothing panics.
func TestEveryValueOfEveryWrongType(t *testing.T) {
	lesson := message.Tab{ID: 7, URL: "https://www.bilibili.com/cheese/play/ep790"}
	episode := message.Tab{ID: 7, URL: "https://www.bilibili.tv/en/play/61/790"}
	for _, c := range []struct {
		tab     message.Tab
		answers map[string]string // file by part of the address
	}{
		{lesson, map[string]string{"playurl": "pugv/testdata/play_dash.json", "season": "pugv/testdata/season.json"}},
		{lesson, map[string]string{"playurl": "pugv/testdata/play_flv.json", "season": "pugv/testdata/season.json"}},
		{lesson, map[string]string{"playurl": "pugv/testdata/play_preview.json", "season": "pugv/testdata/season.json"}},
		{episode, map[string]string{"playurl": "intl/testdata/play.json", "season_info": "intl/testdata/season.json", "episodes": "intl/testdata/episodes.json"}},
	} {
		right := map[string]string{}
		for part, name := range c.answers {
			text, err := os.ReadFile(filepath.Join("..", name))
			if err != nil {
				t.Fatal(err)
			}
			right[part] = string(text)
		}
		for changed, name := range c.answers {
			t.Run(name+" of "+c.answers["playurl"], func(t *testing.T) {
				var answer any
				if err := std.Unmarshal([]byte(right[changed]), &answer); err != nil {
					t.Fatal(err)
				}
				n := 0
				for _, wrong := range []any{nil, true, -1e300, "x", []any{}, []any{[]any{0.5}, nil}, map[string]any{"id": map[string]any{}}} {
					everyChange(answer, wrong, func() any { return answer }, func(whole any) {
						n++
						text, err := std.Marshal(whole)
						if err != nil {
							t.Fatal(err)
						}
						w := newWorld(t)
						for part, body := range right {
							if part == changed {
								body = string(text)
							}
							w.on(part, body)
						}
						l, err := w.service().List(t.Context(), c.tab, w.hints, false)
						var e *message.Error
						switch {
						case len(w.panicked) > 0:
							t.Fatalf("panicked: %v, at\n%s", w.panicked, text)
						case err == nil && l.Problem == nil && len(l.Video)+len(l.Audio)+len(l.Single) == 0:
							t.Fatalf("neither rows nor a reason, at\n%s", text)
						case err != nil && (!errors.As(err, &e) || e.Reason == nil || e.Reason.Code == ""):
							t.Fatalf("%v is no reason, at\n%s", err, text)
						case err != nil && e.Reason.Detail == stream.Internal:
							t.Fatalf("%v, at\n%s", err, text)
						}
					})
				}
				if n < 50 {
					t.Errorf("only %d changes", n)
				}
			})
		}
	}
}
