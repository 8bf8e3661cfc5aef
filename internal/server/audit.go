package server

import (
	"context"
	"io"
	"log/slog"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type auditHandlers struct {
	audit  *audit.Service
	logger *slog.Logger
}

// auditExportPath is the path of the exported audit log.
const auditExportPath = "/api/audit/export"

func (h auditHandlers) listAudit(ctx context.Context, in *resource.AuditQuery) (*httpapi.Response[resource.List[resource.AuditEntry]], error) {
	list, next, err := h.audit.List(ctx, caller.Actor(ctx), in.ToDomain(), in.Page.ToDomain())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewAuditEntry), err)
}

func (h auditHandlers) verifyAudit(ctx context.Context, _ *struct{}) (*httpapi.Response[resource.AuditVerification], error) {
	report, err := h.audit.Chain.Verify(ctx, caller.Actor(ctx), resource.MaxVerifiedEntries, nil)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(resource.NewAuditVerification(report), nil)
}

func (h auditHandlers) exportAudit(ctx context.Context, in *resource.AuditFilter) (*huma.StreamResponse, error) {
	export, err := h.audit.Export(ctx, caller.Actor(ctx), in.ToDomain())
	if err != nil {
		return nil, err
	}
	lang := httpapi.Language(ctx)
	heading := func(column string) string { return i18n.T(lang, "audit.column."+column, nil) }
	return &huma.StreamResponse{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		httpapi.StreamDownload(w, r, h.logger, "audit-log.csv", "text/csv; charset=utf-8", func(ctx context.Context, w io.Writer) error {
			return export.WriteCSV(ctx, w, heading)
		})
	}}, nil
}
