package room

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/internal/room/budget"
	"github.com/uptrace/bun"
)

// countRows counts stored rows. The room's lock guards its storage.
func countRows(s *budget.Storage, updates []UpdateRow, events []EventRow) {
	for _, row := range updates {
		s.AddRow(row.Author, len(row.Body))
	}
	for _, row := range events {
		s.AddRow(row.Actor, len(row.Data))
	}
}

// sumStorage sums what a room has stored.
func (s *store) sumStorage(ctx context.Context, roomID string, documentIDs []string) (budget.Storage, error) {
	use := budget.NewStorage()
	var sums []struct {
		Author string
		Bytes  int64
	}
	updates := s.db.NewSelect().Model((*UpdateRow)(nil)).ColumnExpr("author, OCTET_LENGTH(body) AS n").
		Where("document_id IN (?)", bun.List(documentIDs))
	events := s.db.NewSelect().Model((*EventRow)(nil)).ColumnExpr("actor AS author, OCTET_LENGTH(data) AS n").Where("room_id = ?", roomID)
	err := s.db.NewSelect().TableExpr("(?) AS rows_of_room", updates.UnionAll(events)).
		ColumnExpr("author, CAST(SUM(n + ?) AS BIGINT) AS bytes", budget.RowOverhead).Group("author").Scan(ctx, &sums)
	if err != nil {
		return use, fmt.Errorf("reading the size of room %s: %w", roomID, err)
	}
	for _, sum := range sums {
		use.Add(s.ids.Of(sum.Author), sum.Bytes)
	}
	return use, nil
}
