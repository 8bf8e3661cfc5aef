package health

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/question"
)

// QueueNight queues the checks of the companies where it is night, unless programs cannot be
// run. An error in one company does not keep the others.
func (s *Service) QueueNight(ctx context.Context) error {
	if !s.canRun() {
		return nil
	}
	return s.DB.ForEachCompany(ctx, s.queueCompany)
}

func (s *Service) queueCompany(ctx context.Context, corpID string) error {
	location, err := s.Location(ctx, corpID)
	if err != nil {
		return err
	}
	if hour := s.now().In(location).Hour(); hour < nightBegins || hour >= nightEnds {
		return nil
	}
	ids, err := s.listDue(ctx, corpID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.queueNightly(ctx, corpID, id); err != nil {
			return err
		}
	}
	return nil
}

// listDue returns the questions with solutions and cases whose present version was not checked
// for the longest time, those without a check first. Those that were queued in this night count.
func (s *Service) listDue(ctx context.Context, corpID string) (ids []string, err error) {
	since := db.Time(s.now().Add(-checkedFor))
	queued, err := s.DB.NewSelect().Model((*Check)(nil)).Where("qc.corp_id = ? AND qc.requested_at > ?", corpID, since).Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("counting the checks of a night: %w", err)
	}
	if queued >= maxNightly {
		return nil, nil
	}
	err = s.DB.NewSelect().Model((*question.Question)(nil)).Column("q.id").
		Join("LEFT JOIN question_checks AS qc ON qc.question_id = q.id AND qc.version = q.version").
		Where("q.corp_id = ? AND ? > 0", corpID, db.ArrayLength("q.tests", "cases")).Where("q.solutions <> '[]'").
		Where("(qc.requested_at IS NULL OR qc.requested_at <= ? AND qc.state IN ('done', 'stopped'))", since).
		OrderExpr("CASE WHEN qc.requested_at IS NULL THEN 0 ELSE 1 END, qc.requested_at, q.id").
		Limit(maxNightly-queued).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("listing the questions to check: %w", err)
	}
	return ids, nil
}

func (s *Service) queueNightly(ctx context.Context, corpID, id string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		q, err := question.LockPresent(ctx, tx, corpID, id)
		if apperr.KindOf(err) == apperr.NotFound {
			return nil // deleted meanwhile
		}
		if err != nil {
			return err
		}
		_, err = s.queueCheck(ctx, tx, q, "")
		return err
	})
}
