package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// auditEntry is a row of audit_log: who did what.
type auditEntry struct {
	bun.BaseModel `bun:"table:audit_log"`

	ID       string            `bun:",pk"`
	CorpID   string            `bun:"corp_id"`
	At       time.Time         `bun:"at"`
	UserID   string            `bun:"user_id"`
	Act      string            `bun:"act"`
	ObjectID string            `bun:"object_id"`
	Data     map[string]string `bun:"data,type:jsonb"`
}

// audit writes down who did what, in the transaction that does it. more are
// alternating names and values; nothing secret.
func (s *Service) audit(ctx context.Context, tx *db.Tx, a Actor, act, objectID string, more ...string) error {
	e := auditEntry{
		ID: db.NewID(), CorpID: a.CorpID, At: s.now(), UserID: a.UserID,
		Act: act, ObjectID: objectID, Data: map[string]string{},
	}
	for n := 0; n+1 < len(more); n += 2 {
		e.Data[more[n]] = more[n+1]
	}
	if a.Token != "" {
		e.Data["token"] = a.Token
	}
	if _, err := tx.NewInsert().Model(&e).Exec(ctx); err != nil {
		return fmt.Errorf("writing the audit log: %w", err)
	}
	return nil
}
