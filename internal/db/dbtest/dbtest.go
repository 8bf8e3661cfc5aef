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

// PostgresURLEnv names the environment variable with the address of a PostgreSQL
// server on which the tests may make and drop databases. Without it they run
// on SQLite alone.
const PostgresURLEnv = "HUIMIAN_TEST_POSTGRES_URL"

// Run runs the body on each database, each time with a new one.
func Run(t *testing.T, body func(t *testing.T, d *db.DB)) {
	t.Helper()
	RunWithURL(t, func(t *testing.T, url string) { body(t, Reopen(t, url)) })
}

// RunWithURL is Run for bodies that open the database themselves, more than once.
func RunWithURL(t *testing.T, body func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { body(t, NewDatabase(t, db.SQLite)) })
	if os.Getenv(PostgresURLEnv) != "" {
		t.Run("postgres", func(t *testing.T) { body(t, NewDatabase(t, db.Postgres)) })
	}
}

// Open opens a new database of the kind, closed and removed with the test.
func Open(t testing.TB, kind db.Dialect) *db.DB {
	t.Helper()
	return Reopen(t, NewDatabase(t, kind))
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

// NewDatabase makes a new database of the kind and returns its address.
func NewDatabase(t testing.TB, kind db.Dialect) string {
	t.Helper()
	if kind == db.Postgres {
		return newPostgresDatabase(t)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, migratedSQLite(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// migratedSQLite is a migrated file, made once for the process: copying it takes
// a fraction of the time that migrating does.
var migratedSQLite = sync.OnceValue(func() []byte {
	dir, err := os.MkdirTemp("", "huimian-dbtest")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "empty.db")
	migrateDatabase(path)
	raw, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return raw
})

func migrateDatabase(url string) {
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

// templateDatabase is a migrated database of this process, from which PostgreSQL
// copies the others.
var templateDatabase = sync.OnceValue(func() string {
	name := fmt.Sprintf("hm_template_%d", os.Getpid())
	execAdmin("DROP DATABASE IF EXISTS " + name)
	execAdmin("CREATE DATABASE " + name)
	migrateDatabase(databaseURL(name))
	return name
})

func newPostgresDatabase(t testing.TB) string {
	name := "hm_" + strings.ReplaceAll(db.NewID(), "-", "")
	execAdmin("CREATE DATABASE " + name + " TEMPLATE " + templateDatabase())
	t.Cleanup(func() { execAdmin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	return databaseURL(name)
}

func execAdmin(query string) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, os.Getenv(PostgresURLEnv))
	if err != nil {
		panic(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, query); err != nil {
		panic(fmt.Sprintf("%s: %v", query, err))
	}
}

func databaseURL(database string) string {
	u, err := url.Parse(os.Getenv(PostgresURLEnv))
	if err != nil {
		panic(err)
	}
	u.Path = "/" + database
	return u.String()
}
