package server

import (
	"context"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type candidateHandlers struct{ candidates *candidate.Service }

func (h candidateHandlers) listCandidates(ctx context.Context, in *resource.CandidatesQuery) (*httpapi.Response[resource.List[resource.Candidate]], error) {
	list, next, err := h.candidates.List(ctx, caller.Actor(ctx), in.ToFilter())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewCandidate), err)
}

func (h candidateHandlers) getCandidate(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Candidate], error) {
	return httpapi.MapResponse(resource.NewCandidate)(h.candidates.Get(ctx, caller.Actor(ctx), in.ID))
}

func (h candidateHandlers) createCandidate(ctx context.Context, in *httpapi.Request[resource.CandidateCreation]) (*httpapi.Response[resource.Candidate], error) {
	return httpapi.MapResponse(resource.NewCandidate)(h.candidates.Create(ctx, caller.Actor(ctx), in.Body.ToDomain(), in.Body.OverrideWarnings))
}

func (h candidateHandlers) updateCandidate(ctx context.Context, in *httpapi.RequestByID[resource.CandidatePatch]) (*httpapi.Response[resource.Candidate], error) {
	return httpapi.MapResponse(resource.NewCandidate)(h.candidates.Update(ctx, caller.Actor(ctx), in.ID, in.Body.Version, in.Body.ApplyTo))
}
