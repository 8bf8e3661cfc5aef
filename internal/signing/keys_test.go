package signing_test

import (
	"context"
	"testing"

	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/signing"
	"github.com/huimian/huimian/internal/signing/signingtest"
)

func sign(t *testing.T, k *signing.Keys, statement string) (s signing.Signature) {
	t.Helper()
	err := k.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		s, err = k.Sign(ctx, tx, statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSign(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		now := clocktest.New().Now
		k := signingtest.NewKeys(t, d, "secret", now)
		first := sign(t, k, "one")
		if second := sign(t, k, "two"); second.KeyID != first.KeyID {
			t.Error("each statement has a key of its own")
		}
		if _, err := k.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		rotated := sign(t, k, "one")
		changed := sign(t, signingtest.NewKeys(t, d, "another secret", now), "one")
		if rotated.KeyID == first.KeyID || changed.KeyID == rotated.KeyID {
			t.Errorf("keys %s, %s, %s", first.KeyID, rotated.KeyID, changed.KeyID)
		}
		for _, tc := range []struct {
			name, keyID, statement string
			signature              []byte
			want                   bool
		}{
			{"of a retired key", first.KeyID, "one", first.Bytes, true},
			{"of the current key", changed.KeyID, "one", changed.Bytes, true},
			{"of another statement", first.KeyID, "two", first.Bytes, false},
			{"of another key", rotated.KeyID, "one", first.Bytes, false},
			{"of an unknown key", "00", "one", first.Bytes, false},
			{"none", first.KeyID, "one", nil, false},
		} {
			if ok, err := k.Verify(t.Context(), d.DB, tc.keyID, tc.statement, tc.signature); err != nil || ok != tc.want {
				t.Errorf("a signature %s: %v, %v", tc.name, ok, err)
			}
		}
		if list, err := k.List(t.Context()); err != nil || len(list) != 3 {
			t.Errorf("%d keys, %v", len(list), err)
		}
	})
}
