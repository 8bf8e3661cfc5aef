package server

import (
	"context"

	"github.com/huimian/huimian/internal/interview/worklist"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Worklist is the interviews on which a recruiter has to act.
type Worklist struct {
	Groups []WorklistGroup `json:"groups" doc:"The most urgent first, without empty ones. Interviews that started up to 60 days ago, or start within 30 days"`
}

// WorklistGroup is the interviews with one reason. An interview may be in several groups.
type WorklistGroup struct {
	Reason string      `json:"reason" enum:"no_substitute,declined,incomplete,mail_failed,link_unopened,not_held,no_response,scorecards_overdue,decision_due,next_round"`
	Total  int         `json:"total" doc:"At most 100, for 100 or more"`
	Items  []Interview `json:"items" doc:"The first 20"`
}

// WorklistCounts is the number of interviews on which a recruiter has to act.
type WorklistCounts struct {
	Groups []WorklistCount `json:"groups" doc:"As in the work list"`
}

// WorklistCount is the number of interviews with one reason.
type WorklistCount struct {
	Reason string `json:"reason" enum:"no_substitute,declined,incomplete,mail_failed,link_unopened,not_held,no_response,scorecards_overdue,decision_due,next_round"`
	Total  int    `json:"total" doc:"At most 100, for 100 or more"`
}

func (h interviewHandlers) countWorklist(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[WorklistCounts], error) {
	groups, err := worklist.Count(ctx, h.interviews, caller.Actor(ctx))
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(WorklistCounts{httpapi.MapSlice(groups, func(g worklist.Group) WorklistCount { return WorklistCount{string(g.Reason), g.Total} })}, nil)
}

func (h interviewHandlers) getWorklist(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[Worklist], error) {
	a := caller.Actor(ctx)
	groups, err := worklist.List(ctx, h.interviews, a)
	if err != nil {
		return nil, err
	}
	toInterview := h.interviewMapper(ctx, a, nil)
	return httpapi.NewResponse(Worklist{httpapi.MapSlice(groups, func(g worklist.Group) WorklistGroup {
		return WorklistGroup{Reason: string(g.Reason), Total: g.Total, Items: httpapi.MapSlice(g.Items, toInterview)}
	})}, nil)
}
