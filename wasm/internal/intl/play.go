package intl

import (
	"cmp"

	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// Play is `data.playurl` of the playurl endpoint. Tags are the documented names without
// underscores, see [wire.Decode].
type Play struct {
	// Quality is the best quality that may be played, not the best that is listed.
	Quality wire.Int `json:"quality"`
	// Duration is in milliseconds.
	Duration wire.Int `json:"duration"`
	// ExpireAt is when the addresses end, in Unix seconds.
	ExpireAt wire.Int `json:"expireat"`
	// IsPreview says that the media are only a part (read in clients, not seen).
	IsPreview wire.Bool        `json:"ispreview"`
	Video     wire.List[Video] `json:"video"`
	// Audio may be null or missing: an upload without sound.
	Audio wire.List[Resource] `json:"audioresource"`
}

// Video is one video row and what goes with it.
type Video struct {
	Resource   Resource `json:"videoresource"`
	StreamInfo struct {
		Quality   wire.Int  `json:"quality"`
		DescText  wire.Text `json:"desctext"`  // "" in every capture
		DescWords wire.Text `json:"descwords"` // "1080P(HD)"
		Intact    wire.Bool `json:"intact"`    // true even for locked rows
		NoRexcode wire.Bool `json:"norexcode"`
	} `json:"streaminfo"`
	// AudioQuality is the quality of the audio resource that goes with the row.
	AudioQuality wire.Int `json:"audioquality"`
}

// Resource is one track.
type Resource struct {
	// ID is the path of the file, not a number.
	ID      wire.Text `json:"id"`
	Quality wire.Int  `json:"quality"`
	// URL is empty for a row that this account may not have (seed 000); all the rest
	// of it is there.
	URL       wire.Text            `json:"url"`
	BackupURL wire.List[wire.Text] `json:"backupurl"`
	Bandwidth wire.Int             `json:"bandwidth"` // bits per second
	CodecID   wire.Int             `json:"codecid"`   // 7 AVC, 12 HEVC, 13 AV1, 0 audio
	Codecs    wire.Text            `json:"codecs"`    // RFC 6381
	Duration  wire.Int             `json:"duration"`  // milliseconds
	Size      wire.Int             `json:"size"`      // bytes
	MD5       wire.Text            `json:"md5"`       // "" in every capture
	Container wire.Int             `json:"container"` // 1 in every capture
	Width     wire.Int             `json:"width"`     // pixels, 0 for audio
	Height    wire.Int             `json:"height"`
	FrameRate wire.Text            `json:"framerate"` // a fraction: "16000/672"
	SAR       wire.Text            `json:"sar"`       // sample aspect ratio, "640:639"
	StartWith wire.Int             `json:"startwithsap"`
	MIMEType  wire.Text            `json:"mimetype"`
	// SegmentBase has inclusive byte ranges, "0-994": of the init segment (`range`)
	// and of the sidx box.
	SegmentBase struct {
		Range      wire.Text `json:"range"`
		IndexRange wire.Text `json:"indexrange"`
	} `json:"segmentbase"`
}

// DecodePlay reads an answer. A success that holds no stream is no error; its Listing
// is empty. Errors are of type stream.Reason.
func DecodePlay(a wire.Answer) (*Play, error) {
	var body struct {
		Playurl *Play `json:"playurl"`
	}
	data, err := decode(a, &body)
	if err != nil {
		return nil, err
	}
	if body.Playurl == nil || (len(body.Playurl.Video)+len(body.Playurl.Audio) == 0 && wire.Voucher(data)) {
		return nil, nothing(data)
	}
	return body.Playurl, nil
}

// Blank is the Detail of a NotGiven row whose address came empty, which is how the
// site locks one. LockEmpty says what that means for an account.
const Blank = "blank"

// Listing turns the answer into rows, in no particular order.
func (p *Play) Listing() *stream.Listing {
	l := &stream.Listing{Site: stream.TV}
	for i := range p.Video[:min(len(p.Video), stream.MaxRows)] {
		v := &p.Video[i]
		q := stream.Quality(cmp.Or(v.Resource.Quality, v.StreamInfo.Quality))
		r := p.row(stream.Video, q, &v.Resource)
		r.Label = stream.CleanText(string(cmp.Or(v.StreamInfo.DescWords, v.StreamInfo.DescText)), 40)
		r.Range = stream.RangeOf(q, r.Codecs)
		r.Partner = stream.Quality(v.AudioQuality)
		l.Video = append(l.Video, r)
	}
	for i := range p.Audio[:min(len(p.Audio), stream.MaxRows)] {
		r := &p.Audio[i]
		l.Audio = append(l.Audio, p.row(stream.Audio, stream.Quality(r.Quality), r))
	}
	stream.Number(l.Video)
	stream.Number(l.Audio)
	l.Head.Duration = p.Duration.Within(wire.MaxDuration)
	if bool(p.IsPreview) && len(l.Video) > 0 {
		l.State, l.Problem = stream.Preview, &stream.Reason{Code: stream.PreviewOnly, Given: p.Duration.Within(wire.MaxDuration)}
	}
	l.SetExpiry(max(0, int64(p.ExpireAt)))
	return l
}

func (p *Play) row(kind stream.Kind, q stream.Quality, t *Resource) stream.Rendition {
	r := stream.Rendition{
		Kind:      kind,
		Quality:   q,
		Width:     int(t.Width.Within(wire.MaxPixels)),
		Height:    int(t.Height.Within(wire.MaxPixels)),
		FrameRate: stream.FrameRate(string(t.FrameRate)),
		Codec:     stream.CodecOf(string(t.Codecs), int(t.CodecID)),
		Codecs:    stream.CleanText(string(t.Codecs), 64),
		Container: stream.FragmentedMP4,
		Bandwidth: t.Bandwidth.Within(wire.MaxBandwidth),
		Size:      t.Size.Within(wire.MaxSize),
		Duration:  cmp.Or(t.Duration.Within(wire.MaxDuration), p.Duration.Within(wire.MaxDuration)),
		Init:      wire.Range(t.SegmentBase.Range),
		Index:     wire.Range(t.SegmentBase.IndexRange),
	}
	backups := make([]string, 0, len(t.BackupURL))
	for _, b := range t.BackupURL[:min(len(t.BackupURL), 20)] {
		backups = append(backups, string(b))
	}
	urls := stream.Addresses(string(t.URL), backups)
	switch {
	case t.URL == "": // a locked row, whatever its backups say
		r.Withheld = &stream.Reason{Code: stream.NotGiven, Detail: Blank}
	case len(urls) > 0:
		r.Segments = []stream.Segment{{URLs: urls, Size: r.Size, Duration: r.Duration}}
	default:
		r.Withheld = &stream.Reason{Code: stream.NotGiven}
	}
	r.EstimateSize()
	return r
}

// LockEmpty states why rows came with an empty address: without an account the site
// wants one, with one it wants Premium. Where that is not known the rows stay as they
// are: not given.
func LockEmpty(l *stream.Listing, login stream.Login) {
	var why stream.Code
	switch login {
	case stream.LoggedOut:
		why = stream.NotLoggedIn
	case stream.LoggedIn:
		why = stream.Premium
	default:
		return
	}
	for r := range l.Renditions {
		if r.Withheld != nil && r.Withheld.Code == stream.NotGiven && r.Withheld.Detail == Blank {
			r.Withhold(stream.Reason{Code: why})
		}
	}
}
