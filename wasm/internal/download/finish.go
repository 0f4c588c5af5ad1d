package download

import (
	"context"
	"errors"
	"fmt"
	"time"

	"streamlist/wasm/internal/filename"
	"streamlist/wasm/internal/mp4"
)

// open opens the job's files, finds out what is on disk of the plan, and keeps room for
// the rest.
func (r *run) open() error {
	var files []File
	log, err := r.folder.Open(r.ctx, journalName)
	for i := 0; err == nil && i < len(r.plan.files); i++ {
		var f File
		if f, err = r.folder.Open(r.ctx, mediaName(i, len(r.plan.files))); err == nil {
			files = append(files, f)
		}
	}
	r.mu.Lock()
	r.files, r.log = files, log
	r.mu.Unlock()
	if err != nil {
		return r.orStopped(onDisk("open the job's files", err))
	}
	if err := r.room(); err != nil {
		return err
	}
	if err := r.locked(func() error {
		if err := r.recall(); err != nil {
			return err
		}
		r.rec.Size = r.plan.size()
		r.phase = Running
		r.speed.start(r.received, time.Now())
		return nil
	}); err != nil {
		return err
	}
	return r.save(r.ctx)
}

// orStopped is the run's end where that is why something failed.
func (r *run) orStopped(err error) error {
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	return err
}

// room asks whether the disk has room for the output, and for the copy that the browser
// makes of it as it saves it: the two may share a disk (mux.md, section 6).
func (r *run) room() error {
	var stored int64
	if err := r.locked(func() error {
		for _, f := range r.files {
			size, err := f.Size()
			if err != nil {
				return onDisk("size of the media", err)
			}
			stored += size
		}
		return nil
	}); err != nil {
		return err
	}
	free, err := r.queue.ports.Disk.Free(r.ctx)
	if err != nil || free < 0 {
		return r.orStopped(nil) // not known: every write is checked
	}
	r.queue.free.Store(free)
	need := r.plan.size()/20*41 - stored
	if need > free {
		return &Reason{Code: DiskFull, Need: need, Free: free}
	}
	return nil
}

// recall takes up what the journal says is on disk. The mutex is held.
func (r *run) recall() error {
	j, was, ok, err := openJournal(r.log, r.plan.name)
	if err != nil {
		return onDisk("take up the journal", err)
	}
	r.journal = j
	if r.afresh && ok {
		if err := j.reset(); err != nil {
			return onDisk("begin the journal", err)
		}
		ok = false
	}
	begun := len(was.have) > 0 && !r.afresh
	r.afresh = false
	for i, f := range r.files {
		size, err := f.Size()
		if err != nil {
			return onDisk("size of the media", err)
		}
		// The file had its length before the journal named any of its bytes. If it is shorter, it
		// isn't that file.
		if want := r.plan.files[i].len(); size < want && begun && ok {
			if err := j.reset(); err != nil {
				return onDisk("begin the journal", err)
			}
			ok = false
		}
	}
	for i, f := range r.files {
		// Also where it has its length already: what a finished file has behind the plan (a moov
		// that found no room) is cut off, and written again in the end.
		if err := f.Truncate(r.plan.files[i].len()); err != nil {
			return onDisk("keep room", err)
		}
	}
	tags := map[string]string{}
	if ok {
		for _, t := range was.tags {
			tags[fmt.Sprint(t.source, " ", t.host)] = t.tag
		}
		r.out = was.have
		r.out.remove(span{r.plan.size(), 1 << 62})
	} else {
		r.out = nil
		if begun {
			r.rec.note(Reason{Code: Changed, Times: 1})
		}
	}
	for _, s := range r.sources {
		for _, a := range s.addresses {
			known := tags[fmt.Sprint(s.number, " ", a.host.name)]
			switch {
			case known != "" && a.tag != "" && known != a.tag && !r.untagged:
				r.untagged = true
				return errAnew
			case known != "":
				a.tag = known
			case a.tag != "":
				if err := j.tag(tagged{s.number, a.host.name, a.tag}); err != nil {
					return onDisk("note a tag", err)
				}
			}
		}
	}
	return r.count()
}

// count finds out what is missing, and reads the extents that are whole. The mutex is held.
func (r *run) count() error {
	for i, have := range r.plan.sources(r.out) {
		s := r.sources[i]
		s.have, s.want = have, nil
		for _, e := range r.plan.bySource[i] {
			s.want.add(r.plan.extents[e].span)
		}
		s.retake(nil)
	}
	if r.plan.layout != nil && len(r.plan.extents) > 0 {
		r.out.add(span{0, r.plan.extents[0].at}) // moov's room: nothing is fetched for it
	}
	r.left = make([]int64, len(r.plan.extents))
	for i, e := range r.plan.extents {
		s := r.sources[e.source]
		r.left[i] = e.len()
		for k := s.have.behind(e.from); k < len(s.have) && s.have[k].from < e.to; k++ {
			r.left[i] -= min(s.have[k].to, e.to) - max(s.have[k].from, e.from)
		}
		if r.left[i] == 0 {
			if err := r.scan(i); err != nil {
				return err
			}
		}
	}
	for _, s := range r.sources {
		s.retake(nil)
	}
	return nil
}

// finish makes the file whole, reads it back and closes it.
func (r *run) finish() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.phase = Checking
	r.queue.changed()
	size := r.plan.size()
	var duration time.Duration
	var err error
	if l := r.plan.layout; l != nil {
		if size, err = l.Finish(r.files[0]); err == nil {
			if err = r.files[0].Truncate(size); err != nil {
				err = onDisk("cut the file", err)
			}
		}
		if r.divided(err) {
			return errApart
		}
		if err == nil {
			duration, err = r.check(r.files[0], size)
		}
	} else {
		duration, err = r.checkFiles()
	}
	if err != nil {
		why := mediaReason(err)
		if why.Code == Broken {
			// What is on disk is of no use: another go fetches it anew.
			r.out = nil
			if err := r.journal.reset(); err != nil {
				why = (&diskError{err}).reason()
			}
		}
		return why
	}
	r.measure(duration.Milliseconds())
	r.rec.Size = size
	r.out = spans{{0, size}}
	r.rec.Files = r.saved()
	return nil
}

// check reads a finished MP4 back.
func (r *run) check(file File, size int64) (time.Duration, error) {
	found, err := mp4.Check(file, size)
	if found.Unused > 0 {
		r.rec.note(Reason{Code: Unused, Need: found.Unused})
	}
	return found.Duration, err
}

// checkFiles reads back what is saved as it came. What can't be read may play all the same,
// but for what is encrypted; then there is no duration. Of FLV nothing is read.
func (r *run) checkFiles() (whole time.Duration, err error) {
	for i, file := range r.files {
		if r.sources[i].format == flash {
			return 0, nil
		}
		duration, err := r.check(file, r.plan.files[i].len())
		switch {
		case errors.Is(err, mp4.ErrProtected):
			return 0, err
		case err != nil:
			r.rec.note(Reason{Code: Unchecked})
			return 0, nil
		}
		whole += duration
	}
	return whole, nil
}

// measure holds the file's duration, in milliseconds, against what was to be expected. Listings
// round, and tracks end at different times.
func (r *run) measure(got int64) {
	if got <= 0 {
		return
	}
	want := r.rec.Duration
	if off := max(got-want, want-got); want > 0 && off > 3000 && off > want/50 {
		r.rec.note(Reason{Code: Duration, Given: got, Whole: want})
	}
	r.rec.Duration = got
}

// saved names the finished files.
func (r *run) saved() []Saved {
	n := len(r.plan.files)
	switch {
	case n > 1 && r.rec.Apart:
		r.rec.note(Reason{Code: PartsApart, Detail: "codecs"})
	case n > 1:
		r.rec.note(Reason{Code: PartsApart})
	}
	var list []Saved
	for i := range r.plan.files {
		ending, kind := ".mp4", "video/mp4"
		switch {
		case r.sources[i].format == flash:
			ending, kind = ".flv", "video/x-flv"
		case r.rec.audioOnly():
			ending, kind = ".m4a", "audio/mp4"
		}
		list = append(list, Saved{File: mediaName(i, n), Name: filename.Part(r.rec.Name, i, n, ending), Type: kind})
	}
	return list
}

// close closes the job's files. What was written of them stays, and isn't waited for to be on the device itself: that
// takes up to seconds in the end, and would help only where power is lost (see the package's comment).
func (r *run) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var err error
	for _, f := range append(r.files, r.log) {
		if f == nil {
			continue
		}
		if closing := f.Close(); err == nil {
			err = onDisk("close", closing)
		}
	}
	r.files, r.log, r.journal = nil, nil, nil
	return err
}
