package server

import (
	"context"

	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type poolHandlers struct{ pools *pool.Service }

// SubstitutionInput is the body of setSubstitution.
type SubstitutionInput struct {
	Automatic bool `json:"automatic" doc:"Replace interviewers who cannot attend from the pool. false also ends open requests"`
}

func (h poolHandlers) getPool(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Pool], error) {
	return httpapi.MapResponse(resource.NewPool)(h.pools.Get(ctx, caller.Actor(ctx), in.ID))
}

func (h poolHandlers) updatePool(ctx context.Context, in *httpapi.RequestByID[resource.PoolPatch]) (*httpapi.Response[resource.Pool], error) {
	return httpapi.MapResponse(resource.NewPool)(h.pools.Update(ctx, caller.Actor(ctx), in.ID, in.Body.Version, in.Body.ApplyTo))
}

func (h poolHandlers) proposeInterviewers(ctx context.Context, in *resource.ProposalQuery) (*httpapi.Response[resource.Proposals], error) {
	lang := httpapi.Language(ctx)
	list, err := h.pools.Propose(ctx, caller.Actor(ctx), in.ToNeed(lang))
	return httpapi.NewResponse(resource.NewProposals(lang, list), err)
}

func (h poolHandlers) getSubstitutions(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Substitutions], error) {
	return httpapi.MapResponse(resource.NewSubstitutions)(h.pools.ListOfInterview(ctx, caller.Actor(ctx), in.ID))
}

func (h poolHandlers) setSubstitution(ctx context.Context, in *httpapi.RequestByID[SubstitutionInput]) (*httpapi.Response[resource.Substitutions], error) {
	return httpapi.MapResponse(resource.NewSubstitutions)(h.pools.SetAutomatic(ctx, caller.Actor(ctx), in.ID, in.Body.Automatic))
}
