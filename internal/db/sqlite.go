package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"runtime"

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

// openSQLite opens three pools of one file: readers; the single writer, which
// takes the lock when its transaction begins, since a later upgrade may fail at
// once; and one connection for the job queue, as its driver recommends.
func openSQLite(ctx context.Context, path string) (*DB, error) {
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
		DB:    bun.NewDB(read, sqlitedialect.New()),
		kind:  SQLite,
		write: bun.NewDB(write, sqlitedialect.New()),
		jobs:  jobs,
	}, nil
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

func isUniqueSQLite(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}
