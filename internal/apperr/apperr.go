// Package apperr holds the kinds of error that a person or a program outside
// may hear of. A feature returns a fault when the caller can do something
// about it; every other error is internal and its text stays in the log.
//
// It imports nothing of ours, so that every package may return one.
package apperr

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what went wrong in the terms of whoever asked. The server maps
// each kind to one HTTP status.
type Kind int

// The kinds, from the caller's point of view.
const (
	Internal        Kind = iota // ours to mend: the text never leaves the server
	Invalid                     // what was sent cannot be taken: change it
	Unauthenticated             // sign in first
	Forbidden                   // signed in, but not allowed
	NotFound                    // no such thing, or none that the caller may see
	Conflict                    // the thing has changed, or is in another state
	Gone                        // it was here and is over
	RateLimited                 // too much at once: try again later
	Unavailable                 // a part we depend on is away: try again later
)

// FieldError names one part of the input that cannot be taken.
type FieldError struct {
	Path    string         // as in the JSON that was sent: "interviewers[1]"
	Code    string         // text id, see internal/i18n
	Params  map[string]any // values for the text
	Warning bool           // may be overridden by whoever sent it
}

// Error is what a feature returns when the caller can do something about it.
type Error struct {
	Kind   Kind
	Code   string         // text id of the sentence that a person reads
	Params map[string]any // values for the text
	Fields []FieldError
	cause  error
}

// New returns a fault whose sentence is the text with the id code. params are
// alternating names and values for that text.
func New(kind Kind, code string, params ...any) *Error {
	return &Error{Kind: kind, Code: code, Params: paramMap(params)}
}

// InvalidFields returns an Invalid fault about parts of the input, or nil when
// there are none.
func InvalidFields(fields []FieldError) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "fault.fields", Fields: fields}
}

// NewFieldError returns a field fault; params are alternating names and values.
func NewFieldError(path, code string, params ...any) FieldError {
	return FieldError{Path: path, Code: code, Params: paramMap(params)}
}

// WithCause records the cause for the log and returns e.
func (e *Error) WithCause(cause error) *Error {
	e.cause = cause
	return e
}

// Error describes the fault for the log.
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

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of the first fault in err's chain, Internal when
// there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

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
