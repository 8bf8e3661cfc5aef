package account_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/wecom"
)

// Two replicas on one database fetch a single token, initially and after WeCom has
// invalidated it.
func TestTokenStoreSharedByReplicas(t *testing.T) {
	for _, kind := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			sim := newSimulator(t)
			var replicas []*wecom.Client
			dbtest.Run(t, func(t *testing.T, d *db.DB) {
				if d.Dialect() != kind {
					return
				}
				for range 2 {
					replicas = append(replicas, newClient(t, sim, d))
				}
				for round := 1; round <= 2; round++ {
					var wg sync.WaitGroup
					for n := range 40 {
						wg.Go(func() {
							if _, err := replicas[n%2].Users.Get(t.Context(), "ChenMo"); err != nil {
								t.Error(err)
							}
						})
					}
					wg.Wait()
					if n := sim.CallCount("/cgi-bin/gettoken"); n != round {
						t.Errorf("round %d: %d calls of gettoken", round, n)
					}
					sim.RevokeTokens(corpID, agentID, 42001)
				}
			})
		})
	}
}

func TestTokenStore(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, now := t.Context(), time.Now()
		store := account.NewTokenStore(d, corpID, newTokenBox(t, secret), func() time.Time { return now })
		token := wecom.StoredToken{Value: "tok", ExpiresAt: db.Time(now.Add(2 * time.Hour)), RefreshAt: db.Time(now.Add(time.Hour))}
		acquire := func(holder string, want bool) {
			t.Helper()
			if got, err := store.AcquireLease(ctx, "k", holder, time.Minute); err != nil || got != want {
				t.Errorf("%s acquires: %v (%v), want %v", holder, got, err, want)
			}
		}
		load := func(want wecom.Secret) {
			t.Helper()
			if got, err := store.Load(ctx, "k"); err != nil || got.Value != want {
				t.Errorf("loaded %d bytes (%v), want %d", len(got.Value), err, len(want))
			}
		}
		acquire("a", true)
		acquire("b", false)
		if err := store.Save(ctx, "k", "b", token); err != nil {
			t.Fatal(err)
		}
		load("") // b does not hold the lease
		if err := store.Save(ctx, "k", "a", token); err != nil {
			t.Fatal(err)
		}
		load("tok")
		if err := store.Invalidate(ctx, "k", "older"); err != nil {
			t.Fatal(err)
		}
		load("tok")
		if err := store.Invalidate(ctx, "k", "tok"); err != nil {
			t.Fatal(err)
		}
		load("")

		acquire("b", true)
		now = now.Add(2 * time.Minute) // the lease of b has expired
		acquire("a", true)
		if err := store.ReleaseLease(ctx, "k", "a"); err != nil {
			t.Fatal(err)
		}
		acquire("b", true)
	})
}

func TestStoredTokensAreEncrypted(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	sim := newSimulator(t)
	if _, err := newClient(t, sim, d).Users.Get(t.Context(), "ChenMo"); err != nil {
		t.Fatal(err)
	}
	var stored []byte
	if err := d.NewRaw("SELECT value FROM tokens").Scan(t.Context(), &stored); err != nil || len(stored) < 32 {
		t.Fatalf("%d bytes stored (%v)", len(stored), err)
	}
	other := account.NewTokenStore(d, corpID, newTokenBox(t, "the-next-secret"), time.Now)
	var key string
	if err := d.NewRaw("SELECT token_key FROM tokens").Scan(t.Context(), &key); err != nil {
		t.Fatal(err)
	}
	if got, err := other.Load(t.Context(), key); err != nil || got.Value != "" {
		t.Errorf("loaded with another secret: %d bytes (%v)", len(got.Value), err)
	}
	if strings.Contains(key, secret) {
		t.Error("the key contains the secret")
	}
}
