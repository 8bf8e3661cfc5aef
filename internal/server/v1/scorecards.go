package v1

import (
	"context"
	"net/http"

	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// scorecardAPI are the operations on scorecards and their templates.
type scorecardAPI struct{ *API }

func (a scorecardAPI) listScorecardTemplates(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[resource.List[resource.ScorecardTemplate]], error) {
	list, err := a.Scorecards.ListTemplates(ctx, actorOf(ctx))
	return httpapi.NewResponse(resource.NewScorecardTemplates(httpapi.Language(ctx), list), err)
}

func (a scorecardAPI) getScorecardTemplate(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.ScorecardTemplate], error) {
	return httpapi.MapResponse(resource.ScorecardTemplateMapper(httpapi.Language(ctx)))(a.Scorecards.Get(ctx, actorOf(ctx), in.ID))
}

func (a scorecardAPI) listScorecardTemplateVersions(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.TemplateVersions], error) {
	list, err := a.Scorecards.ListVersions(ctx, actorOf(ctx), in.ID)
	return httpapi.NewResponse(resource.NewTemplateVersions(httpapi.Language(ctx), list), err)
}

type templateVersionPath struct {
	httpapi.ByID
	Number int `path:"number" minimum:"1" doc:"The version"`
}

func (a scorecardAPI) getScorecardTemplateVersion(ctx context.Context, in *templateVersionPath) (*httpapi.Response[resource.TemplateVersion], error) {
	return httpapi.MapResponse(resource.TemplateVersionMapper(httpapi.Language(ctx)))(a.Scorecards.GetVersion(ctx, actorOf(ctx), in.ID, in.Number))
}

func (a scorecardAPI) listScorecards(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Scorecards], error) {
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

func (a scorecardAPI) remindInterviewer(ctx context.Context, in *interviewerPath) (*versionedResponse[Interview], error) {
	respond := a.respondWithInterview(ctx)
	return respond(a.Interviews.Scorecards().Remind(ctx, actorOf(ctx), in.ID, in.UserID, storeResponse(a.API, http.StatusOK, respond)))
}

func (a scorecardAPI) excuseInterviewer(ctx context.Context, in *interviewerPath) (*versionedResponse[Interview], error) {
	return a.respondWithInterview(ctx)(a.Interviews.Scorecards().Excuse(ctx, actorOf(ctx), in.ID, in.UserID))
}

func (a scorecardAPI) requireScorecard(ctx context.Context, in *interviewerPath) (*versionedResponse[Interview], error) {
	return a.respondWithInterview(ctx)(a.Interviews.Scorecards().Require(ctx, actorOf(ctx), in.ID, in.UserID))
}

func (a scorecardAPI) openScorecards(ctx context.Context, in *httpapi.ByID) (*versionedResponse[Interview], error) {
	respond := a.respondWithInterview(ctx)
	return respond(a.Interviews.Scorecards().Open(ctx, actorOf(ctx), in.ID, storeResponse(a.API, http.StatusOK, respond)))
}
