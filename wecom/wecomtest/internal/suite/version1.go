package suite

import (
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// version1 serves the calls of a suite that have a successor. service/get_auth_info and
// service/getuserdetail3rd reply as their successors do.
type version1 struct{ *Service }

// permanentCode implements service/get_permanent_code: the reply of version 2 with an access token, the
// company and the authorized application.
//
// https://developer.work.weixin.qq.com/document/path/90603
func (s version1) permanentCode(r *core.Request, su *suiteState) (any, *core.APIError) {
	c, err := su.redeemAuthCode(r)
	if err != nil {
		return nil, err
	}
	t := s.CurrentToken(r.Corp, r.App)
	info := newAuthInfoReply(c.install)
	return struct {
		core.TokenReply
		permanentCodeReply
		Info authAgents `json:"auth_info"`
	}{
		core.TokenReply{AccessToken: t.Value, ExpiresIn: int(t.Expires.Sub(s.CurrentTime()) / time.Second)},
		permanentCodeReply{c.install.permanent, info.Corp, newAuthUser(su, c.install), c.state}, info.Info,
	}, nil
}

type installAdminReply struct {
	UserID     string `json:"userid"`
	OpenUserID string `json:"open_userid"`
	AuthType   int    `json:"auth_type"`
}

// listAdmins implements service/get_admin_list: the member who installed the application.
//
// https://developer.work.weixin.qq.com/document/path/90606
func (s version1) listAdmins(r *core.Request, su *suiteState) (any, *core.APIError) {
	var body struct {
		CorpID  string    `json:"auth_corpid"`
		AgentID model.Int `json:"agentid"`
	}
	if err := r.DecodeBody(&body); err != nil {
		return nil, err
	}
	if _, ok := s.CorpStates[body.CorpID]; !ok {
		return nil, core.NewAPIError(40013)
	}
	in, ok := su.installs[body.CorpID]
	switch {
	case !ok:
		return nil, core.NewAPIError(48004)
	case in.agent != int64(body.AgentID):
		return nil, core.InvalidParam("agentid")
	}
	r.Corp = in.corp
	return struct {
		Admins []installAdminReply `json:"admin"`
	}{[]installAdminReply{{in.by, OpenID(su.ProviderCorpID, "wo", in.by), 1}}}, nil
}

// userInfo3rd implements service/getuserinfo3rd, which spells some fields in another way than
// service/auth/getuserinfo3rd.
//
// https://developer.work.weixin.qq.com/document/path/91121
func (s version1) userInfo3rd(r *core.Request, su *suiteState) (any, *core.APIError) {
	out, err := s.identifyUser3rd(r, su)
	if err != nil {
		return nil, err
	}
	return struct {
		CorpID     string `json:"CorpId"`
		UserID     string `json:"UserId"`
		DeviceID   string `json:"DeviceId"`
		OpenUserID string `json:"open_userid"`
		Ticket     string `json:"user_ticket,omitempty"`
		ExpiresIn  int    `json:"expires_in,omitempty"`
	}{CorpID: out.CorpID, UserID: out.UserID, OpenUserID: out.OpenUserID, Ticket: out.Ticket, ExpiresIn: out.ExpiresIn}, nil
}
