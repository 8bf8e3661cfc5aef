package contacts

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

type inviteReply struct {
	InvalidUser  []string `json:"invaliduser,omitempty"`
	InvalidParty []int64  `json:"invalidparty,omitempty"`
	InvalidTag   []int64  `json:"invalidtag,omitempty"`
}

// inviteMembers implements batch/invite, which invites members who have not joined. The simulator shows no
// invitations.
//
// https://developer.work.weixin.qq.com/document/path/90975
func (s *Service) inviteMembers(r *core.Request) (any, *core.APIError) {
	var in struct {
		Users   []string    `json:"user"`
		Parties []model.Int `json:"party"`
		Tags    []model.Int `json:"tag"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	all := len(in.Users) + len(in.Parties) + len(in.Tags)
	if all == 0 || len(in.Users) > 1000 || len(in.Parties) > 100 || len(in.Tags) > 100 {
		return nil, core.NewAPIError(40035)
	}
	var out inviteReply
	for _, id := range in.Users {
		if _, err := VisibleMember(r, id); err != nil {
			out.InvalidUser = append(out.InvalidUser, id)
		}
	}
	for _, p := range ToInt64s(in.Parties) {
		if r.Corp.Departments[p] == nil || !r.Corp.SeesDepartment(r.App, p) {
			out.InvalidParty = append(out.InvalidParty, p)
		}
	}
	for _, t := range ToInt64s(in.Tags) {
		if r.Corp.Tags[t] == nil {
			out.InvalidTag = append(out.InvalidTag, t)
		}
	}
	if len(out.InvalidUser)+len(out.InvalidParty)+len(out.InvalidTag) == all {
		return out, core.NewAPIError(40031)
	}
	return out, nil
}

// confirmAuthentication implements user/authsucc: the member has completed the secondary verification
// (二次验证).
func (s *Service) confirmAuthentication(r *core.Request) (any, *core.APIError) {
	m, err := VisibleMember(r, r.Query.Get("userid"))
	if err != nil {
		return nil, err
	}
	if m.Status == model.StatusInactive {
		m.Status = model.StatusActive
		s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
	}
	return nil, nil
}
