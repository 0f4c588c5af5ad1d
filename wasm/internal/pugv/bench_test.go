package pugv

import (
	"os"
	"testing"

	"streamlist/wasm/internal/wire"
)

// BenchmarkDecodeSeason decodes the answer in the file that SEASON names; tests/bench/decode.js
// makes one and runs this as WebAssembly.
func BenchmarkDecodeSeason(b *testing.B) {
	name := os.Getenv("SEASON")
	if name == "" {
		b.Skip("SEASON names no answer")
	}
	body, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := DecodeSeason(wire.Answer{Status: 200, Body: body}); err != nil {
			b.Fatal(err)
		}
	}
}
