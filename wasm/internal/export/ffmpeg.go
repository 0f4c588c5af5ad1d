package export

// ffmpeg makes one file of picture and sound, without encoding anything anew. A row in
// several segments is refused: only a list in a file could join them.
func (c *line) ffmpeg(it *lesson) {
	if len(it.picture()) > 1 {
		c.refusal = InParts
		return
	}
	c.command("ffmpeg")
	c.unasked()
	for _, f := range it.files {
		c.headers(it.Site, "-referer", "-headers", "-user_agent") // for the next input only
		c.exact("-i", f.urls[0].URL)
	}
	c.copied(it)
}

// unasked keeps ffmpeg in a script from reading the lines after its own as keys, and from
// asking whether to overwrite: it then doesn't.
func (c *line) unasked() {
	if c.script {
		c.add("-nostdin")
	}
}

// copied writes both inputs into the lesson's one file.
func (c *line) copied(it *lesson) {
	if len(it.files) > 1 {
		c.add("-map 0:v -map 1:a")
	}
	c.add("-c copy")
	c.word("", it.whole())
}
