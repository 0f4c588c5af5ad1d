package stream

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

func row(kind Kind, q Quality, codec Codec, bandwidth int64) Rendition {
	return Rendition{
		Kind: kind, Quality: q, Codec: codec, Bandwidth: bandwidth, Range: RangeOf(q, ""),
		Key:      string(kind) + "/" + q.Name() + "/" + string(codec),
		Segments: []Segment{{URLs: []MediaURL{{URL: "https://a.bilivideo.com/" + q.Name() + string(codec), Class: Mirror}}}},
	}
}

func with(r Rendition, change func(*Rendition)) Rendition {
	change(&r)
	return r
}

func keys(list []Rendition) []string {
	var names []string
	for _, r := range list {
		names = append(names, r.Key)
	}
	return names
}

func defaults() Preferences { return Preferences{Codecs: DefaultCodecs()} }

func TestArrangeOrder(t *testing.T) {
	// Each is higher than the next, by one rule each.
	want := []Rendition{
		with(row(Video, Q8K, AVC, 1), func(r *Rendition) { r.Key = "height" }),
		with(row(Video, Q4K, AVC, 1), func(r *Rendition) { r.Key, r.FrameRate = "frame rate", 59.94 }),
		with(row(Video, QDolbyVision, AVC, 1), func(r *Rendition) { r.Key = "Dolby Vision" }),
		with(row(Video, QHDRVivid, AVC, 1), func(r *Rendition) { r.Key = "HDR Vivid" }),
		with(row(Video, QHDR, AVC, 1), func(r *Rendition) { r.Key = "HDR" }),
		with(row(Video, Q4K, AVC, 1), func(r *Rendition) { r.Key = "AVC" }),
		with(row(Video, Q4K, HEVC, 9), func(r *Rendition) { r.Key = "HEVC" }),
		with(row(Video, Q4K, AV1, 99), func(r *Rendition) { r.Key = "AV1" }),
		with(row(Video, Q4K, "", 999), func(r *Rendition) { r.Key = "unknown codec" }),
		with(row(Video, Q1080P60, AVC, 1), func(r *Rendition) { r.Key = "nominal rate" }),
		with(row(Video, Q1080P, AVC, 300), func(r *Rendition) { r.Key = "bit rate" }),
		with(row(Video, Q1080P, AVC, 200), func(r *Rendition) { r.Key = "lower bit rate" }),
		with(row(Video, Quality(9999), AVC, 500), func(r *Rendition) { r.Key, r.Height = "unknown quality of 720", 720 }),
		with(row(Video, Q480P, AVC, 900), func(r *Rendition) { r.Key = "480" }),
		with(row(Video, Q8K, AVC, 1), func(r *Rendition) { r.Key = "locked 8K"; r.Withhold(Reason{Code: NotGiven}) }),
		with(row(Video, Q4K, AVC, 1), func(r *Rendition) { r.Key = "locked 4K"; r.Withhold(Reason{Code: NotGiven}) }),
	}
	for _, shuffle := range []func([]Rendition){
		func([]Rendition) {}, slices.Reverse[[]Rendition],
		func(l []Rendition) { l[0], l[7], l[3] = l[7], l[3], l[0] },
	} {
		l := &Listing{Video: slices.Clone(want)}
		shuffle(l.Video)
		l.Arrange(defaults())
		if got := keys(l.Video); !slices.Equal(got, keys(want)) {
			t.Errorf("order\n%q, want\n%q", got, keys(want))
		}
	}
}

func TestSmallDifferencesOfRateDoNotDecide(t *testing.T) {
	// As in a real answer: HEVC 30.303 fps beside AVC 29.412 fps.
	l := &Listing{Video: []Rendition{
		with(row(Video, Q1080P, HEVC, 10), func(r *Rendition) { r.FrameRate = 30.303 }),
		with(row(Video, Q1080P, AVC, 20), func(r *Rendition) { r.FrameRate = 29.412 }),
	}}
	l.Arrange(defaults())
	if l.Video[0].Codec != AVC {
		t.Errorf("HEVC first by 0.9 frames")
	}
	l.Arrange(Preferences{Codecs: []Codec{AV1, HEVC}})
	if l.Video[0].Codec != HEVC || !l.Video[0].Best || l.Video[1].Best {
		t.Errorf("the person's order is not followed: %q", keys(l.Video))
	}
}

func TestBest(t *testing.T) {
	locked := func(r *Rendition) { r.Withhold(Reason{Code: Premium}) }
	for _, c := range []struct {
		name        string
		listing     Listing
		preferences Preferences
		best, audio string
	}{
		{"highest", Listing{Video: []Rendition{row(Video, Q480P, AVC, 1), row(Video, Q1080P, AVC, 1)}, Audio: []Rendition{row(Audio, QAudio64K, AAC, 64), row(Audio, QAudio192K, AAC, 192)}},
			defaults(), "video/1080P/AVC", "audio/192K/AAC"},
		{"never a locked row", Listing{Video: []Rendition{with(row(Video, Q4K, AVC, 1), locked), row(Video, Q1080P, AVC, 1)}}, defaults(), "video/1080P/AVC", ""},
		{"HDR is not wanted", Listing{Video: []Rendition{row(Video, QHDR, HEVC, 1), row(Video, QDolbyVision, HEVC, 1), row(Video, Q1080P, AVC, 1)}}, defaults(), "video/1080P/AVC", ""},
		{"HDR is wanted", Listing{Video: []Rendition{row(Video, QHDR, HEVC, 1), row(Video, Q4K, AVC, 1)}}, Preferences{Codecs: DefaultCodecs(), HDR: true}, "video/HDR/HEVC", ""},
		{"only HDR, not wanted", Listing{Video: []Rendition{row(Video, QHDR, HEVC, 1)}}, defaults(), "", ""},
		{"single file", Listing{Single: []Rendition{row(Single, Q720P, AVC, 1), row(Single, Q1080P60, AVC, 1)}}, defaults(), "single/1080P60/AVC", ""},
		{"video before single", Listing{Video: []Rendition{row(Video, Q360P, AVC, 1)}, Single: []Rendition{row(Single, Q1080P, AVC, 1)}}, defaults(), "video/360P/AVC", ""},
		{"single where video is locked", Listing{Video: []Rendition{with(row(Video, Q4K, AVC, 1), locked)}, Single: []Rendition{row(Single, Q360P, AVC, 1)}}, defaults(), "single/360P/AVC", ""},
		{"up to a ceiling", Listing{Video: []Rendition{row(Video, Q4K, AVC, 1), row(Video, Q1080P60, HEVC, 1), row(Video, Q720P, AVC, 1)}}, Preferences{Ceiling: 1080}, "video/1080P60/HEVC", ""},
		{"the ceiling goes by name", Listing{Video: []Rendition{with(row(Video, Q1080P, AVC, 1), func(r *Rendition) { r.Width, r.Height = 1080, 1920 }), row(Video, Q720P, AVC, 1)}}, Preferences{Ceiling: 1080}, "video/1080P/AVC", ""},
		{"all above the ceiling", Listing{Video: []Rendition{row(Video, Q4K, AVC, 1), row(Video, Q720P, AVC, 1), row(Video, Q1080P, AVC, 1)}}, Preferences{Ceiling: 480}, "video/720P/AVC", ""},
		{"sound alone is no best", Listing{Audio: []Rendition{row(Audio, QAudio192K, AAC, 1)}}, defaults(), "", ""},
		{"nothing", Listing{}, defaults(), "", ""},
		{"the named partner", Listing{Video: []Rendition{with(row(Video, Q1080P, AVC, 1), func(r *Rendition) { r.Partner = QAudio132K })}, Audio: []Rendition{row(Audio, QAudio192K, AAC, 192), row(Audio, QAudio132K, AAC, 132)}},
			defaults(), "video/1080P/AVC", "audio/132K/AAC"},
		{"the named partner is locked", Listing{Video: []Rendition{with(row(Video, Q1080P, AVC, 1), func(r *Rendition) { r.Partner = QAudio132K })}, Audio: []Rendition{row(Audio, QAudio64K, AAC, 64), with(row(Audio, QAudio132K, AAC, 132), locked)}},
			defaults(), "video/1080P/AVC", "audio/64K/AAC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := c.listing
			l.Arrange(c.preferences)
			if l.BestKey != c.best || l.BestAudioKey != c.audio {
				t.Errorf("best %q with %q, want %q with %q", l.BestKey, l.BestAudioKey, c.best, c.audio)
			}
			marked := 0
			for r := range l.Renditions {
				if r.Best {
					marked++
					if r.Key != c.best {
						t.Errorf("%s is marked", r.Key)
					}
				}
			}
			if (marked == 1) != (c.best != "") {
				t.Errorf("%d rows are marked", marked)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		name    string
		first   string
		backups []string
		want    []MediaURL
	}{
		{"mirrors before edges before others before PCDN", "https://xy1x2x3x4xy.mcdn.bilivideo.cn:4483/upgcxcode/1.m4s?os=mcdn",
			[]string{"https://cdn.example.test/1", "https://cn-bj-ct-01.bilivideo.com/1", "https://upos-sz-mirrorcos.bilivideo.com/1", "https://upos-hz-mirrorakam.akamaized.net/1"},
			[]MediaURL{
				{URL: "https://upos-sz-mirrorcos.bilivideo.com/1", Class: Mirror}, {URL: "https://upos-hz-mirrorakam.akamaized.net/1", Class: Mirror},
				{URL: "https://cn-bj-ct-01.bilivideo.com/1", Class: Edge}, {URL: "https://cdn.example.test/1", Class: Other},
				{URL: "https://xy1x2x3x4xy.mcdn.bilivideo.cn:4483/upgcxcode/1.m4s?os=mcdn", Class: PCDN},
			}},
		{"kinds of PCDN", "https://x.szbdyd.com/1", []string{
			"https://1.2.3.4:8082/1", "https://1.2.3.4/1", "https://[2001:db8::1]/1", "https://a.edge.mountaintoys.cn:4483/1", "https://upos-sz-302ppio.bilivideo.com/1",
			"https://upos-sz-mirrorcos.bilivideo.com:9102/1", "https://upos-tf-all-hw.bilivideo.com/1"},
			[]MediaURL{
				{URL: "https://upos-tf-all-hw.bilivideo.com/1", Class: Edge}, {URL: "https://x.szbdyd.com/1", Class: PCDN}, {URL: "https://1.2.3.4:8082/1", Class: PCDN}, {URL: "https://1.2.3.4/1", Class: PCDN},
				{URL: "https://[2001:db8::1]/1", Class: PCDN}, {URL: "https://a.edge.mountaintoys.cn:4483/1", Class: PCDN}, {URL: "https://upos-sz-302ppio.bilivideo.com/1", Class: PCDN},
				{URL: "https://upos-sz-mirrorcos.bilivideo.com:9102/1", Class: PCDN},
			}},
		{"schemes", "//a.bilivideo.com/1", []string{"http://b.bilivideo.com/1", "HTTPS://C.bilivideo.com/A?b=C", "http://d.bilivideo.com:8080/1"},
			[]MediaURL{{URL: "https://a.bilivideo.com/1", Class: Mirror}, {URL: "https://b.bilivideo.com/1", Class: Mirror}, {URL: "https://c.bilivideo.com/A?b=C", Class: Mirror}, {URL: "http://d.bilivideo.com:8080/1", Class: PCDN}}},
		{"duplicates", "https://a.bilivideo.com/1", []string{"//a.bilivideo.com/1", "http://A.bilivideo.com/1"}, []MediaURL{{URL: "https://a.bilivideo.com/1", Class: Mirror}}},
		{"no addresses", "", []string{"", "x", "ftp://a.bilivideo.com/1", "javascript:alert(1)", "data:,x", "https://", "https:///1", "/1", "https://u@a.bilivideo.com/1",
			"https://a.bilivideo.com/'$(id)'", "https://a.bilivideo.com/1 2", "https://a.bilivideo.com/`id`", "https://a.bilivideo.com/é", "https://a.bilivideo.com/\n1", "https://a.bilivideo.com\\@b/"}, nil},
		{"look-alikes are others", "https://bilivideo.com.example.test/1", []string{"https://notbilivideo.com/1"},
			[]MediaURL{{URL: "https://bilivideo.com.example.test/1", Class: Other}, {URL: "https://notbilivideo.com/1", Class: Other}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Addresses(c.first, c.backups)
			for i := range got {
				got[i].Referer = false // TestNeeds is about that
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("Addresses =\n%+v, want\n%+v", got, c.want)
			}
		})
	}
}

func TestNeeds(t *testing.T) {
	const mirror = "https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1.m4s"
	for _, want := range []MediaURL{
		{URL: mirror + "?deadline=300&platform=pc&oi=2130706433", ExpiresAt: 300, Referer: true, OneIP: true},
		{URL: mirror + "?platform=html5&oi=0"},
		{URL: mirror, Referer: true},
		{URL: mirror + "?xoi=5&oi=&uparams=deadline,oi#oi=5", Referer: true},
		{URL: "https://xy1x2x3x4xy.mcdn.bilivideo.cn:4483/1.m4s?oi=1", Referer: true, OneIP: true},
		{URL: "https://cdn.example.test/1?oi=7", OneIP: true},
	} {
		got := Addresses(want.URL, nil)[0]
		want.Class = got.Class
		if got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestSubtitleURL(t *testing.T) {
	for _, c := range []struct {
		site      Site
		raw, want string
	}{
		{TV, "https://s.bstarstatic.com/ogv/subtitle/1.ass?auth_key=1-0-0-a", "https://s.bstarstatic.com/ogv/subtitle/1.ass?auth_key=1-0-0-a"},
		{TV, "http://p.bstarstatic.com/ugc/subtitle/1.json", "https://p.bstarstatic.com/ugc/subtitle/1.json"},
		{TV, "//S.bstarstatic.com/1", "https://s.bstarstatic.com/1"},
		{Com, "//aisubtitle.hdslb.com/bfs/ai_subtitle/prod/1?auth_key=1", "https://aisubtitle.hdslb.com/bfs/ai_subtitle/prod/1?auth_key=1"},
		{Com, "//i0.hdslb.com/bfs/subtitle/1.json", "https://i0.hdslb.com/bfs/subtitle/1.json"},
		{TV, "//aisubtitle.hdslb.com/1", ""}, {Com, "https://s.bstarstatic.com/1", ""},
		{Com, "https://evil.hdslb.com/1", ""}, {TV, "https://s.bstarstatic.com.test/1", ""}, {TV, "https://s.bstarstatic.com:8443/1", ""},
		{TV, "http://s.bstarstatic.com:80/1", ""}, {TV, "https://user@s.bstarstatic.com/1", ""}, {TV, "javascript:alert(1)", ""}, {TV, "", ""},
	} {
		if got, ok := c.site.SubtitleURL(c.raw); got != c.want || ok != (c.want != "") {
			t.Errorf("%s, %s: %q %v", c.site, c.raw, got, ok)
		}
	}
}

func TestFetchable(t *testing.T) {
	for url, want := range map[string]bool{
		"https://upos-sz-mirrorcos.bilivideo.com/1": true, "//upos-hz-mirrorakam.akamaized.net/1": true, "https://x.mcdn.bilivideo.cn:4483/1": true,
		"http://a.bilivideo.com:8080/1": false, "https://1.2.3.4/1": false, "https://bilivideo.com.example.test/": false, "https://example.test/bilivideo.com": false, "": false,
	} {
		if got := Fetchable(url); got != want {
			t.Errorf("Fetchable(%q) = %v", url, got)
		}
	}
}

func TestExpiry(t *testing.T) {
	for url, want := range map[string]int64{
		"https://h/1.m4s?e=x&deadline=1730824061&gen=playurlv2":             1730824061,
		"https://h/1.m4s?deadline=1663925440&hdnts=exp=1663918240~hmac=00":  1663918240,
		"https://h/1.m4s?deadline=100&hdnts=exp=200~hmac=00":                100,
		"https://h/1.m4s?hdnts=st%3D1%7eexp%3d1663918240%7Eacl%3D%2F*":      1663918240,
		"https://h/1.m4s?hdnts=hmac=exp=5":                                  0,
		"https://h/1.m4s":                                                   0,
		"https://h/1.m4s?deadline=":                                         0,
		"https://h/1.m4s?deadline=soon":                                     0,
		"https://h/1.m4s?deadline=-5":                                       0,
		"https://h/1.m4s?deadline=1730824061000000":                         0,
		"https://h/deadline=5?x=1#?deadline=7":                              0,
		"https://h/1.m4s?xdeadline=5&uparams=deadline,oi":                   0,
		"https://h/1.m4s?deadline=1730824061&deadline=1730824000&os=akam#x": 1730824000,
	} {
		if got := Expiry(url); got != want {
			t.Errorf("Expiry(%q) = %d, want %d", url, got, want)
		}
	}
}

func TestSetExpiry(t *testing.T) {
	until := func(deadline string) Rendition {
		return Rendition{Segments: []Segment{{URLs: []MediaURL{{URL: "https://h/1?deadline=" + deadline}}}}}
	}
	for _, c := range []struct {
		listing      Listing
		stated, want int64
	}{
		{Listing{Video: []Rendition{until("300")}, Audio: []Rendition{until("200")}}, 0, 200},
		{Listing{Video: []Rendition{until("300")}}, 250, 250},
		{Listing{Video: []Rendition{until("")}}, 250, 250},
		{Listing{Video: []Rendition{until("")}}, 0, 0},
		{Listing{Video: []Rendition{{Withheld: &Reason{Code: NotGiven}}}}, 250, 0},
	} {
		c.listing.ExpiresAt = 1
		if c.listing.SetExpiry(c.stated); c.listing.ExpiresAt != c.want {
			t.Errorf("expires at %d, want %d", c.listing.ExpiresAt, c.want)
		}
		for r := range c.listing.Renditions {
			for _, s := range r.Segments {
				if Until(s.URLs) < c.want {
					t.Errorf("%+v ends before the listing, at %d", s.URLs, c.want)
				}
			}
		}
	}
}

func TestFrameRate(t *testing.T) {
	for s, want := range map[string]float64{
		"25": 25, "25.000": 25, "29.412": 29.412, " 30 ": 30, "16000/672": 23.8095238, "60000/1001": 59.94006, "1000": 1000,
		"": 0, "0": 0, "0/0": 0, "5/0": 0, "N/A": 0, "-25": 0, "1e3": 0, "inf": 0, "nan": 0, "1.2.3": 0, "25/": 0, "/25": 0, "1001": 0, "25fps": 0, "99999999999999999999": 0, "1/2/3": 0,
	} {
		if got := FrameRate(s); math.Abs(got-want) > 1e-5 {
			t.Errorf("FrameRate(%q) = %v, want %v", s, got, want)
		}
	}
}

func TestCodecOf(t *testing.T) {
	for _, c := range []struct {
		codecs string
		id     int
		want   Codec
	}{
		{"avc1.640032", 7, AVC}, {"AVC1.640032", 0, AVC}, {"hev1.1.6.L150.90", 12, HEVC}, {"hvc1.2.4", 0, HEVC}, {"dvh1.08.09", 12, HEVC}, {"dvhe.08.07", 0, HEVC},
		{"av01.0.09M.08", 13, AV1}, {"dav1.10.09", 0, AV1}, {"mp4a.40.2", 0, AAC}, {"fLaC", 0, FLAC}, {"ec-3", 0, EAC3}, {"ac-3", 0, AC3}, {"opus", 0, Opus},
		{"", 7, AVC}, {"", 12, HEVC}, {"", 13, AV1}, {"", 0, ""}, {"vvc1.1", 0, ""}, {"vvc1.1", 7, AVC}, {"avc12", 0, ""},
	} {
		if got := CodecOf(c.codecs, c.id); got != c.want {
			t.Errorf("CodecOf(%q, %d) = %q, want %q", c.codecs, c.id, got, c.want)
		}
	}
}

func TestRangeOf(t *testing.T) {
	for _, c := range []struct {
		q      Quality
		codecs string
		want   DynamicRange
	}{
		{QHDR, "hev1.2", HDR10}, {QDolbyVision, "hev1.2", DolbyVision}, {QHDRVivid, "", HDRVivid}, {Q4K, "dvh1.08.09", DolbyVision}, {Q4K, "DVHE.05", DolbyVision},
		{Q4K, "avc1.64", SDR}, {Q8K, "", SDR}, {Quality(1), "", SDR},
	} {
		if got := RangeOf(c.q, c.codecs); got != c.want {
			t.Errorf("RangeOf(%d, %q) = %q, want %q", c.q, c.codecs, got, c.want)
		}
	}
}

func TestQualityNames(t *testing.T) {
	for q, want := range map[Quality]string{
		5: "144P", 6: "240P", 16: "360P", 32: "480P", 64: "720P", 74: "720P60", 80: "1080P", 112: "1080P+", 116: "1080P60", 120: "4K", 125: "HDR", 126: "Dolby Vision",
		127: "8K", 129: "HDR Vivid", 30216: "64K", 30232: "132K", 30280: "192K", 30250: "Dolby", 30255: "Dolby", 30251: "Hi-Res", 0: "", 100: "", 100010: "",
	} {
		if got := q.Name(); got != want {
			t.Errorf("name of %d = %q, want %q", q, got, want)
		}
		if got := q.Encrypting(); got != (q == 100010) {
			t.Errorf("%d encrypting: %v", q, got)
		}
	}
}

func TestEstimateSize(t *testing.T) {
	for _, c := range []struct {
		in, want Rendition
	}{
		{Rendition{Bandwidth: 8000, Duration: 60000}, Rendition{Bandwidth: 8000, Duration: 60000, Size: 60000, SizeEstimated: true}},
		{Rendition{Bandwidth: 8000, Duration: 60000, Size: 5}, Rendition{Bandwidth: 8000, Duration: 60000, Size: 5}},
		{Rendition{Bandwidth: 8000}, Rendition{Bandwidth: 8000}},
		{Rendition{Duration: 60000}, Rendition{Duration: 60000}},
	} {
		r := c.in
		if r.EstimateSize(); r.Size != c.want.Size || r.SizeEstimated != c.want.SizeEstimated {
			t.Errorf("%+v became %d, %v", c.in, r.Size, r.SizeEstimated)
		}
	}
	huge := Rendition{Bandwidth: math.MaxInt64, Duration: 366 * 24 * 3600 * 1000}
	if huge.EstimateSize(); huge.Size < 0 {
		t.Errorf("a hostile bit rate gives %d bytes", huge.Size)
	}
}

func TestWithholdAll(t *testing.T) {
	l := &Listing{Video: []Rendition{row(Video, Q1080P, AVC, 1), with(row(Video, Q4K, AVC, 1), func(r *Rendition) { r.Withhold(Reason{Code: Premium}) })}, Audio: []Rendition{row(Audio, QAudio64K, AAC, 1)}, ExpiresAt: 9}
	l.Arrange(defaults())
	l.WithholdAll(Reason{Code: IsEncrypted})
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "bilivideo") || l.BestKey != "" || l.BestAudioKey != "" || l.ExpiresAt != 0 || l.Video[0].Best {
		t.Errorf("something is left: %s", text)
	}
	if l.Video[0].Withheld.Code != IsEncrypted || l.Audio[0].Withheld.Code != IsEncrypted || l.Video[1].Withheld.Code != Premium {
		t.Errorf("reasons: %s", text)
	}
}

func TestNumberNamesEachRowOnce(t *testing.T) {
	list := []Rendition{row(Video, Q1080P, AVC, 5), row(Video, Q1080P, AVC, 5), row(Video, Q1080P, AVC, 9), row(Video, Q1080P, HEVC, 1), row(Video, Q720P, AVC, 1)}
	Number(list)
	if got, want := keys(list), []string{"video/80/AVC/2", "video/80/AVC/3", "video/80/AVC/1", "video/80/HEVC/1", "video/64/AVC/1"}; !slices.Equal(got, want) {
		t.Errorf("keys %q, want %q", got, want)
	}
}

func TestFind(t *testing.T) {
	l := &Listing{Video: []Rendition{{}}, Single: []Rendition{{Key: "a"}}}
	if l.Find("a") != &l.Single[0] || l.Find("b") != nil || l.Find("") != nil {
		t.Error("Find finds the wrong row")
	}
}

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"  a \n\t b  ": "a b", "a\u3000b\u00a0c\u2028d": "a b c d", "a\x00\x1b[31mb\x7f\u0085c": "a[31mb c",
		"abc\u202edcba\u202c": "abcdcba", "\u200f\u2066x\u2069\ufeff": "x", "【先导片】一起学法语吧！": "【先导片】一起学法语吧！", "क\u200dष": "क\u200dष", "": "", " \n": "",
		"1234567890x": "1234567890…", "1234567890": "1234567890", "123456789 x": "123456789…", "123456789 ": "123456789",
	} {
		max := 12
		if strings.HasPrefix(in, "1") {
			max = 10
		}
		if got := CleanText(in, max); got != want {
			t.Errorf("CleanText(%q) = %q, want %q", in, got, want)
		}
	}
	if got := CleanText("【先导片】一起学法语吧！", 300); got != "【先导片】一起学法语吧！" {
		t.Errorf("Chinese text became %q", got)
	}
}

func FuzzAddresses(f *testing.F) {
	f.Add("//a.bilivideo.com/1?deadline=5", "https://1.2.3.4:80/'")
	f.Add("http://a.bilivideo.com", "HTTP://[::1]:443/")
	f.Fuzz(func(t *testing.T, first, backup string) {
		list := Addresses(first, []string{backup})
		for i, m := range list {
			if m.URL == "" || strings.ContainsAny(m.URL, " '\"`\\\n\r\t<>|{}^") || !strings.Contains(m.URL, "://") {
				t.Fatalf("address %q", m.URL)
			}
			if i > 0 && m.Class.rank() < list[i-1].Class.rank() {
				t.Fatalf("order %+v", list)
			}
			if again := Addresses(m.URL, nil); len(again) != 1 || again[0] != m {
				t.Fatalf("%q read again is %+v", m.URL, again)
			}
			if Expiry(m.URL) < 0 {
				t.Fatal("negative expiry")
			}
		}
	})
}

func TestBadge(t *testing.T) {
	for _, c := range []struct {
		quality Quality
		height  int
		want    string
	}{
		{Q8K, 4320, "8K"}, {QDolbyVision, 1608, "4K"}, {QHDR, 0, "4K"}, {Q4K, 2160, "4K"}, {Q1080P60, 816, "1080"}, {Q1080PPlus, 0, "1080"},
		{Q480P, 480, "480"}, {Q144P, 144, "144"}, {999, 1440, "1440"}, {999, 5000, "8K"}, {999, 0, ""}, {999, -5, ""},
	} {
		l := Listing{Video: []Rendition{{Key: "a", Quality: c.quality, Height: c.height}}, BestKey: "a"}
		if got := l.Badge(); got != c.want {
			t.Errorf("quality %d, %d pixels high: %q, want %q", c.quality, c.height, got, c.want)
		}
		l.BestKey = ""
		if got := l.Badge(); got != "" {
			t.Errorf("nothing can be had, and the badge says %q", got)
		}
	}
}
