package showmebug

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/apiclient/tokencache"
	"github.com/huimian/huimian/internal/apiclient/transport"
)

// Scopes for AuthorizeURL. Documented.
const (
	ScopeExam      = "exam"      // written tests
	ScopeInterview = "interview" // interviews
)

// Platform is an application that serves many teams (platform authorization,
// 平台授权模式): each team consents in a browser and has its own tokens.
// ShowMeBug issues key and secret on request. A Platform is safe for concurrent
// use.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
type Platform struct {
	*core
	redirectURI string

	mu    sync.Mutex
	teams map[string]*Client
}

// NewPlatform returns a Platform. redirectURI is the URL registered with
// ShowMeBug, to which the browser of a team is redirected. NewPlatform makes no
// request. Without Config.TokenStore, every consent is lost when the process
// ends.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
func NewPlatform(cfg Config, redirectURI string) (*Platform, error) {
	shared, err := newCore(cfg)
	if err != nil {
		return nil, err
	}
	if u, err := url.Parse(redirectURI); err != nil || u.Host == "" {
		return nil, fmt.Errorf("showmebug: new platform: redirect address %q is not an address", redirectURI)
	}
	return &Platform{core: shared, redirectURI: redirectURI, teams: map[string]*Client{}}, nil
}

// AuthorizeURL returns the URL of the page on which a member of a team consents.
// ShowMeBug then redirects the browser to the registered URL with code and
// state. state is a random string; to prevent cross-site request forgery, compare
// it with the one that was issued to this browser. Without scopes, both known
// scopes are requested. Documented.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
func (p *Platform) AuthorizeURL(state string, scopes ...string) string {
	if len(scopes) == 0 {
		scopes = []string{ScopeExam, ScopeInterview}
	}
	query := url.Values{
		"client_id": {p.cfg.ClientID}, "redirect_uri": {p.redirectURI}, "response_type": {"code"},
		"scope": {strings.Join(scopes, " ")}, // becomes exam+interview
	}
	if state != "" {
		query.Set("state", state)
	}
	return p.base.String() + "/oauth/authorize?" + query.Encode()
}

// Exchange exchanges the code of a redirect for tokens, stores them and returns
// the client of the team. team is a name of the caller's choice, under which
// Client returns the same client. A code can be used once. Documented, including
// redirect_uri.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
func (p *Platform) Exchange(ctx context.Context, team string, code Secret) (*Client, error) {
	var v validator
	v.CheckRequired("team", team)
	v.CheckRequired("code", string(code))
	if v.err() != nil {
		return nil, v.err()
	}
	got, err := p.requestToken(ctx, url.Values{"grant_type": {"authorization_code"}, "code": {string(code)}, "redirect_uri": {p.redirectURI}}, code)
	if err != nil {
		return nil, err
	}
	c := p.Client(team)
	if err := c.storeConsent(ctx, got); err != nil {
		return nil, &Error{Method: http.MethodPost, Path: tokenPath, Class: ClassConsent,
			Message: "the tokens could not be stored: " + shortLine(p.redactSecrets(err.Error(), call{secrets: []Secret{code, got.refresh}}, got.access.Value)), cause: transport.ContextCause(err)}
	}
	return c, nil
}

// Client returns the client of a team that has consented, in this process or,
// with a shared TokenStore, in another one. For a team that has not consented, the
// calls of the client fail with ClassConsent.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
func (p *Platform) Client(team string) *Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.teams[team]
	if c == nil {
		key := "showmebug/" + hashKey(p.base.String(), p.cfg.ClientID) + "/" + hashKey(team)
		r := &tokenRefresher{core: p.core, key: key + "/refresh"}
		c = p.newClient(p.newTokenSource(key, true, r.refreshAccessToken))
		c.consent = r
		p.teams[team] = c
	}
	return c
}

// storeConsent stores the tokens of a team. The refresh token is first, because
// it cannot be fetched again.
func (c *Client) storeConsent(ctx context.Context, got tokenGrant) error {
	if got.refresh != "" {
		if err := c.consent.saveRefreshToken(ctx, got.refresh); err != nil {
			return err
		}
	}
	return c.token.Put(ctx, got.access)
}

// tokenRefresher renews the token of one team with its refresh token, which
// ShowMeBug may replace each time.
type tokenRefresher struct {
	*core
	key string // of the refresh token in the store

	mu      sync.Mutex
	unsaved Secret // a refresh token that could not be saved
}

// refreshAccessToken is called by one replica at a time: the lease for the access
// token also protects the refresh token.
func (r *tokenRefresher) refreshAccessToken(ctx context.Context) (tokencache.Token, error) {
	refresh, err := r.loadRefreshToken(ctx)
	if err != nil {
		return tokencache.Token{}, err
	}
	if refresh == "" {
		return tokencache.Token{}, &Error{Method: http.MethodPost, Path: tokenPath, Class: ClassConsent,
			Message: "this team has not consented"}
	}
	got, err := r.requestToken(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {string(refresh)}}, refresh)
	if err != nil {
		return tokencache.Token{}, err
	}
	if got.refresh != "" && got.refresh != refresh {
		if err := r.saveRefreshToken(ctx, got.refresh); err != nil {
			// It remains in use in this process.
			r.log.ErrorContext(ctx, "showmebug: refresh token was not stored", "key", r.key, "error", err)
		}
	}
	return got.access, nil
}

func (r *tokenRefresher) loadRefreshToken(ctx context.Context) (Secret, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.unsaved != "" {
		return r.unsaved, nil
	}
	stored, err := r.store.Load(ctx, r.key)
	return stored.Value, err
}

// refreshTokenTTL is the lifetime of a stored refresh token; ShowMeBug documents none.
const refreshTokenTTL = 10 * 365 * 24 * time.Hour

// maxSaveAttempts limits the attempts to save a refresh token in a failing store.
const maxSaveAttempts = 3

func (r *tokenRefresher) saveRefreshToken(ctx context.Context, refresh Secret) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unsaved = refresh
	var err error
	for try := range maxSaveAttempts {
		if try > 0 && !r.cfg.Sleep(ctx, minBackoff) {
			break
		}
		if err = r.trySaveRefreshToken(ctx, refresh); err == nil {
			r.unsaved = ""
			return nil
		}
	}
	return err
}

var errLeased = errors.New("another replica holds the lease")

func (r *tokenRefresher) trySaveRefreshToken(ctx context.Context, refresh Secret) error {
	leased, err := r.store.AcquireLease(ctx, r.key, r.holder, r.cfg.Timeout+leaseMargin)
	if err != nil {
		return err
	}
	if !leased {
		return errLeased
	}
	end := r.cfg.Now().Add(refreshTokenTTL)
	return r.store.Save(ctx, r.key, r.holder, tokencache.Token{Value: refresh, ExpiresAt: end, RefreshAt: end})
}
