// Command build makes the extension's loadable directories and archives.
//
//	go run ./tools/build [-browser all|chrome|firefox] [-out dist] [-wasm dir] [-tags list] [-debug]
//
// It must run inside the module; paths are relative to the repository root.
// For each browser it copies extension/, lays extension/<browser>/ over it,
// merges the two manifests, adds the wasm programs, GOROOT's wasm_exec.js, the PNG
// icons and the licences, minifies what is text, checks the whole and packs
// it. Equal sources and an equal Go version give byte-equal archives.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

// targets are the browsers built for and the archive each is packed as.
var targets = []target{
	{browser: "chrome", archive: "streamlist-chrome.zip"},
	{browser: "firefox", archive: "streamlist-firefox.xpi"},
}

type target struct{ browser, archive string }

// options are what the command line chooses.
type options struct {
	browser string // "all" or one browser's name
	out     string // directory that receives the results
	wasm    string // directory of ready-made programs to reuse; empty: build them
	tags    string // build tags of the wasm; `faults` is what tests have
	debug   bool   // copy sources unminified
}

func main() {
	var o options
	flag.StringVar(&o.browser, "browser", "all", "browser to build for: all, chrome or firefox")
	flag.StringVar(&o.out, "out", "dist", "output directory")
	flag.StringVar(&o.wasm, "wasm", "", "use the programs in this directory instead of building them")
	flag.StringVar(&o.tags, "tags", "", "build tags of the wasm")
	flag.BoolVar(&o.debug, "debug", false, "leave the sources unminified")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	chosen, err := choose(o.browser)
	if err != nil {
		return err
	}
	if !filepath.IsAbs(o.out) {
		o.out = filepath.Join(root, o.out)
	}
	shared, err := sharedFiles(ctx, root, o)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	for _, t := range chosen {
		files, err := assemble(root, t.browser, shared, o.debug)
		if err != nil {
			return fmt.Errorf("%s: %w", t.browser, err)
		}
		if err := check(files); err != nil {
			return fmt.Errorf("%s: %w", t.browser, err)
		}
		packed, sizes, err := archive(files)
		if err != nil {
			return fmt.Errorf("%s: %w", t.archive, err)
		}
		if err := replaceDir(filepath.Join(o.out, t.browser), files); err != nil {
			return err
		}
		if err := replaceFile(filepath.Join(o.out, t.archive), packed); err != nil {
			return err
		}
		printSizes(os.Stdout, t, files, sizes, len(packed))
	}
	return nil
}

func choose(browser string) ([]target, error) {
	if browser == "all" {
		return targets, nil
	}
	for _, t := range targets {
		if t.browser == browser {
			return []target{t}, nil
		}
	}
	return nil, fmt.Errorf("-browser %q: want all, chrome or firefox", browser)
}

// moduleRoot is the directory of the go.mod in force.
func moduleRoot(ctx context.Context) (string, error) {
	mod, err := goOutput(ctx, "", "env", "GOMOD")
	if err != nil {
		return "", err
	}
	if mod == "" || mod == os.DevNull {
		return "", errors.New("run it inside the streamlist module")
	}
	return filepath.Dir(mod), nil
}

// goOutput runs the go command in dir and returns its trimmed standard output.
func goOutput(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
