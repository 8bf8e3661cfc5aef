package account

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/wecom/callback"
)

// abandonedAfter is the age at which a claim without a Finish is treated as abandoned
// by a crashed process. It is longer than the 5.5 seconds that a callback may take,
// and short enough for the last of WeCom's deliveries, which are five seconds apart.
const abandonedAfter = 7 * time.Second

// CallbackStore deduplicates callbacks across replicas: it records in the database
// which callbacks have been processed.
type CallbackStore struct {
	DB     *db.DB
	CorpID string
	Now    func() time.Time
}

var _ callback.DedupStore = (*CallbackStore)(nil)

// Claim reserves a callback for one caller. It returns StateNew to that caller, until
// its Finish, and StateInProgress or StateDone to the others.
func (s *CallbackStore) Claim(ctx context.Context, key string) (state callback.ClaimState, err error) {
	now := s.Now()
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		res, err := tx.NewRaw(`INSERT INTO callbacks_seen (corp_id, callback_key, done, seen_at) VALUES (?, ?, FALSE, ?)
			ON CONFLICT (corp_id, callback_key) DO UPDATE SET seen_at = excluded.seen_at
			WHERE NOT callbacks_seen.done AND callbacks_seen.seen_at < ?`,
			s.CorpID, key, db.Time(now), db.Time(now.Add(-abandonedAfter))).Exec(ctx)
		if err != nil {
			return fmt.Errorf("claiming a callback: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			state = callback.StateNew
			return err
		}
		var done bool
		err = tx.NewRaw("SELECT done FROM callbacks_seen WHERE corp_id = ? AND callback_key = ?", s.CorpID, key).Scan(ctx, &done)
		if err != nil {
			return fmt.Errorf("reading the state of a callback: %w", err)
		}
		state = callback.StateInProgress
		if done {
			state = callback.StateDone
		}
		return nil
	})
	return state, err
}

// Finish releases a claim: a callback that is done is recorded, any other is deleted
// so that the next delivery is processed.
func (s *CallbackStore) Finish(ctx context.Context, key string, done bool) error {
	query := "DELETE FROM callbacks_seen WHERE corp_id = ? AND callback_key = ?"
	if done {
		query = "UPDATE callbacks_seen SET done = TRUE WHERE corp_id = ? AND callback_key = ?"
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewRaw(query, s.CorpID, key).Exec(ctx); err != nil {
			return fmt.Errorf("releasing a callback: %w", err)
		}
		return nil
	})
}
