package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/protocol"
)

// StartRoom stores that a room is open since a time.
func StartRoom(ctx context.Context, tx *db.Tx, roomID string, at time.Time) error {
	return updateRoom(ctx, roomID, tx.NewUpdate().Set("state = ?", protocol.Open).Set("started_at = ?", at))
}

// EndRoom stores that a room has ended at a time.
func EndRoom(ctx context.Context, tx *db.Tx, roomID string, at time.Time) error {
	return updateRoom(ctx, roomID, tx.NewUpdate().Set("state = ?", protocol.Ended).Set("ended_at = ?", at))
}

// ReopenRoom stores that an ended room is open again. It is a Conflict when the log was
// packed or deleted meanwhile.
func ReopenRoom(ctx context.Context, tx *db.Tx, roomID string) error {
	return updateRoom(ctx, roomID, tx.NewUpdate().Set("state = ?", protocol.Open).Set("ended_at = NULL").
		Where("packed_at IS NULL AND log_deleted_at IS NULL"))
}

func updateRoom(ctx context.Context, roomID string, q *bun.UpdateQuery) error {
	res, err := q.Model((*RoomRow)(nil)).Where("id = ?", roomID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the state of room %s: %w", roomID, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return apperr.New(apperr.Conflict, "room.log_is_closed").WithCause(err)
	}
	return nil
}
