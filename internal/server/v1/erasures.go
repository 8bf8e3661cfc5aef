package v1

import (
	"context"
	"net/http"

	"github.com/huimian/huimian/internal/erasure"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// erasureAPI are the operations on erasures of candidates.
type erasureAPI struct{ *API }

func (a erasureAPI) previewErasure(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.ErasurePreview], error) {
	return httpapi.MapResponse(resource.NewErasurePreview)(a.Erasures.Preview(ctx, actorOf(ctx), in.ID))
}

func (a erasureAPI) eraseCandidate(ctx context.Context, in *httpapi.RequestByID[resource.ErasureInput]) (*createdResponse[resource.Erasure], error) {
	respond := respondCreated("/erasures", func(r *erasure.Receipt) string { return r.ID }, resource.NewErasure)
	return respond(a.Erasures.Erase(ctx, actorOf(ctx), in.ID, in.Body.Name, storeResponse(a.API, http.StatusCreated, respond)))
}

func (a erasureAPI) listErasures(ctx context.Context, in *resource.Page) (*httpapi.Response[resource.List[resource.Erasure]], error) {
	list, next, err := a.Erasures.List(ctx, actorOf(ctx), in.ToDomain())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewErasure), err)
}

func (a erasureAPI) getErasure(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Erasure], error) {
	return httpapi.MapResponse(resource.NewErasure)(a.Erasures.Get(ctx, actorOf(ctx), in.ID))
}
