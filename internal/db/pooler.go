package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrTransactionPooling means that a pooler such as PgBouncer gives each
// transaction another session of PostgreSQL. The job queue's prepared statements,
// LISTEN and advisory locks need a session for each connection.
var ErrTransactionPooling = errors.New("a connection pooler in transaction mode is between Huimian and PostgreSQL: " +
	"set pool_mode=session for this database, or connect to PostgreSQL directly")

// poolingRounds is the number of comparisons: other clients of the pooler may
// take the session that a comparison expects.
const poolingRounds = 3

func checkPostgres(ctx context.Context, conns *sql.DB) error {
	if err := conns.PingContext(ctx); err != nil {
		return fmt.Errorf("connecting to PostgreSQL: %w", err)
	}
	first, err := conns.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connecting to PostgreSQL: %w", err)
	}
	defer func() { _ = first.Close() }()
	second, err := conns.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connecting to PostgreSQL: %w", err)
	}
	defer func() { _ = second.Close() }()
	for range poolingRounds {
		pooled, err := sharesSession(ctx, first, second)
		if err != nil {
			return fmt.Errorf("comparing the sessions of PostgreSQL: %w", err)
		}
		if pooled {
			return ErrTransactionPooling
		}
	}
	return nil
}

// sharesSession reports whether two open connections use one session of
// PostgreSQL, or one connection several.
func sharesSession(ctx context.Context, first, second *sql.Conn) (bool, error) {
	before, err := sessionPID(ctx, first)
	if err != nil {
		return false, err
	}
	tx, err := second.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback() }()
	other, err := sessionPID(ctx, tx)
	if err != nil {
		return false, err
	}
	after, err := sessionPID(ctx, first)
	return before == other || before != after, err
}

func sessionPID(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (pid int, err error) {
	err = q.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid)
	return pid, err
}
