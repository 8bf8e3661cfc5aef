package v1

import (
	"context"
	"net/http"

	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

func (a *API) listScorecardTemplates(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[resource.List[resource.ScorecardTemplate]], error) {
	list, err := a.Scorecards.ListTemplates(ctx, actorOf(ctx))
	return httpapi.NewResponse(resource.NewScorecardTemplates(httpapi.Language(ctx), list), err)
}

func (a *API) listScorecards(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Scorecards], error) {
	e, err := a.Interviews.Evaluation(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(resource.NewScorecards(httpapi.Language(ctx), *e), nil)
}

type interviewerPath struct {
	httpapi.ByID
	UserID string `path:"userId" maxLength:"64" doc:"The interviewer's userid in WeCom" example:"ZhouHang"`
}

func (a *API) remindInterviewer(ctx context.Context, in *interviewerPath) (*versionedResponse[Interview], error) {
	respond := a.respondWithInterview(ctx)
	return respond(a.Interviews.Scorecards().Remind(ctx, actorOf(ctx), in.ID, in.UserID, storeResponse(a, http.StatusOK, respond)))
}

func (a *API) excuseInterviewer(ctx context.Context, in *interviewerPath) (*versionedResponse[Interview], error) {
	return a.respondWithInterview(ctx)(a.Interviews.Scorecards().Excuse(ctx, actorOf(ctx), in.ID, in.UserID))
}

func (a *API) requireScorecard(ctx context.Context, in *interviewerPath) (*versionedResponse[Interview], error) {
	return a.respondWithInterview(ctx)(a.Interviews.Scorecards().Require(ctx, actorOf(ctx), in.ID, in.UserID))
}

func (a *API) openScorecards(ctx context.Context, in *httpapi.ByID) (*versionedResponse[Interview], error) {
	respond := a.respondWithInterview(ctx)
	return respond(a.Interviews.Scorecards().Open(ctx, actorOf(ctx), in.ID, storeResponse(a, http.StatusOK, respond)))
}
