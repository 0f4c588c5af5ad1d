package media

import "slices"

// synthetic makes, without ffmpeg, bytes in the shape of the recipe's file: true boxes with a plausible sample
// entry, a sidx that points at real fragments, and noise for samples. It is for tests that never decode.
func synthetic(r Recipe) []byte {
	switch r.Codec {
	case FLV:
		flv := []byte{'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0}
		return append(flv, noise(4000+100*r.Part)...)
	case MP4:
		return slices.Concat(box("ftyp", []byte("isom"), u32(0), []byte("isomavc1")), moov(r), box("mdat", noise(6000)))
	}
	first := slices.Concat(ftyp(), moov(r))
	fragments := make([][]byte, r.Duration())
	for i := range fragments {
		size := 500 + r.Quality%1000 + 10*i
		if r.Long {
			size *= 4
		}
		fragments[i] = fragment(i, noise(size))
	}
	references := append(u16(0), u16(uint16(len(fragments)))...)
	for _, f := range fragments {
		references = append(references, u32(uint32(len(f)), 1000, 0x90000000)...)
	}
	// sidx: reference id, timescale, earliest time, first offset (ISO/IEC 14496-12, section 8.16.3)
	sidx := fullBox("sidx", 0, 0, u32(1, 1000, 0, 0), references)
	return slices.Concat(first, sidx, slices.Concat(fragments...))
}

func ftyp() []byte { return box("ftyp", []byte("iso5"), u32(512), []byte("iso5iso6mp41dash")) }

func noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*31 + n)
	}
	return b
}

func fragment(i int, sample []byte) []byte {
	traf := func(offset uint32) []byte {
		return box("traf",
			fullBox("tfhd", 0, 0x020000, u32(1)),
			fullBox("tfdt", 0, 0, u32(uint32(i)*1000)),
			fullBox("trun", 0, 0x000301, u32(1, offset, 1000, uint32(len(sample)))))
	}
	moof := func(offset uint32) []byte { return box("moof", fullBox("mfhd", 0, 0, u32(uint32(i+1))), traf(offset)) }
	size := uint32(len(moof(0)))
	return slices.Concat(moof(size+8), box("mdat", sample))
}

func moov(r Recipe) []byte {
	matrix := u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
	duration := uint32(r.Duration() * 1000)
	mvhd := fullBox("mvhd", 0, 0, u32(0, 0, 1000, duration, 0x10000), u16(0x100), u16(0), u32(0, 0), matrix, make([]byte, 24), u32(2))
	tkhd := fullBox("tkhd", 0, 3, u32(0, 0, 1, 0, duration), make([]byte, 8), u32(0), u32(0), matrix, u32(uint32(r.Width)<<16, uint32(r.Height)<<16))
	handler, header := "vide", fullBox("vmhd", 0, 1, make([]byte, 8))
	if r.Audio() {
		handler, header = "soun", fullBox("smhd", 0, 0, make([]byte, 4))
	}
	stbl := box("stbl",
		fullBox("stsd", 0, 0, u32(1), sampleEntry(r)),
		fullBox("stts", 0, 0, u32(0)), fullBox("stsc", 0, 0, u32(0)), fullBox("stsz", 0, 0, u32(0, 0)), fullBox("stco", 0, 0, u32(0)))
	minf := box("minf", header, box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1))), stbl)
	mdia := box("mdia",
		fullBox("mdhd", 0, 0, u32(0, 0, 1000, duration), u16(0x55c4), u16(0)),
		fullBox("hdlr", 0, 0, u32(0), []byte(handler), make([]byte, 12), []byte{0}), minf)
	mvex := box("mvex", fullBox("trex", 0, 0, u32(1, 1, 0, 0, 0)))
	return box("moov", mvhd, box("trak", tkhd, mdia), mvex)
}

func sampleEntry(r Recipe) []byte {
	if r.Audio() {
		head := slices.Concat(make([]byte, 6), u16(1), make([]byte, 8), u16(2), u16(16), u32(0), u32(48000<<16))
		switch r.Codec {
		case EAC3:
			return box("ec-3", head, box("dec3", []byte{0x0e, 0, 0x20, 0x0f, 0}))
		case FLAC:
			return box("fLaC", head, fullBox("dfLa", 0, 0, []byte{0x80, 0, 0, 34}, make([]byte, 34)))
		}
		return box("mp4a", head, fullBox("esds", 0, 0, []byte{3, 0x19, 0, 1, 0, 4, 0x11, 0x40, 0x15, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 5, 2, 0x11, 0x90, 6, 1, 2}))
	}
	head := slices.Concat(make([]byte, 6), u16(1), make([]byte, 16), u16(uint16(r.Width)), u16(uint16(r.Height)),
		u32(0x480000, 0x480000, 0), u16(1), make([]byte, 32), u16(24), []byte{0xff, 0xff})
	switch r.Codec {
	case HEVC:
		return box("hev1", head, box("hvcC", append([]byte{1, 1, 0x60}, make([]byte, 20)...)))
	case DolbyVision:
		return box("dvh1", head, box("hvcC", append([]byte{1, 2, 0x20}, make([]byte, 20)...)))
	case AV1:
		return box("av01", head, box("av1C", []byte{0x81, 0x08, 0x0c, 0}))
	}
	return box("avc1", head, box("avcC", []byte{1, 0x64, 0, 0x28, 0xff, 0xe1, 0, 4, 0x67, 0x64, 0, 0x28, 1, 0, 2, 0x68, 0xee}))
}
