// Package debrief compares what the interviewers of all rounds have written about a candidate:
// the scorecards that the caller may see, criterion by criterion, with the decision of each round.
// Which scorecards are visible is decided in package interview, for each round on its own.
package debrief

import (
	"context"
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/scorecard"
)

// MaxRounds is the most interviews of a debrief, the latest ones.
const MaxRounds = 30

// Service implements the operations.
type Service struct{ Interviews *interview.Service }

// Round is an interview of the candidate.
type Round struct {
	Interview     *interview.Interview
	Template      scorecard.Content // the version of the interview
	Evaluation    *interview.Evaluation
	ShowsDecision bool // the actor may see the decision
	ReadsRecords  bool // the actor may see replay and notes
}

// Debrief is the rounds of a candidate, the earliest first.
type Debrief struct {
	Candidate candidate.Candidate
	Rounds    []Round
	HasMore   bool // there are earlier rounds than these
	// Comparison is of the visible scorecards. Its criteria are in the order of Rounds.
	scorecard.Comparison
}

// Get returns the debrief of a candidate: the interviews that the actor may see, without those that
// were cancelled. It is NotFound without any.
func (s *Service) Get(ctx context.Context, a actor.Actor, candidateID string) (*Debrief, error) {
	list, next, err := s.Interviews.List(ctx, a, interview.Filter{
		CandidateID: candidateID, Descending: true, Page: pagination.Page{Limit: MaxRounds},
		States: []interview.State{interview.Scheduled, interview.InProgress, interview.Ended},
	})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, apperr.NewNotFound()
	}
	slices.Reverse(list)
	d := &Debrief{Candidate: list[0].Candidate, HasMore: next != ""}
	var compared []scorecard.Round
	for _, i := range list {
		r, err := s.readRound(ctx, a, i)
		if err != nil {
			return nil, err
		}
		d.Rounds = append(d.Rounds, *r)
		compared = append(compared, r.visibleScorecards())
	}
	d.Comparison = scorecard.Compare(compared)
	return d, nil
}

func (s *Service) readRound(ctx context.Context, a actor.Actor, i *interview.Interview) (*Round, error) {
	e, err := s.Interviews.Evaluation(ctx, a, i.ID)
	if err != nil {
		return nil, err
	}
	t, err := scorecard.ReadContent(ctx, s.Interviews.DB.DB, i.CorpID, i.TemplateID, i.TemplateVersion)
	if err != nil {
		return nil, err
	}
	return &Round{
		Interview: i, Template: *t, Evaluation: e, ShowsDecision: interview.MayViewResult(a, i), ReadsRecords: i.May(a, actor.ReadRecords),
	}, nil
}

// visibleScorecards returns the visible scorecards of the round. A round without any has no criteria, so
// that rows are only of criteria that can have an entry.
func (r *Round) visibleScorecards() scorecard.Round {
	out := scorecard.Round{TemplateID: r.Interview.TemplateID}
	if !r.Evaluation.Visible {
		return out
	}
	out.Criteria = r.Template.Criteria
	for _, c := range r.Evaluation.Cards {
		out.Cards = append(out.Cards, c.Scorecard)
	}
	return out
}

// Export returns the debrief of a candidate for a file, and records that in the audit log.
func (s *Service) Export(ctx context.Context, a actor.Actor, candidateID string) (*Debrief, error) {
	d, err := s.Get(ctx, a, candidateID)
	if err != nil {
		return nil, err
	}
	return d, s.Interviews.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Write(ctx, tx, db.NowOf(s.Interviews.Now), a, "candidate.debrief_export", candidateID, nil)
	})
}
