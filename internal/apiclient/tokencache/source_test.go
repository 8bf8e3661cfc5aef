package tokencache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/huimian/huimian/internal/apiclient/redact"
)

const testLifetime = 2 * time.Hour

var (
	errRefused = errors.New("wrong secret")
	errDown    = errors.New("service is down")
	errStore   = errors.New("store is down")
)

// fakeService issues the tokens "token-1", "token-2" and so on.
type fakeService struct {
	mu      sync.Mutex
	latency time.Duration
	err     error
	same    bool // returns "token-1" again
	fetches int
}

func (f *fakeService) fetch(ctx context.Context) (Token, error) {
	select {
	case <-time.After(f.latency):
	case <-ctx.Done():
		return Token{}, ctx.Err()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fetches++
	if f.err != nil {
		return Token{}, f.err
	}
	n := f.fetches
	if f.same {
		n = 1
	}
	return NewToken(redact.Secret(fmt.Sprintf("token-%d", n)), time.Now().Add(testLifetime), 30*time.Minute), nil
}

func (f *fakeService) setErr(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *fakeService) expectFetches(t *testing.T, want int) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fetches != want {
		t.Errorf("fetched %d tokens, want %d", f.fetches, want)
	}
}

var holders int

func newSource(f *fakeService, store Store, change ...func(*Config)) *Source {
	holders++
	cfg := Config{
		Key: "key", Holder: fmt.Sprint("replica-", holders), Fetch: f.fetch, Logger: slog.New(slog.DiscardHandler), Name: "test",
		Store: store, LeaseTTL: 15 * time.Second, ExpiryMargin: time.Minute,
		IsRefusal: func(err error) bool { return errors.Is(err, errRefused) }, RefusalTTL: time.Minute,
	}
	for _, c := range change {
		c(&cfg)
	}
	return New(cfg)
}

func inBackground(cfg *Config) { cfg.BackgroundRetry = 30 * time.Second }

func storeRequired(cfg *Config) { cfg.StoreRequired = true }

func expectToken(t *testing.T, s *Source, want redact.Secret) {
	t.Helper()
	if got, err := s.Get(t.Context()); err != nil || got != want {
		t.Errorf("got %q (%v), want %q", string(got), err, string(want))
	}
}

func TestConcurrentGetFetchesOnce(t *testing.T) {
	for name, store := range map[string]Store{"memory only": nil, "shared": NewMemoryStore[Token]()} {
		synctest.Test(t, func(t *testing.T) {
			f := &fakeService{latency: 50 * time.Millisecond}
			sources := []*Source{newSource(f, store)}
			if store != nil {
				sources = append(sources, newSource(f, store), newSource(f, store), newSource(f, store))
			}
			var wg sync.WaitGroup
			for i := range 1000 {
				wg.Go(func() {
					if token, err := sources[i%len(sources)].Get(t.Context()); err != nil || token != "token-1" {
						t.Errorf("%s: got %q (%v)", name, string(token), err)
					}
				})
			}
			wg.Wait()
			f.expectFetches(t, 1)
		})
	}
}

func TestExpiryMargin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{}
		s := newSource(f, nil)
		expectToken(t, s, "token-1")
		<-time.After(testLifetime - time.Minute - time.Second)
		expectToken(t, s, "token-1")
		if _, usable := s.Cached(time.Now()); !usable {
			t.Error("the token is not usable before the margin")
		}
		<-time.After(time.Second)
		if _, usable := s.Cached(time.Now()); usable {
			t.Error("the token is usable within the margin")
		}
		expectToken(t, s, "token-2")
		f.expectFetches(t, 2)
	})
}

func TestNewToken(t *testing.T) {
	expires, seen := time.Unix(1_700_000_000, 0), map[time.Time]bool{}
	for range 100 {
		token := NewToken("t", expires, 10*time.Minute)
		lead := token.ExpiresAt.Sub(token.RefreshAt)
		if lead < 8*time.Minute || lead > 10*time.Minute || !token.ExpiresAt.Equal(expires) {
			t.Errorf("the refresh is due %s before %s", lead, token.ExpiresAt)
		}
		seen[token.RefreshAt] = true
	}
	if len(seen) < 50 {
		t.Errorf("%d different times of 100", len(seen))
	}
	for _, lead := range []time.Duration{0, -time.Hour} {
		if token := NewToken("t", expires, lead); !token.RefreshAt.Equal(expires) {
			t.Errorf("lead %s: due at %s", lead, token.RefreshAt)
		}
	}
}

func TestRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := &fakeService{}, NewMemoryStore[Token]()
		a, b := newSource(f, store), newSource(f, store)
		refresh := func(s *Source, want error, fetches int) {
			t.Helper()
			if err := s.Refresh(t.Context()); !errors.Is(err, want) {
				t.Errorf("refresh: %v, want %v", err, want)
			}
			f.expectFetches(t, fetches)
		}
		refresh(a, nil, 1)
		refresh(a, nil, 1) // not due
		refresh(b, nil, 1) // uses the stored token
		<-time.After(97 * time.Minute)
		f.setErr(errDown)
		refresh(a, errDown, 2)
		expectToken(t, a, "token-1") // still in use
		f.setErr(nil)
		refresh(a, nil, 3)
		refresh(b, nil, 3)
		expectToken(t, b, "token-3")
	})
}

func TestBackgroundRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{latency: time.Second}
		s := newSource(f, nil, inBackground)
		expectToken(t, s, "token-1")
		<-time.After(97 * time.Minute)
		f.setErr(errDown)
		for range 5 {
			expectToken(t, s, "token-1") // without waiting
			<-time.After(2 * time.Second)
		}
		f.expectFetches(t, 2) // the failed refresh is not repeated at once
		f.setErr(nil)
		<-time.After(30 * time.Second)
		start := time.Now()
		expectToken(t, s, "token-1")
		if took := time.Since(start); took != 0 {
			t.Errorf("waited %s for the refresh", took)
		}
		<-time.After(2 * time.Second)
		expectToken(t, s, "token-3")
		f.expectFetches(t, 3)
	})
}

func TestGetDoesNotRefreshByDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{}
		s := newSource(f, nil)
		expectToken(t, s, "token-1")
		<-time.After(115 * time.Minute)
		expectToken(t, s, "token-1")
		synctest.Wait()
		f.expectFetches(t, 1)
	})
}

func TestRefusalIsCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{err: errRefused}
		s := newSource(f, NewMemoryStore[Token]())
		for range 10 {
			if _, err := s.Get(t.Context()); !errors.Is(err, errRefused) {
				t.Errorf("got %v", err)
			}
			if err := s.Refresh(t.Context()); !errors.Is(err, errRefused) {
				t.Errorf("refresh: %v", err)
			}
		}
		f.expectFetches(t, 1)
		f.setErr(nil)
		<-time.After(time.Minute)
		expectToken(t, s, "token-2")
	})
}

func TestRefusalDuringRefreshKeepsToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{}
		s := newSource(f, nil, inBackground)
		expectToken(t, s, "token-1")
		<-time.After(97 * time.Minute)
		f.setErr(errRefused)
		for range 5 {
			if err := s.Refresh(t.Context()); !errors.Is(err, errRefused) {
				t.Errorf("refresh: %v", err)
			}
			expectToken(t, s, "token-1")
		}
		<-time.After(s.cfg.RefusalTTL - time.Second) // longer than BackgroundRetry
		expectToken(t, s, "token-1")
		synctest.Wait()
		f.expectFetches(t, 2)
	})
}

func TestOtherErrorIsNotCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{err: errDown}
		s := newSource(f, nil)
		if _, err := s.Get(t.Context()); !errors.Is(err, errDown) {
			t.Errorf("got %v", err)
		}
		f.setErr(nil)
		expectToken(t, s, "token-2")
	})
}

func TestCancelledGetDoesNotCancelFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{latency: 5 * time.Second}
		s := newSource(f, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Get(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		expectToken(t, s, "token-1")
		f.expectFetches(t, 1)
	})
}

func TestCancelledRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{}
		s := newSource(f, nil)
		expectToken(t, s, "token-1")
		<-time.After(97 * time.Minute)
		f.latency = 5 * time.Second
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Refresh(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		<-time.After(5 * time.Second) // the fetch goes on
		expectToken(t, s, "token-2")
	})
}

func TestFetchTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, start := newSource(&fakeService{latency: time.Hour}, NewMemoryStore[Token]()), time.Now()
		if _, err := s.Get(t.Context()); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != fetchTimeout {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}

func TestReject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := &fakeService{}, NewMemoryStore[Token]()
		a, b := newSource(f, store), newSource(f, store)
		expectToken(t, a, "token-1")
		expectToken(t, b, "token-1")
		a.Reject("token-1")
		expectToken(t, a, "token-2")
		b.Reject("token-1") // b uses the stored token-2
		expectToken(t, b, "token-2")
		b.Reject("token-1") // too late: token-2 replaced it
		expectToken(t, b, "token-2")
		f.expectFetches(t, 2)
	})
}

func TestLateRejectKeepsNewToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{}
		s := newSource(f, nil)
		expectToken(t, s, "token-1")
		s.Reject("token-1")
		expectToken(t, s, "token-2")
		s.Reject("token-1")
		expectToken(t, s, "token-2")
		f.expectFetches(t, 2)
	})
}

func TestRejectedTokenMayBeIssuedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{same: true}
		s := newSource(f, NewMemoryStore[Token]())
		expectToken(t, s, "token-1")
		s.Reject("token-1")
		expectToken(t, s, "token-1")
		f.expectFetches(t, 2)
	})
}

func TestFetchesAreRateLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, start := &fakeService{}, time.Now()
		s := newSource(f, nil)
		for i := range fetchBurst + 3 {
			expectToken(t, s, redact.Secret(fmt.Sprint("token-", i+1)))
			token, _ := s.Cached(time.Now())
			s.Reject(token)
		}
		if took := time.Since(start); took != 3*fetchInterval {
			t.Errorf("%d fetches took %s", f.fetches, took)
		}
	})
}

func TestPut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := &fakeService{err: errRefused}, NewMemoryStore[Token]()
		a, b := newSource(f, store), newSource(f, store)
		if _, err := a.Get(t.Context()); !errors.Is(err, errRefused) {
			t.Errorf("got %v", err)
		}
		if _, err := store.AcquireLease(t.Context(), "key", "another", time.Second); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		token := NewToken("given", time.Now().Add(testLifetime), time.Minute)
		if err := a.Put(t.Context(), token); err != nil || time.Since(start) < time.Second {
			t.Errorf("put after %s: %v", time.Since(start), err)
		}
		expectToken(t, a, "given")
		expectToken(t, b, "given")
		f.setErr(nil)
		a.Reject("given")
		expectToken(t, a, "token-2") // the refusal is no longer cached
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := store.AcquireLease(t.Context(), "key", "another", time.Minute); err != nil {
			t.Fatal(err)
		}
		if err := a.Put(ctx, token); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("put without a lease: %v", err)
		}
	})
}

func TestLogsContainNoToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		store := &brokenStore{Store: NewMemoryStore[Token](), failSave: true}
		s := newSource(&fakeService{}, store, func(cfg *Config) { cfg.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
		expectToken(t, s, "token-1")
		if !strings.Contains(log.String(), "test: saving the token failed") || strings.Contains(log.String(), "token-1") {
			t.Errorf("logged %s", log.String())
		}
	})
}
