package wecom

import (
	"cmp"
	"context"
	"net/url"
)

// GetUserIDByMobile returns the userid of a mobile number. WeCom returns 46004
// when there is none, and blocks the company for a day after too many
// unsuccessful lookups.
// See https://developer.work.weixin.qq.com/document/path/95402
func (s *UserService) GetUserIDByMobile(ctx context.Context, mobile string) (string, error) {
	return s.lookupUserID(ctx, "/cgi-bin/user/getuserid", struct {
		Mobile string `json:"mobile"`
	}{mobile})
}

// Types of e-mail address.
const (
	EmailTypeCorp     = 1
	EmailTypePersonal = 2
)

// GetUserIDByEmail returns the userid of an e-mail address. emailType is
// EmailTypeCorp (the default for 0) or EmailTypePersonal. WeCom returns 46004
// when there is none, and blocks the company for a day after too many
// unsuccessful lookups.
// See https://developer.work.weixin.qq.com/document/path/95895
func (s *UserService) GetUserIDByEmail(ctx context.Context, email string, emailType int) (string, error) {
	return s.lookupUserID(ctx, "/cgi-bin/user/get_userid_by_email", struct {
		Email string `json:"email"`
		Type  int    `json:"email_type"`
	}{email, cmp.Or(emailType, EmailTypeCorp)})
}

// ConvertToOpenID returns the openid of a member who has signed in with WeChat
// (43004 otherwise), for payments.
// See https://developer.work.weixin.qq.com/document/path/90202
func (s *UserService) ConvertToOpenID(ctx context.Context, userID string) (string, error) {
	var reply struct {
		envelope
		OpenID string `json:"openid"`
	}
	op := s.client.postCall("/cgi-bin/user/convert_to_openid", struct {
		UserID string `json:"userid"`
	}{userID})
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return "", err
	}
	return reply.OpenID, nil
}

// ConvertToUserID returns the userid of an openid.
// See https://developer.work.weixin.qq.com/document/path/90202
func (s *UserService) ConvertToUserID(ctx context.Context, openID string) (string, error) {
	return s.lookupUserID(ctx, "/cgi-bin/user/convert_to_userid", struct {
		OpenID string `json:"openid"`
	}{openID})
}

func (s *UserService) lookupUserID(ctx context.Context, path string, body any) (string, error) {
	var reply struct {
		envelope
		UserID string `json:"userid"`
	}
	op := s.client.postCall(path, body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return "", err
	}
	return reply.UserID, nil
}

// DepartmentUser is the membership of a user in one department. A member of two
// departments has two.
type DepartmentUser struct {
	UserID     string `json:"userid"`
	Department int64  `json:"department"`
}

// ListIDs returns all userids with their departments, at most 10,000 a page.
// cursor is "" for the first page; next is "" after the last one. It requires
// the secret of the contact sync helper.
// See https://developer.work.weixin.qq.com/document/path/96067
func (s *UserService) ListIDs(ctx context.Context, cursor string, limit int) (users []DepartmentUser, next string, err error) {
	body := struct {
		Cursor string `json:"cursor,omitempty"`
		Limit  int    `json:"limit"`
	}{cursor, cmp.Or(limit, 10000)}
	var reply struct {
		envelope
		Next  string           `json:"next_cursor"`
		Users []DepartmentUser `json:"dept_user"`
	}
	op := s.client.postCall("/cgi-bin/user/list_id", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, "", err
	}
	return reply.Users, reply.Next, nil
}

// GetLaunchCode returns a code that opens a chat between operator and another
// member in the desktop client, by the URL wxwork://launch?launch_code=…. It is
// valid once, for five minutes.
// See https://developer.work.weixin.qq.com/document/path/94345
func (s *UserService) GetLaunchCode(ctx context.Context, operatorUserID, chatUserID string) (string, error) {
	body := struct {
		Operator string `json:"operator_userid"`
		Chat     struct {
			UserID string `json:"userid"`
		} `json:"single_chat"`
	}{Operator: operatorUserID}
	body.Chat.UserID = chatUserID
	var reply struct {
		envelope
		Code string `json:"launch_code"`
	}
	op := s.client.postCall("/cgi-bin/get_launch_code", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return "", err
	}
	return reply.Code, nil
}

// Delete deletes a member. It requires the secret of the contact sync helper.
// See https://developer.work.weixin.qq.com/document/path/90198
func (s *UserService) Delete(ctx context.Context, userID string) error {
	op := s.client.getCall("/cgi-bin/user/delete", url.Values{"userid": {userID}})
	op.idempotent = false // a GET that changes state
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// BatchDelete deletes at most 200 members; one invalid userid fails the whole
// call. It requires the secret of the contact sync helper.
// See https://developer.work.weixin.qq.com/document/path/90199
func (s *UserService) BatchDelete(ctx context.Context, userIDs ...string) error {
	var k fieldChecker
	if k.CheckCount("useridlist", len(userIDs), 1, 200); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		IDs []string `json:"useridlist"`
	}{userIDs}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/user/batchdelete", body), &struct{ envelope }{})
}
