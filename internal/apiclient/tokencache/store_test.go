package tokencache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/huimian/huimian/internal/apiclient/redact"
)

// brokenStore is a Store of which single methods fail.
type brokenStore struct {
	Store
	failLoad, failLease, failSave, failRelease bool
}

func failIf(fail bool) error {
	if fail {
		return errStore
	}
	return nil
}

func (b *brokenStore) Load(ctx context.Context, key string) (Token, error) {
	if b.failLoad {
		return Token{}, errStore
	}
	return b.Store.Load(ctx, key)
}

func (b *brokenStore) AcquireLease(ctx context.Context, key, holder string, ttl time.Duration) (bool, error) {
	if b.failLease {
		return false, errStore
	}
	return b.Store.AcquireLease(ctx, key, holder, ttl)
}

func (b *brokenStore) Save(ctx context.Context, key, holder string, t Token) error {
	return errors.Join(failIf(b.failSave), b.Store.Save(ctx, key, holder, t))
}

func (b *brokenStore) ReleaseLease(ctx context.Context, key, holder string) error {
	return errors.Join(failIf(b.failRelease), b.Store.ReleaseLease(ctx, key, holder))
}

func TestBrokenStoreIsBypassed(t *testing.T) {
	for name, broken := range map[string]*brokenStore{
		"load": {failLoad: true}, "lease": {failLease: true}, "save": {failSave: true}, "release": {failRelease: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			broken.Store = NewMemoryStore[Token]()
			f := &fakeService{}
			s := newSource(f, broken)
			for range 3 {
				expectToken(t, s, "token-1")
			}
			f.expectFetches(t, 1)
			if t.Failed() {
				t.Log(name)
			}
		})
	}
}

func TestRequiredStore(t *testing.T) {
	for _, broken := range []*brokenStore{{failLoad: true}, {failLease: true}} {
		synctest.Test(t, func(t *testing.T) {
			broken.Store = NewMemoryStore[Token]()
			f := &fakeService{}
			s := newSource(f, broken, storeRequired)
			if _, err := s.Get(t.Context()); !errors.Is(err, errStore) {
				t.Errorf("got %v", err)
			}
			f.expectFetches(t, 0)
			broken.failLease = true
			if err := s.Put(t.Context(), Token{Value: "t"}); !errors.Is(err, errStore) {
				t.Errorf("put: %v", err)
			}
		})
	}
}

func TestPutFailsWithSave(t *testing.T) {
	broken := &brokenStore{Store: NewMemoryStore[Token](), failSave: true}
	s := newSource(&fakeService{}, broken)
	if err := s.Put(t.Context(), Token{Value: "t", ExpiresAt: time.Now().Add(time.Hour)}); !errors.Is(err, errStore) {
		t.Errorf("put: %v", err)
	}
	if token, _ := s.Cached(time.Now()); token != "" {
		t.Error("a token that was not stored is used")
	}
}

func TestFailedFetchReleasesLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := &fakeService{err: errDown}, NewMemoryStore[Token]()
		if _, err := newSource(f, store).Get(t.Context()); !errors.Is(err, errDown) {
			t.Errorf("got %v", err)
		}
		f.setErr(nil)
		start := time.Now()
		expectToken(t, newSource(f, store), "token-2")
		if took := time.Since(start); took != 0 {
			t.Errorf("the next replica waited %s", took)
		}
	})
}

func TestExpiredLeaseIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := NewMemoryStore[Token]()
		if ok, err := store.AcquireLease(t.Context(), "key", "crashed", 15*time.Second); !ok || err != nil {
			t.Fatal(ok, err)
		}
		start := time.Now()
		expectToken(t, newSource(&fakeService{}, store), "token-1")
		if took := time.Since(start); took < 15*time.Second || took > 15*time.Second+2*maxStorePoll {
			t.Errorf("waited %s", took)
		}
	})
}

func TestWaitForLeaseEndsWithFetchTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := NewMemoryStore[Token]()
		if _, err := store.AcquireLease(t.Context(), "key", "another", time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, err := newSource(&fakeService{}, store).Get(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// savingStore saves a token of another replica before it grants a lease.
type savingStore struct{ Store }

func (s savingStore) AcquireLease(ctx context.Context, key, holder string, ttl time.Duration) (bool, error) {
	if _, err := s.Store.AcquireLease(ctx, key, "another", ttl); err != nil {
		return false, err
	}
	if err := s.Save(ctx, key, "another", Token{Value: "stored", ExpiresAt: time.Now().Add(time.Hour), RefreshAt: time.Now().Add(time.Hour)}); err != nil {
		return false, err
	}
	return s.Store.AcquireLease(ctx, key, holder, ttl)
}

func TestTokenSavedBeforeLease(t *testing.T) {
	f, store := &fakeService{}, NewMemoryStore[Token]()
	expectToken(t, newSource(f, savingStore{store}), "stored")
	f.expectFetches(t, 0)
	if ok, err := store.AcquireLease(t.Context(), "key", "a third", time.Minute); !ok || err != nil {
		t.Errorf("the lease was not released: %t, %v", ok, err)
	}
}

func TestMemoryStoreLeases(t *testing.T) {
	ctx, m := t.Context(), NewMemoryStore[Token]()
	acquire := func(holder string, want bool) {
		t.Helper()
		if got, err := m.AcquireLease(ctx, "key", holder, time.Minute); got != want || err != nil {
			t.Errorf("%s has the lease: %t (%v), want %t", holder, got, err, want)
		}
	}
	load := func(want redact.Secret) {
		t.Helper()
		if got, err := m.Load(ctx, "key"); got.Value != want || err != nil {
			t.Errorf("loaded %q (%v), want %q", string(got.Value), err, string(want))
		}
	}
	acquire("a", true)
	acquire("a", true) // reentrant
	acquire("b", false)
	for _, err := range []error{m.Save(ctx, "key", "b", Token{Value: "of b"}), m.ReleaseLease(ctx, "key", "b")} {
		if err != nil {
			t.Error(err)
		}
	}
	load("") // b has no lease
	acquire("b", false)
	if err := m.Save(ctx, "key", "a", Token{Value: "of a"}); err != nil {
		t.Error(err)
	}
	load("of a")
	acquire("b", true) // Save released the lease
	if err := m.Invalidate(ctx, "key", "another"); err != nil {
		t.Error(err)
	}
	load("of a")
	if err := m.Invalidate(ctx, "key", "of a"); err != nil {
		t.Error(err)
	}
	load("")
	acquire("a", false) // Invalidate keeps the lease
	if err := m.ReleaseLease(ctx, "key", "b"); err != nil {
		t.Error(err)
	}
	acquire("a", true)
}

func TestConcurrentLeases(t *testing.T) {
	m := NewMemoryStore[Token]()
	var granted atomic.Int64
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			if ok, err := m.AcquireLease(t.Context(), "key", fmt.Sprint(i), time.Minute); ok && err == nil {
				granted.Add(1)
			}
		})
	}
	wg.Wait()
	if granted.Load() != 1 {
		t.Errorf("%d holders have the lease", granted.Load())
	}
}

// publicToken is a token as a public package declares it.
type publicToken struct {
	Value     redact.Secret
	ExpiresAt time.Time
	RefreshAt time.Time
}

func TestAdapt(t *testing.T) {
	public := NewMemoryStore[publicToken]()
	f := &fakeService{}
	expectToken(t, newSource(f, Adapt[publicToken](public)), "token-1")
	expectToken(t, newSource(f, Adapt[publicToken](public)), "token-1")
	f.expectFetches(t, 1)
	if stored, err := public.Load(t.Context(), "key"); err != nil || stored.Value != "token-1" || stored.ExpiresAt.IsZero() || stored.RefreshAt.IsZero() {
		t.Errorf("stored %+v (%v)", stored, err)
	}
}

// TestMain also runs the child processes of TestProcessesFetchOnce.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "get-token" {
		os.Exit(getInProcess(os.Args[2]))
	}
	os.Exit(m.Run())
}

// TestProcessesFetchOnce starts four processes that share a store over HTTP.
func TestProcessesFetchOnce(t *testing.T) {
	var fetches atomic.Int64
	server := httptest.NewServer(storeHandler(NewMemoryStore[Token](), &fetches))
	defer server.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			out, err := exec.CommandContext(t.Context(), os.Args[0], "get-token", server.URL).CombinedOutput()
			if err != nil || string(out) != "fetched" {
				t.Errorf("a process printed %q (%v)", out, err)
			}
		})
	}
	wg.Wait()
	if fetches.Load() != 1 {
		t.Errorf("four processes fetched %d tokens", fetches.Load())
	}
}

// storeHandler serves a store: the query has the operation, the key's holder and a value. /fetch counts
// and is slow enough for the processes to overlap.
func storeHandler(store *MemoryStore[Token], fetches *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		holder, value := q.Get("holder"), q.Get("value")
		switch r.URL.Path {
		case "/load":
			token, _ := store.Load(r.Context(), "key")
			_, _ = io.WriteString(w, string(token.Value))
		case "/lease":
			ok, _ := store.AcquireLease(r.Context(), "key", holder, time.Minute)
			_, _ = fmt.Fprint(w, ok)
		case "/save":
			_ = store.Save(r.Context(), "key", holder, Token{Value: redact.Secret(value)})
		case "/fetch":
			fetches.Add(1)
			<-time.After(200 * time.Millisecond)
			_, _ = io.WriteString(w, "fetched")
		}
	})
}

// remoteStore is the client of storeHandler.
type remoteStore struct{ base string }

func (s remoteStore) get(ctx context.Context, query string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+query, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	return string(data), err
}

func (s remoteStore) Load(ctx context.Context, _ string) (Token, error) {
	value, err := s.get(ctx, "/load")
	end := time.Now().Add(time.Hour)
	return Token{Value: redact.Secret(value), ExpiresAt: end, RefreshAt: end}, err
}

func (s remoteStore) AcquireLease(ctx context.Context, _, holder string, _ time.Duration) (bool, error) {
	answer, err := s.get(ctx, "/lease?holder="+holder)
	return answer == "true", err
}

func (s remoteStore) Save(ctx context.Context, _, holder string, t Token) error {
	_, err := s.get(ctx, "/save?holder="+holder+"&value="+string(t.Value))
	return err
}

func (remoteStore) ReleaseLease(context.Context, string, string) error { return nil }

func (remoteStore) Invalidate(context.Context, string, string) error { return nil }

// getInProcess runs in a child process: it prints a token and returns the exit code.
func getInProcess(base string) int {
	store := remoteStore{base}
	s := newSource(&fakeService{}, store, func(cfg *Config) {
		cfg.Holder = fmt.Sprint("process-", os.Getpid())
		cfg.Fetch = func(ctx context.Context) (Token, error) {
			value, err := store.get(ctx, "/fetch")
			return NewToken(redact.Secret(value), time.Now().Add(time.Hour), time.Minute), err
		}
	})
	token, err := s.Get(context.Background())
	if err != nil {
		fmt.Print(err)
		return 1
	}
	fmt.Print(string(token))
	return 0
}
