package showmebug

import (
	"errors"
	"fmt"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const redirectAddress = "https://hm.example/showmebug/consent"

// rotatingTransport gives tokens as platforms get them: each use of a refresh token
// ends it and brings another.
type rotatingTransport struct {
	fakeTransport

	refresh int // number of the living refresh token
}

func newRotatingTransport() *rotatingTransport {
	r := &rotatingTransport{}
	r.grant = func(req request) (int, string) {
		kind, living := req.field("grant_type"), fmt.Sprint("refresh-", r.refresh)
		good := kind == "authorization_code" && req.field("code") == "c0de-of-the-browser" && req.field("redirect_uri") == redirectAddress ||
			kind == "refresh_token" && req.field("refresh_token") == living
		if !good || req.field("client_secret") != testSecret {
			return 400, `{"error":"invalid_grant","error_description":"The provided authorization grant is invalid"}`
		}
		r.refresh++
		r.validToken = fmt.Sprint("access-", r.refresh)
		return 200, fmt.Sprintf(`{"access_token":%q,"refresh_token":"refresh-%d","expires_in":7200}`, r.validToken, r.refresh)
	}
	return r
}

func (r *rotatingTransport) newPlatform(t *testing.T, store TokenStore) *Platform {
	t.Helper()
	cfg := r.newConfig()
	cfg.TokenStore, cfg.HTTPClient.Transport = store, r
	p, err := NewPlatform(cfg, redirectAddress)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func exchangeCode(t *testing.T, p *Platform) *Client {
	t.Helper()
	c, err := p.Exchange(t.Context(), "acme", "c0de-of-the-browser")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAuthorizeURL(t *testing.T) {
	p := newRotatingTransport().newPlatform(t, nil)
	const want = "https://www.showmebug.com/oauth/authorize?client_id=app-key&redirect_uri=https%3A%2F%2Fhm.example%2Fshowmebug%2Fconsent" +
		"&response_type=code&scope=exam+interview&state=x%26y"
	if got := p.AuthorizeURL("x&y"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	u, err := url.Parse(p.AuthorizeURL("", ScopeInterview))
	if err != nil || u.Query().Get("scope") != "interview" || u.Query().Has("state") {
		t.Errorf("got %s: %v", u, err)
	}
	if _, err := NewPlatform(newRotatingTransport().newConfig(), "consent"); err == nil {
		t.Error("a redirect address without host was taken")
	}
}

func TestConsentSurvivesRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, store := newRotatingTransport(), newMemoryTokenStore()
		if err := callMe(exchangeCode(t, n.newPlatform(t, store))); err != nil {
			t.Fatal(err)
		}
		wantGrants(t, &n.fakeTransport, 1)
		for day := range 30 { // another process each day
			<-time.After(24 * time.Hour)
			if err := callMe(n.newPlatform(t, store).Client("acme")); err != nil {
				t.Fatalf("day %d: %v", day, err)
			}
		}
		wantGrants(t, &n.fakeTransport, 31)
	})
}

// TestRefreshTokenRotationAcrossReplicas: two that used one refresh token would end the
// consent.
func TestRefreshTokenRotationAcrossReplicas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, store := newRotatingTransport(), newMemoryTokenStore()
		n.latency = 20 * time.Millisecond
		exchangeCode(t, n.newPlatform(t, store))
		clients := []*Client{n.newPlatform(t, store).Client("acme"), n.newPlatform(t, store).Client("acme"), n.newPlatform(t, store).Client("acme")}
		for round := range 5 {
			if failed := callConcurrently(60, clients...); failed != 0 {
				t.Errorf("round %d: %d calls failed", round, failed)
			}
			n.invalidateToken()
		}
		if grants, _ := n.requestCounts(); grants != 5 { // the consent and four renewals
			t.Errorf("%d grants, want 5", grants)
		}
	})
}

func TestTeamWithoutConsent(t *testing.T) {
	n := newRotatingTransport()
	p := n.newPlatform(t, nil)
	e := asError(t, callMe(p.Client("nobody")))
	if e.Class != ClassConsent || AdminMessage(e) == "" {
		t.Errorf("got %v of class %s", e, e.Class)
	}
	wantGrants(t, &n.fakeTransport, 0)
	if again := p.Client("nobody"); p.Client("nobody") != again || p.Client("a") == p.Client("b") {
		t.Error("teams are mixed up, or do not share one client")
	}
	_, err := p.Exchange(t.Context(), "acme", "stolen-code")
	if e := asError(t, err); e.Class != ClassConsent {
		t.Errorf("a wrong code gave %v of class %s", e, e.Class)
	}
	for team, code := range map[string]Secret{"": "c", "acme": ""} {
		if _, err := p.Exchange(t.Context(), team, code); ClassOf(err) != ClassArgument {
			t.Errorf("got %v", err)
		}
	}
}

func TestConsentAfterError(t *testing.T) {
	n := newRotatingTransport()
	p := n.newPlatform(t, nil)
	if err := callMe(p.Client("acme")); ClassOf(err) != ClassConsent {
		t.Fatal(err)
	}
	if err := callMe(exchangeCode(t, p)); err != nil {
		t.Errorf("the refusal is remembered beyond the consent: %v", err)
	}
}

// TestConsentKeptWhenStoreFails: without it no replica may renew, and
// what was renewed while it would not store is kept.
func TestConsentKeptWhenStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, store := newRotatingTransport(), newFailingTokenStore()
		c := exchangeCode(t, n.newPlatform(t, store))
		<-time.After(3 * time.Hour)
		store.setBroken(true)
		if err := callMe(c); err == nil {
			t.Error("it was renewed without the store")
		}
		wantGrants(t, &n.fakeTransport, 1)
		store.setBroken(false)
		if err := callMe(c); err != nil {
			t.Fatal(err)
		}

		// Broken between asking and storing.
		<-time.After(3 * time.Hour)
		inner := n.grant
		n.grant = func(r request) (int, string) { store.setBroken(true); return inner(r) }
		if err := callMe(c); err != nil {
			t.Errorf("a store that failed late costs the call: %v", err)
		}
		n.grant = inner
		store.setBroken(false)
		<-time.After(3 * time.Hour)
		if err := callMe(c); err != nil {
			t.Errorf("the refresh token was lost: %v", err)
		}
		if err := callMe(n.newPlatform(t, store).Client("acme")); err != nil {
			t.Errorf("it did not reach the store: %v", err)
		}
		if _, err := n.newPlatform(t, storeWithoutLeases()).Exchange(t.Context(), "acme", "c0de-of-the-browser"); ClassOf(err) != ClassConsent {
			t.Errorf("a consent that cannot be kept gave %v", err)
		}
	})
}

// TestRefreshRequiresLease: another may be using the refresh token.
func TestRefreshRequiresLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, store := newRotatingTransport(), newFailingTokenStore()
		c := exchangeCode(t, n.newPlatform(t, store))
		<-time.After(3 * time.Hour)
		store.failLeases = true
		if err := callMe(c); err == nil {
			t.Error("it was renewed without the lease")
		}
		wantGrants(t, &n.fakeTransport, 1)
	})
}

func storeWithoutLeases() *failingTokenStore {
	f := newFailingTokenStore()
	f.setBroken(true)
	return f
}

func TestRefreshTokenWithoutRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newRotatingTransport()
		c := exchangeCode(t, n.newPlatform(t, nil))
		n.grant = func(r request) (int, string) {
			if r.field("refresh_token") != "refresh-1" {
				return 400, `{"error":"invalid_grant"}`
			}
			n.validToken = "later"
			return 200, `{"access_token":"later","expires_in":7200}`
		}
		for range 3 {
			<-time.After(3 * time.Hour)
			if err := callMe(c); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestRevokedConsent(t *testing.T) {
	n := newRotatingTransport()
	c := exchangeCode(t, n.newPlatform(t, nil))
	n.invalidateToken()
	n.mu.Lock()
	n.refresh = 99
	n.mu.Unlock()
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if err := callMe(c); ClassOf(err) != ClassConsent {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	e, _ := errors.AsType[*Error](callMe(c))
	if e == nil || e.Path != tokenPath {
		t.Errorf("got %v", e)
	}
	wantGrants(t, &n.fakeTransport, 2)
}
