package site

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

// object is a JSON object under construction.
type object map[string]any

// list is a JSON array of objects.
type list []object

// reply is an endpoint's answer before it is sent.
type reply struct {
	status  int // 0 is 200
	headers map[string]string
	body    any // an object is sent as JSON, a string as it is
	html    bool
	delay   time.Duration
	reset   bool
	cut     int // bytes of the body to send; 0 is all
}

// answer makes a reply to a call.
type answer func(c *call) reply

func encode(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // objects are built by the replica alone
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func (c *call) send(r reply) {
	if !pause(c.req.Context(), r.delay, nil) {
		return
	}
	if r.reset {
		panic(http.ErrAbortHandler)
	}
	var body []byte
	if text, ok := r.body.(string); ok {
		body = []byte(text)
	} else {
		body = encode(r.body)
	}
	if r.cut > 0 && r.cut < len(body) {
		body = body[:r.cut]
	}
	c.Header().Set("Content-Type", "application/json; charset=utf-8")
	if r.html {
		c.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	for name, value := range r.headers {
		c.Header().Set(name, value)
	}
	if r.status != 0 {
		c.WriteHeader(r.status)
	}
	c.Write(body)
}

// The page that the real gateways give instead of JSON when they suspect something.
const errorPage = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>出错啦! - bilibili.com</title></head>" +
	"<body><div class=\"error-container\"><p>由于触发哔哩哔哩安全风控策略，该次访问请求被拒绝。</p></div></body></html>\n"

func htmlReply(status int) reply { return reply{status: status, html: true, body: errorPage} }

// gate checks what comes before any parameter: where the request says it comes from. It reports whether the
// call may go on; when not, it has been answered.
func (c *call) gate(origins map[string]bool) bool {
	origin, referer := c.req.Header.Get("Origin"), c.req.Referer()
	if c.req.Method == http.MethodOptions {
		if !origins[origin] {
			c.refuse(http.StatusForbidden, "preflight from "+origin)
			return false
		}
		c.allowOrigin()
		c.Header().Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
		c.Header().Set("Access-Control-Allow-Headers", "Content-Type")
		c.WriteHeader(http.StatusNoContent)
		return false
	}
	if !origins[refererOrigin(referer)] {
		c.refuse(http.StatusForbidden, "referer "+referer)
		return false
	}
	if !origins[origin] {
		c.site.log.refused(c.entry, "origin "+origin)
		c.send(htmlReply(http.StatusOK))
		return false
	}
	c.allowOrigin()
	return true
}

func (c *call) allowOrigin() {
	origin := c.req.Header.Get("Origin")
	if !courseOrigins[origin] && !intlOrigins[origin] {
		return
	}
	c.Header().Set("Access-Control-Allow-Origin", origin)
	c.Header().Set("Access-Control-Allow-Credentials", "true")
	c.Header().Add("Vary", "Origin")
}
