package export

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"streamlist/wasm/internal/stream"
)

// BenchmarkWrite writes 1,000 lessons, with addresses as long as the captures' and three hosts
// for each file, in each format. Run as WebAssembly and one format in a process,
// (-bench='^BenchmarkWrite/csv$'), "grown-MB" is by how much the memory grew that the program
// holds: there it never shrinks, so that is the peak. "MB" is the text's size.
func BenchmarkWrite(b *testing.B) {
	items := thousand()
	for _, f := range slices.Concat(scripts, lists) {
		b.Run(string(f), func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				text := Write(f, items, Reader{Shell: POSIX, Agent: agent})
				if size = len(text.Body); size == 0 && f != VLCList {
					b.Fatal("nothing written")
				}
			}
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.Sys-before.Sys)/1e6, "grown-MB")
			b.ReportMetric(float64(size)/1e6, "MB")
		})
	}
}

// thousand are a course's lessons, each as picture and sound.
func thousand() []Item {
	items := make([]Item, 0, 1000)
	for n := range cap(items) {
		row := func(kind stream.Kind, id string, quality stream.Quality, codec stream.Codec) *stream.Rendition {
			var urls []stream.MediaURL
			for _, host := range []string{"upos-sz-mirrorcos", "upos-sz-mirrorali", "upos-sz-mirrorhw"} {
				urls = append(urls, stream.MediaURL{
					URL:   fmt.Sprintf("https://%s.bilivideo.com/upgcxcode/%02d/%02d/26%09d/26%09d-1-%s.m4s?%s&deadline=1800000300", host, n%100, n%10, n, n, id, strings.Repeat("uipk=5&nbs=1&gen=playurlv2", 24)),
					Class: stream.Mirror, ExpiresAt: 1_800_000_300,
				})
			}
			return &stream.Rendition{Key: string(kind), Kind: kind, Quality: quality, Codec: codec, Container: stream.FragmentedMP4, Bandwidth: 1_200_000, Duration: 1_800_000, Segments: []stream.Segment{{URLs: urls}}}
		}
		items = append(items, Item{
			Site: stream.Com, Head: stream.Head{Title: fmt.Sprintf("第%d讲：从第%d个例子说起", n+1, n+1), Series: "0-N4日语精讲", Number: n + 1, Total: 1000, Duration: 1_800_000, SeasonID: "61", EpisodeID: fmt.Sprint(790 + n)},
			Row: row(stream.Video, "30080", stream.Q1080P, stream.AVC), Audio: row(stream.Audio, "30280", stream.QAudio192K, stream.AAC),
		})
	}
	return items
}
