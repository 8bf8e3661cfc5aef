package archive

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// ListExpired returns the ids of rooms that ended before a time and have a log, at most
// limit of them, except those that a query returns.
func ListExpired(ctx context.Context, d *db.DB, before time.Time, limit int64, except *bun.SelectQuery) (ids []string, err error) {
	err = d.NewSelect().TableExpr("rooms").Column("id").
		Where("state = 'ended' AND ended_at < ? AND EXISTS (SELECT 1 FROM documents AS d WHERE d.room_id = rooms.id)", before).
		Where("id NOT IN (?)", except).
		Order("ended_at").Limit(limit).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("looking for expired logs: %w", err)
	}
	return ids, nil
}

// MarkDeleted makes the log of a room unreadable. DeleteLog follows.
func MarkDeleted(ctx context.Context, d *db.DB, roomID string, now time.Time) error {
	err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE rooms SET log_deleted_at = COALESCE(log_deleted_at, ?0), packed_at = COALESCE(packed_at, ?0) WHERE id = ?1", now, roomID).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("marking the log of room %s as deleted: %w", roomID, err)
	}
	return nil
}

// DeleteLog deletes the rows and blocks of a log, the documents last. The room remains.
func DeleteLog(ctx context.Context, d *db.DB, roomID string) error {
	var documents []string
	if err := d.NewSelect().TableExpr("documents").Column("id").Where("room_id = ?", roomID).Scan(ctx, &documents); err != nil {
		return fmt.Errorf("reading the documents of room %s: %w", roomID, err)
	}
	for _, id := range documents {
		if err := deletePieces(ctx, d, "document_updates", "first_version", "document_id", id); err != nil {
			return err
		}
		if err := deletePieces(ctx, d, "document_snapshots", "version", "document_id", id); err != nil {
			return err
		}
	}
	if err := deletePieces(ctx, d, "room_events", "seq", "room_id", roomID); err != nil {
		return err
	}
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"room_log_blocks", "documents"} {
			if _, err := tx.NewRaw("DELETE FROM "+table+" WHERE room_id = ?", roomID).Exec(ctx); err != nil {
				return fmt.Errorf("deleting rows of %s: %w", table, err)
			}
		}
		return nil
	})
}

// deletePieces deletes the rows of a document or room, at most blockRows in a
// transaction.
func deletePieces(ctx context.Context, d *db.DB, table, key, owner, id string) error {
	query := fmt.Sprintf(`DELETE FROM %[1]s WHERE %[3]s = ?0 AND %[2]s <= (SELECT MAX(k) FROM
		(SELECT %[2]s AS k FROM %[1]s WHERE %[3]s = ?0 ORDER BY %[2]s LIMIT ?1) AS piece)`, table, key, owner)
	for {
		var n int64
		err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			res, err := tx.NewRaw(query, id, blockRows).Exec(ctx)
			if err != nil {
				return err
			}
			n, err = res.RowsAffected()
			return err
		})
		if err != nil {
			return fmt.Errorf("deleting rows of %s: %w", table, err)
		}
		if n == 0 {
			return nil
		}
	}
}
