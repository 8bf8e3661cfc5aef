package interview

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/versioning"
)

// Scorecard is one interviewer's scorecard with what is read beside it.
type Scorecard struct {
	scorecard.Scorecard

	Author   member.Member
	Criteria []scorecard.Criterion
}

// Scorecard returns the actor's own scorecard, an empty one before it is
// stored.
func (s *Service) Scorecard(ctx context.Context, a actor.Actor, id string) (*Scorecard, error) {
	i, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	m := i.interviewer(a.UserID)
	if m == nil {
		return nil, apperr.NewForbidden()
	}
	c, err := scorecard.Read(ctx, s.DB.DB, i.CorpID, i.ID, a.UserID)
	if err != nil {
		return nil, err
	}
	criteria, err := scorecard.ReadCriteria(ctx, s.DB.DB, i.CorpID, i.TemplateID, i.TemplateVersion)
	if err != nil {
		return nil, err
	}
	return &Scorecard{Scorecard: *c, Author: m.Member, Criteria: criteria}, nil
}

// SaveScorecard stores a draft over the version that it was made from. When
// another version is stored, SaveScorecard returns a Conflict and the stored
// scorecard.
func (s *Service) SaveScorecard(ctx context.Context, a actor.Actor, id string, d scorecard.Draft, hooks ...db.BeforeCommit[*scorecard.Scorecard]) (*Scorecard, error) {
	return s.changeScorecard(ctx, a, id, d.Version, func(_ context.Context, _ *db.Tx, _ *Interview, c *scorecard.Scorecard, criteria []scorecard.Criterion) error {
		if err := scorecard.CheckDraft(&d, criteria); err != nil {
			return err
		}
		c.Apply(d)
		return nil
	}, hooks...)
}

// SubmitScorecard submits the stored draft; it cannot be changed afterwards.
// The last one notifies the organizer.
func (s *Service) SubmitScorecard(ctx context.Context, a actor.Actor, id string, version int) (*Scorecard, error) {
	return s.changeScorecard(ctx, a, id, version, func(ctx context.Context, tx *db.Tx, i *Interview, c *scorecard.Scorecard, criteria []scorecard.Criterion) error {
		if err := c.CheckComplete(criteria); err != nil {
			return err
		}
		now := s.now()
		c.State, c.SubmittedAt = scorecard.Submitted, &now
		i.interviewer(a.UserID).Scorecard = scorecard.Submitted
		if err := s.Scorecards().queueSummary(ctx, tx, i); err != nil {
			return err
		}
		err := s.recordInterview(ctx, tx, a, i, event.ScorecardSubmitted, func(e *interviewEvent) {
			e.UserID = a.UserID
			e.Submitted, e.Expected = i.countScorecards()
		})
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, "scorecard.submit", id, nil)
	})
}

// changeScorecard runs fn on the actor's scorecard under the lock of the
// interview, and stores the scorecard. version is the one that the change was
// made from; 0 is the one before the first draft.
func (s *Service) changeScorecard(ctx context.Context, a actor.Actor, id string, version int, fn func(ctx context.Context, tx *db.Tx, i *Interview, c *scorecard.Scorecard, criteria []scorecard.Criterion) error, hooks ...db.BeforeCommit[*scorecard.Scorecard]) (*Scorecard, error) {
	_, err := s.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayEvaluate(a, i); err != nil {
			return err
		}
		c, err := scorecard.Read(ctx, tx, i.CorpID, i.ID, a.UserID)
		if err != nil {
			return err
		}
		if c.Version != version {
			return apperr.New(apperr.Conflict, "scorecard.changed_meanwhile")
		}
		criteria, err := scorecard.ReadCriteria(ctx, tx, i.CorpID, i.TemplateID, i.TemplateVersion)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, i, c, criteria); err != nil {
			return err
		}
		if err := scorecard.Store(ctx, tx, c, s.now()); err != nil {
			return err
		}
		return db.RunBeforeCommit(ctx, tx, hooks, c)
	})
	read := func() (*Scorecard, error) { return s.Scorecard(ctx, a, id) }
	if err != nil {
		return versioning.WithCurrent(err, read)
	}
	return read()
}

// countScorecards counts the submitted scorecards and the expected ones: of
// every interviewer who has neither declined nor been excused, or has submitted
// one all the same.
func (i *Interview) countScorecards() (submitted, expected int) {
	for _, m := range i.Interviewers {
		if m.Scorecard == scorecard.Submitted {
			submitted++
		}
		if m.expectsScorecard() || m.Scorecard == scorecard.Submitted {
			expected++
		}
	}
	return submitted, expected
}

// Evaluation is the part of an interview's scorecards that the actor may see.
type Evaluation struct {
	Submitted int
	Expected  int
	Visible   bool // Cards and the summary are filled in
	Cards     []Scorecard

	Missing  []MissingScorecard // of an ended interview
	Excused  []member.Member    // without a submitted scorecard
	MayOpen  bool               // the actor may open the submitted ones now
	OpenFrom *time.Time         // for recruiters: when they may be opened; nil when none is missing
	OpenedAt *time.Time         // when they were opened before all were in
	OpenedBy member.Member

	scorecard.Summary
}

// Evaluation summarizes the scorecards of an interview. They stay private until
// all expected ones are submitted or a recruiter opens them, so that no
// interviewer is influenced by another; an interviewer without a submitted
// scorecard does not see them at all, recruiters and administrators excepted.
func (s *Service) Evaluation(ctx context.Context, a actor.Actor, id string) (*Evaluation, error) {
	i, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	e := &Evaluation{Cards: []Scorecard{}, OpenedAt: i.ScorecardsOpenedAt, OpenedBy: i.ScorecardsOpener}
	e.Submitted, e.Expected = i.countScorecards()
	if err := s.Scorecards().addMissing(ctx, a, i, e); err != nil {
		return nil, err
	}
	e.Visible = i.showsScorecards() && MayViewResult(a, i)
	if !e.Visible {
		return e, nil
	}
	list, err := scorecard.ListSubmitted(ctx, s.DB.DB, i.CorpID, i.ID)
	if err != nil {
		return nil, err
	}
	criteria, err := scorecard.ReadCriteria(ctx, s.DB.DB, i.CorpID, i.TemplateID, i.TemplateVersion)
	if err != nil {
		return nil, err
	}
	var counted []scorecard.Scorecard // without those of interviewers who were removed
	for _, c := range list {
		if m := i.interviewer(c.UserID); m != nil {
			counted = append(counted, c)
			e.Cards = append(e.Cards, Scorecard{Scorecard: c, Author: m.Member, Criteria: criteria})
		}
	}
	e.Summary = scorecard.Summarize(counted, criteria)
	return e, nil
}
