package wecom

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
)

// OAuthService signs members in, inside WeCom and in desktop browsers.
// See https://developer.work.weixin.qq.com/document/path/91335
type OAuthService struct{ client *Client }

// Scope is the extent of the data that a sign-in requests.
type Scope string

// Scopes of sign-in inside WeCom.
const (
	ScopeBase        Scope = "snsapi_base"        // silent; returns the userid
	ScopePrivateInfo Scope = "snsapi_privateinfo" // requires consent; also returns a ticket for GetUserDetail
)

// AuthorizeURL returns the URL that signs a member in inside WeCom. WeCom
// redirects to redirect with the query parameters code and state. The host of
// redirect must be a trusted domain of the app. state may contain letters and
// digits only, at most 128 bytes. An empty scope means ScopeBase.
// See https://developer.work.weixin.qq.com/document/path/91335
func (s *OAuthService) AuthorizeURL(redirect, state string, scope Scope) string {
	q := url.Values{
		"appid":         {s.client.corpID},
		"redirect_uri":  {redirect},
		"response_type": {"code"},
		"scope":         {string(cmp.Or(scope, ScopeBase))},
		"state":         {state},
		"agentid":       {strconv.FormatInt(s.client.agentID, 10)},
	}
	return s.client.oauthURL + "/connect/oauth2/authorize?" + q.Encode() + "#wechat_redirect"
}

// LoginURL returns the page that signs a member in with a desktop browser, by
// QR code, or by one click when the WeCom desktop client is running. lang is
// "zh", "en" or empty. The host of redirect must be configured on the app's
// page in the admin console under 企业微信授权登录.
// See https://developer.work.weixin.qq.com/document/path/98152
func (s *OAuthService) LoginURL(redirect, state, lang string) string {
	q := url.Values{
		"login_type":   {"CorpApp"},
		"appid":        {s.client.corpID},
		"agentid":      {strconv.FormatInt(s.client.agentID, 10)},
		"redirect_uri": {redirect},
		"state":        {state},
	}
	if lang != "" {
		q.Set("lang", lang)
	}
	return s.client.loginURL + "/wwlogin/sso/login?" + q.Encode()
}

// UserInfo identifies the person who signed in. UserID is set for members of
// the company, OpenID for all other users.
type UserInfo struct {
	UserID         string `json:"userid"`
	OpenID         string `json:"openid"`
	ExternalUserID string `json:"external_userid"`
	UserTicket     Secret `json:"user_ticket"` // with ScopePrivateInfo: for GetUserDetail, valid for 30 minutes
}

// GetUserInfo exchanges the code of a sign-in. A code is valid once, for five
// minutes; after that WeCom returns 40029.
//
// WeCom also returns the userid of members outside the app's visible range: the
// application decides whether to admit them.
// See https://developer.work.weixin.qq.com/document/path/91023
func (s *OAuthService) GetUserInfo(ctx context.Context, code string) (*UserInfo, error) {
	var reply struct {
		envelope
		UserInfo
	}
	op := s.client.getCall("/cgi-bin/auth/getuserinfo", url.Values{"code": {code}})
	op.idempotent = false // the first attempt uses up the code
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	if reply.UserID == "" && reply.OpenID == "" {
		return nil, &Error{Method: op.method, Path: op.path, Class: ClassNetwork, Message: "the response contains neither userid nor openid"}
	}
	return &reply.UserInfo, nil
}

// UserDetail is the data that a member has consented to share.
type UserDetail struct {
	UserID  string `json:"userid"`
	Gender  string `json:"gender"` // "0" unknown, "1" male, "2" female
	Avatar  string `json:"avatar"`
	QRCode  string `json:"qr_code"`
	Mobile  string `json:"mobile"`
	Email   string `json:"email"`
	BizMail string `json:"biz_mail"`
	Address string `json:"address"`
}

// GetUserDetail exchanges the ticket of a sign-in with ScopePrivateInfo. It is
// valid for 30 minutes; after that WeCom returns 84014.
// See https://developer.work.weixin.qq.com/document/path/95833
func (s *OAuthService) GetUserDetail(ctx context.Context, ticket Secret) (*UserDetail, error) {
	body := struct {
		Ticket string `json:"user_ticket"`
	}{string(ticket)}
	var reply struct {
		envelope
		UserDetail
	}
	op := s.client.postCall("/cgi-bin/auth/getuserdetail", body)
	op.idempotent, op.secrets = true, []Secret{ticket}
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.UserDetail, nil
}

// ConfirmSecondVerification lets a new member join after the company's own
// check of the member's identity (二次验证) has succeeded.
// See https://developer.work.weixin.qq.com/document/path/90203
func (s *OAuthService) ConfirmSecondVerification(ctx context.Context, userID string) error {
	op := s.client.getCall("/cgi-bin/user/authsucc", url.Values{"userid": {userID}})
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}
