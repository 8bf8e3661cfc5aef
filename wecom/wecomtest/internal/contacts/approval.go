package contacts

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// VisibleMember returns a member in the application's visible range.
func VisibleMember(r *core.Request, userID string) (*core.MemberState, *core.APIError) {
	m, ok := r.Corp.Members[core.FoldUserID(userID)]
	switch {
	case !ok:
		return nil, core.NewAPIError(60111)
	case !r.Corp.SeesMember(r.App, m):
		return nil, core.NewAPIError(60011)
	}
	return m, nil
}
