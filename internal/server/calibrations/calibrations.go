// Package calibrations has the operations on calibration exercises. Routes are in package
// server.
package calibrations

import (
	"context"
	"log/slog"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/calibration"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Paths of the replays without names, which are streamed.
const (
	ReplayPath  = "/api/calibration/exercises/{id}/replay"
	PreviewPath = "/api/calibration/previews/{id}"
)

// Handlers are the operations.
type Handlers struct {
	Exercises *calibration.Service
	Logger    *slog.Logger
}

// CalibrationPlan is what managers edit of an exercise.
type CalibrationPlan struct {
	Title         string    `json:"title" maxLength:"400" doc:"At most 100 characters; raters read it, it must not contain the candidate's name"`
	Note          string    `json:"note,omitempty" maxLength:"4000" doc:"To the raters, at most 1,000 characters"`
	DueAt         time.Time `json:"dueAt" doc:"At most 90 days from now; later ratings are accepted until the exercise is closed"`
	Raters        []string  `json:"raters" maxItems:"50" doc:"userids of at most 20 members who did not hold the interview"`
	WithOriginals bool      `json:"withOriginals" doc:"Whether the scorecards of the interview count as ratings"`
}

// CalibrationInput is the body of createCalibration.
type CalibrationInput struct {
	CalibrationPlan

	InterviewID     string `json:"interviewId" maxLength:"64"`
	TemplateVersion int    `json:"templateVersion,omitempty" minimum:"0" doc:"Of the interview's scorecard template; 0 or omitted: the version of the interview"`
}

// CalibrationEdit is the body of updateCalibration.
type CalibrationEdit struct {
	CalibrationPlan

	Closed  bool `json:"closed" doc:"Whether no rating can be submitted"`
	Version int  `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// CalibrationRater is an invited member.
type CalibrationRater struct {
	Member    resource.Person `json:"member"`
	Submitted bool            `json:"submitted"`
}

// CalibrationExercise is a finished interview that members rate without names.
type CalibrationExercise struct {
	ID              string             `json:"id"`
	InterviewID     string             `json:"interviewId,omitempty" doc:"For recruiters, administrators and auditors"`
	TemplateVersion int                `json:"templateVersion" doc:"Of the scorecard template"`
	Title           string             `json:"title"`
	Note            string             `json:"note,omitempty"`
	DueAt           time.Time          `json:"dueAt"`
	WithOriginals   bool               `json:"withOriginals"`
	ClosedAt        *time.Time         `json:"closedAt,omitempty" doc:"Absent while ratings can be submitted"`
	Version         int                `json:"version"`
	CreatedAt       time.Time          `json:"createdAt"`
	Invited         int                `json:"invited"`
	Submitted       int                `json:"submitted"`
	Raters          []CalibrationRater `json:"raters" doc:"Empty in the list, and until the caller has submitted an expected rating"`
	Own             string             `json:"own,omitempty" enum:"none,draft,submitted" doc:"State of the caller's rating; absent without an invitation"`
	MayRate         bool               `json:"mayRate"`
	MayReadResult   bool               `json:"mayReadResult"`
	MayManage       bool               `json:"mayManage"`
}

// List returns the exercises that the caller may see.
func (h Handlers) List(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[resource.List[CalibrationExercise]], error) {
	list, err := h.Exercises.List(ctx, caller.Actor(ctx))
	return httpapi.NewResponse(resource.NewList(list, "", newExercise), err)
}

// Create makes an interview an exercise.
func (h Handlers) Create(ctx context.Context, in *httpapi.Request[CalibrationInput]) (*httpapi.Response[CalibrationExercise], error) {
	p := calibration.Plan{}
	in.Body.applyTo(&p)
	return httpapi.MapResponse(newExercise)(h.Exercises.Create(ctx, caller.Actor(ctx), in.Body.InterviewID, in.Body.TemplateVersion, p))
}

// Get returns an exercise.
func (h Handlers) Get(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[CalibrationExercise], error) {
	return httpapi.MapResponse(newExercise)(h.Exercises.Get(ctx, caller.Actor(ctx), in.ID))
}

// Update changes, closes or reopens an exercise.
func (h Handlers) Update(ctx context.Context, in *httpapi.RequestByID[CalibrationEdit]) (*httpapi.Response[CalibrationExercise], error) {
	return httpapi.MapResponse(newExercise)(h.Exercises.Update(ctx, caller.Actor(ctx), in.ID, in.Body.Version, func(p *calibration.Plan) {
		in.Body.applyTo(p)
		p.Closed = in.Body.Closed
	}))
}

// Delete deletes an exercise with its ratings.
func (h Handlers) Delete(ctx context.Context, in *httpapi.ByID) (*httpapi.Empty, error) {
	return &httpapi.Empty{}, h.Exercises.Delete(ctx, caller.Actor(ctx), in.ID)
}

// GetRating returns the rating of the caller.
func (h Handlers) GetRating(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Scorecard], error) {
	return respondWithRating(ctx)(h.Exercises.Rating(ctx, caller.Actor(ctx), in.ID))
}

// SaveRating saves a draft of the caller's rating.
func (h Handlers) SaveRating(ctx context.Context, in *httpapi.RequestByID[resource.ScorecardDraft]) (*httpapi.Response[resource.Scorecard], error) {
	return respondWithRating(ctx)(h.Exercises.SaveRating(ctx, caller.Actor(ctx), in.ID, in.Body.ToDomain()))
}

// CalibrationSubmit is the body of submitCalibrationRating.
type CalibrationSubmit struct {
	Version int `json:"version" minimum:"1" doc:"Of the stored draft"`
}

// SubmitRating submits the caller's rating.
func (h Handlers) SubmitRating(ctx context.Context, in *httpapi.RequestByID[CalibrationSubmit]) (*httpapi.Response[resource.Scorecard], error) {
	return respondWithRating(ctx)(h.Exercises.SubmitRating(ctx, caller.Actor(ctx), in.ID, in.Body.Version))
}

// Replay streams the replay of an exercise without names.
func (h Handlers) Replay(ctx context.Context, in *httpapi.ByID) (*huma.StreamResponse, error) {
	return h.stream(h.Exercises.OpenReplay(ctx, caller.Actor(ctx), httpapi.Language(ctx), in.ID))
}

// Preview streams the replay of an interview as raters would see it.
func (h Handlers) Preview(ctx context.Context, in *httpapi.ByID) (*huma.StreamResponse, error) {
	return h.stream(h.Exercises.Preview(ctx, caller.Actor(ctx), httpapi.Language(ctx), in.ID))
}

func (h Handlers) stream(replay *calibration.Replay, err error) (*huma.StreamResponse, error) {
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		httpapi.StreamJSON(w, r, h.Logger, replay.WriteJSON)
	}}, nil
}

func (p CalibrationPlan) applyTo(out *calibration.Plan) {
	out.Title, out.Note, out.DueAt, out.Raters, out.WithOriginals = p.Title, p.Note, p.DueAt, p.Raters, p.WithOriginals
}

func newExercise(v calibration.View) CalibrationExercise {
	out := CalibrationExercise{
		ID: v.ID, InterviewID: v.InterviewID, TemplateVersion: v.TemplateVersion, Title: v.Title, Note: v.Note, DueAt: v.DueAt.UTC(), WithOriginals: v.WithOriginals,
		Version: v.Version, CreatedAt: v.CreatedAt.UTC(), Invited: v.Invited, Submitted: v.Submitted,
		Raters: httpapi.MapSlice(v.Raters, func(r calibration.Rater) CalibrationRater {
			return CalibrationRater{resource.NewPerson(r.Member), r.State == scorecard.Submitted}
		}),
		MayRate: v.MayRate, MayReadResult: v.MayReadResult, MayManage: v.MayManage,
	}
	if v.IsClosed() {
		closed := v.ClosedAt.UTC()
		out.ClosedAt = &closed
	}
	if v.Own != nil {
		out.Own = string(v.Own.State)
	}
	return out
}

func respondWithRating(ctx context.Context) func(*calibration.OwnRating, error) (*httpapi.Response[resource.Scorecard], error) {
	lang := httpapi.Language(ctx)
	return httpapi.MapResponse(func(r calibration.OwnRating) resource.Scorecard {
		return resource.NewScorecard(lang, interview.Scorecard{Scorecard: r.Card, Author: r.Author, Criteria: r.Criteria})
	})
}
