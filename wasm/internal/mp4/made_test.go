package mp4

import (
	"testing"
)

func TestTimelines(t *testing.T) {
	type want struct {
		first, last int64 // presentation of the first and the last sample
		lastDTS     int64
	}
	two := func(second uint64) []madeFragment {
		return []madeFragment{{0, steady(25, 40)}, {second, steady(25, 40)}}
	}
	for _, c := range []struct {
		name string
		made made
		want want
	}{
		{"no edit list", made{fragments: two(1000)}, want{0, 1960, 1960}},
		{"no edit list, B-frames", made{fragments: []madeFragment{{0, steady(25, 40, 80, 160, 0, 40)}}}, want{80, 1040, 960}},
		{"edit list, B-frames", made{time: at(80), fragments: []madeFragment{{0, steady(25, 40, 80, 160, 0, 40)}}}, want{0, 960, 880}},
		{"edit list that cuts", made{time: at(100), fragments: two(1000)}, want{-100, 1860, 1860}},
		{"late by a blank edit", made{time: at(0), blank: 500, fragments: two(1000)}, want{500, 2460, 2460}},
		{"late by its times", made{fragments: []madeFragment{{700, steady(25, 40)}}}, want{700, 1660, 1660}},
		{"late by both", made{time: at(0), blank: 500, fragments: []madeFragment{{700, steady(25, 40)}}}, want{1200, 2160, 2160}},
		{"late by its times, less by its edit list", made{time: at(300), fragments: []madeFragment{{700, steady(25, 40)}}}, want{400, 1360, 1360}},
		{"offsets below zero", made{time: at(0), fragments: []madeFragment{{0, steady(24, 40, 0, 80, -40, -40)}}}, want{0, 880, 920}},
		{"offsets below zero, presentation too", made{fragments: []madeFragment{{0, steady(24, 40, -80)}}}, want{-80, 840, 920}},
		{"a gap", made{fragments: two(1500)}, want{0, 2460, 2460}},
		{"an overlap", made{fragments: two(990)}, want{0, 1950, 1950}},
		{"an overlap of a whole sample", made{fragments: two(960)}, want{0, 1920, 1920}},
		{"no tfdt", made{noTfdt: true, fragments: two(99999)}, want{0, 1960, 1960}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.made.timescale, c.made.video = 1000, true
			data, summary := assemble(t, Meta{}, c.made.file())
			list := presented(t, data, 0)
			n := len(list) - 1
			if got := (want{list[0].pts, list[n].pts, list[n].dts}); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			i := 0
			for _, f := range c.made.fragments {
				for _, s := range f.samples {
					if list[i].size != s.size || list[i].sync != s.sync {
						t.Fatalf("sample %d is %+v, want %+v", i, list[i], s)
					}
					i++
				}
			}
			if i != len(list) || summary.Tracks[0].Samples != i {
				t.Errorf("%d samples, want %d", len(list), i)
			}
		})
	}
}
