package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// ScorecardState is the state of a scorecard; none before it is stored.
type ScorecardState string

const (
	ScorecardNone      ScorecardState = "none"
	ScorecardIsDraft   ScorecardState = "draft"
	ScorecardSubmitted ScorecardState = "submitted"
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
	Key     string `json:"key"`
	Score   int    `json:"score"`
	Comment string `json:"comment"`
}

// Scorecard is one interviewer's assessment.
type Scorecard struct {
	bun.BaseModel `bun:"table:scorecards,alias:sc"`

	CorpID         string         `bun:"corp_id"`
	InterviewID    string         `bun:"interview_id,pk"`
	UserID         string         `bun:"user_id,pk"`
	State          ScorecardState `bun:"state"`
	Version        int            `bun:"version"` // 0 before it is stored
	Scores         []Score        `bun:"scores"`
	Recommendation Recommendation `bun:"recommendation"`
	Comment        string         `bun:"comment"`
	UpdatedAt      time.Time      `bun:"updated_at"`
	SubmittedAt    *time.Time     `bun:"submitted_at"`

	// Read beside the row.
	Author   Member      `bun:"-"`
	Criteria []Criterion `bun:"-"`
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
	c, err := readScorecard(ctx, s.DB.DB, i, a.UserID)
	if err != nil {
		return nil, err
	}
	c.Author = m.Member
	c.Criteria, err = readCriteria(ctx, s.DB.DB, i)
	return c, err
}

// Draft is an unfinished scorecard.
type Draft struct {
	Version        int // that the draft was made from
	Scores         []Score
	Recommendation Recommendation
	Comment        string
}

// SaveScorecard stores a draft over the version that it was made from. When
// another version is stored, SaveScorecard returns a Conflict and the stored
// scorecard.
func (s *Service) SaveScorecard(ctx context.Context, a actor.Actor, id string, d Draft) (*Scorecard, error) {
	_, err := s.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayEvaluate(a, i); err != nil {
			return err
		}
		c, err := readScorecard(ctx, tx, i, a.UserID)
		if err != nil {
			return err
		}
		if c.Version != d.Version {
			return errScorecardChanged()
		}
		if err := checkDraft(ctx, tx, i, &d); err != nil {
			return err
		}
		c.Scores, c.Recommendation, c.Comment, c.State = d.Scores, d.Recommendation, d.Comment, ScorecardIsDraft
		return s.storeScorecard(ctx, tx, c)
	})
	read := func() (*Scorecard, error) { return s.Scorecard(ctx, a, id) }
	if err != nil {
		return versioning.WithCurrent(err, read)
	}
	return read()
}

func errScorecardChanged() error { return apperr.New(apperr.Conflict, "scorecard.changed_meanwhile") }

// SubmitScorecard submits the stored draft; it cannot be changed afterwards.
// The last one notifies the organizer.
func (s *Service) SubmitScorecard(ctx context.Context, a actor.Actor, id string, version int) (*Scorecard, error) {
	_, err := s.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayEvaluate(a, i); err != nil {
			return err
		}
		c, err := readScorecard(ctx, tx, i, a.UserID)
		if err != nil {
			return err
		}
		if c.Version != version {
			return errScorecardChanged()
		}
		if err := checkComplete(ctx, tx, i, c); err != nil {
			return err
		}
		now := s.now()
		c.State, c.SubmittedAt = ScorecardSubmitted, &now
		if err := s.storeScorecard(ctx, tx, c); err != nil {
			return err
		}
		i.interviewer(a.UserID).Scorecard = ScorecardSubmitted
		if err := s.queueSummary(ctx, tx, i); err != nil {
			return err
		}
		err = s.recordInterview(ctx, tx, a, i, event.ScorecardSubmitted, func(e *interviewEvent) {
			e.UserID = a.UserID
			e.Submitted, e.Expected = i.countScorecards()
		})
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, "scorecard.submit", id, nil)
	})
	read := func() (*Scorecard, error) { return s.Scorecard(ctx, a, id) }
	if err != nil {
		return versioning.WithCurrent(err, read)
	}
	return read()
}

// queueSummary notifies the organizer when all scorecards are submitted.
func (s *Service) queueSummary(ctx context.Context, tx *db.Tx, i *Interview) error {
	if submitted, expected := i.countScorecards(); submitted < expected {
		return nil
	}
	return s.queueMessage(ctx, tx, i, Message{
		Kind: KindSummary, Channel: WeCom, Recipient: i.OrganizerID, Dedup: "summary:" + i.ID,
	})
}

// countScorecards counts the submitted scorecards and the expected ones: of
// every interviewer who has not declined, or has submitted one all the same.
func (i *Interview) countScorecards() (submitted, expected int) {
	for _, m := range i.Interviewers {
		if m.Scorecard == ScorecardSubmitted {
			submitted++
		}
		if m.Response != Declined || m.Scorecard == ScorecardSubmitted {
			expected++
		}
	}
	return submitted, expected
}

// checkDraft accepts everything well-formed: drafts are incomplete.
func checkDraft(ctx context.Context, tx *db.Tx, i *Interview, d *Draft) error {
	var c validate.Errors
	c.CheckText("comment", &d.Comment, 10000)
	if d.Recommendation != "" {
		validate.CheckOneOf(&c, "recommendation", d.Recommendation, Recommendations...)
	}
	list, err := readCriteria(ctx, tx, i)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, criterion := range list {
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
	}
	return c.Err(false)
}

// checkComplete returns what is missing for a submission; the path of a
// criterion is scores.<key>.
func checkComplete(ctx context.Context, tx *db.Tx, i *Interview, card *Scorecard) error {
	list, err := readCriteria(ctx, tx, i)
	if err != nil {
		return err
	}
	given := map[string]int{}
	for _, score := range card.Scores {
		given[score.Key] = score.Score
	}
	var c validate.Errors
	for _, criterion := range list {
		if given[criterion.Key] == 0 {
			c.Add("scores."+criterion.Key, "scorecard.score_missing")
		}
	}
	if card.Recommendation == "" {
		c.Add("recommendation", "scorecard.recommendation_missing")
	}
	return c.Err(false)
}

func (s *Service) storeScorecard(ctx context.Context, tx *db.Tx, c *Scorecard) error {
	c.Version++
	c.UpdatedAt = s.now()
	_, err := tx.NewInsert().Model(c).On("CONFLICT (interview_id, user_id) DO UPDATE").
		Set("state = EXCLUDED.state").Set("version = EXCLUDED.version").Set("scores = EXCLUDED.scores").
		Set("recommendation = EXCLUDED.recommendation").Set("comment = EXCLUDED.comment").
		Set("updated_at = EXCLUDED.updated_at").Set("submitted_at = EXCLUDED.submitted_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing a scorecard of interview %s: %w", c.InterviewID, err)
	}
	return nil
}

func readScorecard(ctx context.Context, q bun.IDB, i *Interview, userID string) (*Scorecard, error) {
	c := new(Scorecard)
	err := q.NewSelect().Model(c).
		Where("sc.corp_id = ? AND sc.interview_id = ? AND sc.user_id = ?", i.CorpID, i.ID, userID).Scan(ctx)
	if db.IsNotFound(err) {
		return &Scorecard{CorpID: i.CorpID, InterviewID: i.ID, UserID: userID, State: ScorecardNone, Scores: []Score{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a scorecard of interview %s: %w", i.ID, err)
	}
	return c, nil
}

func readCriteria(ctx context.Context, q bun.IDB, i *Interview) ([]Criterion, error) {
	t := new(Template)
	err := q.NewSelect().Model(t).Where("t.corp_id = ? AND t.id = ?", i.CorpID, i.TemplateID).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the criteria of interview %s: %w", i.ID, err)
	}
	return t.Criteria, nil
}
