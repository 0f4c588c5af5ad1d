package filename

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"streamlist/wasm/internal/stream"
)

func nameOf(template string, head stream.Head, row stream.Rendition) string {
	return Stem(template, head, &row)
}

func TestStem(t *testing.T) {
	head := stream.Head{Title: "平假名", Series: "日语", Number: 3, Total: 12}
	row := stream.Rendition{Kind: stream.Video, Quality: stream.Q1080P60, Codec: stream.AVC}
	long := strings.Repeat("很长的标题", 60)
	for name, c := range map[string]struct {
		template string
		head     stream.Head
		row      stream.Rendition
		want     string
	}{
		"usual":                     {Template, head, row, "日语/03 - 平假名 [1080P60 AVC]"},
		"many lessons":              {Template, stream.Head{Title: "a", Series: "b", Number: 7, Total: 1200}, row, "b/0007 - a [1080P60 AVC]"},
		"no course":                 {Template, stream.Head{Title: "a", Number: 7}, row, "07 - a [1080P60 AVC]"},
		"no number":                 {Template, stream.Head{Title: "a", Series: "b"}, row, "b/a [1080P60 AVC]"},
		"no title":                  {Template, stream.Head{Series: "b", Number: 1}, row, "b/01 [1080P60 AVC]"},
		"no title and number":       {Template, stream.Head{Series: "b"}, row, "b/b [1080P60 AVC]"},
		"nothing":                   {Template, stream.Head{}, stream.Rendition{}, "video"},
		"no codec":                  {Template, head, stream.Rendition{Quality: stream.Q4K}, "日语/03 - 平假名 [4K]"},
		"no quality":                {Template, head, stream.Rendition{Codec: stream.AV1}, "日语/03 - 平假名 [AV1]"},
		"neither":                   {Template, head, stream.Rendition{}, "日语/03 - 平假名"},
		"the site's own label":      {Template, head, stream.Rendition{Label: "超清/极速", Quality: 9999}, "日语/03 - 平假名 [超清_极速]"},
		"one folder for all":        {"{lesson}", head, row, "平假名"},
		"folders in folders":        {"a/{course}/{quality}/{lesson}", head, row, "a/日语/1080P60/平假名"},
		"no placeholder":            {"video", head, row, "video"},
		"an unknown placeholder":    {"{titel} {lesson}", head, row, "{titel} 平假名"},
		"braces that don't end":     {"{lesson} {course", head, row, "平假名 {course"},
		"a path that leads out":     {"../../{course}/../{lesson}", head, row, "日语/平假名"},
		"a path from the root":      {"/{lesson}", head, row, "平假名"},
		"a path that ends":          {"{course}/", head, row, "日语/video"},
		"a drive":                   {`C:\{lesson}`, head, row, "C__平假名"},
		"a title that leads out":    {Template, stream.Head{Title: "../../etc/passwd", Series: ".."}, row, "_.._etc_passwd [1080P60 AVC]"},
		"a title of hidden things":  {"{lesson}", stream.Head{Title: "a\u202eb\u200bc\x00d\ufeff\u0600\u2066e\nf"}, row, "abcde f"},
		"a title with a variable":   {"{lesson}", stream.Head{Title: "%TEMP% 100%"}, row, "％TEMP％ 100％"},
		"a leading dot and dash":    {"{lesson}", stream.Head{Title: ".-~ x."}, row, "x"},
		"a placeholder in a title":  {"{lesson}", stream.Head{Title: "{course}", Series: "b"}, row, "{course}"},
		"reserved":                  {"{course}/{lesson}", stream.Head{Title: "nul", Series: "COM1.x"}, row, "_COM1.x/_nul"},
		"reserved by its beginning": {"{lesson}", stream.Head{Title: "aux. lesson"}, row, "_aux. lesson"},
		"quotes and wild cards":     {"{lesson}", stream.Head{Title: `a"b*c?d<e>f|g:h'i`}, row, "a_b_c_d_e_f_g_hʼi"},
		"a long title":              {Template, stream.Head{Title: long, Series: "b", Number: 1}, row, "b/01 - " + long[:180] + " [1080P60 AVC]"},
	} {
		got := nameOf(c.template, c.head, c.row)
		if name == "a long title" {
			if !strings.HasPrefix(got, "b/01 - 很长") || !strings.HasSuffix(got, "… [1080P60 AVC]") && !strings.HasSuffix(got, " [1080P60 AVC]") || len(got) > stemBytes+2 || len(got) < stemBytes-20 {
				t.Errorf("%s: %d bytes: %s", name, len(got), got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestDistinct(t *testing.T) {
	taken := map[string]bool{}
	for _, want := range []string{"A/x", "A/x (2)", "A/x (3)"} {
		got := Distinct("A/x", taken)
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
		taken[strings.ToLower(got)] = true
	}
	if got := Distinct("a/X", taken); got != "a/X (4)" {
		t.Errorf("%q", got)
	}
}

func FuzzStem(f *testing.F) {
	f.Add(Template, "日语", "平假名", 3, 12, "1080P")
	f.Add("{course}/../{lesson}.", "con", "aux.mp4", 0, 0, "..")
	f.Add("{lesson}/{quality}", strings.Repeat("x", 400), strings.Repeat("很", 300), 1<<40, 5, " \u202e ")
	f.Fuzz(func(t *testing.T, template, course, lesson string, number, total int, label string) {
		if len(template) > 2000 {
			return
		}
		name := Part(Stem(template, stream.Head{Title: lesson, Series: course, Number: number, Total: total}, &stream.Rendition{Label: label, Codec: "AVC"})+" (999)", 0, 999, ".mp4")
		if !utf8.ValidString(name) {
			t.Fatalf("%q", name)
		}
		parts := strings.Split(name, "/")
		for _, part := range parts {
			switch {
			case len(part) > 240, length16(part) > 140:
				t.Fatalf("too long: %d bytes, %d units: %q", len(part), length16(part), part)
			case Reserved(part), strings.ContainsAny(part, `<>:"/\|?*%`), strings.ContainsAny(part[:1], "-.~ "), strings.ContainsAny(part[len(part)-1:], ". "):
				t.Fatalf("unsafe: %q", part)
			}
			for _, r := range part {
				if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' || unicode.IsSpace(r) && r != ' ' {
					t.Fatalf("hidden %U in %q", r, part)
				}
			}
		}
		if len(parts) > maxFolders+1 {
			t.Fatalf("%d folders", len(parts)-1)
		}
	})
}
