package account

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/wecom/callback"
)

// abandonedAfter is when a callback that was begun and not ended counts as
// left by a process that has died. It is longer than the five seconds and a
// half that one may take, and short enough for the last of WeCom's deliveries,
// which come five seconds after one another.
const abandonedAfter = 7 * time.Second

// CallbackStore remembers in the database which callbacks were acted upon, for
// all replicas.
type CallbackStore struct {
	DB     *db.DB
	CorpID string
	Now    func() time.Time
}

var _ callback.DedupStore = (*CallbackStore)(nil)

// Claim claims a callback: Fresh for one caller, until its End.
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
			return fmt.Errorf("reading a callback's state: %w", err)
		}
		state = callback.StateInProgress
		if done {
			state = callback.StateDone
		}
		return nil
	})
	return state, err
}

// Finish closes a claim; one that is not done is forgotten.
func (s *CallbackStore) Finish(ctx context.Context, key string, done bool) error {
	query := "DELETE FROM callbacks_seen WHERE corp_id = ? AND callback_key = ?"
	if done {
		query = "UPDATE callbacks_seen SET done = TRUE WHERE corp_id = ? AND callback_key = ?"
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewRaw(query, s.CorpID, key).Exec(ctx); err != nil {
			return fmt.Errorf("closing a callback: %w", err)
		}
		return nil
	})
}
