package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestMergeManifests(t *testing.T) {
	tests := []struct{ name, base, over, want string }{
		{"new key", `{"a":1}`, `{"b":2}`, `{"a":1,"b":2}`},
		{"scalar replaced", `{"a":1}`, `{"a":"x"}`, `{"a":"x"}`},
		{"objects merge deeply", `{"a":{"x":{"p":1},"y":2}}`, `{"a":{"x":{"q":3}}}`, `{"a":{"x":{"p":1,"q":3},"y":2}}`},
		{"arrays join", `{"a":["x","y"]}`, `{"a":["z"]}`, `{"a":["x","y","z"]}`},
		{"without duplicates", `{"a":["x","y"]}`, `{"a":["y","z","z"]}`, `{"a":["x","y","z"]}`},
		{"of objects too", `{"a":[{"p":1,"q":2}]}`, `{"a":[{"q":2,"p":1},{"p":2}]}`, `{"a":[{"p":1,"q":2},{"p":2}]}`},
		{"kinds that differ", `{"a":["x"]}`, `{"a":{"b":1}}`, `{"a":{"b":1}}`},
		{"markup stays readable", `{"a":"<b>&"}`, `{}`, `{"a":"<b>&"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := mergeManifests([]byte(tt.base), []byte(tt.over))
			if err != nil {
				t.Fatal(err)
			}
			var compact bytes.Buffer
			if err := json.Compact(&compact, got); err != nil {
				t.Fatal(err)
			}
			if compact.String() != tt.want {
				t.Errorf("got %s, want %s", compact.String(), tt.want)
			}
		})
	}
	for _, bad := range [][2]string{{`{`, `{}`}, {`{}`, `[]`}} {
		if got, err := mergeManifests([]byte(bad[0]), []byte(bad[1])); err == nil {
			t.Errorf("merging %s and %s gave %s, want an error", bad[0], bad[1], got)
		}
	}
}

func TestCopyTree(t *testing.T) {
	tree := fstest.MapFS{
		"a.js":           {Data: []byte("a")},
		"deep/b.css":     {Data: []byte("b")},
		"types.d.ts":     {Data: []byte("t")},
		".hidden/c.js":   {Data: []byte("c")},
		"deep/.swp":      {Data: []byte("s")},
		"chrome/d.js":    {Data: []byte("d")},
		"deep/chrome.js": {Data: []byte("e")},
	}
	files := make(map[string][]byte)
	if err := copyTree(files, tree, "chrome", "firefox"); err != nil {
		t.Fatal(err)
	}
	want := []string{"a.js", "deep/b.css", "deep/chrome.js"}
	for _, name := range want {
		if files[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	if len(files) != len(want) {
		t.Errorf("got %d files, want %v", len(files), want)
	}

	tree["notes.txt"] = &fstest.MapFile{Data: []byte("n")}
	if err := copyTree(files, tree); err == nil || !strings.Contains(err.Error(), "notes.txt") {
		t.Errorf("a stray notes.txt gave %v, want an error that names it", err)
	}
}

func TestArchiveIsReproducible(t *testing.T) {
	files := map[string][]byte{"z.js": []byte("z"), "a/b.js": []byte("ab"), "a.js": bytes.Repeat([]byte("a"), 1000), "m.json": []byte("{}")}
	first, sizes, err := archive(files)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 { // map order differs from run to run
		again, _, err := archive(files)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, again) {
			t.Fatal("the same files gave two different archives")
		}
	}
	r, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range r.File {
		names = append(names, f.Name)
		if !f.Modified.Equal(epoch) || f.Mode() != 0o644 {
			t.Errorf("%s: time %v, mode %v; want %v, 0644", f.Name, f.Modified, f.Mode(), epoch)
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(in)
		if err != nil || !bytes.Equal(got, files[f.Name]) {
			t.Errorf("%s: read back %d bytes, %v; want %d", f.Name, len(got), err, len(files[f.Name]))
		}
	}
	if got := strings.Join(names, " "); got != "a.js a/b.js m.json z.js" {
		t.Errorf("members are %s, want them sorted", got)
	}
	if sizes["a.js"] <= 0 || sizes["a.js"] >= 1000 {
		t.Errorf("a.js is %d bytes packed, want it smaller than its 1000", sizes["a.js"])
	}
}

func TestReplaceDirLeavesNothingOld(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "chrome")
	for _, files := range []map[string][]byte{
		{"old.js": []byte("1"), "same.js": []byte("1")},
		{"new/deep.js": []byte("2"), "same.js": []byte("2")},
	} {
		if err := replaceDir(dir, files); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "old.js")); !os.IsNotExist(err) {
		t.Errorf("old.js is still there (%v)", err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "same.js")); string(got) != "2" {
		t.Errorf("same.js holds %q (%v), want the new text", got, err)
	}
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the directory lies %v (%v), want nothing", left, err)
	}
}

func TestCheck(t *testing.T) {
	good := func() map[string][]byte {
		return map[string][]byte{
			"manifest.json": []byte(`{"default_locale":"en","name":"__MSG_name__","minimum_chrome_version":"121",
				"background":{"scripts":["b.js"]},"icons":{"16":"icons/16.png"},"options_ui":{"page":"o/o.html"}}`),
			"b.js": nil, "icons/16.png": nil, "o/o.html": nil,
			"o/o.css":                     []byte(`a{b:url(__MSG_@@extension_id__)}`),
			"_locales/en/messages.json":   []byte(`{"name":{"message":"N"}}`),
			"_locales/de_x/messages.json": []byte(`{"name":{"message":"M"}}`),
		}
	}
	tests := []struct {
		name  string
		spoil func(map[string][]byte)
		want  string // in the error; empty: no error
	}{
		{"all there", func(map[string][]byte) {}, ""},
		{"no script", func(f map[string][]byte) { delete(f, "b.js") }, "b.js"},
		{"no icon", func(f map[string][]byte) { delete(f, "icons/16.png") }, "icons/16.png"},
		{"no page", func(f map[string][]byte) { delete(f, "o/o.html") }, "o/o.html"},
		{"text missing in one locale", func(f map[string][]byte) { f["_locales/de_x/messages.json"] = []byte(`{}`) }, "de_x lacks"},
		{"text empty", func(f map[string][]byte) { f["_locales/en/messages.json"] = []byte(`{"name":{"message":""}}`) }, "en lacks"},
		{"style sheet's text missing", func(f map[string][]byte) { f["o/o.css"] = []byte(`a::after{content:"__MSG_other__"}`) }, "__MSG_other__"},
		{"no default locale", func(f map[string][]byte) { delete(f, "_locales/en/messages.json") }, "_locales/en"},
		{"broken messages", func(f map[string][]byte) { f["_locales/en/messages.json"] = []byte(`{`) }, "_locales/en"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := good()
			tt.spoil(files)
			err := check(files)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("got %v, want no error", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestMinifyAll(t *testing.T) {
	const script = "// a comment\nconst shared = 1;\nfunction visible(argument) {\n  return `${argument}` + shared;\n}\n"
	source := []byte(script)
	files := map[string][]byte{
		"panel/a.js":    source,
		"a.css":         []byte("a {\n  color: red;\n}\n"),
		"a.html":        []byte("<!doctype html>\n<html lang=\"en\">\n <body>\n  <p>one</p>\n </body>\n</html>\n"),
		"manifest.json": []byte("{\n  \"v\": \"140.0\"\n}\n"),
		"a.svg":         []byte("<svg xmlns=\"http://www.w3.org/2000/svg\">\n  <path d=\"M 0 0 L 10 10\"/>\n</svg>\n"),
		"a.wasm":        []byte("\x00asm  // not text"),
	}
	if err := minifyAll(files); err != nil {
		t.Fatal(err)
	}
	if string(source) != script {
		t.Error("the source was changed in place: the other browser's tree shares it")
	}
	// Classic scripts find each other by their global names.
	if got := string(files["panel/a.js"]); !strings.Contains(got, "shared=1") || !strings.Contains(got, "function visible(") || len(got) >= len(script) {
		t.Errorf("a.js became %q", got)
	}
	for name, want := range map[string]string{
		"a.css": "a{color:red}", "manifest.json": `{"v":"140.0"}`, "a.wasm": "\x00asm  // not text",
		"a.svg": `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0 10 10"/></svg>`,
	} {
		if got := string(files[name]); got != want {
			t.Errorf("%s became %q, want %q", name, got, want)
		}
	}
	if got := string(files["a.html"]); !strings.Contains(got, `<html lang="en">`) || strings.Contains(got, "\n ") {
		t.Errorf("a.html became %q", got)
	}
	if err := minifyAll(map[string][]byte{"broken.js": []byte("const = ;")}); err == nil || !strings.Contains(err.Error(), "broken.js") {
		t.Errorf("a broken script gave %v, want an error that names it", err)
	}
}

func TestRenderIcon(t *testing.T) {
	svg, err := os.ReadFile("../../extension/icons/icon.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, px := range []int{16, 32, 48, 128} {
		data, err := renderIcon(svg, px)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if b := img.Bounds(); b.Dx() != px || b.Dy() != px {
			t.Errorf("%d px: got %v", px, b)
		}
		if _, _, _, a := img.At(0, 0).RGBA(); a == 0xffff {
			t.Errorf("%d px: the corner is filled, want it round", px)
		}
		// The first bar and the ground beneath it must stay apart at any size.
		bar, ground := img.At(px/2, px/4), img.At(px/2, px*3/8)
		r1, _, _, _ := bar.RGBA()
		r2, _, _, a := ground.RGBA()
		if r1 < 0xf000 || r2 > 0x4000 || a != 0xffff {
			t.Errorf("%d px: bar %v on ground %v: not legible", px, bar, ground)
		}
	}
	if _, err := renderIcon([]byte("<svg><mystery/></svg>"), 16); err == nil {
		t.Error("an element the renderer doesn't know gave no error")
	}
}
