package db

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// Lock takes the write lock of the rows of model's table that match, and holds
// it until the transaction ends, so that what is read afterwards is what is
// written over. It is the first statement of every read-modify-write. Rows that
// only refer to a locked one by a foreign key may still be inserted. Locking a
// row that does not exist is no error; the read that follows finds none.
//
// model is a pointer to the row's type; where may use its column names.
// SQLite has one writer at a time, so there Lock does nothing.
func (tx *Tx) Lock(ctx context.Context, model any, where string, args ...any) error {
	return tx.lockRows(ctx, "NO KEY UPDATE", model, where, args)
}

// LockReferenced keeps the rows that match from being deleted until the
// transaction ends. It is called before a row that is about to be referred to is
// read, so that the read decides whether it exists, and not a foreign key when the
// reference is stored. Other transactions may refer to the rows and change them.
func (tx *Tx) LockReferenced(ctx context.Context, model any, where string, args ...any) error {
	return tx.lockRows(ctx, "KEY SHARE", model, where, args)
}

// LockToDelete is like Lock before a deletion: it waits for the transactions that refer
// to the rows, so that a check for references that follows finds theirs.
func (tx *Tx) LockToDelete(ctx context.Context, model any, where string, args ...any) error {
	return tx.lockRows(ctx, "UPDATE", model, where, args)
}

func (tx *Tx) lockRows(ctx context.Context, strength string, model any, where string, args []any) error {
	if tx.kind != Postgres {
		return nil
	}
	_, err := tx.NewSelect().Model(model).ColumnExpr("1").Where(where, args...).For(strength).Exec(ctx)
	if err != nil {
		return fmt.Errorf("locking a row: %w", err)
	}
	return nil
}

// LockNames takes an exclusive lock on each name until the transaction ends,
// for rules over rows that may not exist yet ("no two interviews of a person at
// the same time"). One query locks all names, in one order, so that two
// transactions with names in common wait for each other and never deadlock; a
// transaction therefore takes all its names in one call. Names of different
// rules must not collide: begin each with the rule, such as
// "calendar/<corp>/<user>".
//
// SQLite has one writer at a time, so there LockNames does nothing.
func (tx *Tx) LockNames(ctx context.Context, names []string) error {
	if tx.kind != Postgres || len(names) == 0 {
		return nil
	}
	// Ordered by the key and not by the name, of which two may have one key. The
	// planner cannot move the locks before the sort of a materialized query.
	_, err := tx.NewRaw(`WITH keys AS MATERIALIZED (
			SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest(ARRAY[?]::text[]) AS names (name) ORDER BY key
		) SELECT pg_advisory_xact_lock(key) FROM keys`, bun.List(names)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("locking %d names such as %s: %w", len(names), names[0], err)
	}
	return nil
}
