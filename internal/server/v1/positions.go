package v1

import (
	"context"
	"net/http"

	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

func (a *API) listPositions(ctx context.Context, in *resource.PositionsQuery) (*httpapi.Response[resource.List[resource.Position]], error) {
	list, next, err := a.Positions.List(ctx, actorOf(ctx), in.ToFilter())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewPosition), err)
}

func (a *API) getPosition(ctx context.Context, in *httpapi.ByID) (*versionedResponse[resource.Position], error) {
	return respond(positionVersion, resource.NewPosition)(a.Positions.Get(ctx, actorOf(ctx), in.ID))
}

func (a *API) createPosition(ctx context.Context, in *httpapi.Request[resource.PositionInput]) (*createdResponse[resource.Position], error) {
	id := func(p *position.Position) string { return p.ID }
	respond := respondCreated("/positions", id, resource.NewPosition)
	return respond(a.Positions.Create(ctx, actorOf(ctx), in.Body.ToDomain(), storeResponse(a, http.StatusCreated, respond)))
}

func (a *API) updatePosition(ctx context.Context, in *editRequest[resource.PositionPatch]) (*versionedResponse[resource.Position], error) {
	version, err := in.expectedVersion()
	if err != nil {
		return nil, err
	}
	return respondToEdit(ctx, a, in, positionVersion, resource.NewPosition)(a.Positions.Update(ctx, actorOf(ctx), in.ID, version, in.Body.ApplyTo))
}

func positionVersion(p *position.Position) int { return p.Version }
