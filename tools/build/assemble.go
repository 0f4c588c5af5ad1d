package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// assemble returns one browser's whole tree, by slash-separated path.
func assemble(root, browser string, shared map[string][]byte, debug bool) (map[string][]byte, error) {
	source := os.DirFS(filepath.Join(root, "extension"))
	files := maps.Clone(shared)

	var overlays []string
	for _, t := range targets {
		overlays = append(overlays, t.browser)
	}
	if err := copyTree(files, source, overlays...); err != nil {
		return nil, err
	}
	overlay, err := fs.Sub(source, browser)
	if err != nil {
		return nil, err
	}
	if err := copyTree(files, overlay); err != nil {
		return nil, err
	}

	base, err := os.ReadFile(filepath.Join(root, "manifest.json"))
	if err != nil {
		return nil, err
	}
	over, err := fs.ReadFile(overlay, "manifest.json")
	if err != nil {
		return nil, err
	}
	if files["manifest.json"], err = mergeManifests(base, over); err != nil {
		return nil, err
	}
	if debug {
		return files, nil
	}
	return files, minifyAll(files)
}

// copyTree adds tree's files to files, leaving out the named top directories,
// dot files and type declarations. A file of a kind that an extension has no
// use for is an error: it is there by accident and must not ship.
func copyTree(files map[string][]byte, tree fs.FS, except ...string) error {
	return fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if slices.Contains(except, name) {
				return fs.SkipDir
			}
			return nil
		case strings.HasSuffix(name, ".d.ts"):
			return nil
		}
		switch path.Ext(name) {
		case ".js", ".css", ".html", ".json", ".svg":
		default:
			return fmt.Errorf("extension/%s: not a kind of file that ships", name)
		}
		files[name], err = fs.ReadFile(tree, name)
		return err
	})
}

// mergeManifests lays over on base: objects merge key by key, arrays join
// without repeating an element, anything else is replaced.
func mergeManifests(base, over []byte) ([]byte, error) {
	var b, o map[string]any
	if err := json.Unmarshal(base, &b); err != nil {
		return nil, fmt.Errorf("manifest.json: %w", err)
	}
	if err := json.Unmarshal(over, &o); err != nil {
		return nil, fmt.Errorf("overlay manifest.json: %w", err)
	}
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(merge(b, o)); err != nil {
		return nil, err
	}
	return []byte(out.String()), nil
}

func merge(base, over any) any {
	switch o := over.(type) {
	case map[string]any:
		b, ok := base.(map[string]any)
		if !ok {
			return o
		}
		out := maps.Clone(b)
		for k, v := range o {
			if have, ok := b[k]; ok {
				v = merge(have, v)
			}
			out[k] = v
		}
		return out
	case []any:
		b, ok := base.([]any)
		if !ok {
			return o
		}
		out := slices.Clone(b)
		for _, v := range o {
			if !slices.ContainsFunc(out, func(have any) bool { return equalJSON(have, v) }) {
				out = append(out, v)
			}
		}
		return out
	}
	return over
}

// equalJSON compares decoded JSON by its encoding, which sorts object keys.
func equalJSON(a, b any) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && string(x) == string(y)
}
