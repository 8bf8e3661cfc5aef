// Package scorecard holds the scorecards of interviewers: the templates with
// their criteria, what a draft and a submitted scorecard must contain, and the
// summary of all of an interview. Who may write and see them depends on the
// interview and is decided in package interview, which calls this package under
// the lock of the interview.
package scorecard

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
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

// MaxScore is the best score; 1 is the worst, 0 is not scored.
const MaxScore = 4

// Score is the assessment of one criterion.
type Score struct {
	Key     string   `json:"key"`
	Score   int      `json:"score"`
	Comment string   `json:"comment"`
	Moments []Moment `json:"moments,omitempty"`
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

// ScoreOf returns the score of a criterion, 0 for none.
func (c *Scorecard) ScoreOf(key string) int {
	for _, s := range c.Scores {
		if s.Key == key {
			return s.Score
		}
	}
	return 0
}

// CheckDraft returns the errors of a draft by field. It accepts everything
// well-formed: drafts are incomplete.
func CheckDraft(d *Draft, criteria []Criterion) error {
	var c validate.Errors
	c.CheckText("comment", &d.Comment, 10000)
	if d.Recommendation != "" {
		validate.CheckOneOf(&c, "recommendation", d.Recommendation, Recommendations...)
	}
	known := map[string]bool{}
	for _, criterion := range criteria {
		known[criterion.Key] = true
	}
	if d.Scores == nil {
		d.Scores = []Score{}
	}
	for n := range d.Scores {
		score := &d.Scores[n]
		if !known[score.Key] {
			c.Add(fmt.Sprintf("scores[%d].key", n), "field.unknown")
		}
		known[score.Key] = false // each once
		if score.Score < 0 || score.Score > MaxScore {
			c.Add(fmt.Sprintf("scores[%d].score", n), "field.invalid")
		}
		c.CheckText(fmt.Sprintf("scores[%d].comment", n), &score.Comment, 2000)
		checkMoments(&c, fmt.Sprintf("scores[%d].moments", n), score.Moments)
	}
	return c.Err(false)
}

func checkMoments(c *validate.Errors, path string, moments []Moment) {
	if len(moments) > MaxMoments {
		c.Add(path, "field.too_many", "Limit", MaxMoments)
		return
	}
	for n := range moments {
		c.CheckText(fmt.Sprintf("%s[%d].text", path, n), &moments[n].Text, 2000)
	}
}

// CheckComplete returns what is missing for a submission; the path of a
// criterion is scores.<key>.
func (c *Scorecard) CheckComplete(criteria []Criterion) error {
	var missing validate.Errors
	for _, criterion := range criteria {
		if c.ScoreOf(criterion.Key) == 0 {
			missing.Add("scores."+criterion.Key, "scorecard.score_missing")
		}
	}
	if c.Recommendation == "" {
		missing.Add("recommendation", "scorecard.recommendation_missing")
	}
	return missing.Err(false)
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
