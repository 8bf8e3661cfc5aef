package wecomtest

type inviteReply struct {
	InvalidUser  []string `json:"invaliduser,omitempty"`
	InvalidParty []int64  `json:"invalidparty,omitempty"`
	InvalidTag   []int64  `json:"invalidtag,omitempty"`
}

// inviteMembers implements batch/invite, which invites members who have not joined. The simulator shows no
// invitations.
//
// https://developer.work.weixin.qq.com/document/path/90975
func (s *Server) inviteMembers(r *request) (any, *apiError) {
	var in struct {
		Users   []string `json:"user"`
		Parties []Int    `json:"party"`
		Tags    []Int    `json:"tag"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	all := len(in.Users) + len(in.Parties) + len(in.Tags)
	if all == 0 || len(in.Users) > 1000 || len(in.Parties) > 100 || len(in.Tags) > 100 {
		return nil, newAPIError(40035)
	}
	var out inviteReply
	for _, id := range in.Users {
		if _, err := r.visibleMember(id); err != nil {
			out.InvalidUser = append(out.InvalidUser, id)
		}
	}
	for _, p := range toInt64s(in.Parties) {
		if r.corp.departments[p] == nil || !r.corp.seesDepartment(r.app, p) {
			out.InvalidParty = append(out.InvalidParty, p)
		}
	}
	for _, t := range toInt64s(in.Tags) {
		if r.corp.tags[t] == nil {
			out.InvalidTag = append(out.InvalidTag, t)
		}
	}
	if len(out.InvalidUser)+len(out.InvalidParty)+len(out.InvalidTag) == all {
		return out, newAPIError(40031)
	}
	return out, nil
}

// confirmAuthentication implements user/authsucc: the member has completed the secondary verification
// (二次验证).
func (s *Server) confirmAuthentication(r *request) (any, *apiError) {
	m, err := r.visibleMember(r.query.Get("userid"))
	if err != nil {
		return nil, err
	}
	if m.Status == StatusInactive {
		m.Status = StatusActive
		s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	}
	return nil, nil
}
