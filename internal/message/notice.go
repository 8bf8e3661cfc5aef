package message

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// Notice is a card to a member that is sent by a job and has no row in the log of messages.
type Notice struct {
	bun.BaseModel `bun:"table:message_notices,alias:mn"`

	ID          string    `bun:",pk"` // of the job and the recipient
	CorpID      string    `bun:"corp_id"`
	Recipient   string    `bun:"recipient"`
	AttemptedAt time.Time `bun:"attempted_at"`
	Sent        bool      `bun:"sent"`
	Body        string    `bun:"body,nullzero"` // the card, until it is sent or given up
}

// ClaimNotice stores an attempt to send the notice and returns the body to send, that of the first
// attempt: WeCom recognizes a duplicate by its content. It returns false if the notice has been
// sent. When the recipient has received as many messages as WeCom delivers in a minute or an
// hour, it returns the error that snoozes the job.
func (s *Service) ClaimNotice(ctx context.Context, n Notice) (body string, claimed bool, err error) {
	var wait time.Duration
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if wait, err = s.quotaWait(ctx, tx, n.CorpID, n.Recipient, n.ID); err != nil || wait > 0 {
			return err
		}
		n.AttemptedAt, n.Sent = s.now(), false
		res, err := tx.NewInsert().Model(&n).On("CONFLICT (id) DO UPDATE").
			Set("attempted_at = EXCLUDED.attempted_at, body = COALESCE(mn.body, EXCLUDED.body)").Where("NOT mn.sent").Exec(ctx)
		if err != nil {
			return fmt.Errorf("storing the attempt of a notice: %w", err)
		}
		rows, err := res.RowsAffected()
		if claimed = rows > 0; !claimed || err != nil {
			return err
		}
		if err := tx.NewSelect().Model(&n).Column("body").WherePK().Scan(ctx); err != nil {
			return fmt.Errorf("reading the body of a notice: %w", err)
		}
		return nil
	})
	if err == nil && wait > 0 {
		err = job.Snooze(wait)
	}
	return n.Body, claimed, err
}

// EndNotice stores that WeCom has accepted the notice, or that no attempt will follow. The body names
// members and candidates and is discarded.
func (s *Service) EndNotice(ctx context.Context, id string, sent bool) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewUpdate().Model((*Notice)(nil)).Set("sent = ?, body = NULL", sent).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("storing the end of a notice: %w", err)
		}
		return nil
	})
}
