package pugv

import (
	"cmp"
	"strconv"
	"strings"

	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// notGiven is the reason for a quality that is named and has no address: the answer
// states none, and none is guessed.
func notGiven() *stream.Reason { return &stream.Reason{Code: stream.NotGiven} }

// Listing turns the answer into rows, in no particular order. A preview is marked as
// one; its Whole is 0 where the answer can't tell. Certain encryption withholds every
// address.
func (p *Play) Listing() *stream.Listing {
	l := &stream.Listing{Site: stream.Com}
	labels := p.labels()
	duration := p.duration()

	for _, t := range clip(p.Dash.Video) {
		if r := track(stream.Video, &t, labels, duration); !blank(&r) {
			l.Video = append(l.Video, r)
		}
	}
	for _, tracks := range [][]Track{p.Dash.Audio, p.Dash.Dolby.Audio, p.Dash.FLAC.Audio} {
		for _, t := range clip(tracks) {
			r := track(stream.Audio, &t, labels, duration)
			if !blank(&r) && !listed(l.Audio, &r) {
				l.Audio = append(l.Audio, r)
			}
		}
	}
	for _, f := range p.files() {
		if r := p.file(&f, labels); !blank(&r) {
			l.Single = append(l.Single, r)
		}
	}
	for _, other := range p.others {
		for _, f := range other.files() {
			if r := other.file(&f, labels); !blank(&r) && !holds(l.Single, r.Quality) {
				l.Single = append(l.Single, r)
			}
		}
	}
	for _, list := range [][]stream.Rendition{l.Video, l.Audio, l.Single} {
		stream.Number(list)
	}
	p.addOffered(l, labels)
	l.Unasked = p.HasMedia() && !p.progressive()

	l.Head.Duration = p.whole(duration)
	if bool(p.IsPreview) && p.HasMedia() {
		given := p.given()
		r := stream.Reason{Code: stream.PreviewOnly, Given: given}
		if whole := p.timelength(); whole > given+slack {
			r.Whole = whole
		}
		l.State, l.Problem = stream.Preview, &r
	}
	l.SetExpiry(0)
	if p.Encryption() == Certain {
		r := stream.Reason{Code: stream.IsEncrypted}
		l.WithholdAll(r)
		l.State, l.Problem = stream.Encrypted, &r
	}
	return l
}

func clip[T any](list []T) []T { return list[:min(len(list), stream.MaxRows)] }

// blank reports whether a row says nothing: neither a quality nor an address came.
func blank(r *stream.Rendition) bool { return r.Quality == 0 && !r.Available() }

// listed reports whether a list holds the same file already: some answers repeat the
// Dolby track among the others.
func listed(list []stream.Rendition, r *stream.Rendition) bool {
	for i := range list {
		o := &list[i]
		if o.Quality == r.Quality && o.Available() && r.Available() && o.Segments[0].URLs[0] == r.Segments[0].URLs[0] {
			return true
		}
	}
	return false
}

// holds reports whether a list holds a quality already.
func holds(list []stream.Rendition, q stream.Quality) bool {
	for i := range list {
		if list[i].Quality == q {
			return true
		}
	}
	return false
}

// slack is by how much two lengths of one video differ, in milliseconds (bilibili-api.md,
// section 10).
const slack = 1500

// duration is the length of the DASH tracks, in milliseconds. `timelength` is exact,
// but may be that of the whole lesson in a preview.
func (p *Play) duration() int64 {
	exact, rounded := p.timelength(), p.Dash.length()
	if rounded == 0 || (exact > 0 && exact > rounded-slack && exact < rounded+slack) {
		return exact
	}
	return rounded
}

// The lengths that the answer states, in milliseconds.
func (p *Play) timelength() int64 { return p.Timelength.Within(wire.MaxDuration) }
func (d *Dash) length() int64     { return wire.Int(d.Duration * 1000).Within(wire.MaxDuration) }
func (s *Part) length() int64     { return s.Length.Within(wire.MaxDuration) }

// given is how much the media hold, in milliseconds.
func (p *Play) given() int64 {
	if n := length(p.Durl); n > 0 {
		return n
	}
	for _, d := range p.Durls {
		if n := length(d.Durl); n > 0 {
			return n
		}
	}
	return p.Dash.length()
}

// whole is the length of the lesson as far as the answer tells it: unknown for a
// preview.
func (p *Play) whole(duration int64) int64 {
	switch {
	case bool(p.IsPreview) || !p.HasMedia():
		return 0
	case len(p.Dash.Video)+len(p.Dash.Audio) == 0:
		return cmp.Or(p.timelength(), p.given())
	}
	return duration
}

func length(parts []Part) int64 {
	var sum int64
	for i := range parts {
		sum += parts[i].length()
	}
	return sum
}

// labels are the answer's own names of the qualities.
func (p *Play) labels() map[stream.Quality]string {
	labels := map[stream.Quality]string{}
	for i, q := range clip(p.AcceptQuality) {
		if i < len(p.AcceptDescription) {
			labels[stream.Quality(q)] = label(p.AcceptDescription[i])
		}
	}
	for _, o := range clip(p.SupportFormats) {
		for _, name := range []wire.Text{o.DisplayDesc, o.Description, o.NewDescription} {
			if name != "" {
				labels[stream.Quality(o.Quality)] = label(name)
			}
		}
	}
	return labels
}

func label(t wire.Text) string { return stream.CleanText(string(t), 40) }

// track makes the row of a DASH track.
func track(kind stream.Kind, t *Track, labels map[stream.Quality]string, duration int64) stream.Rendition {
	q := stream.Quality(t.ID)
	r := stream.Rendition{
		Kind:      kind,
		Quality:   q,
		Label:     labels[q],
		Width:     int(t.Width.Within(wire.MaxPixels)),
		Height:    int(t.Height.Within(wire.MaxPixels)),
		FrameRate: stream.FrameRate(string(t.FrameRate)),
		Codec:     stream.CodecOf(string(t.Codecs), int(t.CodecID)),
		Codecs:    stream.CleanText(string(t.Codecs), 64),
		Container: stream.FragmentedMP4,
		Bandwidth: t.Bandwidth.Within(wire.MaxBandwidth),
		Size:      t.Size.Within(wire.MaxSize),
		Duration:  duration,
		Init:      wire.Range(t.SegmentBase.Initialization),
		Index:     wire.Range(t.SegmentBase.IndexRange),
	}
	switch {
	case kind == stream.Video:
		r.Range = stream.RangeOf(q, string(t.Codecs))
	case r.Codec != "":
	case q == stream.QAudioHiRes:
		r.Codec = stream.FLAC
	case q == stream.QAudioDolby || q == stream.QAudioDolby2:
		r.Codec = stream.EAC3
	}
	if urls := t.addresses(); len(urls) > 0 {
		r.Segments = []stream.Segment{{URLs: urls, Size: r.Size, Duration: duration}}
	} else {
		r.Withheld = notGiven()
	}
	r.EstimateSize()
	return r
}

// maxParts bounds the segments of a progressive file. Six minutes each, it is days.
const maxParts = 1000

// file makes the row of a file with picture and sound: all its segments, in order.
func (p *Play) file(f *Parts, labels map[stream.Quality]string) stream.Rendition {
	q, parts := stream.Quality(f.Quality), f.Durl
	r := stream.Rendition{
		Kind:     stream.Single,
		Quality:  q,
		Label:    labels[q],
		Range:    stream.RangeOf(q, ""),
		Codec:    stream.CodecOf("", int(p.VideoCodecID)),
		Duration: length(parts),
	}
	if len(parts) > maxParts {
		parts, r.Withheld = parts[:maxParts], notGiven()
	}
	sized := true
	for _, i := range inOrder(parts) {
		part := &parts[i]
		urls := addresses(part.URL, part.BackupURL)
		if len(urls) == 0 {
			// With a hole in it the file is not what it says.
			r.Withheld = notGiven()
		}
		size := part.Size.Within(wire.MaxSize)
		sized = sized && size > 0
		r.Size += size
		r.Segments = append(r.Segments, stream.Segment{URLs: urls, Size: size, Duration: part.length()})
		r.Container = cmp.Or(r.Container, containerOf(string(part.URL)))
	}
	r.Container = cmp.Or(r.Container, p.container())
	if r.Duration == 0 && !bool(p.IsPreview) {
		r.Duration = p.timelength()
	}
	if !sized {
		r.Size = 0
	}
	if r.Size > 0 && r.Duration > 0 {
		r.Bandwidth = wire.Int(float64(r.Size) * 8 / (float64(r.Duration) / 1000)).Within(wire.MaxBandwidth)
	}
	if r.Withheld != nil {
		r.Segments = nil
	}
	return r
}

// inOrder returns the places of the segments in the order in which they play. It is
// an insertion sort: the list is short and as a rule in order, and the generic sort
// costs kilobytes of program for every type.
func inOrder(parts []Part) []int {
	places := make([]int, len(parts))
	for i := range parts {
		j := i
		for ; j > 0 && parts[places[j-1]].Order > parts[i].Order; j-- {
			places[j] = places[j-1]
		}
		places[j] = i
	}
	return places
}

// containerOf tells the container from the file name in an address, which is the
// surest sign.
func containerOf(url string) stream.Container {
	path, _, _ := strings.Cut(url, "?")
	path = strings.ToLower(path)
	switch {
	case strings.HasSuffix(path, ".flv"):
		return stream.FLV
	case strings.HasSuffix(path, ".mp4"):
		return stream.MP4
	}
	return ""
}

func (p *Play) container() stream.Container {
	for _, word := range []wire.Text{p.Type, p.Format} {
		w := strings.ToLower(string(word))
		switch {
		case strings.Contains(w, "mp4"):
			return stream.MP4
		case strings.HasPrefix(w, "flv"):
			return stream.FLV
		}
	}
	return ""
}

// addOffered adds a row for each quality that the answer names without giving it.
func (p *Play) addOffered(l *stream.Listing, labels map[stream.Quality]string) {
	kind, into := stream.Video, &l.Video
	if len(l.Video) == 0 && len(l.Single) > 0 {
		kind, into = stream.Single, &l.Single
	}
	have := map[stream.Quality]bool{0: true}
	for r := range l.Renditions {
		have[r.Quality] = true
	}
	p.offered(func(q stream.Quality) {
		if have[q] || len(*into) >= stream.MaxRows {
			return
		}
		have[q] = true
		*into = append(*into, stream.Rendition{
			Key:      string(kind) + "/" + strconv.Itoa(int(q)) + "/none",
			Kind:     kind,
			Quality:  q,
			Label:    labels[q],
			Range:    stream.RangeOf(q, ""),
			Withheld: p.whyNot(q),
		})
	})
}
