package service

import (
	"context"
	"slices"

	"streamlist/wasm/internal/course"
	"streamlist/wasm/internal/filename"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/stream"
)

// Options are the person's settings, as the options page stores them.
type Options struct {
	// Codecs is the order of video codecs, most wanted first.
	Codecs []stream.Codec `json:"codecs"`
	// HDR says whether HDR and Dolby Vision may be the best.
	HDR bool `json:"hdr"`
	// OpenByItself opens the panel as a page loads. The content script reads it.
	OpenByItself bool `json:"openByItself"`
	// Copy is what "copy best" copies: URL, URLs or MPV.
	Copy message.What `json:"copy"`
	// Pause is between two lessons, where many are asked for, in seconds.
	Pause int64 `json:"pause"`
	// Template is how files are named, see [filename.Template].
	Template string `json:"template"`
}

// DefaultOptions are in force until the person chooses others.
func DefaultOptions() Options {
	return Options{Codecs: stream.DefaultCodecs(), Copy: message.URL, Pause: course.DefaultPause / 1000, Template: filename.Template}
}

// options reads the settings. What is missing, unknown or broken in them is replaced
// by the default: another version of the extension may have written them.
func (s *Service) options(ctx context.Context) Options {
	def := DefaultOptions()
	data, err := s.Settings.Options(ctx)
	if err != nil || len(data) == 0 {
		return def
	}
	o := DefaultOptions() // not a copy of def: decoding would write into its list
	if json.Unmarshal(data, &o) != nil {
		return def
	}
	var codecs []stream.Codec
	for _, c := range append(o.Codecs, def.Codecs...) {
		if slices.Contains(def.Codecs, c) && !slices.Contains(codecs, c) {
			codecs = append(codecs, c)
		}
	}
	o.Codecs = codecs
	if len(o.Template) == 0 || len(o.Template) > 1000 {
		o.Template = def.Template
	}
	if o.Copy != message.URLs && o.Copy != message.MPV {
		o.Copy = message.URL
	}
	if o.Pause < 1 || o.Pause > course.LongestPause/1000 {
		o.Pause = def.Pause
	}
	return o
}

func (o Options) preferences() stream.Preferences {
	return stream.Preferences{Codecs: o.Codecs, HDR: o.HDR}
}
