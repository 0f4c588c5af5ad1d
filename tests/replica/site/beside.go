package site

import (
	"compress/flate"
	"fmt"
	"maps"
	"slices"
)

// danmaku is a lesson's comments as XML, in raw deflate as the real endpoint sends it (API-collect, docs/danmaku/danmaku_xml.md).
func (c *call) danmaku() {
	cid, ok := number(c.req.URL.Query(), "oid")
	if !ok {
		c.send(failure(-400, "请求错误"))
		return
	}
	comments := ""
	// The silent lesson has nothing to say either.
	if l := c.site.world.lessons[cid-26_000_000_000]; l != nil && l.course.id != seasonID(11) {
		comments = `<d p="0.50000,1,25,16777215,1584268892,0,a16fe0dd,1,10">第一条 &amp; 前排</d><d p="0.60000,1,25,16711680,1584268892,0,a16fe0dd,2,10">red</d>` +
			`<d p="1.00000,5,25,65280,1584268892,0,a16fe0dd,3,10">{\pos(0,0)}top</d><d p="1.50000,4,18,255,1584268892,0,a16fe0dd,4,10">&lt;b&gt;bottom&lt;/b&gt;</d>` +
			`<d p="2.00000,7,25,16777215,1584268892,1,a16fe0dd,5,10">["0","0","1-1","4.5","program",0,0]</d>`
	}
	c.allowOrigin()
	c.Header().Set("Content-Type", "text/xml")
	c.Header().Set("Content-Encoding", "deflate")
	w, err := flate.NewWriter(c, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is right
	}
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><i><chatserver>chat.bilibili.com</chatserver><chatid>%d</chatid><mission>0</mission><maxlimit>1500</maxlimit>`+
		`<state>0</state><real_name>0</real_name><source>k-v</source>%s</i>`, cid, comments)
	w.Close()
}

// ownCourses is the account's list of courses, in pages of at most 20 (API-collect, docs/cheese/mypaid.md).
func (c *call) ownCourses() reply {
	if !c.account.loggedIn() {
		return failure(-401, "非法访问")
	}
	all := list{}
	for _, id := range slices.Sorted(maps.Keys(c.site.world.courses)) {
		co := c.site.world.courses[id]
		payed, lapsed := co.rights(c.account)
		if !payed {
			continue
		}
		one := object{
			"id": co.id, "title": co.title, "sub_title": co.subtitle, "cover": "https://archive.biliimg.com/bfs/archive/replica.jpg",
			"ep_count": len(co.lessons), "update_info": fmt.Sprintf("已完结 | 共%d课时", len(co.lessons)), "is_expired": lapsed,
			"status": 10, "pay_status": 0, "pay_gid": 327, "price": 9900, "platformPrice": 0, "expiry_day": 0, "seasonStyle": 0, "up_id": 900001,
			"url": fmt.Sprintf("https://www.bilibili.com/cheese/play/ss%d", co.id),
		}
		if l := co.lesson(co.last); l != nil {
			one["progress"] = object{"last_ep_id": l.ep, "last_ep_index": l.title, "last_time": 12}
		}
		all = append(all, one)
	}
	query := c.req.URL.Query()
	page, _ := number(query, "pn")
	size, ok := number(query, "ps")
	if !ok {
		return failure(-400, "请求错误")
	}
	page, size = max(page, 1), min(size, 20)
	total := int64(len(all))
	return success(object{
		"data": all[min((page-1)*size, total):min(page*size, total)], "next": page*size < total,
		"pn": page, "ps": size, "pt": (total + size - 1) / size, "total": total, "is_enable_cash": false,
	})
}
