package pugv

import (
	"streamlist/wasm/internal/stream"
	"streamlist/wasm/internal/wire"
)

// Owned is one page of the account's own list of courses. It is shown as the site words it,
// but its `url` fields are left alone: addresses are built from ids.
type Owned struct {
	Courses wire.List[OwnedCourse] `json:"data"`
	Next    wire.Bool              `json:"next"` // another page follows
	Total   *wire.Int              `json:"total"`
}

// OwnedCourse is a course of that list.
type OwnedCourse struct {
	ID         wire.ID   `json:"id"` // the season's
	Title      wire.Text `json:"title"`
	UpdateInfo wire.Text `json:"updateinfo"` // "已完结 | 共10课时"
	IsExpired  wire.Bool `json:"isexpired"`  // the purchase has ended
	Progress   Progress  `json:"progress"`
}

// DecodeOwned reads an answer of OwnedURL. Errors are of type stream.Reason; nobody logged
// in is -401 (bilibili-api.md, section 3).
func DecodeOwned(a wire.Answer) (*Owned, error) {
	data, err := open(a)
	if err != nil {
		return nil, err
	}
	o := new(Owned)
	if err := wire.Decode(data, o); err != nil {
		return nil, stream.Reason{Code: stream.Unexpected, Detail: stream.Truncated}
	}
	named := o.Courses[:0]
	for _, c := range o.Courses {
		if c.ID != "" {
			named = append(named, c)
		}
	}
	if len(named) == 0 && (len(o.Courses) > 0 || o.Total == nil) {
		return nil, nothing(data)
	}
	o.Courses = named
	return o, nil
}
