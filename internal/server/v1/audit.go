package v1

import (
	"context"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// administratorOf returns the caller of an operation for administrators that requires the
// scope. Only administrators create company tokens: with the scope, one has their right. A
// personal token has the right of its member.
func administratorOf(ctx context.Context, scope apitoken.Scope) actor.Actor {
	a := actorOf(ctx)
	if c := callerOf(ctx); c.Token.Kind == apitoken.Company && c.HasScope(scope) {
		a.Roles |= actor.Administrator
	}
	return a
}

func (a *API) listAudit(ctx context.Context, in *resource.AuditQuery) (*httpapi.Response[resource.List[resource.AuditEntry]], error) {
	list, next, err := a.Audit.List(ctx, administratorOf(ctx, apitoken.AuditRead), in.ToDomain(), in.Page.ToDomain())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewAuditEntry), err)
}

func (a *API) verifyAudit(ctx context.Context, _ *struct{}) (*httpapi.Response[resource.AuditVerification], error) {
	report, err := a.Audit.Chain.Verify(ctx, administratorOf(ctx, apitoken.AuditRead), resource.MaxVerifiedEntries, nil)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(resource.NewAuditVerification(report), nil)
}
