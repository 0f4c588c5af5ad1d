package aria2

import (
	"context"
	"errors"
	"slices"

	"streamlist/wasm/internal/stream"
)

// Links gets a lesson's listing with fresh addresses.
type Links interface {
	// Fresh asks the endpoints for the listing of a transfer's lesson; row is the key of one that it
	// must hold. An error that is a stream.Reason says why there is none.
	Fresh(ctx context.Context, of Source, row string) (*stream.Listing, error)
}

// A transfer gets fresh addresses once a quarter of the time is left for which those it has
// were given, and at most 10 minutes: what aria2 opens meanwhile must still be let in.
const (
	share     = 4
	mostAhead = 600 // seconds
)

// near is how many of those that wait get fresh addresses before they are due. What stands
// further back may wait for hours: it gets them as it comes near, for the sites are asked no
// more than is needed.
const near = 10

// Tries and pauses, in seconds, of what comes to nothing.
const (
	linkTries    = 3  // of addresses that a media host refuses though they are fresh
	networkTries = 20 // where nobody could be reached
	firstPause   = 10
	longestPause = 600
)

// What aria2 gives a transfer up with ("Exit status" in its manual).
const (
	codeUnknown    = 1
	codeTimeout    = 2
	codeNotFound   = 3
	codeTooSlow    = 5
	codeNetwork    = 6
	codeUnfinished = 7  // it was shut down
	codeResolve    = 19 // no such host
	codeResponse   = 22 // any status that is no success, 403 among them
	codeUnwanted   = 23 // too many redirects
	codeSignIn     = 24 // 401
	codeBusy       = 29 // 503
)

// tries is how often a transfer is added anew that aria2 gave up with a code; none where
// its disk is the cause, or what is there already.
func tries(code count) int {
	switch code {
	case codeNotFound, codeResponse, codeUnwanted, codeSignIn:
		return linkTries
	case codeUnknown, codeTimeout, codeTooSlow, codeNetwork, codeUnfinished, codeResolve, codeBusy:
		return networkTries
	}
	return 0
}

// Pass is what came of a look after the transfers.
type Pass struct {
	// Changed: something has changed that must last, other than numbers of bytes.
	Changed bool
	// Soon: another lesson needs addresses now. Who calls Tend makes a pause first.
	Soon bool
	// Due is when the next one needs some, in Unix seconds; 0 unknown.
	Due int64
}

// Tend looks after the transfers: it learns what became of them, and gets fresh addresses
// for at most one lesson, where those that aria2 has are about to end, were refused, or got
// lost with aria2's own memory. It is to be called as long as there are unfinished ones.
//
// The error is a Fault or ctx's. What was learned before it stays.
func (s *Sent) Tend(ctx context.Context, c *Client, o Options, from Links, now int64) (p Pass, err error) {
	if s.Unfinished() == 0 {
		return p, nil
	}
	all := []any{0, 1000, statusKeys}
	outcomes, err := c.all(ctx, []call{{"aria2.getSessionInfo", nil}, {"aria2.tellActive", []any{statusKeys}}, {"aria2.tellWaiting", all}})
	if err != nil {
		return p, err
	}
	session, err := decodeSession(outcomes[0])
	if err != nil {
		return p, err
	}
	active, err := decodeList(outcomes[1])
	if err != nil {
		return p, err
	}
	waiting, err := decodeList(outcomes[2])
	if err != nil {
		return p, err
	}
	ahead := 0
	for i := range waiting { // paused ones among them
		if waiting[i].number = ahead; waiting[i].State == "waiting" {
			ahead++
		}
	}
	l := look{Sent: s, client: c, options: o, now: now, restarted: s.Session != "" && s.Session != session}
	if err := l.learn(ctx, append(active, waiting...)); err != nil {
		return l.Pass, err
	}
	if s.Session != session {
		s.Session, l.Changed = session, true
	}
	return l.Pass, l.renew(ctx, from)
}

// look is one look after the transfers.
type look struct {
	*Sent
	Pass
	client    *Client
	options   Options
	now       int64
	restarted bool
	front     []bool // which of the transfers run, or will soon
}

// learn takes over what aria2 tells.
func (l *look) learn(ctx context.Context, told []status) error {
	at := make(map[string]int, len(told))
	for i := range told {
		at[told[i].GID] = i
	}
	l.front = make([]bool, len(l.Transfers))
	var silent, unopened []int
	var ask, paths []call
	for i := range l.Transfers {
		t := &l.Transfers[i]
		if t.State.finished() || t.State == Renewing {
			continue
		}
		if k, ok := at[t.GID]; ok {
			l.hear(i, &told[k])
			if !t.Opened && t.Total > 0 {
				unopened = append(unopened, i)
				paths = append(paths, call{"aria2.getFiles", []any{t.GID}})
			}
			continue
		}
		silent = append(silent, i)
		ask = append(ask, call{"aria2.tellStatus", []any{t.GID, append([]string{"files"}, statusKeys...)}})
	}
	outcomes, err := l.some(ctx, ask)
	if err != nil {
		return err
	}
	var lost []int
	for k, i := range silent {
		if outcomes[k].refused != nil {
			lost = append(lost, i)
			continue
		}
		one, err := decodeStatus(outcomes[k].result)
		if err != nil {
			return err
		}
		if t := &l.Transfers[i]; !t.Opened && one.Total > 0 && len(one.Files) > 0 {
			t.at(one.Files[0].Path)
		}
		l.hear(i, &one)
	}
	if outcomes, err = l.some(ctx, paths); err != nil {
		return err
	}
	for k, i := range unopened {
		var files []file
		if outcomes[k].refused == nil && readFiles(outcomes[k].result, &files) && len(files) > 0 {
			l.Transfers[i].at(files[0].Path)
			l.Changed = true
		}
	}
	return l.find(ctx, lost)
}

// some asks many methods, a hundred in a request.
func (l *look) some(ctx context.Context, calls []call) (outcomes []outcome, err error) {
	for part := range slices.Chunk(calls, 100) {
		list, err := l.client.all(ctx, part)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, list...)
	}
	return outcomes, nil
}

// hear takes over what aria2 tells of a transfer.
func (l *look) hear(i int, told *status) {
	t := &l.Transfers[i]
	was := *t
	t.Seen = true
	t.Done, t.Total, t.Speed = int64(told.Done), int64(told.Total), int64(told.Speed)
	switch told.State {
	case "active":
		t.State, l.front[i] = Active, true
	case "waiting":
		t.State, l.front[i] = Waiting, told.number < near
	case "paused":
		t.State = Paused
	case "complete":
		t.State, t.Reason, t.Code = Complete, nil, 0
	case "removed":
		t.State = Removed
	case "error":
		l.lose(t, told.Error)
	}
	if t.State == Complete || t.State == Removed || t.State == Failed {
		t.Speed = 0
	}
	l.Changed = l.Changed || t.State != was.State || !was.Seen || t.Tries != was.Tries
}

// lose is called of a transfer that aria2 gave up.
func (l *look) lose(t *Transfer, code count) {
	t.Code = int64(code)
	if t.Done > t.Mark {
		t.Tries, t.Mark = 0, t.Done
	}
	if t.Tries >= tries(code) {
		t.State = Failed
		if t.Reason == nil && tries(code) == linkTries {
			t.Reason = &stream.Reason{Code: stream.Expired}
		}
		return
	}
	if t.Tries > 0 {
		t.Hold = l.now + pause(t.Tries-1)
	}
	t.Tries++
	t.State = Renewing
}

// pause is how long to wait after so many failures before.
func pause(failures int) int64 {
	return min(int64(firstPause)<<min(failures, 10), longestPause)
}

// find looks for transfers that aria2 doesn't know by their names. It was restarted: it
// may have them under others, read from a file of its own, or not at all, and then they
// are added anew. Otherwise a person has removed them there, unless it was never told of
// them.
func (l *look) find(ctx context.Context, lost []int) error {
	if len(lost) == 0 {
		return nil
	}
	l.Changed = true
	var others []status
	if l.restarted {
		keys := append([]string{"files"}, statusKeys...)
		outcomes, err := l.client.all(ctx, []call{
			{"aria2.tellActive", []any{keys}}, {"aria2.tellWaiting", []any{0, 1000, keys}}, {"aria2.tellStopped", []any{0, 1000, keys}},
		})
		if err != nil {
			return err
		}
		for _, o := range outcomes {
			list, err := decodeList(o)
			if err != nil {
				return err
			}
			others = append(others, list...)
		}
	}
	for _, i := range lost {
		t := &l.Transfers[i]
		t.Speed = 0
		k := slices.IndexFunc(others, func(s status) bool { return len(s.Files) == 1 && t.lies(s.Files[0].Path) })
		switch {
		case k >= 0:
			t.GID = others[k].GID
			// Whose addresses it has, and until when, isn't known.
			t.Ends = l.now
			l.hear(i, &others[k])
		case l.restarted || !t.Seen:
			t.State = Renewing
		default:
			t.State = Removed
		}
	}
	return nil
}

// ahead is how long before the end of its addresses a transfer gets others.
func (t *Transfer) ahead() int64 { return min((t.Ends-t.Given)/share, mostAhead) }

// due is when a transfer needs fresh addresses, in Unix seconds; 0 for never.
func (l *look) due(i int) int64 {
	t := &l.Transfers[i]
	switch {
	case t.State == Renewing:
		return max(t.Hold, 1)
	case l.front[i] && t.Ends > 0:
		return max(t.Ends-t.ahead(), t.Hold, 1)
	}
	return 0
}

// renew gets fresh addresses for one lesson: for one whose addresses are about to end
// rather than for one that stands still already, and then for what was sent first.
func (l *look) renew(ctx context.Context, from Links) error {
	first := -1
	for i := range l.Transfers {
		due := l.due(i)
		switch {
		case due == 0:
			continue
		case due > l.now:
			if l.Due == 0 || due < l.Due {
				l.Due = due
			}
			continue
		}
		l.Soon = l.Soon || first >= 0 && l.Transfers[i].Source != l.Transfers[first].Source
		if first < 0 || l.Transfers[first].State == Renewing && l.Transfers[i].State != Renewing {
			first = i
		}
	}
	if first < 0 {
		return nil
	}
	l.Changed = true
	of := l.Transfers[first].Source
	listing, err := from.Fresh(ctx, of, l.Transfers[first].Row)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		l.refuse(of, err)
		return nil
	}
	return l.give(ctx, of, listing)
}

// refuse is called where no fresh addresses could be had for a lesson.
func (l *look) refuse(of Source, err error) {
	reason, ok := errors.AsType[stream.Reason](err)
	if !ok {
		reason = stream.Reason{Code: stream.Network}
	}
	for i := range l.Transfers {
		t := &l.Transfers[i]
		switch {
		case t.State.finished():
		case reason.Code == stream.RateLimited && t.Source.Site == of.Site:
			t.Hold = max(t.Hold, reason.At, l.now+firstPause) // all of the site's: it asks to be left alone
		case t.Source == of:
			l.without(t, reason)
		}
	}
}

// without is called of a transfer for which there are no fresh addresses. What runs goes
// on as long as it is let.
func (l *look) without(t *Transfer, reason stream.Reason) {
	t.Hold = l.now + pause(t.Asked)
	t.Asked++
	t.Reason = &reason
	if t.State == Renewing && !passing(reason) {
		t.State = Failed
	}
}

// passing reports whether a reason may be gone when one asks again.
func passing(r stream.Reason) bool {
	return r.Code == stream.RateLimited || r.Code == stream.Network || r.Code == stream.Unexpected
}

// give hands a lesson's fresh addresses to aria2, for all its transfers, also those that
// don't need them yet.
func (l *look) give(ctx context.Context, of Source, listing *stream.Listing) error {
	var at []int
	var fresh []links
	var asked []call
	for i := range l.Transfers {
		t := &l.Transfers[i]
		if t.State.finished() || t.Source != of {
			continue
		}
		found, err := t.fresh(listing)
		if err != nil {
			reason, _ := errors.AsType[stream.Reason](err)
			l.without(t, reason)
			continue
		}
		at, fresh = append(at, i), append(fresh, found)
		if t.State == Renewing {
			// What it has left of the former try would stand in the way of its name.
			asked = append(asked, call{"aria2.removeDownloadResult", []any{t.GID}})
		} else {
			asked = append(asked, call{"aria2.getUris", []any{t.GID}})
		}
	}
	had, err := l.client.all(ctx, asked)
	if err != nil {
		return err
	}
	var calls []call
	for k, i := range at {
		t := &l.Transfers[i]
		if t.State == Renewing {
			calls = append(calls, l.options.adding(t, fresh[k].addresses, t.Code != 0))
			continue
		}
		var former []string
		if had[k].refused == nil {
			if former, err = decodeURIs(had[k].result); err != nil {
				return err
			}
		}
		calls = append(calls, call{"aria2.changeUri", []any{t.GID, 1, former, fresh[k].addresses}})
	}
	outcomes, err := l.client.all(ctx, calls)
	if err != nil {
		return err
	}
	for k, i := range at {
		t := &l.Transfers[i]
		if outcomes[k].refused != nil {
			// It has ended meanwhile, or is there after all: the next look tells.
			t.Hold = l.now + 1
			if t.State == Renewing {
				t.State = Waiting
			}
			continue
		}
		t.Hold, t.Asked, t.Reason = 0, 0, nil
		if fresh[k].ends > 0 && fresh[k].ends <= t.Ends {
			t.Hold = l.now + firstPause // they are the same again
		}
		t.Given, t.Ends = l.now, fresh[k].ends
		if t.State == Renewing {
			t.State, t.Seen, t.Code = Waiting, false, 0
		}
	}
	return nil
}
