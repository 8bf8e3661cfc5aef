package showmebugtest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
)

// minQuotaLeft is what a team must keep that gives sessions away.
const minQuotaLeft = 50

type teamReply struct {
	ID           int64    `json:"id"`
	Name         string   `json:"name"`
	Email        string   `json:"email,omitempty"`
	Phone        string   `json:"phone,omitempty"`
	LeftQuota    int      `json:"left_quota"`
	MembersCount int      `json:"members_count"`
	Members      []Member `json:"members"`
}

// getTeam is the team with those of its members that the searches name.
func (s *Server) getTeam(r *request) (any, *apiError) {
	email, phone, id := r.textParam("email_search"), r.textParam("phone_search"), r.intParam("ids_search")
	t := r.team
	out := teamReply{ID: t.ID, Name: t.Name, Email: t.Email, Phone: t.Phone, LeftQuota: t.Quota, MembersCount: len(t.Members), Members: []Member{}}
	for _, m := range t.Members {
		if containsFold(m.Email, email) && containsFold(m.Phone, phone) && (id == 0 || id == m.ID) {
			out.Members = append(out.Members, m)
		}
	}
	return out, nil
}

// createMember makes a member. The same uid again answers the member that is
// there, as a call repeated after a broken connection would want it.
func (s *Server) createMember(r *request) (any, *apiError) {
	m := Member{UID: r.requiredText("uid"), Name: r.requiredText("name"), Email: r.textParam("email"), Phone: r.textParam("phone"), Role: r.textParam("team_role")}
	if m.Email == "" && m.Phone == "" {
		r.addError("email", "or phone is required")
	}
	if *r.err != nil {
		return nil, *r.err
	}
	if known := r.team.findMember(func(k *Member) bool { return k.UID == m.UID }); known != nil {
		return *known, nil
	}
	if r.team.findMember(func(k *Member) bool { return m.Email != "" && k.Email == m.Email }) != nil {
		return nil, invalidField("email", "belongs to another member")
	}
	if r.team.findMember(func(k *Member) bool { return m.Phone != "" && k.Phone == m.Phone }) != nil {
		return nil, invalidField("phone", "belongs to another member")
	}
	s.numberMember(&m)
	r.team.Members = append(r.team.Members, m)
	s.notifyWaiters()
	return m, nil
}

// transferQuota moves sessions from another team, whose key and secret the
// caller has to know.
func (s *Server) transferQuota(r *request) (any, *apiError) {
	clientID, credential := r.requiredText("from_team_client_id"), r.requiredText("from_team_token")
	id, err := strconv.ParseInt(r.requiredText("from_team_id"), 10, 64)
	quota, err2 := strconv.Atoi(r.requiredText("quota"))
	switch {
	case *r.err != nil:
		return nil, *r.err
	case err != nil:
		return nil, invalidField("from_team_id", "is no number")
	case err2 != nil || quota < 1:
		return nil, invalidField("quota", "must be a positive number")
	}
	from := s.findTeam(id)
	if from == nil || from.ClientID != clientID || !equalConstantTime(credential, applicationToken(&from.Team)) {
		return nil, newAPIError(CodeForbidden, "from_team_token does not belong to that team")
	}
	if from == r.team {
		return nil, invalidField("from_team_id", "is this team")
	}
	if from.Quota-quota < minQuotaLeft {
		return nil, newAPIError(CodeQuota, "the giving team must keep at least %d sessions", minQuotaLeft)
	}
	from.Quota -= quota
	r.team.Quota += quota
	s.notifyWaiters()
	return fmt.Sprintf("已划转 %d 场", quota), nil
}

// applicationToken is key and secret of a team's application as one text.
func applicationToken(t *Team) string {
	return base64.StdEncoding.EncodeToString([]byte(t.ClientID + ":" + t.ClientSecret))
}

// consoleLink leads to the operator's page, the simulator's only console.
func (s *Server) consoleLink(*request) (any, *apiError) {
	return map[string]string{"url": s.URL() + "/operator"}, nil
}

// readCreator reads user_id: a member of the team, or none.
func (r *request) readCreator() Member {
	id := r.intParam("user_id")
	if id != 0 && !slices.ContainsFunc(r.team.Members, func(m Member) bool { return m.ID == id }) {
		r.addError("user_id", "is no member of the team")
	}
	return r.team.memberByID(id)
}

// consumeQuota takes one session off the quota.
func (r *request) consumeQuota() *apiError {
	if r.team.Quota < 1 {
		return newAPIError(CodeQuota, "剩余场次不足")
	}
	r.team.Quota--
	return nil
}
