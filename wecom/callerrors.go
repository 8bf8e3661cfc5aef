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

// This file builds the *Error values of failed calls, with all secrets redacted.

// newErrcodeError converts a response with a non-zero errcode.
func (c *Client) newErrcodeError(call call, token Secret, head *envelope) *Error {
	e := &Error{Method: call.method, Path: call.path, Code: head.ErrCode, Class: Explain(head.ErrCode).Class}
	e.parseErrmsg(c.redactSecrets(head.ErrMsg, call.sentSecrets(token)...))
	if e.Code == codeRateLimited {
		e.RetryAfter = rateLimitWindow
	}
	return e
}

// newStatusError converts a response without an errcode whose HTTP status is
// not 2xx.
func newStatusError(call call, status int) *Error {
	e := &Error{Method: call.method, Path: call.path, HTTPStatus: status, Class: ClassNetwork}
	switch {
	case status == http.StatusNotFound:
		e.Class, e.Message = ClassArgument, "no such API at this URL"
	case status >= 300 && status < 400:
		e.Class, e.Message = ClassConfig, "redirected: check that the base URL is right and uses https"
	case status >= 500:
		e.Uncertain = !call.idempotent
	case status != http.StatusRequestTimeout && status != http.StatusTooManyRequests:
		e.Class, e.Message = ClassConfig, "refused without an errcode: check for a proxy in between"
	}
	return e
}

// newRateLimitError converts the failure to get a slot from the client-side
// rate limit.
func (c *Client) newRateLimitError(call call, err error) *Error {
	e := &Error{Method: call.method, Path: call.path, Class: ClassLimit,
		Message: "client-side rate limit: " + err.Error()}
	if cause := contextCause(err); cause != nil {
		e.Class, e.cause, e.Message = ClassNetwork, cause, "cancelled before sending: "+cause.Error()
	}
	return e
}

// wrapTokenError converts the failure to get a token. The call itself was not
// made.
func wrapTokenError(call call, err error) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err // already describes the token call
	}
	return &Error{Method: call.method, Path: call.path, Class: ClassNetwork,
		Message: "waiting for a token: " + err.Error(), cause: contextCause(err)}
}

// newNetworkError converts an attempt without a readable response. net/http
// includes the URL with its query in its errors, so only the wrapped error is
// kept.
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

// isDialError reports whether the connection was never established, so that
// nothing was sent.
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

// safeCause returns the part of an error chain that callers compare with and
// that cannot contain a URL.
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

// minRedactedLength keeps redactSecrets from removing whole words when a test
// uses a secret such as "x". Real secrets have 43 or more characters.
const minRedactedLength = 6

// redactSecrets removes the secrets of this client from external text, both
// plain and query-escaped, and limits its length.
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

// reportAttempt logs an attempt and passes it to Config.Observe.
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
