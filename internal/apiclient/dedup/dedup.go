// Package dedup processes each delivery of a webhook once. The state of a delivery is a type parameter,
// so that each public package documents a type of its own.
package dedup

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// The states of a delivery, in the numbers that the public types use.
const (
	stateNew = iota
	stateInProgress
	stateDone
)

// Store is the shape of the public stores.
type Store[S ~int] interface {
	Claim(ctx context.Context, key string) (S, error)
	Finish(ctx context.Context, key string, done bool) error
}

// Limits configures a MemoryStore.
type Limits struct {
	Retention  time.Duration // each entry is kept for at least this and at most twice as long
	ClaimTTL   time.Duration // how long an unfinished claim is valid
	MaxEntries int           // of one of the two generations; a flood evicts entries early
}

// MemoryStore is the Store of a single process. It is safe for concurrent use.
type MemoryStore[S ~int] struct {
	limits Limits
	now    func() time.Time

	mu      sync.Mutex
	rotated time.Time
	recent  map[string]claim[S]
	older   map[string]claim[S] // dropped as a whole when recent replaces it
}

type claim[S ~int] struct {
	state S
	since time.Time
}

// NewMemoryStore returns an empty store.
func NewMemoryStore[S ~int](limits Limits, now func() time.Time) *MemoryStore[S] {
	return &MemoryStore[S]{limits: limits, now: now, rotated: now(), recent: map[string]claim[S]{}}
}

// Claim claims a delivery: of several concurrent callers exactly one gets the new state.
func (m *MemoryStore[S]) Claim(_ context.Context, key string) (S, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.rotateGenerations(now)
	e, seen := m.recent[key]
	if !seen {
		e, seen = m.older[key]
	}
	abandoned := e.state == stateInProgress && now.Sub(e.since) > m.limits.ClaimTTL
	if seen && !abandoned {
		return e.state, nil
	}
	m.recent[key] = claim[S]{stateInProgress, now}
	return stateNew, nil
}

// Finish ends a claim. Unless it is done, the next Claim returns the new state again.
func (m *MemoryStore[S]) Finish(_ context.Context, key string, done bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.older, key)
	delete(m.recent, key)
	if done {
		m.recent[key] = claim[S]{stateDone, m.now()}
	}
	return nil
}

func (m *MemoryStore[S]) rotateGenerations(now time.Time) {
	if now.Sub(m.rotated) >= m.limits.Retention || len(m.recent) >= m.limits.MaxEntries {
		m.older, m.recent, m.rotated = m.recent, map[string]claim[S]{}, now
	}
}

// Result is the outcome of Process.
type Result[S ~int, R any] struct {
	State     S     // of the delivery before; handle was called only if it was new
	Reply     R     // of handle
	ClaimErr  error // the store failed, handle was not called
	HandleErr error // of handle, or its panic
	FinishErr error // the store failed after handle was called
}

// finishTimeout limits the end of a claim, which must not depend on the time that handle used.
const finishTimeout = time.Second

// Process claims a delivery and passes it to handle, unless it is being processed or was processed before.
// A panic of handle becomes an error, so that the claim ends and the delivery may be repeated. handle gets
// timeout, independently of the cancellation of ctx.
func Process[S ~int, R any](ctx context.Context, store Store[S], key string, timeout time.Duration, handle func(context.Context) (R, error)) (result Result[S, R]) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	if result.State, result.ClaimErr = store.Claim(ctx, key); result.ClaimErr != nil || result.State != stateNew {
		return result
	}
	result.Reply, result.HandleErr = recoverPanic(ctx, handle)
	finishCtx, cancelFinish := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancelFinish()
	result.FinishErr = store.Finish(finishCtx, key, result.HandleErr == nil)
	return result
}

func recoverPanic[R any](ctx context.Context, handle func(context.Context) (R, error)) (reply R, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return handle(ctx)
}
