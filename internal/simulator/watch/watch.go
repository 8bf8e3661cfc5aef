// Package watch wakes up goroutines that wait for a change of the state.
package watch

import (
	"context"
	"sync"
)

// Signal is a broadcast that a state has changed. The lock of the state guards it: Notify and Changed
// must be called while it is held.
type Signal struct{ changed chan struct{} }

// Changed returns a channel that the next Notify closes.
func (s *Signal) Changed() <-chan struct{} {
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}

// Notify wakes up every goroutine that waits for a change.
func (s *Signal) Notify() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Until calls look after each change until it returns true, and returns its value; it returns the
// error of ctx when ctx is done first. mu is the lock of the state; look is called while it is held.
func Until[T any](ctx context.Context, mu sync.Locker, s *Signal, look func() (T, bool)) (T, error) {
	for {
		mu.Lock()
		found, ok := look()
		wait := s.Changed()
		mu.Unlock()
		if ok {
			return found, nil
		}
		select {
		case <-wait:
		case <-ctx.Done():
			var none T
			return none, ctx.Err()
		}
	}
}
