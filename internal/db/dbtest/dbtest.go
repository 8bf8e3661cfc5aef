// Package dbtest gives each test a database of its own, migrated and empty, on
// SQLite and on PostgreSQL. It is for tests only.
package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// PostgresURL names the environment variable with the address of a PostgreSQL
// server on which the tests may make and drop databases. Without it they run
// on SQLite alone.
const PostgresURL = "HUIMIAN_TEST_POSTGRES_URL"

// Run runs the body on each database, each time with a new one.
func Run(t *testing.T, body func(t *testing.T, d *db.DB)) {
	t.Helper()
	RunURL(t, func(t *testing.T, url string) { body(t, Reopen(t, url)) })
}

// RunURL is Run for bodies that open the database themselves, more than once.
func RunURL(t *testing.T, body func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { body(t, URL(t, db.SQLite)) })
	if os.Getenv(PostgresURL) != "" {
		t.Run("postgres", func(t *testing.T) { body(t, URL(t, db.Postgres)) })
	}
}

// Open opens a new database of the kind, closed and removed with the test.
func Open(t testing.TB, kind db.Dialect) *db.DB {
	t.Helper()
	return Reopen(t, URL(t, kind))
}

// Reopen opens the database at the address, closed with the test: a second
// process would see the same.
func Reopen(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// URL makes a new database of the kind and returns its address.
func URL(t testing.TB, kind db.Dialect) string {
	t.Helper()
	if kind == db.Postgres {
		return newPostgres(t)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, emptySQLite(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// emptySQLite is a migrated file, made once for the process: copying it takes
// a fraction of the time that migrating does.
var emptySQLite = sync.OnceValue(func() []byte {
	dir, err := os.MkdirTemp("", "huimian-dbtest")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "empty.db")
	migrate(path)
	raw, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return raw
})

func migrate(url string) {
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	if err != nil {
		panic(err)
	}
	if err := job.Migrate(ctx, d); err != nil {
		panic(err)
	}
	if err := d.Close(); err != nil { // closing writes the log into the file
		panic(err)
	}
}

// template is a migrated database of this process, from which PostgreSQL
// copies the others.
var template = sync.OnceValue(func() string {
	name := fmt.Sprintf("hm_template_%d", os.Getpid())
	admin("DROP DATABASE IF EXISTS " + name)
	admin("CREATE DATABASE " + name)
	migrate(address(name))
	return name
})

func newPostgres(t testing.TB) string {
	name := "hm_" + strings.ReplaceAll(db.NewID(), "-", "")
	admin("CREATE DATABASE " + name + " TEMPLATE " + template())
	t.Cleanup(func() { admin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	return address(name)
}

func admin(query string) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, os.Getenv(PostgresURL))
	if err != nil {
		panic(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, query); err != nil {
		panic(fmt.Sprintf("%s: %v", query, err))
	}
}

func address(database string) string {
	u, err := url.Parse(os.Getenv(PostgresURL))
	if err != nil {
		panic(err)
	}
	u.Path = "/" + database
	return u.String()
}
