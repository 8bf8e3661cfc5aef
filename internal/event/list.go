package event

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// MaxLimit is how many events List returns at most.
const MaxLimit = 200

// List returns the company's events after the cursor, oldest first, and the
// cursor with which to go on: it has moved even when there was nothing of the
// types. 0 begins with the oldest that is kept; no types are all; limit 0 is 50.
//
// No event is ever skipped: one whose transaction commits late gets its place
// behind those that have been read.
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

// IsType says whether there is such a type.
func IsType(eventType string) bool { return slices.Contains(Types, eventType) }

// assignSequence gives the events that have none a place in the company's order. A
// place is given after the event's transaction has committed, by one at a time:
// whoever sees place n sees every place before it. Writers never wait here.
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
		// A statement of its own, so that on PostgreSQL it sees what has been
		// committed while the lock was waited for.
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

// lockHead keeps others from ordering the company's events, and returns the
// place of the newest.
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
