package wecom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apiclient/errclass"
	"github.com/huimian/huimian/internal/apiclient/redact"
	"github.com/huimian/huimian/wecom/internal/errcode"
)

// Class groups errors by how to react to them. Its method String returns the
// class in lower case, such as "retry".
type Class = errclass.Class

// ClassUnknown is also the class of errors from other packages.
const (
	ClassUnknown    Class = errclass.Unknown    // errcode without an entry in the table: see Error.DocURL
	ClassRetry      Class = errclass.Retry      // WeCom is busy or reports a conflict; the same call may succeed later
	ClassToken      Class = errclass.Token      // the token was rejected, and so was a newly fetched one
	ClassLimit      Class = errclass.Limit      // a quota is exhausted: wait for the next window
	ClassConfig     Class = errclass.Config     // a setting here or in the admin console is wrong: an administrator must act
	ClassArgument   Class = errclass.Argument   // the request is invalid: change it
	ClassPermission Class = errclass.Permission // the app lacks this permission, or the members are outside its visible range
	ClassState      Class = errclass.State      // the object is gone, used up, or in another state
	ClassFinal      Class = errclass.Final      // permanent failure: do not retry
	ClassNetwork    Class = errclass.Network    // no response, or an unreadable one
)

// Error is a failed call. Its text never contains a secret, a token or a query
// string.
//
// See https://developer.work.weixin.qq.com/document/path/90313
type Error struct {
	Method, Path string // without the query
	Code         int    // errcode; 0 when the response had none
	Message      string // errmsg without its suffix; for display only, since WeCom changes it
	Class        Class
	Hint         string        // WeCom's trace id: include it in support requests
	FromIP       string        // IP address of the caller as WeCom saw it
	HTTPStatus   int           // set when the HTTP status was the error
	RetryAfter   time.Duration // minimum wait; 0 when unknown

	// Uncertain is true when the request may have been executed although no
	// response arrived: a message may have been delivered.
	Uncertain bool

	requestedWait time.Duration // of the header Retry-After

	cause error
}

// Error returns method, path and reason.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "wecom: %s %s: ", e.Method, e.Path)
	if e.Code != 0 {
		fmt.Fprintf(&b, "errcode %d", e.Code)
	} else if e.HTTPStatus != 0 {
		fmt.Fprintf(&b, "HTTP status %d", e.HTTPStatus)
	}
	if e.Message != "" {
		if e.Code != 0 || e.HTTPStatus != 0 {
			b.WriteString(": ")
		}
		b.WriteString(e.Message)
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, " (hint %s)", e.Hint)
	}
	return b.String()
}

// Unwrap returns the cause of a network failure: context.Canceled,
// context.DeadlineExceeded, a system error or a *net.DNSError.
func (e *Error) Unwrap() error { return e.cause }

// DocURL returns the official page about the errcode, "" without an errcode.
func (e *Error) DocURL() string {
	if e.Code == 0 {
		return ""
	}
	return Explain(e.Code).DocURL
}

// IsCode reports whether err is a WeCom error with one of these errcodes.
func IsCode(err error, codes ...int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code != 0 && slices.Contains(codes, e.Code)
}

// ClassOf returns the class of err, ClassUnknown for nil and for errors of
// other packages.
func ClassOf(err error) Class {
	if _, ok := errors.AsType[*ConfigError](err); ok {
		return ClassConfig
	}
	return errclass.Of[*Error, *FieldError](err, func(e *Error) Class { return e.Class })
}

// Explanation summarises what the official pages state about an errcode.
type Explanation struct {
	Code   int
	Class  Class
	Text   string // one short clause in lower case, for administrators
	DocURL string // official page
}

// Explain looks up an errcode. A code without an entry has ClassUnknown and the
// general errcode page.
// See https://developer.work.weixin.qq.com/document/path/90313
func Explain(code int) Explanation {
	entry, known := errcode.Lookup(code)
	if !known {
		return Explanation{Code: code, Text: "not a documented errcode", DocURL: docURL(errcode.GeneralPage)}
	}
	return Explanation{Code: code, Class: entry.Class, Text: entry.Text, DocURL: docURL(cmp.Or(entry.Page, errcode.GeneralPage))}
}

func docURL(number int) string {
	return fmt.Sprintf("https://developer.work.weixin.qq.com/document/path/%d", number)
}

// AdminMessage explains a failed call to an administrator in one or two English
// sentences: what WeCom reported and what to do. To localise, use Code and
// Class instead.
func AdminMessage(err error) string {
	if field, ok := errors.AsType[*FieldError](err); ok {
		return "The request was not sent: " + field.Error() + "."
	}
	if config, ok := errors.AsType[*ConfigError](err); ok {
		return "The client was not created: " + config.Field + " " + config.Message + "."
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return "The call was cancelled before WeCom responded."
	case !ok:
		return "The call failed before it reached WeCom."
	case e.Code == 0 && e.HTTPStatus == http.StatusNotFound:
		return "The server has no API at " + e.Path + ". Check the path and the base URL."
	case e.Code == 0:
		return "WeCom could not be reached, or its response could not be read. Check the network, the proxy and the base URL."
	case e.Code == 60020 && e.FromIP != "":
		return fmt.Sprintf("The call came from %s, which is not among the app's trusted IP addresses. "+
			"Add it on the app's page in the admin console under 企业可信IP; the change takes effect after about a minute.", e.FromIP)
	}
	what := Explain(e.Code)
	return fmt.Sprintf("WeCom returned errcode %d: %s. %s See %s", e.Code, what.Text, adviceByClass[e.Class], what.DocURL)
}

var adviceByClass = map[Class]string{
	ClassUnknown:    "Look up the errcode.",
	ClassRetry:      "Try again later.",
	ClassToken:      "A new token was rejected as well: check that nothing else resets it.",
	ClassLimit:      "Wait until the limit resets.",
	ClassConfig:     "Correct the settings here or in the admin console; retrying does not help.",
	ClassArgument:   "Change the request.",
	ClassPermission: "Grant the app this permission, or add the members to its visible range.",
	ClassState:      "The object is gone, used up or in another state: start with a new one.",
	ClassFinal:      "Do not retry.",
	ClassNetwork:    "Try again later.",
}

// Marks of the suffix that WeCom appends to errmsg.
const (
	markHint = "hint: ["
	markIP   = "from ip: "
)

// maxMessageBytes limits how much of an errmsg is kept.
const maxMessageBytes = 300

// parseErrmsg splits WeCom's errmsg: "<text>, hint: [<trace>], from ip:
// <address>, more info at <page>".
func (e *Error) parseErrmsg(errmsg string) {
	if _, rest, found := strings.Cut(errmsg, markHint); found {
		trace, _, _ := strings.Cut(rest, "]")
		e.Hint = TruncateBytes(trace, 64)
	}
	if _, rest, found := strings.Cut(errmsg, markIP); found {
		ip, _, _ := strings.Cut(rest, ",")
		e.FromIP = TruncateBytes(strings.TrimSpace(ip), 64)
	}
	text := errmsg
	for _, mark := range []string{markHint, markIP, "more info at "} {
		text, _, _ = strings.Cut(text, mark)
	}
	e.Message = TruncateBytes(strings.TrimRight(redact.Line(text), ",. "), maxMessageBytes)
}
