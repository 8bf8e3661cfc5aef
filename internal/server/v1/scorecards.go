package v1

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// ScorecardTemplate is a set of evaluation criteria.
type ScorecardTemplate struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Criteria []Criterion `json:"criteria"`
}

// Criterion is one evaluation criterion, in the caller's language.
type Criterion struct {
	Key   string `json:"key" example:"coding"`
	Title string `json:"title" example:"编码能力"`
	Hint  string `json:"hint,omitempty"`
}

// Scorecards are the scorecards of an interview. Until all expected scorecards are
// submitted, only their numbers are returned.
type Scorecards struct {
	Submitted int               `json:"submitted" doc:"Number of submitted scorecards"`
	Expected  int               `json:"expected" doc:"Number of expected scorecards"`
	Visible   bool              `json:"visible" doc:"Whether all are submitted; only then items and summary are present"`
	Items     []Scorecard       `json:"items"`
	Summary   *ScorecardSummary `json:"summary,omitempty"`
}

// Scorecard is one interviewer's evaluation.
type Scorecard struct {
	Author         Person     `json:"author"`
	Scores         []Score    `json:"scores"`
	Recommendation string     `json:"recommendation,omitempty" enum:"strong_yes,yes,no,strong_no"`
	Comment        string     `json:"comment,omitempty"`
	SubmittedAt    *time.Time `json:"submittedAt,omitempty"`
}

// Score is the score of one criterion.
type Score struct {
	Key     string `json:"key"`
	Score   int    `json:"score" doc:"1 poor, 2 fair, 3 good, 4 excellent; 0 not scored"`
	Comment string `json:"comment,omitempty"`
}

// ScorecardSummary aggregates all scorecards of an interview.
type ScorecardSummary struct {
	Average         float64               `json:"average" doc:"Mean of all scores; 0 without any"`
	Criteria        []CriterionSummary    `json:"criteria"`
	Recommendations []RecommendationCount `json:"recommendations"`
}

// CriterionSummary is the mean of one criterion over all interviewers.
type CriterionSummary struct {
	Key     string  `json:"key"`
	Title   string  `json:"title"`
	Average float64 `json:"average"`
	Count   int     `json:"count"`
}

// RecommendationCount is the number of interviewers with one recommendation.
type RecommendationCount struct {
	Recommendation string `json:"recommendation" enum:"strong_yes,yes,no,strong_no"`
	Count          int    `json:"count"`
}

func (a *API) listScorecardTemplates(ctx context.Context, _ *empty) (*httpapi.Response[List[ScorecardTemplate]], error) {
	list, err := a.Interviews.Templates(ctx, actorOf(ctx))
	lang := httpapi.Language(ctx)
	return httpapi.NewResponse(toList(list, "", func(t interview.Template) ScorecardTemplate {
		return ScorecardTemplate{ID: t.ID, Title: t.Title.In(lang), Criteria: httpapi.MapSlice(t.Criteria, func(c interview.Criterion) Criterion {
			return Criterion{Key: c.Key, Title: c.Title.In(lang), Hint: c.Hint.In(lang)}
		})}
	}), err)
}

func (a *API) listScorecards(ctx context.Context, in *ByID) (*httpapi.Response[Scorecards], error) {
	e, err := a.Interviews.Evaluation(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := Scorecards{Submitted: e.Submitted, Expected: e.Expected, Visible: e.Visible, Items: httpapi.MapSlice(e.Cards, toScorecard)}
	if e.Visible {
		out.Summary = toSummary(httpapi.Language(ctx), e)
	}
	return httpapi.NewResponse(out, nil)
}

func toScorecard(c interview.Scorecard) Scorecard {
	return Scorecard{
		Author: toPerson(c.Author), Recommendation: string(c.Recommendation), Comment: c.Comment, SubmittedAt: c.SubmittedAt,
		Scores: httpapi.MapSlice(c.Scores, func(s interview.Score) Score { return Score(s) }),
	}
}

func toSummary(lang string, e *interview.Evaluation) *ScorecardSummary {
	return &ScorecardSummary{
		Average: e.Average,
		Criteria: httpapi.MapSlice(e.Criteria, func(c interview.CriterionSum) CriterionSummary {
			return CriterionSummary{Key: c.Key, Title: c.Title.In(lang), Average: c.Average, Count: c.Count}
		}),
		Recommendations: httpapi.MapSlice(interview.Recommendations, func(v interview.Recommendation) RecommendationCount {
			return RecommendationCount{Recommendation: string(v), Count: e.Recommendations[v]}
		}),
	}
}
