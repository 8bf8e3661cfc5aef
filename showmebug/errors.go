package showmebug

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Class is the action that a failure requires.
type Class int

// The classes. ClassUnknown is also the class of errors that do not come from
// this package.
const (
	ClassUnknown    Class = iota // an unknown errcode: read Message
	ClassRetry                   // ShowMeBug is busy; the same call may work later
	ClassToken                   // the token is not accepted; the client has already fetched another one
	ClassLimit                   // called too often: wait for RetryAfter
	ClassQuota                   // the team's sessions (场次) are used up: buy or move some
	ClassConfig                  // application key, secret or address are wrong: an administrator must correct them
	ClassConsent                 // the team has to consent (again) before the application may act for it
	ClassArgument                // the request is not acceptable: change it
	ClassPermission              // the application may not do this
	ClassState                   // the object is gone or in another state
	ClassNetwork                 // no answer, or none that could be read
)

var classNames = [...]string{"unknown", "retry", "token", "limit", "quota", "config", "consent", "argument",
	"permission", "state", "network"}

// String names the class in one lower-case word.
func (c Class) String() string {
	if c < 0 || int(c) >= len(classNames) {
		return classNames[ClassUnknown]
	}
	return classNames[c]
}

// Error is a call that failed, on the layer of HTTP or on that of the errcode.
// Its text never holds a secret, a token or a query string.
type Error struct {
	Method, Path string // of the call, without its query
	HTTPStatus   int    // of the answer; 0 when there was none
	Code         int    // errcode; 0 when ShowMeBug did not answer with one
	Message      string // errmsg, or what stood in its place; for people only
	Class        Class
	RetryAfter   time.Duration // how long to wait at least; 0 when not known

	// Uncertain is true when the request may have been carried out although
	// no answer came: an interview may have been created.
	Uncertain bool

	cause error
}

// Error names the call and its result.
func (e *Error) Error() string {
	var what []string
	if e.Code != 0 {
		what = append(what, fmt.Sprintf("errcode %d", e.Code))
	}
	if e.HTTPStatus != 0 && (e.Code == 0 || !isSuccess(e.HTTPStatus)) {
		what = append(what, fmt.Sprintf("HTTP status %d", e.HTTPStatus))
	}
	if e.Message != "" {
		what = append(what, e.Message)
	}
	return fmt.Sprintf("showmebug: %s %s: %s", e.Method, e.Path, strings.Join(what, ": "))
}

// Unwrap gives the cause of a network failure: context.Canceled,
// context.DeadlineExceeded, a system error or a net.DNSError.
func (e *Error) Unwrap() error { return e.cause }

// IsCode reports whether err is ShowMeBug's refusal with one of these errcodes.
func IsCode(err error, codes ...int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code != 0 && slices.Contains(codes, e.Code)
}

// ClassOf returns the class of err. It is ClassUnknown for nil and for errors
// of other packages.
func ClassOf(err error) Class {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	if _, ok := errors.AsType[*FieldError](err); ok {
		return ClassArgument
	}
	return ClassUnknown
}

// Explain explains a failed call to an administrator in one or two English
// sentences: what went wrong and what to do. A product with other
// languages translates by Class instead.
func Explain(err error) string {
	if field, ok := errors.AsType[*FieldError](err); ok {
		return "The request was not sent: " + field.Error() + "."
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return "The call was given up before ShowMeBug answered."
	case !ok:
		return "The call failed before it reached ShowMeBug."
	case e.Message == "":
		return advice[e.Class]
	}
	return fmt.Sprintf("%s (%s)", advice[e.Class], e.Message)
}

var advice = map[Class]string{
	ClassUnknown:    "ShowMeBug refused the call for a reason that is not documented.",
	ClassRetry:      "ShowMeBug is busy: try again a little later.",
	ClassToken:      "ShowMeBug took neither the token nor a new one: check that the application still exists in the team's settings.",
	ClassLimit:      "ShowMeBug was called too often: wait a little.",
	ClassQuota:      "The team has no sessions left: buy some at ShowMeBug, or move some over from another team.",
	ClassConfig:     "The application key, its secret or the address are wrong: correct the settings; trying again does not help.",
	ClassConsent:    "The team has to give its consent again: connect it anew.",
	ClassArgument:   "ShowMeBug cannot take what was sent: it has to be changed.",
	ClassPermission: "The application may not do this: give it the scope in the team's settings.",
	ClassState:      "It is gone at ShowMeBug, or in another state: begin with a new one.",
	ClassNetwork:    "ShowMeBug could not be reached, or its answer could not be read: check network and address, and try again later.",
}
