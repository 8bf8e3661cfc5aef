package agents

import (
	"strings"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// UserTicketTTL is the lifetime of a user_ticket.
const UserTicketTTL = 1800 * time.Second

// userTicket permits an application to read the sensitive fields of a member who has consented. The
// simulator consents for the member.
type userTicket struct {
	Corp    *core.CorpState
	App     *core.AppState
	User    string
	Expires time.Time
}

// NewUserTicket creates a user_ticket for a member whose details the
// application may read.
func (s *Service) NewUserTicket(r *core.Request, m *core.MemberState) string {
	value := s.RandomText(60)
	expires := s.CurrentTime().Add(UserTicketTTL)
	s.UserTickets.Put(value, &userTicket{r.Corp, r.App, m.UserID, expires}, s.CurrentTime(), expires.Add(time.Hour)) // kept for an hour after its expiry, to return "expired" instead of "invalid"
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
func (s *Service) getUserDetail(r *core.Request) (any, *core.APIError) {
	var in struct {
		Ticket string `json:"user_ticket"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if in.Ticket == "" {
		return nil, core.NewAPIError(84090)
	}
	t, ok := s.UserTickets.Get(in.Ticket)
	switch {
	case !ok, t.Corp != r.Corp, t.App.AgentID != r.App.AgentID:
		return nil, core.NewAPIError(84015)
	case !s.CurrentTime().Before(t.Expires):
		return nil, core.NewAPIError(84014)
	}
	m, ok := r.Corp.Members[core.FoldUserID(t.User)]
	if !ok {
		return nil, core.NewAPIError(84015)
	}
	gender := m.Gender
	if gender == "" {
		gender = "0"
	}
	return userDetailReply{m.UserID, gender, s.Contacts.AvatarURL(m), m.Mobile, m.Email, m.BizMail}, nil
}

// getUserIDByMobile implements user/getuserid.
//
// https://developer.work.weixin.qq.com/document/path/95402
func (s *Service) getUserIDByMobile(r *core.Request) (any, *core.APIError) {
	var in struct {
		Mobile string `json:"mobile"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if len(in.Mobile) < 5 || len(in.Mobile) > 32 {
		return nil, core.NewAPIError(60103)
	}
	return contacts.FindVisibleUser(r, func(m *core.MemberState) bool { return m.Mobile == in.Mobile })
}

// getUserIDByEmail implements user/get_userid_by_email.
//
// https://developer.work.weixin.qq.com/document/path/95895
func (s *Service) getUserIDByEmail(r *core.Request) (any, *core.APIError) {
	in := struct {
		Email string    `json:"email"`
		Type  model.Int `json:"email_type"`
	}{Type: 1}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if !strings.Contains(in.Email, "@") {
		return nil, core.NewAPIError(60105)
	}
	return contacts.FindVisibleUser(r, func(m *core.MemberState) bool {
		if in.Type == 2 {
			return strings.EqualFold(m.Email, in.Email)
		}
		return strings.EqualFold(m.BizMail, in.Email)
	})
}
