package service

import (
	"context"
	"errors"
	"time"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
	"streamlist/wasm/internal/stream"
)

const (
	// sample is how much of a file is read from each host, in bytes.
	sample = 256 << 10
	// perHost is how long one host may take over that. What came until then counts.
	perHost = 4 * time.Second
	// maxHosts and maxNetworks bound what is tested and remembered.
	maxHosts, maxNetworks = 8, 4
)

// network is what the store keeps of a network: how fast its hosts were. Its name is the
// address under which the site saw the person, which the cached listings hold anyway; it
// is forgotten with them, when the browser closes. No browser tells a background which
// network it is on.
type network struct {
	Name  string             `json:"name"`
	Hosts []stream.HostSpeed `json:"hosts"`
}

// networksKey is where the networks are kept: what a private tab measured stays apart.
func networksKey(tab message.Tab) string {
	if tab.Private {
		return "private/networks"
	}
	return "networks"
}

func (s *Service) networks(ctx context.Context, tab message.Tab) []network {
	var list []network
	if data, err := s.Store.Load(ctx, networksKey(tab)); err == nil && len(data) > 0 {
		_ = json.Unmarshal(data, &list)
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
// returns the listing with the fastest first in every row.
func (s *Service) TestHosts(ctx context.Context, tab message.Tab, b message.ListBody) (*stream.Listing, error) {
	hints := b.Hints.Clean()
	target, ok := page.Parse(tab.URL)
	if !ok {
		return nil, &message.Error{Code: message.Unsupported, Message: "not a page with streams"}
	}
	l, err := s.fresh(ctx, tab, target, hints)
	if err != nil {
		return nil, err
	}
	row := l.Find(b.Row)
	if row == nil || !row.Available() {
		return nil, unavailable(stream.Reason{Code: stream.NotGiven})
	}
	bounded, done := s.underWay(ctx, task{tab.ID, message.TestHosts}, subjectOf(tab, target, hints).Key)
	defer done()
	var speeds []stream.HostSpeed
	hosts := row.Hosts()
	for _, u := range hosts[:min(len(hosts), maxHosts)] {
		began := s.running()
		speed, err := s.Fetcher.Measure(bounded, u.URL, sample, perHost)
		s.remember(began, u.URL, 0, 0, err)
		if bounded.Err() != nil {
			break // those that are left stay untested
		}
		if err != nil || speed <= 0 {
			speed = stream.Silent
		}
		speeds = append(speeds, stream.HostSpeed{Host: stream.HostOf(u.URL), Speed: speed})
	}
	if errors.Is(bounded.Err(), context.Canceled) {
		return nil, movedOn()
	}
	s.learn(ctx, tab, network{l.Network(), speeds})
	return s.list(ctx, tab, target, hints, false)
}

// learn keeps what was measured: this network first, with what is known of its other hosts.
func (s *Service) learn(ctx context.Context, tab message.Tab, now network) {
	list := []network{now}
	for _, n := range s.networks(ctx, tab) {
		if n.Name != now.Name {
			list = append(list, n)
			continue
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
