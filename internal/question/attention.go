package question

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
)

// AttentionCause is why a question needs attention.
type AttentionCause string

const (
	FailingSolution AttentionCause = "failing_solution" // a reference solution fails a case
	WeakCases       AttentionCause = "weak_cases"       // more than one in weakShare wrong variants passes all cases
	ReviewOverdue   AttentionCause = "review_overdue"
)

// weakShare: a change without an effect on the result looks like a wrong variant that passes,
// so that a few of them are no sign of weak cases.
const weakShare = 5

// health is the part of the newest check of the present version that a list shows.
type health struct {
	Failing   int `bun:"failing,scanonly"`
	Variants  int `bun:"variants,scanonly"`
	Surviving int `bun:"surviving,scanonly"`
}

// causesOn returns why the question needs attention on a date.
func (q *Summary) causesOn(today string) []AttentionCause {
	causes := []AttentionCause{}
	if q.Failing > 0 {
		causes = append(causes, FailingSolution)
	}
	if q.Surviving*weakShare > q.Variants {
		causes = append(causes, WeakCases)
	}
	if q.ReviewBy != "" && q.ReviewBy < today {
		causes = append(causes, ReviewOverdue)
	}
	return causes
}

// addHealth adds the health of the questions to a list for those who may manage them, and the
// condition of Filter.Attention. today is the date in the company's time zone.
func (s *Service) addHealth(ctx context.Context, a actor.Actor, f Filter, q *bun.SelectQuery) (today string, err error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return "", apperr.ForbiddenUnless(!f.Attention)
	}
	if today, err = s.findToday(ctx, a.CorpID); err != nil {
		return "", err
	}
	q.Column("review_by").ColumnExpr("COALESCE(qc.failing, 0) AS failing, COALESCE(qc.variants, 0) AS variants, COALESCE(qc.surviving, 0) AS surviving").
		Join("LEFT JOIN question_checks AS qc ON qc.question_id = q.id AND qc.version = q.version")
	if f.Attention {
		q.Where("(qc.failing > 0 OR qc.surviving * ? > qc.variants OR q.review_by <> '' AND q.review_by < ?)", weakShare, today)
	}
	return today, nil
}

func (s *Service) findToday(ctx context.Context, corpID string) (string, error) {
	location := time.UTC
	if s.Location != nil {
		var err error
		if location, err = s.Location(ctx, corpID); err != nil {
			return "", err
		}
	}
	return s.now().In(location).Format(time.DateOnly), nil
}

// SetReviewDate stores the date by which a question is to be reviewed or retired, "" for none.
// It makes no version: the content does not change.
func (s *Service) SetReviewDate(ctx context.Context, a actor.Actor, id, date string) error {
	if err := a.Require(actor.EditQuestions); err != nil {
		return err
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil && date != "" {
		var e validate.Errors
		e.Add("reviewBy", "field.invalid")
		return e.Err(false)
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		q, err := LockPresent(ctx, tx, a.CorpID, id)
		if err != nil || q.ReviewBy == date {
			return err
		}
		if _, err := tx.NewUpdate().Model((*Question)(nil)).Set("review_by = ?", date).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("storing the review date of question %s: %w", id, err)
		}
		return audit.Write(ctx, tx, s.now(), a, "question.review", id, audit.Data{"reviewBy": date})
	})
}

// LockPresent locks a question and returns it. Its present version is stored.
func LockPresent(ctx context.Context, tx *db.Tx, corpID, id string) (*Question, error) {
	if err := tx.Lock(ctx, (*Question)(nil), "corp_id = ? AND id = ?", corpID, id); err != nil {
		return nil, err
	}
	q, err := readQuestion(ctx, tx, corpID, id)
	if err != nil {
		return nil, err
	}
	return q, completeVersions(ctx, tx, q)
}
