package stream

import "strconv"

// MaxRows bounds a table. Real answers have under thirty rows; a hostile one must not
// make the panel, or the search for equals, slow.
const MaxRows = 200

// Number gives each rendition of a table its key: kind, quality, codec and a number
// among equals, "video/116/AVC/1". Equals are numbered by bit rate, so that a key
// means the same one in a later answer with another order.
func Number(list []Rendition) {
	for i := range list {
		n := 1
		for j := range list {
			if i == j || list[i].Quality != list[j].Quality || coding(&list[i]) != coding(&list[j]) {
				continue
			}
			if list[j].Bandwidth > list[i].Bandwidth || (list[j].Bandwidth == list[i].Bandwidth && j < i) {
				n++
			}
		}
		list[i].Key = string(list[i].Kind) + "/" + strconv.Itoa(int(list[i].Quality)) + "/" + coding(&list[i]) + "/" + strconv.Itoa(n)
	}
}

// coding is the codec's name in a key: the raw string where the codec is unknown,
// reduced to what an identifier may hold.
func coding(r *Rendition) string {
	if r.Codec != "" {
		return string(r.Codec)
	}
	var b []byte
	for i := 0; i < len(r.Codecs) && len(b) < 32; i++ {
		c := r.Codecs[i]
		if (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' {
			b = append(b, c)
		}
	}
	if len(b) == 0 {
		return "unknown"
	}
	return string(b)
}
