package export

// join has ffmpeg make one file of the picture and the sound that curl, wget or aria2 saved
// apart.
func (c *line) join(it *lesson) {
	switch {
	case len(it.picture()) > 1:
		c.refusal = InParts
		return
	case len(it.sound()) == 0:
		c.refusal = Whole
		return
	}
	c.command("ffmpeg")
	c.unasked()
	for _, f := range it.files {
		c.word("-i", f.name)
	}
	c.copied(it)
}
