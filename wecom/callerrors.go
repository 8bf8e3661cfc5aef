package wecom

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// This file turns what can go wrong with a call into an *Error without any
// secret in it.

// newErrcodeError is an errcode that is not 0.
func (c *Client) newErrcodeError(call call, token Secret, head *envelope) *Error {
	e := &Error{Method: call.method, Path: call.path, Code: head.ErrCode, Class: Explain(head.ErrCode).Class}
	e.parseErrmsg(c.redactSecrets(head.ErrMsg, call.sentSecrets(token)...))
	if e.Code == codeRateLimited {
		e.RetryAfter = rateLimitWindow
	}
	return e
}

// newStatusError is an answer without errcode whose HTTP status is no success.
func newStatusError(call call, status int) *Error {
	e := &Error{Method: call.method, Path: call.path, HTTPStatus: status, Class: ClassNetwork}
	switch {
	case status == http.StatusNotFound:
		e.Class, e.Message = ClassArgument, "no such API at this address"
	case status >= 300 && status < 400:
		e.Class, e.Message = ClassConfig, "redirected elsewhere: is the base address right, and https?"
	case status >= 500:
		e.Uncertain = !call.idempotent
	case status != http.StatusRequestTimeout && status != http.StatusTooManyRequests:
		e.Class, e.Message = ClassConfig, "refused without an errcode: is there a proxy in between?"
	}
	return e
}

// newRateLimitError is a call that our own rate limit did not let out in time.
func (c *Client) newRateLimitError(call call, err error) *Error {
	e := &Error{Method: call.method, Path: call.path, Class: ClassLimit,
		Message: "held back by our own rate limit: " + err.Error()}
	if cause := contextCause(err); cause != nil {
		e.Class, e.cause, e.Message = ClassNetwork, cause, "gave up before sending: "+cause.Error()
	}
	return e
}

// wrapTokenError is a call that was never made, for want of a token.
func wrapTokenError(call call, err error) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err // names the call that fetches tokens
	}
	return &Error{Method: call.method, Path: call.path, Class: ClassNetwork,
		Message: "gave up waiting for a token: " + err.Error(), cause: contextCause(err)}
}

// newNetworkError is an attempt without a readable answer. net/http puts the
// address with its query into its errors; only what stands behind it is kept.
func (c *Client) newNetworkError(call call, token Secret, err error) *Error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return &Error{
		Method: call.method, Path: call.path, Class: ClassNetwork,
		Message:   c.redactSecrets(err.Error(), call.sentSecrets(token)...),
		Uncertain: !call.idempotent && !isDialError(err),
		cause:     safeCause(err),
	}
}

// isDialError is true when the connection was not even made.
func isDialError(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

func contextCause(err error) error {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}

// safeCause keeps the part of a chain of errors that callers ask for and that
// is known to hold no address.
func safeCause(err error) error {
	var (
		dns   *net.DNSError
		errno syscall.Errno
		timed net.Error
	)
	switch cause := contextCause(err); {
	case cause != nil:
		return cause
	case errors.Is(err, errResponseTooLarge):
		return errResponseTooLarge
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

// minRedactedLength keeps redact from taking whole words out of texts when a test
// uses "x" for a secret. WeCom's have 43 characters and more.
const minRedactedLength = 6

// redactSecrets removes the secrets of this client from a text that came from
// elsewhere, plain or as they stand in an address, and bounds its length.
func (c *Client) redactSecrets(text string, secrets ...Secret) string {
	for _, secret := range append(secrets, c.secret) {
		if len(secret) < minRedactedLength {
			continue
		}
		text = strings.ReplaceAll(text, string(secret), redacted)
		text = strings.ReplaceAll(text, url.QueryEscape(string(secret)), redacted)
	}
	return TruncateBytes(text, 4*maxMessageBytes)
}

// reportAttempt logs an attempt and tells the observer of it.
func (c *Client) reportAttempt(ctx context.Context, call call, e *Error, took time.Duration) {
	if c.observe != nil {
		a := Attempt{Method: call.method, Path: call.path, Duration: took}
		if e != nil {
			a.Err = e
		}
		c.observe(a)
	}
	if e != nil {
		c.logger.WarnContext(ctx, "wecom: call failed", "method", call.method, "path", call.path, "took", took,
			"errcode", e.Code, "class", e.Class.String(), "message", e.Message, "hint", e.Hint)
	} else if c.logger.Enabled(ctx, slog.LevelDebug) {
		c.logger.DebugContext(ctx, "wecom: call", "method", call.method, "path", call.path, "took", took)
	}
}
