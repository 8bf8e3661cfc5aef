package showmebug

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// callConcurrently makes n calls at once and counts the failures.
func callConcurrently(n int, clients ...*Client) (failed int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := callMe(clients[i%len(clients)]); err != nil {
				mu.Lock()
				failed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return failed
}

func wantGrants(t *testing.T, n *fakeTransport, want int) {
	t.Helper()
	if grants, _ := n.requestCounts(); grants != want {
		t.Errorf("%d tokens were asked for, want %d", grants, want)
	}
}

func TestConcurrentCallsFetchOneToken(t *testing.T) {
	for _, replicas := range []int{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			n, store := &fakeTransport{latency: 50 * time.Millisecond}, newMemoryTokenStore()
			clients := make([]*Client, replicas)
			for i := range clients {
				clients[i] = n.newClient(t, withTokenStore(store))
			}
			if failed := callConcurrently(300, clients...); failed != 0 {
				t.Errorf("%d replicas: %d calls failed", replicas, failed)
			}
			wantGrants(t, n, 1)
		})
	}
}

func TestRejectedTokenIsReplaced(t *testing.T) {
	for _, replicas := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			n, store := &fakeTransport{latency: 5 * time.Millisecond}, newMemoryTokenStore()
			n.answer = func(r request) (int, string) {
				if r.n == 100 {
					n.validToken = "revoked" // with the lock held
				}
				return 200, `{"errcode":0,"data":{"id":1}}`
			}
			clients := make([]*Client, replicas)
			for i := range clients {
				clients[i] = n.newClient(t, withTokenStore(store))
			}
			if failed := callConcurrently(300, clients...); failed != 0 {
				t.Errorf("%d replicas: %d calls were lost", replicas, failed)
			}
			wantGrants(t, n, 2)
		})
	}
}

func TestAlwaysRejectedTokenIsRenewedOnce(t *testing.T) {
	for _, answer := range []struct {
		status int
		body   string
	}{{401, ""}, {401, `{"errcode":1,"errmsg":"Invalid Token Error"}`}, {200, `{"errcode":401}`}, {200, `{"errcode":"70001"}`}} {
		n := staticTransport(answer.status, answer.body)
		c := n.newClient(t, func(cfg *Config) { cfg.Compat.ErrorClasses = map[int]Class{70001: ClassToken} })
		e := asError(t, callMe(c))
		if e.Class != ClassToken {
			t.Errorf("%v has class %s", e, e.Class)
		}
		if grants, requests := n.requestCounts(); grants != 2 || requests != 2 {
			t.Errorf("%d %s: %d tokens and %d requests, want 2 and 2", answer.status, answer.body, grants, requests)
		}
	}
}

func TestRetrySendsSameBody(t *testing.T) {
	n := &fakeTransport{}
	c := n.newClient(t)
	if err := callMe(c); err != nil {
		t.Fatal(err)
	}
	n.invalidateToken()
	if _, err := c.Team.AddMember(t.Context(), NewMember{UID: "u", Name: "陈默", Phone: "13800001111"}); err != nil {
		t.Fatal(err)
	}
	last := n.requests[len(n.requests)-2:]
	if last[0].body != last[1].body || !strings.Contains(last[0].body, "陈默") || last[0].token() == last[1].token() {
		t.Errorf("sent %q and then %q", last[0].body, last[1].body)
	}
}

func TestBackgroundRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeTransport{}
		c := n.newClient(t)
		check := func(after time.Duration, grants int) {
			t.Helper()
			<-time.After(after)
			if err := callMe(c); err != nil {
				t.Error(err)
			}
			synctest.Wait() // for what is fetched in the background
			wantGrants(t, n, grants)
		}
		check(0, 1)
		check(2*time.Hour-expiryMargin-refreshLead-time.Second, 1)
		check(refreshLead, 2) // without a waiting caller
		check(time.Hour, 2)
	})
}

func TestBackgroundRefreshBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeTransport{}
		down := false
		n.grant = func(request) (int, string) {
			if down {
				return 503, ""
			}
			return 200, `{"access_token":"t","expires_in":"7200"}`
		}
		n.validToken = "t"
		c := n.newClient(t)
		if err := callMe(c); err != nil {
			t.Fatal(err)
		}
		<-time.After(2*time.Hour - expiryMargin - time.Minute)
		n.mu.Lock()
		down = true
		n.mu.Unlock()
		for range 5 {
			if err := callMe(c); err != nil {
				t.Errorf("the token was still good: %v", err)
			}
			<-time.After(time.Second)
		}
		wantGrants(t, n, 2)
		n.mu.Lock()
		down = false
		n.mu.Unlock()
		<-time.After(refreshBackoff)
		if err := callMe(c); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		wantGrants(t, n, 3)
	})
}

func TestTokenLifetimes(t *testing.T) {
	for body, life := range map[string]time.Duration{
		`{"access_token":"t"}`:                             2 * time.Hour,
		`{"access_token":"t","expires_in":600}`:            10 * time.Minute,
		`{"access_token":"t","expires_in":"600"}`:          10 * time.Minute,
		`{"access_token":"t","expires_in":null}`:           2 * time.Hour,
		`{"access_token":"t","expires_in":-5}`:             2 * time.Hour,
		`{"access_token":"t","expires_in":1e30}`:           2 * time.Hour,
		`{"access_token":"t","expires_in":99999999999999}`: maxTokenLifetime,
		`{"errcode":0,"data":{"access_token":"t"}}`:        2 * time.Hour,
	} {
		synctest.Test(t, func(t *testing.T) {
			n := &fakeTransport{validToken: "t", grant: func(request) (int, string) { return 200, body }}
			store := newMemoryTokenStore()
			c := n.newClient(t, withTokenStore(store))
			if err := callMe(c); err != nil {
				t.Fatalf("%s: %v", body, err)
			}
			token, _ := store.Load(t.Context(), c.token.Key())
			got := time.Until(token.ExpiresAt) + min(expiryMargin, life/4)
			if got != life {
				t.Errorf("%s is taken to live %s, want %s", body, got, life)
			}
		})
	}
}

func TestTokenErrorIsCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeTransport{grant: func(request) (int, string) {
			return 401, `{"error":"invalid_client","error_description":"Client authentication failed"}`
		}}
		c := n.newClient(t)
		for range 5 {
			e := asError(t, callMe(c))
			if e.Class != ClassConfig || e.Path != tokenPath || e.Message != "Client authentication failed" {
				t.Errorf("got %v of class %s", e, e.Class)
			}
		}
		wantGrants(t, n, 1)
		<-time.After(refusalTTL)
		_ = callMe(c)
		wantGrants(t, n, 2)
	})
}

func TestResponseWithoutToken(t *testing.T) {
	for _, body := range []string{`{}`, `[]`, `{"access_token":""}`, `{"access_token":{}}`, `"t"`, `null`, `{"errcode":0}`} {
		synctest.Test(t, func(t *testing.T) {
			n := &fakeTransport{grant: func(request) (int, string) { return 200, body }}
			if e := asError(t, callMe(n.newClient(t))); e.Class != ClassNetwork {
				t.Errorf("%s: got %v of class %s", body, e, e.Class)
			}
		})
	}
}

func TestTokenStoreFailure(t *testing.T) {
	n, store := &fakeTransport{}, newFailingTokenStore()
	store.setBroken(true)
	c := n.newClient(t, withTokenStore(store))
	for range 3 {
		if err := callMe(c); err != nil {
			t.Fatal(err)
		}
	}
	wantGrants(t, n, 1)
}

func TestInvalidateComparesToken(t *testing.T) {
	n, store := &fakeTransport{}, newMemoryTokenStore()
	a, b := n.newClient(t, withTokenStore(store)), n.newClient(t, withTokenStore(store))
	for _, c := range []*Client{a, b} {
		if err := callMe(c); err != nil {
			t.Fatal(err)
		}
	}
	n.invalidateToken()
	for _, c := range []*Client{a, b} { // a renews; b must take a's token and not drop it
		if err := callMe(c); err != nil {
			t.Fatal(err)
		}
	}
	wantGrants(t, n, 2)
}

// TestLateRejectionKeepsNewToken covers a call with the old token that is rejected
// after another call has replaced it.
func TestLateRejectionKeepsNewToken(t *testing.T) {
	n := &fakeTransport{}
	c := n.newClient(t, withTokenStore(storeWithoutLeases())) // which would give the new token back
	old, err := c.AccessToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n.invalidateToken()
	if err := callMe(c); err != nil {
		t.Fatal(err)
	}
	c.token.Reject(old)
	if err := callMe(c); err != nil {
		t.Fatal(err)
	}
	wantGrants(t, n, 2)
}

func TestTokenKeyDependsOnSecret(t *testing.T) {
	n, store := &fakeTransport{}, newMemoryTokenStore()
	if err := callMe(n.newClient(t, withTokenStore(store))); err != nil {
		t.Fatal(err)
	}
	n.grant = func(request) (int, string) { return 401, `{"error":"invalid_client"}` }
	err := callMe(n.newClient(t, withTokenStore(store), func(cfg *Config) { cfg.ClientSecret = "another-secret" }))
	if ClassOf(err) != ClassConfig {
		t.Errorf("a wrong secret gave %v", err)
	}
}

func TestTokenWaitHonorsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeTransport{latency: 5 * time.Second}
		c := n.newClient(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Team.Me(ctx, MemberSearch{})
		if !errors.Is(err, context.DeadlineExceeded) || ClassOf(err) != ClassNetwork {
			t.Errorf("got %v", err)
		}
		if token, err := c.AccessToken(t.Context()); err != nil || token == "" {
			t.Errorf("the fetch ended with its first caller: %v", err)
		}
	})
}

func TestTokenRequest(t *testing.T) {
	change := func(form bool) func(*Config) {
		return func(cfg *Config) {
			cfg.Compat.TokenUID, cfg.CallbackURI, cfg.Compat.TokenForm = "u7", "https://hm.example/showmebug/callback/ww1", form
		}
	}
	for _, form := range []bool{false, true} {
		n := &fakeTransport{}
		if err := callMe(n.newClient(t, change(form))); err != nil {
			t.Fatal(err)
		}
		r := n.grants[0]
		wantType := map[bool]string{false: "application/json", true: "application/x-www-form-urlencoded"}[form]
		if r.method != "POST" || r.header.Get("Content-Type") != wantType || r.header.Get("Authorization") != "" {
			t.Errorf("asked with %s %v", r.method, r.header)
		}
		for name, want := range map[string]string{"client_id": "app-key", "client_secret": testSecret, "grant_type": "client_credentials",
			"uid": "u7", "callback_uri": "https://hm.example/showmebug/callback/ww1", "redirect_uri": ""} {
			if got := r.field(name); got != want {
				t.Errorf("form %v: %s is %q, want %q", form, name, got, want)
			}
		}
	}
}
