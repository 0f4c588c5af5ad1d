package site

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"streamlist/tests/replica/media"
)

// transferFaults are what can go wrong with a body on its way, whatever it holds.
type transferFaults struct {
	// StallAfter is how many bytes come before nothing more does, until the client leaves or the knobs are
	// reset; ResetAfter, before the connection breaks. Negative is none at all.
	StallAfter int64 `json:"stallAfter,omitempty"`
	ResetAfter int64 `json:"resetAfter,omitempty"`
	// BytesPerSecond is how fast each answer comes.
	BytesPerSecond int `json:"bytesPerSecond,omitempty"`
	// ExtraLength is how many bytes more Content-Length promises than come, or how many fewer come than were
	// asked for; ExtraTotal is how many more (or fewer) Content-Range says that the file has.
	ExtraLength int64 `json:"extraLength,omitempty"`
	ExtraTotal  int64 `json:"extraTotal,omitempty"`
}

// mediaFaults are what can go wrong with a file on a media host.
type mediaFaults struct {
	// RefuseBeyond is the share of the file, in percent, beyond which no byte is given: what asks for one is
	// answered 403. Nothing is refused by 0, everything by a negative share.
	RefuseBeyond float64 `json:"refuseBeyond,omitempty"`
	// NoRanges answers every range with the whole file, status 200.
	NoRanges bool `json:"noRanges,omitempty"`
	// Instead is the number of another of the replica's files (the last one in its name), which is now at
	// this address: its bytes, size and ETag.
	Instead int `json:"instead,omitempty"`
	// FlipFrom is the byte from which on all of the file's are others, under the same size and ETag; negative
	// is the first.
	FlipFrom int64 `json:"flipFrom,omitempty"`
}

// faultyWriter sends an answer as an override has it. Nothing is held back: bodies may be large.
type faultyWriter struct {
	http.ResponseWriter
	override
	ctx    context.Context
	normal <-chan struct{} // closed when the knobs are reset
	began  time.Time
	headed bool
	sent   int64
}

func (w *faultyWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *faultyWriter) WriteHeader(status int) {
	if w.headed {
		return
	}
	w.headed = true
	header := w.Header()
	if length, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64); err == nil {
		if w.Truncate > 0 {
			length = min(length, w.Truncate)
		}
		length = max(length+w.ExtraLength, 1)
		if w.ExtraLength < 0 {
			w.Truncate = length // more could not be sent under that length
		}
		header.Set("Content-Length", strconv.FormatInt(length, 10))
	}
	if span, total, ok := strings.Cut(header.Get("Content-Range"), "/"); ok && w.ExtraTotal != 0 {
		n, _ := strconv.ParseInt(total, 10, 64)
		header.Set("Content-Range", span+"/"+strconv.FormatInt(n+w.ExtraTotal, 10))
	}
	if w.ContentType != "" {
		header.Set("Content-Type", w.ContentType)
	}
	for name, value := range w.Headers {
		header.Set(name, value)
	}
	if w.Status != 0 {
		status = w.Status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write sends what of data comes before the next fault, and what comes behind it if anything does. What
// is not sent counts as written: whoever serves need not know.
func (w *faultyWriter) Write(data []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	whole := len(data)
	if w.Truncate > 0 {
		data = data[:min(int64(len(data)), w.Truncate-w.sent)]
	}
	for len(data) > 0 {
		part := data
		if w.BytesPerSecond > 0 {
			part = part[:min(len(part), 16<<10)]
			due := time.Duration(float64(w.sent+int64(len(part))) / float64(w.BytesPerSecond) * float64(time.Second))
			if !pause(w.ctx, due-time.Since(w.began), w.normal) {
				return 0, w.ctx.Err()
			}
		}
		for _, fault := range []struct {
			after int64
			act   func() error
		}{{w.ResetAfter, w.reset}, {w.StallAfter, w.stall}} {
			left := max(fault.after, 0) - w.sent
			if fault.after == 0 || left < 0 {
				continue
			}
			if left == 0 {
				if err := fault.act(); err != nil {
					return 0, err
				}
				continue
			}
			part = part[:min(int64(len(part)), left)]
		}
		n, err := w.ResponseWriter.Write(part)
		w.sent += int64(n)
		if err != nil {
			return 0, err
		}
		if w.BytesPerSecond > 0 || w.ExtraLength > 0 { // HTTP/2 would drop what it holds of a body too short
			w.flush()
		}
		data = data[n:]
	}
	return whole, nil
}

func (w *faultyWriter) flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

func (w *faultyWriter) reset() error {
	w.flush()
	panic(http.ErrAbortHandler)
}

func (w *faultyWriter) stall() error {
	w.flush()
	select {
	case <-w.normal:
		return nil
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
}

// apply gives the file that is at an address now, and its bytes. It reports whether the request may be
// answered: when not, it has been.
func (f mediaFaults) apply(c *call, file media.File) (now media.File, body io.ReadSeeker, ok bool) {
	if f.Instead != 0 {
		recipe, known := media.ByFileID(f.Instead)
		other, err := c.site.library.File(recipe, file.Encrypted)
		if !known || err != nil {
			c.refuse(http.StatusNotFound, "no such file instead")
			return file, nil, false
		}
		file = other
	}
	if f.NoRanges {
		c.req.Header.Del("Range")
	}
	size := int64(len(file.Data))
	given := int64(max(f.RefuseBeyond, 0) / 100 * float64(size))
	if f.RefuseBeyond != 0 && lastByte(c.req.Header.Get("Range"), size) >= given {
		c.refuse(http.StatusForbidden, "beyond what is given")
		return file, nil, false
	}
	body = bytes.NewReader(file.Data)
	if f.FlipFrom != 0 {
		body = &flipped{ReadSeeker: body, from: max(f.FlipFrom, 0)}
	}
	return file, body, true
}

// lastByte is the last byte that a Range header of one range asks for of a file of so many bytes.
func lastByte(asked string, size int64) int64 {
	_, last, ok := strings.Cut(asked, "-")
	n, err := strconv.ParseInt(last, 10, 64)
	if !ok || err != nil || strings.HasPrefix(asked, "bytes=-") {
		return size - 1
	}
	return min(n, size-1)
}

// flipped is a file whose bytes are others from some byte on.
type flipped struct {
	io.ReadSeeker
	at, from int64
}

func (f *flipped) Read(p []byte) (int, error) {
	n, err := f.ReadSeeker.Read(p)
	for i := max(f.from-f.at, 0); i < int64(n); i++ {
		p[i] ^= 0xff
	}
	f.at += int64(n)
	return n, err
}

func (f *flipped) Seek(offset int64, whence int) (int64, error) {
	at, err := f.ReadSeeker.Seek(offset, whence)
	f.at = at
	return at, err
}
