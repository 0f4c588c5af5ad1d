//go:build js && wasm && faults

package main

import (
	"strings"

	"streamlist/wasm/internal/json"
)

// fault lets tests see what comes of a bug (tests/e2e/panics.test.js): the handler whose
// name stands in the address of the tab panics, `?panic=list`, or the program ends under
// it, `?end=list`. A closed tab, whose address nobody knows, always makes it panic. What
// has no tab is named by a message of the package, `?panic=installed`: it is there before
// the first event.
func (p *program) fault(name string, e event) {
	var m struct {
		Kind string `json:"kind"`
	}
	if name == "message" && json.Unmarshal(e.Message, &m) == nil {
		name, e.Tab = m.Kind, e.From.Tab
	}
	where := p.browser.Message("fault")
	if e.Tab != nil {
		where = e.Tab.URL
	}
	switch {
	case strings.HasSuffix(where, "?end="+name):
		go panic("a fault of the test")
		select {} // as whatever else is under way
	case name == "closed", strings.HasSuffix(where, "?panic="+name):
		panic("a fault of the test")
	}
}
