package server_test

import (
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
)

// fixture is the assembled product with helpers for the tests of this package.
type fixture struct{ *apptest.Fixture }

// newFixture starts the product; change may edit its configuration.
func newFixture(t testing.TB, d *db.DB, change ...func(*server.Config)) *fixture {
	t.Helper()
	return &fixture{apptest.New(t, d, change...)}
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}
