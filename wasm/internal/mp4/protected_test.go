package mp4

import (
	"encoding/binary"
	"slices"
	"testing"
)

func mk(kind string, children ...[]byte) []byte {
	body := slices.Concat(children...)
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	return append(append(b, kind...), body...)
}

func zeros(n int) []byte { return make([]byte, n) }

func video(kind string, boxes ...[]byte) []byte {
	return mk(kind, append([][]byte{zeros(78)}, boxes...)...)
}

func audio(kind string, boxes ...[]byte) []byte {
	return mk(kind, append([][]byte{zeros(28)}, boxes...)...)
}

// sinfBox is what a protected sample entry holds.
func sinfBox() []byte {
	return mk("sinf", mk("frma", []byte("avc1")), mk("schm", zeros(12)), mk("schi", mk("tenc", zeros(24))))
}

func stsdBox(entries ...[]byte) []byte {
	return mk("stsd", append([][]byte{zeros(4), {0, 0, 0, byte(len(entries))}}, entries...)...)
}

func initSegment(stsd []byte, more ...[]byte) []byte {
	trak := mk("trak", mk("tkhd", zeros(84)), mk("mdia", mk("mdhd", zeros(24)), mk("hdlr", zeros(25)),
		mk("minf", mk("vmhd", zeros(12)), mk("dinf"), mk("stbl", stsd, mk("stts", zeros(8))))))
	moov := mk("moov", append([][]byte{mk("mvhd", zeros(100)), trak, mk("mvex", mk("trex", zeros(24)))}, more...)...)
	return slices.Concat(mk("ftyp", []byte("iso5"), zeros(4)), moov)
}

// wide gives a box the 64-bit form of its size.
func wide(box []byte) []byte {
	b := append([]byte{0, 0, 0, 1}, box[4:8]...)
	b = binary.BigEndian.AppendUint64(b, uint64(len(box)+8))
	return append(b, box[8:]...)
}

func TestProtected(t *testing.T) {
	plain := initSegment(stsdBox(video("avc1", mk("avcC", zeros(30)))))
	type result struct{ protected, known bool }
	clear, protected, unknown := result{false, true}, result{true, true}, result{false, false}
	for _, c := range []struct {
		name string
		data []byte
		want result
	}{
		{"clear video", plain, clear},
		{"clear audio", initSegment(stsdBox(audio("mp4a", mk("esds", zeros(40))))), clear},
		{"clear, media behind it", slices.Concat(plain, mk("sidx", zeros(60)), mk("moof", zeros(200))[:50]), clear},
		{"encv", initSegment(stsdBox(video("encv", mk("avcC", zeros(30)), sinfBox()))), protected},
		{"enca", initSegment(stsdBox(audio("enca", mk("esds", zeros(40)), sinfBox()))), protected},
		{"encv without anything inside", initSegment(stsdBox(mk("encv"))), protected},
		{"sinf under a plain video name", initSegment(stsdBox(video("avc1", mk("avcC", zeros(30)), sinfBox()))), protected},
		{"sinf under a plain audio name", initSegment(stsdBox(audio("mp4a", mk("esds", zeros(9)), sinfBox()))), protected},
		{"second entry", initSegment(stsdBox(video("avc1"), video("encv"))), protected},
		{"pssh in moov", initSegment(stsdBox(video("avc1")), mk("pssh", zeros(24))), protected},
		{"pssh outside moov", slices.Concat(mk("pssh", zeros(24)), plain), clear},
		{"64-bit size", slices.Concat(plain[:16], wide(plain[16:])), clear},
		{"box to the end", append([]byte{0, 0, 0, 0}, plain[20:]...), clear},
		{"cut inside the entry's fields", plain[:len(plain)-120], unknown},
		{"cut in the middle", plain[:200], unknown},
		{"cut before moov", plain[:20], unknown},
		{"cut behind encv", initSegment(stsdBox(video("encv", zeros(200))))[:470], protected},
		{"no entries", initSegment(stsdBox()), unknown},
		{"stsd without a count", initSegment(mk("stsd", zeros(4))), unknown},
		{"no track", slices.Concat(mk("ftyp", zeros(8)), mk("moov", mk("mvhd", zeros(100)))), unknown},
		{"stsd in the wrong place", slices.Concat(mk("ftyp", zeros(8)), mk("moov", stsdBox(video("encv")))), unknown},
		{"the word alone", []byte("encv enca pssh sinf tenc moov trak mdia"), unknown},
		{"FLV", append([]byte("FLV\x01\x05\x00\x00\x00\x09"), zeros(50)...), unknown},
		{"HTML", []byte("<!doctype html><title>403 Forbidden</title>"), unknown},
		{"size too small", []byte{0, 0, 0, 7, 'm', 'o', 'o', 'v', 0, 0}, unknown},
		{"64-bit size missing", []byte{0, 0, 0, 1, 'm', 'o', 'o', 'v'}, unknown},
		{"empty", nil, unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got result
			if got.protected, got.known = Protected(c.data); got != c.want {
				t.Errorf("Protected = %+v, want %+v", got, c.want)
			}
		})
	}
}

// Every prefix of a protected file is either unknown or protected, never clear: a cut
// answer must not pass an encrypted file as a plain one.
func TestProtectedNeverClearWhenCut(t *testing.T) {
	data := initSegment(stsdBox(video("avc1", mk("avcC", zeros(30)), sinfBox())))
	sure := 0
	for n := range len(data) + 1 {
		protected, known := Protected(data[:n])
		if known && !protected {
			t.Fatalf("clear after %d of %d bytes", n, len(data))
		}
		if protected {
			sure++
		}
	}
	if sure == 0 {
		t.Fatal("protection was never found")
	}
}

func FuzzProtected(f *testing.F) {
	f.Add(initSegment(stsdBox(video("avc1", mk("avcC", zeros(30))))))
	f.Add(initSegment(stsdBox(video("encv", sinfBox())), mk("pssh", zeros(24))))
	f.Add(wide(initSegment(stsdBox(audio("enca", sinfBox())))))
	f.Fuzz(func(t *testing.T, data []byte) {
		protected, known := Protected(data)
		if protected && !known {
			t.Fatal("protected, yet not known")
		}
		if known && len(data) < 16 {
			t.Fatal("known from next to nothing")
		}
	})
}
