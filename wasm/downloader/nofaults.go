//go:build js && wasm && !faults

package main

// fault does nothing in what is shipped: see faults.go.
func fault(request) {}
