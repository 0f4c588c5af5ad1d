package stream

import (
	"strconv"
	"strings"
)

// Quality is a site's id for a quality, shared by both worlds for video, and by both
// for audio (reference bilibili-api.md, section 1.3; seed 000 for 5 and 6).
type Quality int

const (
	Q144P         Quality = 5
	Q240P         Quality = 6
	Q360P         Quality = 16
	Q480P         Quality = 32
	Q720P         Quality = 64
	Q720P60       Quality = 74
	Q1080P        Quality = 80
	Q1080PPlus    Quality = 112
	Q1080P60      Quality = 116
	Q4K           Quality = 120
	QHDR          Quality = 125
	QDolbyVision  Quality = 126
	Q8K           Quality = 127
	QHDRVivid     Quality = 129
	QAudio64K     Quality = 30216
	QAudio132K    Quality = 30232
	QAudioDolby   Quality = 30250
	QAudioHiRes   Quality = 30251
	QAudioDolby2  Quality = 30255
	QAudio192K    Quality = 30280
	qDRMAudioLow  Quality = 100008
	qDRMAudioHigh Quality = 100010
)

type qualityFacts struct {
	name   string
	height int     // nominal, for ordering rows whose pixel size is unknown
	rate   float64 // nominal frames per second, likewise
	rng    DynamicRange
}

func (q Quality) facts() qualityFacts {
	switch q {
	case Q144P:
		return qualityFacts{name: "144P", height: 144}
	case Q240P:
		return qualityFacts{name: "240P", height: 240}
	case Q360P:
		return qualityFacts{name: "360P", height: 360}
	case Q480P:
		return qualityFacts{name: "480P", height: 480}
	case Q720P:
		return qualityFacts{name: "720P", height: 720}
	case Q720P60:
		return qualityFacts{name: "720P60", height: 720, rate: 60}
	case Q1080P:
		return qualityFacts{name: "1080P", height: 1080}
	case Q1080PPlus:
		return qualityFacts{name: "1080P+", height: 1080}
	case Q1080P60:
		return qualityFacts{name: "1080P60", height: 1080, rate: 60}
	case Q4K:
		return qualityFacts{name: "4K", height: 2160}
	case QHDR:
		return qualityFacts{name: "HDR", height: 2160, rng: HDR10}
	case QDolbyVision:
		return qualityFacts{name: "Dolby Vision", height: 2160, rng: DolbyVision}
	case Q8K:
		return qualityFacts{name: "8K", height: 4320}
	case QHDRVivid:
		return qualityFacts{name: "HDR Vivid", height: 2160, rng: HDRVivid}
	case QAudio64K:
		return qualityFacts{name: "64K"}
	case QAudio132K:
		return qualityFacts{name: "132K"}
	case QAudio192K:
		return qualityFacts{name: "192K"}
	case QAudioDolby, QAudioDolby2:
		return qualityFacts{name: "Dolby"}
	case QAudioHiRes:
		return qualityFacts{name: "Hi-Res"}
	}
	return qualityFacts{}
}

// Name is the English name of the quality, "" for an unknown id. File names and
// commands use it; the panel has its own words in the locales.
func (q Quality) Name() string { return q.facts().name }

// Encrypting reports whether the id belongs to the audio ids that encrypted answers
// use (100008 to 100010, capture pugv_playurl_drm). Alone it is a sign, not a proof.
func (q Quality) Encrypting() bool { return q >= qDRMAudioLow && q <= qDRMAudioHigh }

// Badge is the best quality of the listing in four characters at most, for the toolbar
// icon: "8K", "4K", "1080"; "" where nothing can be had, or its height is unknown.
func (l *Listing) Badge() string {
	r := l.Find(l.BestKey)
	if r == nil {
		return ""
	}
	height := r.height()
	switch {
	case height <= 0:
		return ""
	case height >= 4320:
		return "8K"
	case height >= 2160:
		return "4K"
	}
	return strconv.Itoa(height)
}

// height is a row's in pixels, as its name has it where it has one: a wide film of 1920×800
// is 1080P; 0 unknown.
func (r *Rendition) height() int {
	if height := r.Quality.facts().height; height > 0 {
		return height
	}
	return r.Height
}

// DynamicRange is the HDR class of a video rendition; "" is standard range.
type DynamicRange string

const (
	SDR         DynamicRange = ""
	HDR10       DynamicRange = "hdr"
	HDRVivid    DynamicRange = "hdr-vivid"
	DolbyVision DynamicRange = "dolby-vision"
)

func (d DynamicRange) rank() int {
	switch d {
	case HDR10:
		return 1
	case HDRVivid:
		return 2
	case DolbyVision:
		return 3
	}
	return 0
}

// RangeOf tells the HDR class from the quality id and the codec string.
func RangeOf(q Quality, codecs string) DynamicRange {
	if r := q.facts().rng; r != SDR {
		return r
	}
	c := strings.ToLower(codecs)
	if strings.HasPrefix(c, "dvh1") || strings.HasPrefix(c, "dvhe") || strings.HasPrefix(c, "dav1") {
		return DolbyVision
	}
	return SDR
}

// Codec is the short name of a coding format; "" unknown.
type Codec string

const (
	AVC  Codec = "AVC"
	HEVC Codec = "HEVC"
	AV1  Codec = "AV1"
	AAC  Codec = "AAC"
	FLAC Codec = "FLAC"
	EAC3 Codec = "E-AC-3"
	AC3  Codec = "AC-3"
	Opus Codec = "Opus"
)

// CodecOf tells the codec from the RFC 6381 string, and from the site's codec id
// (7 AVC, 12 HEVC, 13 AV1, 0 audio) where the string is missing or unknown.
func CodecOf(codecs string, id int) Codec {
	name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(codecs)), ".")
	switch name {
	case "avc1", "avc3", "dva1", "dvav":
		return AVC
	case "hev1", "hvc1", "dvh1", "dvhe":
		return HEVC
	case "av01", "dav1":
		return AV1
	case "mp4a":
		return AAC
	case "flac":
		return FLAC
	case "ec-3":
		return EAC3
	case "ac-3":
		return AC3
	case "opus":
		return Opus
	}
	switch id {
	case 7:
		return AVC
	case 12:
		return HEVC
	case 13:
		return AV1
	}
	return ""
}

// FrameRate reads "25", "29.412" and fractions such as "16000/672" (capture
// intl_playurl_anonymous). Anything else, and anything outside (0, 1000], is 0.
func FrameRate(s string) float64 {
	num, den, fraction := strings.Cut(strings.TrimSpace(s), "/")
	n := decimal(num)
	if fraction {
		d := decimal(den)
		if d == 0 {
			return 0
		}
		n /= d
	}
	if n > 0 && n <= 1000 {
		return n
	}
	return 0
}

// decimal reads digits with at most one point; 0 for anything else. strconv.ParseFloat
// would also take "inf", "nan", hexadecimal and exponents.
func decimal(s string) float64 {
	if len(s) == 0 || len(s) > 15 {
		return 0
	}
	value, scale, point := 0.0, 1.0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			value = value*10 + float64(c-'0')
			if point {
				scale *= 10
			}
		case c == '.' && !point:
			point = true
		default:
			return 0
		}
	}
	return value / scale
}
