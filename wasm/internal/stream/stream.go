// Package stream is the domain: what a page offers as renditions, in the words of
// the field, with no knowledge of which site or endpoint it came from.
//
// A [Listing] is both what the panel renders and what the background caches, so its
// JSON names are part of the message protocol.
package stream

// Site is one of the two worlds. Their accounts, cookies, Referers and media paths
// are separate, and nothing of one may be used for the other.
type Site string

const (
	// Com is www.bilibili.com's paid courses ("cheese", pugv endpoints).
	Com Site = "com"
	// TV is bilibili.tv and its old host biliintl.com (intl endpoints).
	TV Site = "tv"
)

// Referer returns the address that the site's media hosts and endpoints demand as
// Referer (reference bilibili-api.md, section 7).
func (s Site) Referer() string {
	if s == TV {
		return "https://www.bilibili.tv/"
	}
	return "https://www.bilibili.com/"
}

// API returns the address of the site's endpoints, without a path.
func (s Site) API() string {
	if s == TV {
		return "https://api.bilibili.tv"
	}
	return "https://api.bilibili.com"
}

// Kind says which table of the panel a rendition belongs to.
type Kind string

const (
	Video  Kind = "video"  // picture only (a DASH video track)
	Audio  Kind = "audio"  // sound only (a DASH audio track)
	Single Kind = "single" // picture and sound in one file or one list of segments
)

// Container is the file format that the URLs of a rendition deliver.
type Container string

const (
	FragmentedMP4 Container = "m4s" // fragmented MP4, one track
	MP4           Container = "mp4" // progressive MP4
	FLV           Container = "flv"
)

// ByteRange is an inclusive byte range, as `segment_base` states it.
type ByteRange struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
}

// Len is the number of bytes in the range; 0 for the zero value and for nonsense.
func (r ByteRange) Len() int64 {
	if r.Last <= 0 || r.Last < r.First || r.First < 0 {
		return 0
	}
	return r.Last - r.First + 1
}

// MediaURL is one address of a segment's bytes.
type MediaURL struct {
	URL   string    `json:"url"`
	Class HostClass `json:"class"`
	// ExpiresAt is when the address ends, in Unix seconds; 0 unknown.
	ExpiresAt int64 `json:"expiresAt,omitempty"`
	// Referer says that the host demands the site's Referer.
	Referer bool `json:"referer,omitempty"`
	// OneIP says that the address names the IP address it was given to (`oi`). Whether
	// others are refused is not proven (bilibili-api.md, section 7).
	OneIP bool `json:"oneIp,omitempty"`
	// Speed is what was measured of the host on this network, in bytes per second: 0 where
	// it was not tested, Silent where it gave nothing.
	Speed int64 `json:"speed,omitempty"`
}

// Segment is one file of a rendition. A DASH track is one segment; a progressive
// rendition is one or several that play one after the other.
type Segment struct {
	// URLs hold the address to use first and then the backups; never empty in a
	// rendition that can be had.
	URLs []MediaURL `json:"urls"`
	// Size is in bytes, 0 when the answer gave none.
	Size int64 `json:"size,omitempty"`
	// Duration is in milliseconds, 0 when unknown.
	Duration int64 `json:"duration,omitempty"`
}

// Rendition is one row: one quality in one codec.
type Rendition struct {
	// Key names the rendition within its listing, and the same rendition in a later
	// listing of the same page ("video/116/AVC/1"). It holds no secret.
	Key     string  `json:"key"`
	Kind    Kind    `json:"kind"`
	Quality Quality `json:"quality"`
	// Label is the server's own text for the quality, shown where Quality has no name.
	Label  string `json:"label,omitempty"`
	Width  int    `json:"width,omitempty"`  // pixels, 0 unknown
	Height int    `json:"height,omitempty"` // pixels, 0 unknown
	// FrameRate is in frames per second, 0 unknown.
	FrameRate float64      `json:"frameRate,omitempty"`
	Range     DynamicRange `json:"range,omitempty"`
	Codec     Codec        `json:"codec,omitempty"`
	// Codecs is the raw RFC 6381 string, such as "avc1.640032".
	Codecs    string    `json:"codecs,omitempty"`
	Container Container `json:"container,omitempty"`
	// Bandwidth is in bits per second, 0 unknown.
	Bandwidth int64 `json:"bandwidth,omitempty"`
	// Size is in bytes over all segments, 0 unknown; an estimate when SizeEstimated.
	Size          int64 `json:"size,omitempty"`
	SizeEstimated bool  `json:"sizeEstimated,omitempty"`
	// Duration is in milliseconds, 0 unknown.
	Duration int64 `json:"duration,omitempty"`
	// Partner is the quality of the audio rendition that the answer names for this
	// video row (intl `audio_quality`); 0 when it names none.
	Partner Quality `json:"partner,omitempty"`
	// Init and Index are where the init segment and the sidx lie in the first segment.
	Init  ByteRange `json:"init,omitzero"`
	Index ByteRange `json:"index,omitzero"`
	// Segments is empty exactly when Withheld is set.
	Segments []Segment `json:"segments,omitempty"`
	// Withheld says why the rendition can't be had; nil when it can.
	Withheld *Reason `json:"withheld,omitempty"`
	// Best marks the video (or, without one, the single-file) rendition that Best chose.
	Best bool `json:"best,omitempty"`
}

// Available reports whether the rendition has an address to offer.
func (r *Rendition) Available() bool { return r.Withheld == nil && len(r.Segments) > 0 }

// Withhold removes every address from the rendition and states why.
func (r *Rendition) Withhold(why Reason) {
	r.Segments = nil
	r.Withheld = &why
}

// EstimateSize fills Size from bit rate and duration when the answer gave no size.
func (r *Rendition) EstimateSize() {
	if r.Size == 0 && r.Bandwidth > 0 && r.Duration > 0 {
		// In floating point: bandwidth × duration overflows for hostile numbers. A file
		// of a petabyte is no estimate.
		if size := float64(r.Bandwidth) / 8 * (float64(r.Duration) / 1000); size < 1<<50 {
			r.Size, r.SizeEstimated = int64(size), true
		}
	}
}

// Head is what the panel says above the tables. Text is the site's own and is only
// ever shown.
type Head struct {
	Title   string `json:"title,omitempty"`   // lesson, episode or upload
	Series  string `json:"series,omitempty"`  // course or series
	Teacher string `json:"teacher,omitempty"` // course only
	// Number is the lesson's or episode's place in its list, from 1; 0 unknown.
	Number int `json:"number,omitempty"`
	// Total is how many there are, counted; 0 unknown, a lower bound while Partial.
	Total int `json:"total,omitempty"`
	// Partial says that more pages of the list exist than have been read.
	Partial bool `json:"partial,omitempty"`
	// Duration is in milliseconds, 0 unknown.
	Duration int64 `json:"duration,omitempty"`
	// SeasonID and EpisodeID are decimal strings (64-bit ids never cross as numbers).
	SeasonID  string `json:"seasonId,omitempty"`
	EpisodeID string `json:"episodeId,omitempty"`
}

// State is the chip: what this account holds of the page's video.
type State string

const (
	Free      State = "free"      // the whole lesson is free to watch
	Purchased State = "purchased" // the account bought the course
	Preview   State = "preview"   // only a part is given
	Encrypted State = "encrypted"
	Playable  State = "playable" // everything offered has an address
	Partly    State = "partly"   // some qualities are locked
	Locked    State = "locked"   // nothing can be had
)

// Listing is every quality of one video, with what is known about it.
type Listing struct {
	Site Site `json:"site"`
	// Page names the page that was listed, as message.MovedBody does.
	Page  string `json:"page,omitempty"`
	Head  Head   `json:"head"`
	State State  `json:"state,omitempty"`
	// Problem is why nothing (or only a part: Preview) can be had; nil otherwise.
	Problem *Reason `json:"problem,omitempty"`
	// Notes are the reasons for what is missing beside the streams, such as titles
	// that could not be read.
	Notes  []Reason    `json:"notes,omitempty"`
	Video  []Rendition `json:"video"`
	Audio  []Rendition `json:"audio"`
	Single []Rendition `json:"single"`
	// Unasked says that the site may have single files too, which it must be asked for by
	// themselves; NoSingle, once it was asked, why it has none.
	Unasked  bool    `json:"unasked,omitempty"`
	NoSingle *Reason `json:"noSingle,omitempty"`
	// Untested is how many of a row's hosts the test that this answers had no time for.
	Untested int `json:"untested,omitempty"`
	// BestKey and BestAudioKey are what "best" means for this person; "" when nothing
	// can be had. BestAudioKey is the audio that plays with BestKey, "" for a Single.
	BestKey      string `json:"bestKey,omitempty"`
	BestAudioKey string `json:"bestAudioKey,omitempty"`
	// ExpiresAt is the earliest end of any address, in Unix seconds; 0 unknown.
	ExpiresAt int64 `json:"expiresAt,omitempty"`
	// FetchedAt is when the answer came, in Unix seconds.
	FetchedAt int64 `json:"fetchedAt,omitempty"`
}

// Renditions yields every rendition of the listing, in table order.
func (l *Listing) Renditions(yield func(*Rendition) bool) {
	for _, list := range [][]Rendition{l.Video, l.Audio, l.Single} {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}

// Find returns the rendition with that key, or nil.
func (l *Listing) Find(key string) *Rendition {
	if key == "" {
		return nil
	}
	for r := range l.Renditions {
		if r.Key == key {
			return r
		}
	}
	return nil
}

// Withholds reports whether some row can't be had for that reason, "" for whatever
// reason.
func (l *Listing) Withholds(code Code) bool {
	for r := range l.Renditions {
		if r.Withheld != nil && (code == "" || r.Withheld.Code == code) {
			return true
		}
	}
	return false
}

// WithholdAll removes every address from the listing and states why in each row.
// Rows that already say why keep their own reason.
func (l *Listing) WithholdAll(why Reason) {
	for r := range l.Renditions {
		if r.Withheld == nil {
			r.Withhold(why)
		}
		r.Best = false
	}
	l.BestKey, l.BestAudioKey, l.ExpiresAt, l.Unasked = "", "", 0, false
}
