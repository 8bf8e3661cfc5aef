package wecom

import (
	"cmp"
	"context"
	"net/url"
)

// GetUserIDByMobile gives the userid that has a mobile number. WeCom answers 46004
// when there is none, and bars the company for a day when too many are not
// found.
// See https://developer.work.weixin.qq.com/document/path/95402
func (s *UserService) GetUserIDByMobile(ctx context.Context, mobile string) (string, error) {
	return s.lookupUserID(ctx, "/cgi-bin/user/getuserid", struct {
		Mobile string `json:"mobile"`
	}{mobile})
}

// The kinds of e-mail address.
const (
	EmailTypeCorp     = 1
	EmailTypePersonal = 2
)

// GetUserIDByEmail gives the userid that has an e-mail address of a kind,
// EmailOfCorp or EmailPersonal. WeCom answers 46004 when there is none, and
// bars the company for a day when too many are not found.
// See https://developer.work.weixin.qq.com/document/path/95895
func (s *UserService) GetUserIDByEmail(ctx context.Context, email string, kind int) (string, error) {
	return s.lookupUserID(ctx, "/cgi-bin/user/get_userid_by_email", struct {
		Email string `json:"email"`
		Type  int    `json:"email_type"`
	}{email, cmp.Or(kind, EmailTypeCorp)})
}

// ConvertToOpenID gives the openid of a member who has logged in with WeChat (43004
// otherwise), for payments.
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

// ConvertToUserID gives the member of an openid.
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

// DepartmentUser is one place of a member: a member of two departments has
// two.
type DepartmentUser struct {
	UserID     string `json:"userid"`
	Department int64  `json:"department"`
}

// ListIDs reads all userids with their departments, at most 10,000 at once.
// cursor is "" at first; next is "" at the end. It takes the secret of the
// contact sync helper.
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

// GetLaunchCode gives a code that opens a chat with a member in the desktop
// program, by the address wxwork://launch?launch_code=…; it works once, for
// five minutes.
// See https://developer.work.weixin.qq.com/document/path/94345
func (s *UserService) GetLaunchCode(ctx context.Context, operator, with string) (string, error) {
	body := struct {
		Operator string `json:"operator_userid"`
		Chat     struct {
			UserID string `json:"userid"`
		} `json:"single_chat"`
	}{Operator: operator}
	body.Chat.UserID = with
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

// Delete removes a member. It takes the secret of the contact sync helper.
// See https://developer.work.weixin.qq.com/document/path/90198
func (s *UserService) Delete(ctx context.Context, userID string) error {
	op := s.client.getCall("/cgi-bin/user/delete", url.Values{"userid": {userID}})
	op.idempotent = false // a GET that changes something
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// BatchDelete removes at most 200 members; one bad userid makes the call fail.
// It takes the secret of the contact sync helper.
// See https://developer.work.weixin.qq.com/document/path/90199
func (s *UserService) BatchDelete(ctx context.Context, userIDs ...string) error {
	var k fieldChecker
	if k.checkCount("useridlist", len(userIDs), 1, 200); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		IDs []string `json:"useridlist"`
	}{userIDs}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/user/batchdelete", body), &struct{ envelope }{})
}
