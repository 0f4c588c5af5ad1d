package export

import "streamlist/wasm/internal/stream"

// wget takes one command for each segment: with several addresses in one, it would write
// them all into one file.
func (c *line) wget(l *stream.Listing, row *stream.Rendition, list []stream.MediaURL) {
	for i := range list {
		c.command("wget")
		c.headers(l.Site, "--referer=", "--header=", "--user-agent=")
		c.word("--output-document=", fileName(l, row, i, c.Shell, extension(row)))
		c.exact("", list[i].URL)
	}
}
