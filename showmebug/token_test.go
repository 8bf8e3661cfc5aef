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

// storm makes n calls at once and counts the failures.
func storm(n int, clients ...*Client) (failed int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := me(clients[i%len(clients)]); err != nil {
				mu.Lock()
				failed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return failed
}

func wantGrants(t *testing.T, n *network, want int) {
	t.Helper()
	if grants, _ := n.counts(); grants != want {
		t.Errorf("%d tokens were asked for, want %d", grants, want)
	}
}

func TestTokenStormFetchesOnce(t *testing.T) {
	for _, replicas := range []int{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			n, store := &network{latency: 50 * time.Millisecond}, newMemoryTokens()
			clients := make([]*Client, replicas)
			for i := range clients {
				clients[i] = n.client(t, shared(store))
			}
			if failed := storm(300, clients...); failed != 0 {
				t.Errorf("%d replicas: %d calls failed", replicas, failed)
			}
			wantGrants(t, n, 1)
		})
	}
}

func TestTokenDeathLosesNothing(t *testing.T) {
	for _, replicas := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			n, store := &network{latency: 5 * time.Millisecond}, newMemoryTokens()
			n.answer = func(r request) (int, string) {
				if r.n == 100 {
					n.alive = "killed" // with the lock held
				}
				return 200, `{"errcode":0,"data":{"id":1}}`
			}
			clients := make([]*Client, replicas)
			for i := range clients {
				clients[i] = n.client(t, shared(store))
			}
			if failed := storm(300, clients...); failed != 0 {
				t.Errorf("%d replicas: %d calls were lost", replicas, failed)
			}
			wantGrants(t, n, 2)
		})
	}
}

func TestATokenThatIsNeverTakenIsRenewedOnce(t *testing.T) {
	for _, answer := range []struct {
		status int
		body   string
	}{{401, ""}, {401, `{"errcode":1,"errmsg":"Invalid Token Error"}`}, {200, `{"errcode":401}`}, {200, `{"errcode":"70001"}`}} {
		n := answers(answer.status, answer.body)
		c := n.client(t, func(cfg *Config) { cfg.Compat.ErrorClasses = map[int]Class{70001: ClassToken} })
		e := asError(t, me(c))
		if e.Class != ClassToken {
			t.Errorf("%v has class %s", e, e.Class)
		}
		if grants, requests := n.counts(); grants != 2 || requests != 2 {
			t.Errorf("%d %s: %d tokens and %d requests, want 2 and 2", answer.status, answer.body, grants, requests)
		}
	}
}

func TestTheBodyIsSentAgainAlike(t *testing.T) {
	n := &network{}
	c := n.client(t)
	if err := me(c); err != nil {
		t.Fatal(err)
	}
	n.kill()
	if _, err := c.Team.AddMember(t.Context(), NewMember{UID: "u", Name: "陈默", Phone: "13800001111"}); err != nil {
		t.Fatal(err)
	}
	last := n.requests[len(n.requests)-2:]
	if last[0].body != last[1].body || !strings.Contains(last[0].body, "陈默") || last[0].token() == last[1].token() {
		t.Errorf("sent %q and then %q", last[0].body, last[1].body)
	}
}

func TestTokenIsRenewedBeforeItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		c := n.client(t)
		check := func(after time.Duration, grants int) {
			t.Helper()
			<-time.After(after)
			if err := me(c); err != nil {
				t.Error(err)
			}
			synctest.Wait() // for what is fetched in the background
			wantGrants(t, n, grants)
		}
		check(0, 1)
		check(2*time.Hour-earlyExpiry-refreshLead-time.Second, 1)
		check(refreshLead, 2) // nobody waited for it
		check(time.Hour, 2)
	})
}

func TestARenewalThatFailsIsTriedAgainLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		down := false
		n.grant = func(request) (int, string) {
			if down {
				return 503, ""
			}
			return 200, `{"access_token":"t","expires_in":"7200"}`
		}
		n.alive = "t"
		c := n.client(t)
		if err := me(c); err != nil {
			t.Fatal(err)
		}
		<-time.After(2*time.Hour - earlyExpiry - time.Minute)
		n.mu.Lock()
		down = true
		n.mu.Unlock()
		for range 5 {
			if err := me(c); err != nil {
				t.Errorf("the token was still good: %v", err)
			}
			<-time.After(time.Second)
		}
		wantGrants(t, n, 2)
		n.mu.Lock()
		down = false
		n.mu.Unlock()
		<-time.After(refreshPause)
		if err := me(c); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		wantGrants(t, n, 3)
	})
}

func TestLifetimes(t *testing.T) {
	for body, life := range map[string]time.Duration{
		`{"access_token":"t"}`:                             2 * time.Hour,
		`{"access_token":"t","expires_in":600}`:            10 * time.Minute,
		`{"access_token":"t","expires_in":"600"}`:          10 * time.Minute,
		`{"access_token":"t","expires_in":null}`:           2 * time.Hour,
		`{"access_token":"t","expires_in":-5}`:             2 * time.Hour,
		`{"access_token":"t","expires_in":1e30}`:           2 * time.Hour,
		`{"access_token":"t","expires_in":99999999999999}`: longestLifetime,
		`{"errcode":0,"data":{"access_token":"t"}}`:        2 * time.Hour,
	} {
		synctest.Test(t, func(t *testing.T) {
			n := &network{alive: "t", grant: func(request) (int, string) { return 200, body }}
			c := n.client(t)
			if err := me(c); err != nil {
				t.Fatalf("%s: %v", body, err)
			}
			got := time.Until(c.token.current.ExpiresAt) + min(earlyExpiry, life/4)
			if got != life {
				t.Errorf("%s is taken to live %s, want %s", body, got, life)
			}
		})
	}
}

func TestRefusedTokensAreNotAskedForAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{grant: func(request) (int, string) {
			return 401, `{"error":"invalid_client","error_description":"Client authentication failed"}`
		}}
		c := n.client(t)
		for range 5 {
			e := asError(t, me(c))
			if e.Class != ClassConfig || e.Path != tokenPath || e.Message != "Client authentication failed" {
				t.Errorf("got %v of class %s", e, e.Class)
			}
		}
		wantGrants(t, n, 1)
		<-time.After(refusalMemory)
		_ = me(c)
		wantGrants(t, n, 2)
	})
}

func TestAnAnswerWithoutTokenIsAnError(t *testing.T) {
	for _, body := range []string{`{}`, `[]`, `{"access_token":""}`, `{"access_token":{}}`, `"t"`, `null`, `{"errcode":0}`} {
		synctest.Test(t, func(t *testing.T) {
			n := &network{grant: func(request) (int, string) { return 200, body }}
			if e := asError(t, me(n.client(t))); e.Class != ClassNetwork {
				t.Errorf("%s: got %v of class %s", body, e, e.Class)
			}
		})
	}
}

func TestTokenStoreThatFailsIsWorkedAround(t *testing.T) {
	n, store := &network{}, newFragile()
	store.breakIt(true)
	c := n.client(t, shared(store))
	for range 3 {
		if err := me(c); err != nil {
			t.Fatal(err)
		}
	}
	wantGrants(t, n, 1)
}

func TestADeadTokenLeavesTheStoreOnlyIfItIsStillThere(t *testing.T) {
	n, store := &network{}, newMemoryTokens()
	a, b := n.client(t, shared(store)), n.client(t, shared(store))
	for _, c := range []*Client{a, b} {
		if err := me(c); err != nil {
			t.Fatal(err)
		}
	}
	n.kill()
	for _, c := range []*Client{a, b} { // a renews; b must take a's token and not drop it
		if err := me(c); err != nil {
			t.Fatal(err)
		}
	}
	wantGrants(t, n, 2)
}

// TestALateRefusalDoesNotCostTheNewToken: a call that began with the old token
// may hear of its death after others have replaced it.
func TestALateRefusalDoesNotCostTheNewToken(t *testing.T) {
	n := &network{}
	c := n.client(t, shared(brokenStore())) // which would give the new token back
	old, err := c.AccessToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n.kill()
	if err := me(c); err != nil {
		t.Fatal(err)
	}
	c.token.drop(old)
	if err := me(c); err != nil {
		t.Fatal(err)
	}
	wantGrants(t, n, 2)
}

func TestAnotherSecretDoesNotFindTheToken(t *testing.T) {
	n, store := &network{}, newMemoryTokens()
	if err := me(n.client(t, shared(store))); err != nil {
		t.Fatal(err)
	}
	n.grant = func(request) (int, string) { return 401, `{"error":"invalid_client"}` }
	err := me(n.client(t, shared(store), func(cfg *Config) { cfg.ClientSecret = "another-secret" }))
	if ClassOf(err) != ClassConfig {
		t.Errorf("a wrong secret gave %v", err)
	}
}

func TestWaitingForATokenEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{latency: 5 * time.Second}
		c := n.client(t)
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

func TestTheTokenRequest(t *testing.T) {
	change := func(form bool) func(*Config) {
		return func(cfg *Config) {
			cfg.Compat.TokenUID, cfg.CallbackURI, cfg.Compat.TokenForm = "u7", "https://hm.example/showmebug/callback/ww1", form
		}
	}
	for _, form := range []bool{false, true} {
		n := &network{}
		if err := me(n.client(t, change(form))); err != nil {
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
