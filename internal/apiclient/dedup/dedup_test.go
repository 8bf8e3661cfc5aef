package dedup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var testLimits = Limits{Retention: 20 * time.Minute, ClaimTTL: 7 * time.Second, MaxEntries: 100}

func TestMemoryStore(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	m := NewMemoryStore[int](testLimits, func() time.Time { return now })
	claim := func(key string, want int) {
		t.Helper()
		if got, err := m.Claim(t.Context(), key); got != want || err != nil {
			t.Errorf("%s is %d (%v), want %d", key, got, err, want)
		}
	}
	finish := func(key string, done bool) {
		t.Helper()
		if err := m.Finish(t.Context(), key, done); err != nil {
			t.Error(err)
		}
	}
	claim("a", stateNew)
	claim("a", stateInProgress)
	finish("a", true)
	claim("a", stateDone)
	claim("b", stateNew)
	finish("b", false)
	claim("b", stateNew) // failed before
	now = now.Add(testLimits.ClaimTTL)
	claim("b", stateInProgress)
	now = now.Add(time.Second)
	claim("b", stateNew) // abandoned
	now = now.Add(testLimits.Retention)
	claim("a", stateDone) // in the older generation
	claim("b", stateNew)  // abandoned there
	claim("c", stateNew)
	finish("c", true)
	now = now.Add(testLimits.Retention)
	claim("a", stateNew) // evicted
	claim("c", stateDone)
	finish("c", false) // in the older generation
	claim("c", stateNew)
}

func TestMemoryStoreIsBounded(t *testing.T) {
	m := NewMemoryStore[int](testLimits, time.Now)
	for i := range 10 * testLimits.MaxEntries {
		if _, err := m.Claim(t.Context(), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if n := len(m.recent) + len(m.older); n > 2*testLimits.MaxEntries {
			t.Fatalf("%d entries are stored", n)
		}
	}
}

func TestConcurrentProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemoryStore[int](testLimits, time.Now)
		var handled, inProgress atomic.Int64
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				r := Process(t.Context(), m, "k", time.Second, func(context.Context) (int, error) {
					<-time.After(time.Millisecond)
					return int(handled.Add(1)), nil
				})
				if r.State == stateInProgress {
					inProgress.Add(1)
				}
			})
		}
		wg.Wait()
		if handled.Load() != 1 || inProgress.Load() != 99 {
			t.Errorf("handled %d times, %d in progress", handled.Load(), inProgress.Load())
		}
	})
}

// storeRecorder is a Store that returns fixed results and records the end of the claim.
type storeRecorder struct {
	state               int
	claimErr, finishErr error

	finished, done bool
	finishCtx      error // of the context of Finish
}

func (s *storeRecorder) Claim(context.Context, string) (int, error) { return s.state, s.claimErr }

func (s *storeRecorder) Finish(ctx context.Context, _ string, done bool) error {
	s.finished, s.done, s.finishCtx = true, done, ctx.Err()
	return s.finishErr
}

func TestProcess(t *testing.T) {
	errStore, errApp := errors.New("store"), errors.New("application")
	for _, c := range []struct {
		name     string
		store    storeRecorder
		handle   func(context.Context) (string, error)
		reply    string
		handled  bool
		done     bool
		err      error
		claimErr error
	}{
		{name: "success", handle: func(context.Context) (string, error) { return "reply", nil }, reply: "reply", handled: true, done: true},
		{name: "failure", handle: func(context.Context) (string, error) { return "", errApp }, handled: true, err: errApp},
		{name: "finish fails", store: storeRecorder{finishErr: errStore}, handle: func(context.Context) (string, error) { return "reply", nil }, reply: "reply", handled: true, done: true},
		{name: "claim fails", store: storeRecorder{claimErr: errStore}, claimErr: errStore},
		{name: "in progress", store: storeRecorder{state: stateInProgress}},
		{name: "done", store: storeRecorder{state: stateDone}},
	} {
		called := false
		r := Process(t.Context(), &c.store, "k", time.Second, func(ctx context.Context) (string, error) {
			called = true
			return c.handle(ctx)
		})
		if called != c.handled || c.store.finished != c.handled || c.store.done != c.done || r.Reply != c.reply || r.State != c.store.state {
			t.Errorf("%s: called %t, store %+v, result %+v", c.name, called, c.store, r)
		}
		if !errors.Is(r.HandleErr, c.err) || !errors.Is(r.ClaimErr, c.claimErr) || !errors.Is(r.FinishErr, c.store.finishErr) {
			t.Errorf("%s: errors %v, %v, %v", c.name, r.ClaimErr, r.HandleErr, r.FinishErr)
		}
	}
}

func TestProcessRecoversPanic(t *testing.T) {
	store := &storeRecorder{}
	r := Process(t.Context(), store, "k", time.Second, func(context.Context) (string, error) { panic("boom") })
	if r.HandleErr == nil || r.HandleErr.Error() != "panic: boom" || !store.finished || store.done {
		t.Errorf("result %+v, store %+v", r, store)
	}
}

func TestProcessTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		caller, cancel := context.WithCancel(t.Context())
		store, start := &storeRecorder{}, time.Now()
		r := Process(caller, store, "k", 4*time.Second, func(ctx context.Context) (string, error) {
			cancel() // does not end the context of the handler
			<-ctx.Done()
			return "", ctx.Err()
		})
		if took := time.Since(start); took != 4*time.Second || !errors.Is(r.HandleErr, context.DeadlineExceeded) {
			t.Errorf("ended after %s: %v", took, r.HandleErr)
		}
		if !store.finished || store.finishCtx != nil {
			t.Errorf("the claim ended with an expired context: %+v", store)
		}
	})
}
