// Package db opens and migrates the database, runs transactions and hides the
// differences between SQLite and PostgreSQL. It is the only package that
// imports a database driver, and has no references to tables of features.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"
)

// Dialect is a kind of database.
type Dialect string

const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DB is an open database. The embedded bun.DB is for reading; InTx writes.
type DB struct {
	*bun.DB
	kind  Dialect
	write *bun.DB       // SQLite: the one writer. PostgreSQL: the same as DB
	jobs  *sql.DB       // SQLite: the connection of the job queue
	path  string        // SQLite: of the file
	lock  *os.File      // SQLite: see LockFile
	pool  *pgxpool.Pool // PostgreSQL: for the job queue and LISTEN
	lost  lostChannels

	// ObserveCommit is called with the duration of each transaction of InTx that was
	// committed, with the wait for a connection, if it is not nil. Set it before use.
	ObserveCommit func(took time.Duration)
}

// The number of connections to PostgreSQL of one process.
const (
	DefaultMaxConnections = 30
	MinConnections        = 6 // the job queue has a third of them
)

// Option configures Open.
type Option func(*openOptions)

type openOptions struct{ maxConnections int }

// MaxConnections limits the connections to PostgreSQL; 0 is
// DefaultMaxConnections. Connections that listen are not counted. It has no
// effect on SQLite.
func MaxConnections(n int) Option {
	return func(o *openOptions) {
		if n > 0 {
			o.maxConnections = max(n, MinConnections)
		}
	}
}

// IsPostgresURL reports whether url names a PostgreSQL database.
func IsPostgresURL(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// notPath matches notations of addresses that a program of another kind accepts, and that
// SQLite would take for the name of a file or for a database in memory.
var notPath = regexp.MustCompile(`(?i)^(?:file:|sqlite3?:|postgres(?:ql)?:|:memory:|(?:host|hostaddr|port|dbname|user|password|service|sslmode)\s*=)`)

// CheckURL returns an error if url names neither PostgreSQL nor a file. The error
// does not contain the URL, which may hold a password.
func CheckURL(url string) error {
	scheme, _, ok := strings.Cut(url, "://")
	path, _ := strings.CutPrefix(url, "sqlite://")
	switch {
	case path == "":
		return errors.New("the address of the database is empty")
	case IsPostgresURL(url):
		return nil
	case ok && scheme != "sqlite":
		return fmt.Errorf("the database %s is not supported: %s", scheme, supportedURLs)
	case notPath.MatchString(path):
		return errors.New("the address of the database is in a form that is not supported: " + supportedURLs)
	}
	return nil
}

const supportedURLs = "use postgres://user:password@host:5432/name or the path of a SQLite file" //nolint:gosec // no credentials

// Open connects to the database at url: "postgres://…", or the path of a SQLite
// file, with or without "sqlite://". It creates the file and its write-ahead
// log, but not their directory.
func Open(ctx context.Context, url string, options ...Option) (*DB, error) {
	o := openOptions{maxConnections: DefaultMaxConnections}
	for _, option := range options {
		option(&o)
	}
	if err := CheckURL(url); err != nil {
		return nil, err
	}
	if IsPostgresURL(url) {
		return openPostgres(ctx, url, o.maxConnections)
	}
	return openSQLite(ctx, strings.TrimPrefix(url, "sqlite://"))
}

// Dialect returns the kind of the database.
func (d *DB) Dialect() Dialect { return d.kind }

// Close closes every connection. Open transactions fail.
func (d *DB) Close() error {
	err := d.DB.Close()
	if d.write != d.DB {
		err = errors.Join(err, d.write.Close())
	}
	if d.jobs != nil {
		err = errors.Join(err, d.jobs.Close())
	}
	if d.pool != nil {
		d.pool.Close()
	}
	if d.lock != nil {
		err = errors.Join(err, d.lock.Close()) // releases the lock
	}
	return err
}

// NewID returns a UUID of version 7: ids sort by time of creation.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Now returns the time with the precision of the databases: UTC, whole
// microseconds.
func Now() time.Time { return Time(time.Now()) }

// Time returns t with the precision of the databases: UTC, whole microseconds.
func Time(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// NowOf is like Now with the time of a service's clock; a nil clock is the machine's.
func NowOf(clock func() time.Time) time.Time {
	if clock == nil {
		return Now()
	}
	return Time(clock())
}

// IsNotFound reports whether err is that of a query for one row that found
// none.
func IsNotFound(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// IsUnique reports whether err is a violation of a unique index or primary key.
func IsUnique(err error) bool { return isUniqueSQLite(err) || isUniquePostgres(err) }

// IsForeignKey reports whether err is a violation of a foreign key: the row that is
// referred to does not exist, or a row that is deleted is still referred to.
func IsForeignKey(err error) bool { return isForeignKeySQLite(err) || isForeignKeyPostgres(err) }

// Tx is a transaction that may write.
type Tx struct {
	bun.Tx
	kind Dialect
	conn bun.Conn // PostgreSQL: the connection that the transaction runs on

	committed []func()
}

// AfterCommit calls fn after the transaction has committed. fn must not block.
func (tx *Tx) AfterCommit(fn func()) { tx.committed = append(tx.committed, fn) }

// BeforeCommit is called at the end of the transaction of a change, with its result as
// the transaction has stored it. An error rolls the change back. It must neither call
// other services nor use another connection: it holds the locks of the change.
type BeforeCommit[T any] func(ctx context.Context, tx *Tx, result T) error

// RunBeforeCommit calls the hooks of a change in their order.
func RunBeforeCommit[T any](ctx context.Context, tx *Tx, hooks []BeforeCommit[T], result T) error {
	for _, hook := range hooks {
		if err := hook(ctx, tx, result); err != nil {
			return err
		}
	}
	return nil
}

// InTx runs fn in a transaction and commits when fn returns nil; an error or a
// panic rolls back. On SQLite, writers wait for each other for up to ten
// seconds.
func (d *DB) InTx(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) (err error) {
	began := time.Now()
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connecting to write: %w", err)
	}
	defer func() { _ = conn.Close() }()
	btx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer func() { _ = btx.Rollback() }() // after a commit this does nothing
	tx := &Tx{Tx: btx, kind: d.kind, conn: conn}
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if err := btx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	if d.ObserveCommit != nil {
		d.ObserveCommit(time.Since(began))
	}
	for _, fn := range tx.committed {
		fn()
	}
	return nil
}
