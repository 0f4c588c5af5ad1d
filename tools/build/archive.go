package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// epoch is the time of every archive member: the earliest that zip can tell.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// archive packs files so that equal files give equal bytes: names sorted, one
// time, one mode, no directory entries. It also returns each member's packed
// size in bytes.
func archive(files map[string][]byte) ([]byte, map[string]int, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: epoch}
		h.SetMode(0o644)
		f, err := w.CreateHeader(h)
		if err != nil {
			return nil, nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, nil, err
	}
	r, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		return nil, nil, err
	}
	sizes := make(map[string]int)
	for _, f := range r.File {
		sizes[f.Name] = int(f.CompressedSize64)
	}
	return out.Bytes(), sizes, nil
}

// replaceDir makes dir hold exactly files. The tree is written beside it and
// moved into place, so a browser or a test never sees half of one.
func replaceDir(dir string, files map[string][]byte) error {
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	for name, data := range files {
		full := filepath.Join(tmp, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(full, data, 0o644); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(tmp, dir)
}

func replaceFile(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(tmp.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

// printSizes lists each file's bytes, raw and packed, largest first.
func printSizes(out io.Writer, t target, files map[string][]byte, packed map[string]int, total int) {
	names := slices.SortedFunc(maps.Keys(files), func(a, b string) int {
		if d := len(files[b]) - len(files[a]); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s\tbytes\tpacked\t\n", t.browser)
	raw := 0
	for _, name := range names {
		raw += len(files[name])
		fmt.Fprintf(w, "%s\t%d\t%d\t\n", name, len(files[name]), packed[name])
	}
	fmt.Fprintf(w, "%s\t%d\t%d\t\n\n", t.archive, raw, total)
	w.Flush()
}
