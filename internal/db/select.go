package db

import (
	"context"

	"github.com/uptrace/bun"
)

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
