package download

import (
	"cmp"
	"slices"
)

// span is the half-open run [from, to) of a file's bytes.
type span struct{ from, to int64 }

func (s span) len() int64 { return s.to - s.from }

// spans is a set of bytes: ascending runs that neither overlap nor touch.
type spans []span

// add puts a run into the set.
func (s *spans) add(r span) {
	if r.from >= r.to {
		return
	}
	// All runs from i up to j touch the new one and become one with it.
	i := s.behind(r.from - 1)
	j := i
	for ; j < len(*s) && (*s)[j].from <= r.to; j++ {
		r.from, r.to = min(r.from, (*s)[j].from), max(r.to, (*s)[j].to)
	}
	*s = slices.Replace(*s, i, j, r)
}

// remove takes a run out of the set.
func (s *spans) remove(r span) {
	if r.from >= r.to {
		return
	}
	i := s.behind(r.from)
	j := i
	var rest []span
	for ; j < len(*s) && (*s)[j].from < r.to; j++ {
		if old := (*s)[j]; old.from < r.from {
			rest = append(rest, span{old.from, r.from})
		}
		if old := (*s)[j]; old.to > r.to {
			rest = append(rest, span{r.to, old.to})
		}
	}
	*s = slices.Replace(*s, i, j, rest...)
}

// behind returns the number of the first run that ends behind at.
func (s spans) behind(at int64) int {
	i, _ := slices.BinarySearchFunc(s, at, func(r span, at int64) int {
		if r.to <= at {
			return -1
		}
		return 1
	})
	return i
}

// missing returns the first run within r that is not in the set; false when all is.
func (s spans) missing(r span) (span, bool) {
	at := r.from
	for i := s.behind(at); i < len(s) && s[i].from < r.to; i++ {
		if s[i].from > at {
			return span{at, s[i].from}, true
		}
		at = s[i].to
	}
	if at >= r.to {
		return span{}, false
	}
	return span{at, r.to}, true
}

// covers reports whether all of r is in the set.
func (s spans) covers(r span) bool {
	_, some := s.missing(r)
	return !some
}

// size is how many bytes are in the set.
func (s spans) size() int64 {
	var n int64
	for _, r := range s {
		n += r.len()
	}
	return n
}

// atMost returns the runs, joined over their smallest gaps where there are more than n, which
// is at least 1.
func (s spans) atMost(n int) spans {
	if len(s) <= n {
		return s
	}
	widest := make([]int, len(s)-1) // gaps, by the number of the run before them
	for i := range widest {
		widest[i] = i
	}
	slices.SortStableFunc(widest, func(a, b int) int { return cmp.Compare(s[b+1].from-s[b].to, s[a+1].from-s[a].to) })
	kept := slices.Sorted(slices.Values(widest[:n-1]))
	out := make(spans, 0, n)
	from := s[0].from
	for _, i := range kept {
		out = append(out, span{from, s[i].to})
		from = s[i+1].from
	}
	return append(out, span{from, s[len(s)-1].to})
}

// pairs is how runs cross to the page.
func (s spans) pairs() [][]int64 {
	out := make([][]int64, len(s))
	for i, r := range s {
		out[i] = []int64{r.from, r.to}
	}
	return out
}
