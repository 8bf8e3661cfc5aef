package room

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// storageUse counts the bytes that the log of a room takes in the database, in
// all and by author. It is guarded by the room's lock.
type storageUse struct {
	total    int64
	byAuthor map[string]int64
}

// rowOverhead is about what a row of a log takes beside its body.
const rowOverhead = 200 // bytes

func newStorageUse() storageUse { return storageUse{byAuthor: map[string]int64{}} }

// addRow counts a stored row.
func (u *storageUse) addRow(author string, bodyBytes int) {
	n := int64(bodyBytes) + rowOverhead
	u.total += n
	u.byAuthor[author] += n
}

// isFull reports whether the room or the author has used up the budget. What
// was stored stays readable; the room can still be admitted to and ended.
func (u *storageUse) isFull(author string) bool {
	return u.total >= maxRoomBytes || u.byAuthor[author] >= maxAuthorBytes
}

// addRows counts the rows of a plan.
func (u *storageUse) addRows(updates []UpdateRow, events []EventRow) {
	for _, row := range updates {
		u.addRow(row.Author, len(row.Body))
	}
	for _, row := range events {
		u.addRow(row.Actor, len(row.Data))
	}
}

// sumStorage sums what a room has stored.
func (s *store) sumStorage(ctx context.Context, roomID string, documentIDs []string) (storageUse, error) {
	use := newStorageUse()
	var sums []struct {
		Author string
		Bytes  int64
	}
	updates := s.db.NewSelect().Model((*UpdateRow)(nil)).ColumnExpr("author, OCTET_LENGTH(body) AS n").
		Where("document_id IN (?)", bun.List(documentIDs))
	events := s.db.NewSelect().Model((*EventRow)(nil)).ColumnExpr("actor AS author, OCTET_LENGTH(data) AS n").Where("room_id = ?", roomID)
	err := s.db.NewSelect().TableExpr("(?) AS rows_of_room", updates.UnionAll(events)).
		ColumnExpr("author, CAST(SUM(n + ?) AS BIGINT) AS bytes", rowOverhead).Group("author").Scan(ctx, &sums)
	if err != nil {
		return use, fmt.Errorf("reading the size of room %s: %w", roomID, err)
	}
	for _, sum := range sums {
		use.total += sum.Bytes
		use.byAuthor[sum.Author] = sum.Bytes
	}
	return use, nil
}
