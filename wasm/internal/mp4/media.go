package mp4

import (
	"bytes"
	"encoding/binary"
)

// media is what a trak box says of its track, its samples apart.
type media struct {
	id            uint32
	video         bool
	foreign       bool // neither video nor audio
	codec         string
	width, height int
	timescale     uint32
	language      uint16
	flags         uint32  // of tkhd
	place         []byte  // of tkhd the last 60 bytes: layer, group, volume, matrix, width and height
	handler       []byte  // hdlr, the whole box
	kind          []byte  // vmhd or smhd, the whole box
	tongue        []byte  // elng, the whole box; may be empty
	descriptions  []byte  // stsd, the whole box, as it goes into the output
	entries       uint32  // in stsd
	config        []byte  // what a decoder must be told, from the first entry
	lengthSize    int     // bytes of a NAL unit's length; 0 for codecs without NAL units
	blank         int64   // before the media, in the movie's timescale
	editTime      int64   // of the media at which the presentation begins
	editLength    int64   // of that edit in the movie's timescale; 0 where it reaches to the end of the media
	edits         int     // of media, not blank
	shown         int64   // length of all those edits together, likewise
	duration      uint64  // of the media in its timescale, as mdhd says
	samples       []byte  // the body of stbl
	chunks        []chunk // from there, in a progressive file
}

// A movie is a moov box read.
type movie struct {
	timescale  uint32
	tracks     []*media // only video and audio
	fragmented bool
	defaults   map[uint32]defaults // by track
	samples    int                 // of all tracks, in a progressive file that was read
}

// defaults hold for the samples of a track's fragments where those don't say otherwise.
type defaults struct {
	description, duration, size, flags uint32
}

// parseMovie reads the body of a moov box. The result shares b's memory, but for what goes
// into the output altered.
func parseMovie(b []byte) (*movie, error) {
	m := &movie{defaults: make(map[uint32]defaults)}
	err := children(b, func(kind string, body []byte) error {
		switch kind {
		case "mvhd":
			c := cursor{b: body}
			version, _ := c.full()
			c.take(8 + 8*int(version&1))
			m.timescale = c.u32()
			return c.err(kind)
		case "trak":
			t, err := parseTrack(body)
			if err != nil {
				return err
			}
			if t != nil {
				m.tracks = append(m.tracks, t)
			}
		case "mvex":
			m.fragmented = true
			return children(body, func(kind string, body []byte) error {
				if kind != "trex" {
					return nil
				}
				c := cursor{b: body}
				c.full()
				id := c.u32()
				m.defaults[id] = defaults{c.u32(), c.u32(), c.u32(), c.u32()}
				return c.err(kind)
			})
		case "pssh":
			return ErrProtected
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if m.timescale == 0 {
		return nil, malformed("the movie has no timescale")
	}
	for _, t := range m.tracks {
		if t.blank > longest*int64(m.timescale) {
			return nil, malformed("a track begins after a year")
		}
	}
	return m, nil
}

// parseTrack reads the body of a trak box; nil without an error for a track that is
// neither video nor audio.
func parseTrack(b []byte) (*media, error) {
	t := &media{}
	err := children(b, func(kind string, body []byte) error {
		switch kind {
		case "tkhd":
			c := cursor{b: body}
			version, flags := c.full()
			t.flags = flags
			c.take(8 + 8*int(version&1))
			t.id = c.u32()
			c.take(8 + 4*int(version&1))
			t.place = c.take(60)
			return c.err(kind)
		case "edts":
			return children(body, func(kind string, body []byte) error {
				if kind == "elst" {
					return t.parseEdits(body)
				}
				return nil
			})
		case "mdia":
			return t.parseMedia(body)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case t.foreign:
		return nil, nil
	case t.timescale == 0 || t.place == nil || t.handler == nil:
		return nil, malformed("the track lacks its headers")
	}
	described := false
	err = children(t.samples, func(kind string, body []byte) error {
		switch kind {
		case "stsd":
			described = true
			return t.parseDescriptions(body)
		case "sgpd": // a group of samples with a key of its own
			if len(body) >= 8 && string(body[4:8]) == "seig" {
				return ErrProtected
			}
		}
		return nil
	})
	if err == nil && !described {
		err = malformed("the track has no sample description")
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// parseMedia reads the body of an mdia box.
func (t *media) parseMedia(b []byte) error {
	return children(b, func(kind string, body []byte) error {
		c := cursor{b: body}
		switch kind {
		case "mdhd":
			version, _ := c.full()
			c.take(8 + 8*int(version&1))
			t.timescale = c.u32()
			t.duration = c.wide(version == 1)
			t.language = c.u16()
			return c.err(kind)
		case "hdlr":
			c.full()
			c.u32()
			handler := string(c.take(4))
			t.video = handler == "vide"
			t.foreign = !t.video && handler != "soun"
			t.handler = appendBox(nil, kind, body)
			return c.err(kind)
		case "elng":
			t.tongue = appendBox(nil, kind, body)
		case "minf":
			return children(body, func(kind string, body []byte) error {
				switch kind {
				case "vmhd", "smhd":
					t.kind = appendBox(nil, kind, body)
				case "stbl":
					t.samples = body
				}
				return nil
			})
		}
		return nil
	})
}

// parseEdits reads elst. Blank edits before the first one of media are summed; edits
// behind that one are counted only.
func (t *media) parseEdits(b []byte) error {
	c := cursor{b: b}
	version, _ := c.full()
	for range c.u32() {
		duration, time := c.wide(version == 1), int64(0)
		if version == 1 {
			time = int64(c.u64())
		} else {
			time = int64(int32(c.u32()))
		}
		c.u32() // the rate, which nobody but an editor makes other than 1
		if c.short || duration > 1<<50 || time > 1<<50 || time < -1 {
			return malformed("the edit list")
		}
		switch {
		case time >= 0:
			if t.edits++; t.edits == 1 {
				t.editTime, t.editLength = time, int64(duration)
			}
			t.shown += int64(duration)
		case t.edits == 0:
			t.blank += int64(duration)
		}
		if t.blank > 1<<50 || t.shown > 1<<50 {
			return malformed("the edit list")
		}
	}
	return nil
}

// parseDescriptions reads stsd and prepares the one for the output: a copy in which hev1 is
// renamed to hvc1 where hvcC holds all parameter sets, since Apple's players refuse hev1,
// and in which every entry points to the only data reference that the output has.
func (t *media) parseDescriptions(b []byte) error {
	if len(b) < 8 {
		return malformed("stsd is too short")
	}
	t.descriptions = appendBox(nil, "stsd", b)
	for rest := t.descriptions[16:]; len(rest) >= 8; {
		h, err := parseHeader(rest, int64(len(rest)))
		if err != nil {
			return err
		}
		if h.size > int64(len(rest)) {
			return malformed("the sample entry %q is cut off", h.kind)
		}
		if err := t.parseEntry(rest[:h.size], h, b[0] == 0); err != nil {
			return err
		}
		rest = rest[h.size:]
		t.entries++
	}
	if count := binary.BigEndian.Uint32(b[4:]); t.entries == 0 || t.entries != count {
		return malformed("stsd names %d entries and holds %d", count, t.entries)
	}
	return nil
}

// parseEntry reads one sample entry, given as the whole box. Old is true where an audio
// entry of version 1 or 2 has the form that QuickTime gave it.
func (t *media) parseEntry(entry []byte, h header, old bool) error {
	if h.kind == "encv" || h.kind == "enca" {
		return ErrProtected
	}
	body, fields := entry[h.len:], 28
	if t.video {
		fields = 78
	} else if old && len(body) >= 10 {
		switch binary.BigEndian.Uint16(body[8:]) {
		case 1:
			fields = 44
		case 2:
			fields = 64
		}
	}
	if len(body) < fields {
		return malformed("the sample entry %q is too short", h.kind)
	}
	binary.BigEndian.PutUint16(body[6:], 1)
	first := t.codec == ""
	if first {
		t.codec = h.kind
		if t.video {
			t.width, t.height = int(binary.BigEndian.Uint16(body[24:])), int(binary.BigEndian.Uint16(body[26:]))
			t.config = append(t.config, body[24:28]...)
		} else {
			t.config = append(append(t.config, body[16:18]...), body[24:28]...) // channels and rate
		}
	}
	return children(body[fields:], func(inner string, body []byte) error {
		switch inner {
		case "sinf", "tenc":
			return ErrProtected
		case "hvcC":
			if h.kind == "hev1" && hasParameterSets(body) {
				copy(entry[4:], "hvc1")
			}
			if len(body) > 21 {
				t.lengthSize = int(body[21]&3) + 1
			}
		case "avcC":
			if len(body) > 4 {
				t.lengthSize = int(body[4]&3) + 1
			}
		case "esds": // its bit rates differ between parts of one film
			body = decoderInfo(body)
		case "av1C", "vpcC", "dac3", "dec3", "dOps":
		default:
			return nil
		}
		if first {
			t.config = append(append(t.config, inner...), body...)
		}
		return nil
	})
}

// agrees tells whether one decoder, set up once, can decode both tracks.
func (t *media) agrees(other *media) bool {
	return t.video == other.video && t.codec == other.codec && t.timescale == other.timescale &&
		t.entries == 1 && other.entries == 1 && bytes.Equal(t.config, other.config)
}

// hasParameterSets tells whether hvcC holds a VPS, an SPS and a PPS (ISO/IEC 14496-15, 8.3.3.1).
func hasParameterSets(b []byte) bool {
	c := cursor{b: b}
	c.take(22)
	arrays := c.take(1)
	if arrays == nil {
		return false
	}
	var found [64]bool
	for range arrays[0] {
		head := c.take(1)
		if head == nil {
			return false
		}
		for range c.u16() {
			if c.take(int(c.u16())) == nil {
				return false
			}
			found[head[0]&63] = !c.short
		}
	}
	return found[32] && found[33] && found[34]
}

// decoderInfo finds in esds the coding (objectTypeIndication) and the decoder specific
// info (ISO/IEC 14496-1, 7.2.6); nil where there is none.
func decoderInfo(b []byte) []byte {
	c := cursor{b: b}
	c.full()
	descriptor := func(tag byte) bool {
		if head := c.take(1); head == nil || head[0] != tag {
			return false
		}
		for range 4 { // the length, in groups of seven bits
			if l := c.take(1); l == nil || l[0]&0x80 == 0 {
				break
			}
		}
		return true
	}
	if !descriptor(3) {
		return nil
	}
	head := c.take(3)
	if head == nil {
		return nil
	}
	if head[2]&0x80 != 0 {
		c.take(2)
	}
	if head[2]&0x40 != 0 {
		if l := c.take(1); l != nil {
			c.take(int(l[0]))
		}
	}
	if head[2]&0x20 != 0 {
		c.take(2)
	}
	if !descriptor(4) {
		return nil
	}
	config := c.take(13)
	if config == nil || !descriptor(5) {
		return nil
	}
	return append([]byte{config[0]}, c.b...)
}
