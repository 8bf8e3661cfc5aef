package wecom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Class says what a failure asks for.
type Class int

// The classes. ClassUnknown is also the class of errors that do not come from
// this package.
const (
	ClassUnknown    Class = iota // errcode that we do not know: look at its page
	ClassRetry                   // WeCom is busy or conflicting; the same call may work later
	ClassToken                   // the token is dead; the client has already fetched a new one once
	ClassLimit                   // a quota is used up: wait for its window
	ClassConfig                  // settings here or in the admin console are wrong: tell an administrator
	ClassArgument                // what was sent cannot be taken: change it
	ClassPermission              // the app may not do this, or not to these people
	ClassState                   // the object is gone, used up, or in another state
	ClassFinal                   // it will never work: do not try again
	ClassNetwork                 // no answer, or none that could be read
)

var classNames = [...]string{"unknown", "retry", "token", "limit", "config", "argument",
	"permission", "state", "final", "network"}

// String names the class in one lower-case word.
func (c Class) String() string {
	if c < 0 || int(c) >= len(classNames) {
		return classNames[ClassUnknown]
	}
	return classNames[c]
}

// Error is a call that failed. Its text never holds a secret, a token or a
// query string.
//
// See https://developer.work.weixin.qq.com/document/path/90313
type Error struct {
	Method, Path string // of the call, without its query
	Code         int    // errcode; 0 when WeCom did not answer with one
	Message      string // errmsg without its tail; for people only, WeCom changes it
	Class        Class
	Hint         string        // WeCom's trace number: quote it when asking their support
	FromIP       string        // address that WeCom saw the call come from
	HTTPStatus   int           // HTTP status, when it was the matter
	RetryAfter   time.Duration // how long to wait at least; 0 when not known

	// Uncertain is true when the request may have been carried out although
	// no answer came: a message may have been delivered.
	Uncertain bool

	cause error
}

// Error tells what was called and what came of it.
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

// Unwrap gives the cause of a network failure: context.Canceled,
// context.DeadlineExceeded, a system error or a net.DNSError.
func (e *Error) Unwrap() error { return e.cause }

// DocURL is the address where WeCom explains the errcode; "" without one.
func (e *Error) DocURL() string {
	if e.Code == 0 {
		return ""
	}
	return Explain(e.Code).DocURL
}

// IsCode reports whether err is WeCom's refusal with one of these errcodes.
func IsCode(err error, codes ...int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code != 0 && slices.Contains(codes, e.Code)
}

// ClassOf says what err asks for. It is ClassUnknown for nil and for errors
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

// Explanation is what the official pages say about an errcode, in our words.
type Explanation struct {
	Code   int
	Class  Class
	Text   string // one short clause, lower case, for administrators
	DocURL string // official page
}

// Explain looks an errcode up. A code that is not in the table has
// ClassUnknown and the general page of errcodes.
// See https://developer.work.weixin.qq.com/document/path/90313
func Explain(code int) Explanation {
	entry, known := lookupErrcode(code)
	if !known {
		return Explanation{Code: code, Text: "not a documented errcode", DocURL: docURL(pageErrcodes)}
	}
	return Explanation{Code: code, Class: entry.class, Text: entry.text, DocURL: docURL(cmp.Or(entry.page, pageErrcodes))}
}

func docURL(number int) string {
	return fmt.Sprintf("https://developer.work.weixin.qq.com/document/path/%d", number)
}

// AdminMessage explains a failed call to an administrator in one or two English
// sentences: what WeCom found wrong and what to do. A product that speaks
// other languages translates by Code and Class instead.
func AdminMessage(err error) string {
	if field, ok := errors.AsType[*FieldError](err); ok {
		return "The request was not sent: " + field.Error() + "."
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return "The call was given up before WeCom answered."
	case !ok:
		return "The call failed before it reached WeCom."
	case e.Code == 0:
		return "WeCom could not be reached, or its answer could not be read. Check the network, the proxy and the base address."
	case e.Code == 60020 && e.FromIP != "":
		return fmt.Sprintf("WeCom saw the call come from %s, which is not among the app's trusted addresses. "+
			"Add it on the app's page in the admin console under 企业可信IP; it works after about a minute.", e.FromIP)
	}
	what := Explain(e.Code)
	return fmt.Sprintf("WeCom answered errcode %d: %s. %s See %s", e.Code, what.Text, adviceByClass[e.Class], what.DocURL)
}

var adviceByClass = map[Class]string{
	ClassUnknown:    "Look the code up.",
	ClassRetry:      "Try again a little later.",
	ClassToken:      "A new token was fetched and refused as well: check that nothing else resets it.",
	ClassLimit:      "Wait until the window of the limit has passed.",
	ClassConfig:     "Correct the settings here or in the admin console; trying again does not help.",
	ClassArgument:   "The request has to be changed.",
	ClassPermission: "Give the app this right, or bring the people into its visible range.",
	ClassState:      "The object is gone, used up or in another state: begin with a new one.",
	ClassFinal:      "Do not try again.",
	ClassNetwork:    "Try again later.",
}

// The tail that WeCom appends to errmsg, cut at these marks.
const (
	markHint = "hint: ["
	markIP   = "from ip: "
)

// maxMessageBytes bounds what is kept of an errmsg.
const maxMessageBytes = 300

// parseErrmsg takes WeCom's errmsg apart:
// "<text>, hint: [<trace>], from ip: <address>, more info at <page>".
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
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	e.Message = TruncateBytes(strings.TrimRight(text, ",. "), maxMessageBytes)
}
