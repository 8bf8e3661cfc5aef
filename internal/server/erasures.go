package server

import (
	"context"

	"github.com/huimian/huimian/internal/erasure"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type erasureHandlers struct{ erasures *erasure.Service }

func (h erasureHandlers) previewErasure(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.ErasurePreview], error) {
	return httpapi.MapResponse(resource.NewErasurePreview)(h.erasures.Preview(ctx, actorOf(ctx), in.ID))
}

func (h erasureHandlers) eraseCandidate(ctx context.Context, in *httpapi.RequestByID[resource.ErasureInput]) (*httpapi.Response[resource.Erasure], error) {
	return httpapi.MapResponse(resource.NewErasure)(h.erasures.Erase(ctx, actorOf(ctx), in.ID, in.Body.Name))
}

func (h erasureHandlers) holdCandidate(ctx context.Context, in *httpapi.RequestByID[resource.HoldInput]) (*httpapi.Response[resource.ErasurePreview], error) {
	if err := h.erasures.SetHold(ctx, actorOf(ctx), in.ID, in.Body.Reason); err != nil {
		return nil, err
	}
	return h.previewErasure(ctx, &httpapi.ByID{ID: in.ID})
}

func (h erasureHandlers) releaseCandidate(ctx context.Context, in *httpapi.RequestByID[resource.HoldInput]) (*httpapi.Response[resource.ErasurePreview], error) {
	if err := h.erasures.ReleaseHold(ctx, actorOf(ctx), in.ID, in.Body.Reason); err != nil {
		return nil, err
	}
	return h.previewErasure(ctx, &httpapi.ByID{ID: in.ID})
}

func (h erasureHandlers) listErasures(ctx context.Context, in *resource.Page) (*httpapi.Response[resource.List[resource.Erasure]], error) {
	list, next, err := h.erasures.List(ctx, actorOf(ctx), in.ToDomain())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewErasure), err)
}
