package oidccheck

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/oidc"
)

const (
	clientID, clientSecret = "huimian", "client-secret-5d1e"
	redirectURL            = apptest.PublicURL + "/auth/oidc/callback"
	password               = "password"
)

// users are the accounts at the provider, by user name.
type users map[string]*storage.User

func (u users) ExampleClientID() string                         { return storage.ServiceUserID }
func (u users) GetUserByUsername(username string) *storage.User { return u[username] }
func (u users) GetUserByID(id string) *storage.User {
	for _, user := range u {
		if user.ID == id {
			return user
		}
	}
	return nil
}

// provider is the OpenID Connect provider of zitadel/oidc with its login page.
type provider struct {
	*httptest.Server
	t     *testing.T
	users users
}

func startProvider(t *testing.T) *provider {
	t.Helper()
	storage.RegisterClients(storage.WebClient(clientID, clientSecret, redirectURL))
	p := &provider{t: t, users: users{
		"lin":    {ID: "s-lin", Username: "lin", Password: password, Email: "Lin@example.com", EmailVerified: true},
		"later":  {ID: "s-later", Username: "later", Password: password, Email: "lin@example.com", EmailVerified: true},
		"nobody": {ID: "s-nobody", Username: "nobody", Password: password, Email: "nobody@example.com", EmailVerified: true},
		"unsure": {ID: "s-unsure", Username: "unsure", Password: password, Email: "lin@example.com"},
		"guest":  {ID: "s-guest", Username: "guest", Password: password, Email: "lin@example.org", EmailVerified: true},
	}}
	p.Server = httptest.NewServer(nil)
	t.Cleanup(p.Close)
	p.Config.Handler = exampleop.SetupServer(p.URL, storage.NewStorage(p.users), slog.New(slog.DiscardHandler), false)
	return p
}

func (p *provider) newClient(change func(*oidc.Config)) *oidc.Provider {
	p.t.Helper()
	c := oidc.Config{Issuer: p.URL, ClientID: clientID, ClientSecret: clientSecret, Name: "Example login", EmailDomains: []string{"example.com"}, RedirectURL: redirectURL}
	if change != nil {
		change(&c)
	}
	client, err := oidc.New(c)
	if err != nil {
		p.t.Fatal(err)
	}
	return client
}

// signIn signs a user in at the provider, and returns the address to which it redirects the
// browser.
func (p *provider) signIn(authorize, username string) *url.URL {
	p.t.Helper()
	follow := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), redirectURL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page := p.send(follow, http.MethodGet, authorize, nil)
	id := page.Request.URL.Query().Get("authRequestID")
	if id == "" {
		p.t.Fatalf("the provider has no login page at %s: %s", page.Request.URL, page.Status)
	}
	done := p.send(follow, http.MethodPost, p.URL+"/login/username", url.Values{"username": {username}, "password": {password}, "id": {id}})
	back, err := url.Parse(done.Header.Get("Location"))
	if err != nil || back.Query().Get("code") == "" {
		p.t.Fatalf("the provider redirects to %s, %v", back, err)
	}
	return back
}

func (p *provider) send(c *http.Client, method, address string, form url.Values) *http.Response {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := c.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response
}

// exchange signs a user in and exchanges the code.
func (p *provider) exchange(c *oidc.Provider, username, sentNonce, wantNonce, sentVerifier, wantVerifier string) (oidc.Identity, string, error) {
	p.t.Helper()
	authorize, err := c.AuthorizeURL(p.t.Context(), "state", sentNonce, sentVerifier)
	if err != nil {
		return oidc.Identity{}, "", err
	}
	code := p.signIn(authorize, username).Query().Get("code")
	i, err := c.Exchange(p.t.Context(), code, wantNonce, wantVerifier)
	return i, code, err
}

func TestExchange(t *testing.T) {
	p := startProvider(t)
	v := oidc.NewVerifier()
	client := p.newClient(nil)
	i, code, err := p.exchange(client, "lin", "n", "n", v, v)
	if err != nil || i != (oidc.Identity{Issuer: p.URL, Subject: "s-lin", Email: "lin@example.com"}) {
		t.Fatalf("%+v, %v", i, err)
	}
	if _, err := client.Exchange(t.Context(), code, "n", v); !errors.Is(err, oidc.ErrCode) {
		t.Errorf("a used code: %v", err)
	}
	for name, test := range map[string]struct {
		user, nonce, verifier string
		change                func(*oidc.Config)
		want                  error
	}{
		"other nonce":       {"lin", "other", v, nil, oidc.ErrToken},
		"other verifier":    {"lin", "n", oidc.NewVerifier(), nil, oidc.ErrCode},
		"not verified":      {"unsure", "n", v, nil, oidc.ErrNotVerified},
		"other domain":      {"guest", "n", v, nil, oidc.ErrOtherDomain},
		"expired":           {"lin", "n", v, func(c *oidc.Config) { c.Now = func() time.Time { return time.Now().Add(2 * time.Hour) } }, oidc.ErrToken},
		"wrong secret":      {"lin", "n", v, func(c *oidc.Config) { c.ClientSecret = "another" }, oidc.ErrClient},
		"other issuer name": {"lin", "n", v, func(c *oidc.Config) { c.Issuer = strings.Replace(p.URL, "127.0.0.1", "localhost", 1) }, oidc.ErrIssuer},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := p.exchange(p.newClient(test.change), test.user, "n", test.nonce, v, test.verifier); !errors.Is(err, test.want) || strings.Contains(err.Error(), clientSecret) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
	authorize, err := client.AuthorizeURL(t.Context(), "state", "n", v)
	if err != nil {
		t.Fatal(err)
	}
	code = p.signIn(authorize, "lin").Query().Get("code")
	p.Close()
	if _, err := client.Exchange(t.Context(), code, "n", v); !errors.Is(err, oidc.ErrUnavailable) {
		t.Errorf("a provider that has stopped: %v", err)
	}
	if err := p.newClient(nil).Discover(t.Context()); !errors.Is(err, oidc.ErrUnavailable) {
		t.Errorf("a provider that does not run: %v", err)
	}
}
