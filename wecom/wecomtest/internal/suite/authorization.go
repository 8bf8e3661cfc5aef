package suite

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/agents"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// preAuthCode implements service/get_pre_auth_code.
//
// https://developer.work.weixin.qq.com/document/path/90601
func (s *Service) preAuthCode(_ *core.Request, su *suiteState) (any, *core.APIError) {
	code := s.RandomText(48)
	expires := s.CurrentTime().Add(PreAuthWorks)
	su.preAuth.Put(code, &preAuth{expires: expires}, s.CurrentTime(), expires)
	return struct {
		Code      string `json:"pre_auth_code"`
		ExpiresIn int    `json:"expires_in"`
	}{code, int(PreAuthWorks / time.Second)}, nil
}

// setSession implements service/set_session_info.
//
// https://developer.work.weixin.qq.com/document/path/90602
func (s *Service) setSession(r *core.Request, su *suiteState) (any, *core.APIError) {
	var in struct {
		Code    string `json:"pre_auth_code"`
		Session struct {
			AuthType model.Int `json:"auth_type"`
		} `json:"session_info"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	p, ok := su.preAuth.Get(in.Code)
	switch {
	case !ok, !s.CurrentTime().Before(p.expires):
		return nil, core.InvalidParam("pre_auth_code")
	case in.Session.AuthType != 0 && in.Session.AuthType != 1:
		return nil, core.InvalidParam("auth_type")
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

// permanentCode implements service/v2/get_permanent_code. Names are ids to providers.
//
// https://developer.work.weixin.qq.com/document/path/100776
func (s *Service) permanentCode(r *core.Request, su *suiteState) (any, *core.APIError) {
	c, err := su.redeemAuthCode(r)
	if err != nil {
		return nil, err
	}
	corp := c.install.corp
	return permanentCodeReply{c.install.permanent, authCorp{CorpID: corp.ID, Name: corp.Name}, newAuthUser(su, c.install), c.state}, nil
}

type permanentCodeReply struct {
	Code  string   `json:"permanent_code"`
	Corp  authCorp `json:"auth_corp_info"`
	User  authUser `json:"auth_user_info"`
	State string   `json:"state,omitempty"`
}

func newAuthUser(su *suiteState, in *install) authUser {
	return authUser{UserID: in.by, OpenUserID: OpenID(su.ProviderCorpID, "wo", in.by), Name: in.by}
}

// redeemAuthCode returns the auth_code of a request, which is valid once.
func (su *suiteState) redeemAuthCode(r *core.Request) (*authCode, *core.APIError) {
	var in struct {
		Code string `json:"auth_code"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	c, ok := su.auths.Get(in.Code)
	if !ok || c.used || !r.Core.CurrentTime().Before(c.expires) || su.installs[c.install.corp.ID] != c.install {
		return nil, core.NewAPIError(40029)
	}
	c.used = true
	r.Corp, r.App = c.install.corp, c.install.corp.Apps[c.install.agent]
	return c, nil
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

// authInfo implements service/v2/get_auth_info.
//
// https://developer.work.weixin.qq.com/document/path/100779
func (s *Service) authInfo(r *core.Request, su *suiteState) (any, *core.APIError) {
	in, err := s.findInstall(r, su)
	if err != nil {
		return nil, err
	}
	return newAuthInfoReply(in), nil
}

type authInfoReply struct {
	Corp authCorp   `json:"auth_corp_info"`
	Info authAgents `json:"auth_info"`
}

func newAuthInfoReply(in *install) authInfoReply {
	a := in.corp.Apps[in.agent]
	p := authPrivilege{Level: 1, AllowParties: append([]int64{}, a.VisibleParties...),
		AllowUsers: append([]string{}, a.VisibleUsers...), AllowTags: append([]int64{}, a.VisibleTags...)}
	if a.HasUnlimitedRange() {
		p.AllowParties = []int64{1}
	}
	return authInfoReply{authCorp{in.corp.ID, in.corp.Name, "verified", len(in.corp.Members), 1},
		authAgents{[]authAgent{{AgentID: in.agent, Name: a.Name, LogoURL: a.LogoURL, Privilege: p}}}}
}

// userInfo3rd implements service/auth/getuserinfo3rd, for members of any company.
//
// https://developer.work.weixin.qq.com/document/path/91121
func (s *Service) userInfo3rd(r *core.Request, su *suiteState) (any, *core.APIError) {
	out, err := s.identifyUser3rd(r, su)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// identifyUser3rd redeems the code of a sign-in page of a suite.
func (s *Service) identifyUser3rd(r *core.Request, su *suiteState) (*userInfo3rdReply, *core.APIError) {
	value := r.Query.Get("code")
	if value == "" {
		return nil, core.NewAPIError(41008)
	}
	c, ok := su.codes.Get(value)
	if !ok || c.Used || !s.CurrentTime().Before(c.Expires) {
		return nil, core.NewAPIError(40029)
	}
	c.Used = true
	r.Corp = c.Corp
	corp, user := c.Corp.ID, c.UserID
	open := OpenID(su.ProviderCorpID, "wo", user)
	if su.installs[corp] == nil { // without an authorization the ids are encrypted
		corp, user = OpenID(su.ProviderCorpID, "wp", corp), open
	}
	out := &userInfo3rdReply{CorpID: corp, UserID: user, OpenUserID: open}
	if in, m := su.installs[c.Corp.ID], c.Corp.Members[core.FoldUserID(c.UserID)]; c.PrivateInfo && in != nil && m != nil {
		if r.App = c.Corp.Apps[in.agent]; c.Corp.SeesMember(r.App, m) {
			out.Ticket, out.ExpiresIn = s.Agents.NewUserTicket(r, m), int(agents.UserTicketTTL/time.Second)
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

// userDetail3rd implements service/auth/getuserdetail3rd. The name is the userid.
//
// https://developer.work.weixin.qq.com/document/path/91122
func (s *Service) userDetail3rd(r *core.Request, su *suiteState) (any, *core.APIError) {
	var in struct {
		Ticket string `json:"user_ticket"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	t, ok := s.Agents.UserTickets.Get(in.Ticket)
	switch {
	case in.Ticket == "":
		return nil, core.NewAPIError(84090)
	case !ok, t.App.Suite != &su.Suite:
		return nil, core.NewAPIError(84015)
	case !s.CurrentTime().Before(t.Expires):
		return nil, core.NewAPIError(84014)
	}
	m, ok := t.Corp.Members[core.FoldUserID(t.User)]
	if !ok {
		return nil, core.NewAPIError(84015)
	}
	r.Corp = t.Corp
	return struct {
		CorpID string `json:"corpid"`
		UserID string `json:"userid"`
		Name   string `json:"name"`
		Gender string `json:"gender"`
		Avatar string `json:"avatar"`
	}{t.Corp.ID, m.UserID, m.UserID, cmp.Or(m.Gender, "0"), s.Contacts.AvatarURL(m)}, nil
}

type openUser struct {
	UserID string `json:"userid"`
	Open   string `json:"open_userid"`
}

// openUserIDs implements batch/userid_to_openuserid, for applications of providers.
//
// https://developer.work.weixin.qq.com/document/path/97062
func (s *Service) openUserIDs(r *core.Request) (any, *core.APIError) {
	var in struct {
		IDs []string `json:"userid_list"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	switch {
	case r.App.Suite == nil:
		return nil, core.NewAPIError(48002)
	case len(in.IDs) == 0 || len(in.IDs) > 1000:
		return nil, core.InvalidParam("userid_list")
	}
	out := struct {
		Open    []openUser `json:"open_userid_list"`
		Invalid []string   `json:"invalid_userid_list"`
	}{[]openUser{}, []string{}}
	for _, id := range in.IDs {
		m, ok := r.Corp.Members[core.FoldUserID(id)]
		if !ok || !r.Corp.SeesMember(r.App, m) {
			out.Invalid = append(out.Invalid, id)
			continue
		}
		out.Open = append(out.Open, openUser{m.UserID, OpenID(r.App.Suite.ProviderCorpID, "wo", m.UserID)})
	}
	return out, nil
}

type adminReply struct {
	UserID   string `json:"userid"`
	AuthType int    `json:"auth_type"`
}

// listAdmins implements agent/get_admin_list: the member who installed the application.
//
// https://developer.work.weixin.qq.com/document/path/100073
func (s *Service) listAdmins(r *core.Request) (any, *core.APIError) {
	if r.App.Suite == nil {
		return nil, core.NewAPIError(48002)
	}
	list := []adminReply{}
	if in, ok := s.SuiteStates[r.App.Suite.ID].installs[r.Corp.ID]; ok {
		list = append(list, adminReply{in.by, 1})
	}
	return struct {
		Admins []adminReply `json:"admin"`
	}{list}, nil
}

// ChangeRange implements the method of wecomtest.Server.
func (s *Service) ChangeRange(ctx context.Context, suiteID, corpID string, users []string, parties, tags []int64) error {
	s.Mu.Lock()
	o, err := s.changeRange(suiteID, corpID, users, parties, tags)
	s.Mu.Unlock()
	if err != nil {
		return err
	}
	return s.DeliverCallback(ctx, o)
}

func (s *Service) changeRange(suiteID, corpID string, users []string, parties, tags []int64) (*core.PendingCallback, error) {
	su := s.SuiteStates[suiteID]
	if su == nil || su.installs[corpID] == nil {
		return nil, fmt.Errorf("change the range of %q in %q: it is not there", suiteID, corpID)
	}
	in := su.installs[corpID]
	a := in.corp.Apps[in.agent]
	a.VisibleUsers, a.VisibleParties, a.VisibleTags = users, parties, tags
	s.NotifyChange(core.Change{Kind: "directory", CorpID: corpID})
	return s.newSuiteEvent(su, "change_auth", func(e *core.XMLBuilder) { e.AddText("AuthCorpId", s.corpFor(su, corpID)).AddText("State", "") }), nil
}
