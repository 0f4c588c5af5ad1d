package download

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
)

// The journal of a job is a file that only grows:
//
//	header  "SLJ1", the plan's name (32 bytes), CRC
//	record  kind (1 byte), length of the payload (2 bytes), payload, CRC
//
// A CRC is CRC-32C (4 bytes) over the plan's name and what the header or record
// holds before it, so that no record of another plan passes for one of this. Numbers
// are big-endian, those in payloads varints. What was written by halves when the program
// ended doesn't have its CRC, and neither it nor anything behind it counts.
const (
	journalMagic  = "SLJ1"
	journalHeader = len(journalMagic) + len(planName{}) + 4
	recordFrame   = 1 + 2 + 4
	// maxJournal bounds what is read. A record for each 4 MiB or quarter of a second is
	// far below it, for days.
	maxJournal = 64 << 20
)

type recordKind byte

const (
	haveRecord recordKind = 1 // from, length: bytes of the output that are on disk
	lostRecord recordKind = 2 // from, length: bytes that are not good after all
	tagRecord  recordKind = 3 // source, "host", "tag": the ETag that a host has for a source
)

// planName tells plans apart: a hash of all that decides where each byte goes.
type planName [32]byte

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// tagged is what a host calls the present version of a source.
type tagged struct {
	source    int
	host, tag string
}

// past is a journal read.
type past struct {
	plan planName
	have spans
	tags []tagged
	// valid is how many bytes of the file count; what follows must be cut off before
	// anything is appended.
	valid int64
}

// readJournal reads what counts of a journal; false where not even the header does. have
// lies within [0, 1<<62).
func readJournal(data []byte) (past, bool) {
	var l past
	if len(data) < journalHeader || string(data[:len(journalMagic)]) != journalMagic {
		return l, false
	}
	copy(l.plan[:], data[len(journalMagic):])
	if !l.plan.sealed(data[:journalHeader]) {
		return l, false
	}
	at := journalHeader
	for len(data)-at >= recordFrame {
		size := recordFrame + int(binary.BigEndian.Uint16(data[at+1:]))
		if len(data)-at < size {
			break
		}
		record := data[at : at+size]
		if !l.plan.sealed(record) || !l.apply(recordKind(record[0]), record[3:size-4]) {
			break
		}
		at += size
	}
	l.valid = int64(at)
	return l, true
}

func (l *past) apply(kind recordKind, payload []byte) bool {
	r := bytes.NewReader(payload)
	switch kind {
	case haveRecord, lostRecord:
		from, err := binary.ReadUvarint(r)
		n, err2 := binary.ReadUvarint(r)
		if err != nil || err2 != nil || r.Len() > 0 || from >= 1<<61 || n >= 1<<61 {
			return false
		}
		s := span{int64(from), int64(from + n)}
		if kind == haveRecord {
			l.have.add(s)
		} else {
			l.have.remove(s)
		}
	case tagRecord:
		source, err := binary.ReadUvarint(r)
		rest := payload[len(payload)-r.Len():]
		host, tag, ok := strings.Cut(string(rest), "\x00")
		if err != nil || !ok || source > maxSources {
			return false
		}
		l.tags = append(l.tags, tagged{int(source), host, tag})
	default:
		return false
	}
	return true
}

// sealed reports whether data ends with its CRC.
func (p *planName) sealed(data []byte) bool {
	n := len(data) - 4
	return binary.BigEndian.Uint32(data[n:]) == p.sum(data[:n])
}

func (p *planName) sum(data []byte) uint32 {
	return crc32.Update(crc32.Checksum(p[:], castagnoli), castagnoli, data)
}

// header returns what a journal of the plan begins with.
func (p *planName) header() []byte {
	b := append([]byte(journalMagic), p[:]...)
	return binary.BigEndian.AppendUint32(b, p.sum(b))
}

// append appends a record to b.
func (p *planName) append(b []byte, kind recordKind, payload []byte) []byte {
	start := len(b)
	b = append(b, byte(kind))
	b = binary.BigEndian.AppendUint16(b, uint16(len(payload)))
	b = append(b, payload...)
	return binary.BigEndian.AppendUint32(b, p.sum(b[start:]))
}

func (p *planName) appendSpan(b []byte, kind recordKind, s span) []byte {
	payload := binary.AppendUvarint(nil, uint64(s.from))
	return p.append(b, kind, binary.AppendUvarint(payload, uint64(s.len())))
}

func (p *planName) appendTag(b []byte, t tagged) []byte {
	// A host name or tag that doesn't fit a record is none that a host of ours has.
	if len(t.host)+len(t.tag) > 1000 || strings.Contains(t.host+t.tag, "\x00") {
		return b
	}
	payload := binary.AppendUvarint(nil, uint64(t.source))
	return p.append(b, tagRecord, append(payload, t.host+"\x00"+t.tag...))
}

// journal is a journal that is open for appending.
type journal struct {
	file File
	plan planName
	end  int64 // where the next record goes
	// pending bytes are written, but not in the file yet.
	pending spans
}

// openJournal reads the journal and cuts off what doesn't count of it. was is what it held;
// ok is false where it was of another plan or none, and then it is empty now and begins anew.
func openJournal(file File, plan planName) (j *journal, was past, ok bool, err error) {
	j = &journal{file: file, plan: plan}
	size, err := file.Size()
	if err != nil {
		return nil, past{}, false, fmt.Errorf("size of the journal: %w", err)
	}
	data := make([]byte, min(size, maxJournal))
	if n, err := file.ReadAt(data, 0); err != nil && n < len(data) {
		return nil, past{}, false, fmt.Errorf("read the journal: %w", err)
	}
	if was, ok = readJournal(data); ok && was.plan == plan {
		j.end = was.valid
		if was.valid < size {
			err = file.Truncate(was.valid)
		}
		return j, was, true, wrap("cut the journal", err)
	}
	return j, was, false, j.reset()
}

// reset begins the journal anew: nothing is on disk. The order matters: at no instant
// may an old record stand behind the new header.
func (j *journal) reset() error {
	if err := j.file.Truncate(0); err != nil {
		return fmt.Errorf("empty the journal: %w", err)
	}
	j.end, j.pending = 0, nil
	return j.write(j.plan.header())
}

// have notes bytes of the output as on disk; flush writes that down.
func (j *journal) have(s span) { j.pending.add(s) }

func (j *journal) flush() error {
	if len(j.pending) == 0 {
		return nil
	}
	var b []byte
	for _, s := range j.pending {
		b = j.plan.appendSpan(b, haveRecord, s)
	}
	if err := j.write(b); err != nil {
		return err
	}
	j.pending = slices.Delete(j.pending, 0, len(j.pending))
	return nil
}

// lost takes bytes back, at once.
func (j *journal) lost(s span) error {
	j.pending.remove(s)
	return j.write(j.plan.appendSpan(nil, lostRecord, s))
}

func (j *journal) tag(t tagged) error { return j.write(j.plan.appendTag(nil, t)) }

func (j *journal) write(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if _, err := j.file.WriteAt(b, j.end); err != nil {
		// What came of it lies where the next record will be written, and isn't a record until
		// then.
		return fmt.Errorf("write the journal: %w", err)
	}
	j.end += int64(len(b))
	return nil
}

// wrap gives an error its context; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// full reports whether an error says that there is no room.
func full(err error) bool { return errors.Is(err, ErrDiskFull) }
