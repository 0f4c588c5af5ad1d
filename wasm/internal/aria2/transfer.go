package aria2

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"streamlist/wasm/internal/stream"
)

// Source says of what lesson a transfer's addresses are, so that fresh ones can be asked
// for. It holds no address of a stream.
type Source struct {
	Site stream.Site `json:"site"`
	// Page is Listing.Page, Tab the tab it was sent from, and Store its cookie store ("" in
	// Chrome). They are handed back to Links and otherwise left alone, as is the rest.
	Page  string `json:"page"`
	Tab   int    `json:"tab"`
	Store string `json:"store,omitempty"`
	// URL is the page's plain address, Episode the id and Title the title of the lesson.
	URL     string `json:"url"`
	Episode string `json:"episode,omitempty"`
	Title   string `json:"title,omitempty"`
}

// State is what a transfer does, as far as aria2 has told.
type State string

const (
	Waiting  State = "waiting" // in aria2's queue
	Active   State = "active"
	Paused   State = "paused"
	Complete State = "complete"
	// Renewing: aria2 has given it up, or lost it, and it is added anew as soon as there are
	// fresh addresses.
	Renewing State = "renewing"
	Failed   State = "failed"  // Reason or Code says why
	Removed  State = "removed" // a person removed it from aria2
)

// finished reports whether nothing more is done about a transfer.
func (s State) finished() bool { return s == Complete || s == Failed || s == Removed }

// Transfer is one file that was sent. It holds no address and no secret.
type Transfer struct {
	// GID names it in aria2: 16 hexadecimal digits that we choose, so that it is the same
	// after it was added anew, and known also where the answer to its adding was lost.
	GID string `json:"gid"`
	// Lesson is the GID of the first transfer of those that were sent together: of one lesson, or
	// the parts of one film.
	Lesson string `json:"lesson"`
	// Dir and Out are where it is saved. As long as it is not Opened they are what was wanted
	// ("" is the server's own folder), then the file that aria2 has made.
	Dir    string `json:"dir,omitempty"`
	Out    string `json:"out"`
	Opened bool   `json:"opened,omitempty"`

	Source Source `json:"source"`
	// Row is the rendition's key, Part its segment, from 0, and Size what the listing says of its size,
	// in bytes, 0 where it only guesses.
	Row  string `json:"row"`
	Part int    `json:"part,omitempty"`
	Size int64  `json:"size,omitempty"`

	State State `json:"state"`
	// Done and Total are in bytes, Total 0 while unknown; Speed in bytes per second.
	Done  int64 `json:"done,omitempty"`
	Total int64 `json:"total,omitempty"`
	Speed int64 `json:"speed,omitempty"`
	// Given is when aria2 had the addresses that it has, and Ends when the first of them
	// ends, 0 unknown; in Unix seconds.
	Given int64 `json:"given,omitempty"`
	Ends  int64 `json:"ends,omitempty"`
	// Hold is until when no fresh ones are asked for, in Unix seconds, and Asked how often that
	// came to nothing, one after the other.
	Hold  int64 `json:"hold,omitempty"`
	Asked int   `json:"asked,omitempty"`
	// Tries is how often it was added anew without a byte gained since, Mark what was there
	// at the last time.
	Tries int   `json:"tries,omitempty"`
	Mark  int64 `json:"mark,omitempty"`
	// Seen: aria2 has told of it.
	Seen bool `json:"seen,omitempty"`
	// Reason is why no fresh addresses could be had, Code what aria2 gave it up with (its
	// manual, "Exit status").
	Reason *stream.Reason `json:"reason,omitempty"`
	Code   int64          `json:"code,omitempty"`
}

// name is the path as far as it is known.
func (t *Transfer) name() string {
	if t.Dir == "" {
		return t.Out
	}
	return strings.TrimSuffix(t.Dir, "/") + "/" + t.Out
}

// at is where a file lies, told by its path on the server. What is there by then is ours.
func (t *Transfer) at(path string) {
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 || slash == len(path)-1 {
		return
	}
	t.Dir, t.Out, t.Opened = path[:max(slash, 1)], path[slash+1:], true
}

// lies reports whether a transfer of aria2's with that path is this one. One that was not
// opened may lie in a folder that only aria2 knows.
func (t *Transfer) lies(path string) bool {
	return path == t.name() || t.Dir == "" && strings.HasSuffix(path, "/"+t.Out)
}

// newGID makes a name that no other transfer has.
func newGID() string {
	s := strconv.FormatUint(rand.Uint64()|1<<63, 16) // 16 digits
	return s
}

// Options are the person's: how the server is to take transfers.
type Options struct {
	// Dir is the folder on the server; "" is its own.
	Dir string
	// Connections is how many each transfer has, and to each host: 1 to 16.
	Connections int
	// Agent is the browser's User-Agent.
	Agent string
}

// settings are aria2's options of one transfer (its manual, "Input file"): all of them text.
type settings struct {
	GID     string   `json:"gid"`
	Dir     string   `json:"dir,omitempty"`
	Out     string   `json:"out"`
	Header  []string `json:"header"`
	Agent   string   `json:"user-agent,omitempty"`
	Split   string   `json:"split"`
	PerHost string   `json:"max-connection-per-server"`
	// MinSplit is the smallest size that two connections share: aria2's own 20 MB would leave
	// most lessons' sound with one.
	MinSplit string `json:"min-split-size"`
	// Continue goes on in a file that has no record of aria2's beside it. Only one that we
	// know to be this transfer's may be gone on with: what another program has left under the
	// name would be taken for its beginning. A file of that name is left alone otherwise, and
	// ours gets another one.
	Continue  string `json:"continue"`
	Rename    string `json:"auto-file-renaming"`
	Overwrite string `json:"allow-overwrite"`
}

// adding is the call that adds a transfer with these addresses: behind all others, or first.
func (o Options) adding(t *Transfer, addresses []string, first bool) call {
	connections := strconv.Itoa(min(max(o.Connections, 1), 16))
	s := settings{
		GID: t.GID, Dir: t.Dir, Out: t.Out, Agent: o.Agent,
		Header: []string{"Referer: " + t.Source.Site.Referer(), "Origin: " + strings.TrimSuffix(t.Source.Site.Referer(), "/")},
		Split:  connections, PerHost: connections, MinSplit: "1M",
		Continue: "false", Rename: "true", Overwrite: "false",
	}
	if t.Opened {
		s.Continue = "true"
	}
	params := []any{addresses, s}
	if first {
		params = append(params, 0)
	}
	return call{"aria2.addUri", params}
}

// links are the addresses of one file.
type links struct {
	addresses []string
	ends      int64 // Unix seconds, 0 unknown
}

// linksOf returns the addresses of a part of a rendition: those of other viewers' devices
// (PCDN) only where there are no others, for aria2 asks all of them.
func linksOf(row *stream.Rendition, part int) (l links) {
	if row == nil || !row.Available() || part >= len(row.Segments) {
		return l
	}
	for _, pcdn := range []bool{false, true} {
		if len(l.addresses) > 0 {
			break
		}
		var used []stream.MediaURL
		for _, u := range row.Segments[part].URLs {
			if (u.Class == stream.PCDN) == pcdn {
				used = append(used, u)
				l.addresses = append(l.addresses, u.URL)
			}
		}
		l.ends = stream.Until(used)
	}
	return l
}

// fresh returns the addresses of a transfer's file in a later listing.
func (t *Transfer) fresh(l *stream.Listing) (links, error) {
	row := l.Find(t.Row)
	if row == nil || sizeOf(row, t.Part) != t.Size {
		// Equals are numbered by bit rate, so that another among them may have the key now.
		for r := range l.Renditions {
			if alike(r.Key, t.Row) && sizeOf(r, t.Part) == t.Size {
				row = r
				break
			}
		}
	}
	if found := linksOf(row, t.Part); len(found.addresses) > 0 {
		if t.Size > 0 && sizeOf(row, t.Part) > 0 && sizeOf(row, t.Part) != t.Size {
			return links{}, stream.Reason{Code: stream.Expired, Detail: otherFile}
		}
		return found, nil
	}
	switch {
	case row != nil && row.Withheld != nil:
		return links{}, *row.Withheld
	case l.Problem != nil:
		return links{}, *l.Problem
	}
	return links{}, stream.Reason{Code: stream.NotGiven}
}

// otherFile: the site gives another file under this quality by now. It is a detail of
// Expired.
const otherFile = "other-file"

// alike reports whether two keys differ in their number among equals alone.
func alike(a, b string) bool {
	return a[:strings.LastIndexByte(a, '/')+1] == b[:strings.LastIndexByte(b, '/')+1]
}

// sizeOf is how long a listing says that a part is, in bytes; 0 where it only guesses.
func sizeOf(r *stream.Rendition, part int) int64 {
	if part >= len(r.Segments) {
		return 0
	}
	if n := r.Segments[part].Size; n > 0 {
		return n
	}
	if len(r.Segments) == 1 && !r.SizeEstimated {
		return max(r.Size, 0)
	}
	return 0
}
