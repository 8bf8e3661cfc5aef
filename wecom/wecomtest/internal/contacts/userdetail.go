package contacts

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// UserIDOnly is a request body that names a member.
type UserIDOnly struct {
	UserID string `json:"userid"`
}

// FindVisibleUser returns the user id of the first member in the visible range for which fits
// returns true.
func FindVisibleUser(r *core.Request, fits func(*core.MemberState) bool) (any, *core.APIError) {
	for _, m := range r.Corp.AllMembers() {
		if fits(m) && r.Corp.SeesMember(r.App, m) {
			return UserIDOnly{m.UserID}, nil
		}
	}
	return nil, core.NewAPIError(46004)
}
