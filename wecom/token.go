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

// TokenStore shares tokens among the replicas of a program, so that together
// they fetch each token once. A store that fails is worked around: the client
// then fetches for itself and keeps the token in memory.
//
// Keys name company, app and kind of token, never a secret. A lease keeps
// replicas from fetching at the same time; it must end by itself after ttl,
// since its holder may die.
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
	Value     Secret    // at most 512 bytes; string(Value) to store it
	ExpiresAt time.Time // when WeCom says it ends
	RefreshAt time.Time // from when on a periodic job should fetch another
}

const (
	// expiryMargin is how long before its end a token is no longer used: a
	// request may be on its way for a while, and clocks differ.
	expiryMargin = time.Minute
	// refreshLead is how long before its end a token is refreshed; a quarter
	// of the lifetime when that is less.
	refreshLead = 30 * time.Minute

	fetchTimeout = 30 * time.Second // for everything that getting a token takes
	leaseTTL     = 15 * time.Second // longer than one fetch takes, short enough to outlive a dead holder

	minStorePoll = 20 * time.Millisecond  // while another replica fetches: before the first look at the store
	maxStorePoll = 500 * time.Millisecond // and the longest time between two looks

	// A refused fetch is remembered for so long, because WeCom bars an address
	// for an hour that keeps asking with a wrong secret.
	refusalTTL = time.Minute

	// Fetches beyond this are delayed, in case every new token is declared
	// dead at once: WeCom blocks those who fetch too often.
	fetchBurst    = 10
	fetchInterval = 5 * time.Second
)

func (t StoredToken) isUsable(now time.Time) bool {
	return t.Value != "" && now.Before(t.ExpiresAt.Add(-expiryMargin))
}

// newStoredToken gives a token that WeCom just handed out its times. A little
// randomness keeps the replicas' refreshes apart.
func newStoredToken(value Secret, now time.Time, lifetime time.Duration) StoredToken {
	lead := min(refreshLead, lifetime/4)
	if lead > 0 {
		lead -= rand.N(lead/5 + 1)
	}
	expires := now.Add(lifetime)
	return StoredToken{Value: value, ExpiresAt: expires, RefreshAt: expires.Add(-lead)}
}

// tokenSource keeps one token: in memory, shared through the store, fetched by
// one caller for all.
type tokenSource struct {
	key          string
	leaseHolder  string
	store        TokenStore // may be nil
	fetch        func(ctx context.Context) (StoredToken, error)
	logger       *slog.Logger
	fetchLimiter *rate.Limiter

	mu           sync.Mutex
	current      StoredToken
	deadToken    Secret      // the last token that WeCom declared dead
	inFlight     *tokenFetch // fetch under way, nil when none
	refusal      error       // why WeCom refused to give a token
	refusedUntil time.Time
}

// tokenFetch is one fetch that many callers wait for.
type tokenFetch struct {
	done  chan struct{} // closed when token and err are set
	token StoredToken
	err   error
}

// newTokenSource makes the source of one kind of token; kind "" is the access
// token itself.
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

// getToken returns a token that is not known to be dead. Callers that come while
// one is being fetched wait for it; each may give up alone by its context.
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
		if !s.isDead(f.token.Value) {
			return f.token.Value, nil
		}
		// Declared dead between the fetch and now: look again.
	}
}

// cachedToken returns the token in memory, if it is good.
func (s *tokenSource) cachedToken(now time.Time) (Secret, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current.Value, s.current.isUsable(now)
}

// joinFetch returns the token in memory, or a remembered refusal, or else the fetch
// under way, which it starts when there is none.
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

// startFetch begins a fetch that outlives the caller. The caller holds mu.
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

// finishFetch publishes what a fetch brought.
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

// markDead forgets a token that WeCom declared dead, unless another has taken its
// place already. The next fetch takes it out of the store.
func (s *tokenSource) markDead(token Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.Value == token {
		s.current, s.deadToken = StoredToken{}, token
	}
}

func (s *tokenSource) isDead(token Secret) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return token == s.deadToken
}

// refreshToken fetches another token when the time for it has come. The old one
// serves on until then, and after a failure.
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

// joinRefresh returns the fetch under way, starting one when the token in
// memory has come near its end; nil when there is nothing to do.
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

// obtainToken takes a good token from the store, or fetches one and stores it.
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

// loadOrLease returns a good token from the store, or else whether we now hold the
// lease for fetching one. Having the lease, it looks a second time: another
// replica may have stored a token in between.
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

// loadStored reads the store and takes a dead token out of it.
func (s *tokenSource) loadStored(ctx context.Context, good func(StoredToken) bool) (StoredToken, error) {
	token, err := s.store.Load(ctx, s.key)
	if err != nil || token.Value == "" {
		return StoredToken{}, err
	}
	if s.isDead(token.Value) {
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
		s.logger.WarnContext(ctx, "wecom: token was not stored", "key", s.key, "error", err)
	}
	return token, nil
}

// releaseLease uses a context of its own: the lease should end even when the time
// for fetching is up.
func (s *tokenSource) releaseLease(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := s.store.ReleaseLease(ctx, s.key, s.leaseHolder); err != nil {
		s.logger.WarnContext(ctx, "wecom: token lease was not released", "key", s.key, "error", err)
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
	// WeCom may hand out the same token again inside its lifetime. What it
	// gives us now is alive, whatever was said before.
	s.deadToken = ""
	return token, nil
}

// fetchAccessToken asks WeCom for the token of the app.
func (c *Client) fetchAccessToken(ctx context.Context) (StoredToken, error) {
	var reply struct {
		envelope
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	const path = "/cgi-bin/gettoken"
	query := url.Values{"corpid": {c.corpID}, "corpsecret": {string(c.secret)}}
	asked := time.Now()
	err := c.doCall(ctx, call{method: http.MethodGet, path: path, query: query, idempotent: true}, &reply)
	if err != nil {
		return StoredToken{}, err
	}
	return parseToken(path, Secret(reply.AccessToken), reply.ExpiresIn, asked)
}

// maxTokenLength bounds what we believe to be a token; WeCom reserves 512 bytes.
const maxTokenLength = 4096

func parseToken(path string, value Secret, expiresIn int64, asked time.Time) (StoredToken, error) {
	lifetime := time.Duration(expiresIn) * time.Second
	if value == "" || len(value) > maxTokenLength || lifetime <= expiryMargin || expiresIn > 1e6 {
		return StoredToken{}, &Error{Method: http.MethodGet, Path: path, Class: ClassNetwork,
			Message: "the answer holds no usable token"}
	}
	return newStoredToken(value, asked, lifetime), nil
}

// RefreshToken fetches a new access token when the one in use has come near
// its end, so that no call has to wait for it. Call it every few minutes; with
// a shared TokenStore one of the replicas does the work. It does nothing while
// the token is fresh.
// See https://developer.work.weixin.qq.com/document/path/91039
func (c *Client) RefreshToken(ctx context.Context) error {
	if err := c.token.refreshToken(ctx); err != nil {
		return wrapTokenError(call{method: http.MethodGet, path: "/cgi-bin/gettoken"}, err)
	}
	return nil
}

// AccessToken returns the token of the app, for programs that call WeCom by
// other means than this package. Hand it to no browser, and to no other
// machine than our own.
// See https://developer.work.weixin.qq.com/document/path/91039
func (c *Client) AccessToken(ctx context.Context) (Secret, error) {
	token, err := c.token.getToken(ctx)
	if err != nil {
		return "", wrapTokenError(call{method: http.MethodGet, path: "/cgi-bin/gettoken"}, err)
	}
	return token, nil
}
