package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/systemstatus"
)

type systemStatusHandlers struct {
	status *systemstatus.Service
	now    func() time.Time
}

// SystemStatus is the state of this installation in sentences.
type SystemStatus struct {
	CheckedAt time.Time              `json:"checkedAt"`
	Findings  []systemstatus.Finding `json:"findings"`
}

func (h systemStatusHandlers) getSystemStatus(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[SystemStatus], error) {
	findings, err := h.status.Inspect(ctx, caller.Actor(ctx), httpapi.Language(ctx))
	return httpapi.NewResponse(SystemStatus{h.now().UTC(), findings}, err)
}

func (h systemStatusHandlers) runSystemChecks(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[SystemStatus], error) {
	findings, err := h.status.Diagnose(ctx, caller.Actor(ctx), httpapi.Language(ctx))
	return httpapi.NewResponse(SystemStatus{h.now().UTC(), findings}, err)
}
