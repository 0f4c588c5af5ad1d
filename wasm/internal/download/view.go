package download

import (
	"strconv"

	"streamlist/wasm/internal/stream"
)

// View is all that the page draws.
type View struct {
	// Jobs are in the order of the queue; behind them those that are complete, the latest first.
	Jobs []Job `json:"jobs"`
	// Speed is that of all jobs together, in bytes per second.
	Speed int64 `json:"speed"`
	// Free is how many bytes may still be written, as it was last asked; nil unknown.
	Free *int64 `json:"free,omitempty"`
}

// State is where a job stands.
type State string

const (
	// Waiting: in the queue.
	Waiting State = "waiting"
	// Starting: gets its listing, reads the heads of its files and plans.
	Starting State = "starting"
	Running  State = "running"
	// Linking: fresh addresses are asked for.
	Linking State = "links"
	// Retrying: nothing comes now (Reason says why: Network or RateLimited); it
	// goes on by itself, at Reason.At where that is known.
	Retrying State = "retrying"
	// Paused: by the person (Person) or because the disk is full (DiskFull).
	Paused State = "paused"
	// Checking: the last byte is there; the file is closed and read back.
	Checking State = "checking"
	// Saving: whole, and handed to the page.
	Saving   State = "saving"
	Complete State = "complete"
	Failed   State = "failed"
)

// Reasons of a download's own, beside those of stream.
const (
	// Person: paused by the person.
	Person stream.Code = "person"
	// DiskFull: Need bytes are wanted, Free are there; both 0 where a write failed.
	DiskFull stream.Code = "disk-full"
	// Changed, as a note: the file on the host is another one than before, and was begun
	// anew. Times says how often.
	Changed stream.Code = "changed"
	// OtherFile: fresh addresses are those of another file than the one that was begun (Detail says
	// what differs: "quality", "codec", "size", "files"), or the row is there no more ("row").
	OtherFile stream.Code = "other"
	// NotMedia: what the hosts give is no video or audio file.
	NotMedia stream.Code = "not-media"
	// Broken: the file on the host, or the one made of it, is broken. Detail says where.
	Broken stream.Code = "broken"
	// NoSize: no host says how long the file is, so it can't be laid out.
	NoSize stream.Code = "no-size"
	// NoHost: no address is one that the extension may fetch.
	NoHost stream.Code = "no-host"
	// NoSave: the browser did not save the file; Detail is its word for why.
	NoSave stream.Code = "no-save"
	// Storage: the browser's storage failed in another way than by being full.
	Storage stream.Code = "storage"
	// Internal: a fault of ours.
	Internal stream.Code = "internal"
)

// Notes are remarks on a job that goes on or is complete, beside Changed.
const (
	// NoRanges: a host gives whole files only; one connection, from the start.
	NoRanges stream.Code = "no-ranges"
	// PartsApart: parts that are saved as several files: FLV or, where Detail is "codecs", MP4 that can't be one file because
	// they are coded differently.
	PartsApart stream.Code = "parts"
	// IsPreview: the site gives Given of Whole milliseconds.
	IsPreview stream.Code = "preview"
	// Duration: the file lasts Given milliseconds, the listing says Whole.
	Duration stream.Code = "duration"
	// Unused: Need bytes of the media belong to no sample, which is how a fragment that is
	// missing shows, or padding by the author.
	Unused stream.Code = "unused"
	// Unchecked: the single file is as the host gave it, but could not be read back as an MP4.
	Unchecked stream.Code = "unchecked"
)

// Reason says why a job stands still or ended, or is a note. It never holds an address.
type Reason struct {
	Code   stream.Code `json:"code"`
	Detail string      `json:"detail,omitempty"`
	// ServerCode is an HTTP status or an endpoint's code, where there is one.
	ServerCode int64 `json:"serverCode,omitempty"`
	// At is in Unix seconds: when it goes on by itself.
	At int64 `json:"at,omitempty"`
	// Given and Whole are in milliseconds.
	Given int64 `json:"given,omitempty"`
	Whole int64 `json:"whole,omitempty"`
	// Need and Free are in bytes.
	Need int64 `json:"need,omitempty"`
	Free int64 `json:"free,omitempty"`
	// Times counts, where that is of use.
	Times int64 `json:"times,omitempty"`
}

func (r *Reason) Error() string {
	if r.Detail != "" {
		return string(r.Code) + " (" + r.Detail + ")"
	}
	return string(r.Code)
}

// Part is one rendition in a job's file.
type Part struct {
	Kind    stream.Kind    `json:"kind"`
	Quality stream.Quality `json:"quality"`
	Label   string         `json:"label,omitempty"`
	Codec   stream.Codec   `json:"codec,omitempty"`
	Width   int            `json:"width,omitempty"`
	Height  int            `json:"height,omitempty"`
}

// Job is what a page shows of one job.
type Job struct {
	ID    string `json:"id"`
	State State  `json:"state"`
	// Name is the file's with its ending and folders, as it will be saved; of several files
	// the first. Files says how many; subtitles don't count.
	Name  string `json:"name"`
	Files int    `json:"files"`
	// Subtitles are the tags of those that are saved with it.
	Subtitles []string `json:"subtitles,omitempty"`
	// Head is the listing's. Parts are the row and its sound.
	Head  stream.Head `json:"head"`
	Parts []Part      `json:"parts"`
	Order Order       `json:"order"`
	// Size is that of the file that comes to be and Done what of it is on disk, in bytes.
	// Size is what the listing says until the files' heads were read; 0 unknown.
	Size int64 `json:"size"`
	Done int64 `json:"done"`
	// Speed is in bytes per second, smoothed; Left in seconds. 0 while unknown.
	Speed int64 `json:"speed,omitempty"`
	Left  int64 `json:"left,omitempty"`
	// Duration is in milliseconds: the listing's, of a preview what is given, and, once
	// complete, the file's own.
	Duration int64 `json:"duration,omitempty"`
	// Took is how long the job ran, pauses left out, in milliseconds.
	Took int64 `json:"took,omitempty"`
	// Ended is when it was complete, in Unix milliseconds; 0 while it isn't.
	Ended  int64    `json:"ended,omitempty"`
	Reason *Reason  `json:"reason,omitempty"`
	Notes  []Reason `json:"notes,omitempty"`
	Bar    Bar      `json:"bar,omitzero"`
	// Hosts are those in use, the busiest first.
	Hosts []Host `json:"hosts,omitempty"`
	// Downloads are the browser's ids of the saved files.
	Downloads []int64 `json:"downloads,omitempty"`
	// Can lists what Do takes now.
	Can []Command `json:"can"`
}

// Bar is the picture of the pieces: runs [from, to) of the file's bytes, ascending, not
// touching each other, at most 200 together. Where there are more, those with the smallest gaps between
// them are shown as one.
type Bar struct {
	Done [][]int64 `json:"done"` // on disk
	Now  [][]int64 `json:"now"`  // under way
}

// Host is a media host in use.
type Host struct {
	Host        string           `json:"host"` // with its port, where it states one; never a path
	Class       stream.HostClass `json:"class"`
	Connections int              `json:"connections"`
	// Speed is in bytes per second, of its connections together.
	Speed    int64 `json:"speed"`
	Failures int   `json:"failures"`
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
