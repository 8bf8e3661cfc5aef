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

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/apiclient/tokencache"
	"github.com/huimian/huimian/internal/apiclient/transport"
)

// The scopes that a team can be asked for. Documented.
const (
	ScopeExam      = "exam"      // written tests
	ScopeInterview = "interview" // interviews
)

// Platform is an application that serves many teams (平台授权模式): each
// consents in a browser, and has tokens of its own. Its key and
// secret come from ShowMeBug on request. It is safe for use by many
// goroutines.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
type Platform struct {
	*core
	redirectURI string

	mu    sync.Mutex
	teams map[string]*Client
}

// NewPlatform returns a Platform. redirectURI is the address that was
// registered with ShowMeBug, to which a team's browser comes back. It calls
// nothing. Without cfg.Tokens every consent is lost with the process.
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

// AuthorizeURL returns the page on which a member of a team consents. The browser
// returns to the registered address with code and state; state is a random
// text that must be the one that this browser was given, against forgery.
// Without scopes it requests both known ones. Documented.
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

// Exchange turns the code of a browser that came back into tokens, keeps them
// under team, a name of the caller's choice, and returns the client that calls
// for it. A code works once. Documented; that redirect_uri is sent along is.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
func (p *Platform) Exchange(ctx context.Context, team string, code Secret) (*Client, error) {
	var k validator
	k.CheckRequired("team", team)
	k.CheckRequired("code", string(code))
	if k.err() != nil {
		return nil, k.err()
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

// Client returns the client of a team that has consented, now or, when tokens are shared,
// in another process. For a team that has not, its calls fail with
// ClassConsent.
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

// storeConsent keeps what a team's consent brought. The refresh token goes first:
// it is the one that cannot be fetched again.
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
	unsaved Secret // a refresh token that the store would not take
}

// refreshAccessToken is called by one at a time in all replicas: the lease for the access
// token guards both.
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
			// It serves on in this process, and is stored with the next.
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

// refreshTokenTTL is the end that a refresh token gets; ShowMeBug names none.
const refreshTokenTTL = 10 * 365 * 24 * time.Hour

// maxSaveAttempts is how often a refresh token is offered to a store that fails.
const maxSaveAttempts = 3

func (r *tokenRefresher) saveRefreshToken(ctx context.Context, refresh Secret) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unsaved = refresh
	var err error
	for try := range maxSaveAttempts {
		if try > 0 && !backoff.Sleep(ctx, minBackoff) {
			break
		}
		if err = r.trySaveRefreshToken(ctx, refresh); err == nil {
			r.unsaved = ""
			return nil
		}
	}
	return err
}

var errLeased = errors.New("another is storing one")

func (r *tokenRefresher) trySaveRefreshToken(ctx context.Context, refresh Secret) error {
	leased, err := r.store.AcquireLease(ctx, r.key, r.holder, r.cfg.Timeout+leaseMargin)
	if err != nil {
		return err
	}
	if !leased {
		return errLeased
	}
	end := time.Now().Add(refreshTokenTTL)
	return r.store.Save(ctx, r.key, r.holder, tokencache.Token{Value: refresh, ExpiresAt: end, RefreshAt: end})
}
