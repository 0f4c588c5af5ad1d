package service

import (
	"context"
	"sync"

	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/mp4"
	"streamlist/wasm/internal/pugv"
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// listPage is how many lessons are asked for at once (bilibili-api.md, section 3: 100
// is used in practice, no maximum is documented).
const listPage = 100

// maxListPages ends a list that never ends.
const maxListPages = 200

// lesson lists one lesson: streams and season are asked for in parallel.
func (a *asking) lesson(ctx context.Context, id string) (*stream.Listing, error) {
	season := begin(a.Service, func() (*pugv.Season, error) {
		return get(ctx, a, pugv.SeasonURL("", id), pugv.DecodeSeason)
	})
	play, err := a.playLesson(ctx, id, season.wait)
	// The streams are what people came for: titles may take a little longer, no more.
	graceful, cancel := within(ctx, a.Limits.Grace)
	defer cancel()
	s, seasonErr := season.wait(graceful)
	if seasonErr != nil {
		s = nil
	}
	l, err := a.describeLesson(ctx, play, err, s, id)
	if err != nil {
		return nil, err
	}
	if seasonErr != nil {
		r := a.reason(ctx, seasonErr)
		r.Detail = stream.SeasonUnread
		l.Notes = append(l.Notes, r)
	}
	return l, nil
}

// course lists the lesson that a course page plays: the page's active item where the
// season holds it, else what the season says.
func (a *asking) course(ctx context.Context, seasonID, hint string) (*stream.Listing, error) {
	s, err := get(ctx, a, pugv.SeasonURL(seasonID, ""), pugv.DecodeSeason)
	if err != nil {
		return nil, a.refused(ctx, err, nil, "")
	}
	var listErr error
	if hint != "" && s.Episode(hint) == nil && s.Head("").Partial {
		listErr = a.readList(ctx, s, hint)
	}
	id, ok := s.Playing(hint)
	if !ok {
		return nil, stream.Reason{Code: stream.NotFound}
	}
	play, err := a.playLesson(ctx, id, func(context.Context) (*pugv.Season, error) { return s, nil })
	l, err := a.describeLesson(ctx, play, err, s, id)
	if err == nil && listErr != nil {
		r := a.reason(ctx, listErr)
		r.Detail = stream.ListUnread
		l.Notes = append(l.Notes, r)
	}
	return l, err
}

// readList reads further pages of the season's list, until it holds the wanted lesson
// ("" for all), there is no next page, a page brings nothing that the pages before it
// had not, or the page number stops growing. Counts in the answers are not believed.
func (a *asking) readList(ctx context.Context, s *pugv.Season, want string) error {
	seasonID := s.Head("").SeasonID
	var pages pugv.Season // what the pages held
	last := 0
	for number := 1; number <= maxListPages; number++ {
		page, err := get(ctx, a, pugv.EpisodesURL(seasonID, number, listPage), decodeListPage)
		if err != nil {
			return err
		}
		if number == 1 && len(page.items) == 0 {
			return stream.Reason{Code: stream.Unexpected, Detail: stream.Empty} // the season says that there are some
		}
		s.Merge(page.items)
		if want != "" && s.Episode(want) != nil {
			return nil
		}
		// Held against the other pages, not against the season: its own first part may be
		// longer than a page.
		if fresh := pages.Merge(page.items); !page.next || fresh == 0 || (page.number != 0 && page.number <= last) {
			break
		}
		last = max(last, page.number) // 0 when the answer doesn't number its pages
	}
	s.Complete()
	return nil
}

type episodesPage struct {
	items  []pugv.Episode
	next   bool
	number int
}

func decodeListPage(answer wire.Answer) (episodesPage, error) {
	items, next, number, err := pugv.DecodeEpisodes(answer)
	return episodesPage{items, next, number}, err
}

// playLesson asks for the streams of a lesson: by its id alone, with avid and cid from
// the season when that is called a malformed request, and with less demanding formats
// when the answer holds no media and doesn't say why. An error comes with the last answer
// that was one, which may name what is offered, or with nil.
func (a *asking) playLesson(ctx context.Context, id string, season func(context.Context) (*pugv.Season, error)) (*pugv.Play, error) {
	q := pugv.PlayQuery{EpisodeID: id, Fnval: pugv.FnvalAll}
	play, err := a.play(ctx, &q, season)
	for _, fnval := range []int{pugv.FnvalDASH, pugv.FnvalMP4} {
		if err != nil || play.HasMedia() || play.Encryption() == pugv.Certain {
			break
		}
		q.Fnval = fnval
		var next *pugv.Play
		if next, err = get(ctx, a, pugv.PlayURL(q), pugv.DecodePlay); err == nil {
			play = next
		}
	}
	if err == nil {
		a.otherQualities(ctx, q, play)
	}
	return play, err
}

// play asks for streams, and with avid and cid from the season when the lesson's id alone
// is called malformed; q holds them then.
func (a *asking) play(ctx context.Context, q *pugv.PlayQuery, season func(context.Context) (*pugv.Season, error)) (*pugv.Play, error) {
	play, err := get(ctx, a, pugv.PlayURL(*q), pugv.DecodePlay)
	if r, ok := asReason(err); !ok || r.ServerCode != -400 {
		return play, err
	}
	s, seasonErr := season(ctx)
	if seasonErr != nil {
		return nil, err
	}
	e := s.Episode(q.EpisodeID)
	if e == nil {
		return nil, err
	}
	q.AID, q.CID = string(e.AID), string(e.CID)
	return get(ctx, a, pugv.PlayURL(*q), pugv.DecodePlay)
}

// otherQualities asks for the files of the qualities that a progressive answer to q names
// without holding them: one after the other, and no more once the site wants a pause or
// the time for it is over.
func (a *asking) otherQualities(ctx context.Context, q pugv.PlayQuery, play *pugv.Play) {
	ctx, cancel := within(ctx, a.Limits.Rest)
	defer cancel()
	var enough *stream.Reason
	for _, q.Quality = range play.Missing() {
		if enough != nil {
			play.Refuse(q.Quality, *enough)
			continue
		}
		answer, err := get(ctx, a, pugv.PlayURL(q), pugv.DecodePlay)
		if err == nil {
			play.Add(q.Quality, answer)
			continue
		}
		r := a.reason(ctx, err)
		switch {
		case r.Code == stream.RateLimited || ctx.Err() != nil:
			enough = &r
		case r.Code == stream.NotPurchased:
			// The lesson itself was given, so all that is known of this one is whether an
			// account would help.
			if r = (stream.Reason{Code: stream.NotGiven}); a.login(ctx, pugv.LoginURL, pugv.DecodeLogin) == stream.LoggedOut {
				r.Code = stream.NotLoggedIn
			}
		case r.Code == stream.NotFound:
			r = stream.Reason{Code: stream.NotGiven}
		}
		play.Refuse(q.Quality, r)
	}
}

// describeLesson makes the listing of what playLesson brought. The season may be nil.
func (a *asking) describeLesson(ctx context.Context, play *pugv.Play, err error, s *pugv.Season, id string) (*stream.Listing, error) {
	l := &stream.Listing{Site: stream.Com}
	if play != nil {
		l = play.Listing()
	}
	switch {
	case err != nil:
		r := a.refused(ctx, err, s, id)
		if play == nil && (s == nil || r.Code == stream.Network || r.Code == stream.NoAccess) {
			return nil, r
		}
		// Refused, but the lesson is known: the head says which one it is.
		l.State, l.Problem = stateOf(r), &r
	case l.Problem != nil && l.Problem.Code == stream.IsEncrypted:
	case !play.HasMedia():
		r := s.Refuse(stream.Reason{Code: stream.Unexpected, Detail: stream.NoMedia}, id, stream.LoginUnstated, a.now)
		l.State, l.Problem = stateOf(r), &r
	default:
		if s != nil && l.Problem == nil {
			l.State = s.State(id)
		}
		if play.Encryption() == pugv.Suspected {
			a.checkEncryption(ctx, play, l)
		}
	}
	if s != nil {
		head := s.Head(id)
		if l.Head.Duration > 0 && head.Duration == 0 {
			head.Duration = l.Head.Duration
		}
		l.Head = head
		a.describes(s, id)
	} else {
		l.Head.EpisodeID = id
	}
	if p := l.Problem; p != nil && p.Code == stream.PreviewOnly && p.Whole <= p.Given {
		p.Whole = l.Head.Duration
	}
	return l, nil
}

// refused makes a refusal as precise as the season and the site's login check allow. The
// season may be nil.
func (a *asking) refused(ctx context.Context, err error, s *pugv.Season, id string) stream.Reason {
	r := a.reason(ctx, err)
	login := stream.LoginUnstated
	if r.Code == stream.NotPurchased {
		login = a.login(ctx, pugv.LoginURL, pugv.DecodeLogin)
	}
	return s.Refuse(r, id, login, a.now)
}

// checkEncryption settles signs that prove nothing alone by reading an init segment. An
// encrypted lesson keeps no address: a saved file would stay grey.
func (a *asking) checkEncryption(ctx context.Context, play *pugv.Play, l *stream.Listing) {
	protected, known := a.protected(ctx, play)
	if known && !protected {
		return
	}
	r := stream.Reason{Code: stream.IsEncrypted}
	if !known {
		r.Detail = stream.Unconfirmed
	}
	l.WithholdAll(r)
	l.State, l.Problem = stream.Encrypted, &r
}

func (a *asking) protected(ctx context.Context, play *pugv.Play) (protected, known bool) {
	urls, where, ok := play.InitProbe()
	if !ok {
		return false, false
	}
	for _, u := range urls {
		if !stream.Fetchable(u.URL) {
			continue
		}
		limited, cancel := within(ctx, a.Limits.Probe)
		began := a.running()
		data, err := a.Fetcher.GetRange(limited, u.URL, where)
		cancel()
		a.remember(began, u.URL, 0, len(data), err)
		if err != nil {
			continue
		}
		if protected, known = mp4.Protected(data); known {
			return protected, true
		}
	}
	return false, false
}

// login asks a site, once, whether somebody is logged in.
func (a *asking) login(ctx context.Context, url string, decode func(wire.Answer) (bool, error)) stream.Login {
	if a.account != stream.LoginUnstated {
		return a.account
	}
	in, err := get(ctx, a, url, decode)
	switch {
	case err != nil:
	case in:
		a.account = stream.LoggedIn
	default:
		a.account = stream.LoggedOut
	}
	return a.account
}

// courseHead returns the head of a lesson after reading the course's list to its end.
func (a *asking) courseHead(ctx context.Context, seasonID, episodeID string) (stream.Head, error) {
	s, err := get(ctx, a, pugv.SeasonURL(seasonID, episodeID), pugv.DecodeSeason)
	if err != nil {
		return stream.Head{}, err
	}
	if s.Head("").Partial {
		if err := a.readList(ctx, s, ""); err != nil {
			return stream.Head{}, err
		}
	}
	a.describes(s, episodeID)
	return s.Head(episodeID), nil
}

// describes remembers what a season says beside a lesson's head.
func (a *asking) describes(s *pugv.Season, id string) {
	a.about.details = s.Details(id)
	a.about.lessons = sync.OnceValue(func() *course.List { return s.List(a.now) })
}
