package server

import (
	"cmp"
	"context"
	"log/slog"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/dataexport"
	"github.com/huimian/huimian/internal/erasure"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type erasureHandlers struct {
	erasures *erasure.Service
	exports  *dataexport.Service
	logger   *slog.Logger
}

// candidateExportPath is the path of the export of a candidate's data.
const candidateExportPath = "/api/candidates/{id}/export"

type candidateExportInput struct {
	httpapi.ByID

	Language string `query:"language" enum:"zh-CN,en,ja" doc:"Of the page in the file; omitted: that of the request"`
}

func (h erasureHandlers) exportCandidate(ctx context.Context, in *candidateExportInput) (*huma.StreamResponse, error) {
	export, err := h.exports.Open(ctx, caller.Actor(ctx), in.ID, cmp.Or(in.Language, httpapi.Language(ctx)))
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		httpapi.StreamDownload(w, r, h.logger, export.FileName(), "application/zip", export.WriteZIP)
	}}, nil
}

func (h erasureHandlers) previewErasure(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.ErasurePreview], error) {
	return httpapi.MapResponse(resource.NewErasurePreview)(h.erasures.Preview(ctx, caller.Actor(ctx), in.ID))
}

func (h erasureHandlers) eraseCandidate(ctx context.Context, in *httpapi.RequestByID[resource.ErasureInput]) (*httpapi.Response[resource.Erasure], error) {
	return httpapi.MapResponse(resource.NewErasure)(h.erasures.Erase(ctx, caller.Actor(ctx), in.ID, in.Body.Name))
}

func (h erasureHandlers) holdCandidate(ctx context.Context, in *httpapi.RequestByID[resource.HoldInput]) (*httpapi.Response[resource.ErasurePreview], error) {
	if err := h.erasures.SetHold(ctx, caller.Actor(ctx), in.ID, in.Body.Reason); err != nil {
		return nil, err
	}
	return h.previewErasure(ctx, &httpapi.ByID{ID: in.ID})
}

func (h erasureHandlers) releaseCandidate(ctx context.Context, in *httpapi.RequestByID[resource.HoldInput]) (*httpapi.Response[resource.ErasurePreview], error) {
	if err := h.erasures.ReleaseHold(ctx, caller.Actor(ctx), in.ID, in.Body.Reason); err != nil {
		return nil, err
	}
	return h.previewErasure(ctx, &httpapi.ByID{ID: in.ID})
}

func (h erasureHandlers) listErasures(ctx context.Context, in *resource.Page) (*httpapi.Response[resource.List[resource.Erasure]], error) {
	list, next, err := h.erasures.List(ctx, caller.Actor(ctx), in.ToDomain())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewErasure), err)
}
