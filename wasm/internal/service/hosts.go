package service

import (
	"context"
	"errors"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

const (
	// sample is how much of a file is read from each host, in bytes.
	sample = 256 << 10
	// perHost is how many milliseconds one host may take over that: what came until then counts. Where
	// several hosts stall it is less, but no less than hostLeast.
	perHost, hostLeast = 4000, 1000
	// spare is for what the last host gave to count.
	spare = 200
	// maxHosts and maxNetworks bound what is tested and remembered.
	maxHosts, maxNetworks = 8, 4
)

// unnamed is for how many seconds what was measured on a network without a name is used: as
// long as addresses live, as a rule.
const unnamed = 2 * 3600

// network is what the store keeps of a network: how fast its hosts were. Its name is the
// address under which the site saw the person, which the cached listings hold anyway; it
// is forgotten with them, when the browser closes.
//
// No browser tells a background which network it is on, and the site doesn't always
// write that address (in no capture does it). What was measured then has no name and
// counts wherever the browser is, for a limited time: the next lessons follow the test, and
// who changes the network within that time may get a slower host first until a new test.
type network struct {
	Name  string             `json:"name"`
	Hosts []stream.HostSpeed `json:"hosts"`
	// Until is when it is forgotten, in Unix seconds; 0: when the browser closes.
	Until int64 `json:"until,omitempty"`
}

// networksKey is where the networks are kept: apart for a private tab, and for each
// container, which may have a proxy of its own.
func networksKey(tab message.Tab) string {
	if tab.Private {
		return "private/networks"
	}
	return "networks/" + tab.Store
}

func (s *Service) networks(ctx context.Context, tab message.Tab) []network {
	var list []network
	if data, err := s.Store.Load(ctx, networksKey(tab)); err == nil && len(data) > 0 {
		_ = json.Unmarshal(data, &list)
	}
	for i := range list {
		if until := list[i].Until; until != 0 && until <= s.Now().Unix() {
			list[i].Hosts, list[i].Until = nil, 0
		}
	}
	return list
}

// rank puts the hosts first that were the fastest on the listing's network.
func rank(l *stream.Listing, networks []network) {
	if len(networks) == 0 {
		return
	}
	name := l.Network()
	for i := range networks {
		if networks[i].Name == name {
			l.Rank(networks[i].Hosts)
		}
	}
}

// TestHosts times a part of a row's file from each of its hosts, one after the other, and
// returns the listing ranked by that in every row. All that it asks shares the
// time of a listing.
func (s *Service) TestHosts(ctx context.Context, tab message.Tab, b message.ListBody) (*stream.Listing, error) {
	hints := b.Hints.Clean()
	target, ok := page.Parse(tab.URL)
	if !ok {
		return nil, &message.Error{Code: message.Unsupported, Message: "not a page with streams"}
	}
	of, end := subjectOf(tab, target, hints), s.running()+s.Limits.Listing.Milliseconds()
	bounded, done := s.underWay(ctx, task{tab.ID, message.TestHosts}, of.Key)
	defer done()
	l, err := s.fresh(bounded, tab, target, hints)
	if err != nil {
		return nil, asError(err)
	}
	row := l.Find(b.Row)
	if row == nil || !row.Available() {
		return nil, unavailable(stream.Reason{Code: stream.NotGiven})
	}
	hosts := row.Hosts()
	var speeds []stream.HostSpeed
	for i := range min(len(hosts), maxHosts) {
		url, began := hosts[i].URL, s.running()
		limit := min(perHost, max(hostLeast, (end-began-spare)/int64(len(hosts)-i)))
		speed, err := s.Fetcher.Measure(bounded, url, sample, limit)
		s.remember(began, url, 0, 0, err)
		if bounded.Err() != nil {
			break // those that are left stay untested
		}
		if err != nil && !s.Fetcher.Allowed(bounded, url) {
			return nil, unavailable(stream.Reason{Code: stream.NoAccess})
		}
		if err != nil || speed <= 0 {
			speed = stream.Silent
		}
		speeds = append(speeds, stream.HostSpeed{Host: stream.HostOf(url), Speed: speed})
	}
	if errors.Is(bounded.Err(), context.Canceled) {
		return nil, movedOn()
	}
	s.learn(ctx, tab, network{Name: l.Network(), Hosts: speeds})
	if l, err = s.list(ctx, tab, target, hints, false); err == nil {
		l.Untested = len(hosts) - len(speeds)
	}
	return l, err
}

// learn keeps what was measured: this network first, with what is known of its other hosts.
func (s *Service) learn(ctx context.Context, tab message.Tab, now network) {
	if now.Name == "" {
		now.Until = s.Now().Unix() + unnamed
	}
	list := []network{now}
	for _, n := range s.networks(ctx, tab) {
		if n.Name != now.Name {
			list = append(list, n)
			continue
		}
		if n.Until != 0 {
			list[0].Until = n.Until // all are forgotten with the first
		}
		for _, h := range n.Hosts {
			if len(list[0].Hosts) < 4*maxHosts && !tested(now.Hosts, h.Host) {
				list[0].Hosts = append(list[0].Hosts, h)
			}
		}
	}
	if data, err := json.Marshal(list[:min(len(list), maxNetworks)]); err == nil {
		s.save(tab, networksKey(tab), data)
	}
}

func tested(list []stream.HostSpeed, host string) bool {
	for i := range list {
		if list[i].Host == host {
			return true
		}
	}
	return false
}

// StopTest ends the tab's test of hosts: the panel was closed.
func (s *Service) StopTest(tab message.Tab) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.works[task{tab.ID, message.TestHosts}]; w != nil {
		w.cancel()
	}
}
