package resource

import (
	"time"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// ScorecardTemplate is a set of evaluation criteria.
type ScorecardTemplate struct {
	ID        string      `json:"id"`
	Title     string      `json:"title"`
	Criteria  []Criterion `json:"criteria"`
	Version   int         `json:"version" doc:"Incremented by every change. Interviews keep the version of their scheduling"`
	Archived  bool        `json:"archived" doc:"Positions that use it keep it, no other one can choose it"`
	IsDefault bool        `json:"isDefault" doc:"Positions without a choice have it"`
}

// TemplateVersionRef names a version of a scorecard template.
type TemplateVersionRef struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

// Criterion is one evaluation criterion, in the caller's language.
type Criterion struct {
	Key      string            `json:"key" example:"coding"`
	Title    string            `json:"title" example:"编码能力"`
	Hint     string            `json:"hint,omitempty"`
	Kind     string            `json:"kind" enum:"score,text,choice,checklist"`
	Required bool              `json:"required"`
	Scale    int               `json:"scale,omitempty" doc:"Of a score: the best score, 4 or 5"`
	Weight   int               `json:"weight,omitempty" doc:"Of a score in averages; absent: not counted"`
	Anchors  []string          `json:"anchors,omitempty" doc:"Of a score: what each step means, the worst first; empty texts where nothing is specified"`
	Options  []CriterionOption `json:"options,omitempty" doc:"Of a choice or a checklist"`
}

// CriterionOption is an option of a choice or an item of a checklist.
type CriterionOption struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Scorecard is one interviewer's evaluation.
type Scorecard struct {
	InterviewID    string      `json:"interviewId"`
	Author         Person      `json:"author"`
	State          string      `json:"state" enum:"none,draft,submitted"`
	Version        int         `json:"version" doc:"0 before the first draft is stored"`
	Criteria       []Criterion `json:"criteria"`
	Scores         []Score     `json:"scores"`
	Average        float64     `json:"average" doc:"Of the scores by the weights of their criteria, on the largest scale of these; 0 without any"`
	Recommendation string      `json:"recommendation,omitempty" enum:"strong_yes,yes,no,strong_no"`
	Comment        string      `json:"comment,omitempty"`
	UpdatedAt      *time.Time  `json:"updatedAt,omitempty"`
	SubmittedAt    *time.Time  `json:"submittedAt,omitempty"`
}

// Score is the assessment of one criterion. The criterion's kind decides which of score, text,
// choice and checked can have a value.
type Score struct {
	Key     string   `json:"key" maxLength:"50"`
	Score   int      `json:"score" minimum:"0" maximum:"5" doc:"From 1 to the criterion's scale; without anchors 1 poor, 2 fair, 3 good, 4 excellent; 0 not scored"`
	Text    string   `json:"text,omitempty" maxLength:"4000"`
	Choice  string   `json:"choice,omitempty" maxLength:"50" doc:"The key of the chosen option"`
	Checked []string `json:"checked,omitempty" maxItems:"10" doc:"The keys of the checked items"`
	Comment string   `json:"comment,omitempty" maxLength:"2000"`

	Moments []Moment `json:"moments,omitempty" maxItems:"10" doc:"Moments of the interview that are cited for the score"`
}

// Moment is a moment of the interview that is cited for a score.
type Moment struct {
	At   time.Time `json:"at"`
	Text string    `json:"text" maxLength:"2000" doc:"A copy of the note about the moment"`
}

// ScorecardDraft is the body of saveScorecard; version is the version that was edited.
type ScorecardDraft struct {
	Version        int     `json:"version" minimum:"0"`
	Scores         []Score `json:"scores" maxItems:"30"`
	Recommendation string  `json:"recommendation,omitempty" enum:"strong_yes,yes,no,strong_no"`
	Comment        string  `json:"comment,omitempty" maxLength:"10000"`
}

// Scorecards are the scorecards of an interview that the caller may see: until all
// expected scorecards are submitted or a recruiter opens the submitted ones, only
// their numbers.
type Scorecards struct {
	Submitted int               `json:"submitted" doc:"Number of submitted scorecards"`
	Expected  int               `json:"expected" doc:"Number of expected scorecards"`
	Visible   bool              `json:"visible" doc:"Whether the caller may see the submitted ones, because all are in or a recruiter has opened them; only then items holds those of others, and summary is present"`
	Items     []Scorecard       `json:"items"`
	Summary   *ScorecardSummary `json:"summary,omitempty"`

	Missing  []MissingScorecard `json:"missing" doc:"Interviewers whose scorecard is expected and not submitted, once the interview has ended"`
	Excused  []Person           `json:"excused" doc:"Interviewers who are excused from the scorecard and have not submitted one"`
	MayOpen  bool               `json:"mayOpen" doc:"Whether the caller may open the submitted ones now, before all are in"`
	OpenFrom *time.Time         `json:"openFrom,omitempty" doc:"For recruiters: when the submitted ones may be opened at the earliest; absent when none is missing or they are open"`
	Opened   *ScorecardsOpened  `json:"opened,omitempty" doc:"Absent unless a recruiter opened the submitted ones before all were in"`
}

// MissingScorecard is an interviewer whose scorecard is expected and not submitted.
type MissingScorecard struct {
	Interviewer Person     `json:"interviewer"`
	RemindedAt  *time.Time `json:"remindedAt,omitempty" doc:"For recruiters: when the last reminder was sent"`
}

// ScorecardsOpened records that the submitted scorecards were opened before all
// were in.
type ScorecardsOpened struct {
	By Person    `json:"by"`
	At time.Time `json:"at"`
}

// ScorecardSummary aggregates all scorecards of an interview.
type ScorecardSummary struct {
	Average         float64               `json:"average" doc:"Of all scores by the weights of their criteria, on the scale; 0 without any"`
	Scale           int                   `json:"scale" doc:"The largest scale of the criteria that count; 0 without any"`
	Criteria        []CriterionSummary    `json:"criteria"`
	Recommendations []RecommendationCount `json:"recommendations"`
}

// CriterionSummary aggregates one criterion over all interviewers.
type CriterionSummary struct {
	Key     string        `json:"key"`
	Title   string        `json:"title"`
	Average float64       `json:"average" doc:"Of the scores, on the criterion's scale; 0 without any"`
	Count   int           `json:"count" doc:"Number of interviewers with an entry"`
	Options []OptionCount `json:"options,omitempty" doc:"Of a choice or a checklist"`
}

// OptionCount is the number of interviewers who have chosen or checked an option.
type OptionCount struct {
	Key   string `json:"key"`
	Text  string `json:"text"`
	Count int    `json:"count"`
}

// RecommendationCount is the number of interviewers with one recommendation.
type RecommendationCount struct {
	Recommendation string `json:"recommendation" enum:"strong_yes,yes,no,strong_no"`
	Count          int    `json:"count"`
}

// NewScorecardTemplates maps the company's templates to the language.
func NewScorecardTemplates(lang string, list []scorecard.Template) List[ScorecardTemplate] {
	return NewList(list, "", ScorecardTemplateMapper(lang))
}

// ScorecardTemplateMapper returns a function that maps a template to the language.
func ScorecardTemplateMapper(lang string) func(scorecard.Template) ScorecardTemplate {
	return func(t scorecard.Template) ScorecardTemplate {
		return ScorecardTemplate{
			ID: t.ID, Title: t.Title.In(lang), Criteria: NewCriteria(lang, t.Criteria), Version: t.Version,
			Archived: t.IsArchived(), IsDefault: t.IsDefault(),
		}
	}
}

// NewCriteria maps criteria to the language.
func NewCriteria(lang string, list []scorecard.Criterion) []Criterion {
	return httpapi.MapSlice(list, func(c scorecard.Criterion) Criterion {
		out := Criterion{
			Key: c.Key, Title: c.Title.In(lang), Hint: c.Hint.In(lang), Kind: string(c.Kind), Required: c.Required,
			Scale: c.Scale, Weight: c.Weight,
		}
		for _, a := range c.Anchors {
			out.Anchors = append(out.Anchors, a.In(lang))
		}
		for _, o := range c.Options {
			out.Options = append(out.Options, CriterionOption{o.Key, o.Text.In(lang)})
		}
		return out
	})
}

// NewScorecard maps a scorecard of the domain to the language.
func NewScorecard(lang string, c interview.Scorecard) Scorecard {
	out := Scorecard{
		InterviewID: c.InterviewID, Author: NewPerson(c.Author), State: string(c.State), Version: c.Version,
		Criteria: NewCriteria(lang, c.Criteria), Average: c.Average(c.Criteria),
		Scores:         httpapi.MapSlice(c.Scores, newScore),
		Recommendation: string(c.Recommendation), Comment: c.Comment, SubmittedAt: c.SubmittedAt,
	}
	if c.Version > 0 {
		out.UpdatedAt = &c.UpdatedAt
	}
	return out
}

func newScore(s scorecard.Score) Score {
	out := Score{Key: s.Key, Score: s.Score, Text: s.Text, Choice: s.Choice, Checked: s.Checked, Comment: s.Comment}
	if len(s.Moments) > 0 {
		out.Moments = httpapi.MapSlice(s.Moments, func(m scorecard.Moment) Moment { return Moment(m) })
	}
	return out
}

func (s Score) toDomain() scorecard.Score {
	out := scorecard.Score{Key: s.Key, Score: s.Score, Text: s.Text, Choice: s.Choice, Checked: s.Checked, Comment: s.Comment}
	if len(s.Moments) > 0 {
		out.Moments = httpapi.MapSlice(s.Moments, func(m Moment) scorecard.Moment { return scorecard.Moment(m) })
	}
	return out
}

// ScorecardMapper returns NewScorecard for one language.
func ScorecardMapper(lang string) func(interview.Scorecard) Scorecard {
	return func(c interview.Scorecard) Scorecard { return NewScorecard(lang, c) }
}

// NewScorecards maps the evaluation of an interview to the language.
func NewScorecards(lang string, e interview.Evaluation) Scorecards {
	out := Scorecards{
		Submitted: e.Submitted, Expected: e.Expected, Visible: e.Visible, Items: httpapi.MapSlice(e.Cards, ScorecardMapper(lang)),
		Missing: httpapi.MapSlice(e.Missing, func(m interview.MissingScorecard) MissingScorecard {
			return MissingScorecard{Interviewer: NewPerson(m.Interviewer), RemindedAt: m.RemindedAt}
		}),
		Excused: httpapi.MapSlice(e.Excused, NewPerson), MayOpen: e.MayOpen, OpenFrom: e.OpenFrom,
	}
	if e.OpenedAt != nil {
		out.Opened = &ScorecardsOpened{By: NewPerson(e.OpenedBy), At: *e.OpenedAt}
	}
	if e.Visible {
		out.Summary = newSummary(lang, e)
	}
	return out
}

func newSummary(lang string, e interview.Evaluation) *ScorecardSummary {
	return &ScorecardSummary{
		Average: e.Average, Scale: e.Scale,
		Criteria: httpapi.MapSlice(e.Criteria, func(c scorecard.CriterionSum) CriterionSummary {
			out := CriterionSummary{Key: c.Key, Title: c.Title.In(lang), Average: c.Average, Count: c.Count}
			for n, o := range c.Options {
				out.Options = append(out.Options, OptionCount{o.Key, o.Text.In(lang), c.Chosen[n]})
			}
			return out
		}),
		Recommendations: httpapi.MapSlice(scorecard.Recommendations, func(v scorecard.Recommendation) RecommendationCount {
			return RecommendationCount{Recommendation: string(v), Count: e.Recommendations[v]}
		}),
	}
}

// ToDomain returns the draft of the domain.
func (d ScorecardDraft) ToDomain() scorecard.Draft {
	return scorecard.Draft{
		Version: d.Version, Recommendation: scorecard.Recommendation(d.Recommendation), Comment: d.Comment,
		Scores: httpapi.MapSlice(d.Scores, Score.toDomain),
	}
}
