// Package media makes the replica's small real files: fragmented MP4 tracks as the sites serve them,
// progressive MP4 and FLV, each by ffmpeg once and then from a cache, or by hand without ffmpeg.
package media

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Codec is a track's coding.
type Codec string

// The codings that the sites serve.
const (
	AVC         Codec = "AVC"
	HEVC        Codec = "HEVC"
	AV1         Codec = "AV1"
	DolbyVision Codec = "Dolby Vision" // HEVC whose sample entry is dvh1
	AAC         Codec = "AAC"
	EAC3        Codec = "E-AC-3"
	FLAC        Codec = "FLAC"
	MP4         Codec = "MP4" // one progressive file, AVC and AAC
	FLV         Codec = "FLV" // one progressive file, AVC and AAC
)

// Seconds is how long every adaptive track plays, but for the long ones, which are there to be downloaded:
// none has more than 50 MB.
const (
	Seconds     = 3
	LongSeconds = 300
)

// Recipe names one file: what ffmpeg is to make and what an answer may truly say of it.
type Recipe struct {
	Codec   Codec
	Quality int // the sites' quality id, or the audio id
	Part    int // 1, 2, 3 … of a film in several files; else 0
	Long    bool

	Width, Height int
	// Rate is the frame rate of the file. Claim, when set, is the frame rate that answers state: very large
	// pictures are made with few frames, because encoding them takes long.
	Rate, Claim string
	Codecs      string // RFC 6381
	Seconds     int    // 0 means [Seconds]
	Bits        string // audio bit rate for ffmpeg
	quantizer   int
	tenBit      bool
}

// FileID is the number in the file's name by which [ByFileID] finds the recipe again.
func (r Recipe) FileID() int {
	base := map[Codec]int{AVC: 30000, HEVC: 40000, DolbyVision: 40000, AV1: 50000, MP4: 60000, FLV: 70000}[r.Codec]
	if r.Long {
		base += 5000
	}
	return base + r.Quality + 1000*r.Part
}

// short is the recipe of which a long one is made.
func (r Recipe) short() Recipe {
	r.Long = false
	return r
}

// Extension is the file name's ending: m4s, mp4 or flv.
func (r Recipe) Extension() string {
	switch r.Codec {
	case MP4:
		return "mp4"
	case FLV:
		return "flv"
	}
	return "m4s"
}

// FrameRate is the frame rate as answers write it; empty for audio.
func (r Recipe) FrameRate() string {
	if r.Claim != "" {
		return r.Claim
	}
	return r.Rate
}

// Duration is the file's length in seconds.
func (r Recipe) Duration() int {
	switch {
	case r.Seconds != 0:
		return r.Seconds
	case r.Long:
		return LongSeconds
	}
	return Seconds
}

// Audio tells whether the file is a sound track alone.
func (r Recipe) Audio() bool { return r.Codec == AAC || r.Codec == EAC3 || r.Codec == FLAC }

func (r Recipe) name() string {
	long := ""
	if r.Long {
		long = "-long"
	}
	return fmt.Sprintf("%s-%d-%d%s.%s", r.Codec, r.Quality, r.Part, long, r.Extension())
}

// cached is the file's name in the cache, keyed by everything that decides its bytes.
func (r Recipe) cached() string {
	sum := sha256.Sum256([]byte(strings.Join(r.arguments(), "\x00") + string(r.Codec)))
	return hex.EncodeToString(sum[:8]) + "-" + r.name()
}

type picture struct {
	quality, width, height int
	rate, claim            string
}

// pictures are the qualities with the sizes that real answers state for them.
var pictures = []picture{
	{5, 256, 144, "16000/672", ""},
	{6, 426, 240, "16000/672", ""},
	{16, 640, 360, "25", ""},
	{32, 852, 480, "25", ""},
	{64, 1280, 720, "25", ""},
	{74, 1280, 720, "60", "60.000"},
	{80, 1920, 1080, "25", ""},
	{112, 1920, 1080, "25", "25.000"},
	{116, 1920, 1080, "60", "60.000"},
	{120, 3840, 2160, "2", "25.000"},
	{125, 3840, 2160, "2", "25.000"},
	{127, 7680, 4320, "1", "29.970"},
}

var recipes = makeRecipes()

func makeRecipes() map[int]Recipe {
	list := []Recipe{
		{Codec: DolbyVision, Quality: 126, Width: 3840, Height: 2160, Rate: "2", Claim: "25.000", Codecs: "dvh1.08.07", quantizer: 36, tenBit: true},
		{Codec: AAC, Quality: 30216, Codecs: "mp4a.40.2", Bits: "64k"},
		{Codec: AAC, Quality: 30232, Codecs: "mp4a.40.2", Bits: "128k"},
		{Codec: AAC, Quality: 30280, Codecs: "mp4a.40.2", Bits: "192k"},
		{Codec: EAC3, Quality: 30250, Codecs: "ec-3", Bits: "448k"},
		{Codec: EAC3, Quality: 30255, Codecs: "ec-3", Bits: "640k"},
		{Codec: FLAC, Quality: 30251, Codecs: "fLaC"},
		// The preview lasts five minutes, as the real one does; one picture a second keeps it small.
		{Codec: MP4, Quality: 32, Width: 852, Height: 480, Rate: "1", Codecs: "avc1.64001F,mp4a.40.2", Seconds: 300, Bits: "24k", quantizer: 45},
		{Codec: MP4, Quality: 64, Width: 1280, Height: 720, Rate: "25", Codecs: "avc1.640028,mp4a.40.2", Bits: "128k", quantizer: 38},
		{Codec: MP4, Quality: 80, Width: 1920, Height: 1080, Rate: "25", Codecs: "avc1.640032,mp4a.40.2", Bits: "128k", quantizer: 38},
		{Codec: MP4, Quality: 16, Width: 640, Height: 360, Rate: "25", Codecs: "avc1.64001E,mp4a.40.2", Bits: "64k", quantizer: 40},
	}
	for part := 1; part <= 3; part++ {
		list = append(list,
			Recipe{Codec: MP4, Quality: 64, Part: part, Width: 1280, Height: 720, Rate: "25", Codecs: "avc1.640028,mp4a.40.2", Bits: "128k", quantizer: 38},
			Recipe{Codec: FLV, Quality: 80, Part: part, Width: 1920, Height: 1080, Rate: "25", Codecs: "avc1.640032,mp4a.40.2", Bits: "128k", quantizer: 38},
			Recipe{Codec: FLV, Quality: 32, Part: part, Width: 852, Height: 480, Rate: "25", Codecs: "avc1.64001F,mp4a.40.2", Bits: "64k", quantizer: 40})
	}
	for _, p := range pictures {
		for _, codec := range []Codec{AVC, HEVC, AV1} {
			if p.quality >= 125 && codec != HEVC || p.quality == 127 && codec == AV1 {
				continue
			}
			r := Recipe{Codec: codec, Quality: p.quality, Width: p.width, Height: p.height, Rate: p.rate, Claim: p.claim, Codecs: codecsString(codec, p), quantizer: 38}
			if p.quality == 112 { // 1080P+ is 1080P with more bits
				r.quantizer = 33
			}
			r.tenBit = p.quality == 125
			list = append(list, r)
		}
	}
	byID := make(map[int]Recipe, len(list))
	for _, r := range list {
		byID[r.FileID()] = r
		if r.Audio() || r.Quality == 80 && (r.Codec == AVC || r.Codec == HEVC || r.Codec == AV1) {
			r.Long = true
			byID[r.FileID()] = r
		}
	}
	return byID
}

func codecsString(codec Codec, p picture) string {
	large := p.height >= 1080
	switch codec {
	case HEVC:
		switch {
		case p.quality == 125:
			return "hev1.2.4.L150.90"
		case p.quality == 127:
			return "hev1.1.6.L183.90"
		case large:
			return "hev1.1.6.L150.90"
		}
		return "hev1.1.6.L120.90"
	case AV1:
		if large {
			return "av01.0.08M.08"
		}
		return "av01.0.05M.08"
	}
	switch {
	case p.height >= 2160:
		return "avc1.640033"
	case large:
		return "avc1.640032"
	case p.height >= 720:
		return "avc1.640028"
	}
	return "avc1.64001E"
}

// Find returns the recipe for a coding at a quality. It panics on a pair that does not exist: scenarios are
// code, and a wrong one must not start.
func Find(codec Codec, quality int) Recipe {
	r := Recipe{Codec: codec, Quality: quality}
	id := r.FileID()
	if codec == FLV {
		id += 1000
	}
	found, ok := recipes[id]
	if !ok || found.Codec != codec {
		panic("media: no recipe for " + string(codec) + " at quality " + strconv.Itoa(quality))
	}
	return found
}

// FindLong is Find for a long track.
func FindLong(codec Codec, quality int) Recipe {
	return recipes[Recipe{Codec: codec, Quality: Find(codec, quality).Quality, Long: true}.FileID()]
}

// Part returns the recipe of one of several parts of a film, counted from 1.
func Part(codec Codec, quality, part int) Recipe {
	return recipes[Recipe{Codec: codec, Quality: quality, Part: part}.FileID()]
}

// ByFileID returns the recipe whose [Recipe.FileID] is id.
func ByFileID(id int) (Recipe, bool) {
	r, ok := recipes[id]
	return r, ok
}

// arguments are ffmpeg's, up to the output file; its folder is the cache.
func (r Recipe) arguments() []string {
	seconds := strconv.Itoa(r.Duration())
	args := []string{"-nostdin", "-v", "error", "-y"}
	picture := fmt.Sprintf("testsrc2=size=%dx%d:rate=%s:duration=%s", r.Width, r.Height, r.Rate, seconds)
	sound := "sine=frequency=440:sample_rate=48000:duration=" + seconds
	if r.Part > 0 { // each part shows and sounds different
		sound = fmt.Sprintf("sine=frequency=%d:sample_rate=48000:duration=%s", 220*(r.Part+1), seconds)
	}
	fragments := []string{"-movflags", "+empty_moov+default_base_moof+global_sidx+dash+frag_keyframe"}
	if r.Audio() {
		// E-AC-3's sample entry is only known after the first packet, hence delay_moov.
		fragments = []string{"-movflags", "+delay_moov+default_base_moof+global_sidx+dash", "-frag_duration", "1000000"}
	}
	if r.Long && !r.Audio() { // the short one again and again, which takes a second instead of a minute
		again := strconv.Itoa(LongSeconds/Seconds - 1)
		return slices.Concat(args, []string{"-stream_loop", again, "-i", r.short().cached(), "-c", "copy"}, fragments, []string{"-fflags", "+bitexact", "-f", "mp4"})
	}
	preset := "veryfast"
	if r.Seconds > 60 {
		preset = "ultrafast"
	}
	x264 := []string{"-c:v", "libx264", "-preset", preset, "-profile:v", "high", "-crf", strconv.Itoa(r.quantizer), "-pix_fmt", "yuv420p", "-bf", "0", "-force_key_frames", "expr:gte(t,n_forced)"}
	switch r.Codec {
	case AVC:
		args = append(args, "-f", "lavfi", "-i", picture)
		args = append(append(args, x264...), fragments...)
	case HEVC, DolbyVision:
		format := "yuv420p"
		if r.tenBit {
			format = "yuv420p10le"
		}
		args = append(args, "-f", "lavfi", "-i", picture, "-c:v", "libx265", "-preset", "ultrafast", "-crf", strconv.Itoa(r.quantizer),
			"-pix_fmt", format, "-tag:v", "hev1", "-x265-params", "log-level=none", "-force_key_frames", "expr:gte(t,n_forced)")
		args = append(args, fragments...)
	case AV1:
		// SVT-AV1 takes key frames by distance only; the distance is one second.
		distance := map[string]string{"60": "60", "2": "2", "16000/672": "24"}[r.Rate]
		if distance == "" {
			distance = "25"
		}
		args = append(args, "-f", "lavfi", "-i", picture, "-c:v", "libsvtav1", "-preset", "12", "-crf", "55", "-pix_fmt", "yuv420p", "-g", distance)
		args = append(args, fragments...)
	case AAC:
		args = append(args, "-f", "lavfi", "-i", sound, "-ac", "2", "-c:a", "aac", "-b:a", r.Bits)
		args = append(args, fragments...)
	case EAC3:
		args = append(args, "-f", "lavfi", "-i", sound, "-ac", "6", "-c:a", "eac3", "-b:a", r.Bits)
		args = append(args, fragments...)
	case FLAC:
		args = append(args, "-f", "lavfi", "-i", sound, "-ac", "2", "-c:a", "flac", "-strict", "-2")
		args = append(args, fragments...)
	case MP4, FLV:
		args = append(args, "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound)
		args = append(append(args, x264...), "-c:a", "aac", "-b:a", r.Bits, "-ac", "2", "-shortest")
		if r.Codec == MP4 {
			args = append(args, "-movflags", "+faststart")
		}
	}
	container := "mp4"
	if r.Codec == FLV {
		container = "flv"
	}
	// The same recipe gives the same bytes: no encoder version, no dates.
	return append(args, "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-f", container)
}
