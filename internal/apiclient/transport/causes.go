package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"syscall"
)

// WithoutURL returns the error that net/http wrapped in a *url.Error, whose text contains the query.
func WithoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// IsDialError reports whether the connection was never established, so that nothing was sent.
func IsDialError(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// ContextCause returns context.Canceled or context.DeadlineExceeded when err wraps one of them, and nil
// otherwise.
func ContextCause(err error) error {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}

// SafeCause returns the part of an error chain that callers compare with and that cannot contain a URL: an
// error of the context, ErrTooLarge, io.ErrUnexpectedEOF, a *net.DNSError, a syscall.Errno, or
// context.DeadlineExceeded for any other timeout. It returns nil when there is none.
func SafeCause(err error) error {
	var (
		dns   *net.DNSError
		errno syscall.Errno
		timed net.Error
	)
	switch cause := ContextCause(err); {
	case cause != nil:
		return cause
	case errors.Is(err, ErrTooLarge):
		return ErrTooLarge
	case errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	case errors.As(err, &dns):
		return dns
	case errors.As(err, &errno):
		return errno
	case errors.As(err, &timed) && timed.Timeout():
		return context.DeadlineExceeded
	}
	return nil
}
