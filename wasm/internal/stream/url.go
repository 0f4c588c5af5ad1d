package stream

import (
	"slices"
	"strings"
)

// HostClass says what kind of host serves an address (reference bilibili-api.md,
// section 7).
type HostClass string

const (
	Mirror HostClass = "mirror" // a cloud mirror or an Akamai host: the one to prefer
	Edge   HostClass = "edge"   // an edge cache
	PCDN   HostClass = "pcdn"   // other people's devices: slow, odd ports, dropped connections
	Other  HostClass = "other"  // not a host known to serve the sites' media
)

// Addresses turns what an answer gives as address and backups into the order in
// which to use them: cleaned, without duplicates, mirrors before edges before PCDN,
// and otherwise as the answer had them. Hosts are not rewritten. Text that is no web
// address is dropped.
func Addresses(first string, backups []string) []MediaURL {
	var list []MediaURL
	for _, raw := range append([]string{first}, backups...) {
		url, host, ok := cleanURL(raw)
		if !ok || slices.ContainsFunc(list, func(m MediaURL) bool { return m.URL == url }) {
			continue
		}
		class := classify(host)
		list = append(list, MediaURL{
			URL: url, Class: class, ExpiresAt: Expiry(url),
			// bilibili-api.md, section 7: addresses for HTML5 players are not checked; what hosts
			// of others want isn't known.
			Referer: class != Other && param(url, "platform") != "html5",
			OneIP:   strings.Trim(param(url, "oi"), "0") != "",
		})
	}
	sorted := make([]MediaURL, 0, len(list))
	for rank := range 4 {
		for _, m := range list {
			if m.Class.rank() == rank {
				sorted = append(sorted, m)
			}
		}
	}
	return sorted
}

func (c HostClass) rank() int {
	switch c {
	case Mirror:
		return 0
	case Edge:
		return 1
	case Other:
		return 2
	}
	return 3
}

// cleanURL gives `//host/…` and port-less `http:` the https scheme, and splits off
// the host with its port. Characters that no address may hold are refused: an address
// ends up in commands.
func cleanURL(raw string) (url, host string, ok bool) {
	raw = strings.TrimSpace(raw)
	rest, scheme := raw, ""
	switch {
	case strings.HasPrefix(raw, "//"):
		scheme, rest = "https", raw[2:]
	case hasPrefixFold(raw, "https://"):
		scheme, rest = "https", raw[len("https://"):]
	case hasPrefixFold(raw, "http://"):
		scheme, rest = "http", raw[len("http://"):]
	default:
		return "", "", false
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host = strings.ToLower(rest[:end])
	if host == "" || strings.ContainsAny(host, "@\\ ") {
		return "", "", false
	}
	for _, c := range rest {
		if c <= ' ' || c == 0x7f || strings.ContainsRune("\"'<>\\^`{|}", c) || c > 0x7e {
			return "", "", false
		}
	}
	if scheme == "http" && !strings.Contains(host, ":") {
		scheme = "https"
	}
	return scheme + "://" + host + rest[end:], host, true
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func classify(hostport string) HostClass {
	host, port, _ := strings.Cut(hostport, ":")
	switch {
	case strings.Contains(host, "mcdn"), under(host, "szbdyd.com"), strings.Contains(host, "mountaintoys"),
		strings.HasPrefix(host, "upos-sz-302"), isIPv4(host), strings.HasPrefix(host, "["):
		return PCDN
	case port != "" && port != "443":
		return PCDN
	case !KnownMediaHost(host):
		return Other
	case strings.HasPrefix(host, "upos-tf-all"), strings.HasPrefix(host, "cn-"):
		return Edge
	}
	return Mirror
}

// KnownMediaHost reports whether the extension holds a permission for the host and
// knows it to serve the sites' media. Only such hosts are ever fetched.
func KnownMediaHost(host string) bool {
	return under(host, "bilivideo.com") || under(host, "bilivideo.cn") || under(host, "akamaized.net")
}

// Fetchable reports whether an address may be fetched by the extension itself.
func Fetchable(url string) bool {
	clean, host, ok := cleanURL(url)
	name, _, _ := strings.Cut(host, ":")
	return ok && strings.HasPrefix(clean, "https://") && KnownMediaHost(name)
}

// SubtitleURL cleans the address of a subtitle file, and reports whether it lies on a host
// from which the site gives them and for which the extension holds a permission. Courses: i0.hdslb.com
// for what people made (API-collect, issue 201), aisubtitle.hdslb.com for that and what machines did (issue
// 709). bilibili.tv: s.bstarstatic.com for series (bilibili-api.md, section 4.4), p.bstarstatic.com for uploads
// (read in a client, 71166608907).
func (s Site) SubtitleURL(raw string) (url string, ok bool) {
	url, host, ok := cleanURL(raw)
	switch host {
	case "s.bstarstatic.com", "p.bstarstatic.com":
		ok = ok && s == TV
	case "aisubtitle.hdslb.com", "i0.hdslb.com":
		ok = ok && s == Com
	default:
		ok = false
	}
	if !ok {
		return "", false
	}
	return url, true
}

func under(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

func isIPv4(host string) bool {
	dots := 0
	for _, c := range host {
		switch {
		case c == '.':
			dots++
		case c < '0' || c > '9':
			return false
		}
	}
	return dots == 3
}

// Expiry is when an address ends, in Unix seconds: the earlier of its `deadline` and
// of the `exp` in Akamai's `hdnts` token, which can be two hours earlier (peers.md,
// section 1c). It is 0 where the address states neither.
func Expiry(url string) int64 {
	_, query, _ := strings.Cut(url, "?")
	query, _, _ = strings.Cut(query, "#")
	var earliest int64
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		switch name {
		case "deadline":
			earliest = earlier(earliest, unixSeconds(value))
		case "hdnts":
			// hdnts=exp=1663925440~hmac=…, with "=" and "~" escaped at times.
			value = strings.ReplaceAll(strings.ReplaceAll(strings.ToUpper(value), "%3D", "="), "%7E", "~")
			for value != "" {
				var field string
				field, value, _ = strings.Cut(value, "~")
				if exp, ok := strings.CutPrefix(field, "EXP="); ok {
					earliest = earlier(earliest, unixSeconds(exp))
				}
			}
		}
	}
	return earliest
}

// param returns the first value of a query parameter as it is written, "" without one.
func param(url, name string) string {
	_, query, _ := strings.Cut(url, "?")
	query, _, _ = strings.Cut(query, "#")
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		if n, value, _ := strings.Cut(pair, "="); n == name {
			return value
		}
	}
	return ""
}

func earlier(a, b int64) int64 {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

// unixSeconds reads up to 12 digits; anything else is 0.
func unixSeconds(s string) int64 {
	if s == "" || len(s) > 12 {
		return 0
	}
	var n int64
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// SetExpiry sets the end of each address in the listing to the earlier of its own and
// stated, which is what the answer itself said (intl `expire_at`; 0 for none), and
// ExpiresAt to the earliest of them.
func (l *Listing) SetExpiry(stated int64) {
	l.ExpiresAt = 0
	for r := range l.Renditions {
		for _, s := range r.Segments {
			for i := range s.URLs {
				u := &s.URLs[i]
				u.ExpiresAt = earlier(Expiry(u.URL), stated)
				l.ExpiresAt = earlier(l.ExpiresAt, u.ExpiresAt)
			}
		}
	}
}

// Until is the earliest end of addresses, in Unix seconds; 0 when none is known.
func Until(list []MediaURL) (at int64) {
	for i := range list {
		at = earlier(at, list[i].ExpiresAt)
	}
	return at
}
