//go:build js && wasm && faults

package main

import "strings"

// fault lets tests see what comes of a bug (tests/e2e/downloader-faults.test.js): the
// handling of an order whose id begins with "panic" panics, and the program ends under one
// that begins with "end".
func fault(r request) {
	switch {
	case strings.HasPrefix(r.Order.ID, "panic"):
		panic("a fault of the test")
	case strings.HasPrefix(r.Order.ID, "end"):
		go panic("a fault of the test")
		select {} // as whatever else is under way
	}
}
