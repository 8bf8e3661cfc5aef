package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/interview"
)

// ScorecardTemplate is a set of evaluation criteria.
type ScorecardTemplate struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Criteria []Criterion `json:"criteria"`
}

// Criterion is one evaluation criterion, in the caller's language.
type Criterion struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Hint  string `json:"hint,omitempty"`
}

// Scorecard is one interviewer's evaluation.
type Scorecard struct {
	InterviewID    string      `json:"interviewId"`
	Author         Person      `json:"author"`
	State          string      `json:"state" enum:"none,draft,submitted"`
	Version        int         `json:"version" doc:"0 before the first draft is stored"`
	Criteria       []Criterion `json:"criteria"`
	Scores         []Score     `json:"scores"`
	Recommendation string      `json:"recommendation,omitempty" enum:"strong_yes,yes,no,strong_no"`
	Comment        string      `json:"comment,omitempty"`
	UpdatedAt      *time.Time  `json:"updatedAt,omitempty"`
	SubmittedAt    *time.Time  `json:"submittedAt,omitempty"`
}

// Score is the score of one criterion: 1 poor, 2 fair, 3 good, 4 excellent.
type Score struct {
	Key     string `json:"key" maxLength:"50"`
	Score   int    `json:"score" minimum:"0" maximum:"4" doc:"1 poor, 2 fair, 3 good, 4 excellent; 0 not scored"`
	Comment string `json:"comment,omitempty" maxLength:"2000"`
}

// ScorecardDraft is the body of saveScorecard; version is the version that was edited.
type ScorecardDraft struct {
	Version        int     `json:"version" minimum:"0"`
	Scores         []Score `json:"scores" maxItems:"30"`
	Recommendation string  `json:"recommendation,omitempty" enum:"strong_yes,yes,no,strong_no"`
	Comment        string  `json:"comment,omitempty" maxLength:"10000"`
}

// ScorecardSubmit submits the stored draft of that version.
type ScorecardSubmit struct {
	Version int `json:"version" minimum:"1"`
}

// Scorecards are the scorecards that the caller may see: until all are submitted,
// only their number and the caller's own.
type Scorecards struct {
	Submitted int               `json:"submitted"`
	Expected  int               `json:"expected"`
	Visible   bool              `json:"visible" doc:"Whether all are submitted; only then summary is present"`
	Items     []Scorecard       `json:"items"`
	Summary   *ScorecardSummary `json:"summary,omitempty"`
}

// ScorecardSummary aggregates all scorecards of an interview.
type ScorecardSummary struct {
	Criteria        []CriterionSummary `json:"criteria"`
	Recommendations []Recommendation   `json:"recommendations"`
	Average         float64            `json:"average" doc:"Mean of all scores; 0 without any"`
}

// CriterionSummary is the mean of one criterion over all interviewers.
type CriterionSummary struct {
	Key     string  `json:"key"`
	Title   string  `json:"title"`
	Average float64 `json:"average"`
	Count   int     `json:"count"`
}

// Recommendation is the number of interviewers with one recommendation.
type Recommendation struct {
	Recommendation string `json:"recommendation" enum:"strong_yes,yes,no,strong_no"`
	Count          int    `json:"count"`
}

func (s *Server) listScorecardTemplates(ctx context.Context, _ *empty) (*jsonResponse[List[ScorecardTemplate]], error) {
	list, err := s.Interviews.Templates(ctx, actorOf(ctx))
	lang := languageOf(ctx)
	return respond(toList(list, "", func(t interview.Template) ScorecardTemplate {
		return ScorecardTemplate{ID: t.ID, Title: t.Title.In(lang), Criteria: mapSlice(t.Criteria, localizeCriterion(lang))}
	}), err)
}

func (s *Server) listScorecards(ctx context.Context, in *ByID) (*jsonResponse[Scorecards], error) {
	e, err := s.Interviews.Evaluation(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	lang := languageOf(ctx)
	out := Scorecards{Submitted: e.Submitted, Expected: e.Expected, Visible: e.Visible, Items: mapSlice(e.Cards, localizeScorecard(lang))}
	if e.Visible {
		out.Summary = localizeSummary(lang, e)
	}
	return respond(out, nil)
}

func (s *Server) getScorecard(ctx context.Context, in *ByID) (*jsonResponse[Scorecard], error) {
	return respondWith(localizeScorecard(languageOf(ctx)))(s.Interviews.Scorecard(ctx, actorOf(ctx), in.ID))
}

func (s *Server) saveScorecard(ctx context.Context, in *jsonRequestByID[ScorecardDraft]) (*jsonResponse[Scorecard], error) {
	return respondWith(localizeScorecard(languageOf(ctx)))(s.Interviews.SaveScorecard(ctx, actorOf(ctx), in.ID, toDraft(in.Body)))
}

func toDraft(b ScorecardDraft) interview.Draft {
	return interview.Draft{
		Version: b.Version, Recommendation: interview.Recommendation(b.Recommendation), Comment: b.Comment,
		Scores: mapSlice(b.Scores, func(s Score) interview.Score { return interview.Score(s) }),
	}
}

func (s *Server) submitScorecard(ctx context.Context, in *jsonRequestByID[ScorecardSubmit]) (*jsonResponse[Scorecard], error) {
	return respondWith(localizeScorecard(languageOf(ctx)))(s.Interviews.SubmitScorecard(ctx, actorOf(ctx), in.ID, in.Body.Version))
}

func localizeCriterion(lang string) func(interview.Criterion) Criterion {
	return func(c interview.Criterion) Criterion {
		return Criterion{Key: c.Key, Title: c.Title.In(lang), Hint: c.Hint.In(lang)}
	}
}

func localizeScorecard(lang string) func(interview.Scorecard) Scorecard {
	return func(c interview.Scorecard) Scorecard {
		out := Scorecard{
			InterviewID: c.InterviewID, Author: toPerson(c.Author), State: string(c.State), Version: c.Version,
			Criteria:       mapSlice(c.Criteria, localizeCriterion(lang)),
			Scores:         mapSlice(c.Scores, func(s interview.Score) Score { return Score(s) }),
			Recommendation: string(c.Recommendation), Comment: c.Comment, SubmittedAt: c.SubmittedAt,
		}
		if c.Version > 0 {
			out.UpdatedAt = &c.UpdatedAt
		}
		return out
	}
}

func localizeSummary(lang string, e *interview.Evaluation) *ScorecardSummary {
	return &ScorecardSummary{
		Average: e.Average,
		Criteria: mapSlice(e.Criteria, func(c interview.CriterionSum) CriterionSummary {
			return CriterionSummary{Key: c.Key, Title: c.Title.In(lang), Average: c.Average, Count: c.Count}
		}),
		Recommendations: mapSlice(interview.Recommendations, func(v interview.Recommendation) Recommendation {
			return Recommendation{string(v), e.Recommendations[v]}
		}),
	}
}
