// Package message is the protocol between the extension's pages, its content script
// and the background: kinds, envelopes, error codes and a strict JSON codec.
//
// Every request is answered, and an answer never rejects: a rejected handler loses
// its error's fields in both browsers. Ids of 64 bits travel as strings, because
// Chromium's messages carry JSON numbers only.
package message

import (
	"bytes"
	"fmt"

	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/export"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// Version is the protocol's. A tab that was open before an update still runs the
// former content script; it is told to reload.
const Version = 1

// MaxRequest bounds a request in bytes. The largest real one is under 2 kB.
const MaxRequest = 64 << 10

// Kind names a request.
type Kind string

// Requests from a content script (in the top frame of a tab) to the background.
const (
	// Wake starts the background before it is needed. Body: [ListBody]. Answer: [Woken].
	Wake Kind = "wake"
	// List asks for the listing of the sender's own page. Body: [ListBody]. Answer: [stream.Listing].
	List Kind = "list"
	// Course asks to read the rest of the course's list. Body: [ListBody]. Answer: [stream.Head].
	Course Kind = "course"
	// Owned asks for a page of the account's own list of courses. Body: [AsideBody].
	// Answer: pugv.Owned.
	Owned Kind = "owned"
	// Lessons asks for the list of the lessons of the course, or the episodes of the series,
	// that the sender's page belongs to. Body: [AsideBody]. Answer: course.List.
	Lessons Kind = "lessons"
	// Range asks which numbers a person's text means. Body: [RangeBody]. Answer: [Numbers].
	Range Kind = "range"
	// ListLesson asks for the listing of another lesson of the same course. Body: [ListBody]
	// with Lesson. Answer: [stream.Listing].
	ListLesson Kind = "list-lesson"
	// Details asks what the course has beside its streams. Body: [AsideBody]. Answer:
	// pugv.Details.
	Details Kind = "details"
	// Danmaku asks for the lesson's comments as a file. Body: [AsideBody]. Answer: [File].
	Danmaku Kind = "danmaku"
	// Subtitles asks which subtitles the page's video has, and for a file of those wanted. Body:
	// [AsideBody]. Answer: [SubtitleList].
	Subtitles Kind = "subtitles"
	// Over says that the pointer is over a video that lies in a link, or no longer is. Body:
	// [OverBody]. Answer: {}.
	Over Kind = "over"
	// Single asks for the single files of a lesson that was listed as tracks. Body: [ListBody].
	// Answer: the completed [stream.Listing].
	Single Kind = "single"
	// TestHosts times a row's hosts. Body: [ListBody] with Row. Answer: the [stream.Listing], with the
	// fastest host first. StopTest ends that. Body: none. Answer: {}.
	TestHosts Kind = "test-hosts"
	StopTest  Kind = "stop-test"
	// Copy puts text on the clipboard. Body: [CopyBody]. Answer: [Copied], or [export.Text]
	// without its Body for what was Collected.
	Copy Kind = "copy"
	// Export answers with the text that Copy would put on the clipboard. Body: [CopyBody]. Answer: [Text],
	// or [export.Text] for what was Collected.
	Export Kind = "export"
	// Download asks for a row as a file. Body: [CopyBody] without What. Answer: [Ordered].
	// extension/orders.js keeps that for the Downloads page.
	Download Kind = "download"
	// Collect begins work on many lessons of the sender's course. Body: [CollectBody].
	// Answer: [QueueView].
	Collect Kind = "collect"
	// Queue asks how far that is, keeps it going, and does what a person wants about it. Body:
	// [QueueBody]. Answer: [QueueView].
	Queue Kind = "queue"
	// Open asks to open the panel in the sender's tab. Body: none. Answer: [MovedBody].
	Open Kind = "open"
	// OpenOptions opens the options page. Body: none. Answer: {}.
	OpenOptions Kind = "open-options"
	// OpenDownloads asks for the Downloads page, which the shim opens or brings to the front. Body: none. Answer: {}.
	OpenDownloads Kind = "open-downloads"
	// Grant opens the page that asks the person for withheld host permissions, because
	// a content script can't ask. Body: none. Answer: {}.
	Grant Kind = "grant"
)

// ListFor is what the Downloads page asks the background: the listing of an order's page.
// Body: [ListBody] with Tab. Answer: [stream.Listing].
const ListFor Kind = "list-for"

// SubtitlesFor is what it asks for the subtitles that were ordered with a row, as SRT. Body:
// [ListBody] with Tab and Language. Answer: [SubtitleList].
const SubtitlesFor Kind = "subtitles-for"

// Requests from the background to the content script of a tab.
const (
	// Hello asks for the page's hints. Answer: [Hints] with Panel and Shell.
	Hello Kind = "hello"
	// Toggle opens or closes the panel. Body: [ToggleBody].
	Toggle Kind = "toggle"
	// Moved says that the tab's address changed without a load. Body: [MovedBody].
	Moved Kind = "moved"
	// Toast shows an outcome in the page. Body: [ToastBody].
	Toast Kind = "toast"
	// Fetch asks an endpoint of the tab's own site with the tab's own cookies. Body:
	// [FetchBody]. Answer: [Fetched].
	Fetch Kind = "fetch"
	// StopFetch ends a Fetch that nobody waits for any more. Body: [FetchBody], its ID alone.
	StopFetch Kind = "stop-fetch"
)

// Request is the envelope of a request.
type Request struct {
	V    int             `json:"v"`
	ID   string          `json:"id"`
	Kind Kind            `json:"kind"`
	Body json.RawMessage `json:"body,omitempty"`
}

// Response is the envelope of an answer: Body when OK, else Error.
type Response struct {
	V     int    `json:"v"`
	ID    string `json:"id"`
	OK    bool   `json:"ok"`
	Body  any    `json:"body,omitempty"`
	Error *Error `json:"error,omitempty"`
}

// ErrorCode says why a request as such failed. Why a stream can't be had is a
// [stream.Reason] instead.
type ErrorCode string

const (
	Malformed   ErrorCode = "malformed"    // not this protocol
	OldVersion  ErrorCode = "old-version"  // another protocol version: the tab must reload
	Refused     ErrorCode = "refused"      // this sender may not ask that
	Unsupported ErrorCode = "unsupported"  // the page is none that Streamlist works on
	Unavailable ErrorCode = "unavailable"  // Reason says why
	Cancelled   ErrorCode = "cancelled"    // the tab moved on
	RuntimeDied ErrorCode = "runtime-died" // made by the shim: the program ended
	Internal    ErrorCode = "internal"     // a bug of ours
	NoClipboard ErrorCode = "no-clipboard" // the browser refused to copy
	Private     ErrorCode = "private"      // nothing is downloaded in a private window
	NoRange     ErrorCode = "no-range"     // text that is no list of numbers
	BeyondRange ErrorCode = "beyond-range" // a number that the list doesn't have
	Busy        ErrorCode = "busy"         // many lessons are being asked for already
	Unfinished  ErrorCode = "unfinished"   // some are being asked for again: their links have ended
	// Unquotable and the others: no such text can be written, see [export.Refusal].
	Unquotable = ErrorCode(export.Unquotable)
	TooLong    = ErrorCode(export.TooLong)
	InParts    = ErrorCode(export.InParts)
	NoAddress  = ErrorCode(export.NoAddress)
	NoSound    = ErrorCode(export.NoSound)
)

// Error is the error of a response. Message is for developers and holds no address
// and no account id; people see the locale's text for Code or Reason.
type Error struct {
	Code      ErrorCode      `json:"code"`
	Message   string         `json:"message,omitempty"`
	Retryable bool           `json:"retryable,omitempty"`
	Reason    *stream.Reason `json:"reason,omitempty"`
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Hints are what a content script read from its page. The page is hostile: ids are
// believed only where the season's own list holds them, text is only ever shown.
type Hints struct {
	// Load names the document's load, so that a listing is asked for once per load.
	Load string `json:"load"`
	// Episode is the id of the active lesson or episode, digits or "".
	Episode string `json:"episode,omitempty"`
	// Title is an upload's title.
	Title string `json:"title,omitempty"`
	// Panel says that the panel's scripts are in the page (answer to Hello only).
	Panel bool `json:"panel,omitempty"`
	// Shell is the one that was last chosen in the panel (likewise).
	Shell export.Shell `json:"shell,omitempty"`
}

// ListBody asks for a listing.
type ListBody struct {
	Hints Hints `json:"hints"`
	// Refresh asks the endpoints anew instead of using this load's listing.
	Refresh bool `json:"refresh,omitempty"`
	// Lesson is the id of another lesson of the same course, for [ListLesson].
	Lesson string `json:"lesson,omitempty"`
	// Row is a rendition's key, for [TestHosts] and [ListFor].
	Row string `json:"row,omitempty"`
	// Tab is the one in which something was ordered, with the page's address as it was then.
	Tab Tab `json:"tab,omitzero"`
	// Language is which subtitles [SubtitlesFor] is for, as in AsideBody.
	Language string `json:"language,omitempty"`
}

// Woken answers Wake.
type Woken struct {
	// Again asks for a second Wake, with hints, once the page says which of its items it plays.
	Again bool `json:"again,omitempty"`
}

// AsideBody asks for something beside the streams.
type AsideBody struct {
	Hints Hints `json:"hints"`
	// Page is which page of a list, from 1.
	Page int `json:"page,omitempty"`
	// Format is of Danmaku "xml" or "ass"; of Subtitles "srt", "vtt", "ass", or "" for that which the site has.
	Format string `json:"format,omitempty"`
	// Language is of Subtitles: that of which the files are wanted, a language's key ("th"), a [Subtitle]'s Tag or
	// subtitle.All; "" for none. With Copy the first one's text lies on the clipboard instead of being in the answer.
	Language string `json:"language,omitempty"`
	Copy     bool   `json:"copy,omitempty"`
}

// RangeBody asks which of Count lessons a person's text means.
type RangeBody struct {
	Text  string `json:"text"`
	Count int    `json:"count"`
}

// Numbers are places in a list, from 1, ascending.
type Numbers struct {
	Numbers []int `json:"numbers"`
}

// File is text to be saved.
type File struct {
	Name string `json:"name"`
	Text string `json:"text"`
	// Count is how many comments or cues it holds.
	Count int `json:"count"`
}

// SubtitleList is the subtitles of a video.
type SubtitleList struct {
	Tracks []Subtitle `json:"tracks"`
}

// Subtitle is one of a video's subtitles.
type Subtitle struct {
	// Tag is subtitle.Track's, Name the site's own word for the language.
	Tag     string `json:"tag"`
	Name    string `json:"name,omitempty"`
	Machine bool   `json:"machine,omitempty"`
	// Withheld is why they can't be had; nil when they can.
	Withheld *stream.Reason `json:"withheld,omitempty"`
	// File is there where it was wanted and could be had.
	File *File `json:"file,omitempty"`
}

// What says which text to copy or export.
type What string

const (
	URL    What = "url"               // one address; several lines for several segments
	URLs   What = "urls"              // the addresses of the video and of its audio, one a line
	MPV         = What(export.MPV)    // a command with both inputs, headers and title
	FFmpeg      = What(export.FFmpeg) // a command that saves picture and sound as one file
	Curl        = What(export.Curl)   // a command that saves the row's file
	Wget        = What(export.Wget)   // likewise
	Aria2c      = What(export.Aria2c) // likewise
	YtDlp       = What(export.YtDlp)  // a command that has yt-dlp fetch the page's video
	// Texts to be saved as a file, of which [Copied] holds the name.
	Aria2List      = What(export.Aria2List) // an input file of aria2's, of the video and its audio
	MPVList        = What(export.MPVList)   // a playlist for mpv, of the video with its audio
	JSON           = What(export.JSON)      // an [export.Document]
	Again     What = "again"                // the mpv command for what the last toast spoke of
	// Told is [CopyBody]'s own Text.
	Told What = "told"
	// Diagnostics is text for a bug report, of which [Copied] holds no more than What.
	Diagnostics What = "diagnostics"
)

// CopyBody asks to copy or export.
type CopyBody struct {
	Hints Hints `json:"hints"`
	// Page is the [stream.Listing]'s of which the row is; "" means the tab's, whatever it is.
	Page string `json:"page,omitempty"`
	// Row is a rendition's key; "" means the best.
	Row string `json:"row,omitempty"`
	// Audio is the key of the sound to join to a video that is downloaded, "" for the one
	// that plays with it.
	Audio string `json:"audio,omitempty"`
	// Subtitles are to be saved beside a downloaded row: a language as in AsideBody, or PageLanguage.
	Subtitles string `json:"subtitles,omitempty"`
	// What is the text wanted.
	What What `json:"what"`
	// Collected asks for all that the account's queue has brought; What is an [export.Format]
	// then, and the answer an [export.Text]. Addresses that have ended are asked for again
	// first, unless it shall be written Anyway.
	Collected bool `json:"collected,omitempty"`
	Anyway    bool `json:"anyway,omitempty"`
	// Text is for Told.
	Text string `json:"text,omitempty"`
	// Host is with what the address begins, as far as its path: whose host stands where may have
	// changed since it was drawn. "" means all hosts.
	Host string `json:"host,omitempty"`
	// Backup picks among the host's addresses: 0 the first, 1 the first backup, and so on.
	Backup int `json:"backup,omitempty"`
	// Shell is what a command is written for; "" means the system's own, PowerShell on
	// Windows, else a POSIX shell.
	Shell export.Shell `json:"shell,omitempty"`
}

// PageLanguage is the language that the page is in.
const PageLanguage = "page"

// Ordered is what was ordered to be downloaded, without any address of a stream.
type Ordered struct {
	// Page is the [stream.Listing]'s, Row and Audio are renditions' keys of it; Audio is "" for
	// none.
	Page  string `json:"page"`
	Row   string `json:"row"`
	Audio string `json:"audio,omitempty"`
	// Subtitles are which are saved beside a video, as in [CopyBody], but for [PageLanguage].
	Subtitles string `json:"subtitles,omitempty"`
	// Hints are the sender's, with the item of the page and its title.
	Hints Hints `json:"hints"`
	// URL is the page's address where that isn't the sender's own page.
	URL string `json:"url,omitempty"`
}

// Copied describes what lies on the clipboard now.
type Copied struct {
	What    What           `json:"what"`
	Kind    stream.Kind    `json:"kind"`
	Quality stream.Quality `json:"quality"`
	Label   string         `json:"label,omitempty"`
	Codec   stream.Codec   `json:"codec,omitempty"`
	// ExpiresAt is when the first of the copied addresses ends, in Unix seconds; 0 unknown.
	ExpiresAt int64 `json:"expiresAt,omitempty"`
	// FetchedAt is that of the listing it was taken from, by this computer's clock: where
	// ExpiresAt, which is by the site's, lies before it, the clock is wrong or the site's
	// answer is.
	FetchedAt int64 `json:"fetchedAt,omitempty"`
	// Referer says that a plain link won't open alone, OneIP that an address names the IP
	// address it was given to, Cookies that the command reads the cookies of the browser's
	// default profile; with Apart it would have to, but the tab's are others.
	Referer bool `json:"referer,omitempty"`
	OneIP   bool `json:"oneIp,omitempty"`
	Cookies bool `json:"cookies,omitempty"`
	Apart   bool `json:"apart,omitempty"`
	// Name is what to save the text as, and Type its media type, where it is one to be saved.
	Name string `json:"name,omitempty"`
	Type string `json:"type,omitempty"`
}

// Text is exported text, and what it is.
type Text struct {
	Text   string  `json:"text"`
	Copied *Copied `json:"copied,omitempty"`
}

// Purpose is what lessons are collected for.
type Purpose string

const (
	ToExport Purpose = "export"
	ToAria2  Purpose = "aria2"
)

// CollectBody asks for many lessons.
type CollectBody struct {
	Hints Hints `json:"hints"`
	// Lessons are ids that the course's own list holds.
	Lessons []string `json:"lessons"`
	Job     Job      `json:"job"`
}

// Job is what a person wants of many lessons.
type Job struct {
	Purpose Purpose `json:"purpose"`
	// Ceiling is the height in pixels above which no quality is chosen, unless there is none
	// below; 0 for the best.
	Ceiling int `json:"ceiling,omitempty"`
	// Silent leaves the sound out where it is apart.
	Silent bool `json:"silent,omitempty"`
	// Format is the one to export to. Some hold pages alone, and then nobody is asked.
	Format export.Format `json:"format,omitempty"`
}

// QueueView is how far the work on many lessons is; empty where there is none.
type QueueView struct {
	Progress *course.View `json:"progress,omitempty"`
	Job      *Job         `json:"job,omitempty"`
	// Page names the course or series ("com/ss/61").
	Page  string `json:"page,omitempty"`
	Title string `json:"title,omitempty"`
	// Lessons, and what became of each, are for Report alone.
	Lessons []course.Lesson `json:"lessons,omitempty"`
	Items   []course.Item   `json:"items,omitempty"`
}

// Step is what a person does about a queue; "" for looking on.
type Step string

const (
	Pause  Step = "pause"
	Resume Step = "resume"
	Cancel Step = "cancel"
	Retry  Step = "retry" // what failed, and what was cancelled
	Clear  Step = "clear" // forget the queue and what it brought
	Report Step = "report"
)

// QueueBody accompanies Queue.
type QueueBody struct {
	Do Step `json:"do,omitempty"`
}

// ToggleBody accompanies Toggle.
type ToggleBody struct {
	// Elsewhere: the page is none that Streamlist works on; say so, with links.
	Elsewhere bool `json:"elsewhere,omitempty"`
	// Place is where else, if there is more to say about it.
	Place page.Place `json:"place,omitempty"`
	// Open opens the panel and never closes it.
	Open bool `json:"open,omitempty"`
}

// MovedBody accompanies Moved.
type MovedBody struct {
	// Supported says whether the new address is a page with streams.
	Supported bool `json:"supported"`
	// Page names it ("com/ep/790"): a move that only changes the query names the same.
	Page string `json:"page,omitempty"`
	// Place is what the new address is instead, as in ToggleBody.
	Place page.Place `json:"place,omitempty"`
}

// ToastBody is an outcome: Copied, or Error when it failed.
type ToastBody struct {
	Copied *Copied `json:"copied,omitempty"`
	Error  *Error  `json:"error,omitempty"`
	// Site is whose video it is about, which for a link need not be the page's.
	Site stream.Site `json:"site,omitempty"`
}

// FetchBody asks for an endpoint. The content script knows the sites' hosts itself.
type FetchBody struct {
	// ID names the request for StopFetch.
	ID   int         `json:"id"`
	Site stream.Site `json:"site,omitempty"`
	// Path is the address behind the host of the site's API, with its query.
	Path string `json:"path,omitempty"`
	// Limit is the largest body to accept, in UTF-16 units.
	Limit int `json:"limit,omitempty"`
}

// Fetched is the answer of an endpoint, or why there is none.
type Fetched struct {
	// Status is 302 for any redirect: none is followed.
	Status int    `json:"status"`
	Type   string `json:"type"`
	// RetryAfter is the header's value.
	RetryAfter string `json:"retryAfter"`
	Body       string `json:"body"`
	// Foreign: the tab's page belongs to another site, and could not ask.
	Foreign bool `json:"foreign,omitempty"`
	// Forbidden: the page's own policy (Content-Security-Policy) lets nothing be asked of the host.
	Forbidden bool `json:"forbidden,omitempty"`
	// Failed: no answer came.
	Failed bool `json:"failed,omitempty"`
	// Large: the body was over the limit.
	Large bool `json:"large,omitempty"`
}

// OverBody accompanies Over.
type OverBody struct {
	// Link is the link's address, "" when the pointer is over no such video.
	Link string `json:"link"`
}

// Sender is who sent a message, as the browser states it.
type Sender struct {
	// Extension is the id of the sending extension, Self our own.
	Extension string `json:"extension"`
	Self      string `json:"self"`
	// URL is the sending document's; it is stale after history moves.
	URL string `json:"url"`
	// Base is the address of our own pages ("chrome-extension://…/").
	Base  string `json:"base"`
	Tab   *Tab   `json:"tab,omitempty"`
	Frame int    `json:"frame"`
}

// Tab is a browser tab. Its URL is right after history moves too.
type Tab struct {
	ID    int    `json:"id"`
	URL   string `json:"url"`
	Store string `json:"store,omitempty"` // cookie store (Firefox)
	// Private: in a private window.
	Private bool `json:"private,omitempty"`
}

// OwnJar reports whether the tab's cookies are others than those that the background's
// requests carry: in Firefox a container's, and a private window's. (Chrome runs a
// background for each, by `incognito: split`.)
func (t Tab) OwnJar() bool { return t.Store != "" && t.Store != "firefox-default" }

// Content reports whether the sender is our content script in a tab's top frame.
func (s Sender) Content() bool {
	return s.Extension != "" && s.Extension == s.Self && s.Tab != nil && s.Frame == 0 && !s.own()
}

// Page reports whether the sender is one of our own extension pages.
func (s Sender) Page() bool {
	return s.Extension != "" && s.Extension == s.Self && s.own()
}

func (s Sender) own() bool {
	return s.Base != "" && len(s.URL) >= len(s.Base) && s.URL[:len(s.Base)] == s.Base
}

// DecodeRequest reads one request strictly: no unknown fields in the envelope, nothing
// behind it, nothing too large. Its errors are of type *Error.
func DecodeRequest(data []byte) (Request, error) {
	var r Request
	if len(data) > MaxRequest {
		return r, &Error{Code: Malformed, Message: "request too large"}
	}
	// The version first, and leniently: another version's envelope may have other fields.
	var old struct {
		V  int    `json:"v"`
		ID string `json:"id"`
	}
	if json.Unmarshal(data, &old) == nil && old.V > 0 && old.V != Version {
		return Request{V: old.V, ID: old.ID}, &Error{Code: OldVersion, Message: fmt.Sprintf("version %d", old.V)}
	}
	if err := json.UnmarshalStrict(data, &r); err != nil {
		return Request{}, &Error{Code: Malformed, Message: "envelope"}
	}
	if r.V != Version {
		return r, &Error{Code: OldVersion, Message: "no version"}
	}
	if r.ID == "" || len(r.ID) > 64 || r.Kind == "" || len(r.Kind) > 32 {
		return r, &Error{Code: Malformed, Message: "id or kind"}
	}
	return r, nil
}

// DecodeBody reads a request's body strictly. A missing body is an empty object. Its
// errors are of type *Error.
func DecodeBody(body json.RawMessage, into any) error {
	if len(body) == 0 || bytes.Equal(body, []byte("null")) {
		return nil
	}
	if err := json.UnmarshalStrict(body, into); err != nil {
		return &Error{Code: Malformed, Message: "body"}
	}
	return nil
}

// Clean bounds and checks hints: ids that are no digits and text that is too long are
// dropped, so that nothing else of them needs to be believed.
func (h Hints) Clean() Hints {
	if len(h.Load) > 64 {
		h.Load = ""
	}
	if !Digits(h.Episode) {
		h.Episode = ""
	}
	h.Title = clip(h.Title, 300)
	return h
}

// Digits reports whether s is a decimal id of 1 to 19 digits.
func Digits(s string) bool {
	if s == "" || len(s) > 19 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// clip cuts text to n runes.
func clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
