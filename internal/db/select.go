package db

import (
	"context"

	"github.com/uptrace/bun"
)

// PerRow ends a subquery that is executed for each row, by an index: PostgreSQL would
// execute it once and read a whole table.
const PerRow = " LIMIT 1 OFFSET 0"

// SelectByIDs reads the rows of a company whose column has one of these ids, in
// no particular order. Ids without a row are left out.
func SelectByIDs[T any](ctx context.Context, q bun.IDB, corpID, column string, ids []string) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var out []T
	err := q.NewSelect().Model(&out).Where("corp_id = ?", corpID).
		Where("? IN (?)", bun.Ident(column), bun.List(ids)).Scan(ctx)
	return out, err
}
