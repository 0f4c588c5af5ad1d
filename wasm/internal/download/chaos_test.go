package download

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"streamlist/wasm/internal/stream"
)

// Hosts fail in every way by chance, a person pauses and goes on, the program is ended and
// started: once the hosts work, the file is right.
func TestChaos(t *testing.T) {
	seeds := 60
	if testing.Short() {
		seeds = 10
	}
	for seed := range uint64(seeds) {
		inBubble(t, func(w *world) {
			var mu sync.Mutex
			r := rand.New(rand.NewPCG(seed, 3))
			chance := func(p float64) bool {
				mu.Lock()
				defer mu.Unlock()
				return r.Float64() < p
			}
			upTo := func(n int64) int64 {
				mu.Lock()
				defer mu.Unlock()
				return r.Int64N(n)
			}
			calm := false
			bad := func(p float64) bool { return chance(p) && !calm }
			wild := func() *site {
				return &site{
					speed: 2_000 + upTo(15_000),
					unreachable: func(ask) bool {
						return bad(0.05)
					},
					status: func(ask) int {
						if bad(0.08) {
							return []int{500, 502, 503, 429, 403, 404, 416}[upTo(7)]
						}
						return 0
					},
					ends: func(ask) int64 {
						if bad(0.2) {
							return upTo(60_000)
						}
						return -1
					},
					stalls: func(ask) int64 {
						if bad(0.05) {
							return upTo(60_000)
						}
						return -1
					},
					more: int(upTo(2) * 100),
				}
			}
			w.limits.progress = 1
			w.limits.head = 1 << 10
			l, files := w.tracks(
				fragmentedTrack{video: true, seconds: 20, bytes: 30_000 + int(upTo(999)), seed: seed},
				fragmentedTrack{seconds: 20, bytes: 2_000 + int(upTo(99)), seed: seed + 1})
			rows := []stream.Rendition{l.Video[0], l.Audio[0]}
			w.asked = func(Order) (*stream.Listing, error) {
				if bad(0.2) {
					return nil, stream.Reason{Code: stream.Network}
				}
				l, _ := w.relist(rows)
				return l, nil
			}
			w.web.sites[mirrorA], w.web.sites[mirrorB] = wild(), wild()
			o := trackOrder("a", videoKey, audioKey)
			w.options.Connections = 1 + int(upTo(8))
			w.begin()
			w.add(o, l)
			for range 30 {
				time.Sleep(time.Duration(upTo(4000)) * time.Millisecond)
				switch upTo(8) {
				case 0, 1:
					w.queue.Do("a", Pause)
				case 2, 3:
					w.queue.Do("a", Resume)
				case 4:
					w.end()
					w.begin()
				case 5:
					w.queue.SetOptions(Options{Connections: 1 + int(upTo(8))})
				}
				w.queue.Do("a", Retry)
				checkBar(t, w.job("a"))
			}
			synctest.Wait()
			mu.Lock()
			calm = true
			mu.Unlock()
			defer w.end()
			for tries := 0; ; tries++ {
				w.queue.Do("a", Resume)
				w.queue.Do("a", Retry)
				j := w.until("a", "settled", settled)
				if j.State == Saving {
					break
				}
				if tries > 3 {
					t.Fatalf("seed %d: %s, %+v", seed, j.State, j.Reason)
				}
			}
			w.wants("a", "media", merged(t, files, rows, true, 1<<10))
		})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// relist is a fresh listing of tracks.
func (w *world) relist(rows []stream.Rendition) (*stream.Listing, error) {
	l := &stream.Listing{Site: stream.Com, Page: "ep1"}
	for _, row := range rows {
		row.Segments = slices.Clone(row.Segments)
		if row.Kind == stream.Video {
			l.Video = append(l.Video, row)
		} else {
			l.Audio = append(l.Audio, row)
		}
	}
	return l, nil
}
