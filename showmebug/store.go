package showmebug

import (
	"context"
	"sync"
	"time"
)

// State says how far an event has come.
type State int

// The states.
const (
	Fresh      State = iota // not seen before, or it failed then: it is yours now
	InProgress              // another delivery is being worked on
	Done                    // it was worked on
)

// Store remembers which events were worked on: ShowMeBug delivers an event
// again when our answer did not reach it, and anybody who recorded one could
// send it again. It is shared by the replicas of a program, and has the shape
// of package wecom/callback's, for one table to serve both. Entries must be
// kept for at least twice the Window of the Webhook.
type Store interface {
	// Begin claims an event. It returns Fresh to exactly one of several
	// callers. A claim whose End never comes, because its process died, should
	// end by itself after less than the 15 seconds to the next delivery.
	Begin(ctx context.Context, key string) (State, error)
	// End closes a claim: done says whether the event was worked on. If not,
	// the next delivery is Fresh again.
	End(ctx context.Context, key string, done bool) error
}

// claimTTL is when a claim without an end counts as abandoned: longer than
// the work on one delivery may take, shorter than the time to the next.
const claimTTL = 12 * time.Second

// maxRemembered bounds the memory of one half; a flood makes entries leave
// early rather than use up the machine.
const maxRemembered = 100_000

// memory is the Store of a single process.
type memory struct {
	keep time.Duration
	now  func() time.Time

	mu      sync.Mutex
	rotated time.Time
	recent  map[string]entry
	older   map[string]entry // dropped as a whole when recent takes its place
}

type entry struct {
	state State
	since time.Time
}

// NewMemory returns a Store for a single process, which remembers an event for
// at least keep and at most twice as long.
func NewMemory(keep time.Duration) Store { return newMemory(keep, time.Now) }

func newMemory(keep time.Duration, now func() time.Time) *memory {
	return &memory{keep: keep, now: now, rotated: now(), recent: map[string]entry{}}
}

// Begin claims an event.
func (m *memory) Begin(_ context.Context, key string) (State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.rotate(now)
	e, seen := m.recent[key]
	if !seen {
		e, seen = m.older[key]
	}
	abandoned := e.state == InProgress && now.Sub(e.since) > claimTTL
	if seen && !abandoned {
		return e.state, nil
	}
	m.recent[key] = entry{InProgress, now}
	return Fresh, nil
}

// End closes a claim.
func (m *memory) End(_ context.Context, key string, done bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.older, key)
	delete(m.recent, key)
	if done {
		m.recent[key] = entry{Done, m.now()}
	}
	return nil
}

func (m *memory) rotate(now time.Time) {
	if now.Sub(m.rotated) >= m.keep || len(m.recent) >= maxRemembered {
		m.older, m.recent, m.rotated = m.recent, map[string]entry{}, now
	}
}
