package download

import (
	"context"
	"slices"
	"strings"
	"time"

	"streamlist/wasm/internal/stream"
)

// Subtitles gets what was ordered beside a video: the background's `subtitles-for`.
type Subtitles interface {
	// Subtitles returns the order's subtitles as SRT, none where the video has none in that
	// language.
	Subtitles(ctx context.Context, o Order) ([]Subtitle, error)
}

// Subtitle is one of a video's subtitles.
type Subtitle struct {
	// Tag stands in the file's name: letters, digits and "-".
	Tag string
	// Text is the whole file; "" where it could not be had.
	Text string
}

const subtitlePrefix = "subtitle-"

// accompany asks for the subtitles that were ordered, while the video is fetched. What it
// returns must be called: with true it puts them beside the finished video, with false it
// gives them up. Nothing that goes wrong with them is an error of the job, but it says so.
func (r *run) accompany() (settle func(whole bool)) {
	r.mu.Lock()
	order, sound := r.rec.Order, r.rec.audioOnly()
	r.mu.Unlock()
	port := r.queue.ports.Subtitles
	if order.Subtitles == "" || sound || port == nil {
		return func(bool) {}
	}
	type answer struct {
		list []Subtitle
		err  error
	}
	come := make(chan answer, 1)
	ctx, cancel := context.WithCancel(r.parent)
	ask := func() {
		defer func() {
			if p := recover(); p != nil {
				come <- answer{err: r.panicked(p)}
			}
		}()
		list, err := port.Subtitles(ctx, order)
		come <- answer{list, err}
	}
	go ask()
	return func(whole bool) {
		defer cancel()
		if !whole {
			return
		}
		late := time.AfterFunc(r.queue.limits.beside, cancel)
		defer late.Stop()
		defer context.AfterFunc(r.ctx, cancel)() // it was paused or cancelled
		got := <-come
		if got.err != nil && ctx.Err() == nil {
			// That may have been long ago.
			go ask()
			got = <-come
		}
		r.keepSubtitles(order.Subtitles, got.list, got.err)
	}
}

// keepSubtitles writes the subtitles that were wanted into the job's folder, to be saved
// with the video.
func (r *run) keepSubtitles(wanted string, list []Subtitle, err error) {
	var lost []string
	var files []Saved
	for _, s := range list {
		file := subtitlePrefix + itoa(int64(len(files)+1))
		known := slices.ContainsFunc(files, func(f Saved) bool { return f.Tag == s.Tag })
		if s.Text == "" || !plainTag(s.Tag) || known || r.folder.Write(r.parent, file, []byte(s.Text)) != nil {
			lost = append(lost, s.Tag)
			continue
		}
		files = append(files, Saved{File: file, Name: r.rec.Name + "." + s.Tag + ".srt", Type: "application/x-subrip", Tag: s.Tag})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rec.Files = append(r.rec.Files, files...)
	switch {
	case err != nil:
		r.rec.note(Reason{Code: SubtitlesLost, Detail: wanted})
	case len(lost) > 0:
		r.rec.note(Reason{Code: SubtitlesLost, Detail: strings.Join(lost, " ")})
	case len(list) == 0:
		r.rec.note(Reason{Code: NoSubtitles, Detail: wanted})
	}
}

// plainTag reports whether a tag can stand in a name.
func plainTag(tag string) bool {
	return tag != "" && len(tag) <= 40 && strings.Trim(strings.ToLower(tag), "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// Notes of subtitles that were ordered. Detail is the language that was asked for ("all"), or
// tags with blanks between them.
const (
	// NoSubtitles: the video has none in that language.
	NoSubtitles stream.Code = "no-subtitles"
	// SubtitlesLost: they could not be read, or not be written.
	SubtitlesLost stream.Code = "subtitles-lost"
)
