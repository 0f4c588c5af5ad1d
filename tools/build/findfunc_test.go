package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// compareMemories ends with 0 when two modules begin with the same memory.
const compareMemories = `
const [one, other] = process.argv.slice(1).map((file) => {
	const module = new WebAssembly.Module(require('fs').readFileSync(file));
	const imports = {};
	for (const { module: from, name } of WebAssembly.Module.imports(module)) {
		(imports[from] ??= {})[name] = () => { throw new Error(name + ' was called'); };
	}
	return Buffer.from(new WebAssembly.Instance(module, imports).exports.mem.buffer);
});
process.exit(one.equals(other) ? 0 : 1);`

// linked builds a small program, as Go's linker leaves it.
func linked(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	source, out := filepath.Join(dir, "main.go"), filepath.Join(dir, "main.wasm")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() { println(1) }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", out, source)
	cmd.Env = wasmEnv()
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, text)
	}
	module, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return module
}

func TestTheTableIsFilledAtStart(t *testing.T) {
	before := linked(t)
	after, err := fillAtStart(before)
	if err != nil {
		t.Fatal(err)
	}
	if len(after) > len(before)*19/20 {
		t.Fatalf("%d bytes became %d: where is this Go's findfunctab?", len(before), len(after))
	}
	dir := t.TempDir()
	args := []string{"-e", compareMemories}
	for name, module := range map[string][]byte{"before.wasm": before, "after.wasm": after} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, module, 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if text, err := exec.CommandContext(t.Context(), "node", args...).CombinedOutput(); err != nil {
		t.Errorf("the program begins with another memory: %v\n%s", err, text)
	}
	if again, err := fillAtStart(after); err != nil || !bytes.Equal(again, after) {
		t.Errorf("filled once more: %d bytes became %d, error %v", len(after), len(again), err)
	}
}

func TestWhatHasNoTableStays(t *testing.T) {
	empty := []byte("\x00asm\x01\x00\x00\x00")
	if got, err := fillAtStart(empty); err != nil || !bytes.Equal(got, empty) {
		t.Errorf("an empty module became %q, error %v", got, err)
	}
	segment := "\x00\x41\xe4\x00\x0b\x03abc" // at 100
	for name, module := range map[string]string{
		"no module":            "GIF89a",
		"a section cut short":  string(empty) + "\x0b\x05\x01",
		"a segment cut short":  string(empty) + "\x0b\x09\x01\x00\x41\xe4\x00\x0b\x09ab",
		"fewer than announced": string(empty) + "\x0b\x0b\x02" + segment,
		"a passive segment":    string(empty) + "\x0b\x06\x01\x01\x03abc",
		"an address below 0":   string(empty) + "\x0b\x09\x01\x00\x41\x7f\x0b\x03abc",
	} {
		if got, err := fillAtStart([]byte(module)); err == nil {
			t.Errorf("%s became %q, want an error", name, got)
		}
	}
}

func TestWithoutCutsSegments(t *testing.T) {
	segments := []segment{{0, []byte("abcd")}, {6, []byte("gh")}, {10, []byte("klmn")}}
	for _, c := range []struct {
		start, end int
		want       string
	}{
		{4, 6, "abcd\x00\x00gh\x00\x00klmn"}, {3, 11, "abc\x00\x00\x00\x00\x00\x00\x00\x00lmn"},
		{1, 3, "a\x00\x00d\x00\x00gh\x00\x00klmn"}, {0, 14, ""}, {12, 20, "abcd\x00\x00gh\x00\x00kl"},
	} {
		got := without(segments, c.start, c.end)
		if string(memoryOf(got)) != c.want {
			t.Errorf("without %d to %d: %q, want %q", c.start, c.end, memoryOf(got), c.want)
		}
		back, err := splitData(joinData(got))
		if err != nil || string(memoryOf(back)) != c.want {
			t.Errorf("written and read again: %q, %v, want %q", memoryOf(back), err, c.want)
		}
	}
}
