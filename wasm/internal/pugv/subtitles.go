package pugv

import (
	"strings"

	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/subtitle"
	"streamlist/wasm/internal/wire"
)

// SubtitlesURL returns the address of the player's information about a lesson's video, which names its
// subtitles. The endpoint is that of ordinary videos (bilibili-api.md, section 3); its
// sister x/player/v2 answers with other videos' subtitles at times (API-collect, issue 709).
func SubtitlesURL(aid, cid string) string {
	return wire.Query(api+"/x/player/wbi/v2", "aid", aid, "cid", cid)
}

// DecodeSubtitles reads an answer of SubtitlesURL for a video: its aid and its cid in one. Whoever is not logged in
// gets none, and is told so: that is a NotLoggedIn. Errors are of type stream.Reason.
func DecodeSubtitles(a wire.Answer, video string) ([]*subtitle.Track, error) {
	var body struct {
		NeedLogin wire.Bool `json:"needloginsubtitle"`
		Subtitle  struct {
			Subtitles wire.List[struct {
				Key  wire.Text `json:"lan"`    // "zh-CN", "ai-zh"
				Name wire.Text `json:"landoc"` // "中文（自动生成）"
				URL  wire.Text `json:"subtitleurl"`
				Type wire.Int  `json:"type"` // 1 for what a machine made
			}] `json:"subtitles"`
		} `json:"subtitle"`
	}
	data, err := open(a)
	if err != nil {
		return nil, err
	}
	if wire.Decode(data, &body) != nil {
		return nil, stream.Reason{Code: stream.Unexpected, Detail: stream.Truncated}
	}
	entries := body.Subtitle.Subtitles
	switch {
	case len(entries) > 0:
	case wire.Voucher(data):
		return nil, nothing(data)
	case bool(body.NeedLogin):
		return nil, stream.Reason{Code: stream.NotLoggedIn}
	}
	var list []*subtitle.Track
	for i := range entries[:min(len(entries), subtitle.MaxTracks)] {
		e := &entries[i]
		if strayed(string(e.URL), video) {
			continue
		}
		t := &subtitle.Track{
			Language: string(e.Key), Name: stream.CleanText(string(e.Name), 60),
			Machine: e.Type == 1 || strings.HasPrefix(string(e.Key), "ai-"),
		}
		t.Add(stream.Com, string(e.URL))
		list = append(list, t)
	}
	return list, nil
}

// strayed reports whether an address is that of another video's subtitles: what a machine
// made lies under a name that begins with the video's aid and cid, and the endpoint has been seen to give
// others' (API-collect, issue 709).
func strayed(url, video string) bool {
	_, name, found := strings.Cut(url, "/ai_subtitle/prod/")
	return found && name != "" && name[0] >= '0' && name[0] <= '9' && !strings.HasPrefix(name, video)
}
