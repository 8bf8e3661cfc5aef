package showmebug

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apiclient/errclass"
)

// Class groups errors by how to react to them. Its method String returns the
// class in lower case, such as "retry".
type Class = errclass.Class

// ClassUnknown is also the class of errors from other packages.
const (
	ClassUnknown    Class = errclass.Unknown    // an errcode that this package does not know: read Message
	ClassRetry      Class = errclass.Retry      // ShowMeBug is busy; the same call may succeed later
	ClassToken      Class = errclass.Token      // the token was rejected, and so was a newly fetched one
	ClassLimit      Class = errclass.Limit      // too many calls: wait for RetryAfter
	ClassQuota      Class = errclass.Quota      // the team has no sessions (场次) left
	ClassConfig     Class = errclass.Config     // application key, secret or base URL is wrong: an administrator must act
	ClassConsent    Class = errclass.Consent    // the team has to authorize the application again
	ClassArgument   Class = errclass.Argument   // the request is invalid: change it
	ClassPermission Class = errclass.Permission // the application lacks this permission
	ClassState      Class = errclass.State      // the object is gone or in another state
	ClassNetwork    Class = errclass.Network    // no response, or an unreadable one
)

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
	return errclass.Of[*Error, *FieldError](err, func(e *Error) Class { return e.Class })
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
