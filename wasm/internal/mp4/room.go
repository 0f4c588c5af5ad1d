package mp4

import (
	"bytes"
	"time"
)

// The room for moov must be chosen before the samples are known. Too little of it puts moov
// at the end, too much is dead bytes in the file; both are right, neither is good.

// Bytes of sample tables per second that nothing but a strange file exceeds: 125 pictures
// with 16 bytes each (size, offset, key frame or duration), 94 frames of 1024 at 96 kHz
// with 4.
const (
	blindVideo = 125 * 16
	blindAudio = 94 * 4
)

// leastVideo is what 30 pictures a second need at 12 bytes each: a film may begin with a
// still picture, or without B-frames.
const leastVideo = 30 * 12

// perChunk is what a chunk costs besides: its place, an entry in stsc, one in stts.
const perChunk = 8 + 12 + 8

// mostRoom is more than any film needs.
const mostRoom = 64 << 20

// moovFrame is what moov needs besides its tracks.
func moovFrame(meta Meta) int64 { return 512 + int64(len(clean(meta.Title))) }

// frame is what a track needs besides its sample tables.
func (t *media) frame() int64 {
	return 768 + int64(len(t.descriptions)+len(t.handler)+len(t.kind)+len(t.tongue))
}

// room is how much a source's track may take in moov; queue are its extents.
func (s *Source) room(queue []timed) int64 {
	perSecond, least := int64(blindAudio), int64(0)
	slowest := int64(6_000) // bytes of the track per second, where nothing tells its duration
	if s.Init.Video {
		perSecond, least, slowest = blindVideo, leastVideo, 25_000
	}
	duration := s.Duration
	if s.Index != nil {
		duration = s.Index.duration()
	}
	if duration <= 0 {
		duration = time.Duration(s.Size/slowest+1) * time.Second
	}
	duration = min(duration, 1<<50)
	if counted := s.count(queue[0].Extent); counted > 0 {
		perSecond = min(perSecond, max(least, counted*5/4))
	}
	chunks := 2 * int64(len(queue))
	if s.Index == nil {
		chunks = int64(duration/time.Second) + 1
	}
	return min(mostRoom, s.Init.media.frame()+perSecond*duration.Milliseconds()/1000+chunks*perChunk)
}

// count measures the first fragment: bytes of sample tables per second. 0 if it isn't there
// whole.
func (s *Source) count(e Extent) int64 {
	w := &window{disk: bytes.NewReader(s.First), end: int64(len(s.First))}
	var t tables
	for at := int64(0); ; {
		h, err := w.header(at)
		if err != nil {
			return 0
		}
		if h.kind == "moof" {
			body, err := w.body(at, h)
			if err != nil {
				return 0
			}
			m := moof{in: s.Init, shift: -e.From, at: at, room: e.To - e.From}
			if m.parse(body) != nil {
				return 0
			}
			for _, f := range m.found {
				for _, c := range f.chunks {
					if t.add(c) != nil {
						return 0
					}
				}
			}
			break
		}
		at += h.size
	}
	if t.total == 0 {
		return 0
	}
	return t.bytes() * int64(s.Init.media.timescale) / t.total
}
