package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

var messageRef = regexp.MustCompile(`__MSG_([A-Za-z0-9_@]+?)__`)

// check finds what a browser would only complain of when it loads the tree:
// files the manifest names that aren't there, and messages without a text.
func check(files map[string][]byte) error {
	return errors.Join(checkNamedFiles(files), checkMessages(files))
}

// checkNamedFiles wants every file that the manifest names to exist.
func checkNamedFiles(files map[string][]byte) error {
	var manifest any
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil {
		return fmt.Errorf("manifest.json: %w", err)
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(namedFiles(manifest))) {
		if _, ok := files[name]; !ok {
			errs = append(errs, fmt.Errorf("the manifest names %s, which doesn't exist", name))
		}
	}
	return errors.Join(errs...)
}

// namedFiles collects the strings of a manifest that are paths of packaged
// files, told by their extension: no other value of a manifest ends so.
func namedFiles(v any) map[string]bool {
	found := make(map[string]bool)
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, e := range v {
				walk(e)
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		case string:
			switch path.Ext(v) {
			case ".js", ".html", ".css", ".png", ".svg", ".json", ".wasm":
				found[strings.TrimPrefix(v, "/")] = true
			}
		}
	}
	walk(v)
	return found
}

// checkMessages wants every __MSG_key__ in the manifest and in style sheets
// (the two places where browsers replace it) to have a text in every locale,
// and the default locale to exist.
func checkMessages(files map[string][]byte) error {
	var manifest struct {
		DefaultLocale string `json:"default_locale"`
	}
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil {
		return fmt.Errorf("manifest.json: %w", err)
	}
	locales := make(map[string]map[string]struct{ Message string })
	for name, text := range files {
		dir, base := path.Split(name)
		if base != "messages.json" || path.Dir(path.Clean(dir)) != "_locales" {
			continue
		}
		var messages map[string]struct{ Message string }
		if err := json.Unmarshal(text, &messages); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		locales[path.Base(dir)] = messages
	}
	var errs []error
	if _, ok := locales[manifest.DefaultLocale]; !ok {
		errs = append(errs, fmt.Errorf("no _locales/%s/messages.json, the default locale's", manifest.DefaultLocale))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name != "manifest.json" && path.Ext(name) != ".css" {
			continue
		}
		for _, ref := range messageRef.FindAllSubmatch(files[name], -1) {
			key := string(ref[1])
			if strings.HasPrefix(key, "@@") {
				continue // predefined by the browser
			}
			for _, locale := range slices.Sorted(maps.Keys(locales)) {
				if locales[locale][key].Message == "" {
					errs = append(errs, fmt.Errorf("%s uses __MSG_%s__, which locale %s lacks", name, key, locale))
				}
			}
		}
	}
	return errors.Join(errs...)
}
