package server

import (
	"context"

	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type positionHandlers struct{ positions *position.Service }

func (h positionHandlers) listPositions(ctx context.Context, in *resource.PositionsQuery) (*httpapi.Response[resource.List[resource.Position]], error) {
	list, next, err := h.positions.List(ctx, caller.Actor(ctx), in.ToFilter())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewPosition), err)
}

func (h positionHandlers) getPosition(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Position], error) {
	return httpapi.MapResponse(resource.NewPosition)(h.positions.Get(ctx, caller.Actor(ctx), in.ID))
}

func (h positionHandlers) createPosition(ctx context.Context, in *httpapi.Request[resource.PositionInput]) (*httpapi.Response[resource.Position], error) {
	return httpapi.MapResponse(resource.NewPosition)(h.positions.Create(ctx, caller.Actor(ctx), in.Body.ToDomain()))
}

func (h positionHandlers) updatePosition(ctx context.Context, in *httpapi.RequestByID[resource.PositionPatch]) (*httpapi.Response[resource.Position], error) {
	return httpapi.MapResponse(resource.NewPosition)(h.positions.Update(ctx, caller.Actor(ctx), in.ID, in.Body.Version, in.Body.ApplyTo))
}

func (h positionHandlers) deletePosition(ctx context.Context, in *httpapi.ByID) (*httpapi.Empty, error) {
	return &httpapi.Empty{}, h.positions.Delete(ctx, caller.Actor(ctx), in.ID)
}
