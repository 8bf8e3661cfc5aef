// Package oidc is the client of an OpenID Connect provider: the authorization code flow with
// PKCE, and the verification of ID tokens. It knows no members and no sessions.
package oidc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// Limits of the requests to a provider.
const (
	requestTimeout    = 10 * time.Second
	maxResponse       = 1 << 20 // bytes
	discoveryLifetime = 24 * time.Hour
	retryAfter        = 5 * time.Second // after a failed discovery
)

// Errors of a sign-in. Others are mistakes in the settings, or of the provider.
var (
	ErrUnavailable  = errors.New("the OpenID Connect provider cannot be reached")
	ErrCode         = errors.New("the provider does not accept the authorization code")
	ErrClient       = errors.New("the provider does not accept the client id or the client secret")
	ErrIssuer       = errors.New("the provider has another issuer than HUIMIAN_OIDC_ISSUER")
	ErrToken        = errors.New("the ID token is not valid")
	ErrNotVerified  = errors.New("the provider has not verified the e-mail address")
	ErrOtherDomain  = errors.New("the domain of the e-mail address is not allowed")
	errNoAddress    = fmt.Errorf("%w: it has no e-mail address", ErrNotVerified)
	errNoTokenField = fmt.Errorf("%w: the response contains none", ErrToken)
)

// Config describes a client of a provider. All fields but EmailDomains and Now are required.
type Config struct {
	Issuer       string // URL
	ClientID     string
	ClientSecret string
	Name         string   // of the provider, for the sign-in page
	EmailDomains []string // allowed domains of e-mail addresses; none for all
	RedirectURL  string
	Now          func() time.Time
}

// Check returns an error for each field that is missing or invalid. It sends nothing.
func (c *Config) Check() error {
	var errs []error
	if u, err := url.Parse(c.Issuer); err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		errs = append(errs, errors.New("HUIMIAN_OIDC_ISSUER must be an https URL without a query, such as https://login.example.com"))
	}
	if c.ClientID == "" || c.ClientSecret == "" {
		errs = append(errs, errors.New("HUIMIAN_OIDC_CLIENT_ID and HUIMIAN_OIDC_CLIENT_SECRET are required: register a confidential web client at the provider"))
	}
	for _, domain := range c.EmailDomains {
		if domain == "" || strings.ContainsAny(domain, "@*/ ") || !strings.Contains(domain, ".") {
			errs = append(errs, fmt.Errorf("HUIMIAN_OIDC_EMAIL_DOMAINS: %q is not a domain such as example.com", domain))
		}
	}
	return errors.Join(errs...)
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Identity is an account at a provider.
type Identity struct {
	Issuer  string
	Subject string
	Email   string // in lower case; verified by the provider
}

// Provider is a client of a provider. It reads the provider's configuration with the first
// sign-in: a provider that is unavailable does not stop the server.
type Provider struct {
	config   Config
	client   *http.Client
	flight   singleflight.Group
	mu       sync.Mutex
	found    *discovered
	failed   error
	failedAt time.Time
}

// discovered is what the provider publishes.
type discovered struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	oauth    oauth2.Config
	at       time.Time
}

// New returns the client of a provider. It sends nothing.
func New(c Config) (*Provider, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Provider{config: c, client: &http.Client{Timeout: requestTimeout, Transport: boundedTransport{}}}, nil
}

// Name returns the name of the provider for members.
func (p *Provider) Name() string { return p.config.Name }

// Issuer returns the issuer of the provider's tokens.
func (p *Provider) Issuer() string { return p.config.Issuer }

// AllowsEmail reports whether members may sign in with an e-mail address.
func (p *Provider) AllowsEmail(email string) bool {
	_, domain, ok := strings.Cut(email, "@")
	return ok && (len(p.config.EmailDomains) == 0 || slices.ContainsFunc(p.config.EmailDomains, func(d string) bool { return strings.EqualFold(d, domain) }))
}

// boundedTransport limits the size of responses.
type boundedTransport struct{}

func (boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, maxResponse), response.Body}
	return response, nil
}

func (p *Provider) withClient(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

// Discover reads the provider's configuration, or returns the error of an attempt in the last
// seconds.
func (p *Provider) Discover(ctx context.Context) error {
	_, err := p.findConfiguration(ctx)
	return err
}

func (p *Provider) findConfiguration(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	found, failed, failedAt := p.found, p.failed, p.failedAt
	p.mu.Unlock()
	now := p.config.Now()
	switch {
	case found != nil && now.Sub(found.at).Abs() < discoveryLifetime:
		return found, nil
	case failed != nil && now.Sub(failedAt).Abs() < retryAfter:
		return nil, failed
	}
	// Independent of the request that waits: others wait for the same answer.
	result, err, _ := p.flight.Do("", func() (any, error) { return p.fetchConfiguration(context.WithoutCancel(ctx)) })
	if err != nil && found != nil {
		return found, nil // the earlier configuration, until the provider responds
	}
	if err != nil {
		return nil, err
	}
	fetched, _ := result.(*discovered)
	return fetched, nil
}

func (p *Provider) fetchConfiguration(ctx context.Context) (*discovered, error) {
	provider, err := oidc.NewProvider(p.withClient(ctx), p.config.Issuer)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		reason := ErrUnavailable
		if _, ok := errors.AsType[*oidc.IssuerMismatchError](err); ok {
			reason = ErrIssuer
		}
		p.failed, p.failedAt = fmt.Errorf("%w: %w", reason, err), p.config.Now()
		return nil, p.failed
	}
	p.failed = nil
	p.found = &discovered{
		provider: provider, at: p.config.Now(),
		verifier: provider.Verifier(&oidc.Config{ClientID: p.config.ClientID, Now: p.config.Now}),
		oauth: oauth2.Config{
			ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, RedirectURL: p.config.RedirectURL,
			Endpoint: endpointOf(provider), Scopes: []string{oidc.ScopeOpenID, "email"},
		},
	}
	return p.found, nil
}

// endpointOf returns the endpoint with the way in which the provider expects the client's secret.
// The attempts of oauth2.AuthStyleAutoDetect could use up a code.
func endpointOf(provider *oidc.Provider) oauth2.Endpoint {
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	var claims struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if provider.Claims(&claims) == nil && !slices.Contains(claims.Methods, "client_secret_basic") && slices.Contains(claims.Methods, "client_secret_post") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return endpoint
}

// AuthorizeURL returns the address at which a member signs in at the provider.
func (p *Provider) AuthorizeURL(ctx context.Context, state, nonce, verifier string) (string, error) {
	found, err := p.findConfiguration(ctx)
	if err != nil {
		return "", err
	}
	return found.oauth.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

// Exchange exchanges the code of a sign-in for the identity, which it verifies: signature, issuer,
// audience, expiry and nonce of the ID token, and that the e-mail address is verified and allowed.
func (p *Provider) Exchange(ctx context.Context, code, nonce, verifier string) (Identity, error) {
	found, err := p.findConfiguration(ctx)
	if err != nil {
		return Identity{}, err
	}
	ctx = p.withClient(ctx)
	token, err := found.oauth.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return Identity{}, exchangeError(err)
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return Identity{}, errNoTokenField
	}
	verified, err := found.verifier.Verify(ctx, raw)
	if err != nil {
		return Identity{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	if verified.Nonce != nonce || nonce == "" {
		return Identity{}, fmt.Errorf("%w: it has another nonce", ErrToken)
	}
	claims, err := found.readEmail(ctx, verified, token)
	if err != nil {
		return Identity{}, err
	}
	if err := p.checkEmail(claims); err != nil {
		return Identity{}, err
	}
	return Identity{Issuer: verified.Issuer, Subject: verified.Subject, Email: strings.ToLower(claims.Email)}, nil
}

// emailClaims are the claims of the scope "email".
type emailClaims struct {
	Email    string `json:"email"`
	Verified any    `json:"email_verified"` // some providers send "true"
}

// readEmail returns the claims of the ID token, or those of the UserInfo endpoint, where several
// providers have them alone.
func (d *discovered) readEmail(ctx context.Context, verified *oidc.IDToken, token *oauth2.Token) (claims emailClaims, err error) {
	if verified.Subject == "" {
		return claims, fmt.Errorf("%w: it has no subject", ErrToken)
	}
	if err := verified.Claims(&claims); err != nil {
		return claims, fmt.Errorf("%w: %w", ErrToken, err)
	}
	if claims.Email != "" || d.provider.UserInfoEndpoint() == "" {
		return claims, nil
	}
	info, err := d.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return claims, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if info.Subject != verified.Subject {
		return claims, fmt.Errorf("%w: the UserInfo endpoint has another subject", ErrToken)
	}
	return emailClaims{info.Email, info.EmailVerified}, nil
}

func (p *Provider) checkEmail(c emailClaims) error {
	switch {
	case c.Email == "":
		return errNoAddress
	case c.Verified != true && c.Verified != "true":
		return ErrNotVerified
	case !p.AllowsEmail(c.Email):
		return ErrOtherDomain
	}
	return nil
}

// exchangeError classifies an error of the token endpoint. Its text does not contain the code.
func exchangeError(err error) error {
	response, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case !ok:
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	case response.ErrorCode == "invalid_grant":
		return fmt.Errorf("%w: %s", ErrCode, response.ErrorDescription)
	case response.ErrorCode == "invalid_client" || response.ErrorCode == "unauthorized_client":
		return fmt.Errorf("%w: %s", ErrClient, response.ErrorDescription)
	case response.Response.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("%w: %s", ErrUnavailable, response.Response.Status)
	}
	return fmt.Errorf("the provider's token endpoint answers %s %s", response.Response.Status, response.ErrorCode)
}

// NewVerifier returns a random PKCE verifier.
func NewVerifier() string { return oauth2.GenerateVerifier() }
