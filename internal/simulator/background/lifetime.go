package background

import (
	"context"
	"sync"
	"time"
)

// Lifetime is the context of what a simulator does on its own account. It has no deadline and no
// values, and is done after End.
type Lifetime struct {
	once sync.Once
	done chan struct{}
}

var _ context.Context = (*Lifetime)(nil)

// NewLifetime returns a lifetime that has not ended.
func NewLifetime() *Lifetime { return &Lifetime{done: make(chan struct{})} }

// End cancels the context. It can be called more than once.
func (l *Lifetime) End() { l.once.Do(func() { close(l.done) }) }

// Deadline implements context.Context.
func (*Lifetime) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done implements context.Context.
func (l *Lifetime) Done() <-chan struct{} { return l.done }

// Value implements context.Context.
func (*Lifetime) Value(any) any { return nil }

// Err implements context.Context.
func (l *Lifetime) Err() error {
	select {
	case <-l.done:
		return context.Canceled
	default:
		return nil
	}
}
