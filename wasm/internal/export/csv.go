package export

import (
	"strconv"
	"strings"

	"streamlist/wasm/internal/stream"
)

// csv writes a table (RFC 4180) with a row for each lesson. The addresses of a file that
// comes in parts stand in one field, parted by blanks.
func (w *writer) csv() {
	w.Mark = true // Excel
	w.row("number", "lesson", "course", "page", "seconds", "quality", "width", "height", "video codec", "audio codec",
		"bits per second", "bytes", "file", "ends", "referer", "video", "audio")
	var none stream.Rendition
	for i := range w.lessons {
		it := &w.lessons[i]
		picture, sound := &none, &none
		var videos, audios []file
		switch {
		case len(it.files) == 0:
		case it.Row.Kind == stream.Audio:
			sound, audios = it.Row, it.files
		default:
			picture, videos, audios = it.Row, it.picture(), it.sound()
			if len(audios) > 0 {
				sound = it.Audio
			}
		}
		quality := picture.Quality.Name()
		if quality == "" {
			quality = picture.Label
		}
		ends := ""
		if at := it.until(false); at != 0 {
			ends = utc(at, "T") + "Z"
		}
		w.row(number(int64(it.Head.Number)), cell(it.Head.Title), cell(it.Head.Series), pageAddress(it.Site, it.Head),
			number((it.Head.Duration+500)/1000), cell(quality), number(int64(picture.Width)), number(int64(picture.Height)),
			cell(string(picture.Codec)), cell(string(sound.Codec)), number(picture.Bandwidth+sound.Bandwidth), number(picture.Size+sound.Size),
			cell(it.stem), ends, it.Site.Referer(), addresses(videos), addresses(audios))
	}
}

// row writes fields, each in quotes: what a spreadsheet takes for a separator depends on
// where it runs.
func (w *writer) row(fields ...string) {
	for i, f := range fields {
		if i > 0 {
			w.add(",")
		}
		w.add(`"`, strings.ReplaceAll(f, `"`, `""`), `"`)
	}
	w.add("\r\n")
}

// number is empty for what isn't known.
func number(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func addresses(files []file) string {
	text := ""
	for i, f := range files {
		if i > 0 {
			text += " "
		}
		text += f.urls[0].URL
	}
	return text
}

// cell makes a site's text one that no spreadsheet runs: an apostrophe goes before what would
// begin a formula (OWASP, "CSV Injection"), in the wide forms that East Asian Excels take too.
// The same after what a spreadsheet of another country parts fields by: it may not mind our
// quotes.
func cell(text string) string {
	var b strings.Builder
	begins := true
	for _, r := range stream.CleanText(text, 4096) {
		if begins && strings.ContainsRune("=+-@＝＋－＠", r) {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
		begins = strings.ContainsRune(",;|", r) || begins && strings.ContainsRune(` "'`, r)
	}
	return b.String()
}
