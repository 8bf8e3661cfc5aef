package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/room/budget"
)

// SumStorage sums what a room has stored.
func (s *Store) SumStorage(ctx context.Context, roomID string, documentIDs []string) (budget.Storage, error) {
	use := budget.NewStorage()
	var sums []struct {
		Author string
		Bytes  int64
	}
	updates := s.DB.NewSelect().Model((*UpdateRow)(nil)).ColumnExpr("author, OCTET_LENGTH(body) AS n").
		Where("document_id IN (?)", bun.List(documentIDs))
	events := s.DB.NewSelect().Model((*EventRow)(nil)).ColumnExpr("actor AS author, OCTET_LENGTH(data) AS n").Where("room_id = ?", roomID)
	err := s.DB.NewSelect().TableExpr("(?) AS rows_of_room", updates.UnionAll(events)).
		ColumnExpr("author, CAST(SUM(n + ?) AS BIGINT) AS bytes", budget.RowOverhead).Group("author").Scan(ctx, &sums)
	if err != nil {
		return use, fmt.Errorf("reading the size of room %s: %w", roomID, err)
	}
	for _, sum := range sums {
		use.Add(s.idOf(sum.Author), sum.Bytes)
	}
	return use, nil
}

func (s *Store) idOf(author string) string {
	if s.IDOf == nil {
		return author
	}
	return s.IDOf(author)
}

// withParticipantIDs returns the rows of a log with ids where it has persons.
func (s *Store) withParticipantIDs(rows []EventRow) []EventRow {
	for i := range rows {
		rows[i].Actor = s.idOf(rows[i].Actor)
		if slices.Contains(s.ParticipantKinds, rows[i].Kind) {
			rows[i].Subject = s.idOf(rows[i].Subject)
		}
	}
	return rows
}

// ReadParticipantKey returns the key of the ids of a room's participants. The first load of
// a room on any replica stores newKey.
func (s *Store) ReadParticipantKey(ctx context.Context, corpID, roomID, newKey string) (string, error) {
	_, err := s.DB.NewUpdate().Model((*RoomRow)(nil)).Set("participant_key = ?", newKey).
		Where("id = ?", roomID).Where("corp_id = ?", corpID).Where("participant_key = ''").Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("storing the participant key of room %s: %w", roomID, err)
	}
	row, err := s.GetRoom(ctx, corpID, roomID)
	if err != nil {
		return "", err
	}
	return row.ParticipantKey, nil
}
