package db

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// rewritePage is the number of rows that RewriteColumn changes in one transaction.
const rewritePage = 200

// Column is a nullable binary column of a table. Key is a text column, or an SQL
// expression of the row's columns, that identifies the row.
type Column struct{ Table, Name, Key string }

// RewriteCounts are the numbers of values that RewriteColumn has seen.
type RewriteCounts struct {
	Changed, Unchanged int
	Failed             int // values for which the function returned an error; they stay as they are
}

// Add adds the numbers of another column.
func (c *RewriteCounts) Add(other RewriteCounts) {
	c.Changed += other.Changed
	c.Unchanged += other.Unchanged
	c.Failed += other.Failed
}

// RewriteColumn calls rewrite with every value of a column and the key of its row,
// and stores the values that it reports as changed. A value that another process
// changes meanwhile is left to that process.
func (d *DB) RewriteColumn(ctx context.Context, c Column, rewrite func(value []byte, key string) ([]byte, bool, error)) (RewriteCounts, error) {
	var counts RewriteCounts
	for last, more := "", true; more; {
		err := d.InTx(ctx, func(ctx context.Context, tx *Tx) error {
			page, err := c.readPage(ctx, tx, last)
			if err != nil {
				return err
			}
			more = len(page) == rewritePage
			for _, row := range page {
				last = row.Key
				changed, failed, err := c.rewriteRow(ctx, tx, row, rewrite)
				if err != nil {
					return err
				}
				counts.Add(newRewriteCounts(changed, failed))
			}
			return nil
		})
		if err != nil {
			return counts, err
		}
	}
	return counts, nil
}

func newRewriteCounts(changed, failed bool) RewriteCounts {
	switch {
	case failed:
		return RewriteCounts{Failed: 1}
	case changed:
		return RewriteCounts{Changed: 1}
	default:
		return RewriteCounts{Unchanged: 1}
	}
}

// columnRow is a value of a column with the key of its row.
type columnRow struct {
	Key   string `bun:"row_key"`
	Value []byte `bun:"row_value"`
}

// readPage returns the next rows after a key.
func (c Column) readPage(ctx context.Context, tx *Tx, last string) ([]columnRow, error) {
	var page []columnRow
	err := tx.NewSelect().TableExpr("?", bun.Ident(c.Table)).
		ColumnExpr("? AS row_key, ? AS row_value", bun.Safe(c.Key), bun.Ident(c.Name)).
		Where("? IS NOT NULL", bun.Ident(c.Name)).Where("? > ?", bun.Safe(c.Key), last).
		OrderExpr("row_key").Limit(rewritePage).Scan(ctx, &page)
	if err != nil {
		return nil, fmt.Errorf("reading the column %s of %s: %w", c.Name, c.Table, err)
	}
	return page, nil
}

func (c Column) rewriteRow(ctx context.Context, tx *Tx, row columnRow, rewrite func([]byte, string) ([]byte, bool, error)) (changed, failed bool, err error) {
	value, changed, err := rewrite(row.Value, row.Key)
	if err != nil {
		return false, true, nil //nolint:nilerr // the value is counted and kept
	}
	if !changed {
		return false, false, nil
	}
	_, err = tx.NewUpdate().TableExpr("?", bun.Ident(c.Table)).Set("? = ?", bun.Ident(c.Name), value).
		Where("? = ?", bun.Safe(c.Key), row.Key).Where("? = ?", bun.Ident(c.Name), row.Value).Exec(ctx)
	if err != nil {
		return false, false, fmt.Errorf("writing the column %s of %s: %w", c.Name, c.Table, err)
	}
	return true, false, nil
}
