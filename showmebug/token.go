package showmebug

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// TokenStore shares tokens among the replicas of a program, so that together
// they fetch each token once. It has the shape of package wecom's, for one
// table to serve both.
//
// Keys never hold a secret. A lease keeps replicas from fetching at the same
// time; it must end by itself after ttl, since its holder may die. The tokens
// of platform authorisation must be kept for good: without its refresh token a
// team has to consent again. Those of client authorisation can be lost, and a
// store that fails is worked around for them.
type TokenStore interface {
	// Load returns the stored token, or the zero value when there is none.
	Load(ctx context.Context, key string) (StoredToken, error)
	// AcquireLease takes the lease for key, and reports whether holder has it now.
	// A holder that has it already gets it again.
	AcquireLease(ctx context.Context, key, holder string, ttl time.Duration) (bool, error)
	// Save stores a token and ends the lease of holder. A holder that lost
	// its lease in the meantime changes nothing.
	Save(ctx context.Context, key, holder string, t StoredToken) error
	// ReleaseLease ends the lease of holder without a token, for another to try.
	ReleaseLease(ctx context.Context, key, holder string) error
	// Invalidate removes the token, but only if it is still this one.
	Invalidate(ctx context.Context, key, value string) error
}

// StoredToken is a token with its times. The zero value is no token.
type StoredToken struct {
	Value     Secret    // string(Value) to store it
	ExpiresAt time.Time // when it is no longer used; a little before it ends
	RefreshAt time.Time // from when on another is fetched in the background
}

const (
	// earlyExpiry is how long before its end a token is no longer used, a
	// quarter of its life at most: a request may be on its way for a while.
	earlyExpiry = time.Minute
	// refreshLead is how long before that another is fetched, a quarter of
	// its life at most.
	refreshLead = 15 * time.Minute

	fetchTimeout = 30 * time.Second // for everything that getting a token takes
	leaseMargin  = 5 * time.Second  // by how much a lease outlives the longest fetch

	minStorePoll = 20 * time.Millisecond  // while another replica fetches: before the first look at the store
	maxStorePoll = 500 * time.Millisecond // and the longest time between two looks

	// How long a refused fetch is cached: retrying with a wrong secret is of no use.
	errorCacheTTL = 30 * time.Second
	// After a failure in the background the next is tried so much later.
	refreshBackoff = 30 * time.Second

	// Fetches beyond this are delayed, in case every new token is
	// rejected at once.
	fetchBurst    = 10
	fetchInterval = 5 * time.Second
)

func (t StoredToken) isUsable(now time.Time) bool { return t.Value != "" && now.Before(t.ExpiresAt) }

// newToken gives a token that ShowMeBug just handed out its times. A little
// randomness keeps the replicas' renewals apart.
func newToken(value Secret, now time.Time, lifetime time.Duration) StoredToken {
	expires := now.Add(lifetime - min(earlyExpiry, lifetime/4))
	lead := min(refreshLead, lifetime/4)
	lead -= rand.N(lead/5 + 1)
	return StoredToken{Value: value, ExpiresAt: expires, RefreshAt: expires.Add(-lead)}
}

// tokenSource keeps one token: in memory, shared through the store, fetched by
// one caller for all.
type tokenSource struct {
	key           string
	holder        string
	store         TokenStore
	fetch         func(ctx context.Context) (StoredToken, error)
	log           *slog.Logger
	limiter       *rate.Limiter
	storeRequired bool // a store that fails is not worked around
	leaseTTL      time.Duration

	mu             sync.Mutex
	current        StoredToken
	rejected       Secret  // the last token that ShowMeBug rejected
	flight         *flight // fetch under way, nil when none
	cachedErr      error   // why ShowMeBug refused to give a token
	cachedErrUntil time.Time
	retryAt        time.Time // of the next fetch in the background, after one that failed
}

// flight is one fetch that many callers wait for.
type flight struct {
	done  chan struct{} // closed when token and err are set
	token StoredToken
	err   error
}

func (c *core) newTokenSource(key string, fetch func(context.Context) (StoredToken, error)) *tokenSource {
	return &tokenSource{
		key: key, holder: c.holder, store: c.store, fetch: fetch, log: c.log,
		limiter: rate.NewLimiter(rate.Every(fetchInterval), fetchBurst), leaseTTL: c.cfg.Timeout + leaseMargin,
	}
}

// currentToken returns a token that is not known to be rejected. Callers that arrive while
// one is being fetched wait for it; each may give up alone by its context.
func (s *tokenSource) currentToken(ctx context.Context) (Secret, error) {
	for {
		token, f, err := s.tokenOrFlight(ctx)
		if f == nil {
			return token, err
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		if f.err != nil {
			return "", f.err
		}
		if !s.isRejected(f.token.Value) {
			return f.token.Value, nil
		}
		// Rejected between the fetch and now: look again.
	}
}

// tokenOrFlight returns the token in memory, or a remembered refusal, or else the fetch
// under way, which it starts when there is none. A token that has come near
// its end is still given while another is fetched.
func (s *tokenSource) tokenOrFlight(ctx context.Context) (Secret, *flight, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	refused := s.cachedErr != nil && now.Before(s.cachedErrUntil)
	if s.current.isUsable(now) {
		if now.After(s.current.RefreshAt) && now.After(s.retryAt) && s.flight == nil && !refused {
			s.startFetch(ctx, func(t StoredToken) bool { return time.Now().Before(t.RefreshAt) })
		}
		return s.current.Value, nil, nil
	}
	if refused {
		return "", nil, s.cachedErr
	}
	if s.flight == nil {
		s.startFetch(ctx, func(t StoredToken) bool { return t.isUsable(time.Now()) })
	}
	return "", s.flight, nil
}

// startFetch begins a fetch that outlives the caller. The caller holds mu.
func (s *tokenSource) startFetch(ctx context.Context, good func(StoredToken) bool) {
	f := &flight{done: make(chan struct{})}
	s.flight = f
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	go func() {
		defer cancel()
		token, err := s.obtainToken(ctx, good)
		s.finishFetch(f, token, err)
	}()
}

// finishFetch publishes what a fetch brought.
func (s *tokenSource) finishFetch(f *flight, token StoredToken, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.token, f.err = token, err
	if err == nil {
		s.current, s.cachedErr = token, nil
	} else {
		s.retryAt = time.Now().Add(refreshBackoff)
		if class := ClassOf(err); class == ClassConfig || class == ClassConsent || class == ClassLimit {
			s.cachedErr, s.cachedErrUntil = err, time.Now().Add(errorCacheTTL)
		}
	}
	s.flight = nil
	close(f.done)
}

// rejectToken drops a token that ShowMeBug rejected, unless another one has
// replaced it already. The next fetch removes it from the store.
func (s *tokenSource) rejectToken(token Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.Value == token {
		s.current, s.rejected = StoredToken{}, token
	}
}

func (s *tokenSource) isRejected(token Secret) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return token == s.rejected
}

// obtainToken loads a usable token from the store, or fetches one and stores it.
func (s *tokenSource) obtainToken(ctx context.Context, good func(StoredToken) bool) (StoredToken, error) {
	for look := minStorePoll; ; look = min(2*look, maxStorePoll) {
		token, leased, err := s.loadOrAcquire(ctx, good)
		switch {
		case err != nil && ctx.Err() == nil && !s.storeRequired:
			s.log.WarnContext(ctx, "showmebug: token store failed, fetching without it", "key", s.key, "error", err)
			return s.fetchToken(ctx)
		case err != nil:
			return StoredToken{}, err
		case token.Value != "":
			return token, nil
		case leased:
			return s.fetchAndStore(ctx)
		}
		if !sleepContext(ctx, look/2+rand.N(look)) {
			return StoredToken{}, ctx.Err()
		}
	}
}

// loadOrAcquire returns a usable token from the store, or else whether this replica now holds the
// lease for fetching one. Having the lease, it looks a second time: another
// replica may have stored a token in between.
func (s *tokenSource) loadOrAcquire(ctx context.Context, good func(StoredToken) bool) (StoredToken, bool, error) {
	if token, err := s.loadStored(ctx, good); err != nil || token.Value != "" {
		return token, false, err
	}
	leased, err := s.store.AcquireLease(ctx, s.key, s.holder, s.leaseTTL)
	if err != nil || !leased {
		return StoredToken{}, false, err
	}
	token, err := s.loadStored(ctx, good)
	if err != nil || token.Value != "" {
		s.releaseLease(ctx)
		return token, false, err
	}
	return StoredToken{}, true, nil
}

// loadStored reads the store and removes a rejected token from it.
func (s *tokenSource) loadStored(ctx context.Context, good func(StoredToken) bool) (StoredToken, error) {
	token, err := s.store.Load(ctx, s.key)
	if err != nil || token.Value == "" {
		return StoredToken{}, err
	}
	if s.isRejected(token.Value) {
		return StoredToken{}, s.store.Invalidate(ctx, s.key, string(token.Value))
	}
	if !good(token) {
		return StoredToken{}, nil
	}
	return token, nil
}

func (s *tokenSource) fetchAndStore(ctx context.Context) (StoredToken, error) {
	token, err := s.fetchToken(ctx)
	if err != nil {
		s.releaseLease(ctx)
		return StoredToken{}, err
	}
	if err := s.store.Save(ctx, s.key, s.holder, token); err != nil {
		s.log.WarnContext(ctx, "showmebug: token was not stored", "key", s.key, "error", err)
	}
	return token, nil
}

// releaseLease uses a context of its own: the lease should end even when the time
// for fetching is up.
func (s *tokenSource) releaseLease(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := s.store.ReleaseLease(ctx, s.key, s.holder); err != nil {
		s.log.WarnContext(ctx, "showmebug: token lease was not released", "key", s.key, "error", err)
	}
}

func (s *tokenSource) fetchToken(ctx context.Context) (StoredToken, error) {
	if err := s.limiter.Wait(ctx); err != nil {
		return StoredToken{}, err
	}
	token, err := s.fetch(ctx)
	if err != nil {
		return StoredToken{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// Whether ShowMeBug hands the same token out again is not known. What it
	// returns now is valid, even if it was rejected before.
	s.rejected = ""
	return token, nil
}
