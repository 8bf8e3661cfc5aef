package v1

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

func (a *API) listCandidates(ctx context.Context, in *resource.CandidatesQuery) (*httpapi.Response[resource.List[resource.Candidate]], error) {
	list, next, err := a.Candidates.List(ctx, actorOf(ctx), in.ToFilter())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewCandidate), err)
}

func (a *API) getCandidate(ctx context.Context, in *httpapi.ByID) (*versionedResponse[resource.Candidate], error) {
	return respond(candidateVersion, resource.NewCandidate)(a.Candidates.Get(ctx, actorOf(ctx), in.ID))
}

func (a *API) createCandidate(ctx context.Context, in *httpapi.Request[resource.CandidateCreation]) (*createdResponse[resource.Candidate], error) {
	id := func(c *candidate.Candidate) string { return c.ID }
	respond := respondCreated("/candidates", id, candidateMapper(ctx))
	c, err := a.Candidates.Create(ctx, actorOf(ctx), in.Body.ToDomain(), in.Body.OverrideWarnings, storeResponse(a, http.StatusCreated, respond))
	return respond(c, hideDuplicates(ctx, err))
}

func (a *API) updateCandidate(ctx context.Context, in *editRequest[resource.CandidatePatch]) (*versionedResponse[resource.Candidate], error) {
	version, err := in.expectedVersion()
	if err != nil {
		return nil, err
	}
	return respondToEdit(ctx, a, in, candidateVersion, candidateMapper(ctx))(a.Candidates.Update(ctx, actorOf(ctx), in.ID, version, in.Body.ApplyTo))
}

// candidateMapper maps only the ids, name, language, timestamps and version for a token without
// the scope candidates:read.
func candidateMapper(ctx context.Context) func(candidate.Candidate) resource.Candidate {
	if callerOf(ctx).HasScope(apitoken.CandidatesRead) {
		return resource.NewCandidate
	}
	return func(c candidate.Candidate) resource.Candidate {
		return resource.Candidate{ID: c.ID, Name: c.Name, ExternalID: c.ExternalID, Language: c.Language, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version}
	}
}

// hideDuplicates removes the names and ids of stored candidates from the warnings of
// err for a token without the scope candidates:read.
func hideDuplicates(ctx context.Context, err error) error {
	invalid, ok := errors.AsType[*apperr.Error](err)
	if !ok || callerOf(ctx).HasScope(apitoken.CandidatesRead) {
		return err
	}
	for n, field := range invalid.Fields {
		if strings.HasPrefix(field.Code, candidate.DuplicateCodes) {
			invalid.Fields[n].Code, invalid.Fields[n].Params = "candidate.exists", nil
		}
	}
	return err
}

func candidateVersion(c *candidate.Candidate) int { return c.Version }
