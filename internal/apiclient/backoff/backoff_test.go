package backoff

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestDelay(t *testing.T) {
	for attempt, bound := range map[int]time.Duration{1: 200 * time.Millisecond, 2: 800 * time.Millisecond, 3: 3200 * time.Millisecond} {
		seen := map[time.Duration]bool{}
		for range 100 {
			d := Delay(200*time.Millisecond, attempt)
			if d < bound/2 || d >= bound {
				t.Errorf("after attempt %d: %s, want %s to %s", attempt, d, bound/2, bound)
			}
			seen[d] = true
		}
		if len(seen) < 50 {
			t.Errorf("after attempt %d: %d different delays of 100", attempt, len(seen))
		}
	}
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		if !Sleep(ctx, 2*time.Second) || time.Since(start) != 2*time.Second {
			t.Errorf("waited %s", time.Since(start))
		}
		if Sleep(ctx, 2*time.Second) || time.Since(start) != 3*time.Second {
			t.Errorf("waited %s beyond the context", time.Since(start))
		}
		if Sleep(ctx, time.Hour) {
			t.Error("waited with a context that had ended")
		}
	})
}
