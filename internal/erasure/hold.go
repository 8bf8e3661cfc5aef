package erasure

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/validate"
)

// Hold is a legal hold: the candidate is not erased while it exists.
type Hold struct {
	bun.BaseModel `bun:"table:candidate_holds,alias:ch"`

	CandidateID string    `bun:",pk"`
	CorpID      string    `bun:"corp_id"`
	Reason      string    `bun:"reason"`
	SetBy       string    `bun:"set_by"`
	SetAt       time.Time `bun:"set_at"`

	By member.Member `bun:"-"` // SetBy; read beside the row
}

// SetHold sets the legal hold of a candidate, or changes its reason.
func (s *Service) SetHold(ctx context.Context, a actor.Actor, candidateID, reason string) error {
	if err := mayErase(a); err != nil {
		return err
	}
	h := &Hold{CandidateID: candidateID, CorpID: a.CorpID, SetBy: a.UserID, SetAt: s.now()}
	return s.changeHold(ctx, a, candidateID, reason, "candidate.hold", func(ctx context.Context, tx *db.Tx, reason string) error {
		h.Reason = reason
		_, err := tx.NewInsert().Model(h).On("CONFLICT (candidate_id) DO UPDATE").
			Set("reason = EXCLUDED.reason, set_by = EXCLUDED.set_by, set_at = EXCLUDED.set_at").Exec(ctx)
		return err
	})
}

// ReleaseHold removes the legal hold of a candidate.
func (s *Service) ReleaseHold(ctx context.Context, a actor.Actor, candidateID, reason string) error {
	if err := mayErase(a); err != nil {
		return err
	}
	return s.changeHold(ctx, a, candidateID, reason, "candidate.release_hold", func(ctx context.Context, tx *db.Tx, _ string) error {
		_, err := tx.NewDelete().Model((*Hold)(nil)).Where("corp_id = ? AND candidate_id = ?", a.CorpID, candidateID).Exec(ctx)
		return err
	})
}

// changeHold runs change under the lock of the candidate and records it with its reason.
func (s *Service) changeHold(ctx context.Context, a actor.Actor, candidateID, reason, action string, change func(context.Context, *db.Tx, string) error) error {
	var c validate.Errors
	if c.CheckText("reason", &reason, 500); reason == "" {
		c.Add("reason", "field.required")
	}
	if err := c.Err(false); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*candidate.Candidate)(nil), "corp_id = ? AND id = ?", a.CorpID, candidateID); err != nil {
			return err
		}
		if _, err := candidate.Read(ctx, tx, a.CorpID, candidateID); err != nil {
			return err
		}
		if err := change(ctx, tx, reason); err != nil {
			return fmt.Errorf("changing the hold of candidate %s: %w", candidateID, err)
		}
		return audit.Write(ctx, tx, s.now(), a, action, candidateID, audit.Data{"reason": reason})
	})
}

func readHold(ctx context.Context, q bun.IDB, corpID, candidateID string) (*Hold, error) {
	h := new(Hold)
	err := q.NewSelect().Model(h).Where("ch.corp_id = ? AND ch.candidate_id = ?", corpID, candidateID).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil //nolint:nilnil // no hold
	}
	if err != nil {
		return nil, fmt.Errorf("reading the hold of candidate %s: %w", candidateID, err)
	}
	return h, nil
}
