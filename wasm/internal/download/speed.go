package download

import (
	"math"
	"time"
)

// meter smooths a speed: what is seen counts half after two seconds.
type meter struct {
	rate  float64 // bytes per second
	bytes int64
	at    time.Time
	begun time.Time
}

func (m *meter) start(bytes int64, now time.Time) { *m = meter{bytes: bytes, at: now, begun: now} }

// tick takes in how many bytes there are now.
func (m *meter) tick(bytes int64, now time.Time) {
	took := now.Sub(m.at).Seconds()
	if took <= 0 {
		return
	}
	rate := float64(bytes-m.bytes) / took
	// In the beginning the average is the better guess than a smoothed nothing.
	weight := max(1-math.Exp2(-took/2), took/now.Sub(m.begun).Seconds())
	m.rate += (rate - m.rate) * weight
	m.bytes, m.at = bytes, now
}

// left is how many seconds so many bytes will take; 0 unknown.
func (m *meter) left(bytes int64) int64 {
	if m.rate < 1 || bytes <= 0 {
		return 0
	}
	return int64(math.Ceil(min(float64(bytes)/m.rate, 1e8)))
}
