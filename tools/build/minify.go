package main

import (
	"bytes"
	"fmt"
	"path"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
	"github.com/tdewolff/minify/v2/js"
	mjson "github.com/tdewolff/minify/v2/json"
	"github.com/tdewolff/minify/v2/svg"
)

// mediaTypes says which minifier a file goes through.
var mediaTypes = map[string]string{
	".js":   "text/javascript",
	".css":  "text/css",
	".html": "text/html",
	".json": "application/json",
	".svg":  "image/svg+xml",
}

func newMinifier() *minify.M {
	m := minify.New()
	m.Add("text/javascript", &js.Minifier{})
	m.Add("text/css", &css.Minifier{})
	// Document and end tags stay: reviewers read the shipped pages.
	m.Add("text/html", &html.Minifier{KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true})
	// Numbers stay as written: 121 and 140.0 in a manifest are versions.
	m.Add("application/json", &mjson.Minifier{KeepNumbers: true})
	m.Add("image/svg+xml", &svg.Minifier{})
	return m
}

// minifyAll replaces every file of a known kind by its minified form. The
// minifiers rewrite their input in place, and both browsers' trees share some
// of it: without a copy the second browser would minify mangled text.
func minifyAll(files map[string][]byte) error {
	m := newMinifier()
	for name, text := range files {
		kind, ok := mediaTypes[path.Ext(name)]
		if !ok {
			continue
		}
		small, err := m.Bytes(kind, bytes.Clone(text))
		if err != nil {
			return fmt.Errorf("minify %s: %w", name, err)
		}
		files[name] = small
	}
	return nil
}
