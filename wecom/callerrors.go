package wecom

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/apiclient/redact"
	"github.com/huimian/huimian/internal/apiclient/transport"
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

// readRetryAfter sets RetryAfter to the wait that the response requests. A nil
// receiver is a call that succeeded.
func (e *Error) readRetryAfter(header http.Header) {
	if e == nil {
		return
	}
	if wait := transport.ParseRetryAfter(header, time.Now()); wait > 0 {
		e.RetryAfter, e.requestedWait = wait, wait
	}
}

// newRateLimitError converts the failure to get a slot from the client-side
// rate limit.
func (c *Client) newRateLimitError(call call, err error) *Error {
	e := &Error{Method: call.method, Path: call.path, Class: ClassLimit,
		Message: "client-side rate limit: " + err.Error()}
	if cause := transport.ContextCause(err); cause != nil {
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
		Message: "waiting for a token: " + err.Error(), cause: transport.ContextCause(err)}
}

// newNetworkError converts an attempt without a readable response. net/http
// includes the URL with its query in its errors, so only the wrapped error is
// kept.
func (c *Client) newNetworkError(call call, token Secret, err error) *Error {
	err = transport.WithoutURL(err)
	return &Error{
		Method: call.method, Path: call.path, Class: ClassNetwork,
		Message:   c.redactSecrets(err.Error(), call.sentSecrets(token)...),
		Uncertain: !call.idempotent && !transport.IsDialError(err),
		cause:     transport.SafeCause(err),
	}
}

// redactSecrets removes the secrets of this client from external text and limits
// its length.
func (c *Client) redactSecrets(text string, secrets ...Secret) string {
	return TruncateBytes(redact.Text(text, append(secrets, c.secret)...), 4*maxMessageBytes)
}

// reportAttempt logs an attempt and passes it to Config.Observe.
func (c *Client) reportAttempt(ctx context.Context, call call, e *Error, took time.Duration) {
	if c.observe != nil {
		a := Attempt{Method: call.method, Path: call.path, Duration: took}
		if e != nil {
			a.Err = e
		}
		c.observe(ctx, a)
	}
	if e != nil {
		c.logger.WarnContext(ctx, "wecom: call failed", "method", call.method, "path", call.path, "took", took,
			"errcode", e.Code, "class", e.Class.String(), "message", e.Message, "hint", e.Hint)
	} else if c.logger.Enabled(ctx, slog.LevelDebug) {
		c.logger.DebugContext(ctx, "wecom: call", "method", call.method, "path", call.path, "took", took)
	}
}
