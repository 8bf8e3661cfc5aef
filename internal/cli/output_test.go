package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom"
)

func TestExitCode(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"no error":              {nil, ExitOK},
		"usage":                 {wrapError("reading", usageErrorf("wrong")), ExitUsage},
		"invalid argument":      {fmt.Errorf("sending: %w", &wecom.FieldError{}), ExitUsage},
		"interrupted":           {fmt.Errorf("waiting: %w", context.Canceled), ExitInterrupted},
		"API: not found":        {&apiError{Status: http.StatusNotFound}, ExitError},
		"API: rate limit":       {&apiError{Status: http.StatusTooManyRequests}, ExitRetry},
		"API: internal error":   {&apiError{Status: http.StatusInternalServerError}, ExitRetry},
		"API: no response":      {wrapError("listing", unreachableError{io.ErrUnexpectedEOF}), ExitRetry},
		"WeCom: network":        {&wecom.Error{Class: wecom.ClassNetwork}, ExitRetry},
		"WeCom: rate limit":     {&wecom.Error{Code: 45009, Class: wecom.ClassLimit}, ExitRetry},
		"WeCom: configuration":  {&wecom.Error{Code: 40001, Class: wecom.ClassConfig}, ExitError},
		"reported by a command": {errReported, ExitError},
		"any other error":       {errors.New("disk full"), ExitError},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%s: exit code %d, want %d", name, got, c.want)
		}
	}
}

func TestKeyValueTableOmitsEmptyValues(t *testing.T) {
	var b strings.Builder
	if err := keyValueTable("id", "1", "note", "", "name", "林悦").writeTo(&b); err != nil {
		t.Fatal(err)
	}
	if want := "id    1\nname  林悦\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestAPIErrorText(t *testing.T) {
	fields := []apiField{{Path: "startsAt", Message: "in the past"}, {Path: "interviewers[0]", Message: "booked twice", Warning: true}}
	err := &apiError{Detail: "invalid", Fields: fields}
	if want := "invalid\n  startsAt: in the past\n  interviewers[0]: booked twice (pass --override to continue)"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	// The request id is printed for internal errors only.
	for code, want := range map[string]bool{"error.internal": true, "error.not_found": false} {
		err := &apiError{Code: code, RequestID: "R1"}
		if got := strings.Contains(err.Error(), "R1"); got != want {
			t.Errorf("%s: %q", code, err)
		}
	}
}
