package export

// wget takes one command for each file: with several addresses in one, it would write them
// all into one file.
func (c *line) wget(it *lesson) {
	for _, f := range it.files {
		c.command("wget")
		c.headers(it.Site, "--referer=", "--header=", "--user-agent=")
		c.word("--output-document=", f.name)
		c.exact("", f.urls[0].URL)
	}
}
