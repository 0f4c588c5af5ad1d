package course

import "errors"

// ErrSyntax is returned for text that is no list of numbers and ranges.
var ErrSyntax = errors.New("course: no list of numbers")

// ErrBeyond is returned for a number that the course doesn't have.
var ErrBeyond = errors.New("course: no such lesson")

// maxLessons is more than any list has that is read.
const maxLessons = 1 << 17

// ParseRange reads which lessons a person means, in a course of count lessons: numbers and
// ranges such as "1-5, 8, 12-". A range without an end goes to the last lesson, one
// without a beginning begins at the first, and one that is longer than the course ends with
// it. Between numbers, blanks are as good as commas; full-width digits and signs are read
// too, as Chinese keyboards write them. The numbers come in ascending order, each once;
// none for empty text.
func ParseRange(text string, count int) ([]int, error) {
	count = min(max(count, 0), maxLessons)
	picked := make([]bool, count+1)
	s := scanner{text: []rune(text)}
	for s.skip(separator); !s.done(); s.skip(separator) {
		from, begins := s.number()
		s.skip(blank)
		to, ends := from, begins
		ranged := s.dash()
		if ranged {
			s.skip(blank)
			to, ends = s.number()
			s.skip(blank)
		}
		switch {
		case !begins && !ends, s.dash(): // "1-2-3" has no meaning
			return nil, ErrSyntax
		case !begins:
			from = 1
		case !ends:
			to = maxLessons + 1
		}
		if to < from {
			from, to = to, from
		}
		if from < 1 || from > count {
			return nil, ErrBeyond
		}
		for n := from; n <= min(to, count); n++ {
			picked[n] = true
		}
	}
	var numbers []int
	for n, in := range picked {
		if in {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// scanner reads text from its beginning.
type scanner struct{ text []rune }

func (s *scanner) done() bool { return len(s.text) == 0 }

func (s *scanner) skip(what func(rune) bool) {
	for !s.done() && what(s.text[0]) {
		s.text = s.text[1:]
	}
}

// number reads a number, and reports false where there is none. Numbers that are larger
// than any list are as good as each other.
func (s *scanner) number() (n int, ok bool) {
	for ; !s.done(); s.text = s.text[1:] {
		d := digit(s.text[0])
		if d < 0 {
			break
		}
		n, ok = min(n*10+d, maxLessons+1), true
	}
	return n, ok
}

func (s *scanner) dash() bool {
	if s.done() || !dash(s.text[0]) {
		return false
	}
	s.text = s.text[1:]
	return true
}

func digit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	return -1
}

func blank(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\u00a0', '\u3000':
		return true
	}
	return false
}

func separator(r rune) bool {
	switch r {
	case ',', ';', '，', '、', '；':
		return true
	}
	return blank(r)
}

func dash(r rune) bool {
	switch r {
	case '-', '~', '‐', '‑', '–', '—', '−', '－', '～':
		return true
	}
	return false
}
