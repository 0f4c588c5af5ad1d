package export

import (
	"strings"

	"streamlist/wasm/internal/stream"
)

// aria2c saves each file by itself, from all of its hosts at once. With --continue it goes on
// where it was: the hosts of a new export give the same bytes.
func (c *line) aria2c(it *lesson) {
	for _, f := range it.files {
		c.command("aria2c")
		c.add("--continue=true")
		c.headers(it.Site, "--referer=", "--header=", "--user-agent=")
		c.word("--out=", f.name)
		for _, url := range mirrors(f.urls) {
			c.exact("", url.URL)
		}
	}
}

// aria2List writes an input file of aria2's (`aria2c --input-file`).
func (w *writer) aria2List() {
	if text := w.works(); text != "" {
		w.add("# ", text, "\n")
	}
	c := line{Reader: w.to}
	c.command("aria2c")
	c.word("--input-file=", w.Name)
	w.add("# ", string(c.text), "\n")
	for i := range w.lessons {
		w.aria2(&w.lessons[i])
	}
}

// aria2 adds a lesson to an input file of aria2's: a line with a file's addresses, parted by
// tabs, and a line for each of its options, which begins with a blank.
func (w *writer) aria2(it *lesson) {
	for _, f := range it.files {
		for i, url := range mirrors(f.urls) {
			if i > 0 {
				w.add("\t")
			}
			w.add(url.URL)
		}
		w.add("\n out=", f.name, "\n continue=true\n referer=", it.Site.Referer(), "\n header=Origin: ", origin(it.Site), "\n")
		if agent := printable(w.to.Agent); agent != "" {
			w.add(" user-agent=", agent, "\n")
		}
	}
}

// mirrors returns the addresses that are asked at the same time: other people's devices
// (PCDN) only where there is nothing else.
func mirrors(urls []stream.MediaURL) []stream.MediaURL {
	var list []stream.MediaURL
	for _, u := range urls {
		if u.Class != stream.PCDN {
			list = append(list, u)
		}
	}
	if list == nil {
		return urls
	}
	return list
}

func origin(site stream.Site) string { return strings.TrimSuffix(site.Referer(), "/") }
