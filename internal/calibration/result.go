package calibration

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/agreement"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/scorecard"
)

// Card is a submitted rating of an exercise.
type Card struct {
	scorecard.Scorecard

	Author   member.Member // empty for an original that is shown without its author
	Original bool          // the scorecard of an interviewer of the interview
}

// CriterionResult is the ratings of a criterion in an exercise.
type CriterionResult struct {
	Criterion scorecard.Criterion
	agreement.Spread
	Pairs            int
	Exact, WithinOne float64          // shares of the pairs
	All              agreement.Result // of all exercises with the criterion
}

// Result is the submitted ratings of an exercise, compared.
type Result struct {
	View     *View
	Criteria []CriterionResult // of kind score
	All      []scorecard.Criterion
	Cards    []Card
}

// Result compares the ratings of an exercise. Those who have not submitted a rating that is
// expected of them do not read it. Originals have no author and no texts for those who may not
// read all exercises: the texts may name the candidate.
func (s *Service) Result(ctx context.Context, a actor.Actor, id string) (*Result, error) {
	v, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	if err := apperr.ForbiddenUnless(v.MayReadResult); err != nil {
		return nil, err
	}
	e, err := readExercise(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	criteria, err := scorecard.ReadCriteria(ctx, s.DB.DB, e.CorpID, e.TemplateID, e.TemplateVersion)
	if err != nil {
		return nil, err
	}
	rated, err := s.readRated(ctx, a.CorpID)
	if err != nil {
		return nil, err
	}
	n := slices.IndexFunc(rated, func(r *ratedExercise) bool { return r.exercise.ID == id })
	if n < 0 {
		return nil, apperr.NewNotFound() // deleted meanwhile
	}
	out := &Result{View: v, All: criteria}
	if out.Cards, err = s.newCards(ctx, a, rated[n]); err != nil {
		return nil, err
	}
	for _, c := range criteria {
		if c.Kind != scorecard.KindScore {
			continue
		}
		own := rated[n].scoresOf(c.Key)
		here := agreement.Measure([]agreement.Subject{own})
		out.Criteria = append(out.Criteria, CriterionResult{
			Criterion: c, Spread: agreement.SpreadOf(own), Pairs: here.Pairs, Exact: here.Exact, WithinOne: here.WithinOne,
			All: measureCriterion(rated, e.TemplateID, c.Key),
		})
	}
	return out, nil
}

// newCards returns the cards as the actor sees them.
func (s *Service) newCards(ctx context.Context, a actor.Actor, r *ratedExercise) ([]Card, error) {
	ids := make([]string, len(r.cards))
	for n := range r.cards {
		ids[n] = r.cards[n].UserID
	}
	people, err := s.Interviews.Members.ByID(ctx, a.CorpID, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Card, len(r.cards))
	for n, c := range r.cards {
		c.Author = people(c.UserID)
		if c.Original && !a.May(actor.ReadCalibration) {
			c = c.withoutTexts()
		}
		out[n] = c
	}
	return out, nil
}

// withoutTexts returns the card without what may name a person.
func (c Card) withoutTexts() Card {
	c.UserID, c.Author, c.Comment = "", member.Member{}, ""
	scores := make([]scorecard.Score, len(c.Scores))
	for n, score := range c.Scores {
		score.Text, score.Comment, score.Moments = "", "", nil
		scores[n] = score
	}
	c.Scores = scores
	return c
}

// ratedExercise is an exercise with its submitted ratings, originals included.
type ratedExercise struct {
	exercise Exercise
	cards    []Card
}

// scoresOf returns the scores of a criterion.
func (r *ratedExercise) scoresOf(key string) agreement.Subject {
	var out agreement.Subject
	for n := range r.cards {
		for _, score := range r.cards[n].Scores {
			if score.Key == key && score.Score > 0 {
				out = append(out, float64(score.Score))
			}
		}
	}
	return out
}

// scoresByCriterion returns the scores by criterion and member, on the scale of scorecard.DefaultScale.
func (r *ratedExercise) scoresByCriterion() agreement.Rated {
	byKey := map[string]map[string]float64{}
	for n := range r.cards {
		for _, score := range r.cards[n].Scores {
			if score.Score == 0 {
				continue
			}
			if byKey[score.Key] == nil {
				byKey[score.Key] = map[string]float64{}
			}
			byKey[score.Key][r.cards[n].UserID] = score.OnScale(scorecard.DefaultScale)
		}
	}
	out := make(agreement.Rated, 0, len(byKey))
	for _, ratings := range byKey {
		out = append(out, ratings)
	}
	return out
}

func measureCriterion(rated []*ratedExercise, templateID, key string) agreement.Result {
	var subjects []agreement.Subject
	for _, r := range rated {
		if r.exercise.TemplateID == templateID {
			subjects = append(subjects, r.scoresOf(key))
		}
	}
	return agreement.Measure(subjects)
}

// readRated returns all exercises of a company with their submitted ratings, the oldest first.
func (s *Service) readRated(ctx context.Context, corpID string) ([]*ratedExercise, error) {
	var exercises []Exercise
	err := s.DB.NewSelect().Model(&exercises).Where("e.corp_id = ?", corpID).Order("e.created_at", "e.id").Limit(MaxExercises).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading calibration exercises: %w", err)
	}
	var ids, interviewIDs []string
	out := make([]*ratedExercise, len(exercises))
	for n, e := range exercises {
		out[n] = &ratedExercise{exercise: e}
		ids = append(ids, e.ID)
		if e.WithOriginals {
			interviewIDs = append(interviewIDs, e.InterviewID)
		}
	}
	ratings, err := readRatings(ctx, s.DB.DB, corpID, ids...)
	if err != nil {
		return nil, err
	}
	originals, err := readOriginals(ctx, s.DB.DB, corpID, interviewIDs)
	if err != nil {
		return nil, err
	}
	for _, r := range out {
		for _, rating := range ratings[r.exercise.ID] {
			if rating.IsSubmitted() {
				r.cards = append(r.cards, Card{Scorecard: *rating.toScorecard()})
			}
		}
		if !r.exercise.WithOriginals {
			continue
		}
		for _, c := range originals[r.exercise.InterviewID] {
			if !slices.ContainsFunc(r.cards, func(other Card) bool { return other.UserID == c.UserID }) {
				r.cards = append(r.cards, Card{Scorecard: c, Original: true})
			}
		}
	}
	return out, nil
}

// readOriginals returns the submitted scorecards of interviews.
func readOriginals(ctx context.Context, q bun.IDB, corpID string, interviewIDs []string) (map[string][]scorecard.Scorecard, error) {
	out := map[string][]scorecard.Scorecard{}
	if len(interviewIDs) == 0 {
		return out, nil
	}
	var list []scorecard.Scorecard
	err := q.NewSelect().Model(&list).Where("sc.corp_id = ? AND sc.interview_id IN (?) AND sc.state = ?", corpID, bun.List(interviewIDs), scorecard.Submitted).
		Order("sc.submitted_at", "sc.user_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the scorecards of calibration exercises: %w", err)
	}
	for _, c := range list {
		out[c.InterviewID] = append(out[c.InterviewID], c)
	}
	return out, nil
}

// CriterionFigure is the agreement on a criterion over all exercises.
type CriterionFigure struct {
	TemplateID string
	Template   scorecard.LocalizedText
	Criterion  scorecard.Criterion
	agreement.Result
}

// MemberDrift is the drift of a member.
type MemberDrift struct {
	Member member.Member
	agreement.Drift
}

// Figures is the agreement and the drifts of a company.
type Figures struct {
	Exercises int
	Criteria  []CriterionFigure
	Drifts    []MemberDrift // the most subjects first
}

// Figures returns the agreement on each criterion and the drift of each member.
func (s *Service) Figures(ctx context.Context, a actor.Actor) (*Figures, error) {
	if err := a.Require(actor.ReadCalibration); err != nil {
		return nil, err
	}
	rated, err := s.readRated(ctx, a.CorpID)
	if err != nil {
		return nil, err
	}
	out := &Figures{Exercises: len(rated)}
	if out.Criteria, err = s.criterionFigures(ctx, a, rated); err != nil {
		return nil, err
	}
	out.Drifts, err = s.memberDrifts(ctx, a.CorpID, measureDrifts(rated))
	return out, err
}

// OwnDrift returns the drift of the actor.
func (s *Service) OwnDrift(ctx context.Context, a actor.Actor) (*MemberDrift, error) {
	if err := a.Require(actor.RateReplays); err != nil {
		return nil, err
	}
	rated, err := s.readRated(ctx, a.CorpID)
	if err != nil {
		return nil, err
	}
	list, err := s.memberDrifts(ctx, a.CorpID, map[string]agreement.Drift{a.UserID: measureDrifts(rated)[a.UserID]})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func measureDrifts(rated []*ratedExercise) map[string]agreement.Drift {
	subjects := make([]agreement.Rated, len(rated))
	for n, r := range rated {
		subjects[n] = r.scoresByCriterion()
	}
	return agreement.MeasureDrift(subjects)
}

func (s *Service) memberDrifts(ctx context.Context, corpID string, drifts map[string]agreement.Drift) ([]MemberDrift, error) {
	var ids []string
	for userID := range drifts {
		ids = append(ids, userID)
	}
	slices.Sort(ids)
	people, err := s.Interviews.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return nil, err
	}
	out := make([]MemberDrift, len(ids))
	for n, userID := range ids {
		out[n] = MemberDrift{people(userID), drifts[userID]}
	}
	slices.SortStableFunc(out, func(a, b MemberDrift) int { return cmp.Compare(b.Subjects, a.Subjects) })
	return out, nil
}

// criterionFigures returns the criteria of each template with exercises, as its newest exercise
// has them.
func (s *Service) criterionFigures(ctx context.Context, a actor.Actor, rated []*ratedExercise) ([]CriterionFigure, error) {
	templates, err := (&scorecard.Service{DB: s.DB, Members: s.Interviews.Members, Now: s.Now}).ListTemplates(ctx, a)
	if err != nil {
		return nil, err
	}
	newest := map[string]Exercise{} // by template
	for _, r := range rated {
		newest[r.exercise.TemplateID] = r.exercise
	}
	var out []CriterionFigure
	for _, t := range templates {
		e, used := newest[t.ID]
		if !used {
			continue
		}
		criteria, err := scorecard.ReadCriteria(ctx, s.DB.DB, e.CorpID, e.TemplateID, e.TemplateVersion)
		if err != nil {
			return nil, err
		}
		for _, c := range criteria {
			if c.Kind == scorecard.KindScore {
				out = append(out, CriterionFigure{t.ID, t.Title, c, measureCriterion(rated, t.ID, c.Key)})
			}
		}
	}
	return out, nil
}
