package calibration

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/versioning"
)

// OwnRating is the rating of the actor with the criteria of the exercise.
type OwnRating struct {
	Card     scorecard.Scorecard // InterviewID is that of the exercise
	Author   member.Member
	Criteria []scorecard.Criterion
}

// Rating returns the rating of the actor, which is empty before the first draft.
func (s *Service) Rating(ctx context.Context, a actor.Actor, id string) (*OwnRating, error) {
	v, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	if v.Own == nil {
		return nil, apperr.NewForbidden()
	}
	e, err := readExercise(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	criteria, err := scorecard.ReadCriteria(ctx, s.DB.DB, e.CorpID, e.TemplateID, e.TemplateVersion)
	if err != nil {
		return nil, err
	}
	people, err := s.Interviews.Members.ByID(ctx, a.CorpID, []string{a.UserID})
	if err != nil {
		return nil, err
	}
	out := &OwnRating{Card: *v.Own.toScorecard(), Author: people(a.UserID), Criteria: criteria}
	out.Card.InterviewID = e.ID
	return out, nil
}

// SaveRating stores a draft over the version that it was made from. When another version is
// stored, SaveRating returns a Conflict and the stored rating.
func (s *Service) SaveRating(ctx context.Context, a actor.Actor, id string, d scorecard.Draft) (*OwnRating, error) {
	return s.changeRating(ctx, a, id, d.Version, func(_ context.Context, _ *db.Tx, _ *Exercise, r *Rating, criteria []scorecard.Criterion) error {
		for n := range d.Scores { // moments belong to the interview, whose times a rater does not see
			d.Scores[n].Moments = nil
		}
		if err := scorecard.CheckDraft(&d, criteria); err != nil {
			return err
		}
		r.State, r.Scores, r.Recommendation, r.Comment = scorecard.Drafted, d.Scores, d.Recommendation, d.Comment
		return nil
	})
}

// SubmitRating submits the stored draft; it cannot be changed afterwards.
func (s *Service) SubmitRating(ctx context.Context, a actor.Actor, id string, version int) (*OwnRating, error) {
	return s.changeRating(ctx, a, id, version, func(ctx context.Context, tx *db.Tx, e *Exercise, r *Rating, criteria []scorecard.Criterion) error {
		if err := r.toScorecard().CheckComplete(criteria); err != nil {
			return err
		}
		r.State, r.SubmittedAt = scorecard.Submitted, s.now()
		return audit.Write(ctx, tx, s.now(), a, actionSubmit, e.InterviewID, audit.Data{"exercise": e.ID})
	})
}

// changeRating runs fn on the actor's rating under the lock of the exercise and stores it.
func (s *Service) changeRating(ctx context.Context, a actor.Actor, id string, version int, fn func(ctx context.Context, tx *db.Tx, e *Exercise, r *Rating, criteria []scorecard.Criterion) error) (*OwnRating, error) {
	if _, err := s.readView(ctx, a, id); err != nil {
		return nil, err
	}
	err := s.withLockedExercise(ctx, a.CorpID, id, func(ctx context.Context, tx *db.Tx, e *Exercise, ratings []*Rating) error {
		v := newView(a, e, ratings)
		r := v.Own
		switch {
		case r == nil:
			return apperr.NewForbidden()
		case r.IsSubmitted():
			return apperr.New(apperr.Conflict, "calibration.submitted")
		case e.IsClosed():
			return apperr.New(apperr.Conflict, "calibration.closed")
		}
		if version != r.Version { // 0 is the version before the first draft
			return apperr.New(apperr.Conflict, "scorecard.changed_meanwhile")
		}
		criteria, err := scorecard.ReadCriteria(ctx, tx, e.CorpID, e.TemplateID, e.TemplateVersion)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, e, r, criteria); err != nil {
			return err
		}
		r.Version++
		r.UpdatedAt = s.now()
		if _, err := tx.NewUpdate().Model(r).WherePK().Where("r.corp_id = ?", r.CorpID).Exec(ctx); err != nil {
			return fmt.Errorf("storing a rating of calibration exercise %s: %w", id, err)
		}
		return nil
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*OwnRating, error) { return s.Rating(ctx, a, id) })
	}
	return s.Rating(ctx, a, id)
}
