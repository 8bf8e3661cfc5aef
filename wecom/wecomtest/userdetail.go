package wecomtest

import (
	"strings"
	"time"
)

// userTicketTTL is the lifetime of a user_ticket.
const userTicketTTL = 1800 * time.Second

// userTicket permits an application to read the sensitive fields of a member who has consented. The
// simulator consents for the member.
type userTicket struct {
	corp    *corpState
	app     *appState
	user    string
	expires time.Time
}

func (s *Server) newUserTicket(r *request, m *memberState) string {
	value := s.randomText(60)
	expires := s.currentTime().Add(userTicketTTL)
	s.userTickets.put(value, &userTicket{r.corp, r.app, m.UserID, expires}, s.currentTime(), expires.Add(time.Hour)) // kept for an hour after its expiry, to return "expired" instead of "invalid"
	return value
}

type userDetailReply struct {
	UserID  string `json:"userid"`
	Gender  string `json:"gender"`
	Avatar  string `json:"avatar"`
	Mobile  string `json:"mobile,omitempty"`
	Email   string `json:"email,omitempty"`
	BizMail string `json:"biz_mail,omitempty"`
}

// getUserDetail implements auth/getuserdetail.
//
// https://developer.work.weixin.qq.com/document/path/95833
func (s *Server) getUserDetail(r *request) (any, *apiError) {
	var in struct {
		Ticket string `json:"user_ticket"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if in.Ticket == "" {
		return nil, newAPIError(84090)
	}
	t, ok := s.userTickets.get(in.Ticket)
	switch {
	case !ok, t.corp != r.corp, t.app.AgentID != r.app.AgentID:
		return nil, newAPIError(84015)
	case !s.currentTime().Before(t.expires):
		return nil, newAPIError(84014)
	}
	m, ok := r.corp.members[foldUserID(t.user)]
	if !ok {
		return nil, newAPIError(84015)
	}
	gender := m.Gender
	if gender == "" {
		gender = "0"
	}
	return userDetailReply{m.UserID, gender, s.avatarURL(m), m.Mobile, m.Email, m.BizMail}, nil
}

type userIDOnly struct {
	UserID string `json:"userid"`
}

// findVisibleUser returns the user id of the first member in the visible range for which fits
// returns true.
func (r *request) findVisibleUser(fits func(*memberState) bool) (any, *apiError) {
	for _, m := range r.corp.allMembers() {
		if fits(m) && r.corp.seesMember(r.app, m) {
			return userIDOnly{m.UserID}, nil
		}
	}
	return nil, newAPIError(46004)
}

// getUserIDByMobile implements user/getuserid.
//
// https://developer.work.weixin.qq.com/document/path/95402
func (s *Server) getUserIDByMobile(r *request) (any, *apiError) {
	var in struct {
		Mobile string `json:"mobile"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if len(in.Mobile) < 5 || len(in.Mobile) > 32 {
		return nil, newAPIError(60103)
	}
	return r.findVisibleUser(func(m *memberState) bool { return m.Mobile == in.Mobile })
}

// getUserIDByEmail implements user/get_userid_by_email.
//
// https://developer.work.weixin.qq.com/document/path/95895
func (s *Server) getUserIDByEmail(r *request) (any, *apiError) {
	in := struct {
		Email string `json:"email"`
		Type  Int    `json:"email_type"`
	}{Type: 1}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if !strings.Contains(in.Email, "@") {
		return nil, newAPIError(60105)
	}
	return r.findVisibleUser(func(m *memberState) bool {
		if in.Type == 2 {
			return strings.EqualFold(m.Email, in.Email)
		}
		return strings.EqualFold(m.BizMail, in.Email)
	})
}
