package v1

import (
	"context"

	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// ApprovalList is the response of listApprovals.
type ApprovalList struct {
	Items []resource.Approval `json:"items"`
}

func (a *API) listApprovals(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[ApprovalList], error) {
	v, err := a.Approvals.Get(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(ApprovalList{httpapi.MapSlice(v.Requests, resource.NewApproval(httpapi.Language(ctx)))}, nil)
}
