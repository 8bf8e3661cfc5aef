// Package calibration lets members rate the replays of finished interviews without names, and
// compares their ratings: the agreement on each criterion, and how much an interviewer scores
// above or below the others. Those who held the interview are no raters; their scorecards can be
// ratings too. Package agreement has the statistics. See ADR 0050.
package calibration

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/scorecard"
)

// Limits of exercises. Those of texts are in characters.
const (
	MaxExercises = 200 // of a company
	MaxRaters    = 20  // of an exercise
	maxTitle     = 100
	maxNote      = 1000
	maxDue       = 90 * 24 * time.Hour // from now
)

// Config configures a Service. DB and Interviews must be set.
type Config struct {
	DB         *db.DB
	Interviews *interview.Service
	Now        func() time.Time
}

// Service implements the operations on exercises.
type Service struct{ Config }

// New returns a service.
func New(cfg Config) *Service { return &Service{cfg} }

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Exercise is a row of calibration_exercises: a finished interview that members rate.
type Exercise struct {
	bun.BaseModel `bun:"table:calibration_exercises,alias:e"`

	ID              string    `bun:"id,pk"`
	CorpID          string    `bun:"corp_id"`
	InterviewID     string    `bun:"interview_id"`
	TemplateID      string    `bun:"template_id"` // of the scorecard
	TemplateVersion int       `bun:"template_version"`
	Title           string    `bun:"title"`
	Note            string    `bun:"note"` // to the raters
	DueAt           time.Time `bun:"due_at"`
	WithOriginals   bool      `bun:"with_originals"`     // the scorecards of the interview are ratings too
	ClosedAt        time.Time `bun:"closed_at,nullzero"` // zero while ratings can be submitted
	Version         int       `bun:"version"`
	CreatedBy       string    `bun:"created_by"`
	CreatedAt       time.Time `bun:"created_at"`
	UpdatedAt       time.Time `bun:"updated_at"`
}

// IsClosed reports whether no rating can be submitted any more.
func (e *Exercise) IsClosed() bool { return !e.ClosedAt.IsZero() }

// Rating is a row of calibration_ratings: the rating of an invited member.
type Rating struct {
	bun.BaseModel `bun:"table:calibration_ratings,alias:r"`

	ExerciseID     string                   `bun:"exercise_id,pk"`
	UserID         string                   `bun:"user_id,pk"`
	CorpID         string                   `bun:"corp_id"`
	State          scorecard.State          `bun:"state"`
	Version        int                      `bun:"version"` // 0 before the first draft
	Scores         []scorecard.Score        `bun:"scores"`
	Recommendation scorecard.Recommendation `bun:"recommendation"`
	Comment        string                   `bun:"comment"`
	InvitedAt      time.Time                `bun:"invited_at"`
	UpdatedAt      time.Time                `bun:"updated_at"`
	SubmittedAt    time.Time                `bun:"submitted_at,nullzero"`
}

// IsSubmitted reports whether the rating is final.
func (r *Rating) IsSubmitted() bool { return r != nil && r.State == scorecard.Submitted }

// toScorecard returns the rating as a scorecard, which has the rules of its content.
func (r *Rating) toScorecard() *scorecard.Scorecard {
	c := &scorecard.Scorecard{CorpID: r.CorpID, UserID: r.UserID, State: r.State, Version: r.Version, Scores: r.Scores, Recommendation: r.Recommendation, Comment: r.Comment, UpdatedAt: r.UpdatedAt}
	if r.IsSubmitted() {
		c.SubmittedAt = &r.SubmittedAt
	}
	return c
}

// Rater is an invited member. Others than readers of all exercises see the members once they
// have submitted their own rating.
type Rater struct {
	Member member.Member
	State  scorecard.State
}

// View is an exercise as an actor sees it.
type View struct {
	Exercise // without InterviewID, TemplateID and CreatedBy for those who may not read all

	Invited, Submitted int
	Raters             []Rater // by the order of invitation; empty while they are not visible
	Own                *Rating // nil without an invitation
	MayRate            bool    // the actor is invited, has not submitted, and the exercise is open
	MayReadResult      bool
	MayManage          bool
}

// readExercise returns an exercise of the company.
func readExercise(ctx context.Context, q bun.IDB, corpID, id string) (*Exercise, error) {
	e := new(Exercise)
	err := q.NewSelect().Model(e).Where("e.corp_id = ? AND e.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading calibration exercise %s: %w", id, err)
	}
	return e, nil
}

// readRatings returns the ratings of exercises in the order of the invitations.
func readRatings(ctx context.Context, q bun.IDB, corpID string, ids ...string) (map[string][]*Rating, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var list []*Rating
	err := q.NewSelect().Model(&list).Where("r.corp_id = ? AND r.exercise_id IN (?)", corpID, bun.List(ids)).Order("r.invited_at", "r.user_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the ratings of calibration exercises: %w", err)
	}
	out := map[string][]*Rating{}
	for _, r := range list {
		out[r.ExerciseID] = append(out[r.ExerciseID], r)
	}
	return out, nil
}

// List returns the exercises that the actor may see, the newest first: all, or those to which
// the actor is invited.
func (s *Service) List(ctx context.Context, a actor.Actor) ([]View, error) {
	if err := a.Require(actor.RateReplays); err != nil {
		return nil, err
	}
	var list []Exercise
	q := s.DB.NewSelect().Model(&list).Where("e.corp_id = ?", a.CorpID).OrderExpr("e.created_at DESC, e.id DESC").Limit(MaxExercises)
	if !a.May(actor.ReadCalibration) {
		q.Where("e.id IN (SELECT own.exercise_id FROM calibration_ratings AS own WHERE own.corp_id = ? AND own.user_id = ?)", a.CorpID, a.UserID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing calibration exercises: %w", err)
	}
	ids := make([]string, len(list))
	for n := range list {
		ids[n] = list[n].ID
	}
	ratings, err := readRatings(ctx, s.DB.DB, a.CorpID, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]View, len(list))
	for n := range list {
		out[n] = newView(a, &list[n], ratings[list[n].ID])
		out[n].Raters = nil
	}
	return out, nil
}

// Get returns an exercise that the actor may see.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string) (*View, error) {
	v, err := s.readView(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return v, s.fillRaters(ctx, a.CorpID, v)
}

// readView returns an exercise without the names of its members.
func (s *Service) readView(ctx context.Context, a actor.Actor, id string) (*View, error) {
	if err := a.Require(actor.RateReplays); err != nil {
		return nil, err
	}
	e, err := readExercise(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	ratings, err := readRatings(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	v := newView(a, e, ratings[id])
	if v.Own == nil && !a.May(actor.ReadCalibration) {
		return nil, apperr.NewNotFound()
	}
	return &v, nil
}

// newView decides what the actor sees. An actor whose own rating is expected does not read those
// of others before submitting it.
func newView(a actor.Actor, e *Exercise, ratings []*Rating) View {
	v := View{Exercise: *e, Invited: len(ratings), MayManage: a.May(actor.ManageCalibration)}
	for _, r := range ratings {
		if r.IsSubmitted() {
			v.Submitted++
		}
		if member.SameUserID(r.UserID, a.UserID) {
			v.Own = r
		}
	}
	readsAll := a.May(actor.ReadCalibration)
	v.MayRate = v.Own != nil && !v.Own.IsSubmitted() && !e.IsClosed()
	v.MayReadResult = v.Own.IsSubmitted() || readsAll && !v.MayRate
	if readsAll || v.MayReadResult {
		for _, r := range ratings {
			v.Raters = append(v.Raters, Rater{Member: member.Member{UserID: r.UserID}, State: visibleState(r)})
		}
	}
	if !readsAll {
		v.InterviewID, v.TemplateID, v.CreatedBy = "", "", ""
	}
	return v
}

// visibleState returns what others see of the state of a rating.
func visibleState(r *Rating) scorecard.State {
	if r.IsSubmitted() {
		return scorecard.Submitted
	}
	return scorecard.None
}

func (s *Service) fillRaters(ctx context.Context, corpID string, v *View) error {
	ids := make([]string, len(v.Raters))
	for n, r := range v.Raters {
		ids[n] = r.Member.UserID
	}
	people, err := s.Interviews.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for n := range v.Raters {
		v.Raters[n].Member = people(ids[n])
	}
	return nil
}
