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

// Error is a failed call, by its HTTP status or by its errcode. Its text never
// contains a secret, a token or a query string.
type Error struct {
	Method, Path string // without the query
	HTTPStatus   int    // of the response; 0 when there was none
	Code         int    // errcode; 0 when the response had none
	Message      string // errmsg, or a description of the failure; for display only
	Class        Class
	RetryAfter   time.Duration // minimum wait; 0 when unknown

	// Uncertain is true when the request may have been executed although no
	// response arrived: an interview may have been created.
	Uncertain bool

	cause error
}

// Error returns method, path and reason.
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

// Unwrap returns the cause of a network failure: context.Canceled,
// context.DeadlineExceeded, a system error or a *net.DNSError.
func (e *Error) Unwrap() error { return e.cause }

// IsCode reports whether err is a ShowMeBug error with one of these errcodes.
func IsCode(err error, codes ...int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code != 0 && slices.Contains(codes, e.Code)
}

// ClassOf returns the class of err, ClassUnknown for nil and for errors of
// other packages.
func ClassOf(err error) Class {
	return errclass.Of[*Error, *FieldError](err, func(e *Error) Class { return e.Class })
}

// AdminMessage explains a failed call to an administrator in one or two English
// sentences: what ShowMeBug reported and what to do. To localise, use Class
// instead.
func AdminMessage(err error) string {
	if field, ok := errors.AsType[*FieldError](err); ok {
		return "The request was not sent: " + field.Error() + "."
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return "The call was cancelled before ShowMeBug responded."
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
	ClassToken:      "ShowMeBug rejected the token and a new one: check that the application still exists in the team's settings.",
	ClassLimit:      "ShowMeBug received too many calls: wait a little.",
	ClassQuota:      "The team has no sessions left: buy sessions at ShowMeBug, or transfer some from another team.",
	ClassConfig:     "The application key, its secret or the base URL is wrong: correct the settings; retrying does not help.",
	ClassConsent:    "The team has to consent again: reconnect it.",
	ClassArgument:   "ShowMeBug rejected the request: change it.",
	ClassPermission: "The application lacks this permission: grant it in the team's settings.",
	ClassState:      "The object is gone at ShowMeBug, or in another state: start with a new one.",
	ClassNetwork:    "ShowMeBug could not be reached, or its response could not be read: check the network and the base URL, and try again later.",
}
