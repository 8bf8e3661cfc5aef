package callback

import (
	"context"
	"sync"
	"time"
)

// ClaimState says how far a message has come.
type ClaimState int

// The states.
const (
	StateNew        ClaimState = iota // not seen before, or it failed then: it is yours now
	StateInProgress                   // another delivery is being worked on
	StateDone                         // it was worked on
)

// DedupStore remembers which messages were worked on, since WeCom delivers some of
// them more than once and anybody who recorded one could send it again. It is
// shared by the replicas of a program. Entries must be kept for at least twice
// the handler's Window.
type DedupStore interface {
	// Claim claims a message. It returns Fresh to exactly one of several
	// callers. A claim whose End never comes, because its process died, should
	// end by itself after about seven seconds.
	Claim(ctx context.Context, key string) (ClaimState, error)
	// Finish closes a claim: done says whether the message was worked on. If not,
	// the next delivery is Fresh again.
	Finish(ctx context.Context, key string, done bool) error
}

// claimTTL is when a claim without an end counts as abandoned: longer than the five
// seconds of one delivery, shorter than the ten or so in which WeCom delivers three times.
const claimTTL = 7 * time.Second

// memoryStore is the Store of a single process.
type memoryStore struct {
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

// maxEntries bounds the memory of one half; a flood makes entries leave
// early rather than use up the machine.
const maxEntries = 200_000

// NewMemoryStore returns a Store for a single process, which remembers a message
// for at least keep and at most twice as long.
func NewMemoryStore(keep time.Duration) DedupStore { return newMemoryStore(keep, time.Now) }

func newMemoryStore(keep time.Duration, now func() time.Time) *memoryStore {
	return &memoryStore{retention: keep, now: now, rotated: now(), recent: map[string]claim{}}
}

// Claim claims a message.
func (m *memoryStore) Claim(_ context.Context, key string) (ClaimState, error) {
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
func (m *memoryStore) Finish(_ context.Context, key string, done bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.older, key)
	delete(m.recent, key)
	if done {
		m.recent[key] = claim{StateDone, m.now()}
	}
	return nil
}

func (m *memoryStore) rotateGenerations(now time.Time) {
	if now.Sub(m.rotated) >= m.retention || len(m.recent) >= maxEntries {
		m.older, m.recent, m.rotated = m.recent, map[string]claim{}, now
	}
}
