package site

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"streamlist/tests/replica/media"
)

// hosts is where an answer's media URLs point, the first one as base URL.
type hosts []string

// Host names by the patterns of the reference.
const (
	mirrorCos  = "https://upos-sz-mirrorcos.bilivideo.com"
	mirrorAli  = "https://upos-sz-mirrorali.bilivideo.com"
	coldStore  = "https://upos-sz-estghw.bilivideo.com"
	slowMirror = "https://upos-sz-mirrorhw.bilivideo.com"
	edge       = "https://cn-gddg-cm-01-02.bilivideo.com"
	akamai     = "https://upos-hz-mirrorakam.akamaized.net"
	pcdn       = "https://xy123x45x67x89xy.mcdn.bilivideo.cn:4483"
	intlAkamai = "https://upos-bstar1-mirrorakam.akamaized.net"
	intlMirror = "https://upos-sz-mirrorcosbstar1.bilivideo.com"
)

var (
	plainHosts = hosts{mirrorCos, mirrorAli, akamai}
	// The base URL is somebody's home router; the mirrors among the backups lack a scheme, or a port and the s.
	pcdnHosts = hosts{pcdn, "//upos-sz-mirrorali.bilivideo.com", "http://upos-sz-mirrorcos.bilivideo.com", "https://upos-sz-302ppio.bilivideo.com"}
	oldHosts  = hosts{coldStore, edge}
	// The base URL's host is slow, an edge is faster, another mirror and somebody's home router are at full speed.
	unevenHosts = hosts{slowMirror, edge, mirrorCos, pcdn}
	intlHosts   = hosts{intlAkamai, intlMirror}
)

// speeds are how fast the hosts give that are not at full speed, in bytes per second.
var speeds = map[string]int{"upos-sz-mirrorhw.bilivideo.com": 400_000, "cn-gddg-cm-01-02.bilivideo.com": 1_000_000}

func isMediaHost(host string) bool {
	for _, domain := range []string{".bilivideo.com", ".bilivideo.cn", ".akamaized.net"} {
		if strings.HasSuffix(host, domain) {
			return true
		}
	}
	return false
}

const signedNames = "e,uipk,nbs,deadline,gen,os,oi,trid,mid,platform,og"

// mediaURL signs path for one host. Until is when it stops working; who is the caller's account number.
// Order and names of the parameters are those of the captures.
func (s *Site) mediaURL(origin, path string, until time.Time, mid int64, backup, bandwidth int) string {
	system := "cosbv"
	switch {
	case strings.Contains(origin, "mcdn"):
		system = "mcdn"
	case strings.Contains(origin, "akam"):
		system = "akam"
	}
	deadline := strconv.FormatInt(until.Unix(), 10)
	query := "e=ig8euxZM2rNcNbdlhoNvNC8BqJIzNbfqXBvEqxTEto8BTrNvN0GvT90W&uipk=5&nbs=1&deadline=" + deadline +
		"&gen=playurlv2&os=" + system + "&oi=2130706433&trid=5ca1ab1e0000000000000000000000" + fmt.Sprintf("%02d", backup) +
		"&mid=" + strconv.FormatInt(mid, 10) + "&platform=pc&og=cos"
	values, _ := url.ParseQuery(query)
	query += "&upsig=" + s.signature(path, values) + "&uparams=" + signedNames
	if system == "akam" {
		query += "&hdnts=exp=" + deadline + "~hmac=" + s.token(path, deadline)
	}
	logo := "80000000"
	if backup > 0 {
		logo = "40000000"
	}
	return origin + path + "?" + query + fmt.Sprintf("&bvc=vod&nettype=0&orderid=%d,3&buvid=&build=0&f=u_0_0&agrr=0&bw=%d&logo=%s", backup, bandwidth/8, logo)
}

func (s *Site) signature(path string, query url.Values) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(path))
	for name := range strings.SplitSeq(signedNames, ",") {
		fmt.Fprintf(mac, "&%s=%s", name, query.Get(name))
	}
	return hex.EncodeToString(mac.Sum(nil))[:32]
}

func (s *Site) token(path, exp string) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte("hdnts" + path + exp))
	return hex.EncodeToString(mac.Sum(nil))
}

// media serves /upgcxcode/ (courses) and /iupxcodeboss/ (bilibili.tv) on every media host.
func (c *call) media() {
	path, query, now := c.req.URL.Path, c.req.URL.Query(), c.site.now()
	site, ok := "https://www.bilibili.com/", strings.HasPrefix(path, "/upgcxcode/")
	if strings.HasPrefix(path, "/iupxcodeboss/") {
		site, ok = "https://www.bilibili.tv/", true
	}
	if !ok {
		c.refuse(http.StatusNotFound, "no such path")
		return
	}
	origin := c.req.Header.Get("Origin")
	if origin != "" && !siteOrigin(origin, site) {
		c.refuse(http.StatusForbidden, "origin "+origin)
		return
	}
	if origin != "" {
		c.Header().Set("Access-Control-Allow-Origin", origin)
		c.Header().Set("Access-Control-Expose-Headers", "Content-Length,Content-Range")
	}
	if c.req.Method == http.MethodOptions {
		// Only Range may be asked for in a preflight (reference, section 7).
		asked := strings.ToLower(c.req.Header.Get("Access-Control-Request-Headers"))
		if asked != "" && asked != "range" {
			c.refuse(http.StatusForbidden, "preflight for "+asked)
			return
		}
		c.Header().Set("Access-Control-Allow-Headers", "Range")
		c.Header().Set("Access-Control-Allow-Methods", "GET, HEAD")
		c.WriteHeader(http.StatusNoContent)
		return
	}
	akamaiHost := strings.HasSuffix(c.host, ".akamaized.net")
	switch {
	case c.req.UserAgent() == "":
		c.refuse(http.StatusForbidden, "no user agent")
		return
	case !strings.HasPrefix(c.req.Referer(), site):
		c.refuse(http.StatusForbidden, "referer "+c.req.Referer())
		return
	case akamaiHost && c.req.Method == http.MethodHead:
		c.refuse(http.StatusForbidden, "HEAD")
		return
	}
	if why := c.site.badLink(path, query, now, akamaiHost); why != "" {
		c.refuse(http.StatusForbidden, why)
		return
	}
	file, err := c.site.fileAt(path)
	if err != nil {
		c.refuse(http.StatusNotFound, err.Error())
		return
	}
	file, body, ok := c.faults.apply(c, file)
	if !ok {
		return
	}
	c.Header().Set("Content-Type", "video/mp4")
	if file.Recipe.Codec == media.FLV {
		c.Header().Set("Content-Type", "video/x-flv")
	}
	c.Header().Set("ETag", file.Tag)
	if c.faults.NoRanges { // ServeContent would say that it accepts them
		c.Header().Set("Content-Length", strconv.Itoa(len(file.Data)))
		io.Copy(c, body)
		return
	}
	http.ServeContent(c, c.req, "", time.Time{}, body)
}

// badLink says what is wrong with a signed URL, or nothing.
func (s *Site) badLink(path string, query url.Values, now time.Time, akamaiHost bool) string {
	deadline, err := strconv.ParseInt(query.Get("deadline"), 10, 64)
	if err != nil {
		return "no deadline"
	}
	if now.Unix() >= deadline {
		return "deadline passed"
	}
	if !hmac.Equal([]byte(query.Get("upsig")), []byte(s.signature(path, query))) {
		return "signature"
	}
	if akamaiHost {
		exp, rest, _ := strings.Cut(strings.TrimPrefix(query.Get("hdnts"), "exp="), "~hmac=")
		until, err := strconv.ParseInt(exp, 10, 64)
		switch {
		case err != nil || !hmac.Equal([]byte(rest), []byte(s.token(path, exp))):
			return "hdnts"
		case now.Unix() >= until:
			return "hdnts expired"
		}
	}
	return ""
}

// siteOrigin tells whether an Origin header belongs to the site whose address is given.
func siteOrigin(origin, site string) bool {
	if site == "https://www.bilibili.tv/" {
		return intlOrigins[origin]
	}
	return courseOrigins[origin]
}

// mediaPath names a file on the media hosts. The last number in it is the recipe's; x1 marks a protected file.
func mediaPath(intl bool, cid int64, recipe media.Recipe, encrypted bool) string {
	id, mark := recipe.FileID(), ""
	if encrypted {
		mark = "_x1"
	}
	if intl {
		return fmt.Sprintf("/iupxcodeboss/%02d/uo/n%d%s-1-%d.%s", cid%100, cid, mark, id, recipe.Extension())
	}
	return fmt.Sprintf("/upgcxcode/%02d/%02d/%d/%d%s-1-%d.%s", cid%100, cid/100%100, cid, cid, mark, id, recipe.Extension())
}

// fileAt is the inverse of mediaPath.
func (s *Site) fileAt(path string) (media.File, error) {
	name := path[strings.LastIndexByte(path, '/')+1:]
	stem, _, _ := strings.Cut(name, ".")
	dash := strings.LastIndexByte(stem, '-')
	if dash < 0 {
		return media.File{}, fmt.Errorf("no file %s", name)
	}
	id, err := strconv.Atoi(stem[dash+1:])
	recipe, ok := media.ByFileID(id)
	if err != nil || !ok {
		return media.File{}, fmt.Errorf("no file %s", name)
	}
	return s.library.File(recipe, strings.Contains(stem, "_x1"))
}
