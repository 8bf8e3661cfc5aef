package versioning_test

import (
	"errors"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/versioning"
)

func TestCheck(t *testing.T) {
	for _, tc := range []struct {
		edited, stored int
		conflict       bool
	}{{0, 7, false}, {7, 7, false}, {6, 7, true}, {8, 7, true}, {-1, 7, true}} {
		err := versioning.Check("candidate.changed_meanwhile", tc.edited, tc.stored)
		if got := apperr.KindOf(err) == apperr.Conflict; got != tc.conflict || got != (err != nil) {
			t.Errorf("an edit of %d over %d: %v", tc.edited, tc.stored, err)
		}
		if e, ok := errors.AsType[*apperr.Error](err); ok && e.Code != "candidate.changed_meanwhile" {
			t.Errorf("text id %s", e.Code)
		}
	}
}

func TestWithCurrent(t *testing.T) {
	stored := 7
	conflict, forbidden := versioning.Check("x", 6, 7), apperr.NewForbidden()
	reads := 0
	read := func() (*int, error) {
		reads++
		return &stored, nil
	}
	if got, err := versioning.WithCurrent(conflict, read); got != &stored || !errors.Is(err, conflict) {
		t.Errorf("a conflict: %v, %v", got, err)
	}
	if got, err := versioning.WithCurrent(forbidden, read); got != nil || !errors.Is(err, forbidden) || reads != 1 {
		t.Errorf("another error: %v, %v after %d reads", got, err, reads)
	}
	got, err := versioning.WithCurrent(conflict, func() (*int, error) { return &stored, errors.New("no connection") })
	if got != nil || !errors.Is(err, conflict) {
		t.Errorf("a conflict, and the read fails: %v, %v", got, err)
	}
}
