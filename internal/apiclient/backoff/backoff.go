// Package backoff waits between the attempts of a call.
package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// Delay returns the wait after an attempt, counted from 1: exponential backoff by a factor of four from
// first, with jitter between half and all of it. first must be at least two nanoseconds.
func Delay(first time.Duration, attempt int) time.Duration {
	bound := first << (2 * (attempt - 1))
	return bound/2 + rand.N(bound/2)
}

// SleepFunc waits for d, like Sleep. In a simulation it returns at once.
type SleepFunc func(ctx context.Context, d time.Duration) bool

// OrDefault returns f, or Sleep if f is nil.
func (f SleepFunc) OrDefault() SleepFunc {
	if f == nil {
		return Sleep
	}
	return f
}

// Sleep waits for d. It returns false when ctx ends first.
func Sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
