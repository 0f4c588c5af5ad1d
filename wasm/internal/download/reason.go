package download

import (
	"context"
	"errors"

	"streamlist/wasm/internal/mp4"
	"streamlist/wasm/internal/stream"
)

// reasonOf makes a reason of an error.
func reasonOf(err error) *Reason {
	var own *Reason
	var site stream.Reason
	var pointer *stream.Reason
	var status *StatusError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &pointer) && pointer != nil:
		site = *pointer
	case errors.As(err, &site):
	case errors.Is(err, ErrDiskFull):
		return &Reason{Code: DiskFull}
	case errors.Is(err, mp4.ErrProtected):
		return &Reason{Code: stream.IsEncrypted}
	case errors.Is(err, mp4.ErrUnsupported), errors.Is(err, mp4.ErrMalformed), errors.Is(err, mp4.ErrIndex):
		return &Reason{Code: Broken, Detail: err.Error()}
	case errors.As(err, &status):
		return &Reason{Code: stream.Network, ServerCode: int64(status.Code)}
	case errors.Is(err, context.DeadlineExceeded):
		return &Reason{Code: stream.Network, Detail: stream.Timeout}
	default:
		return &Reason{Code: stream.Network}
	}
	return &Reason{
		Code: site.Code, Detail: site.Detail, ServerCode: site.ServerCode, At: site.At, Given: site.Given, Whole: site.Whole,
	}
}

// mediaReason makes a reason of what package mp4 says of a file on disk: where it isn't the
// media's fault it is the disk's.
func mediaReason(err error) *Reason {
	for _, media := range []error{mp4.ErrProtected, mp4.ErrMalformed, mp4.ErrUnsupported, mp4.ErrIndex} {
		if errors.Is(err, media) {
			return reasonOf(err)
		}
	}
	return (&diskError{err}).reason()
}

// passing reports whether asking again later may help by itself.
func passing(r *Reason) bool { return r.Code == stream.Network || r.Code == stream.RateLimited }

// diskError is a failure of the disk.
type diskError struct{ err error }

func (e *diskError) Error() string { return e.err.Error() }
func (e *diskError) Unwrap() error { return e.err }

// reason is that of a disk's failure.
func (e *diskError) reason() *Reason {
	if full(e.err) {
		return &Reason{Code: DiskFull}
	}
	return &Reason{Code: Storage, Detail: e.err.Error()}
}

// onDisk marks an error as the disk's; nil stays nil.
func onDisk(what string, err error) error {
	if err == nil {
		return nil
	}
	return &diskError{wrap(what, err)}
}
