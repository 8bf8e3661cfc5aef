package callback

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestMemory(t *testing.T) {
	now := atVectors
	m := newMemory(20*time.Minute, func() time.Time { return now })
	begin := func(key string, want State) {
		t.Helper()
		if got, err := m.Begin(t.Context(), key); got != want || err != nil {
			t.Errorf("%s is %d (%v), want %d", key, got, err, want)
		}
	}
	end := func(key string, done bool) {
		t.Helper()
		if err := m.End(t.Context(), key, done); err != nil {
			t.Error(err)
		}
	}
	begin("a", Fresh)
	begin("a", InProgress)
	end("a", true)
	begin("a", Done)
	begin("b", Fresh)
	end("b", false)
	begin("b", Fresh) // failed before
	now = now.Add(claimTTL + time.Second)
	begin("b", Fresh) // abandoned
	now = now.Add(20 * time.Minute)
	begin("a", Done) // still kept
	begin("c", Fresh)
	now = now.Add(20 * time.Minute)
	begin("a", Fresh) // forgotten
}

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory(time.Hour, time.Now)
	for i := range 3 * maxRemembered {
		if _, err := m.Begin(t.Context(), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(m.recent) + len(m.older); n > 2*maxRemembered {
		t.Errorf("%d entries are kept", n)
	}
}

func TestOneOfManyClaims(t *testing.T) {
	m := NewMemory(time.Hour)
	var fresh atomic.Int64
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if state, err := m.Begin(t.Context(), "k"); err == nil && state == Fresh {
				fresh.Add(1)
			}
		})
	}
	wg.Wait()
	if fresh.Load() != 1 {
		t.Errorf("%d callers have the message", fresh.Load())
	}
}
