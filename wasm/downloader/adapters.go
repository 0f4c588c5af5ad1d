//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"streamlist/wasm/internal/browser"
	"streamlist/wasm/internal/download"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/stream"
)

type network struct{ w *browser.Worker }

func (n network) Get(ctx context.Context, url string, first, last int64) (download.Body, error) {
	if !stream.Fetchable(url) { // the browser would complain of it, with its address
		return nil, errors.New("not an address of a media host")
	}
	byteRange := fmt.Sprintf("bytes=%d-", first)
	if last >= 0 {
		byteRange += strconv.FormatInt(last, 10)
	}
	t, err := n.w.Get(ctx, url, byteRange)
	if err != nil {
		return nil, err
	}
	switch {
	case t.Status != 200 && t.Status != 206:
		t.Close()
		// A date (RFC 9110, 10.2.3) is read as nothing.
		seconds, _ := strconv.ParseInt(strings.TrimSpace(t.Header("Retry-After")), 10, 32)
		return nil, &download.StatusError{Code: t.Status, RetryAfter: time.Duration(max(seconds, 0)) * time.Second}
	case strings.HasPrefix(strings.ToLower(strings.TrimSpace(t.Header("Content-Type"))), "text/"):
		t.Close()
		return nil, errors.New("a page instead of media") // some network's login, say
	}
	return body{t, download.NewAnswer(t.Status, t.Header)}, nil
}

type body struct {
	*browser.Transfer
	answer download.Answer
}

func (b body) Answer() download.Answer { return b.answer }

func (b body) Next(ctx context.Context) (download.Chunk, error) {
	c, err := b.Transfer.Next(ctx)
	if err != nil {
		return nil, err
	}
	return c, nil
}

type disk struct {
	w   *browser.Worker
	dir browser.Directory
}

func (d disk) Jobs(ctx context.Context) ([]string, error) {
	list, err := d.dir.List(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	if err := json.Unmarshal(list, &names); err != nil {
		return nil, err
	}
	return names, nil
}

func (d disk) Folder(ctx context.Context, job string) (download.Folder, error) {
	dir := d.dir.Sub(job)
	if err := dir.Make(ctx); err != nil {
		return nil, full(err)
	}
	return files{dir}, nil
}

func (d disk) Remove(ctx context.Context, job string) error { return d.dir.Remove(ctx, job) }

func (d disk) Free(ctx context.Context) (int64, error) { return d.w.Free(ctx) }

type files struct{ dir browser.Directory }

func (f files) Open(ctx context.Context, name string) (download.File, error) {
	file, err := f.dir.Open(ctx, name)
	if err != nil {
		return nil, full(err)
	}
	return open{file}, nil
}

func (f files) Read(ctx context.Context, name string) ([]byte, error) { return f.dir.Read(ctx, name) }

func (f files) Write(ctx context.Context, name string, data []byte) error {
	return full(f.dir.Write(ctx, name, data))
}

func (f files) Remove(ctx context.Context, name string) error { return f.dir.Remove(ctx, name) }

// open is an open file that speaks of a full disk as package download does.
type open struct{ *browser.File }

func (f open) WriteAt(p []byte, at int64) (int, error) {
	n, err := f.File.WriteAt(p, at)
	return n, full(err)
}

func (f open) WriteChunk(c download.Chunk, from, to int, at int64) error {
	return full(f.File.WriteChunk(c.(*browser.Chunk), from, to, at)) // there are no others
}

func (f open) Truncate(size int64) error { return full(f.File.Truncate(size)) }

func full(err error) error {
	if errors.Is(err, browser.ErrNoSpace) {
		return fmt.Errorf("%w: %w", download.ErrDiskFull, err)
	}
	return err
}
