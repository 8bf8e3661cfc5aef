package callback

import (
	"context"
	"sync"
	"time"
)

// State says how far a message has come.
type State int

// The states.
const (
	Fresh      State = iota // not seen before, or it failed then: it is yours now
	InProgress              // another delivery is being worked on
	Done                    // it was worked on
)

// Store remembers which messages were worked on, since WeCom delivers some of
// them more than once and anybody who recorded one could send it again. It is
// shared by the replicas of a program. Entries must be kept for at least twice
// the handler's Window.
type Store interface {
	// Begin claims a message. It returns Fresh to exactly one of several
	// callers. A claim whose End never comes, because its process died, should
	// end by itself after about seven seconds.
	Begin(ctx context.Context, key string) (State, error)
	// End closes a claim: done says whether the message was worked on. If not,
	// the next delivery is Fresh again.
	End(ctx context.Context, key string, done bool) error
}

// claimTTL is when a claim without an end counts as abandoned: longer than the five
// seconds of one delivery, shorter than the ten or so in which WeCom delivers three times.
const claimTTL = 7 * time.Second

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

// maxRemembered bounds the memory of one half; a flood makes entries leave
// early rather than use up the machine.
const maxRemembered = 200_000

// NewMemory returns a Store for a single process, which remembers a message
// for at least keep and at most twice as long.
func NewMemory(keep time.Duration) Store { return newMemory(keep, time.Now) }

func newMemory(keep time.Duration, now func() time.Time) *memory {
	return &memory{keep: keep, now: now, rotated: now(), recent: map[string]entry{}}
}

// Begin claims a message.
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
