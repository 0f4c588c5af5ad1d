package pugv

import (
	"strings"

	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// Play is the `data` of /pugv/player/web/playurl. Tags are the documented names
// without underscores, see [wire.Decode]. Which fields come depends on the format;
// all may be missing.
//
// `fragment_videos` is not read: it holds other videos (an end card) with tracks of
// their own.
type Play struct {
	// Code and Message are an inner status beside the envelope's; 0 is success.
	Code    wire.Int  `json:"code"`
	Message wire.Text `json:"message"`
	// Result is "suee" in every capture.
	Result wire.Text `json:"result"`
	// Type is "DASH", "MP4" or "FLV".
	Type wire.Text `json:"type"`
	// Format is the container's word, "mp4" or "flv_p60"; it means nothing for DASH.
	Format wire.Text `json:"format"`
	// Quality is the quality id that the player would begin with. It is not the best
	// of a DASH answer; for MP4 and FLV it is the file's.
	Quality wire.Int `json:"quality"`
	// AcceptFormat, AcceptQuality and AcceptDescription are parallel: container words
	// joined by commas, quality ids, names. All three are missing in capture
	// pugv_playurl_drm.
	AcceptFormat      wire.Text            `json:"acceptformat"`
	AcceptQuality     wire.List[wire.Int]  `json:"acceptquality"`
	AcceptDescription wire.List[wire.Text] `json:"acceptdescription"`
	// SupportFormats are the offered qualities (`support_formats`, before 2022
	// `supportFormats`).
	SupportFormats wire.List[Offer] `json:"supportformats"`
	// IsPreview says that the media are only a part of the lesson.
	IsPreview wire.Bool `json:"ispreview"`
	// HasPaid is false in every capture, playable or not: no sign of access.
	HasPaid wire.Bool `json:"haspaid"`
	// Fnval and Fnver echo the formats used.
	Fnval wire.Int `json:"fnval"`
	Fnver wire.Int `json:"fnver"`
	// Timelength is in milliseconds. In a preview it is the lesson's length in one
	// capture and the clip's in another.
	Timelength wire.Int `json:"timelength"`

	Dash Dash `json:"dash"`
	// Durl are the segments of one progressive file, Durls the same for several
	// qualities.
	Durl  wire.List[Part]  `json:"durl"`
	Durls wire.List[Parts] `json:"durls"`

	// IsDRM, DRMTechType (1 FairPlay, 2 Widevine, 3 bili_drm), DRMType ("bili_drm",
	// "widevine") and HLS are there when the media are encrypted, see Encryption.
	IsDRM       wire.Bool `json:"isdrm"`
	DRMTechType wire.Int  `json:"drmtechtype"`
	DRMType     wire.Text `json:"drmtype"`
	HLS         HLS       `json:"hls"`

	// VideoCodecID is the codec of a progressive file: 7 AVC, 12 HEVC, 13 AV1.
	VideoCodecID wire.Int `json:"videocodecid"`
	// VVoucher is there when the site asks for its own check instead of answering.
	VVoucher wire.Text `json:"vvoucher"`
	// Volume is the loudness, when asked for.
	Volume Volume `json:"volume"`
	// The rest informs the site's player: whether the video is new ("video_project"),
	// whether it was left as uploaded (0 or 1), by what a seek is addressed
	// ("offset", "second"), and where it came from ("local").
	VideoProject wire.Bool `json:"videoproject"`
	NoRexcode    wire.Int  `json:"norexcode"`
	SeekParam    wire.Text `json:"seekparam"`
	SeekType     wire.Text `json:"seektype"`
	From         wire.Text `json:"from"`
	Status       wire.Int  `json:"status"`

	// others are the answers for further qualities, and refused those that could not be
	// had, see Missing.
	others  []*Play
	refused []refused
}

// Offer is one quality that the answer names, whether or not a track comes with it.
type Offer struct {
	Quality wire.Int  `json:"quality"`
	Format  wire.Text `json:"format"`
	// Description ("高清 1080P+") and NewDescription ("1080P 高码率") are the names.
	Description    wire.Text `json:"description"`
	NewDescription wire.Text `json:"newdescription"`
	DisplayDesc    wire.Text `json:"displaydesc"`
	Superscript    wire.Text `json:"superscript"`
	SubDescription wire.Text `json:"subdescription"`
	// Codecs are RFC 6381 strings.
	Codecs wire.List[wire.Text] `json:"codecs"`
	// NeedLogin and NeedVIP are labels, not locks: tracks come all the same (capture
	// pugv_playurl_dash_avc_hevc).
	NeedLogin wire.Bool `json:"needlogin"`
	NeedVIP   wire.Bool `json:"needvip"`
	Attribute wire.Int  `json:"attribute"`
}

// Dash holds the tracks of a DASH answer. Their order means nothing.
type Dash struct {
	// Duration is in seconds.
	Duration wire.Float `json:"duration"`
	// MinBufferTime is in seconds.
	MinBufferTime wire.Float       `json:"minbuffertime"`
	Video         wire.List[Track] `json:"video"`
	Audio         wire.List[Track] `json:"audio"`
	// Dolby holds E-AC-3 tracks; its type is a number or, in courses, "NONE".
	Dolby struct {
		Type  wire.Text        `json:"type"`
		Audio wire.List[Track] `json:"audio"`
	} `json:"dolby"`
	// FLAC holds one Hi-Res track, an object where others have a list.
	FLAC struct {
		Display wire.Bool        `json:"display"`
		Audio   wire.List[Track] `json:"audio"`
	} `json:"flac"`
	LosslessAudio struct {
		IsLosslessAudio wire.Bool `json:"islosslessaudio"`
	} `json:"losslessaudio"`
}

// Track is one DASH track.
type Track struct {
	// ID is the quality.
	ID         wire.Int             `json:"id"`
	BaseURL    wire.Text            `json:"baseurl"`
	BackupURL  wire.List[wire.Text] `json:"backupurl"`
	Bandwidth  wire.Int             `json:"bandwidth"` // bits per second
	MIMEType   wire.Text            `json:"mimetype"`
	Codecs     wire.Text            `json:"codecs"`  // RFC 6381
	CodecID    wire.Int             `json:"codecid"` // 7 AVC, 12 HEVC, 13 AV1, 0 audio
	Width      wire.Int             `json:"width"`   // pixels, 0 for audio
	Height     wire.Int             `json:"height"`
	FrameRate  wire.Text            `json:"framerate"` // "25", "29.412", "16000/672", "" for audio
	SAR        wire.Text            `json:"sar"`       // sample aspect ratio, "1:1" or "N/A"
	StartWith  wire.Int             `json:"startwithsap"`
	Size       wire.Int             `json:"size"` // bytes, at times missing
	MD5        wire.Text            `json:"md5"`  // empty in every capture
	NoRexcode  wire.Int             `json:"norexcode"`
	BiliDRMURI wire.Text            `json:"bilidrmuri"`   // "uri:bili://…" when encrypted
	PSSH       wire.Text            `json:"widevinepssh"` // base64, when encrypted
	// SegmentBase has inclusive byte ranges, "0-996": of the init segment and of the
	// sidx box.
	SegmentBase struct {
		Initialization wire.Text `json:"initialization"`
		IndexRange     wire.Text `json:"indexrange"`
	} `json:"segmentbase"`
}

// Part is one segment of a progressive file.
type Part struct {
	Order     wire.Int             `json:"order"`  // from 1
	Length    wire.Int             `json:"length"` // milliseconds
	Size      wire.Int             `json:"size"`   // bytes
	URL       wire.Text            `json:"url"`
	BackupURL wire.List[wire.Text] `json:"backupurl"`
	Ahead     wire.Text            `json:"ahead"` // "" in every capture
	Vhead     wire.Text            `json:"vhead"` // likewise
	MD5       wire.Text            `json:"md5"`   // likewise
}

// Parts is a progressive file of one quality.
type Parts struct {
	Quality wire.Int        `json:"quality"`
	Durl    wire.List[Part] `json:"durl"`
}

// HLS lists streams for Apple's players. Beside DASH it is a sign of encryption.
type HLS struct {
	Video wire.List[HLSTrack] `json:"video"`
	Audio wire.List[HLSTrack] `json:"audio"`
}

// HLSTrack is one entry of HLS; its address is never offered.
type HLSTrack struct {
	ID        wire.Int  `json:"id"`
	StreamURL wire.Text `json:"streamurl"`
}

// Volume is the loudness after EBU R 128: LUFS, LU and dBTP.
type Volume struct {
	MeasuredI    wire.Float `json:"measuredi"`
	MeasuredLRA  wire.Float `json:"measuredlra"`
	MeasuredTP   wire.Float `json:"measuredtp"`
	TargetI      wire.Float `json:"targeti"`
	TargetTP     wire.Float `json:"targettp"`
	TargetOffset wire.Float `json:"targetoffset"`
}

// DecodePlay reads an answer. A success without media is no error, see HasMedia: other
// formats can then be asked for. Errors are of type stream.Reason.
func DecodePlay(a wire.Answer) (*Play, error) {
	data, err := open(a)
	if err != nil {
		return nil, err
	}
	p := new(Play)
	if err := wire.Decode(data, p); err != nil {
		return nil, stream.Reason{Code: stream.Unexpected, Detail: stream.Truncated}
	}
	if p.Code != 0 {
		return nil, refusal(int64(p.Code), string(p.Message))
	}
	if p.VVoucher != "" && !p.HasMedia() {
		return nil, stream.Reason{Code: stream.RateLimited, Detail: stream.Captcha}
	}
	return p, nil
}

// HasMedia reports whether the answer holds any stream.
func (p *Play) HasMedia() bool {
	if len(p.Dash.Video)+len(p.Dash.Audio)+len(p.Dash.Dolby.Audio)+len(p.Dash.FLAC.Audio)+len(p.Durl) > 0 {
		return true
	}
	for _, d := range p.Durls {
		if len(d.Durl) > 0 {
			return true
		}
	}
	return false
}

// Signal says how sure it is that the media are encrypted.
type Signal int

const (
	None Signal = iota
	// Suspected: signs that prove nothing alone; the init segment decides.
	Suspected
	Certain
)

// Encryption reads the signs of encryption (bilibili-api.md, section 2). Neither the
// season nor whether a lesson is free says anything about it.
func (p *Play) Encryption() Signal {
	if bool(p.IsDRM) || p.DRMTechType > 0 || (p.DRMType != "" && p.DRMType != "0" && !strings.EqualFold(string(p.DRMType), "none")) {
		return Certain
	}
	suspected := false
	for _, tracks := range [][]Track{p.Dash.Video, p.Dash.Audio, p.Dash.Dolby.Audio, p.Dash.FLAC.Audio} {
		for i := range tracks {
			if tracks[i].BiliDRMURI != "" || tracks[i].PSSH != "" {
				return Certain
			}
			suspected = suspected || stream.Quality(tracks[i].ID).Encrypting()
		}
	}
	beside := len(p.Dash.Video)+len(p.Dash.Audio) > 0
	if suspected || (beside && len(p.HLS.Video)+len(p.HLS.Audio) > 0) {
		return Suspected
	}
	return None
}

// maxInit bounds how much of a file is read to look at its init segment, in bytes.
// Real ones have about a kilobyte.
const maxInit = 64 << 10

// InitProbe returns where the init segment of the smallest video track (or, without
// video, audio track) can be read. Where the answer does not say how long it is, the
// first 4 kB are.
func (p *Play) InitProbe() (urls []stream.MediaURL, r stream.ByteRange, ok bool) {
	for _, tracks := range [][]Track{p.Dash.Video, p.Dash.Audio, p.Dash.Dolby.Audio, p.Dash.FLAC.Audio} {
		var smallest *Track
		for i := range tracks {
			t := &tracks[i]
			if (smallest == nil || t.Bandwidth < smallest.Bandwidth) && len(t.addresses()) > 0 {
				smallest = t
			}
		}
		if smallest == nil {
			continue
		}
		r = wire.Range(smallest.SegmentBase.Initialization)
		if r.Len() == 0 || r.Len() > maxInit {
			r = stream.ByteRange{First: 0, Last: 4095}
		}
		return smallest.addresses(), r, true
	}
	return nil, stream.ByteRange{}, false
}

func (t *Track) addresses() []stream.MediaURL { return addresses(t.BaseURL, t.BackupURL) }

func addresses(first wire.Text, backups []wire.Text) []stream.MediaURL {
	list := make([]string, 0, len(backups))
	for _, b := range backups[:min(len(backups), 20)] {
		list = append(list, string(b))
	}
	return stream.Addresses(string(first), list)
}
