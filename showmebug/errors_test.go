package showmebug

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestIsCode(t *testing.T) {
	err := fmt.Errorf("creating an interview: %w", &Error{Code: 4003})
	if !IsCode(err, 1, 4003) || IsCode(err, 1) || IsCode(err) {
		t.Error("an errcode is not recognised, or a wrong one is")
	}
	for _, other := range []error{nil, errors.New("other"), &Error{}, &FieldError{}} {
		if IsCode(other, 0, 4003) {
			t.Errorf("%v has an errcode", other)
		}
	}
}

func TestAdminMessage(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("other"), "failed before it reached ShowMeBug"},
		{&FieldError{Field: "interviewers", Actual: 6, Limit: MaxInterviewers}, "interviewers has 6 entries, at most 5"},
		{&Error{Class: ClassNetwork, cause: context.Canceled}, "cancelled"},
		{&Error{Class: ClassQuota}, "no sessions left"},
		{&Error{Class: ClassQuota, Message: "剩余场次不足"}, "(剩余场次不足)"},
	} {
		got := AdminMessage(c.err)
		if !strings.Contains(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%v: %q does not contain %q", c.err, got, c.want)
		}
	}
	for class := ClassUnknown; class <= ClassNetwork; class++ {
		if class.String() != "final" && advice[class] == "" { // final occurs in wecom only
			t.Errorf("class %s has no advice", class)
		}
	}
}

func TestNewMemoryDedupStore(t *testing.T) {
	store := NewMemoryDedupStore(time.Hour)
	for _, want := range []ClaimState{StateNew, StateInProgress} {
		if got, err := store.Claim(t.Context(), "k"); got != want || err != nil {
			t.Errorf("state %d (%v), want %d", got, err, want)
		}
	}
	if err := store.Finish(t.Context(), "k", true); err != nil {
		t.Fatal(err)
	}
	if got, err := store.Claim(t.Context(), "k"); got != StateDone || err != nil {
		t.Errorf("state %d (%v) after Finish", got, err)
	}
}
