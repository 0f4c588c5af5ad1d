package export

// list writes the addresses and nothing else: the picture's, then the sound's.
func (w *writer) list() {
	for i := range w.lessons {
		for _, f := range w.lessons[i].files {
			w.add(f.urls[0].URL, "\n")
		}
	}
}
