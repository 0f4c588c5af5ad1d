package stream

// Code is the closed list of reasons for what can't be had. The panel, the toast and
// the protocol speak in these; the words for them live in the locales.
type Code string

const (
	NotLoggedIn  Code = "not-logged-in"
	NotPurchased Code = "not-purchased"
	PreviewOnly  Code = "preview-only"
	// IsEncrypted: a saved file would stay grey, so no address is offered.
	IsEncrypted Code = "encrypted"
	NotReleased Code = "not-released"
	NotFound    Code = "not-found"
	Region      Code = "region"
	Premium     Code = "premium"
	RateLimited Code = "rate-limited"
	// Network covers time-outs too.
	Network Code = "network"
	// Expired: the addresses have ended and fresh ones could not be had.
	Expired Code = "expired"
	// Unexpected covers HTML and broken JSON where JSON was due, and unknown codes.
	Unexpected Code = "unexpected"
	// NoAccess: the browser withholds a host permission.
	NoAccess Code = "no-access"
	// Reload: the extension was updated under the open tab.
	Reload Code = "reload"
	// NotGiven: the quality was offered, no address came and no reason was stated.
	NotGiven Code = "not-given"
)

// Details tell apart the variants of a Code that have their own next step.
const (
	// PurchaseExpired: the course was bought, and the purchase has ended.
	PurchaseExpired = "purchase-expired" // NotPurchased
	// SignInAgain: the course is bought but the lesson was refused; the session is stale.
	SignInAgain = "sign-in-again" // NotLoggedIn
	// LoginUnknown: refused, and whether an account is logged in could not be read.
	LoginUnknown = "login-unknown" // NotPurchased
	// PurchaseUnread: refused to somebody logged in, and whether the course was bought
	// could not be read.
	PurchaseUnread = "purchase-unread" // NotPurchased
	// Unconfirmed: signs of encryption that could be neither confirmed nor refuted.
	Unconfirmed = "unconfirmed" // IsEncrypted
	// Timeout: no answer in time.
	Timeout = "timeout" // Network
	// HTML, Truncated and Empty say what came where JSON was due.
	HTML      = "html"      // Unexpected
	Truncated = "truncated" // Unexpected
	Empty     = "empty"     // Unexpected
	// NoMedia: a success without any stream in it.
	NoMedia = "no-media" // Unexpected
	// Captcha: the site asks for its own check (v_voucher, -352).
	Captcha = "captcha" // RateLimited
	// OnlyHDR: everything that can be had is HDR, and the options do not want it.
	OnlyHDR = "only-hdr" // NotGiven
	// LowerGiven: asked for this quality, the site gave a lower one.
	LowerGiven = "lower" // NotGiven
	// SeasonUnread and ListUnread: the course's or series' description, or the rest of
	// its list, could not be read. They occur in Listing.Notes.
	SeasonUnread = "season-unread"
	ListUnread   = "list-unread"
	// OtherJar: a tab with cookies of its own can ask its own site only.
	OtherJar = "other-jar" // NoAccess
	// OldHost: such a tab shows a page of biliintl.com, to which bilibili.tv is another site.
	OldHost = "old-host" // NoAccess
	// PagePolicy: such a tab's page forbids by its Content-Security-Policy to ask.
	PagePolicy = "page-policy" // NoAccess
	// TabGone: the tab with the account's cookies has closed.
	TabGone = "tab-gone" // Network
	// NoVideo: a live lesson or a file, which has no streams.
	NoVideo = "no-video" // NotGiven
	// NoRoom: the browser stores no more.
	NoRoom = "no-room" // Unexpected
	// Internal: Streamlist itself failed.
	Internal = "internal" // Unexpected
)

// Reason says why something can't be had.
type Reason struct {
	Code   Code   `json:"code"`
	Detail string `json:"detail,omitempty"`
	// ServerCode is the endpoint's own code or the HTTP status, where there is one.
	ServerCode int64 `json:"serverCode,omitempty"`
	// At is in Unix seconds: when a lesson is released, or when asking again makes sense.
	At int64 `json:"at,omitempty"`
	// Given and Whole are in milliseconds: how much of how much a preview holds.
	Given int64 `json:"given,omitempty"`
	Whole int64 `json:"whole,omitempty"`
}

// Error makes a Reason usable as an error between packages. People see the locale's
// text for the code, never this.
func (r Reason) Error() string {
	if r.Detail != "" {
		return string(r.Code) + " (" + r.Detail + ")"
	}
	return string(r.Code)
}
