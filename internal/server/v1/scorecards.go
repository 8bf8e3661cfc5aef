package v1

import (
	"context"

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
