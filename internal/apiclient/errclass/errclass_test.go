package errclass

import (
	"errors"
	"fmt"
	"testing"
)

type apiError struct{ class Class }

func (*apiError) Error() string { return "api" }

type fieldError struct{}

func (*fieldError) Error() string { return "field" }

func TestString(t *testing.T) {
	seen := map[string]bool{}
	for c := Unknown; c <= Network; c++ {
		name := c.String()
		if name == "" || seen[name] {
			t.Errorf("class %d is named %q", c, name)
		}
		seen[name] = true
	}
	for c, want := range map[Class]string{Unknown: "unknown", Consent: "consent", Final: "final", Network: "network", -1: "unknown", Network + 1: "unknown"} {
		if got := c.String(); got != want {
			t.Errorf("class %d is named %q, want %q", c, got, want)
		}
	}
}

func TestOf(t *testing.T) {
	for _, c := range []struct {
		err  error
		want Class
	}{
		{nil, Unknown},
		{errors.New("other"), Unknown},
		{&apiError{Limit}, Limit},
		{fmt.Errorf("send: %w", &apiError{Token}), Token},
		{&fieldError{}, Argument},
		{fmt.Errorf("send: %w", &fieldError{}), Argument},
		{errors.Join(&fieldError{}, &apiError{State}), State},
	} {
		if got := Of[*apiError, *fieldError](c.err, func(e *apiError) Class { return e.class }); got != c.want {
			t.Errorf("%v has class %s, want %s", c.err, got, c.want)
		}
	}
}
