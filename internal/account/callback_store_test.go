package account_test

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/wecom/callback"
)

func TestCallbackStore(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, now := t.Context(), time.Now()
		s := &account.CallbackStore{DB: d, CorpID: corpID, Now: func() time.Time { return now }}
		begin := func(key string, want callback.ClaimState) {
			t.Helper()
			if got, err := s.Claim(ctx, key); err != nil || got != want {
				t.Errorf("Claim(%s) = %v (%v), want %v", key, got, err, want)
			}
		}
		end := func(key string, done bool) {
			t.Helper()
			if err := s.Finish(ctx, key, done); err != nil {
				t.Error(err)
			}
		}
		begin("a", callback.StateNew)
		begin("a", callback.StateInProgress)
		begin("b", callback.StateNew)
		end("a", true)
		begin("a", callback.StateDone)
		end("b", false) // failed: the next delivery is processed
		begin("b", callback.StateNew)
		now = now.Add(5 * time.Second) // WeCom's second delivery: the first may still be in progress
		begin("b", callback.StateInProgress)
		now = now.Add(5 * time.Second) // the last delivery: the claim of b has expired
		begin("b", callback.StateNew)
		begin("a", callback.StateDone)
		other := &account.CallbackStore{DB: d, CorpID: "another", Now: s.Now}
		if got, err := other.Claim(ctx, "a"); err != nil || got != callback.StateNew {
			t.Errorf("another company's callback: %v (%v)", got, err)
		}
	})
}
