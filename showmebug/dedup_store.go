package showmebug

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/apiclient/dedup"
)

// ClaimState is the processing state of an event.
type ClaimState int

const (
	StateNew        ClaimState = iota // not seen before, or failed: the caller now holds the claim
	StateInProgress                   // another delivery is being processed
	StateDone                         // already processed
)

// DedupStore records which events were processed, because ShowMeBug delivers an
// event again when it received no response, and because a recorded request could
// be replayed. It is shared by the replicas of a program, and has the shape of
// the DedupStore of package wecom/callback, so that one table can serve both.
// Entries must be kept for at least twice the ReplayWindow of the Webhook.
type DedupStore interface {
	// Claim claims an event. Of several concurrent callers exactly one gets
	// StateNew. A claim that is never finished, because its process crashed,
	// should expire before the next delivery, 15 seconds later.
	Claim(ctx context.Context, key string) (ClaimState, error)
	// Finish ends a claim. done reports whether the event was processed; if not,
	// the next Claim returns StateNew again.
	Finish(ctx context.Context, key string, done bool) error
}

// claimTTL is how long an unfinished claim is valid: longer than one delivery
// may take, shorter than the time until the next one.
const claimTTL = 12 * time.Second

// maxDedupEntries limits one of the two generations of a memory store.
const maxDedupEntries = 100_000

// NewMemoryDedupStore returns a DedupStore for a single process, which keeps each
// event for at least retention and at most twice as long. A flood of events
// evicts entries early instead of exhausting memory.
func NewMemoryDedupStore(retention time.Duration) DedupStore {
	return newMemoryDedupStore(retention, time.Now)
}

func newMemoryDedupStore(retention time.Duration, now func() time.Time) DedupStore {
	limits := dedup.Limits{Retention: retention, ClaimTTL: claimTTL, MaxEntries: maxDedupEntries}
	return dedup.NewMemoryStore[ClaimState](limits, now)
}
