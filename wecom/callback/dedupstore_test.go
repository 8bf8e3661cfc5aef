package callback

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestMemoryStore(t *testing.T) {
	now := atVectors
	m := newMemoryStore(20*time.Minute, func() time.Time { return now })
	claim := func(key string, want ClaimState) {
		t.Helper()
		if got, err := m.Claim(t.Context(), key); got != want || err != nil {
			t.Errorf("%s is %d (%v), want %d", key, got, err, want)
		}
	}
	end := func(key string, done bool) {
		t.Helper()
		if err := m.Finish(t.Context(), key, done); err != nil {
			t.Error(err)
		}
	}
	claim("a", StateNew)
	claim("a", StateInProgress)
	end("a", true)
	claim("a", StateDone)
	claim("b", StateNew)
	end("b", false)
	claim("b", StateNew) // failed before
	now = now.Add(claimTTL + time.Second)
	claim("b", StateNew) // abandoned
	now = now.Add(20 * time.Minute)
	claim("a", StateDone) // still stored
	claim("c", StateNew)
	now = now.Add(20 * time.Minute)
	claim("a", StateNew) // evicted
}

func TestConcurrentClaims(t *testing.T) {
	m := NewMemoryStore(time.Hour)
	var fresh atomic.Int64
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if state, err := m.Claim(t.Context(), "k"); err == nil && state == StateNew {
				fresh.Add(1)
			}
		})
	}
	wg.Wait()
	if fresh.Load() != 1 {
		t.Errorf("%d callers hold the claim", fresh.Load())
	}
}
