package pugv

import "streamlist/wasm/internal/stream"

// maxQualities bounds how many qualities one lesson is asked for. There are thirteen ids.
const maxQualities = 16

// refused says why a quality could not be had.
type refused struct {
	quality stream.Quality
	why     stream.Reason
}

// progressive reports whether the media are files with picture and sound, and not tracks.
func (p *Play) progressive() bool {
	return p.HasMedia() && len(p.Dash.Video)+len(p.Dash.Audio)+len(p.Dash.Dolby.Audio)+len(p.Dash.FLAC.Audio) == 0
}

// Missing returns the qualities that a progressive answer names and holds no file of, in
// its order. Such an answer holds one file, and `qn` picks which (bilibili-api.md,
// section 1.1). Of DASH answers, whose tracks are all that there are, and of encrypted
// ones it returns none.
func (p *Play) Missing() []stream.Quality {
	if !p.progressive() || p.Encryption() == Certain {
		return nil
	}
	var missing []stream.Quality
	have := map[stream.Quality]bool{0: true}
	for _, f := range p.files() {
		have[stream.Quality(f.Quality)] = true
	}
	p.offered(func(q stream.Quality) {
		if !have[q] && len(missing) < maxQualities {
			have[q] = true
			missing = append(missing, q)
		}
	})
	return missing
}

// Add takes in the answer for a missing quality. Whatever file it holds is listed as what
// it is: a lower quality than the one asked for leaves that one not given.
func (p *Play) Add(asked stream.Quality, answer *Play) {
	switch {
	case answer.Encryption() == Certain:
		p.Refuse(asked, stream.Reason{Code: stream.IsEncrypted})
	case bool(answer.IsPreview) && !bool(p.IsPreview):
		p.Refuse(asked, stream.Reason{Code: stream.PreviewOnly})
	default:
		p.others = append(p.others, answer)
		for _, f := range answer.files() {
			if q := stream.Quality(f.Quality); q != 0 && q < asked {
				p.Refuse(asked, stream.Reason{Code: stream.NotGiven, Detail: stream.LowerGiven})
				return
			}
		}
	}
}

// Refuse says why a missing quality could not be had.
func (p *Play) Refuse(q stream.Quality, why stream.Reason) {
	p.refused = append(p.refused, refused{q, why})
}

// whyNot is why a quality that is named has no address. Where the site states no reason,
// none is guessed.
func (p *Play) whyNot(q stream.Quality) *stream.Reason {
	for i := range p.refused {
		if p.refused[i].quality == q {
			return &p.refused[i].why
		}
	}
	return notGiven()
}

// files returns the progressive files of the answer itself: its own, and those of further
// qualities. The former may be repeated among the latter.
func (p *Play) files() []Parts {
	var files []Parts
	if len(p.Durl) > 0 {
		files = append(files, Parts{Quality: p.Quality, Durl: p.Durl})
	}
	for _, d := range clip(p.Durls) {
		if len(d.Durl) > 0 && (len(p.Durl) == 0 || d.Quality != p.Quality) {
			files = append(files, d)
		}
	}
	return files
}

// offered calls f with each quality that the answer names; with some more than once.
func (p *Play) offered(f func(stream.Quality)) {
	for _, o := range p.SupportFormats {
		f(stream.Quality(o.Quality))
	}
	for _, q := range p.AcceptQuality {
		f(stream.Quality(q))
	}
}
