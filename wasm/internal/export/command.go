package export

import (
	"streamlist/wasm/internal/filename"
	"streamlist/wasm/internal/stream"
)

// Command returns the command line that has a program (MPV, FFmpeg, Curl, Wget, Aria2c,
// YtDlp) play or save a row, with the headers that the media hosts demand: to be pasted at
// a prompt. It returns "" for a row that can't be had.
func Command(f Format, l *stream.Listing, row *stream.Rendition, to Reader) (string, Refusal) {
	if row == nil || !row.Available() {
		return "", ""
	}
	item := ItemOf(l, row)
	if f != MPV && f != FFmpeg {
		item.Audio = nil // they fetch files, and of these the row's own
	}
	it := lesson{Item: &item, stem: named(filename.Stem(inFolder, l.Head, row), to.Shell)}
	c := &line{Reader: to}
	if c.refusal = it.open(); c.refusal == "" {
		c.program(f, &it)
	}
	return c.done()
}

// program writes what one program does with a lesson.
func (c *line) program(f Format, it *lesson) {
	switch f {
	case MPV:
		c.mpv(it)
	case FFmpeg:
		c.ffmpeg(it)
	case Curl:
		c.curl(it)
	case Wget:
		c.wget(it)
	case Aria2c:
		c.aria2c(it)
	case YtDlp:
		c.ytdlp(it)
	case Join:
		c.join(it)
	}
}
