package audit

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// ListByObject returns the newest entries about an object, newest first.
func ListByObject(ctx context.Context, q bun.IDB, corpID, objectID string, limit int64) ([]Entry, error) {
	list := []Entry{}
	err := q.NewSelect().Model(&list).Where("al.corp_id = ? AND al.object_id = ?", corpID, objectID).
		OrderExpr("al.at DESC, al.id DESC").Limit(limit).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the audit log of %s: %w", objectID, err)
	}
	return list, nil
}
