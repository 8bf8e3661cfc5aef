package showmebug

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/apiclient/tokencache"
)

// TokenStore shares tokens among the replicas of a program, so that each token
// is fetched once for all of them. It has the shape of the TokenStore of package
// wecom, so that one table can serve both.
//
// Keys contain no secret. A lease keeps replicas from fetching at the same time.
// It must expire after ttl, because its holder may crash.
//
// The tokens of client authorization (New) can be fetched again: when the store
// fails, the client fetches a token without it. The tokens of platform
// authorization (NewPlatform) must be stored permanently: a team whose refresh
// token is lost has to consent again.
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
	Value     Secret    // at most 8,192 bytes; string(Value) to store it
	ExpiresAt time.Time // when it is no longer used, shortly before ShowMeBug's expiry
	RefreshAt time.Time // when a background refresh is due
}

const (
	// expiryMargin is how long before its expiry a token is no longer used, to
	// allow for requests in flight: at most a quarter of its lifetime.
	expiryMargin = time.Minute
	// refreshLead is how long before that a token is due for refresh: at most a
	// quarter of its lifetime.
	refreshLead = 15 * time.Minute

	leaseMargin = 5 * time.Second // by how much a lease is longer than the timeout of a fetch

	refusalTTL     = 30 * time.Second // how long a refused fetch is cached
	refreshBackoff = 30 * time.Second // after a failed background refresh
)

// newToken returns a token that was requested at a time.
func newToken(value Secret, requested time.Time, lifetime time.Duration) tokencache.Token {
	expires := requested.Add(lifetime - min(expiryMargin, lifetime/4))
	return tokencache.NewToken(value, expires, min(refreshLead, lifetime/4))
}

// newTokenSource returns the source of one access token. storeRequired makes it
// fail when the store does.
func (c *core) newTokenSource(key string, storeRequired bool, fetch func(context.Context) (tokencache.Token, error)) *tokencache.Source {
	return tokencache.New(tokencache.Config{
		Key: key, Holder: c.holder, Store: c.store, StoreRequired: storeRequired, Fetch: fetch, Logger: c.log, Name: "showmebug",
		LeaseTTL: c.cfg.Timeout + leaseMargin, IsRefusal: isTokenRefusal, RefusalTTL: refusalTTL, BackgroundRetry: refreshBackoff,
		Now: c.cfg.Now, Sleep: c.cfg.Sleep,
	})
}

// isTokenRefusal reports whether another fetch would fail as well.
func isTokenRefusal(err error) bool {
	class := ClassOf(err)
	return class == ClassConfig || class == ClassConsent || class == ClassLimit
}
