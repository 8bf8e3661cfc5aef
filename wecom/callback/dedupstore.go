package callback

import (
	"context"
	"sync"
	"time"
)

// ClaimState is the processing state of a message.
type ClaimState int

const (
	StateNew        ClaimState = iota // not seen before, or failed: the caller now holds the claim
	StateInProgress                   // another delivery is being processed
	StateDone                         // already processed
)

// DedupStore records which messages were processed, because WeCom delivers some
// of them more than once, and because a recorded request could be replayed. It
// is shared by the replicas of a program. Entries must be kept for at least
// twice the handler's ReplayWindow.
type DedupStore interface {
	// Claim claims a message. Of several concurrent callers exactly one gets
	// StateNew. A claim that is never finished, because its process crashed,
	// should expire after about seven seconds.
	Claim(ctx context.Context, key string) (ClaimState, error)
	// Finish ends a claim. done reports whether the message was processed; if
	// not, the next Claim returns StateNew again.
	Finish(ctx context.Context, key string, done bool) error
}

// claimTTL is how long an unfinished claim is valid: longer than the five
// seconds of one delivery, shorter than the ten seconds or so in which WeCom
// delivers three times.
const claimTTL = 7 * time.Second

// memoryStore is the DedupStore of a single process.
type memoryStore struct {
	retention time.Duration
	now       func() time.Time

	mu      sync.Mutex
	rotated time.Time
	recent  map[string]claim
	older   map[string]claim // dropped as a whole when recent replaces it
}

type claim struct {
	state ClaimState
	since time.Time
}

// maxEntries limits one generation. A flood of messages evicts entries early
// instead of exhausting memory.
const maxEntries = 200_000

// NewMemoryStore returns a DedupStore for a single process, which keeps each
// entry for at least retention and at most twice as long.
func NewMemoryStore(retention time.Duration) DedupStore { return newMemoryStore(retention, time.Now) }

func newMemoryStore(retention time.Duration, now func() time.Time) *memoryStore {
	return &memoryStore{retention: retention, now: now, rotated: now(), recent: map[string]claim{}}
}

// Claim implements DedupStore.
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

// Finish implements DedupStore.
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
