package download

import (
	"streamlist/wasm/internal/filename"
	"streamlist/wasm/internal/stream"
)

// Order is what a person asked for, as the background keeps it. It holds no address.
type Order struct {
	// ID is the job's own and its folder's name: 1 to 64 of a-z, A-Z, 0-9 and "-".
	ID   string      `json:"id"`
	Site stream.Site `json:"site"`
	// Page is Listing.Page; Tab the tab it was ordered in, and Store its cookie store ("" in
	// Chrome). They are handed back to Listings and otherwise left alone.
	Page  string `json:"page"`
	Tab   int    `json:"tab"`
	Store string `json:"store"`
	// Row is the Key of the row, Audio that of the sound to join to a video row; "" for
	// none.
	Row   string `json:"row"`
	Audio string `json:"audio,omitempty"`
	// Subtitles are wanted beside a video: a language's key, "all", or "" for none.
	Subtitles string `json:"subtitles,omitempty"`
	// URL is the page's plain address; Load the load of its document, Episode the id and Title
	// the title of what was ordered: what Listings asks with once more, and
	// otherwise left alone.
	URL     string `json:"url"`
	Load    string `json:"load,omitempty"`
	Episode string `json:"episode,omitempty"`
	Title   string `json:"title,omitempty"`
}

// same reports whether two orders are for the same file.
func (o Order) same(other Order) bool {
	return o.Site == other.Site && o.Page == other.Page && o.Row == other.Row && o.Audio == other.Audio
}

func (o Order) valid() bool {
	if o.ID == "" || len(o.ID) > 64 || o.Row == "" {
		return false
	}
	for _, c := range o.ID {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// Options are the person's. The zero value of each field is the usual one.
type Options struct {
	// AtOnce is how many jobs run at a time, 1 to 3; 0 is 1.
	AtOnce int `json:"atOnce"`
	// Connections is how many each has, 1 to 16; 0 is 6.
	Connections int `json:"connections"`
	// Template makes the file's name; "" is [filename.Template].
	Template string `json:"template"`
}

// maxConnections is the most that a job may have.
const maxConnections = 16

// Clean returns the options with every field in its range.
func (o Options) Clean() Options {
	if o.AtOnce == 0 {
		o.AtOnce = 1
	}
	if o.Connections == 0 {
		o.Connections = 6
	}
	if o.Template == "" {
		o.Template = filename.Template
	}
	o.AtOnce = min(max(o.AtOnce, 1), 3)
	o.Connections = min(max(o.Connections, 1), maxConnections)
	return o
}

// Command is what a person can do with a job.
type Command string

const (
	Pause  Command = "pause"
	Resume Command = "resume"
	// Cancel ends a job and leaves nothing of it on disk.
	Cancel Command = "cancel"
	// Retry goes on with a job that failed, from what is on disk.
	Retry Command = "retry"
	// Again saves a job that is complete, or that could not be saved: from the disk while
	// the bytes are still there, otherwise it is fetched anew.
	Again Command = "again"
	// Clear takes a complete job off the list.
	Clear Command = "clear"
)

// Outcome is what became of a hand-over.
type Outcome string

const (
	// Begun: the browser has given ids to the downloads.
	Begun Outcome = "begun"
	// Kept: the files are where the person wanted them, and the job's folder can go.
	Kept Outcome = "complete"
	// NotKept: the browser could not save them, or the person didn't want to.
	NotKept Outcome = "failed"
)
