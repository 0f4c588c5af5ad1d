package service

import (
	"context"
	"errors"
	"strconv"
	"time"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

// flight is a listing being asked for. A second request for the same page joins it;
// one for another page of the same tab ends it.
type flight struct {
	of      subject
	ctx     context.Context
	cancel  context.CancelFunc
	done    chan struct{}
	listing *stream.Listing
	err     error
}

// cached is what the store keeps of a tab: one listing, and what it was for.
type cached struct {
	Of      subject         `json:"of"`
	Listing *stream.Listing `json:"listing"`
}

// subject is what a tab's listing is of.
type subject struct {
	// Key is the page, the language of its titles, and the account's cookie jar.
	Key string `json:"key"`
	// Load is the load of the page's document.
	Load string `json:"load"`
	// Hint is the active item that the page shows: only on a course's or series' own page,
	// which Whole says it is. Elsewhere the address names the item.
	Hint  string `json:"hint,omitempty"`
	Whole bool   `json:"whole,omitempty"`
}

func tabKey(tab int) string { return "tab/" + strconv.Itoa(tab) }

// List returns the listing of a tab's page. Within one load of the page the endpoints
// are asked once, unless refresh is set; after a reload they are asked again, unless the
// listing was complete and its addresses live on. Errors are *message.Error or the
// context's.
func (s *Service) List(ctx context.Context, tab message.Tab, hints message.Hints, refresh bool) (*stream.Listing, error) {
	target, ok := page.Parse(tab.URL)
	if !ok {
		return nil, &message.Error{Code: message.Unsupported, Message: "not a page with streams"}
	}
	return s.list(ctx, tab, target, hints, refresh)
}

func (s *Service) list(ctx context.Context, tab message.Tab, target page.Target, hints message.Hints, refresh bool) (*stream.Listing, error) {
	// What is stored is read at once, not one after the other: a cold start waits for it.
	wanted := s.wishes(ctx, tab)
	paused := begin(s, func() (int64, error) { return s.paused(ctx, tab, target.Site), nil })
	of := subjectOf(tab, target, hints)
	if !refresh {
		if l := s.shown(ctx, tab, of); l != nil {
			return s.arrange(ctx, tab.ID, l, wanted, target, hints)
		}
	}
	until, err := paused.wait(ctx)
	if err != nil {
		return nil, err
	}
	if until > s.Now().Unix() {
		return nil, unavailable(stream.Reason{Code: stream.RateLimited, At: until})
	}
	f, mine := s.takeOff(tab.ID, of, refresh)
	if mine {
		go s.fly(f, tab, target, hints)
		s.rehearse(target.Site)
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if f.err != nil {
		return nil, f.err
	}
	// Those who joined the flight share its listing, so each arranges a copy.
	return s.arrange(ctx, tab.ID, copyOf(f.listing), wanted, target, hints)
}

// wishes are what decides in which order a listing's rows and their addresses stand.
type wishes struct {
	options  Options
	networks []network
}

func (s *Service) wishes(ctx context.Context, tab message.Tab) *pending[wishes] {
	return begin(s, func() (wishes, error) { return wishes{s.options(ctx), s.networks(ctx, tab)}, nil })
}

// arrange gives a listing the order that the person wishes, and an upload the title that
// the page shows by now. The tab's icon says what is best.
func (s *Service) arrange(ctx context.Context, tab int, l *stream.Listing, wanted *pending[wishes], t page.Target, hints message.Hints) (*stream.Listing, error) {
	w, err := wanted.wait(ctx)
	if err != nil {
		return nil, err
	}
	l.Arrange(w.options.preferences())
	rank(l, w.networks)
	if t.Kind == page.Upload && hints.Title != "" {
		l.Head.Title = hints.Title
	}
	s.mu.Lock()
	s.marks[tab] = t.Key() + " "
	s.mu.Unlock()
	s.Icon.Mark(tab, l.Badge())
	return l, nil
}

func subjectOf(tab message.Tab, t page.Target, h message.Hints) subject {
	of := subject{Key: t.Key() + " " + t.SLocale() + " " + tab.Store, Load: h.Load, Whole: t.Kind == page.Course || t.Kind == page.Series}
	if of.Whole {
		of.Hint = h.Episode
	}
	return of
}

// serves reports whether a listing of one subject will do for another, which a page asks
// for now.
func (s *Service) serves(l *stream.Listing, was, is subject) bool {
	switch {
	case was.Key != is.Key:
		return false
	case was.Load == is.Load:
		// A page that shows no active item keeps what it had.
		return is.Hint == "" || is.Hint == was.Hint || is.Hint == l.Head.EpisodeID
	case is.Whole && is.Hint != l.Head.EpisodeID:
		return false // which item the page plays may have changed since
	}
	return complete(l) && l.ExpiresAt-s.Now().Unix() > soon
}

// complete reports whether everything that a page offers was given: no lock, no preview,
// no reason for anything that is missing. What a person does about one of these, such
// as logging in, shows after a reload.
func complete(l *stream.Listing) bool {
	return l.Problem == nil && l.NoSingle == nil && len(l.Notes) == 0 && l.State != stream.Preview && l.State != stream.Locked && !l.Withholds("")
}

func (f *flight) landed() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// passed reports whether the flight has landed with nothing, or with a problem that may
// pass.
func (f *flight) passed() bool {
	return f.landed() && (f.err != nil || (f.listing.Problem != nil && passing(*f.listing.Problem)))
}

// takeOff joins the tab's flight for the same subject, also one that began before a
// reload, or ends the tab's other flight and makes a new one that the caller must fly.
func (s *Service) takeOff(tab int, of subject, fresh bool) (f *flight, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.flights[tab]; f != nil {
		same := f.of
		if !f.landed() {
			same.Load = of.Load
		}
		if same == of && !fresh && !f.passed() {
			return f, false
		}
		f.cancel()
	}
	f = &flight{of: of, done: make(chan struct{})}
	// Not the request's context: others may join, and the one who asked may go away.
	f.ctx, f.cancel = within(context.Background(), s.Limits.Listing)
	s.flights[tab] = f
	return f, true
}

// fly asks for the listing and lands the flight, also when it crashes.
func (s *Service) fly(f *flight, tab message.Tab, target page.Target, hints message.Hints) {
	ctx := f.ctx
	defer func() {
		if r := recover(); r != nil {
			s.Report(r)
			f.err = &message.Error{Code: message.Internal, Message: "listing failed", Retryable: true}
		}
		f.cancel()
		close(f.done)
		// Kept after it has landed: who waits for it goes first. Until then the flight itself
		// answers, as takeOff and shown know.
		time.AfterFunc(s.Limits.Keep, func() { s.keep(f, tab) })
	}()
	a := s.asking(tab, target.Site)
	l, err := a.listing(ctx, target, hints)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		f.err = movedOn()
		return
	case err != nil:
		f.err = unavailable(a.reason(ctx, err))
		return
	}
	l.Page, l.FetchedAt = target.Key(), s.Now().Unix()
	f.listing = l
	s.keepCourse(tab, f.of, a.about)
}

// keep stores a landed flight's listing and takes the flight off the list. A problem that
// may pass is not kept: opening the panel again asks again.
func (s *Service) keep(f *flight, tab message.Tab) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flights[tab.ID] != f {
		return // the tab has moved on, or closed
	}
	delete(s.flights, tab.ID)
	if !f.passed() {
		s.store(tab, cached{Of: f.of, Listing: f.listing})
	}
}

// store keeps a listing. Without it a reopened panel asks again, which is all that is
// lost when the store is full.
func (s *Service) store(tab message.Tab, c cached) {
	if data, err := json.Marshal(c); err == nil {
		s.save(tab, tabKey(tab.ID), data)
	}
}

// save keeps a value of a tab: of a private one only in memory, for as long as the
// background is awake.
func (s *Service) save(tab message.Tab, key string, value []byte) {
	if tab.Private {
		s.memory.hold(key, value)
		return
	}
	_ = s.Store.Save(context.Background(), key, value)
}

// amend changes the tab's listing, if it is the page's still, and keeps it so; it may not
// even have been kept yet.
func (s *Service) amend(ctx context.Context, tab message.Tab, of subject, change func(*stream.Listing)) {
	l := s.shown(ctx, tab, of)
	if l == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	change(l) // it shares addresses with a landed flight's, which keep writes under the lock
	if f := s.flights[tab.ID]; f != nil && f.landed() && f.of.Key == of.Key {
		delete(s.flights, tab.ID)
	}
	s.store(tab, cached{Of: of, Listing: l})
}

// Wake reads what a listing of the tab will want to know, warms the program up, and keeps
// a forecast for when it has been ended by then. Where a listing of the page is kept that
// will do, the icon says its best again, which the browser removed as the page was loaded;
// on a course's or series' own page that shows once the page's active item is known.
func (s *Service) Wake(ctx context.Context, tab message.Tab, hints message.Hints) message.Woken {
	target, ok := page.Parse(tab.URL)
	if !ok {
		return message.Woken{}
	}
	hints.Load = "" // to this load the listing is not given yet
	of := subjectOf(tab, target, hints)
	if l := s.shown(ctx, tab, of); l != nil {
		_, _ = s.arrange(ctx, tab.ID, l, s.wishes(ctx, tab), target, hints)
	}
	if hints.Episode != "" {
		return message.Woken{}
	}
	again := of.Whole && s.kept(ctx, tab.ID).Of.Key == of.Key
	_, _ = s.Store.Load(ctx, pauseKey(tab, target.Site))
	s.foresee(ctx, tab, target)
	_, _ = s.Store.Load(ctx, networksKey(tab))
	s.rehearse(target.Site)
	return message.Woken{Again: again}
}

// shown returns the tab's listing as recall does, also in the moment before it is kept.
func (s *Service) shown(ctx context.Context, tab message.Tab, of subject) *stream.Listing {
	s.mu.Lock()
	f := s.flights[tab.ID]
	s.mu.Unlock()
	if f != nil && f.landed() && !f.passed() && s.serves(f.listing, f.of, of) {
		return copyOf(f.listing)
	}
	return s.recall(ctx, tab, of)
}

func copyOf(l *stream.Listing) *stream.Listing {
	c := *l
	c.Video, c.Audio, c.Single = clone(l.Video), clone(l.Audio), clone(l.Single)
	return &c
}

// recall returns the tab's kept listing, or nil if it doesn't serve.
func (s *Service) recall(ctx context.Context, tab message.Tab, of subject) *stream.Listing {
	c := s.kept(ctx, tab.ID)
	if c.Listing == nil || !s.serves(c.Listing, c.Of, of) {
		return nil
	}
	if of.Load != "" && c.Of.Load != of.Load {
		s.store(tab, cached{Of: of, Listing: c.Listing}) // this load's from now on
	}
	return c.Listing
}

// kept returns what the store keeps of a tab; without a listing if that is nothing.
func (s *Service) kept(ctx context.Context, tab int) (c cached) {
	data, err := s.Store.Load(ctx, tabKey(tab))
	if err != nil || len(data) == 0 || json.Unmarshal(data, &c) != nil {
		return cached{}
	}
	return c
}

// Moved is called when a tab's address changed. What was under way for the former
// address ends, and the content script learns of the move.
func (s *Service) Moved(ctx context.Context, tab message.Tab) {
	target, supported := page.Parse(tab.URL)
	s.remark(ctx, tab.ID)
	s.end(tab.ID, func(key string) bool { return !supported || !samePage(key, target.Key()) })
	// Nobody answers on pages without a content script, which is fine.
	_, _ = s.ask(ctx, tab.ID, message.Moved, message.MovedBody{Supported: supported, Page: target.Key(), Place: page.PlaceOf(tab.URL)})
}

// remark recalls what the icon speaks of, where the background was started since: if of
// anything, then of the kept listing.
func (s *Service) remark(ctx context.Context, tab int) {
	s.mu.Lock()
	known := s.marks[tab] != ""
	s.mu.Unlock()
	if known {
		return
	}
	c := s.kept(ctx, tab)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.marks[tab] == "" && c.Listing != nil {
		s.marks[tab] = c.Of.Key
	}
}

// end ends a tab's listing that is under way, where unwanted says so of its key, and
// whatever else goes on for the tab then. What the icon says goes likewise, and also where
// it isn't known what page that is about.
func (s *Service) end(tab int, unwanted func(key string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.flights[tab]; f != nil && unwanted(f.of.Key) {
		f.cancel()
		delete(s.flights, tab)
	}
	for t, w := range s.works {
		if t.tab == tab && unwanted(w.key) {
			w.cancel()
		}
	}
	if c, ok := s.courses[tab]; ok && unwanted(c.of.Key) {
		delete(s.courses, tab)
	}
	if unwanted(s.marks[tab]) {
		delete(s.marks, tab)
		s.Icon.Mark(tab, "")
	}
}

func movedOn() error {
	return &message.Error{Code: message.Cancelled, Message: "the tab moved on", Retryable: true}
}

func samePage(key, target string) bool {
	return len(key) > len(target) && key[:len(target)] == target && key[len(target)] == ' '
}

// Closed forgets a tab.
func (s *Service) Closed(ctx context.Context, tab int) {
	s.end(tab, func(string) bool { return true })
	_ = s.Store.Delete(ctx, tabKey(tab))
	_ = s.Store.Delete(ctx, lastKey(tab))
	_ = s.Store.Delete(ctx, aheadKey(tab))
	_ = s.Store.Delete(ctx, lessonsKey(tab))
	_ = s.Store.Delete(ctx, besideKey(tab))
}

func clone(list []stream.Rendition) []stream.Rendition {
	return append([]stream.Rendition{}, list...)
}
