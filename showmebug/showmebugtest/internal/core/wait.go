package core

import (
	"context"
	"fmt"
	"slices"

	"github.com/huimian/huimian/internal/simulator/watch"
)

// WaitUntil calls look after each change until it returns true, or until ctx is done. look is called
// while Mu is held.
func WaitUntil[T any](ctx context.Context, s *Core, what string, look func() (T, bool)) (T, error) {
	found, err := watch.Until(ctx, &s.Mu, &s.Changed, look)
	if err != nil {
		return found, fmt.Errorf("waiting for %s: %w", what, err)
	}
	return found, nil
}

// FindNewest returns the last entry of a list for which match returns true. A nil match accepts any.
func FindNewest[T any](list []T, match func(T) bool) (T, bool) {
	for _, v := range slices.Backward(list) {
		if match == nil || match(v) {
			return v, true
		}
	}
	var none T
	return none, false
}
