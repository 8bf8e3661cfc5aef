package wecom

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/huimian/huimian/internal/apiclient/tokencache"
)

func sendText(c *Client) error {
	_, err := c.Messages.Send(context.Background(), &Message{ToUser: IDList{"zhangsan"}, Text: &Text{"hello"}})
	return err
}

// sendConcurrently sends n messages concurrently and counts the failures.
func sendConcurrently(n int, clients ...*Client) (failed int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := sendText(clients[i%len(clients)]); err != nil {
				mu.Lock()
				failed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return failed
}

func expectCounts(t *testing.T, n *fakeWeCom, fetches, sent int) {
	t.Helper()
	if f, s := n.callCounts(); f != fetches || s != sent {
		t.Errorf("gettoken was called %d times and %d messages arrived, want %d and %d", f, s, fetches, sent)
	}
}

func TestConcurrentCallersFetchTokenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{latency: 50 * time.Millisecond}
		if failed := sendConcurrently(1000, n.newClient(t, nil)); failed != 0 {
			t.Errorf("%d sends failed", failed)
		}
		expectCounts(t, n, 1, 1000)
	})
}

func TestReplicasFetchTokenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, store := &fakeWeCom{latency: 50 * time.Millisecond}, newMemoryTokenStore()
		if failed := sendConcurrently(1000, n.newClient(t, store), n.newClient(t, store), n.newClient(t, store), n.newClient(t, store)); failed != 0 {
			t.Errorf("%d sends failed", failed)
		}
		expectCounts(t, n, 1, 1000)
	})
}

func TestRejectedTokenLosesNoCall(t *testing.T) {
	for _, code := range []int{42001, 40014} {
		for _, replicas := range []int{1, 3} {
			synctest.Test(t, func(t *testing.T) {
				n, store := &fakeWeCom{latency: 5 * time.Millisecond, dead: code}, newMemoryTokenStore()
				n.onSend = func(n *fakeWeCom) {
					if n.sent == 300 {
						n.alive = "killed"
					}
				}
				clients := make([]*Client, replicas)
				for i := range clients {
					clients[i] = n.newClient(t, store)
				}
				if failed := sendConcurrently(1000, clients...); failed != 0 {
					t.Errorf("errcode %d, %d replicas: %d sends were lost", code, replicas, failed)
				}
				expectCounts(t, n, 2, 1000)
			})
		}
	}
}

func TestTokenIsRenewedBeforeExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{lifetime: 7200}
		c := n.newClient(t, nil)
		check := func(after time.Duration, fetches int) {
			t.Helper()
			<-time.After(after)
			if err := sendText(c); err != nil {
				t.Error(err)
			}
			if f, _ := n.callCounts(); f != fetches {
				t.Errorf("gettoken was called %d times, want %d", f, fetches)
			}
		}
		check(0, 1)
		check(2*time.Hour-expiryMargin-time.Second, 1)
		check(2*time.Second, 2)
	})
}

func TestRefreshToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, n, store := t.Context(), &fakeWeCom{}, newMemoryTokenStore()
		a, b := n.newClient(t, store), n.newClient(t, store)
		refresh := func(c *Client, fetches int) {
			t.Helper()
			if err := c.RefreshToken(ctx); err != nil {
				t.Error(err)
			}
			if f, _ := n.callCounts(); f != fetches {
				t.Errorf("gettoken was called %d times, want %d", f, fetches)
			}
		}
		refresh(a, 1) // cold
		refresh(b, 1) // uses the token that a stored
		<-time.After(time.Hour)
		refresh(a, 1) // fresh
		<-time.After(40 * time.Minute)
		refresh(a, 2) // due for refresh
		refresh(b, 2) // uses the token that a stored
		for _, c := range []*Client{a, b} {
			if token, usable := c.token.Cached(time.Now()); token != "token-2" || !usable {
				t.Errorf("a replica uses the token %s", string(token))
			}
		}
	})
}

func TestFailedRefreshKeepsToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{}
		c := n.newClient(t, newMemoryTokenStore())
		if err := sendText(c); err != nil {
			t.Fatal(err)
		}
		<-time.After(100 * time.Minute)
		n.refuse = 40001
		if err := c.RefreshToken(t.Context()); !IsCode(err, 40001) {
			t.Errorf("refresh: %v", err)
		}
		if err := sendText(c); err != nil {
			t.Errorf("the old token was given up: %v", err)
		}
	})
}

func TestCancelledCallerDoesNotCancelFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{latency: 5 * time.Second}
		c := n.newClient(t, nil)
		longWait := make(chan error, 1)
		shortWait, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		// The caller with the short wait is the first, so the fetch starts with its context.
		began := time.Now()
		first := make(chan error, 1)
		go func() { _, err := c.AccessToken(shortWait); first <- err }()
		synctest.Wait()
		go func() { longWait <- sendText(c) }()
		if err := <-first; !errors.Is(err, context.DeadlineExceeded) || ClassOf(err) != ClassNetwork {
			t.Errorf("caller with the short wait: %v", err)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("caller with the short wait waited %s", took)
		}
		if err := <-longWait; err != nil {
			t.Errorf("caller with the long wait: %v", err)
		}
		expectCounts(t, n, 1, 1)
	})
}

func TestWrongSecretIsCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{refuse: 40001}
		c := n.newClient(t, newMemoryTokenStore())
		if failed := sendConcurrently(100, c); failed != 100 {
			t.Errorf("%d of 100 failed", failed)
		}
		for range 100 {
			if err := sendText(c); ClassOf(err) != ClassConfig {
				t.Errorf("error is %v", err)
			}
		}
		expectCounts(t, n, 1, 0)
		<-time.After(refusalTTL)
		n.refuse = 0
		if err := sendText(c); err != nil {
			t.Errorf("after the secret was corrected: %v", err)
		}
		expectCounts(t, n, 2, 1)
	})
}

func TestRefetchedTokenMayBeIdentical(t *testing.T) {
	// According to older documentation, gettoken returns the same token within
	// its lifetime. If WeCom rejects that token, the client must not loop.
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{sameAway: true}
		c := n.newClient(t, newMemoryTokenStore())
		if err := sendText(c); err != nil {
			t.Fatal(err)
		}
		token, _ := c.token.Cached(time.Now())
		c.token.Reject(token)
		if err := sendText(c); err != nil {
			t.Errorf("a token that was declared alive again was refused: %v", err)
		}
		expectCounts(t, n, 2, 2)
	})
}

func TestRejectedTokenIsRenewedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{}
		c := n.newClient(t, newMemoryTokenStore())
		n.onSend = nil
		c.token = c.newTokenSource("", func(context.Context) (tokencache.Token, error) {
			n.fetches++
			return tokencache.NewToken("never-valid", time.Now().Add(2*time.Hour), refreshLead), nil
		})
		if err := sendText(c); ClassOf(err) != ClassToken {
			t.Errorf("error is %v", err)
		}
		expectCounts(t, n, 2, 0)
		began := time.Now()
		for range 10 {
			_ = sendText(c)
		}
		if took := time.Since(began); took < 30*time.Second {
			t.Errorf("ten more calls fetched %d tokens within %s", n.fetches, took)
		}
	})
}

func TestExpiredLeaseIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, store := &fakeWeCom{}, newMemoryTokenStore()
		c := n.newClient(t, store)
		if ok, err := store.AcquireLease(t.Context(), c.token.Key(), "a replica that died", leaseTTL); !ok || err != nil {
			t.Fatal(ok, err)
		}
		began := time.Now()
		if err := sendText(c); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < leaseTTL || took > leaseTTL+time.Second {
			t.Errorf("waited %s for a lease of %s", took, leaseTTL)
		}
		expectCounts(t, n, 1, 1)
	})
}

func TestFailingTokenStoreIsBypassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, store := &fakeWeCom{}, newMemoryTokenStore()
		store.broken = true
		c := n.newClient(t, store)
		if failed := sendConcurrently(50, c); failed != 0 {
			t.Errorf("%d sends failed", failed)
		}
		expectCounts(t, n, 1, 50)
	})
}

func TestReplicaUsesStoredToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, store := &fakeWeCom{}, newMemoryTokenStore()
		a, b := n.newClient(t, store), n.newClient(t, store)
		if sendConcurrently(2, a, b) != 0 {
			t.Fatal("first sends failed")
		}
		n.alive = "killed"
		for _, c := range []*Client{a, b} { // sequentially: b still uses the old token
			if err := sendText(c); err != nil {
				t.Error(err)
			}
		}
		expectCounts(t, n, 2, 4)
	})
}

func TestTokenKeysDifferPerApp(t *testing.T) {
	keys := map[string]bool{}
	for _, cfg := range []Config{
		{CorpID: "ww1", AgentID: 1, Secret: "secret-a"},
		{CorpID: "ww1", AgentID: 2, Secret: "secret-b"},
		{CorpID: "ww2", AgentID: 1, Secret: "secret-c"},
		{CorpID: "ww1", Secret: "secret-d"},
		{CorpID: "ww1", Secret: "secret-e"},
	} {
		c, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*tokencache.Source{c.token, c.JSSDK.corpTicket, c.JSSDK.agentTicket} {
			keys[s.Key()] = true
		}
	}
	if len(keys) != 15 {
		t.Errorf("five apps with three tokens each use %d keys: %v", len(keys), keys)
	}
}

func TestUnusableTokens(t *testing.T) {
	for _, c := range []struct {
		value string
		life  int64
	}{{"", 7200}, {"t", 0}, {"t", -5}, {"t", 1 << 40}} {
		if _, err := parseToken("/p", Secret(c.value), c.life, time.Now()); ClassOf(err) != ClassNetwork {
			t.Errorf("token %q with %d seconds was accepted", c.value, c.life)
		}
	}
}

// WeCom returns the same token until it expires. It is used then too, for three quarters of the
// rest, and not refused: calls would fail until its end.
func TestTokenNearItsEnd(t *testing.T) {
	now := time.Now()
	for life, usable := range map[int64]time.Duration{40: 30 * time.Second, 240: 3 * time.Minute, 7200: 119 * time.Minute} {
		got, err := parseToken("/p", "t", life, now)
		if err != nil || !got.ExpiresAt.Equal(now.Add(usable)) || got.RefreshAt.After(got.ExpiresAt) {
			t.Errorf("a token of %d seconds is used for %s and refreshed after %s: %v", life, got.ExpiresAt.Sub(now), got.RefreshAt.Sub(now), err)
		}
	}
}

func TestTicketsAreCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{}
		c := n.newClient(t, newMemoryTokenStore())
		for range 3 {
			for _, sign := range []func(context.Context, string) (*JSSDKSignature, error){
				c.JSSDK.ConfigSignature, c.JSSDK.AgentConfigSignature,
			} {
				if _, err := sign(t.Context(), "https://interview.example.com/"); err != nil {
					t.Fatal(err)
				}
			}
		}
		expectCounts(t, n, 3, 0) // one token, two tickets
	})
}
