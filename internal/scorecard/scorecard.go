// Package scorecard holds the scorecards of interviewers: the templates with
// their criteria, what a draft and a submitted scorecard must contain, and the
// summary of all of an interview. Who may write and see them depends on the
// interview and is decided in package interview, which calls this package under
// the lock of the interview.
package scorecard

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// State is the state of a scorecard; none before it is stored.
type State string

const (
	None      State = "none"
	Drafted   State = "draft"
	Submitted State = "submitted"
)

// Recommendation is the recommendation of an interviewer; empty before it is
// made.
type Recommendation string

const (
	StrongYes Recommendation = "strong_yes"
	Yes       Recommendation = "yes"
	No        Recommendation = "no"
	StrongNo  Recommendation = "strong_no"
)

// Recommendations lists all recommendations, the best first.
var Recommendations = []Recommendation{StrongYes, Yes, No, StrongNo}

// Limits of a draft in characters.
const (
	maxComment      = 10_000
	maxScoreComment = 2000 // of one criterion, or of a moment
	maxText         = 4000
)

// Score is the assessment of one criterion. The criterion's kind decides which of Score,
// Text, Choice and Checked has a value.
type Score struct {
	Key     string   `json:"key"`
	Score   int      `json:"score"`             // from 1 to Scale; 0 is not scored
	Scale   int      `json:"scale,omitempty"`   // of the criterion, set by CheckDraft; 0: DefaultScale
	Text    string   `json:"text,omitempty"`    // of KindText
	Choice  string   `json:"choice,omitempty"`  // of KindChoice: the key of an option
	Checked []string `json:"checked,omitempty"` // of KindChecklist: keys of options
	Comment string   `json:"comment"`
	Moments []Moment `json:"moments,omitempty"`
}

// OnScale returns the score on a scale, 0 when there is none.
func (s *Score) OnScale(scale int) float64 {
	if s.Score == 0 {
		return 0
	}
	own := s.Scale
	if own == 0 {
		own = DefaultScale
	}
	return convertScale(float64(s.Score), own, scale)
}

// hasOption reports whether the option with the key is chosen or checked.
func (s *Score) hasOption(key string) bool {
	return s.Choice == key || slices.Contains(s.Checked, key)
}

// IsEmpty reports whether the interviewer has entered nothing of the kind.
func (s *Score) IsEmpty(k Kind) bool {
	switch k {
	case KindText:
		return s.Text == ""
	case KindChoice:
		return s.Choice == ""
	case KindChecklist:
		return len(s.Checked) == 0
	default:
		return s.Score == 0
	}
}

// MaxMoments is the number of moments that a score may cite.
const MaxMoments = 10

// Moment is a moment of the interview that is cited for a score, with a copy of the note about
// it: who reads the scorecard reads the text, and later changes of the note do not reach it.
type Moment struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Scorecard is one interviewer's assessment.
type Scorecard struct {
	bun.BaseModel `bun:"table:scorecards,alias:sc"`

	CorpID         string         `bun:"corp_id"`
	InterviewID    string         `bun:"interview_id,pk"`
	UserID         string         `bun:"user_id,pk"`
	State          State          `bun:"state"`
	Version        int            `bun:"version"` // 0 before it is stored
	Scores         []Score        `bun:"scores"`
	Recommendation Recommendation `bun:"recommendation"`
	Comment        string         `bun:"comment"`
	UpdatedAt      time.Time      `bun:"updated_at"`
	SubmittedAt    *time.Time     `bun:"submitted_at"`
}

// Draft is an unfinished scorecard.
type Draft struct {
	Version        int // that the draft was made from
	Scores         []Score
	Recommendation Recommendation
	Comment        string
}

// Apply replaces the content of the scorecard by the draft.
func (c *Scorecard) Apply(d Draft) {
	c.Scores, c.Recommendation, c.Comment, c.State = d.Scores, d.Recommendation, d.Comment, Drafted
}

// Store stores the scorecard as a new version. The caller holds the lock of the
// interview and has compared the version.
func Store(ctx context.Context, tx *db.Tx, c *Scorecard, now time.Time) error {
	c.Version++
	c.UpdatedAt = now
	_, err := tx.NewInsert().Model(c).On("CONFLICT (interview_id, user_id) DO UPDATE").
		Set("state = EXCLUDED.state").Set("version = EXCLUDED.version").Set("scores = EXCLUDED.scores").
		Set("recommendation = EXCLUDED.recommendation").Set("comment = EXCLUDED.comment").
		Set("updated_at = EXCLUDED.updated_at").Set("submitted_at = EXCLUDED.submitted_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing a scorecard of interview %s: %w", c.InterviewID, err)
	}
	return nil
}

// Read returns the scorecard of an interviewer, an empty one before it is
// stored.
func Read(ctx context.Context, q bun.IDB, corpID, interviewID, userID string) (*Scorecard, error) {
	c := new(Scorecard)
	err := q.NewSelect().Model(c).
		Where("sc.corp_id = ? AND sc.interview_id = ? AND sc.user_id = ?", corpID, interviewID, userID).Scan(ctx)
	if db.IsNotFound(err) {
		return &Scorecard{CorpID: corpID, InterviewID: interviewID, UserID: userID, State: None, Scores: []Score{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a scorecard of interview %s: %w", interviewID, err)
	}
	return c, nil
}

// ListSubmitted returns the submitted scorecards of an interview in the order of
// their submission.
func ListSubmitted(ctx context.Context, q bun.IDB, corpID, interviewID string) ([]Scorecard, error) {
	var list []Scorecard
	err := q.NewSelect().Model(&list).
		Where("sc.corp_id = ? AND sc.interview_id = ? AND sc.state = ?", corpID, interviewID, Submitted).
		Order("sc.submitted_at").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the scorecards of interview %s: %w", interviewID, err)
	}
	return list, nil
}

// ReadStates returns the scorecards of the interviews with their keys and states
// only.
func ReadStates(ctx context.Context, q bun.IDB, corpID string, interviewIDs []string) ([]Scorecard, error) {
	var list []Scorecard
	err := q.NewSelect().Model(&list).Column("interview_id", "user_id", "state").Where("corp_id = ?", corpID).
		Where("interview_id IN (?)", bun.List(interviewIDs)).Scan(ctx)
	return list, err
}
