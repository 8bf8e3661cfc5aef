package appointment

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
)

// readRows returns the appointments of an interview by kind.
func readRows(ctx context.Context, q bun.IDB, corpID, interviewID string) (map[Kind]*row, error) {
	var list []*row
	err := q.NewSelect().Model(&list).Where("ap.corp_id = ? AND ap.interview_id = ?", corpID, interviewID).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the appointments of interview %s: %w", interviewID, err)
	}
	rows := map[Kind]*row{}
	for _, r := range list {
		rows[r.Kind] = r
	}
	return rows, nil
}

func readRow(ctx context.Context, q bun.IDB, where string, args ...any) (*row, error) {
	r := new(row)
	err := q.NewSelect().Model(r).Where(where, args...).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading an appointment: %w", err)
	}
	return r, nil
}

func (s *Service) storeRow(ctx context.Context, tx *db.Tx, r *row) error {
	r.UpdatedAt = s.now()
	if _, err := tx.NewUpdate().Model(r).WherePK().Where("corp_id = ?", r.CorpID).Exec(ctx); err != nil {
		return fmt.Errorf("storing appointment %s: %w", r.ID, err)
	}
	return nil
}
