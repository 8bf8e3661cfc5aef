// Package tokencache provides access tokens and tickets to an API client: cached in memory, shared by
// replicas through a store with leases, fetched once for all concurrent callers and refreshed before they
// expire. A refused fetch is cached for a while, and a token that the service rejected is not used again.
package tokencache

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/apiclient/redact"
)

const (
	fetchTimeout = 30 * time.Second // for all steps of obtaining a token

	minStorePoll = 20 * time.Millisecond  // while another replica fetches: the first interval between two reads of the store
	maxStorePoll = 500 * time.Millisecond // the longest interval, after exponential backoff

	// Fetches beyond this rate are delayed, in case the service rejects every new token.
	fetchBurst    = 10
	fetchInterval = 5 * time.Second

	releaseTimeout = time.Second // for releasing a lease
)

// Token is a token with its expiry. The zero value is no token.
type Token struct {
	Value     redact.Secret
	ExpiresAt time.Time
	RefreshAt time.Time // when a refresh is due
}

// NewToken returns a token that is due for refresh lead before it expires. Jitter shortens lead by up to a
// fifth, which spreads the refreshes of replicas.
func NewToken(value redact.Secret, expires time.Time, lead time.Duration) Token {
	lead -= rand.N(max(lead, 0)/5 + 1)
	return Token{Value: value, ExpiresAt: expires, RefreshAt: expires.Add(-max(lead, 0))}
}

// Config configures a Source. Key, Holder, Fetch, Logger, LeaseTTL and IsRefusal are required.
type Config struct {
	Key    string // of the token in the store, without a secret
	Holder string // identifies the client in leases
	Fetch  func(ctx context.Context) (Token, error)
	Logger *slog.Logger
	Name   string // of the client, for log messages

	// Store is shared by replicas; nil keeps the token in memory only. When it fails, a token is fetched
	// without it, unless StoreRequired is set.
	Store         Store
	StoreRequired bool
	LeaseTTL      time.Duration // longer than one fetch, short enough to recover from a crashed holder

	// ExpiryMargin is how long before its expiry a token is no longer used, to allow for requests in
	// flight and for clock skew.
	ExpiryMargin time.Duration

	// IsRefusal selects the errors of Fetch that are cached for RefusalTTL, because another fetch would
	// fail as well.
	IsRefusal  func(error) bool
	RefusalTTL time.Duration

	// BackgroundRetry makes Get refresh a token that is due in the background, and is the wait after such
	// a refresh failed. When 0, only Refresh refreshes.
	BackgroundRetry time.Duration

	Now   func() time.Time  // the clock; nil is time.Now
	Sleep backoff.SleepFunc // waits for another replica and for the rate of fetches; nil is backoff.Sleep
}

// Source provides one token. It runs one fetch at a time for all callers.
type Source struct {
	cfg          Config
	fetchLimiter *rate.Limiter

	mu           sync.Mutex
	current      Token
	rejected     redact.Secret // the last token that the service rejected
	inFlight     *fetch        // current fetch, nil when there is none
	refusal      error         // cached error of a refused fetch
	refusedUntil time.Time
	retryAt      time.Time // of the next refresh in the background, after one that failed
}

// fetch is one fetch shared by all waiting callers.
type fetch struct {
	done  chan struct{} // closed once token and err are set
	token Token
	err   error
}

// wait blocks until the fetch is finished, or until ctx ends.
func (f *fetch) wait(ctx context.Context) (Token, error) {
	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		return Token{}, ctx.Err()
	}
}

// New returns a Source. It fetches nothing.
func New(cfg Config) *Source {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.Sleep = cfg.Sleep.OrDefault()
	return &Source{cfg: cfg, fetchLimiter: rate.NewLimiter(rate.Every(fetchInterval), fetchBurst)}
}

// Key returns the key of the token in the store.
func (s *Source) Key() string { return s.cfg.Key }

// Get returns a token that the service has not rejected. Callers wait for a fetch in flight; cancelling
// ctx ends the wait of that caller only.
func (s *Source) Get(ctx context.Context) (redact.Secret, error) {
	for {
		token, f, err := s.joinFetch(ctx)
		if f == nil {
			return token, err
		}
		fetched, err := f.wait(ctx)
		if err != nil {
			return "", err
		}
		if !s.isRejected(fetched.Value) {
			return fetched.Value, nil
		}
		// Rejected between the fetch and now: try again.
	}
}

// Cached returns the token in memory and whether it is usable at the given time.
func (s *Source) Cached(now time.Time) (redact.Secret, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current.Value, s.isUsable(s.current, now)
}

// Refresh fetches a new token once RefreshAt has passed. Until that succeeds, the old token stays in use.
func (s *Source) Refresh(ctx context.Context) error {
	if _, err := s.Get(ctx); err != nil {
		return err
	}
	f, err := s.joinRefresh(ctx)
	if f == nil {
		return err
	}
	_, err = f.wait(ctx)
	return err
}

// Reject discards a token that the service rejected, unless a newer one has replaced it. The next fetch
// also removes it from the store.
func (s *Source) Reject(token redact.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.Value == token {
		s.current, s.rejected = Token{}, token
	}
}

// Put stores a token that did not come from Fetch and uses it from now on. It waits for the lease, and
// fails when the store does. The Source must have a Store.
func (s *Source) Put(ctx context.Context, token Token) error {
	if err := s.waitForLease(ctx); err != nil {
		return err
	}
	if err := s.cfg.Store.Save(ctx, s.cfg.Key, s.cfg.Holder, token); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.refusal, s.rejected = token, nil, ""
	return nil
}

func (s *Source) isUsable(t Token, now time.Time) bool {
	return t.Value != "" && now.Before(t.ExpiresAt.Add(-s.cfg.ExpiryMargin))
}

func (s *Source) isRejected(token redact.Secret) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return token == s.rejected
}

// joinFetch returns the token in memory, or a cached refusal, or else the fetch in flight, starting one if
// necessary. It starts a refresh in the background when one is due.
func (s *Source) joinFetch(ctx context.Context) (redact.Secret, *fetch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	refused := s.refusal != nil && now.Before(s.refusedUntil)
	if s.isUsable(s.current, now) {
		if s.cfg.BackgroundRetry > 0 && !refused && s.inFlight == nil && now.After(s.current.RefreshAt) && now.After(s.retryAt) {
			s.startFetch(ctx, s.isFresh)
		}
		return s.current.Value, nil, nil
	}
	if refused {
		return "", nil, s.refusal
	}
	if s.inFlight == nil {
		s.startFetch(ctx, func(t Token) bool { return s.isUsable(t, s.cfg.Now()) })
	}
	return "", s.inFlight, nil
}

// joinRefresh returns the fetch in flight, starting one when the token in memory is due for refresh. It
// returns nil when no refresh is due.
func (s *Source) joinRefresh(ctx context.Context) (*fetch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	if s.current.Value != "" && now.Before(s.current.RefreshAt) {
		return nil, nil
	}
	if s.refusal != nil && now.Before(s.refusedUntil) {
		return nil, s.refusal
	}
	if s.inFlight == nil {
		s.startFetch(ctx, s.isFresh)
	}
	return s.inFlight, nil
}

// isFresh reports whether a token is not yet due for refresh.
func (s *Source) isFresh(t Token) bool { return s.cfg.Now().Before(t.RefreshAt) }

// startFetch starts a fetch that is independent of the caller's cancellation. A stored token is used
// instead if accept returns true. The caller must hold mu.
func (s *Source) startFetch(ctx context.Context, accept func(Token) bool) {
	f := &fetch{done: make(chan struct{})}
	s.inFlight = f
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	go func() {
		defer cancel()
		token, err := s.obtainToken(ctx, accept)
		s.finishFetch(f, token, err)
	}()
}

// finishFetch publishes the result of a fetch to all waiting callers.
func (s *Source) finishFetch(f *fetch, token Token, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.token, f.err = token, err
	if err == nil {
		s.current, s.refusal = token, nil
	} else {
		s.retryAt = s.cfg.Now().Add(s.cfg.BackgroundRetry)
		if s.cfg.IsRefusal(err) {
			s.refusal, s.refusedUntil = err, s.cfg.Now().Add(s.cfg.RefusalTTL)
		}
	}
	s.inFlight = nil
	close(f.done)
}
