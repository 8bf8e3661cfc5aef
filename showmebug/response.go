package showmebug

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apiclient/redact"
	"github.com/huimian/huimian/internal/apiclient/transport"
)

// This file builds the *Error values of failed calls, with all secrets redacted.

// envelope is the outer object of a response: errcode, errmsg and data, or the
// fields of OAuth 2.0 from the token endpoint.
type envelope struct {
	object  map[string]any // nil when the response is not a JSON object
	code    int
	message string
}

func parseEnvelope(answer []byte) envelope {
	var e envelope
	tree, err := parseJSON(answer)
	if err != nil {
		return e
	}
	e.object, _ = tree.(map[string]any)
	code, _ := intValue(e.object["errcode"])
	e.code = int(code)
	for _, name := range []string{"errmsg", "error_description", "error", "message"} {
		if e.message, _ = textValue(e.object[name]); e.message != "" {
			break
		}
	}
	return e
}

// resultData returns the field data of a success, or all of a response without an
// envelope, such as that of the token endpoint.
func (e envelope) resultData(answer []byte) json.RawMessage {
	data, enveloped := e.object["data"]
	switch _, coded := e.object["errcode"]; {
	case enveloped:
		return rawJSON(data)
	case coded:
		return json.RawMessage("null")
	}
	return bytes.TrimSpace(answer)
}

// interpretResponse returns the data of a response, or its error: some errors have
// an errcode with HTTP status 200, others only an HTTP status.
func (c *core) interpretResponse(op call, token Secret, res *http.Response, answer []byte) (json.RawMessage, *Error) {
	e := parseEnvelope(answer)
	if isSuccess(res.StatusCode) && e.code == 0 {
		if len(bytes.TrimSpace(answer)) == 0 {
			return json.RawMessage("null"), nil
		}
		if e.object == nil && !json.Valid(answer) {
			return nil, responseError(op, "the response is not JSON")
		}
		return e.resultData(answer), nil
	}
	failure := &Error{Method: op.method, Path: op.path, HTTPStatus: res.StatusCode, Code: e.code,
		Message: shortLine(c.redactSecrets(e.message, op, token)), RetryAfter: transport.ParseRetryAfter(res.Header, time.Now())}
	failure.Class = c.classifyError(op, failure, e)
	// After a server error or a gateway timeout the call may have been executed.
	failure.Uncertain = res.StatusCode >= 500 && !op.readOnly
	if failure.Message == "" {
		failure.Message = shortLine(statusHints[failure.Class])
	}
	return nil, failure
}

var statusHints = map[Class]string{
	ClassConfig: "refused without an errcode: check the base URL, and for a proxy in between",
	ClassState:  "not found, or no such API at this URL",
}

// classifyError returns the class of an error response.
func (c *core) classifyError(op call, failure *Error, e envelope) Class {
	if class, known := c.cfg.Compat.ErrorClasses[failure.Code]; known && failure.Code != 0 {
		return class
	}
	if op.tokenRequest {
		return classifyTokenError(failure, e)
	}
	// Inferred: an errcode with the value of an HTTP status has the same meaning.
	if class, known := classifyStatus(failure.Code); known {
		return class
	}
	if class, known := classifyStatus(failure.HTTPStatus); known {
		return class
	}
	// Inferred: there is no table of errcodes, but the message names the sessions (场次).
	if strings.Contains(e.message, "场次") {
		return ClassQuota
	}
	return ClassUnknown
}

// classifyTokenError returns the class of an error of the token endpoint.
func classifyTokenError(failure *Error, e envelope) Class {
	switch word, _ := textValue(e.object["error"]); {
	case word == "invalid_grant" && failure.Path == tokenPath:
		return ClassConsent
	case word != "":
		return ClassConfig
	}
	if class, known := classifyStatus(failure.HTTPStatus); known && class != ClassToken && class != ClassPermission {
		return class
	}
	return ClassConfig
}

// classifyStatus returns the class of an HTTP status, false for a success.
func classifyStatus(status int) (Class, bool) {
	switch {
	case status == http.StatusUnauthorized:
		return ClassToken, true
	case status == http.StatusPaymentRequired:
		return ClassQuota, true
	case status == http.StatusForbidden:
		return ClassPermission, true
	case status == http.StatusNotFound || status == http.StatusConflict || status == http.StatusGone:
		return ClassState, true
	case status == http.StatusBadRequest || status == http.StatusUnprocessableEntity || status == http.StatusRequestEntityTooLarge:
		return ClassArgument, true
	case status == http.StatusTooManyRequests:
		return ClassLimit, true
	case status >= 500 && status < 600:
		return ClassRetry, true
	case status >= 300 && status < 500:
		return ClassConfig, true
	}
	return ClassUnknown, false
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

// responseError returns the error for a successful response without the expected data.
func responseError(op call, why string) *Error {
	return &Error{Method: op.method, Path: op.path, Class: ClassNetwork, Uncertain: !op.readOnly, Message: why}
}

// tokenUnavailableError converts the failure to get a token. The call itself was not made.
func tokenUnavailableError(op call, err error) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err // already describes the token call
	}
	return &Error{Method: op.method, Path: op.path, Class: ClassNetwork,
		Message: "waiting for a token: " + err.Error(), cause: transport.ContextCause(err)}
}

// networkError converts an attempt without a readable response.
func (c *core) networkError(op call, token Secret, err error) *Error {
	err = transport.WithoutURL(err)
	return &Error{
		Method: op.method, Path: op.path, Class: ClassNetwork,
		Message:   shortLine(c.redactSecrets(err.Error(), op, token)),
		Uncertain: !op.readOnly && !transport.IsDialError(err),
		cause:     transport.SafeCause(err),
	}
}

// redactSecrets removes the secrets of a call from external text.
func (c *core) redactSecrets(message string, op call, token Secret) string {
	return redact.Text(message, append([]Secret{token, c.cfg.ClientSecret, c.applicationToken()}, op.secrets...)...)
}

// maxMessageBytes limits how much of an errmsg is kept.
const maxMessageBytes = 300

// shortLine joins external text to one line of at most maxMessageBytes.
func shortLine(message string) string {
	return redact.TruncateBytes(redact.Line(message), maxMessageBytes)
}

func (c *core) logAttempt(ctx context.Context, op call, e *Error, took time.Duration) {
	if e == nil {
		if c.log.Enabled(ctx, slog.LevelDebug) {
			c.log.DebugContext(ctx, "showmebug: call", "method", op.method, "path", op.path, "took", took)
		}
		return
	}
	c.log.WarnContext(ctx, "showmebug: call failed", "method", op.method, "path", op.path, "took", took,
		"status", e.HTTPStatus, "errcode", e.Code, "class", e.Class.String(), "message", e.Message)
}
