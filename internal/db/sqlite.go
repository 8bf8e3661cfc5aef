package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteSettings are part of the connection URL, so that every pooled
// connection has them. busy_timeout comes first: switching to the write-ahead
// log already takes a lock.
var sqliteSettings = url.Values{
	"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(ON)",
	},
	"_time_format": {"sqlite"}, // other formats do not sort as text
	"_timezone":    {"UTC"},
}

// sqliteDialect is shared like postgresDialect.
var sqliteDialect = sqlitedialect.New()

// openSQLite opens three pools of one file: readers; the single writer, which
// takes the lock when its transaction begins, since a later upgrade may fail at
// once; and one connection for the job queue, as its driver recommends.
func openSQLite(ctx context.Context, path string) (*DB, error) {
	path = filepath.Clean(path) // a URI reads two slashes as the start of a host
	if err := restrictFile(path); err != nil {
		return nil, err
	}
	read, err := sqlitePool(ctx, path, max(4, runtime.NumCPU()), nil)
	if err != nil {
		return nil, err
	}
	immediate := url.Values{"_txlock": {"immediate"}}
	write, err := sqlitePool(ctx, path, 1, immediate)
	if err != nil {
		return nil, errors.Join(err, read.Close())
	}
	jobs, err := sqlitePool(ctx, path, 1, immediate)
	if err != nil {
		return nil, errors.Join(err, read.Close(), write.Close())
	}
	return &DB{
		DB:    bun.NewDB(read, sqliteDialect),
		kind:  SQLite,
		write: bun.NewDB(write, sqliteDialect),
		jobs:  jobs,
		path:  path,
	}, nil
}

// restrictFile creates the SQLite file for its owner alone, if there is none, and
// withdraws the access of others from an existing one. SQLite gives the files -wal and
// -shm the mode of the database file.
func restrictFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) //nolint:gosec // the path is that of the configuration
	if err == nil {
		return file.Close()
	}
	// An existing file is not opened: closing it would release SQLite's locks.
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(path, 0o600) // fails if another user owns the file, who decides then
	}
	return nil // opening the database reports why it is not accessible
}

func sqlitePool(ctx context.Context, path string, conns int, more url.Values) (*sql.DB, error) {
	query := url.Values{}
	for _, values := range []url.Values{sqliteSettings, more} {
		maps.Copy(query, values)
	}
	escaped := (&url.URL{Path: path}).EscapedPath() // "#" and "?" would end the path
	pool, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: escaped, RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("opening the SQLite file %s: %w", path, err)
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the SQLite file %s: %w", path, err), pool.Close())
	}
	return pool, nil
}

// ErrFileInUse is the error of LockFile when another process holds the lock.
var ErrFileInUse = errors.New("another Huimian process serves this SQLite file; stop it first, or use PostgreSQL for several processes")

// LockFile makes this the only process that serves the SQLite file, until Close: rooms
// of two processes on one file would not see each other. Commands that only open the
// database do not need it. On PostgreSQL, which notifies processes of each other's
// changes, it does nothing. The lock is on a file beside the database, since closing the
// database file itself would release SQLite's own locks. A symbolic link to the database
// has the same lock.
func (d *DB) LockFile() error {
	if d.kind != SQLite || d.lock != nil {
		return nil
	}
	path, err := filepath.EvalSymlinks(d.path)
	if err != nil {
		return fmt.Errorf("finding the SQLite file: %w", err)
	}
	path += ".lock"
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("opening the lock of the SQLite file: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrFileInUse
	}
	if err != nil {
		return errors.Join(fmt.Errorf("locking %s: %w", path, err), file.Close())
	}
	d.lock = file
	return nil
}

// analysisLimit limits the index entries that SQLite reads for statistics of a table.
// See https://sqlite.org/lang_analyze.html
const analysisLimit = 400

// Optimize updates the statistics by which SQLite chooses indexes, where they are
// missing or outdated. PostgreSQL does that by itself.
// See https://sqlite.org/pragma.html#pragma_optimize
func (d *DB) Optimize(ctx context.Context) error {
	if d.kind != SQLite {
		return nil
	}
	_, err := d.write.ExecContext(ctx, fmt.Sprintf("PRAGMA analysis_limit = %d; PRAGMA optimize = 0x10002", analysisLimit))
	if err != nil {
		return fmt.Errorf("updating the statistics of SQLite: %w", err)
	}
	return nil
}

func isUniqueSQLite(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

func isForeignKeySQLite(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}
