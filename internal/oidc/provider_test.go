package oidc

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// issuer is a provider that signs the claims of the test: a real one signs no wrong ones. The
// flow with a real provider is tested in tools/oidccheck.
type issuer struct {
	*httptest.Server
	key, other *rsa.PrivateKey
	claims     map[string]any
	signWith   *rsa.PrivateKey
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{key: newKey(t), other: newKey(t)}
	mux := http.NewServeMux()
	respond := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		respond(w, map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/auth", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		respond(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: i.key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		respond(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": i.sign(t)})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) sign(t *testing.T) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: i.signWith, KeyID: "1"}}, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	raw, err := json.Marshal(i.claims)
	if err != nil {
		t.Error(err)
		return ""
	}
	signed, err := signer.Sign(raw)
	if err != nil {
		t.Error(err)
		return ""
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Error(err)
	}
	return text
}

// A token is accepted only if it is for this client and this sign-in, valid, and has a verified
// address.
func TestExchangeVerifiesToken(t *testing.T) {
	i := newIssuer(t)
	p, err := New(Config{Issuer: i.URL, ClientID: "huimian", ClientSecret: "secret-of-the-client", Name: "x", EmailDomains: []string{"Example.com"}, RedirectURL: "https://interview.example.com/auth/oidc/callback"})
	if err != nil {
		t.Fatal(err)
	}
	valid := map[string]any{
		"iss": i.URL, "aud": "huimian", "sub": "42", "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(),
		"nonce": "nonce", "email": "Lin@example.com", "email_verified": true,
	}
	for name, test := range map[string]struct {
		change map[string]any
		want   error
	}{
		"valid":              {nil, nil},
		"several audiences":  {map[string]any{"aud": []string{"other", "huimian"}}, nil},
		"verified as a text": {map[string]any{"email_verified": "true"}, nil},
		"other issuer":       {map[string]any{"iss": "https://login.example.org"}, ErrToken},
		"other audience":     {map[string]any{"aud": "another client"}, ErrToken},
		"expired":            {map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}, ErrToken},
		"other nonce":        {map[string]any{"nonce": "of another sign-in"}, ErrToken},
		"no nonce":           {map[string]any{"nonce": nil}, ErrToken},
		"no subject":         {map[string]any{"sub": ""}, ErrToken},
		"no address":         {map[string]any{"email": nil}, ErrNotVerified},
		"not verified":       {map[string]any{"email_verified": false}, ErrNotVerified},
		"nothing about it":   {map[string]any{"email_verified": nil}, ErrNotVerified},
		"other domain":       {map[string]any{"email": "lin@example.com.example.org"}, ErrOtherDomain},
		"two domains":        {map[string]any{"email": "lin@example.com@example.org"}, ErrOtherDomain},
		"other key":          {nil, ErrToken},
	} {
		t.Run(name, func(t *testing.T) {
			i.claims, i.signWith = maps.Clone(valid), i.key
			maps.Copy(i.claims, test.change)
			if name == "other key" {
				i.signWith = i.other
			}
			got, err := p.Exchange(t.Context(), "code-of-the-sign-in", "nonce", NewVerifier())
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Fatalf("%v, want %v", err, test.want)
			}
			if err == nil && got != (Identity{i.URL, "42", "lin@example.com"}) {
				t.Errorf("%+v", got)
			}
			if err != nil && (strings.Contains(err.Error(), "secret-of-the-client") || strings.Contains(err.Error(), "code-of-the-sign-in")) {
				t.Errorf("the error contains a secret: %v", err)
			}
		})
	}
}

func TestCheckConfig(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"https is required":   func(c *Config) { c.Issuer = "http://login.example.com" },
		"without a host":      func(c *Config) { c.Issuer = "https://" },
		"with a query":        func(c *Config) { c.Issuer += "?x=1" },
		"without a secret":    func(c *Config) { c.ClientSecret = "" },
		"an address, no host": func(c *Config) { c.EmailDomains = []string{"lin@example.com"} },
	} {
		c := Config{Issuer: "https://login.example.com", ClientID: "x", ClientSecret: "x"}
		if err := c.Check(); err != nil {
			t.Fatal(err)
		}
		if change(&c); c.Check() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A provider that is unavailable is not contacted for each sign-in, and again after some seconds.
func TestDiscoverAfterFailure(t *testing.T) {
	requests, available := 0, false
	s := httptest.NewServer(nil)
	defer s.Close()
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests++; !available {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"issuer": %q, "authorization_endpoint": %q}`, s.URL, s.URL+"/auth")
	})
	now := time.Now()
	p, err := New(Config{Issuer: s.URL, ClientID: "x", ClientSecret: "x", Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := p.Discover(t.Context()); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%v", err)
		}
	}
	if requests != 1 {
		t.Errorf("%d requests", requests)
	}
	available, now = true, now.Add(retryAfter)
	for range 3 {
		if err := p.Discover(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if requests != 2 {
		t.Errorf("%d requests", requests)
	}
}
