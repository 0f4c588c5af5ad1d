package export

// curl saves each file by itself. -g keeps it from reading brackets in an address as
// patterns, --fail keeps an error page from being saved as a video. The files share one
// command and one connection.
func (c *line) curl(it *lesson) {
	c.command("curl")
	c.add("-g --fail --location")
	if len(it.files) > 1 {
		c.add("--fail-early")
	}
	c.headers(it.Site, "--referer", "--header", "--user-agent")
	for _, f := range it.files {
		c.word("--output", f.name)
		c.exact("", f.urls[0].URL)
	}
}
