package export

import (
	"strconv"
	"strings"

	"streamlist/wasm/internal/stream"
)

// m3u begins a playlist.
const m3u = "#EXTM3U"

// playlist writes an m3u file, for mpv with a comment that holds the command that plays it:
// m3u has no place for the headers that mpv would read (mpv issue 10523).
//
// VLC reads Referer and User-Agent from the file, and needs no Origin. It takes no second
// address from a playlist ("unsafe option input-slave has been ignored", VLC 3), so that it
// gets rows with their sound inside only.
func (w *writer) playlist() {
	w.add(m3u)
	if text := w.works(); text != "" {
		w.add(" ", text)
	}
	w.add("\n")
	if w.format != VLCList {
		c := line{Reader: w.to}
		c.command("mpv")
		if w.format == MPVList {
			c.mpvHeaders(w.lessons[0].Site)
		} else {
			c.pages(&w.lessons[0])
		}
		c.word("", w.Name)
		w.add("# ", string(c.text), "\n")
	}
	for i := range w.lessons {
		w.entry(&w.lessons[i])
	}
}

// pages tells mpv's yt-dlp what the yt-dlp command does.
func (c *line) pages(it *lesson) {
	const option = "--ytdl-raw-options-append="
	if it.Account && !c.Apart {
		c.add(option + "cookies-from-browser=" + browser(c.Agent))
	}
	c.exact(option+"referer=", it.Site.Referer())
	c.exact(option+"add-headers=", "Origin:"+origin(it.Site))
}

// entry adds a lesson to a playlist.
func (w *writer) entry(it *lesson) {
	title := stream.CleanText(mediaTitle(it.Head), 4096)
	seconds := it.Head.Duration
	if it.Row != nil && it.Row.Duration > 0 {
		seconds = it.Row.Duration
	}
	seconds /= 1000
	if seconds <= 0 {
		seconds = -1
	}
	info := "#EXTINF:" + strconv.FormatInt(seconds, 10) + "," + title + "\n"
	switch w.format {
	case PageList:
		w.add(info, pageAddress(it.Site, it.Head), "\n")
	case VLCList:
		for _, f := range it.files {
			w.add(info, "#EXTVLCOPT:http-referrer=", it.Site.Referer(), "\n")
			if agent := printable(w.to.Agent); agent != "" {
				w.add("#EXTVLCOPT:http-user-agent=", agent, "\n")
			}
			w.add(f.urls[0].URL, "\n")
		}
	default:
		w.add(info, timeline(it), "\n")
	}
}

// timeline is a lesson as one entry for mpv: its only address, or an EDL (mpv's edl-mpv.rst),
// in which segments follow one another and the sound is another stream beside the picture.
func timeline(it *lesson) string {
	if len(it.files) == 1 {
		return it.files[0].urls[0].URL
	}
	var b strings.Builder
	b.WriteString("edl://")
	for k, files := range [][]file{it.picture(), it.sound()} {
		if len(files) == 0 {
			continue
		}
		if k > 0 {
			b.WriteString(";!new_stream;")
		}
		if len(files) == 1 { // else each begins a chapter, and its length is looked up
			b.WriteString("!no_clip;!no_chapters;")
		}
		for i, f := range files {
			if i > 0 {
				b.WriteByte(';')
			}
			url := f.urls[0].URL
			b.WriteString("%" + strconv.Itoa(len(url)) + "%" + url)
		}
	}
	return b.String()
}
