package contacts

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// memberOpenID returns the WeChat openid of a member, which is specific to the company.
func memberOpenID(c *core.CorpState, m *core.MemberState) string {
	sum := sha256.Sum256([]byte(c.ID + "\x00openid\x00" + m.Key))
	return "o" + base64.RawURLEncoding.EncodeToString(sum[:20])
}

// convertToOpenID implements user/convert_to_openid. Every active member counts as bound to WeChat.
//
// https://developer.work.weixin.qq.com/document/path/90202
func (s *Service) convertToOpenID(r *core.Request) (any, *core.APIError) {
	var in UserIDOnly
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	m, err := VisibleMember(r, in.UserID)
	if err != nil {
		return nil, err
	}
	if m.Status != model.StatusActive {
		return nil, core.NewAPIError(43004)
	}
	return struct {
		OpenID string `json:"openid"`
	}{memberOpenID(r.Corp, m)}, nil
}

// convertToUserID implements user/convert_to_userid.
func (s *Service) convertToUserID(r *core.Request) (any, *core.APIError) {
	var in struct {
		OpenID string `json:"openid"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	return FindVisibleUser(r, func(m *core.MemberState) bool { return memberOpenID(r.Corp, m) == in.OpenID })
}
