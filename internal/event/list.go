package event

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// MaxLimit is the largest page of List.
const MaxLimit = 200

// List returns the company's events after the cursor, oldest first, and the
// next cursor, which advances even when no event has one of the types. The
// cursor 0 starts with the oldest event that is kept. No types selects all;
// limit 0 means 50.
//
// No event is skipped: an event whose transaction commits late is assigned a
// position after those that were listed before.
func List(ctx context.Context, d *db.DB, corpID string, after int64, types []string, limit int) ([]Row, int64, error) {
	if err := assignSequence(ctx, d, corpID); err != nil {
		return nil, 0, err
	}
	head, err := readHead(ctx, d.DB, corpID)
	if err != nil {
		return nil, 0, err
	}
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, MaxLimit)
	rows := []Row{}
	q := d.NewSelect().Model(&rows).Where("e.corp_id = ? AND e.seq > ? AND e.seq <= ?", corpID, after, head)
	if len(types) > 0 {
		q.Where("e.type IN (?)", bun.List(types))
	}
	if err := q.Order("e.seq").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, 0, fmt.Errorf("listing events: %w", err)
	}
	if len(rows) == limit {
		return rows, rows[limit-1].Seq, nil
	}
	return rows, max(head, after), nil
}

// IsType reports whether the type exists.
func IsType(eventType string) bool { return slices.Contains(Types, eventType) }

// assignSequence assigns positions in the company's order to the events that
// have none. It runs after the events' transactions have committed, one caller
// at a time, so that a reader of position n can read every position before n.
// Writers do not block here.
func assignSequence(ctx context.Context, d *db.DB, corpID string) error {
	waiting, err := d.NewSelect().Model((*Row)(nil)).Where("e.corp_id = ? AND e.seq IS NULL", corpID).Exists(ctx)
	if err != nil {
		return fmt.Errorf("looking for new events: %w", err)
	}
	if !waiting {
		return nil
	}
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		head, err := lockHead(ctx, tx, corpID)
		if err != nil {
			return err
		}
		// A separate statement, so that on PostgreSQL it reads what was
		// committed while it waited for the lock.
		res, err := tx.NewRaw(`UPDATE events SET seq = ? + n.place
			FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY created_at, id) AS place
				FROM events WHERE corp_id = ? AND seq IS NULL) AS n
			WHERE events.id = n.id AND events.seq IS NULL`, head, corpID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("ordering new events: %w", err)
		}
		count, err := res.RowsAffected()
		if err != nil {
			return fmt.Errorf("ordering new events: %w", err)
		}
		_, err = tx.NewRaw("UPDATE event_heads SET seq = ? WHERE corp_id = ?", head+count, corpID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("storing the place of the newest event: %w", err)
		}
		return nil
	})
}

// lockHead locks the company's order of events and returns the last position.
func lockHead(ctx context.Context, tx *db.Tx, corpID string) (int64, error) {
	var head int64
	err := tx.NewRaw(`INSERT INTO event_heads (corp_id, seq) VALUES (?, 0)
		ON CONFLICT (corp_id) DO UPDATE SET seq = event_heads.seq RETURNING seq`, corpID).Scan(ctx, &head)
	if err != nil {
		return 0, fmt.Errorf("locking the order of events: %w", err)
	}
	return head, nil
}

func readHead(ctx context.Context, q bun.IDB, corpID string) (int64, error) {
	var head int64
	err := q.NewRaw("SELECT seq FROM event_heads WHERE corp_id = ?", corpID).Scan(ctx, &head)
	if err != nil && !db.IsNotFound(err) {
		return 0, fmt.Errorf("reading the place of the newest event: %w", err)
	}
	return head, nil
}
