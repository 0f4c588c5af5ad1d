package intl

import (
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/subtitle"
	"streamlist/wasm/internal/wire"
)

// SubtitlesURL returns the address of the list of subtitles of an episode or of an upload:
// one of the two ids, the other "".
func SubtitlesURL(episodeID, uploadID, sLocale string) string {
	return wire.Query(api+"/v2/subtitle", "s_locale", sLocale, "platform", "web", "episode_id", episodeID, "aid", uploadID)
}

// DecodeSubtitles reads an answer of SubtitlesURL: `subtitles`, one file a language, the
// older `video_subtitle`, with a file for each format, or both (bilibili-api.md, section 4.4; capture
// intl_subtitle_synthetic). Of a language that is in both, one track comes out. Errors are of type
// stream.Reason.
func DecodeSubtitles(a wire.Answer) ([]*subtitle.Track, error) {
	type file struct {
		URL wire.Text `json:"url"`
	}
	type entry struct {
		Key       wire.Text `json:"langkey"`
		Name      wire.Text `json:"lang"`
		URL       wire.Text `json:"url"`
		IsMachine wire.Bool `json:"ismachine"`
		ASS       file      `json:"ass"`
		SRT       file      `json:"srt"`
	}
	var body struct {
		Subtitles wire.List[entry] `json:"subtitles"`
		Video     wire.List[entry] `json:"videosubtitle"`
	}
	data, err := decode(a, &body)
	if err != nil {
		return nil, err
	}
	if len(body.Subtitles)+len(body.Video) == 0 && wire.Voucher(data) {
		return nil, nothing(data)
	}
	var list []*subtitle.Track
	for i, e := range append(body.Subtitles, body.Video...) {
		var t *subtitle.Track
		for _, known := range list {
			// Of what people made, where the first list has both.
			if i >= len(body.Subtitles) && known.Language == string(e.Key) && (t == nil || t.Machine) {
				t = known
			}
		}
		if t == nil {
			if len(list) == subtitle.MaxTracks {
				break
			}
			t = &subtitle.Track{Language: string(e.Key), Name: stream.CleanText(string(e.Name), 60), Machine: bool(e.IsMachine)}
			list = append(list, t)
		}
		for _, url := range [...]wire.Text{e.SRT.URL, e.ASS.URL, e.URL} {
			t.Add(stream.TV, string(url))
		}
	}
	return list, nil
}
