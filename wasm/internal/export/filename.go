package export

import (
	"streamlist/wasm/internal/filename"
	"streamlist/wasm/internal/stream"
)

// inFolder is how a single command's file is named: no folder is made for it.
const inFolder = "{number} - {lesson} [{quality} {codec}]"

// TextName returns a name for a text that belongs to the whole lesson, such as "03 -
// lesson.ass", safe on every system.
func TextName(l *stream.Listing, extension string) string {
	return filename.Stem(inFolder, l.Head, nil) + "." + extension
}
