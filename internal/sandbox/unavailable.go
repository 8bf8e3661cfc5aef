package sandbox

import (
	"context"
	"errors"
	"fmt"
)

// NewUnavailable returns a Runner that runs nothing. reason is a sentence for
// the operator.
func NewUnavailable(reason string) Runner {
	return unavailable{err: fmt.Errorf("%w: %s", ErrUnavailable, reason)}
}

// PublicReason returns the text of an error of Ready for the participants of a room,
// or "" for ErrNoRunner, whose details concern other machines.
func PublicReason(err error) string {
	if errors.Is(err, ErrNoRunner) {
		return ""
	}
	return err.Error()
}

type unavailable struct{ err error }

func (u unavailable) Run(context.Context, Program, func(Chunk)) (Result, error) {
	return Result{Status: StatusUnavailable, ExitCode: -1}, u.err
}

func (u unavailable) Languages() []Language { return nil }

func (u unavailable) MissingLanguages() []MissingLanguage { return nil }

func (u unavailable) Ready() error { return u.err }
