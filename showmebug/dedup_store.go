package showmebug

import (
	"context"
	"sync"
	"time"
)

// ClaimState is the processing state of an event.
type ClaimState int

// The states.
const (
	StateNew        ClaimState = iota // not seen before, or it failed then: it is yours now
	StateInProgress                   // another delivery is being worked on
	StateDone                         // it was worked on
)

// DedupStore remembers which events were worked on: ShowMeBug delivers an event
// again when the response did not reach it, and a recorded delivery could be
// send it again. It is shared by the replicas of a program, and has the shape
// of package wecom/callback's, for one table to serve both. Entries must be
// kept for at least twice the Window of the Webhook.
type DedupStore interface {
	// Claim claims an event. It returns Fresh to exactly one of several
	// callers. A claim that is never finished, because its process crashed, should
	// end by itself after less than the 15 seconds to the next delivery.
	Claim(ctx context.Context, key string) (ClaimState, error)
	// Finish ends a claim: done reports whether the event was processed. If not,
	// the next delivery is Fresh again.
	Finish(ctx context.Context, key string, done bool) error
}

// claimTTL is when a claim without an end counts as abandoned: longer than
// the work on one delivery may take, shorter than the time to the next.
const claimTTL = 12 * time.Second

// maxDedupEntries bounds the memory of one half; a flood makes entries leave
// early rather than use up the machine.
const maxDedupEntries = 100_000

// memoryDedupStore is the Store of a single process.
type memoryDedupStore struct {
	retention time.Duration
	now       func() time.Time

	mu      sync.Mutex
	rotated time.Time
	recent  map[string]claim
	older   map[string]claim // dropped as a whole when recent takes its place
}

type claim struct {
	state ClaimState
	since time.Time
}

// NewMemoryDedupStore returns a Store for a single process, which remembers an event for
// at least keep and at most twice as long.
func NewMemoryDedupStore(keep time.Duration) DedupStore { return newMemoryDedupStore(keep, time.Now) }

func newMemoryDedupStore(keep time.Duration, now func() time.Time) *memoryDedupStore {
	return &memoryDedupStore{retention: keep, now: now, rotated: now(), recent: map[string]claim{}}
}

// Claim claims an event.
func (m *memoryDedupStore) Claim(_ context.Context, key string) (ClaimState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.rotateGenerations(now)
	e, seen := m.recent[key]
	if !seen {
		e, seen = m.older[key]
	}
	abandoned := e.state == StateInProgress && now.Sub(e.since) > claimTTL
	if seen && !abandoned {
		return e.state, nil
	}
	m.recent[key] = claim{StateInProgress, now}
	return StateNew, nil
}

// Finish closes a claim.
func (m *memoryDedupStore) Finish(_ context.Context, key string, done bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.older, key)
	delete(m.recent, key)
	if done {
		m.recent[key] = claim{StateDone, m.now()}
	}
	return nil
}

func (m *memoryDedupStore) rotateGenerations(now time.Time) {
	if now.Sub(m.rotated) >= m.retention || len(m.recent) >= maxDedupEntries {
		m.older, m.recent, m.rotated = m.recent, map[string]claim{}, now
	}
}
