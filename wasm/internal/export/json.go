package export

import (
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

// Version is the [Document]'s. It grows when a field goes or means another thing; a new field
// leaves it as it is.
const Version = 1

// Document is what [JSON] writes. Ids are decimal strings, times Unix seconds,
// lengths milliseconds, sizes bytes, bit rates bits per second. What isn't known is left out.
type Document struct {
	// Streamlist is [Version].
	Streamlist int `json:"streamlist"`
	// Site is "www.bilibili.com" or "www.bilibili.tv".
	Site   string `json:"site"`
	Course string `json:"course,omitempty"`
	// CourseID is the season's.
	CourseID string `json:"courseId,omitempty"`
	// Headers are what the media hosts demand of each request.
	Headers DocumentHeaders `json:"headers"`
	// Until is when the first of all addresses ends.
	Until   int64            `json:"until,omitempty"`
	Lessons []DocumentLesson `json:"lessons"`
}

// DocumentHeaders are HTTP headers.
type DocumentHeaders struct {
	Referer   string `json:"Referer"`
	Origin    string `json:"Origin"`
	UserAgent string `json:"User-Agent,omitempty"`
}

// DocumentLesson is a lesson, an episode or an upload.
type DocumentLesson struct {
	Number   int    `json:"number,omitempty"`
	ID       string `json:"id,omitempty"`
	Title    string `json:"title,omitempty"`
	Duration int64  `json:"duration,omitempty"`
	Page     string `json:"page,omitempty"`
	// File is a name for it, with folders and without an ending, safe on every system.
	File string `json:"file"`
	// Until is when the first of its addresses ends.
	Until int64 `json:"until,omitempty"`
	// Streams are what to fetch: the picture and then its sound, or one that holds both, or
	// none where it can't be had.
	Streams []DocumentStream `json:"streams"`
}

// DocumentStream is one stream.
type DocumentStream struct {
	// Kind is "video" (no sound), "audio", or "single" (both).
	Kind string `json:"kind"`
	// Quality is the site's id, and Name what it is called: 116, "1080P60".
	Quality   int     `json:"quality"`
	Name      string  `json:"name,omitempty"`
	Width     int     `json:"width,omitempty"`
	Height    int     `json:"height,omitempty"`
	FrameRate float64 `json:"frameRate,omitempty"`
	// Range is "hdr", "hdr-vivid" or "dolby-vision"; none for the standard one.
	Range string `json:"range,omitempty"`
	// Codec is a name such as "AVC"; Codecs as RFC 6381 writes it.
	Codec  string `json:"codec,omitempty"`
	Codecs string `json:"codecs,omitempty"`
	// Container is "m4s" (fragmented MP4), "mp4" or "flv".
	Container string `json:"container,omitempty"`
	Bandwidth int64  `json:"bandwidth,omitempty"`
	Size      int64  `json:"size,omitempty"`
	// Segments are its files, in order; mostly one.
	Segments []DocumentSegment `json:"segments"`
}

// DocumentSegment is a file.
type DocumentSegment struct {
	// URLs are addresses of the same bytes, the one to use first.
	URLs     []string `json:"urls"`
	Size     int64    `json:"size,omitempty"`
	Duration int64    `json:"duration,omitempty"`
}

// json writes a [Document], some lessons at a time: all at once would take five times the
// text's memory.
func (w *writer) json() {
	first := &w.lessons[0]
	head := marshal(Document{
		Streamlist: Version, Site: origin(first.Site)[len("https://"):], Course: stream.CleanText(first.Head.Series, 4096), CourseID: first.Head.SeasonID,
		Headers: DocumentHeaders{first.Site.Referer(), origin(first.Site), printable(w.to.Agent)},
		Until:   w.ExpiresAt, Lessons: []DocumentLesson{},
	})
	w.out.Write(head[:len(head)-len("]}")])
	list := make([]DocumentLesson, 0, 8)
	for i := range w.lessons {
		list = append(list, document(&w.lessons[i]))
		if len(list) < cap(list) && i < len(w.lessons)-1 {
			continue
		}
		if i >= len(list) {
			w.add(",\n")
		}
		data := marshal(list)
		w.out.Write(data[1 : len(data)-1])
		list = list[:0]
	}
	w.add("]}\n")
}

// marshal can't fail: a number that JSON has none of is left out, see described.
func marshal(v any) []byte {
	data, _ := json.Marshal(v)
	return data
}

func document(it *lesson) DocumentLesson {
	l := DocumentLesson{
		Number: it.Head.Number, ID: it.Head.EpisodeID, Title: stream.CleanText(it.Head.Title, 4096), Duration: it.Head.Duration,
		Page: pageAddress(it.Site, it.Head), File: it.stem, Until: it.until(true), Streams: []DocumentStream{},
	}
	for k := range it.files {
		f := &it.files[k]
		if k == 0 || f.row != it.files[k-1].row {
			l.Streams = append(l.Streams, described(f.row))
		}
		s := &l.Streams[len(l.Streams)-1]
		part := f.row.Segments[len(s.Segments)]
		segment := DocumentSegment{URLs: make([]string, len(f.urls)), Size: part.Size, Duration: part.Duration}
		for n := range f.urls {
			segment.URLs[n] = f.urls[n].URL
		}
		s.Segments = append(s.Segments, segment)
	}
	return l
}

func described(r *stream.Rendition) DocumentStream {
	s := DocumentStream{
		Kind: string(r.Kind), Quality: int(r.Quality), Name: r.Quality.Name(), Width: r.Width, Height: r.Height, FrameRate: r.FrameRate,
		Range: string(r.Range), Codec: string(r.Codec), Codecs: r.Codecs, Container: string(r.Container), Bandwidth: r.Bandwidth,
		Segments: make([]DocumentSegment, 0, len(r.Segments)),
	}
	if s.Name == "" {
		s.Name = r.Label
	}
	if !r.SizeEstimated {
		s.Size = r.Size
	}
	if !(s.FrameRate > 0 && s.FrameRate < 1e6) {
		s.FrameRate = 0
	}
	return s
}
