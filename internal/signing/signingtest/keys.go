// Package signingtest creates signing keys for tests.
package signingtest

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/signing"
)

// NewKeys returns the keys in a database, encrypted with a secret.
func NewKeys(t testing.TB, d *db.DB, secret string, now func() time.Time) *signing.Keys {
	t.Helper()
	box, err := secretbox.NewBox([]byte(secret), "signing keys")
	if err != nil {
		t.Fatal(err)
	}
	return &signing.Keys{DB: d, Box: box, Now: now}
}
