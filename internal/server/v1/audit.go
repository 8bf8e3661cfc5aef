package v1

import (
	"context"

	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

func (a *API) listAudit(ctx context.Context, in *resource.AuditQuery) (*httpapi.Response[resource.List[resource.AuditEntry]], error) {
	list, next, err := a.Audit.List(ctx, actorOf(ctx), in.ToDomain(), in.Page.ToDomain())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewAuditEntry), err)
}

func (a *API) verifyAudit(ctx context.Context, _ *struct{}) (*httpapi.Response[resource.AuditVerification], error) {
	report, err := a.Audit.Chain.Verify(ctx, actorOf(ctx), resource.MaxVerifiedEntries, nil)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(resource.NewAuditVerification(report), nil)
}
