//go:build js && wasm && faults

package main

import (
	"strings"

	"streamlist/wasm/internal/json"
)

// fault lets tests see what comes of a bug (tests/e2e/panics.test.js): the handler whose
// name stands in the address of the tab panics, `?panic=list`, or the program ends under
// it, `?end=list`. A closed tab, whose address nobody knows, always makes it panic.
func fault(name string, e event) {
	var m struct {
		Kind string `json:"kind"`
	}
	if name == "message" && json.Unmarshal(e.Message, &m) == nil {
		name, e.Tab = m.Kind, e.From.Tab
	}
	switch {
	case name == "closed":
	case e.Tab == nil:
		return
	case strings.HasSuffix(e.Tab.URL, "?end="+name):
		go panic("a fault of the test")
		select {} // as whatever else is under way
	case !strings.HasSuffix(e.Tab.URL, "?panic="+name):
		return
	}
	panic("a fault of the test")
}
