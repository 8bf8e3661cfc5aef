package server

import "time"

// ScorecardTemplate is a set of criteria.
type ScorecardTemplate struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Criteria []Criterion `json:"criteria"`
}

// Criterion is one thing that interviewers judge, in the reader's language.
type Criterion struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Hint  string `json:"hint,omitempty"`
}

// Scorecard is one interviewer's judgement.
type Scorecard struct {
	InterviewID    string      `json:"interviewId"`
	Author         Person      `json:"author"`
	State          string      `json:"state" enum:"none,draft,submitted"`
	Version        int         `json:"version" doc:"0 before the first draft was stored"`
	Criteria       []Criterion `json:"criteria"`
	Scores         []Score     `json:"scores"`
	Recommendation string      `json:"recommendation,omitempty" enum:"strong_yes,yes,no,strong_no"`
	Comment        string      `json:"comment,omitempty"`
	UpdatedAt      *time.Time  `json:"updatedAt,omitempty"`
	SubmittedAt    *time.Time  `json:"submittedAt,omitempty"`
}

// Score is the judgement of one criterion: 1 poor, 2 fair, 3 good, 4 excellent.
type Score struct {
	Key     string `json:"key" maxLength:"50"`
	Score   int    `json:"score" minimum:"0" maximum:"4" doc:"1 poor, 2 fair, 3 good, 4 excellent; 0 not judged"`
	Comment string `json:"comment,omitempty" maxLength:"2000"`
}

// ScorecardDraft stores a draft; version is the one that was edited.
type ScorecardDraft struct {
	Version        int     `json:"version" minimum:"0"`
	Scores         []Score `json:"scores" maxItems:"30"`
	Recommendation string  `json:"recommendation,omitempty" enum:"strong_yes,yes,no,strong_no"`
	Comment        string  `json:"comment,omitempty" maxLength:"10000"`
}

// ScorecardSubmit hands in the stored draft of that version.
type ScorecardSubmit struct {
	Version int `json:"version" minimum:"1"`
}

// Scorecards is what the one who asks may see of the judgements: until all are
// in, only how many there are and one's own.
type Scorecards struct {
	Submitted int               `json:"submitted"`
	Expected  int               `json:"expected"`
	Visible   bool              `json:"visible" doc:"Whether all are in, so that items and summary are filled"`
	Items     []Scorecard       `json:"items"`
	Summary   *ScorecardSummary `json:"summary,omitempty"`
}

// ScorecardSummary puts all scorecards of an interview together.
type ScorecardSummary struct {
	Criteria        []CriterionSummary `json:"criteria"`
	Recommendations []Recommendation   `json:"recommendations"`
	Average         float64            `json:"average" doc:"Of all scores; 0 when there is none"`
}

// CriterionSummary is the mean of one criterion over all interviewers.
type CriterionSummary struct {
	Key     string  `json:"key"`
	Title   string  `json:"title"`
	Average float64 `json:"average"`
	Count   int     `json:"count"`
}

// Recommendation says how many interviewers recommend what.
type Recommendation struct {
	Recommendation string `json:"recommendation" enum:"strong_yes,yes,no,strong_no"`
	Count          int    `json:"count"`
}
