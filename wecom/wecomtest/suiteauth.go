package wecomtest

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// preAuthCode is service/get_pre_auth_code.
//
// https://developer.work.weixin.qq.com/document/path/90601
func (s *Server) preAuthCode(_ *request, su *suiteState) (any, *apiError) {
	code := s.randomText(48)
	expires := s.currentTime().Add(preAuthWorks)
	su.preAuth.put(code, &preAuth{expires: expires}, s.currentTime(), expires)
	return struct {
		Code      string `json:"pre_auth_code"`
		ExpiresIn int    `json:"expires_in"`
	}{code, int(preAuthWorks / time.Second)}, nil
}

// setSession is service/set_session_info.
//
// https://developer.work.weixin.qq.com/document/path/90602
func (s *Server) setSession(r *request, su *suiteState) (any, *apiError) {
	var in struct {
		Code    string `json:"pre_auth_code"`
		Session struct {
			AuthType Int `json:"auth_type"`
		} `json:"session_info"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	p, ok := su.preAuth.get(in.Code)
	switch {
	case !ok, !s.currentTime().Before(p.expires):
		return nil, invalidParam("pre_auth_code")
	case in.Session.AuthType != 0 && in.Session.AuthType != 1:
		return nil, invalidParam("auth_type")
	}
	p.test = in.Session.AuthType == 1
	return nil, nil
}

type authUser struct {
	UserID     string `json:"userid"`
	OpenUserID string `json:"open_userid"`
	Name       string `json:"name"`
	Avatar     string `json:"avatar"`
}

type authCorp struct {
	CorpID  string `json:"corpid"`
	Name    string `json:"corp_name"`
	Type    string `json:"corp_type,omitempty"`
	UserMax int    `json:"corp_user_max,omitempty"`
	Subject int    `json:"subject_type,omitempty"`
}

// permanentCode is service/v2/get_permanent_code. Names are ids to providers.
//
// https://developer.work.weixin.qq.com/document/path/100776
func (s *Server) permanentCode(r *request, su *suiteState) (any, *apiError) {
	var in struct {
		Code string `json:"auth_code"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	c, ok := su.auths.get(in.Code)
	if !ok || c.used || !s.currentTime().Before(c.expires) || su.installs[c.install.corp.ID] != c.install {
		return nil, newAPIError(40029)
	}
	c.used = true
	corp, by := c.install.corp, c.install.by
	r.corp = corp
	return struct {
		Code  string   `json:"permanent_code"`
		Corp  authCorp `json:"auth_corp_info"`
		User  authUser `json:"auth_user_info"`
		State string   `json:"state,omitempty"`
	}{c.install.permanent, authCorp{CorpID: corp.ID, Name: corp.Name},
		authUser{UserID: by, OpenUserID: openID(su.ProviderCorpID, "wo", by), Name: by}, c.state}, nil
}

type authPrivilege struct {
	Level        int      `json:"level"`
	AllowParties []int64  `json:"allow_party"`
	AllowUsers   []string `json:"allow_user"`
	AllowTags    []int64  `json:"allow_tag"`
}

type authAgent struct {
	AgentID   int64         `json:"agentid"`
	Name      string        `json:"name"`
	LogoURL   string        `json:"square_logo_url"`
	AuthMode  int           `json:"auth_mode"`
	Privilege authPrivilege `json:"privilege"`
}

type authAgents struct {
	Agents []authAgent `json:"agent"`
}

// authInfo is service/v2/get_auth_info.
//
// https://developer.work.weixin.qq.com/document/path/100779
func (s *Server) authInfo(r *request, su *suiteState) (any, *apiError) {
	in, err := s.findInstall(r, su)
	if err != nil {
		return nil, err
	}
	a := r.app
	p := authPrivilege{Level: 1, AllowParties: a.VisibleParties, AllowUsers: a.VisibleUsers, AllowTags: a.VisibleTags}
	if a.hasUnlimitedRange() {
		p.AllowParties = []int64{1}
	}
	return struct {
		Corp authCorp   `json:"auth_corp_info"`
		Info authAgents `json:"auth_info"`
	}{authCorp{in.corp.ID, in.corp.Name, "verified", len(in.corp.members), 1},
		authAgents{[]authAgent{{AgentID: in.agent, Name: a.Name, LogoURL: a.LogoURL, Privilege: p}}}}, nil
}

// userInfo3rd is service/auth/getuserinfo3rd, for members of any company.
//
// https://developer.work.weixin.qq.com/document/path/91121
func (s *Server) userInfo3rd(r *request, su *suiteState) (any, *apiError) {
	value := r.query.Get("code")
	if value == "" {
		return nil, newAPIError(41008)
	}
	c, ok := su.codes.get(value)
	if !ok || c.used || !s.currentTime().Before(c.expires) {
		return nil, newAPIError(40029)
	}
	c.used = true
	r.corp = c.corp
	corp, user := c.corp.ID, c.userID
	open := openID(su.ProviderCorpID, "wo", user)
	if su.installs[corp] == nil { // without an authorization the ids are encrypted
		corp, user = openID(su.ProviderCorpID, "wp", corp), open
	}
	out := userInfo3rdReply{CorpID: corp, UserID: user, OpenUserID: open}
	if in, m := su.installs[c.corp.ID], c.corp.members[foldUserID(c.userID)]; c.privateInfo && in != nil && m != nil {
		if r.app = c.corp.apps[in.agent]; c.corp.seesMember(r.app, m) {
			out.Ticket, out.ExpiresIn = s.newUserTicket(r, m), int(userTicketTTL/time.Second)
		}
	}
	return out, nil
}

type userInfo3rdReply struct {
	CorpID     string `json:"corpid"`
	UserID     string `json:"userid"`
	OpenUserID string `json:"open_userid"`
	Ticket     string `json:"user_ticket,omitempty"`
	ExpiresIn  int    `json:"expires_in,omitempty"`
}

// userDetail3rd is service/auth/getuserdetail3rd. The name is the userid.
//
// https://developer.work.weixin.qq.com/document/path/91122
func (s *Server) userDetail3rd(r *request, su *suiteState) (any, *apiError) {
	var in struct {
		Ticket string `json:"user_ticket"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	t, ok := s.userTickets.get(in.Ticket)
	switch {
	case in.Ticket == "":
		return nil, newAPIError(84090)
	case !ok, t.app.suite != su:
		return nil, newAPIError(84015)
	case !s.currentTime().Before(t.expires):
		return nil, newAPIError(84014)
	}
	m, ok := t.corp.members[foldUserID(t.user)]
	if !ok {
		return nil, newAPIError(84015)
	}
	r.corp = t.corp
	return struct {
		CorpID string `json:"corpid"`
		UserID string `json:"userid"`
		Name   string `json:"name"`
		Gender string `json:"gender"`
		Avatar string `json:"avatar"`
	}{t.corp.ID, m.UserID, m.UserID, cmp.Or(m.Gender, "0"), s.avatarURL(m)}, nil
}

type openUser struct {
	UserID string `json:"userid"`
	Open   string `json:"open_userid"`
}

// openUserIDs is batch/userid_to_openuserid, for applications of providers.
//
// https://developer.work.weixin.qq.com/document/path/97062
func (s *Server) openUserIDs(r *request) (any, *apiError) {
	var in struct {
		IDs []string `json:"userid_list"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	switch {
	case r.app.suite == nil:
		return nil, newAPIError(48002)
	case len(in.IDs) == 0 || len(in.IDs) > 1000:
		return nil, invalidParam("userid_list")
	}
	out := struct {
		Open    []openUser `json:"open_userid_list"`
		Invalid []string   `json:"invalid_userid_list"`
	}{[]openUser{}, []string{}}
	for _, id := range in.IDs {
		m, ok := r.corp.members[foldUserID(id)]
		if !ok || !r.corp.seesMember(r.app, m) {
			out.Invalid = append(out.Invalid, id)
			continue
		}
		out.Open = append(out.Open, openUser{m.UserID, openID(r.app.suite.ProviderCorpID, "wo", m.UserID)})
	}
	return out, nil
}

type adminReply struct {
	UserID   string `json:"userid"`
	AuthType int    `json:"auth_type"`
}

// listAdmins is agent/get_admin_list: the member who installed the application.
//
// https://developer.work.weixin.qq.com/document/path/100073
func (s *Server) listAdmins(r *request) (any, *apiError) {
	if r.app.suite == nil {
		return nil, newAPIError(48002)
	}
	list := []adminReply{}
	if in, ok := r.app.suite.installs[r.corp.ID]; ok {
		list = append(list, adminReply{in.by, 1})
	}
	return struct {
		Admins []adminReply `json:"admin"`
	}{list}, nil
}

// ChangeRange changes what a suite sees of a company, as an administrator does:
// change_auth follows. All three empty means the whole company.
func (s *Server) ChangeRange(ctx context.Context, suiteID, corpID string, users []string, parties, tags []int64) error {
	s.init()
	s.mu.Lock()
	o, err := s.changeRange(suiteID, corpID, users, parties, tags)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.deliverCallback(ctx, o)
}

func (s *Server) changeRange(suiteID, corpID string, users []string, parties, tags []int64) (*pendingCallback, error) {
	su := s.suites[suiteID]
	if su == nil || su.installs[corpID] == nil {
		return nil, fmt.Errorf("change the range of %q in %q: it is not there", suiteID, corpID)
	}
	in := su.installs[corpID]
	a := in.corp.apps[in.agent]
	a.VisibleUsers, a.VisibleParties, a.VisibleTags = users, parties, tags
	s.notifyChange(change{Kind: "directory", CorpID: corpID})
	return s.newSuiteEvent(su, "change_auth", func(e *xmlBuilder) { e.addText("AuthCorpId", s.corpFor(su, corpID)).addText("State", "") }), nil
}
