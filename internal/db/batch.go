package db

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

const (
	deleteBatch   = 500
	deleteBatches = 200 // of one call: a daily job deletes at most 100,000 rows of a table
)

// DeleteInBatches deletes rows in transactions of deleteBatch rows each, so that other
// writers do not wait, and returns their number. It stops after deleteBatches: the next
// call continues. key is a text column that identifies a row.
func (d *DB) DeleteInBatches(ctx context.Context, table, key, where string, args ...any) (deleted int64, err error) {
	for range deleteBatches {
		var n int64
		err := d.InTx(ctx, func(ctx context.Context, tx *Tx) error {
			batch := tx.NewSelect().TableExpr("?", bun.Ident(table)).Column(key).Where(where, args...).Limit(deleteBatch)
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
