// Package dbtest creates a migrated and empty database for each test, on SQLite
// and PostgreSQL. It is for tests only.
package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// PostgresURLEnv is the environment variable with the URL of a PostgreSQL
// server on which the tests may create and drop databases. Without it the tests
// run on SQLite only.
const PostgresURLEnv = "HUIMIAN_TEST_POSTGRES_URL"

// Run runs the body once on each kind of database, with a new database each
// time.
func Run(t *testing.T, body func(t *testing.T, d *db.DB)) {
	t.Helper()
	RunWithURL(t, func(t *testing.T, url string) { body(t, Reopen(t, url)) })
}

// RunWithURL is like Run for a body that opens the database itself.
func RunWithURL(t *testing.T, body func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { body(t, NewDatabase(t, db.SQLite)) })
	if os.Getenv(PostgresURLEnv) != "" {
		t.Run("postgres", func(t *testing.T) { body(t, NewDatabase(t, db.Postgres)) })
	}
}

// RunBenchmark runs the body once for each kind of database that is available.
func RunBenchmark(b *testing.B, body func(b *testing.B, kind db.Dialect)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { body(b, db.SQLite) })
	if os.Getenv(PostgresURLEnv) != "" {
		b.Run("postgres", func(b *testing.B) { body(b, db.Postgres) })
	}
}

// InsertAll inserts rows, in statements of at most 500.
func InsertAll[T any](t testing.TB, d *db.DB, rows []T) {
	t.Helper()
	for piece := range slices.Chunk(rows, 500) {
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewInsert().Model(&piece).Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Exec runs a statement in a transaction, as writers do.
func Exec(t testing.TB, d *db.DB, query string, args ...any) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw(query, args...).Exec(ctx)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// Open opens a new database, which is closed and removed at the end of the
// test.
func Open(t testing.TB, kind db.Dialect) *db.DB {
	t.Helper()
	return Reopen(t, NewDatabase(t, kind))
}

// Reopen opens the database at url, as a second process would. It is closed at
// the end of the test.
func Reopen(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// NewDatabase creates a database and returns its URL.
func NewDatabase(t testing.TB, kind db.Dialect) string {
	t.Helper()
	if kind == db.Postgres {
		return newPostgresDatabase(t, templateDatabase())
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, migratedSQLite(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// NewUnmigratedDatabase creates a database without tables and returns its URL.
func NewUnmigratedDatabase(t testing.TB, kind db.Dialect) string {
	t.Helper()
	if kind == db.Postgres {
		return newPostgresDatabase(t, "template0")
	}
	return filepath.Join(t.TempDir(), "test.db")
}

// migratedSQLite is a migrated database file, created once per process. Copying
// it is much faster than migrating.
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
	if _, err := job.Migrate(ctx, d); err != nil {
		panic(err)
	}
	if err := d.Close(); err != nil { // closing merges the write-ahead log into the file
		panic(err)
	}
}

// templateDatabase is a migrated database, created once per process, from which
// PostgreSQL copies the others.
var templateDatabase = sync.OnceValue(func() string {
	name := fmt.Sprintf("hm_template_%d", os.Getpid())
	execAdmin("DROP DATABASE IF EXISTS " + name)
	execAdmin("CREATE DATABASE " + name)
	migrateDatabase(databaseURL(name))
	return name
})

func newPostgresDatabase(t testing.TB, template string) string {
	name := "hm_" + strings.ReplaceAll(db.NewID(), "-", "")
	execAdmin("CREATE DATABASE " + name + " TEMPLATE " + template + copyStrategy())
	t.Cleanup(func() { execAdmin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	return databaseURL(name)
}

// copyStrategy is the clause that makes PostgreSQL copy a template by file, which takes
// 0.6 times as long as by page. Before version 15 there was no other way, and no clause.
var copyStrategy = sync.OnceValue(func() (clause string) {
	withAdmin(func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT CASE WHEN current_setting('server_version_num')::int >= 150000 THEN ' STRATEGY FILE_COPY' ELSE '' END`).Scan(&clause)
	})
	return clause
})

func execAdmin(query string) {
	withAdmin(func(ctx context.Context, conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, query); err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		return nil
	})
}

func withAdmin(body func(context.Context, *pgx.Conn) error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, os.Getenv(PostgresURLEnv))
	if err != nil {
		panic(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := body(ctx, conn); err != nil {
		panic(err)
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

// FillSQLite makes every write that needs space fail with SQLITE_FULL, as on a
// full disk.
func FillSQLite(t testing.TB, d *db.DB) {
	t.Helper()
	for {
		err := d.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.NewRaw("PRAGMA max_page_count = 1").Exec(ctx); err != nil { // SQLite raises it to the present size
				t.Fatal(err)
			}
			_, err := tx.NewRaw("INSERT INTO write_probe (payload) VALUES (?)", strings.Repeat(".", 1000)).Exec(ctx)
			return err
		})
		if err != nil {
			return
		}
	}
}

// Concurrently calls fn n times at the same time and returns the errors in the order of the
// arguments. SQLite has one writer: races are found on PostgreSQL.
func Concurrently(n int, fn func(n int) error) []error {
	errs := make([]error, n)
	var calls sync.WaitGroup
	for k := range errs {
		calls.Go(func() { errs[k] = fn(k) })
	}
	calls.Wait()
	return errs
}

// RunWhileOpen runs first in a transaction and then second, which commits at the
// earliest when first does: the transaction stays open until second waits for one of its
// locks, or has returned. It returns the errors of both. SQLite has one writer: there
// second runs after the transaction.
func RunWhileOpen(t testing.TB, d *db.DB, first func(ctx context.Context, tx *db.Tx) error, second func() error) (firstErr, secondErr error) {
	t.Helper()
	done := make(chan error, 1)
	firstErr = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := first(ctx, tx); err != nil {
			return err
		}
		go func() { done <- second() }()
		if d.Dialect() == db.SQLite {
			return nil
		}
		return WaitForLock(ctx, d, func() bool { return len(done) > 0 })
	})
	return firstErr, <-done
}

// WaitFor waits up to a minute until check returns no reason to wait any longer.
func WaitFor(t testing.TB, check func() string) {
	t.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	timeout := time.After(time.Minute)
	for {
		reason := check()
		if reason == "" {
			return
		}
		select {
		case <-poll.C:
		case <-timeout:
			t.Fatalf("timed out: %s", reason)
		}
	}
}

// WaitForLock returns when a connection of the PostgreSQL database waits for a lock, or
// done.
func WaitForLock(ctx context.Context, d *db.DB, done func() bool) error {
	for !done() {
		blocked, err := d.NewSelect().TableExpr("pg_locks AS l JOIN pg_stat_activity AS a USING (pid)").
			Where("NOT l.granted AND a.datname = current_database()").Count(ctx)
		if err != nil || blocked > 0 {
			return err
		}
	}
	return nil
}
