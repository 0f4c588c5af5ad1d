package site

import (
	"fmt"
	"maps"
	"slices"
)

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
