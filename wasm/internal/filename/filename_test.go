package filename

import (
	"strings"
	"testing"
)

func TestSafe(t *testing.T) {
	for in, want := range map[string]string{
		"平假名":                   "平假名",
		"a/b\\c:d*e?f\"g<h>i|j": "a_b_c_d_e_f_g_h_i_j",
		"../..":                 "_",
		".-~ a. ":               "a",
		"it's":                  "itʼs",
		"a\u202eb\x00c":         "abc",
		"a\n\tb":                "a b",
		"／＼＂":                   "___",
		"...":                   "",
		"":                      "",
	} {
		if got := Safe(in); got != want {
			t.Errorf("Safe(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Safe(strings.Repeat("x", 1000)); len(got) > 3*Max {
		t.Errorf("%d bytes", len(got))
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"abc", 3, "abc"}, {"abc", 2, "ab"}, {"a. b", 3, "a"}, {"很长", 5, "很"}, {"很长", 3, "很"}, {"很长", 2, ""}, {"a", -1, ""},
	} {
		if got := Cut(c.in, c.n); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func TestReserved(t *testing.T) {
	for name, want := range map[string]bool{
		"con": true, "NUL.mp4": true, "aux. lesson": true, "COM1": true, "lpt³.x": true, "CONIN$": true, "prn .a": true,
		"console": false, "COM": false, "COM10": false, "_con": false, "lesson con": false, "": false,
	} {
		if got := Reserved(name); got != want {
			t.Errorf("Reserved(%q) = %v", name, got)
		}
	}
}
