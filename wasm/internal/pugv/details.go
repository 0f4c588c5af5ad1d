package pugv

import (
	"strings"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/wire"
)

// Details is what a course has beside its streams, as the site gives it. Texts and objects
// are unread: whoever shows them has to judge them.
type Details struct {
	// Episode is the lesson that CID, the number that comments go by, and AID belong to; ""
	// where the list that was read doesn't hold it.
	Episode  wire.ID   `json:"episode"`
	CID      wire.ID   `json:"cid"`
	AID      wire.ID   `json:"aid"`
	Cover    wire.Text `json:"cover"`
	Subtitle wire.Text `json:"subtitle"`
	Teacher  UpInfo    `json:"teacher"`
	Release  wire.Text `json:"release"` // "已完结 | 共21课时"
	Expiry   wire.Text `json:"expiry"`  // how long the account has it
	Progress Progress  `json:"progress"`
	// Watched is how many of the lessons that were read this account has watched.
	// While Partial, more of them exist, so that it is a lower bound.
	Watched int  `json:"watched"`
	Partial bool `json:"partial,omitempty"`
	// The objects have these fields of text, among others (seed 003, captures pugv_season_…):
	Stat    json.RawMessage `json:"stat"`    // play_desc
	Payment json.RawMessage `json:"payment"` // price_format, price_unit, discount_prefix, discount_desc
	Coupon  json.RawMessage `json:"coupon"`  // title, expire_time (China's time)
	Note    json.RawMessage `json:"note"`    // title, content (with <br/> and links), link
	FAQ     json.RawMessage `json:"faq"`     // title, content, link
	FAQ1    json.RawMessage `json:"faq1"`    // items[]{question, answer}
	Terms   json.RawMessage `json:"terms"`   // title, link
}

// maxDetails bounds what is kept of a course, in bytes. Real ones have 5 kB.
const maxDetails = 100_000

// Details returns what the course has beside the streams of a lesson.
func (s *Season) Details(id string) *Details {
	d := &Details{Episode: wire.ID(id), Partial: bool(s.EpisodePage.Next)}
	if e := s.Episode(id); e != nil {
		d.CID, d.AID = e.CID, e.AID
	}
	size := len(s.Cover) + len(s.Subtitle) + len(s.UpInfo.Brief) + len(s.Stat) + len(s.Payment) + len(s.Coupon) +
		len(s.PurchaseNote) + len(s.FAQ) + len(s.FAQ1) + len(s.PurchaseProtocol)
	if size > maxDetails {
		return d
	}
	for i := range s.Episodes {
		if s.Episodes[i].Watched {
			d.Watched++
		}
	}
	d.Cover, d.Subtitle, d.Teacher, d.Release = s.Cover, s.Subtitle, s.UpInfo, s.ReleaseInfo
	d.Expiry, d.Progress = s.UserStatus.ExpiryText, s.UserStatus.Progress
	d.Stat, d.Payment, d.Coupon, d.Note = s.Stat, s.Payment, s.Coupon, s.PurchaseNote
	d.FAQ, d.FAQ1, d.Terms = s.FAQ, s.FAQ1, s.PurchaseProtocol
	return d
}

// DanmakuURL returns the address of a lesson's comments.
func DanmakuURL(cid string) string { return wire.Query(api+"/x/v1/dm/list.so", "oid", cid) }

// maxDanmaku bounds an answer of comments in bytes. Real ones are under a megabyte.
const maxDanmaku = 4 << 20

// DecodeDanmaku reads an answer of DanmakuURL, which is XML (package danmaku) in a success
// and anything else in a refusal. Errors are of type stream.Reason.
func DecodeDanmaku(a wire.Answer) (*string, error) {
	if a.Status == 200 && len(a.Body) <= maxDanmaku {
		xml := string(a.Body)
		if start := xml[:min(len(xml), 400)]; strings.Contains(start, "<i>") && !strings.Contains(start, "<html") {
			return &xml, nil
		}
	}
	data, err := open(a)
	if err != nil {
		return nil, err
	}
	return nil, nothing(data)
}
