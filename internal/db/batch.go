package db

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

const (
	rowsPerBatch  = 500
	deleteBatches = 200 // of one call: a daily job deletes at most 100,000 rows of a table
)

// DeleteInBatches deletes rows in transactions of rowsPerBatch rows each, so that other
// writers do not wait, and returns their number. It stops after deleteBatches: the next
// call continues. key is a text column that identifies a row.
func (d *DB) DeleteInBatches(ctx context.Context, table, key, where string, args ...any) (deleted int64, err error) {
	for range deleteBatches {
		var n int64
		err := d.InTx(ctx, func(ctx context.Context, tx *Tx) error {
			batch := tx.NewSelect().TableExpr("?", bun.Ident(table)).Column(key).Where(where, args...).Limit(rowsPerBatch)
			res, err := tx.NewDelete().TableExpr("?", bun.Ident(table)).Where("? IN (?)", bun.Ident(key), batch).Exec(ctx)
			if err != nil {
				return err
			}
			n, err = res.RowsAffected()
			return err
		})
		if err != nil {
			return deleted, fmt.Errorf("deleting rows of %s: %w", table, err)
		}
		if deleted += n; n == 0 {
			break
		}
	}
	return deleted, nil
}

// UpdateInBatches calls update with the keys of the rows, in ascending order, in
// transactions of rowsPerBatch rows each. key is a text column that identifies a row.
// It stops at the first error; what earlier transactions changed remains.
func (d *DB) UpdateInBatches(ctx context.Context, table, key, where string, args []any, update func(ctx context.Context, tx *Tx, keys []string) error) error {
	for last, more := "", true; more; {
		err := d.InTx(ctx, func(ctx context.Context, tx *Tx) error {
			var keys []string
			err := tx.NewSelect().TableExpr("?", bun.Ident(table)).Column(key).Where(where, args...).
				Where("? > ?", bun.Ident(key), last).Order(key).Limit(rowsPerBatch).Scan(ctx, &keys)
			if more = len(keys) == rowsPerBatch; err != nil || len(keys) == 0 {
				return err
			}
			last = keys[len(keys)-1]
			return update(ctx, tx, keys)
		})
		if err != nil {
			return fmt.Errorf("updating rows of %s: %w", table, err)
		}
	}
	return nil
}
