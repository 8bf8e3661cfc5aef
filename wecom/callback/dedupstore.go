package callback

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/apiclient/dedup"
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

// maxEntries limits one of the two generations of a memory store.
const maxEntries = 200_000

// NewMemoryStore returns a DedupStore for a single process, which keeps each
// entry for at least retention and at most twice as long. A flood of messages
// evicts entries early instead of exhausting memory.
func NewMemoryStore(retention time.Duration) DedupStore { return newMemoryStore(retention, time.Now) }

func newMemoryStore(retention time.Duration, now func() time.Time) DedupStore {
	limits := dedup.Limits{Retention: retention, ClaimTTL: claimTTL, MaxEntries: maxEntries}
	return dedup.NewMemoryStore[ClaimState](limits, now)
}
