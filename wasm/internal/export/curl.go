package export

import "streamlist/wasm/internal/stream"

// curl saves each segment as a file of its own. -g keeps it from reading brackets in an
// address as patterns, --fail keeps an error page from being saved as a video. The
// segments share one command and one connection.
func (c *line) curl(l *stream.Listing, row *stream.Rendition, list []stream.MediaURL) {
	c.command("curl")
	c.add("-g --fail --location")
	if len(list) > 1 {
		c.add("--fail-early")
	}
	c.headers(l.Site, "--referer", "--header", "--user-agent")
	for i := range list {
		c.word("--output", fileName(l, row, i, c.Shell, extension(row)))
		c.exact("", list[i].URL)
	}
}
