package export

import "streamlist/wasm/internal/stream"

// Program is what a command is for.
type Program string

const (
	MPV    Program = "mpv"    // plays a row with its sound
	FFmpeg Program = "ffmpeg" // saves a row with its sound as one file
	Curl   Program = "curl"   // saves a row, each segment as a file
	Wget   Program = "wget"   // likewise
	YtDlp  Program = "ytdlp"  // saves the page's video, in a quality of its own choice
)

// Command returns the command line that has a program play or save a row, with the
// headers that the media hosts demand. It returns "" for a row that can't be had.
func Command(p Program, l *stream.Listing, row *stream.Rendition, to Reader) (string, Refusal) {
	list := Addresses(row, 0, "")
	if len(list) == 0 {
		return "", ""
	}
	c := &line{Reader: to}
	switch p {
	case MPV:
		c.mpv(l, row, list)
	case FFmpeg:
		c.ffmpeg(l, row, list)
	case Curl:
		c.curl(l, row, list)
	case Wget:
		c.wget(l, row, list)
	case YtDlp:
		c.ytdlp(l)
	}
	return c.done()
}
