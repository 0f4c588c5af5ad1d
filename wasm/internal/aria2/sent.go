package aria2

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"streamlist/wasm/internal/stream"
)

// Sent is what was sent to a server: all that needs to be kept of it, as JSON, for when
// the program is ended. Its methods don't run at the same time.
type Sent struct {
	// Session is aria2's name for its run: after its restart it has another.
	Session   string     `json:"session,omitempty"`
	Transfers []Transfer `json:"transfers"`
}

// most is how many transfers are kept; of more, those that have finished longest ago go.
const most = 4000

// Item is a file to be sent.
type Item struct {
	Row  *stream.Rendition
	Part int
	// Name is what to save it as: a relative path with "/" between folders and name.
	Name string
}

// Send has the server add the files of one lesson, and remembers them as transfers. What
// is under way already is not sent again: it returns how many were. The error is a Fault
// or ctx's. After a Timeout they are remembered too, for aria2 may have them; Tend finds
// out.
func (s *Sent) Send(ctx context.Context, c *Client, o Options, of Source, items []Item, now int64) (sent int, err error) {
	var list []Transfer
	var calls []call
	for _, item := range items {
		t := Transfer{
			GID: newGID(), Dir: o.Dir, Out: item.Name, Source: of, Row: item.Row.Key, Part: item.Part, Size: sizeOf(item.Row, item.Part),
			State: Waiting, Given: now,
		}
		if slices.ContainsFunc(s.Transfers, func(other Transfer) bool { return !other.State.finished() && other.same(&t) }) {
			continue
		}
		given := linksOf(item.Row, item.Part)
		if len(given.addresses) == 0 {
			return 0, stream.Reason{Code: stream.NotGiven}
		}
		t.Ends = given.ends
		for n := 2; slices.ContainsFunc(s.Transfers, func(other Transfer) bool { return other.name() == t.name() }); n++ {
			t.Out = numbered(item.Name, n)
		}
		list = append(list, t)
		list[len(list)-1].Lesson = list[0].GID
		calls = append(calls, o.adding(&t, given.addresses, false))
	}
	outcomes, err := c.all(ctx, calls)
	if err != nil && err != Timeout {
		return 0, err
	}
	for i := range list {
		if err == nil && outcomes[i].refused != nil {
			err = Declined
			continue
		}
		s.Transfers = append(s.Transfers, list[i])
		sent++
	}
	s.forget(func(t *Transfer) bool { return len(s.Transfers) > most && t.State.finished() })
	return sent, err
}

// same reports whether two transfers are of the same file.
func (t *Transfer) same(other *Transfer) bool {
	return t.Source.Site == other.Source.Site && t.Source.Page == other.Source.Page && t.Source.Episode == other.Source.Episode &&
		t.Source.Store == other.Source.Store && t.Row == other.Row && t.Part == other.Part
}

// numbered puts a number before the ending of a name.
func numbered(name string, n int) string {
	dot := strings.LastIndexByte(name, '.')
	if dot <= strings.LastIndexByte(name, '/') {
		dot = len(name)
	}
	return name[:dot] + " (" + strconv.Itoa(n) + ")" + name[dot:]
}

// forget takes transfers off the list, the oldest first, as long as unwanted says so.
func (s *Sent) forget(unwanted func(*Transfer) bool) {
	for i := 0; i < len(s.Transfers); {
		if unwanted(&s.Transfers[i]) {
			s.Transfers = slices.Delete(s.Transfers, i, i+1)
		} else {
			i++
		}
	}
}

// Clear takes finished transfers off the list; what aria2 has of them stays.
func (s *Sent) Clear() { s.forget(func(t *Transfer) bool { return t.State.finished() }) }

// Again begins once more with the transfers of a lesson that failed or were removed.
func (s *Sent) Again(lesson string) {
	for i := range s.Transfers {
		if t := &s.Transfers[i]; t.Lesson == lesson && (t.State == Failed || t.State == Removed) {
			t.State, t.Tries, t.Hold, t.Asked, t.Reason, t.Code = Renewing, 0, 0, 0, nil, 0
		}
	}
}

// Remove takes a lesson's transfers off the list, and out of aria2 what has not ended
// there; its bytes stay on the server's disk. An error is a Fault or ctx's, and nothing
// has changed then.
func (s *Sent) Remove(ctx context.Context, c *Client, lesson string) error {
	var calls []call
	for i := range s.Transfers {
		if t := &s.Transfers[i]; t.Lesson == lesson && !t.State.finished() {
			calls = append(calls, call{"aria2.remove", []any{t.GID}})
		}
	}
	if _, err := c.all(ctx, calls); err != nil {
		return err
	}
	s.forget(func(t *Transfer) bool { return t.Lesson == lesson })
	return nil
}

// Unfinished is how many transfers are not.
func (s *Sent) Unfinished() (n int) {
	for i := range s.Transfers {
		if !s.Transfers[i].State.finished() {
			n++
		}
	}
	return n
}
