package server

import (
	"context"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type scorecardHandlers struct {
	interviews *interview.Service
	templates  *scorecard.Service
}

// ScorecardSubmit submits the stored draft of that version.
type ScorecardSubmit struct {
	Version int `json:"version" minimum:"1"`
}

func (h scorecardHandlers) listScorecardTemplates(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[resource.List[resource.ScorecardTemplate]], error) {
	list, err := h.templates.ListTemplates(ctx, caller.Actor(ctx))
	return httpapi.NewResponse(resource.NewScorecardTemplates(httpapi.Language(ctx), list), err)
}

func (h scorecardHandlers) listScorecards(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Scorecards], error) {
	e, err := h.interviews.Evaluation(ctx, caller.Actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(resource.NewScorecards(httpapi.Language(ctx), *e), nil)
}

func (h scorecardHandlers) getScorecard(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Scorecard], error) {
	return respondWithScorecard(ctx)(h.interviews.Scorecard(ctx, caller.Actor(ctx), in.ID))
}

func (h scorecardHandlers) saveScorecard(ctx context.Context, in *httpapi.RequestByID[resource.ScorecardDraft]) (*httpapi.Response[resource.Scorecard], error) {
	return respondWithScorecard(ctx)(h.interviews.SaveScorecard(ctx, caller.Actor(ctx), in.ID, in.Body.ToDomain()))
}

func (h scorecardHandlers) submitScorecard(ctx context.Context, in *httpapi.RequestByID[ScorecardSubmit]) (*httpapi.Response[resource.Scorecard], error) {
	return respondWithScorecard(ctx)(h.interviews.SubmitScorecard(ctx, caller.Actor(ctx), in.ID, in.Body.Version))
}

type interviewerPath struct {
	httpapi.ByID
	UserID string `path:"userId" maxLength:"64"`
}

func (h scorecardHandlers) remindInterviewer(ctx context.Context, in *interviewerPath) (*httpapi.Response[resource.Scorecards], error) {
	return h.respondWithScorecards(ctx)(h.interviews.Scorecards().Remind(ctx, caller.Actor(ctx), in.ID, in.UserID))
}

func (h scorecardHandlers) excuseInterviewer(ctx context.Context, in *interviewerPath) (*httpapi.Response[resource.Scorecards], error) {
	return h.respondWithScorecards(ctx)(h.interviews.Scorecards().Excuse(ctx, caller.Actor(ctx), in.ID, in.UserID))
}

func (h scorecardHandlers) requireScorecard(ctx context.Context, in *interviewerPath) (*httpapi.Response[resource.Scorecards], error) {
	return h.respondWithScorecards(ctx)(h.interviews.Scorecards().Require(ctx, caller.Actor(ctx), in.ID, in.UserID))
}

func (h scorecardHandlers) openScorecards(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Scorecards], error) {
	return h.respondWithScorecards(ctx)(h.interviews.Scorecards().Open(ctx, caller.Actor(ctx), in.ID))
}

// respondWithScorecards responds with the scorecards of an interview that has
// changed.
func (h scorecardHandlers) respondWithScorecards(ctx context.Context) func(*interview.Interview, error) (*httpapi.Response[resource.Scorecards], error) {
	return func(i *interview.Interview, err error) (*httpapi.Response[resource.Scorecards], error) {
		if err != nil {
			return nil, err
		}
		in := &httpapi.ByID{ID: i.ID}
		return h.listScorecards(ctx, in)
	}
}

func respondWithScorecard(ctx context.Context) func(*interview.Scorecard, error) (*httpapi.Response[resource.Scorecard], error) {
	return httpapi.MapResponse(resource.ScorecardMapper(httpapi.Language(ctx)))
}
