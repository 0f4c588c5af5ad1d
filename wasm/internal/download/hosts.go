package download

import (
	"cmp"
	"slices"
	"time"

	"streamlist/wasm/internal/stream"
)

// host is a media host, with what was seen of it in this run.
type host struct {
	name        string
	class       stream.HostClass
	connections int
	// limit is how many connections it takes at a time; 0 no limit known. Browsers make six to a
	// host without HTTP/2, and let the others wait.
	limit int
	// rate is how fast one connection to it was lately, in bytes per second; 0 unknown.
	rate float64
	// failures counts those since it last gave something, total all of them.
	failures, total int
	// failed is when it last failed, until when it may be asked again, heard when it last gave
	// something.
	failed, until, heard time.Time
	// answered says of the latest failure that it was the host's and not the way to it; status
	// is its HTTP status, where it was one.
	answered bool
	status   int
}

// most is how many connections the host may have now: after more than one failure one, until
// that gets something.
func (h *host) most() int {
	switch {
	case h.failures > 1 && !h.heard.After(h.failed):
		return 1
	case h.limit > 0:
		return h.limit
	}
	return maxConnections
}

// measured takes in how fast a connection was.
func (h *host) measured(bytes int64, took time.Duration) {
	if took < 10*time.Millisecond || bytes < 64<<10 && took < 2*time.Second {
		return // says more about the way there than about the speed
	}
	rate := float64(bytes) / took.Seconds()
	if h.rate > 0 {
		rate = (h.rate + rate) / 2
	}
	h.rate = rate
}

// fault is why a host doesn't serve a source.
type fault string

const (
	sound fault = ""
	// refused: 403, 404 or 410. Fresh addresses may help.
	refused fault = "refused"
	// lying: what it gives isn't the file, or not the part of it that was asked for.
	lying fault = "lying"
	// broken: it failed over and over.
	broken fault = "broken"
)

// address is one address of a source.
type address struct {
	url     string
	host    *host
	expires int64 // Unix seconds, 0 unknown
	fault   fault
	// ranges is from when on it may be asked for a part: it gave the whole file instead, which may have been the fault of
	// something on the way.
	ranges time.Time
	// tag is what the host calls the version of the file; "" unknown.
	tag string
}

// whole reports whether it counts as one that gives whole files only.
func (a *address) whole(now time.Time) bool { return now.Before(a.ranges) }

// addresses makes the addresses of a file, on hosts from the pool, which it extends. What
// may not be fetched is left out.
func (r *run) addresses(urls []stream.MediaURL) []*address {
	var list []*address
	for _, u := range urls {
		if !stream.Fetchable(u.URL) {
			continue
		}
		name := stream.HostOf(u.URL)
		h := r.hosts[name]
		if h == nil {
			h = &host{name: name, class: u.Class}
			switch {
			case u.Speed > 0:
				h.rate = float64(u.Speed)
			case u.Speed == stream.Silent:
				h.rate = 1
			}
			r.hosts[name] = h
		}
		list = append(list, &address{url: u.URL, host: h, expires: u.ExpiresAt})
	}
	return list
}

// renew gives a source fresh addresses. What a host was found to do with the file stays
// known; that it refused the old address is forgotten.
func (s *source) renew(list []*address) {
	for _, a := range list {
		for _, old := range s.addresses {
			if old.host == a.host {
				a.ranges, a.tag = old.ranges, old.tag
				if old.fault == lying {
					a.fault = lying
				}
			}
		}
	}
	s.addresses = list
}

// choice is what is to be done for a source's next byte.
type choice struct {
	address *address
	// until is when an address may be there, where there is none now.
	until time.Time
	// fresh says that only fresh addresses help, or that they would give a better kind of host.
	fresh bool
}

// renewable reports whether something came of the last fresh addresses, if there were any,
// so that asking for others makes sense.
func (r *run) renewable() bool {
	return !r.fresh || r.received-r.freshAt >= r.queue.limits.progress
}

// choose picks the address for the next connection: of the hosts that work the one with the
// fewest connections for its speed; one that gives whole files only where all others failed,
// and other people's devices where nothing else is there.
func (r *run) choose(s *source, now time.Time) choice {
	var best *address
	var soonest time.Time
	expired := false
	rank := func(a *address) int {
		rank := 0
		if a.host.class == stream.PCDN {
			rank = 2
		}
		if a.whole(now) {
			rank++
		}
		if a.host.failures >= persistent {
			rank += 4
		}
		return rank
	}
	candidates := make([]*address, 0, len(s.addresses))
	for _, a := range s.addresses {
		if a.fault != sound {
			expired = expired || a.fault == refused
			continue
		}
		if !r.distrust && a.expires > 0 && now.Unix() >= a.expires-expiryMargin {
			expired = true
			continue
		}
		candidates = append(candidates, a)
	}
	if len(candidates) == 0 {
		return choice{fresh: expired}
	}
	// A host that only rests for a moment is waited for rather than passed over for a worse
	// kind.
	lowest := rank(slices.MinFunc(candidates, func(a, b *address) int { return cmp.Compare(rank(a), rank(b)) }))
	var fastest float64
	for _, a := range candidates {
		fastest = max(fastest, a.host.rate)
	}
	var least float64
	for _, a := range candidates {
		if rank(a) > lowest {
			continue
		}
		if a.host.until.After(now) {
			if soonest.IsZero() || a.host.until.Before(soonest) {
				soonest = a.host.until
			}
			continue
		}
		if a.host.connections >= a.host.most() {
			if soonest.IsZero() {
				soonest = now.Add(r.queue.limits.tick) // or when one of them ends
			}
			continue
		}
		rate := a.host.rate
		if rate == 0 {
			rate = max(fastest, 1)
		}
		if load := float64(a.host.connections+1) / rate; best == nil || load < least {
			best, least = a, load
		}
	}
	better := expired && lowest%4 == 2 && r.renewable() // the mirrors' addresses have ended
	return choice{address: best, until: soonest, fresh: better && best != nil}
}
