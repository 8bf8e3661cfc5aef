package wecom

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/apiclient/tokencache"
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
	// allow for requests in flight and for clock skew: a quarter of its lifetime
	// when that is shorter.
	expiryMargin = time.Minute
	// refreshLead is how long before its expiry a token is due for refresh: a
	// quarter of its lifetime when that is shorter.
	refreshLead = 30 * time.Minute

	leaseTTL = 15 * time.Second // longer than one fetch, short enough to recover from a crashed holder

	// refusalTTL is how long a refused fetch is cached. WeCom blocks an IP
	// address for an hour after repeated attempts with a wrong secret.
	refusalTTL = time.Minute
)

// newTokenSource returns the source of one kind of token. The kind of the
// access token is "".
func (c *Client) newTokenSource(kind string, fetch func(context.Context) (tokencache.Token, error)) *tokencache.Source {
	key := c.tokenKey
	if kind != "" {
		key += "/" + kind
	}
	cfg := tokencache.Config{
		Key: key, Holder: c.leaseHolder, Fetch: fetch, Logger: c.logger, Name: "wecom",
		LeaseTTL: leaseTTL, IsRefusal: isTokenRefusal, RefusalTTL: refusalTTL,
		Now: c.now, Sleep: c.sleep,
	}
	if c.tokenStore != nil {
		cfg.Store = tokencache.Adapt[StoredToken](c.tokenStore)
	}
	return tokencache.New(cfg)
}

// isTokenRefusal reports whether another fetch would fail as well.
func isTokenRefusal(err error) bool {
	class := ClassOf(err)
	return class == ClassConfig || class == ClassLimit
}

// fetchAccessToken requests the access token of the app.
func (c *Client) fetchAccessToken(ctx context.Context) (tokencache.Token, error) {
	var reply struct {
		envelope
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	const path = "/cgi-bin/gettoken"
	query := url.Values{"corpid": {c.corpID}, "corpsecret": {string(c.secret)}}
	requested := c.now()
	err := c.doCall(ctx, call{method: http.MethodGet, path: path, query: query, idempotent: true}, &reply)
	if err != nil {
		return tokencache.Token{}, err
	}
	return parseToken(path, Secret(reply.AccessToken), reply.ExpiresIn, requested)
}

// maxTokenLength limits what is accepted as a token, in bytes. WeCom advises to
// reserve 512.
const maxTokenLength = 4096

func parseToken(path string, value Secret, expiresIn int64, requested time.Time) (tokencache.Token, error) {
	lifetime := time.Duration(expiresIn) * time.Second
	if value == "" || len(value) > maxTokenLength || expiresIn <= 0 || expiresIn > 1e6 {
		return tokencache.Token{}, &Error{Method: http.MethodGet, Path: path, Class: ClassNetwork,
			Message: "the response contains no usable token"}
	}
	// Within the lifetime of a token WeCom returns the same one, which may be about to expire.
	expires := requested.Add(lifetime - min(expiryMargin, lifetime/4))
	return tokencache.NewToken(value, expires, min(refreshLead, lifetime/4)), nil
}

// RefreshToken fetches a new access token when the current one is about to
// expire, so that no call has to wait for one. Call it every few minutes; with
// a shared TokenStore one replica fetches for all. It makes no request while
// the token is fresh.
// See https://developer.work.weixin.qq.com/document/path/91039
func (c *Client) RefreshToken(ctx context.Context) error {
	if err := c.token.Refresh(ctx); err != nil {
		return wrapTokenError(call{method: http.MethodGet, path: "/cgi-bin/gettoken"}, err)
	}
	return nil
}

// AccessToken returns the access token of the app, for programs that call WeCom
// by other means. Never send it to a browser or to a machine outside your
// control.
// See https://developer.work.weixin.qq.com/document/path/91039
func (c *Client) AccessToken(ctx context.Context) (Secret, error) {
	token, err := c.token.Get(ctx)
	if err != nil {
		return "", wrapTokenError(call{method: http.MethodGet, path: "/cgi-bin/gettoken"}, err)
	}
	return token, nil
}
