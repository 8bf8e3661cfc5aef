package wecom

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	for code, want := range map[int]Explanation{
		40001:     {40001, ClassConfig, "the secret is wrong or was reset, or the app is disabled", docURL(91039)},
		6000:      {6000, ClassRetry, "conflicting concurrent writes to the same data", docURL(90313)},
		123456789: {123456789, ClassUnknown, "not a documented errcode", docURL(90313)},
	} {
		if got := Explain(code); got != want {
			t.Errorf("%d: %+v, want %+v", code, got, want)
		}
	}
}

func TestClasses(t *testing.T) {
	for code, want := range map[int]Class{
		-1: ClassRetry, 6000: ClassRetry, 45033: ClassRetry, 45035: ClassRetry, 302008: ClassRetry,
		40014: ClassToken, 42001: ClassToken, 45009: ClassLimit,
		40001: ClassConfig, 40013: ClassConfig, 40091: ClassConfig, 48009: ClassConfig, 50003: ClassConfig,
		60020: ClassConfig, 301002: ClassConfig, 40058: ClassArgument, 81013: ClassPermission, 48002: ClassPermission,
		40029: ClassState, 42003: ClassState, 60140: ClassState, 60111: ClassState, 46004: ClassState,
		48005: ClassFinal, 301007: ClassFinal, 123456789: ClassUnknown,
	} {
		err := fmt.Errorf("sending: %w", &Error{Code: code, Class: Explain(code).Class})
		if got := ClassOf(err); got != want {
			t.Errorf("%d has class %s, want %s", code, got, want)
		}
		if !IsCode(err, 1, code) || IsCode(err, 1) {
			t.Errorf("IsCode fails on %d", code)
		}
	}
	if ClassOf(nil) != ClassUnknown || ClassOf(errors.New("x")) != ClassUnknown || IsCode(nil, 0) || IsCode(&Error{}, 0) {
		t.Error("an error of another package has a class or a code")
	}
	if Class(99).String() != "unknown" || ClassFinal.String() != "final" {
		t.Error("class names are wrong")
	}
}

func TestAdminMessage(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{&Error{Code: 60020, Class: ClassConfig, FromIP: "1.2.3.4"}, "from 1.2.3.4, which is not among"},
		{&Error{Code: 60020, Class: ClassConfig}, "not among the app's trusted IP addresses. Correct the settings"},
		{&Error{Code: 40001, Class: ClassConfig}, "errcode 40001: the secret is wrong or was reset, or the app is disabled. Correct"},
		{&Error{Code: 987654}, "not a documented errcode. Look up the errcode."},
		{&Error{Class: ClassNetwork}, "could not be reached"},
		{&Error{Class: ClassNetwork, cause: context.Canceled}, "was cancelled"},
		{&FieldError{Field: "text.content", Actual: 9, Limit: 8, Unit: "bytes"}, "text.content has 9 bytes, at most 8 are allowed."},
		{errors.New("x"), "before it reached WeCom"},
	} {
		if got := AdminMessage(c.err); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("message for %v is %q", c.err, got)
		}
	}
}

func TestErrorText(t *testing.T) {
	for _, c := range []struct {
		err  Error
		want string
	}{
		{Error{Method: "POST", Path: "/cgi-bin/message/send", Code: 81013, Message: "all invalid", Hint: "17"},
			"wecom: POST /cgi-bin/message/send: errcode 81013: all invalid (hint 17)"},
		{Error{Method: "GET", Path: "/p", HTTPStatus: 502}, "wecom: GET /p: HTTP status 502"},
		{Error{Method: "GET", Path: "/p", Message: "connection refused"}, "wecom: GET /p: connection refused"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("text is %q, want %q", got, c.want)
		}
	}
	if page := (&Error{Code: 60140}).DocURL(); page != "https://developer.work.weixin.qq.com/document/path/94888" {
		t.Errorf("page is %s", page)
	}
	if (&Error{}).DocURL() != "" {
		t.Error("an error without errcode has a DocURL")
	}
}
