package download

import (
	"errors"
	"slices"
	"strings"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

// recordName is the file that describes a job, in its folder.
const recordName = "order.json"

// maxSources bounds what one job is made of. Real ones have two tracks, or some ten parts.
const maxSources = 1000

// record is a job as it lasts in its folder: what was ordered and chosen, without any
// address.
type record struct {
	Version int   `json:"v"` // recordVersion
	Order   Order `json:"order"`
	// Added is in Unix milliseconds and orders the queue.
	Added int64 `json:"added"`
	// State is Waiting for all that is to go on by itself, or Paused, Failed, Saving.
	State  State    `json:"state"`
	Reason *Reason  `json:"reason,omitempty"`
	Notes  []Reason `json:"notes,omitempty"`
	// Head is the listing's. Row and Audio are the chosen renditions; Row is nil
	// until there was a listing.
	Head  stream.Head       `json:"head"`
	Row   *stream.Rendition `json:"row,omitempty"`
	Audio *stream.Rendition `json:"audio,omitempty"`
	// Name is what the file is saved as, without its ending: of one form for all systems.
	Name string `json:"name,omitempty"`
	// Duration is in milliseconds: what the listing says or, of a preview, what is given.
	// Whole is that of the whole lesson of a preview.
	Duration int64 `json:"duration,omitempty"`
	Whole    int64 `json:"whole,omitempty"`
	// Size is the planned output in bytes, 0 before.
	Size int64 `json:"size,omitempty"`
	// Took is how long the job has run, in milliseconds.
	Took int64 `json:"took,omitempty"`
	// Ended is when the file was saved, in Unix milliseconds; 0 while it isn't.
	Ended int64 `json:"ended,omitempty"`
	// Unindexed says that a source's index turned out wrong, so that the plan does
	// without.
	Unindexed bool `json:"unindexed,omitempty"`
	// Apart says that the row's MP4 parts turned out to be no one film, so that each stays a file.
	Apart bool `json:"apart,omitempty"`
	// Files, once the job is whole.
	Files     []Saved `json:"files,omitempty"`
	Downloads []int64 `json:"downloads,omitempty"`
}

const recordVersion = 1

// errRecord is returned for what is no job's description.
var errRecord = errors.New("download: not a job")

// readRecord reads order.json. What comes back can be relied on: the order is valid, the
// state one of those that last, renditions have parts and no addresses.
func readRecord(data []byte) (record, error) {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return record{}, err
	}
	switch r.State {
	case Waiting, Paused, Failed:
	case Saving:
		if len(r.Files) == 0 || r.Row == nil {
			return record{}, errRecord
		}
	default:
		return record{}, errRecord
	}
	if err := r.check(); err != nil {
		return record{}, err
	}
	return r, nil
}

// check makes sure of what does not depend on the state, and leaves out what no record has.
func (r *record) check() error {
	if r.Version != recordVersion || !r.Order.valid() {
		return errRecord
	}
	for _, f := range r.Files {
		prefix := mediaName(0, 1)
		if f.Tag != "" {
			prefix = subtitlePrefix
		}
		if !strings.HasPrefix(f.File, prefix) || strings.ContainsAny(f.File, `/\`) || !plainPath(f.Name) {
			return errRecord
		}
	}
	if r.Name != "" && !plainPath(r.Name) {
		return errRecord
	}
	for _, p := range []*stream.Rendition{r.Row, r.Audio} {
		if p == nil {
			continue
		}
		if len(p.Segments) == 0 || len(p.Segments) > maxSources {
			return errRecord
		}
		*p = bare(p)
	}
	if r.Row == nil && r.Audio != nil {
		return errRecord
	}
	r.Size, r.Took, r.Added = max(r.Size, 0), max(r.Took, 0), max(r.Added, 0)
	r.Ended = max(r.Ended, 0)
	return nil
}

func (r *record) bytes() ([]byte, error) { return json.Marshal(*r) }

// plainPath reports whether a path stays where it is put.
func plainPath(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if part == "" || part == "." || part == ".." || strings.ContainsAny(part, "\\:\x00") {
			return false
		}
	}
	return true
}

// bare returns a rendition without its addresses.
func bare(r *stream.Rendition) stream.Rendition {
	c := *r
	c.Segments = make([]stream.Segment, len(r.Segments))
	for i, s := range r.Segments {
		c.Segments[i] = stream.Segment{Size: max(s.Size, 0), Duration: max(s.Duration, 0)}
	}
	c.Withheld = nil
	return c
}

// mediaName is the file in the job's folder that holds the output, or one of several.
func mediaName(i, of int) string {
	if of == 1 {
		return "media"
	}
	return "media-" + itoa(int64(i+1))
}

// renditions are the row and its sound.
func (r *record) renditions() []*stream.Rendition {
	if r.Audio != nil {
		return []*stream.Rendition{r.Row, r.Audio}
	}
	return []*stream.Rendition{r.Row}
}

// choose fills the record from the order's first listing.
func (r *record) choose(l *stream.Listing) error {
	row, err := find(l, r.Order.Row)
	if err != nil {
		return err
	}
	var audio *stream.Rendition
	if r.Order.Audio != "" {
		if row.Kind != stream.Video {
			return &Reason{Code: OtherFile, Detail: "row"}
		}
		if audio, err = find(l, r.Order.Audio); err != nil {
			return err
		}
		if audio.Kind != stream.Audio || len(row.Segments) > 1 || len(audio.Segments) > 1 {
			return &Reason{Code: OtherFile, Detail: "files"}
		}
	}
	if len(row.Segments) > maxSources {
		return &Reason{Code: OtherFile, Detail: "files"}
	}
	b := bare(row)
	r.Row, r.Audio = &b, nil
	if audio != nil {
		b := bare(audio)
		r.Audio = &b
	}
	r.Head = l.Head
	r.Duration, r.Whole = row.Duration, 0
	if r.Duration == 0 {
		r.Duration = l.Head.Duration
	}
	if p := l.Problem; p != nil && p.Code == stream.PreviewOnly {
		if p.Given > 0 {
			r.Duration = p.Given
		}
		r.Whole = p.Whole
		r.note(Reason{Code: IsPreview, Given: p.Given, Whole: p.Whole})
	}
	return nil
}

// find returns an available rendition; the error says why there is none.
func find(l *stream.Listing, key string) (*stream.Rendition, error) {
	row := l.Find(key)
	switch {
	case row != nil && row.Available():
		return row, nil
	case row != nil && row.Withheld != nil:
		return nil, reasonOf(row.Withheld)
	case l.Problem != nil && l.Problem.Code != stream.PreviewOnly:
		return nil, reasonOf(l.Problem)
	}
	return nil, &Reason{Code: OtherFile, Detail: "row"}
}

// match returns the same renditions in a later listing: of the same quality, codec and
// size as those that were begun, which is more than having the same key.
func (r *record) match(l *stream.Listing) ([]*stream.Rendition, error) {
	if l.Site != "" && l.Site != r.Order.Site || l.Page != "" && r.Order.Page != "" && l.Page != r.Order.Page {
		return nil, &Reason{Code: OtherFile, Detail: "page"}
	}
	var list []*stream.Rendition
	for _, had := range r.renditions() {
		now, err := find(l, had.Key)
		var differs string
		if err == nil {
			differs = difference(had, now)
		}
		if err != nil || differs != "" {
			// Equals are numbered by bit rate, so that another among them may have the key now.
			for other := range l.Renditions {
				if other.Available() && difference(had, other) == "" {
					now, err, differs = other, nil, ""
					break
				}
			}
		}
		if err != nil {
			return nil, err
		}
		if differs != "" {
			return nil, &Reason{Code: OtherFile, Detail: differs}
		}
		list = append(list, now)
	}
	return list, nil
}

// difference says in what two renditions are not the same file; "" in nothing.
func difference(a, b *stream.Rendition) string {
	switch {
	case a.Kind != b.Kind || a.Quality != b.Quality:
		return "quality"
	case a.Codec != b.Codec || a.Container != b.Container:
		return "codec"
	case len(a.Segments) != len(b.Segments):
		return "files"
	}
	for i := range a.Segments {
		if x, y := sizeOf(a, i), sizeOf(b, i); x > 0 && y > 0 && x != y {
			return "size"
		}
	}
	return ""
}

// sizeOf is how long the listing says that a part is, in bytes; 0 where it only guesses.
func sizeOf(r *stream.Rendition, part int) int64 {
	if n := r.Segments[part].Size; n > 0 {
		return n
	}
	if len(r.Segments) == 1 && !r.SizeEstimated {
		return max(r.Size, 0)
	}
	return 0
}

// estimate is what the listing says of the output's size, guesses included.
func (r *record) estimate() int64 {
	if r.Size > 0 {
		return r.Size
	}
	if r.Row == nil {
		return 0
	}
	var n int64
	for _, p := range r.renditions() {
		if p.Size <= 0 || n+p.Size < 0 {
			return 0
		}
		n += p.Size
	}
	return n
}

// note adds a remark, or counts one that is there already.
func (r *record) note(n Reason) {
	i := slices.IndexFunc(r.Notes, func(old Reason) bool { return old.Code == n.Code })
	if i < 0 {
		r.Notes = append(r.Notes, n)
		return
	}
	n.Times += r.Notes[i].Times
	r.Notes = slices.Clone(r.Notes) // views hold the former ones
	r.Notes[i] = n
}

// audioOnly reports whether the file has no picture.
func (r *record) audioOnly() bool { return r.Row.Kind == stream.Audio }

// ending is what the file's name will end with, as far as the listing tells.
func (r *record) ending() string {
	switch {
	case r.audioOnly():
		return ".m4a"
	case r.Row.Container == stream.FLV:
		return ".flv"
	}
	return ".mp4"
}
