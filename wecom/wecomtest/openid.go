package wecomtest

import (
	"crypto/sha256"
	"encoding/base64"
)

// memberOpenID returns the WeChat openid of a member, which is specific to the company.
func memberOpenID(c *corpState, m *memberState) string {
	sum := sha256.Sum256([]byte(c.ID + "\x00openid\x00" + m.key))
	return "o" + base64.RawURLEncoding.EncodeToString(sum[:20])
}

// convertToOpenID implements user/convert_to_openid. Every active member counts as bound to WeChat.
//
// https://developer.work.weixin.qq.com/document/path/90202
func (s *Server) convertToOpenID(r *request) (any, *apiError) {
	var in userIDOnly
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	m, err := r.visibleMember(in.UserID)
	if err != nil {
		return nil, err
	}
	if m.Status != StatusActive {
		return nil, newAPIError(43004)
	}
	return struct {
		OpenID string `json:"openid"`
	}{memberOpenID(r.corp, m)}, nil
}

// convertToUserID implements user/convert_to_userid.
func (s *Server) convertToUserID(r *request) (any, *apiError) {
	var in struct {
		OpenID string `json:"openid"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	return r.findVisibleUser(func(m *memberState) bool { return memberOpenID(r.corp, m) == in.OpenID })
}
