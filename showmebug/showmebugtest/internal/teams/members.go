package teams

import (
	"encoding/base64"
	"fmt"
	"strconv"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// minQuotaLeft is the number of sessions that a team keeps when it transfers others.
const minQuotaLeft = 50

type teamReply struct {
	ID           int64          `json:"id"`
	Name         string         `json:"name"`
	Email        string         `json:"email,omitempty"`
	Phone        string         `json:"phone,omitempty"`
	LeftQuota    int            `json:"left_quota"`
	MembersCount int            `json:"members_count"`
	Members      []model.Member `json:"members"`
}

// getTeam implements GET me: the team with the members that match the searches.
func (s *Service) getTeam(r *core.Request) (any, *core.APIError) {
	email, phone, id := r.TextParam("email_search"), r.TextParam("phone_search"), r.IntParam("ids_search")
	t := r.Team
	out := teamReply{ID: t.ID, Name: t.Name, Email: t.Email, Phone: t.Phone, LeftQuota: t.Quota, MembersCount: len(t.Members), Members: []model.Member{}}
	for _, m := range t.Members {
		if core.ContainsFold(m.Email, email) && core.ContainsFold(m.Phone, phone) && (id == 0 || id == m.ID) {
			out.Members = append(out.Members, m)
		}
	}
	return out, nil
}

// createMember implements POST team_members. For a known uid it returns the existing member, so that
// a call can be repeated after a lost connection.
func (s *Service) createMember(r *core.Request) (any, *core.APIError) {
	m := model.Member{UID: r.RequiredText("uid"), Name: r.RequiredText("name"), Email: r.TextParam("email"), Phone: r.TextParam("phone"), Role: r.TextParam("team_role")}
	if m.Email == "" && m.Phone == "" {
		r.AddError("email", "or phone is required")
	}
	if *r.Err != nil {
		return nil, *r.Err
	}
	if known := r.Team.FindMember(func(k *model.Member) bool { return k.UID == m.UID }); known != nil {
		return *known, nil
	}
	if r.Team.FindMember(func(k *model.Member) bool { return m.Email != "" && k.Email == m.Email }) != nil {
		return nil, core.InvalidField("email", "belongs to another member")
	}
	if r.Team.FindMember(func(k *model.Member) bool { return m.Phone != "" && k.Phone == m.Phone }) != nil {
		return nil, core.InvalidField("phone", "belongs to another member")
	}
	s.assignMemberID(&m)
	r.Team.Members = append(r.Team.Members, m)
	s.NotifyWaiters()
	return m, nil
}

// transferQuota implements PUT transfer_team_bank: it moves sessions from another team, whose key
// and secret are required.
func (s *Service) transferQuota(r *core.Request) (any, *core.APIError) {
	clientID, credential := r.RequiredText("from_team_client_id"), r.RequiredText("from_team_token")
	id, err := strconv.ParseInt(r.RequiredText("from_team_id"), 10, 64)
	quota, err2 := strconv.Atoi(r.RequiredText("quota"))
	switch {
	case *r.Err != nil:
		return nil, *r.Err
	case err != nil:
		return nil, core.InvalidField("from_team_id", "is no number")
	case err2 != nil || quota < 1:
		return nil, core.InvalidField("quota", "must be a positive number")
	}
	from := s.FindTeam(id)
	if from == nil || from.ClientID != clientID || !core.EqualConstantTime(credential, applicationToken(&from.Team)) {
		return nil, core.NewAPIError(model.CodeForbidden, "from_team_token does not belong to that team")
	}
	if from == r.Team {
		return nil, core.InvalidField("from_team_id", "is this team")
	}
	if from.Quota-quota < minQuotaLeft {
		return nil, core.NewAPIError(model.CodeQuota, "the other team must keep at least %d sessions", minQuotaLeft)
	}
	from.Quota -= quota
	r.Team.Quota += quota
	s.NotifyWaiters()
	return fmt.Sprintf("已划转 %d 场", quota), nil
}

// applicationToken returns the from_team_token of a team: key and secret of its application in
// base64.
func applicationToken(t *model.Team) string {
	return base64.StdEncoding.EncodeToString([]byte(t.ClientID + ":" + t.ClientSecret))
}

// consoleLink implements GET console_link. It returns the operator's page, the only console of the
// simulator.
func (s *Service) consoleLink(*core.Request) (any, *core.APIError) {
	return map[string]string{"url": s.URL() + "/operator"}, nil
}
