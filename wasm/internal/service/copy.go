package service

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"streamlist/wasm/internal/export"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// soon is how many seconds before their end addresses count as ended: a copied link
// should live long enough to be used. For recent seconds after an answer that still lives,
// another would live no longer to speak of.
const soon, recent = 600, 60

// remembered is what the store keeps for a toast's button.
type remembered struct {
	Target  page.Target     `json:"target"`
	Key     string          `json:"key"`
	Listing *stream.Listing `json:"listing"`
}

func lastKey(tab int) string { return "last/" + strconv.Itoa(tab) }

// Copy puts text about a row of the tab's listing on the clipboard.
func (s *Service) Copy(ctx context.Context, tab message.Tab, b message.CopyBody) (*message.Copied, error) {
	text, copied, err := s.text(ctx, tab, b)
	if err != nil {
		return nil, err
	}
	return copied, s.write(ctx, text)
}

// Export answers with the text that Copy would copy.
func (s *Service) Export(ctx context.Context, tab message.Tab, b message.CopyBody) (*message.Text, error) {
	text, copied, err := s.text(ctx, tab, b)
	if err != nil {
		return nil, err
	}
	return &message.Text{Text: text, Copied: copied}, nil
}

func (s *Service) write(ctx context.Context, text string) error {
	if err := s.Clipboard.Write(ctx, text); err != nil {
		return &message.Error{Code: message.NoClipboard, Message: "the browser refused to copy", Retryable: true}
	}
	return nil
}

func (s *Service) text(ctx context.Context, tab message.Tab, b message.CopyBody) (string, *message.Copied, error) {
	b.Hints = b.Hints.Clean()
	to := s.reader(tab, b.Shell)
	switch b.What {
	case message.Again:
		return s.again(ctx, tab, to)
	case message.Told:
		return b.Text, &message.Copied{What: b.What}, nil
	case message.Diagnostics:
		return s.diagnostics(tab), &message.Copied{What: b.What}, nil
	}
	l, err := s.inView(ctx, tab, &b)
	if err != nil {
		return "", nil, err
	}
	to.Template = s.options(ctx).Template
	return compose(l, b, to)
}

// inView returns the listing of which the tab's page shows the row.
func (s *Service) inView(ctx context.Context, tab message.Tab, b *message.CopyBody) (*stream.Listing, error) {
	target, ok := page.Parse(tab.URL)
	if !ok {
		return nil, &message.Error{Code: message.Unsupported, Message: "not a page with streams"}
	}
	if b.Page != "" && b.Page != target.Key() {
		return s.beside(ctx, tab, target, b) // the row in view is another page's, which may have one of the same key
	}
	var l *stream.Listing
	var err error
	if b.What == message.YtDlp {
		l, err = s.list(ctx, tab, target, b.Hints, false) // its command holds no address that ends
	} else {
		l, err = s.fresh(ctx, tab, target, b.Hints)
	}
	if err == nil && l.Unasked && isSingle(b.Row) {
		l, err = s.Single(ctx, tab, b.Hints) // a renewed listing has no single files yet
	}
	return l, err
}

func isSingle(key string) bool { return strings.HasPrefix(key, string(stream.Single)+"/") }

// reader is for whom commands are written: for the shell that was chosen, else for the
// system's own.
func (s *Service) reader(tab message.Tab, shell export.Shell) export.Reader {
	switch shell {
	case export.POSIX, export.PowerShell, export.Cmd:
	default:
		shell = export.POSIX
		if strings.Contains(s.UserAgent, "Windows") {
			shell = export.PowerShell
		}
	}
	return export.Reader{Shell: shell, Agent: s.UserAgent, Apart: tab.OwnJar() || tab.Private}
}

// fresh returns the tab's listing, asked for anew when its addresses have ended or are
// about to.
func (s *Service) fresh(ctx context.Context, tab message.Tab, target page.Target, hints message.Hints) (*stream.Listing, error) {
	l, err := s.list(ctx, tab, target, hints, false)
	if err != nil {
		return nil, err
	}
	return s.renewed(l, func() (*stream.Listing, error) { return s.list(ctx, tab, target, hints, true) })
}

// renewed returns a listing whose addresses live long enough to be used: l itself, or
// what asking anew brings.
func (s *Service) renewed(l *stream.Listing, ask func() (*stream.Listing, error)) (*stream.Listing, error) {
	now := s.Now().Unix()
	recently := l.ExpiresAt > now && now-l.FetchedAt < recent
	if l.ExpiresAt == 0 || l.ExpiresAt-now > soon || recently {
		return l, nil
	}
	fresh, err := ask()
	switch {
	case err == nil:
		// It may look as if it had ended: as a rule this computer's clock is ahead then, and
		// refusing it would leave nothing to copy. Copied's times tell of it.
		return fresh, nil
	case l.ExpiresAt > s.Now().Unix():
		return l, nil
	}
	if e, ok := errors.AsType[*message.Error](err); ok && e.Code == message.Unavailable {
		return nil, unavailable(stream.Reason{Code: stream.Expired})
	}
	return nil, err
}

// compose makes the text that is asked for of a listing.
func compose(l *stream.Listing, b message.CopyBody, to export.Reader) (string, *message.Copied, error) {
	what := b.What
	row, err := pick(l, b.Row)
	if err != nil {
		return "", nil, err
	}
	copied := &message.Copied{What: what, Kind: row.Kind, Quality: row.Quality, Label: row.Label, Codec: row.Codec, FetchedAt: l.FetchedAt}
	list, bare := export.Addresses(row, b.Backup, b.Host), what == message.URL || what == message.URLs
	switch what {
	case message.URLs, message.MPV, message.FFmpeg, message.Aria2List, message.MPVList, message.JSON:
		list = export.WithSound(l, row)
	case message.YtDlp:
		list, copied.Cookies, copied.Apart = nil, export.AccountMatters(l), to.Apart
	}
	var text string
	var why export.Refusal
	switch what {
	case message.URL, message.URLs:
		text = export.Lines(list)
		if text == "" { // a renewed listing may lie on other hosts
			return "", nil, unavailable(stream.Reason{Code: stream.Expired})
		}
	case message.Aria2List, message.MPVList, message.JSON:
		written := export.Write(export.Format(what), []export.Item{export.ItemOf(l, row)}, to)
		text, copied.Name, copied.Type = written.Body, written.Name, written.MIME
	default:
		text, why = export.Command(export.Format(what), l, row, to)
	}
	if text == "" {
		code := message.ErrorCode(why)
		if code == "" {
			code = message.Malformed
		}
		return "", nil, &message.Error{Code: code, Message: "no such text"}
	}
	copied.ExpiresAt = stream.Until(list)
	for i := range list {
		u := &list[i]
		copied.OneIP = copied.OneIP || u.OneIP
		copied.Referer = copied.Referer || (u.Referer && bare) // commands carry it
	}
	return text, copied, nil
}

// pick returns the row with that key, or why it can't be had. An empty key means the best
// row.
func pick(l *stream.Listing, key string) (*stream.Rendition, error) {
	if key == "" {
		key = l.BestKey
	}
	row := l.Find(key)
	switch {
	case row == nil && l.Problem != nil:
		return nil, unavailable(*l.Problem)
	case key == "":
		return nil, unavailable(whyNoBest(l))
	case row == nil || !row.Available(): // a renewed listing may hold other rows
		r := stream.Reason{Code: stream.NotGiven}
		if row != nil && row.Withheld != nil {
			r = *row.Withheld
		}
		return nil, unavailable(r)
	}
	return row, nil
}

// whyNoBest says why a listing without a problem of its own has no best row.
func whyNoBest(l *stream.Listing) stream.Reason {
	why := stream.Reason{Code: stream.Unexpected, Detail: stream.NoMedia}
	for r := range l.Renditions {
		switch {
		case r.Kind == stream.Audio:
		case r.Available():
			return stream.Reason{Code: stream.NotGiven, Detail: stream.OnlyHDR}
		case r.Withheld != nil && why.Detail == stream.NoMedia:
			why = *r.Withheld
		}
	}
	return why
}

// CopyBest copies the best of the tab's page, or of a link when one is given, in the
// form that the options want, and says in the page what it did or why it couldn't.
func (s *Service) CopyBest(ctx context.Context, tab message.Tab, link string) {
	address := tab.URL
	if link != "" {
		address = link
	}
	target, ok := page.Parse(address)
	if !ok {
		_ = s.show(ctx, tab, message.Toggle, message.ToggleBody{Elsewhere: true, Open: true, Place: page.PlaceOf(tab.URL)})
		return
	}
	// Looking for hints and asking for the listing share one limit, so that the toast
	// comes in time.
	limited, cancel := within(ctx, s.Limits.Listing)
	defer cancel()
	copied, err := s.copyBest(limited, tab, target, link != "")
	body := message.ToastBody{Copied: copied, Site: target.Site}
	if err != nil {
		body = message.ToastBody{Error: asError(err), Site: target.Site}
	}
	_ = s.show(ctx, tab, message.Toast, body)
}

func (s *Service) copyBest(ctx context.Context, tab message.Tab, target page.Target, linked bool) (*message.Copied, error) {
	// Without an answer there are no hints, and the page's address must do.
	hints, _ := s.hello(ctx, tab.ID)
	var l *stream.Listing
	var err error
	if linked {
		if l, err = s.elsewhere(ctx, tab, target, message.Hints{}, ""); err != nil {
			return nil, err
		}
	} else {
		if l, err = s.fresh(ctx, tab, target, hints.Clean()); err != nil {
			return nil, err
		}
	}
	text, copied, err := compose(l, message.CopyBody{What: s.options(ctx).Copy}, s.reader(tab, hints.Shell))
	if err != nil {
		return nil, err
	}
	if err := s.write(ctx, text); err != nil {
		return nil, err
	}
	s.rememberLast(tab, remembered{Target: target, Key: l.BestKey, Listing: l})
	return copied, nil
}

// rememberLast keeps what a toast speaks of for its button: it may be a link's video, not
// that of the tab's own page.
func (s *Service) rememberLast(tab message.Tab, r remembered) {
	if data, err := json.Marshal(r); err == nil {
		s.save(tab, lastKey(tab.ID), data)
	}
}

// elsewhere lists a page that need not be the tab's own, with the tab's account: the item
// of the hints where there is one, with its single files where the row is one.
func (s *Service) elsewhere(ctx context.Context, tab message.Tab, target page.Target, hints message.Hints, row string) (*stream.Listing, error) {
	a := s.asking(tab, target.Site)
	if until := s.paused(ctx, tab, target.Site); until > a.now {
		return nil, unavailable(stream.Reason{Code: stream.RateLimited, At: until})
	}
	l, err := a.listing(ctx, target, hints)
	if err != nil {
		return nil, unavailable(a.reason(ctx, err))
	}
	if hints.Episode != "" && l.Head.EpisodeID != hints.Episode {
		return nil, unavailable(stream.Reason{Code: stream.NotFound}) // the course plays another by now
	}
	if l.Unasked && isSingle(row) {
		var why *stream.Reason
		if l.Single, why = a.singleFiles(ctx, l); why != nil {
			return nil, unavailable(*why)
		}
		l.Unasked = false
		l.SetExpiry(0)
	}
	l.Page, l.FetchedAt = target.Key(), a.now
	l.Arrange(s.options(ctx).preferences())
	rank(l, s.networks(ctx, tab))
	return l, nil
}

// again makes the mpv command for what the last toast of the tab spoke of.
func (s *Service) again(ctx context.Context, tab message.Tab, to export.Reader) (string, *message.Copied, error) {
	var last remembered
	data, err := s.Store.Load(ctx, lastKey(tab.ID))
	if err != nil || len(data) == 0 || json.Unmarshal(data, &last) != nil || last.Listing == nil {
		return "", nil, unavailable(stream.Reason{Code: stream.Expired})
	}
	limited, cancel := within(ctx, s.Limits.Listing)
	defer cancel()
	l, err := s.renewed(last.Listing, func() (*stream.Listing, error) {
		return s.elsewhere(limited, tab, last.Target, message.Hints{Episode: last.Listing.Head.EpisodeID, Title: last.Listing.Head.Title}, last.Key)
	})
	if err != nil {
		return "", nil, err
	}
	if l != last.Listing {
		last.Listing = l
		s.rememberLast(tab, last)
	}
	return compose(l, message.CopyBody{Row: last.Key, What: message.MPV}, to)
}

func asError(err error) *message.Error {
	if e, ok := errors.AsType[*message.Error](err); ok {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) {
		r := stream.Reason{Code: stream.Network, Detail: stream.Timeout}
		return &message.Error{Code: message.Unavailable, Message: r.Error(), Retryable: true, Reason: &r}
	}
	return &message.Error{Code: message.Internal, Message: "internal error", Retryable: true}
}
