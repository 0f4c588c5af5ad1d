package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// program is one of the extension's wasm files.
type program struct {
	name, source string // the file, and its package
	// apart are flags beside those that all programs have.
	apart []string
}

// programs are what the wasm is built of. The background's is read and compiled at each
// cold start, so it is held small, and knows nothing of downloads.
//
// Some of the background's packages are compiled without inlining, which takes 130 kB off: in
// the others calls would take more than the bodies. None of them is where time is spent.
var programs = []program{
	{name: "streamlist.wasm", source: "./wasm/background", apart: []string{
		"-gcflags=fmt=-l", "-gcflags=streamlist/wasm/internal/service=-l",
		"-gcflags=streamlist/wasm/internal/pugv=-l", "-gcflags=streamlist/wasm/internal/danmaku=-l", "-gcflags=streamlist/wasm/internal/ass=-l", "-gcflags=streamlist/wasm/internal/subtitle=-l",
		"-gcflags=streamlist/wasm/internal/course=-l",
		"-gcflags=internal/runtime/atomic=-l", "-gcflags=strings=-l",
	}},
	{name: "downloader.wasm", source: "./wasm/downloader"},
}

// wasmFlags make a program small and independent of the machine: no build paths, no
// version-control stamp, no symbol table, no build id.
var wasmFlags = []string{"-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid="}

// wasmEnv is the environment for a js/wasm build. GOWASM and GOEXPERIMENT are
// emptied so that a developer's settings don't leak into the archives.
func wasmEnv() []string {
	return append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOWASM=", "GOEXPERIMENT=")
}

// sharedFiles are the files that both browsers get and no source tree holds:
// the programs, their loader, the icons and the licences.
func sharedFiles(ctx context.Context, root string, o options) (map[string][]byte, error) {
	goroot, err := goOutput(ctx, root, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte)
	for _, p := range programs {
		if o.wasm != "" {
			files[p.name], err = os.ReadFile(filepath.Join(o.wasm, p.name))
		} else {
			files[p.name], err = buildWasm(ctx, root, p, o.tags)
		}
		if err != nil {
			return nil, err
		}
	}
	// The loader must come from the very Go that built the program: the two
	// speak an unversioned protocol. Hence it is never committed.
	if files["wasm_exec.js"], err = os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js")); err != nil {
		return nil, fmt.Errorf("the Go installation lacks its wasm loader: %w", err)
	}
	icon, err := os.ReadFile(filepath.Join(root, "extension", "icons", "icon.svg"))
	if err != nil {
		return nil, err
	}
	for _, px := range []int{16, 32, 48, 128} {
		if files[fmt.Sprintf("icons/%d.png", px)], err = renderIcon(icon, px); err != nil {
			return nil, err
		}
	}
	if files["LICENSE.txt"], err = licences(ctx, root, goroot); err != nil {
		return nil, err
	}
	return files, nil
}

func buildWasm(ctx context.Context, root string, p program, tags string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "streamlist-wasm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, p.name)
	args := slices.Concat([]string{"build", "-tags=" + tags}, wasmFlags, p.apart, []string{"-o", out, p.source})
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(wasmEnv(), "GOEXPERIMENT="+smallerCollector(ctx, root))
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go build %s: %w", p.source, err)
	}
	module, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	return fillAtStart(module)
}

// smallerCollector is the GOEXPERIMENT that links Go's former garbage collector: it
// takes 45 kB less than the one of Go 1.26, whose gain lies in heaps and cores that
// these programs don't have. It is "" under a Go that no longer has the choice and
// refuses to build with it.
func smallerCollector(ctx context.Context, root string) string {
	const experiment = "nogreenteagc"
	cmd := exec.CommandContext(ctx, "go", "env", "GOEXPERIMENT")
	cmd.Dir = root
	cmd.Env = append(wasmEnv(), "GOEXPERIMENT="+experiment)
	if cmd.Run() != nil {
		return ""
	}
	return experiment
}

// licences joins our licence with those of Go and of the modules linked into
// the wasm: they ask to travel with every copy of the program.
func licences(ctx context.Context, root, goroot string) ([]byte, error) {
	own, err := os.ReadFile(filepath.Join(root, "LICENSE"))
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Streamlist\n\n%s", own)

	// Some distributions keep Go's licence outside GOROOT; the loader's own
	// header then still names it.
	if text, err := os.ReadFile(filepath.Join(goroot, "LICENSE")); err == nil {
		fmt.Fprintf(&b, "\n\nThe Go standard library and wasm_exec.js\n\n%s", text)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	modules, err := linkedModules(ctx, root)
	if err != nil {
		return nil, err
	}
	for _, m := range modules {
		text, err := moduleLicence(m.Dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Path, err)
		}
		fmt.Fprintf(&b, "\n\n%s %s\n\n%s", m.Path, m.Version, text)
	}
	return []byte(b.String()), nil
}

type module struct{ Path, Version, Dir string }

// linkedModules are the other modules whose packages the programs import, by path.
func linkedModules(ctx context.Context, root string) ([]module, error) {
	args := []string{"list", "-deps", "-json=Module"}
	for _, p := range programs {
		args = append(args, p.source)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = wasmEnv()
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	var modules []module
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct {
			Module *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if m := pkg.Module; m != nil && !m.Main {
			modules = append(modules, module{m.Path, m.Version, m.Dir})
		}
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return slices.Compact(modules), nil
}

func moduleLicence(dir string) ([]byte, error) {
	for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if !errors.Is(err, fs.ErrNotExist) {
			return text, err
		}
	}
	return nil, errors.New("no licence file found")
}
