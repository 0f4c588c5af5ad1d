package course

import (
	"errors"
	"slices"
	"testing"
)

func TestParseRange(t *testing.T) {
	for _, c := range []struct {
		text  string
		count int
		want  []int
		err   error
	}{
		{"1-5, 8, 12-", 14, []int{1, 2, 3, 4, 5, 8, 12, 13, 14}, nil},
		{"", 5, nil, nil},
		{" , ; ", 5, nil, nil},
		{"3", 5, []int{3}, nil},
		{"-3", 5, []int{1, 2, 3}, nil},
		{"4 -", 5, []int{4, 5}, nil},
		{"5-", 5, []int{5}, nil},
		{"1 3 5", 5, []int{1, 3, 5}, nil},
		{"1 - 2 4", 5, []int{1, 2, 4}, nil},
		{"4,1,4,2-4", 5, []int{1, 2, 3, 4}, nil},
		{"5-3", 5, []int{3, 4, 5}, nil},
		{"2-99", 4, []int{2, 3, 4}, nil},
		{"99-2", 4, []int{2, 3, 4}, nil},
		{"007", 9, []int{7}, nil},
		{"１－３，５、７～", 8, []int{1, 2, 3, 5, 7, 8}, nil},
		{"1–2—3", 8, nil, ErrSyntax},
		{"2-4\n6", 8, []int{2, 3, 4, 6}, nil},
		{"2-99999999999999999999999", 3, []int{2, 3}, nil},
		{"6", 5, nil, ErrBeyond},
		{"6-", 5, nil, ErrBeyond},
		{"6-9", 5, nil, ErrBeyond},
		{"0", 5, nil, ErrBeyond},
		{"0-3", 5, nil, ErrBeyond},
		{"1", 0, nil, ErrBeyond},
		{"1", -7, nil, ErrBeyond},
		{"99999999999999999999999", 5, nil, ErrBeyond},
		{"-", 5, nil, ErrSyntax},
		{"1,-,2", 5, nil, ErrSyntax},
		{"1--2", 5, nil, ErrSyntax},
		{"one", 5, nil, ErrSyntax},
		{"1.5", 5, nil, ErrSyntax},
		{"1-2x", 5, nil, ErrSyntax},
		{"<b>", 5, nil, ErrSyntax},
	} {
		got, err := ParseRange(c.text, c.count)
		if !slices.Equal(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("ParseRange(%q, %d) = %v, %v; want %v, %v", c.text, c.count, got, err, c.want, c.err)
		}
	}
}

// FuzzParseRange holds that whatever is read names lessons of the course, in order, each
// once, and that an error comes with none.
func FuzzParseRange(f *testing.F) {
	for _, text := range []string{"1-5, 8, 12-", "-3", "５～", "1--2", "9999999999999999999999", "\xff,1", "1 -2-3"} {
		f.Add(text, 20)
	}
	f.Fuzz(func(t *testing.T, text string, count int) {
		got, err := ParseRange(text, count)
		if err != nil && (got != nil || (!errors.Is(err, ErrSyntax) && !errors.Is(err, ErrBeyond))) {
			t.Errorf("%v with %v", got, err)
		}
		for i, n := range got {
			if n < 1 || n > count || (i > 0 && n <= got[i-1]) {
				t.Fatalf("ParseRange(%q, %d) = %v", text, count, got)
			}
		}
	})
}
