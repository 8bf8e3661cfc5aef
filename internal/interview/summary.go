package interview

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/internal/actor"
)

// Evaluation is the part of an interview's scorecards that the actor may see.
type Evaluation struct {
	Submitted       int
	Expected        int
	Visible         bool // all are submitted: Cards and the averages are filled in
	Cards           []Scorecard
	Criteria        []CriterionSum
	Recommendations map[Recommendation]int
	Average         float64 // of all scores; 0 without any
}

// CriterionSum is the average of one criterion over all scorecards.
type CriterionSum struct {
	Criterion
	Average float64
	Count   int
}

// Evaluation summarizes the scorecards of an interview. They stay private until
// all expected ones are submitted, so that no interviewer is influenced by
// another; an interviewer without a submitted scorecard does not see them at
// all, recruiters and administrators excepted.
func (s *Service) Evaluation(ctx context.Context, a actor.Actor, id string) (*Evaluation, error) {
	i, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	e := &Evaluation{Cards: []Scorecard{}}
	e.Submitted, e.Expected = i.countScorecards()
	m := i.interviewer(a.UserID)
	mine := m != nil && m.Scorecard == ScorecardSubmitted
	e.Visible = e.Expected > 0 && e.Submitted == e.Expected && (a.CanManage() || mine)
	if !e.Visible {
		return e, nil
	}
	if e.Cards, err = s.readSubmittedScorecards(ctx, i); err != nil {
		return nil, err
	}
	list, err := readCriteria(ctx, s.DB.DB, i)
	if err != nil {
		return nil, err
	}
	e.computeAverages(list)
	return e, nil
}

func (s *Service) readSubmittedScorecards(ctx context.Context, i *Interview) ([]Scorecard, error) {
	var found []Scorecard
	err := s.DB.NewSelect().Model(&found).
		Where("sc.corp_id = ? AND sc.interview_id = ? AND sc.state = ?", i.CorpID, i.ID, ScorecardSubmitted).
		Order("sc.submitted_at").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the scorecards of interview %s: %w", i.ID, err)
	}
	cards := []Scorecard{}
	for _, c := range found {
		if m := i.interviewer(c.UserID); m != nil {
			c.Author = m.Member
			cards = append(cards, c)
		}
	}
	return cards, nil
}

func (e *Evaluation) computeAverages(list []Criterion) {
	e.Recommendations = map[Recommendation]int{}
	var all, count int
	for _, criterion := range list {
		sum := CriterionSum{Criterion: criterion}
		points := 0
		for n := range e.Cards {
			if p := e.Cards[n].scoreOf(criterion.Key); p > 0 {
				points += p
				sum.Count++
			}
		}
		sum.Average = average(points, sum.Count)
		e.Criteria = append(e.Criteria, sum)
		all, count = all+points, count+sum.Count
	}
	e.Average = average(all, count)
	for n := range e.Cards {
		e.Cards[n].Criteria = list
		e.Recommendations[e.Cards[n].Recommendation]++
	}
}

func (c *Scorecard) scoreOf(key string) int {
	for _, s := range c.Scores {
		if s.Key == key {
			return s.Score
		}
	}
	return 0
}

func average(sum, count int) float64 {
	if count == 0 {
		return 0
	}
	return float64(sum) / float64(count)
}
