package v1

import (
	"context"

	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// poolAPI are the operations on pools of interviewers.
type poolAPI struct{ *API }

func (a poolAPI) getPool(ctx context.Context, in *httpapi.ByID) (*versionedResponse[resource.Pool], error) {
	return respond(poolVersion, resource.NewPool)(a.Pools.Get(ctx, actorOf(ctx), in.ID))
}

func (a poolAPI) updatePool(ctx context.Context, in *editRequest[resource.PoolPatch]) (*versionedResponse[resource.Pool], error) {
	version, err := in.expectedVersion()
	if err != nil {
		return nil, err
	}
	return respondToEdit(ctx, a.API, in, poolVersion, resource.NewPool)(a.Pools.Update(ctx, actorOf(ctx), in.ID, version, in.Body.ApplyTo))
}

func (a poolAPI) proposeInterviewers(ctx context.Context, in *resource.ProposalQuery) (*httpapi.Response[resource.Proposals], error) {
	lang := httpapi.Language(ctx)
	list, err := a.Pools.Propose(ctx, actorOf(ctx), in.ToNeed(lang))
	return httpapi.NewResponse(resource.NewProposals(lang, list), err)
}

func (a poolAPI) getSubstitutions(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Substitutions], error) {
	return httpapi.MapResponse(resource.NewSubstitutions)(a.Pools.ListOfInterview(ctx, actorOf(ctx), in.ID))
}

func poolVersion(p *pool.Pool) int { return p.Version }
