package signin

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Endpoints returns the endpoints of sign-in by path.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"get_launch_code": {Post: true, TokenKind: core.AppToken, Handle: s.getLaunchCode},

		"auth/getuserinfo": {TokenKind: core.AppToken, Handle: s.getUserInfo},
		"user/getuserinfo": {TokenKind: core.AppToken, Handle: s.getUserInfoLegacy},
	}
}
