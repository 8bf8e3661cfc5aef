package wecom

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
)

// OAuthService signs members in, inside WeCom and in ordinary browsers.
// See https://developer.work.weixin.qq.com/document/path/91335
type OAuthService struct{ client *Client }

// Scope is how much a sign-in asks for.
type Scope string

// The scopes of sign-in inside WeCom.
const (
	ScopeBase        Scope = "snsapi_base"        // silent; gives the userid
	ScopePrivateInfo Scope = "snsapi_privateinfo" // asks for consent; gives a ticket for UserDetail
)

// AuthorizeURL is the address that signs a member in inside WeCom. It leads
// back to redirect with code and state appended. The host of redirect must be
// a trusted domain of the app. state takes letters and digits only, at most
// 128 bytes. An empty scope means ScopeBase.
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

// LoginURL is the page that signs a member in with an ordinary desktop
// browser, by QR code or by one click when WeCom runs beside it. lang is "zh",
// "en" or empty. The host of redirect must be set on the app's page in the
// admin console under 企业微信授权登录.
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

// UserInfo tells who signed in. UserID is set for members of the company,
// OpenID for everybody else.
type UserInfo struct {
	UserID         string `json:"userid"`
	OpenID         string `json:"openid"`
	ExternalUserID string `json:"external_userid"`
	UserTicket     Secret `json:"user_ticket"` // with ScopePrivateInfo: for UserDetail, 30 minutes
}

// GetUserInfo exchanges the code of a sign-in. A code works once and for five
// minutes; WeCom then answers 40029.
//
// A userid comes back for members outside the app's visible range as well:
// whether they may enter is for the application to decide.
// See https://developer.work.weixin.qq.com/document/path/91023
func (s *OAuthService) GetUserInfo(ctx context.Context, code string) (*UserInfo, error) {
	var reply struct {
		envelope
		UserInfo
	}
	op := s.client.getCall("/cgi-bin/auth/getuserinfo", url.Values{"code": {code}})
	op.idempotent = false // the code is used up by the first attempt
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	if reply.UserID == "" && reply.OpenID == "" {
		return nil, &Error{Method: op.method, Path: op.path, Class: ClassNetwork, Message: "the answer names nobody"}
	}
	return &reply.UserInfo, nil
}

// UserDetail is what a member agreed to show.
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

// GetUserDetail exchanges the ticket of a sign-in with ScopePrivateInfo. It works
// for 30 minutes; WeCom then answers 84014.
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

// ConfirmSecondVerification lets a member in whom the company checks a second time on
// joining (二次验证), after the member was found to be the right one.
// See https://developer.work.weixin.qq.com/document/path/90203
func (s *OAuthService) ConfirmSecondVerification(ctx context.Context, userID string) error {
	op := s.client.getCall("/cgi-bin/user/authsucc", url.Values{"userid": {userID}})
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}
