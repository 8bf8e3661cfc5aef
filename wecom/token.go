package wecom

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// TokenStore shares tokens among the replicas of a program, so that each token
// is fetched once for all of them. When a store fails, the client fetches a
// token without it and keeps the token in memory.
//
// Keys identify company, app and kind of token, and contain no secret. A lease
// keeps replicas from fetching at the same time. It must expire after ttl,
// because its holder may crash.
type TokenStore interface {
	// Load returns the stored token, or the zero value when there is none.
	Load(ctx context.Context, key string) (StoredToken, error)
	// AcquireLease takes the lease for key and reports whether holder now has
	// it. It is reentrant for the current holder.
	AcquireLease(ctx context.Context, key, holder string, ttl time.Duration) (bool, error)
	// Save stores a token and releases the lease of holder. It has no effect
	// when holder has lost its lease.
	Save(ctx context.Context, key, holder string, t StoredToken) error
	// ReleaseLease releases the lease of holder without a token, so that
	// another replica can fetch one.
	ReleaseLease(ctx context.Context, key, holder string) error
	// Invalidate deletes the stored token if its value is still this one.
	Invalidate(ctx context.Context, key, value string) error
}

// StoredToken is a token with its expiry. The zero value is no token.
type StoredToken struct {
	Value     Secret    // at most 512 bytes; string(Value) to store it
	ExpiresAt time.Time // as WeCom reported it
	RefreshAt time.Time // when a background refresh is due
}

const (
	// expiryMargin is how long before its expiry a token is no longer used, to
	// allow for requests in flight and for clock skew.
	expiryMargin = time.Minute
	// refreshLead is how long before its expiry a token is refreshed in the
	// background: a quarter of its lifetime when that is shorter.
	refreshLead = 30 * time.Minute

	fetchTimeout = 30 * time.Second // for all steps of obtaining a token
	leaseTTL     = 15 * time.Second // longer than one fetch, short enough to recover from a crashed holder

	minStorePoll = 20 * time.Millisecond  // while another replica fetches: the first interval between two reads of the store
	maxStorePoll = 500 * time.Millisecond // the longest interval, after exponential backoff

	// refusalTTL is how long a refused fetch is cached. WeCom blocks an IP
	// address for an hour after repeated attempts with a wrong secret.
	refusalTTL = time.Minute

	// Fetches beyond this rate are delayed, in case WeCom rejects every new
	// token: it blocks clients that fetch too often.
	fetchBurst    = 10
	fetchInterval = 5 * time.Second
)

func (t StoredToken) isUsable(now time.Time) bool {
	return t.Value != "" && now.Before(t.ExpiresAt.Add(-expiryMargin))
}

// newStoredToken computes the times of a new token. Jitter spreads the
// refreshes of replicas.
func newStoredToken(value Secret, now time.Time, lifetime time.Duration) StoredToken {
	lead := min(refreshLead, lifetime/4)
	if lead > 0 {
		lead -= rand.N(lead/5 + 1)
	}
	expires := now.Add(lifetime)
	return StoredToken{Value: value, ExpiresAt: expires, RefreshAt: expires.Add(-lead)}
}

// tokenSource provides one kind of token. It caches the token in memory, shares
// it through the store, and runs one fetch at a time for all callers.
type tokenSource struct {
	key          string
	leaseHolder  string
	store        TokenStore // may be nil
	fetch        func(ctx context.Context) (StoredToken, error)
	logger       *slog.Logger
	fetchLimiter *rate.Limiter

	mu            sync.Mutex
	current       StoredToken
	rejectedToken Secret      // the last token that WeCom rejected
	inFlight      *tokenFetch // current fetch, nil when there is none
	refusal       error       // cached error of a refused fetch
	refusedUntil  time.Time
}

// tokenFetch is one fetch shared by all waiting callers.
type tokenFetch struct {
	done  chan struct{} // closed once token and err are set
	token StoredToken
	err   error
}

// newTokenSource returns the source of one kind of token. The kind of the
// access token is "".
func (c *Client) newTokenSource(kind string, fetch func(context.Context) (StoredToken, error)) *tokenSource {
	key := c.tokenKey
	if kind != "" {
		key += "/" + kind
	}
	return &tokenSource{
		key: key, leaseHolder: c.leaseHolder, store: c.tokenStore, fetch: fetch, logger: c.logger,
		fetchLimiter: rate.NewLimiter(rate.Every(fetchInterval), fetchBurst),
	}
}

// getToken returns a token that WeCom has not rejected. Callers wait for a
// fetch in flight; cancelling ctx ends the wait of that caller only.
func (s *tokenSource) getToken(ctx context.Context) (Secret, error) {
	for {
		token, f, err := s.joinFetch(ctx)
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
		// Rejected between the fetch and now: try again.
	}
}

// cachedToken returns the token in memory and whether it is usable.
func (s *tokenSource) cachedToken(now time.Time) (Secret, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current.Value, s.current.isUsable(now)
}

// joinFetch returns the token in memory, or a cached refusal, or else the fetch
// in flight, starting one if necessary.
func (s *tokenSource) joinFetch(ctx context.Context) (Secret, *tokenFetch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.current.isUsable(now) {
		return s.current.Value, nil, nil
	}
	if s.refusal != nil && now.Before(s.refusedUntil) {
		return "", nil, s.refusal
	}
	if s.inFlight == nil {
		s.startFetch(ctx, func(t StoredToken) bool { return t.isUsable(time.Now()) })
	}
	return "", s.inFlight, nil
}

// startFetch starts a fetch that is independent of the caller's cancellation.
// The caller must hold mu.
func (s *tokenSource) startFetch(ctx context.Context, good func(StoredToken) bool) {
	f := &tokenFetch{done: make(chan struct{})}
	s.inFlight = f
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	go func() {
		defer cancel()
		token, err := s.obtainToken(ctx, good)
		s.finishFetch(f, token, err)
	}()
}

// finishFetch publishes the result of a fetch to all waiting callers.
func (s *tokenSource) finishFetch(f *tokenFetch, token StoredToken, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.token, f.err = token, err
	if err == nil {
		s.current, s.refusal = token, nil
	} else if class := ClassOf(err); class == ClassConfig || class == ClassLimit {
		s.refusal, s.refusedUntil = err, time.Now().Add(refusalTTL)
	}
	s.inFlight = nil
	close(f.done)
}

// rejectToken discards a token that WeCom rejected, unless a newer one has
// replaced it. The next fetch also invalidates it in the store.
func (s *tokenSource) rejectToken(token Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.Value == token {
		s.current, s.rejectedToken = StoredToken{}, token
	}
}

func (s *tokenSource) isRejected(token Secret) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return token == s.rejectedToken
}

// refreshToken fetches a new token once RefreshAt has passed. Until that
// succeeds, the old token stays in use.
func (s *tokenSource) refreshToken(ctx context.Context) error {
	if _, err := s.getToken(ctx); err != nil {
		return err
	}
	f, err := s.joinRefresh(ctx)
	if f == nil {
		return err
	}
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// joinRefresh returns the fetch in flight, starting one when the token in
// memory is due for refresh. It returns nil when no refresh is due.
func (s *tokenSource) joinRefresh(ctx context.Context) (*tokenFetch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.current.Value != "" && now.Before(s.current.RefreshAt) {
		return nil, nil
	}
	if s.refusal != nil && now.Before(s.refusedUntil) {
		return nil, s.refusal
	}
	if s.inFlight == nil {
		s.startFetch(ctx, func(t StoredToken) bool { return time.Now().Before(t.RefreshAt) })
	}
	return s.inFlight, nil
}

// obtainToken loads a good token from the store, or fetches one and stores it.
func (s *tokenSource) obtainToken(ctx context.Context, good func(StoredToken) bool) (StoredToken, error) {
	if s.store == nil {
		return s.fetchToken(ctx)
	}
	for look := minStorePoll; ; look = min(2*look, maxStorePoll) {
		token, leased, err := s.loadOrLease(ctx, good)
		switch {
		case err != nil && ctx.Err() == nil:
			s.logger.WarnContext(ctx, "wecom: token store failed, fetching without it", "key", s.key, "error", err)
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

// loadOrLease returns a good token from the store, or else whether this replica
// holds the lease for fetching one. After taking the lease it reads the store
// again, because another replica may have saved a token in the meantime.
func (s *tokenSource) loadOrLease(ctx context.Context, good func(StoredToken) bool) (StoredToken, bool, error) {
	if token, err := s.loadStored(ctx, good); err != nil || token.Value != "" {
		return token, false, err
	}
	leased, err := s.store.AcquireLease(ctx, s.key, s.leaseHolder, leaseTTL)
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

// loadStored reads the store and invalidates a rejected token in it.
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
	if err := s.store.Save(ctx, s.key, s.leaseHolder, token); err != nil {
		s.logger.WarnContext(ctx, "wecom: saving the token failed", "key", s.key, "error", err)
	}
	return token, nil
}

// releaseLease uses its own timeout, so that the lease is released even when
// ctx has expired.
func (s *tokenSource) releaseLease(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := s.store.ReleaseLease(ctx, s.key, s.leaseHolder); err != nil {
		s.logger.WarnContext(ctx, "wecom: releasing the token lease failed", "key", s.key, "error", err)
	}
}

func (s *tokenSource) fetchToken(ctx context.Context) (StoredToken, error) {
	if err := s.fetchLimiter.Wait(ctx); err != nil {
		return StoredToken{}, err
	}
	token, err := s.fetch(ctx)
	if err != nil {
		return StoredToken{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// WeCom may return the same token again within its lifetime. A token that
	// it has just returned is valid, even if it was rejected before.
	s.rejectedToken = ""
	return token, nil
}

// fetchAccessToken requests the access token of the app.
func (c *Client) fetchAccessToken(ctx context.Context) (StoredToken, error) {
	var reply struct {
		envelope
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	const path = "/cgi-bin/gettoken"
	query := url.Values{"corpid": {c.corpID}, "corpsecret": {string(c.secret)}}
	requested := time.Now()
	err := c.doCall(ctx, call{method: http.MethodGet, path: path, query: query, idempotent: true}, &reply)
	if err != nil {
		return StoredToken{}, err
	}
	return parseToken(path, Secret(reply.AccessToken), reply.ExpiresIn, requested)
}

// maxTokenLength limits what is accepted as a token, in bytes. WeCom advises to
// reserve 512.
const maxTokenLength = 4096

func parseToken(path string, value Secret, expiresIn int64, requested time.Time) (StoredToken, error) {
	lifetime := time.Duration(expiresIn) * time.Second
	if value == "" || len(value) > maxTokenLength || lifetime <= expiryMargin || expiresIn > 1e6 {
		return StoredToken{}, &Error{Method: http.MethodGet, Path: path, Class: ClassNetwork,
			Message: "the response contains no usable token"}
	}
	return newStoredToken(value, requested, lifetime), nil
}

// RefreshToken fetches a new access token when the current one is about to
// expire, so that no call has to wait for one. Call it every few minutes; with
// a shared TokenStore one replica fetches for all. It makes no request while
// the token is fresh.
// See https://developer.work.weixin.qq.com/document/path/91039
func (c *Client) RefreshToken(ctx context.Context) error {
	if err := c.token.refreshToken(ctx); err != nil {
		return wrapTokenError(call{method: http.MethodGet, path: "/cgi-bin/gettoken"}, err)
	}
	return nil
}

// AccessToken returns the access token of the app, for programs that call WeCom
// by other means. Never send it to a browser or to a machine outside your
// control.
// See https://developer.work.weixin.qq.com/document/path/91039
func (c *Client) AccessToken(ctx context.Context) (Secret, error) {
	token, err := c.token.getToken(ctx)
	if err != nil {
		return "", wrapTokenError(call{method: http.MethodGet, path: "/cgi-bin/gettoken"}, err)
	}
	return token, nil
}
