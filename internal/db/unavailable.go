package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// unavailableSQLite are the primary result codes of SQLite for a database that
// is locked, full or out of reach: https://sqlite.org/rescode.html.
var unavailableSQLite = []int{
	sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
	sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
}

// unavailablePostgres are classes and codes of PostgreSQL: lost connections,
// insufficient resources, shutdown and start, errors of the system, and a
// standby: https://www.postgresql.org/docs/current/errcodes-appendix.html.
var unavailablePostgres = []string{"08", "53", "57P01", "57P02", "57P03", "57P05", "58", "25006"}

// lostConnection are the errors of a connection that was lost or could not be
// established.
var lostConnection = []error{
	driver.ErrBadConn, sql.ErrConnDone, pgconn.ErrConnClosed,
	io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, context.DeadlineExceeded,
}

// IsUnavailable reports whether err means that the database cannot be used at
// present: it does not respond, starts, is read-only or has no connection left,
// or its disk is full. The same statement may succeed later. Whether a
// transaction that failed in this way has taken effect is unknown.
func IsUnavailable(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.ContainsFunc(unavailablePostgres, func(prefix string) bool { return strings.HasPrefix(e.Code, prefix) })
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return slices.Contains(unavailableSQLite, e.Code()&0xff)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	if err != nil && strings.Contains(err.Error(), "sql: database is closed") { // database/sql does not export it
		return true
	}
	return slices.ContainsFunc(lostConnection, func(lost error) bool { return errors.Is(err, lost) })
}

// CheckWritable writes to the database and returns the error, such as that of a
// full disk or a standby. A ping succeeds on both.
func (d *DB) CheckWritable(ctx context.Context) error {
	return d.InTx(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.NewRaw("INSERT INTO write_probe (payload) VALUES (?)", strings.Repeat(".", writeProbeBytes)).Exec(ctx); err != nil {
			return fmt.Errorf("writing to the database: %w", err)
		}
		if _, err := tx.NewRaw("DELETE FROM write_probe").Exec(ctx); err != nil {
			return fmt.Errorf("writing to the database: %w", err)
		}
		return nil
	})
}

// writeProbeBytes is below the size at which PostgreSQL compresses a value and
// above what fits into a free page of SQLite's table.
const writeProbeBytes = 1500
