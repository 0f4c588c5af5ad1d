package export

import "streamlist/wasm/internal/stream"

// ffmpeg makes one file of picture and sound, without encoding anything anew. A row in
// several segments is refused: only a list in a file could join them.
func (c *line) ffmpeg(l *stream.Listing, row *stream.Rendition, list []stream.MediaURL) {
	if len(list) > 1 {
		c.refusal = InParts
		return
	}
	c.command("ffmpeg")
	sound := l.AudioFor(row)
	list = append(list, Addresses(sound, 0, "")...)
	for i := range list {
		c.headers(l.Site, "-referer", "-headers", "-user_agent") // for the next input only
		c.exact("-i", list[i].URL)
	}
	if len(list) > 1 {
		c.add("-map 0:v -map 1:a")
	}
	c.add("-c copy")
	ext := extension(row)
	switch {
	// ffmpeg's MP4 for sound alone (.m4a) takes AAC only, and FLAC in MP4 is refused by
	// older ffmpegs and unknown to many players. Matroska takes everything.
	case row.Kind == stream.Audio && row.Codec != stream.AAC:
		ext = ".mka"
	case sound != nil && sound.Codec == stream.FLAC:
		ext = ".mkv"
	}
	c.word("", fileName(l, row, 0, c.Shell, ext))
}
