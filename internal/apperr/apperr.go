// Package apperr defines the errors that are reported to clients. A feature
// returns an *Error when the client can act on it; every other error is
// internal and its text is only logged.
//
// The package imports no other package of this module, so that every package
// can return an *Error.
package apperr

import (
	"errors"
	"fmt"
	"strings"
)

// Kind classifies an error from the client's point of view. The server maps
// each kind to one HTTP status.
type Kind int

// Kinds of error.
const (
	Internal        Kind = iota // a fault of the server; the text is only logged
	Invalid                     // the input is not valid and must be changed
	Unauthenticated             // the client is not signed in
	Forbidden                   // the client is signed in and lacks permission
	NotFound                    // the object does not exist, or the client may not see it
	Conflict                    // the object has changed, or is in another state
	Gone                        // the object existed and has ended or expired
	RateLimited                 // too many requests; retry later
	Unavailable                 // a dependency is unavailable; retry later
)

// FieldError describes one invalid field of the input.
type FieldError struct {
	Path    string         // JSON path in the request, such as "interviewers[1]"
	Code    string         // text id, see internal/i18n
	Params  map[string]any // parameters of the text
	Warning bool           // the client may override it
}

// Error is an error that is reported to the client.
type Error struct {
	Kind   Kind
	Code   string         // text id, see internal/i18n
	Params map[string]any // parameters of the text
	Fields []FieldError
	cause  error
}

// New returns an error with the text id code. params are alternating names and
// values of the text's parameters.
func New(kind Kind, code string, params ...any) *Error {
	return &Error{Kind: kind, Code: code, Params: paramMap(params)}
}

// NewForbidden returns the error for an object that the client may see but not
// change, or for an operation that needs another role.
func NewForbidden() *Error { return New(Forbidden, "error.forbidden") }

// ForbiddenUnless returns NewForbidden unless the operation is allowed.
func ForbiddenUnless(allowed bool) error {
	if allowed {
		return nil
	}
	return NewForbidden()
}

// NewNotFound returns the error for an object that does not exist. It is also
// returned for one that the client may not see, so that the client cannot
// distinguish the two.
func NewNotFound() *Error { return New(NotFound, "error.not_found") }

// InvalidFields returns an Invalid error with the field errors, or nil when
// there are none.
func InvalidFields(fields []FieldError) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "error.fields", Fields: fields}
}

// NewFieldError returns an error of the field at path with the text id code.
// params are alternating names and values of the text's parameters.
func NewFieldError(path, code string, params ...any) FieldError {
	return FieldError{Path: path, Code: code, Params: paramMap(params)}
}

// WithCause sets the cause, which is logged and not sent to the client, and
// returns e.
func (e *Error) WithCause(cause error) *Error {
	e.cause = cause
	return e
}

// Error returns the text ids and the cause, for the log.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Path, f.Code)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap returns the error set by WithCause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of the first *Error in err's chain, or Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// IsNotFound reports whether err is a NotFound error.
func IsNotFound(err error) bool { return KindOf(err) == NotFound }

func paramMap(params []any) map[string]any {
	if len(params) == 0 {
		return nil
	}
	m := make(map[string]any, len(params)/2)
	for i := 0; i+1 < len(params); i += 2 {
		m[fmt.Sprint(params[i])] = params[i+1]
	}
	return m
}

// Reason is a text id with its parameters, as stored and returned for a state
// that is no error of a request.
type Reason struct {
	Code   string         `json:"code"` // text id
	Params map[string]any `json:"params,omitempty"`
}
