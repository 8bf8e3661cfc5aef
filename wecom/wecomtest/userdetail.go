package wecomtest

import (
	"strings"
	"time"
	"unicode/utf8"
)

// ticketLife is how long a user_ticket may be used.
const ticketLife = 1800 * time.Second

// userTicket lets an application read a member's sensitive fields once they
// have consented. Consent is given without asking here.
type userTicket struct {
	corp    *corpState
	app     *appState
	user    string
	expires time.Time
}

func (s *Server) newTicket(r *request, m *memberState) string {
	value := s.randomText(60)
	expires := s.now().Add(ticketLife)
	s.tickets.put(value, &userTicket{r.corp, r.app, m.UserID, expires}, s.now(), expires.Add(time.Hour)) // until then expired, and not unknown
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

// getUserDetail is auth/getuserdetail.
//
// https://developer.work.weixin.qq.com/document/path/95833
func (s *Server) getUserDetail(r *request) (any, *apiError) {
	var in struct {
		Ticket string `json:"user_ticket"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if in.Ticket == "" {
		return nil, fail(84090)
	}
	t, ok := s.tickets.get(in.Ticket)
	switch {
	case !ok, t.corp != r.corp, t.app.AgentID != r.app.AgentID:
		return nil, fail(84015)
	case !s.now().Before(t.expires):
		return nil, fail(84014)
	}
	m, ok := r.corp.members[fold(t.user)]
	if !ok {
		return nil, fail(84015)
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

// findUser answers the first member in the visible range that fits.
func (r *request) findUser(fits func(*memberState) bool) (any, *apiError) {
	for _, m := range r.corp.everyone() {
		if fits(m) && r.corp.sees(r.app, m) {
			return userIDOnly{m.UserID}, nil
		}
	}
	return nil, fail(46004)
}

// userIDByMobile is user/getuserid.
//
// https://developer.work.weixin.qq.com/document/path/95402
func (s *Server) userIDByMobile(r *request) (any, *apiError) {
	var in struct {
		Mobile string `json:"mobile"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if len(in.Mobile) < 5 || len(in.Mobile) > 32 {
		return nil, fail(60103)
	}
	return r.findUser(func(m *memberState) bool { return m.Mobile == in.Mobile })
}

// userIDByEmail is user/get_userid_by_email.
//
// https://developer.work.weixin.qq.com/document/path/95895
func (s *Server) userIDByEmail(r *request) (any, *apiError) {
	in := struct {
		Email string `json:"email"`
		Type  Int    `json:"email_type"`
	}{Type: 1}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if !strings.Contains(in.Email, "@") {
		return nil, fail(60105)
	}
	return r.findUser(func(m *memberState) bool {
		if in.Type == 2 {
			return strings.EqualFold(m.Email, in.Email)
		}
		return strings.EqualFold(m.BizMail, in.Email)
	})
}

// setAgent is agent/set; what is absent stays as it is.
//
// https://developer.work.weixin.qq.com/document/path/90228
func (s *Server) setAgent(r *request) (any, *apiError) {
	var in struct {
		AgentID        *Int    `json:"agentid"`
		Name           *string `json:"name"`
		Description    *string `json:"description"`
		RedirectDomain *string `json:"redirect_domain"`
		LogoMediaID    *string `json:"logo_mediaid"`
		HomeURL        *string `json:"home_url"`
		IsReportEnter  *Int    `json:"isreportenter"`
		ReportLocation *Int    `json:"report_location_flag"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case in.AgentID == nil:
		return nil, fail(41011)
	case int64(*in.AgentID) != r.app.AgentID:
		return nil, fail(301002)
	case in.Name != nil && utf8.RuneCountInString(*in.Name) > 32:
		return nil, fail(45022)
	case in.Description != nil && (utf8.RuneCountInString(*in.Description) < 4 || utf8.RuneCountInString(*in.Description) > 120):
		return nil, fail(45004)
	case in.HomeURL != nil && !isWeb(*in.HomeURL):
		return nil, fail(40094)
	case in.ReportLocation != nil && *in.ReportLocation != 0 && *in.ReportLocation != 1:
		return nil, fail(40059)
	}
	if in.LogoMediaID != nil {
		if _, err := s.findMedia(r.corp, *in.LogoMediaID, "image"); err != nil {
			return nil, err
		}
		r.app.LogoURL = s.URL() + "/sim/media/" + *in.LogoMediaID
	}
	for _, f := range []struct{ to, from *string }{
		{&r.app.Name, in.Name}, {&r.app.Description, in.Description}, {&r.app.HomeURL, in.HomeURL},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if in.RedirectDomain != nil {
		r.app.TrustedDomains = []string{*in.RedirectDomain}
	}
	if in.IsReportEnter != nil {
		r.app.ReportEnter = *in.IsReportEnter == 1
	}
	s.note(change{Kind: "directory", CorpID: r.corp.ID})
	return nil, nil
}
