package stream

// Silent is the speed of a host that was tested and gave nothing.
const Silent = -1

// HostSpeed is what was measured of a media host.
type HostSpeed struct {
	Host  string `json:"host"`  // with its port, where it states one
	Speed int64  `json:"speed"` // bytes per second, or Silent
}

// HostOf returns the host of an address, with its port; "" for what is no web address.
func HostOf(url string) string {
	_, host, _ := cleanURL(url)
	return host
}

// Hosts returns one address for each host from which the rendition's bytes can be had and
// that the extension may ask itself, in the order of the addresses.
func (r *Rendition) Hosts() []MediaURL {
	var hosts []MediaURL
	seen := map[string]bool{}
	for _, s := range r.Segments {
		for _, u := range s.URLs {
			if host := HostOf(u.URL); !seen[host] && Fetchable(u.URL) {
				seen[host] = true
				hosts = append(hosts, u)
			}
		}
	}
	return hosts
}

// Network names the network that the listing was asked for from: the client's own address
// as the site saw it, which it writes into its addresses (`oi`, bilibili-api.md,
// section 7). It is "" where none of them has it, or only a 0.
func (l *Listing) Network() string {
	for r := range l.Renditions {
		for _, s := range r.Segments {
			for i := range s.URLs {
				if s.URLs[i].OneIP {
					return param(s.URLs[i].URL, "oi")
				}
			}
		}
	}
	return ""
}

// Rank puts the fastest host first among the addresses of each segment, then those that
// were not tested, in their former order, and the silent ones last. Other people's devices
// never come first where there is a mirror. No host is rewritten. The segments are made
// anew: others may hold the former ones.
func (l *Listing) Rank(speeds []HostSpeed) {
	if len(speeds) == 0 {
		return
	}
	for r := range l.Renditions {
		segments := make([]Segment, len(r.Segments))
		for i, s := range r.Segments {
			s.URLs = ranked(s.URLs, speeds)
			segments[i] = s
		}
		if len(segments) > 0 {
			r.Segments = segments
		}
	}
}

func ranked(urls []MediaURL, speeds []HostSpeed) []MediaURL {
	list := make([]MediaURL, 0, len(urls))
	for _, u := range urls {
		u.Speed = 0
		host := HostOf(u.URL)
		for _, s := range speeds {
			if s.Host == host {
				u.Speed = s.Speed
			}
		}
		list = insert(list, u, func(before MediaURL) bool { return before.Speed < u.Speed })
	}
	if len(list) > 0 && list[0].Class == PCDN {
		for i, u := range list {
			if u.Class == Mirror {
				copy(list[1:], list[:i])
				list[0] = u
				break
			}
		}
	}
	return list
}

// insert puts u before the last ones of the list that give way.
func insert(list []MediaURL, u MediaURL, givesWay func(MediaURL) bool) []MediaURL {
	list = append(list, u)
	i := len(list) - 1
	for ; i > 0 && givesWay(list[i-1]); i-- {
		list[i] = list[i-1]
	}
	list[i] = u
	return list
}
