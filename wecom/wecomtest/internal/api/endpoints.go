package api

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// TokenEndpoints returns the endpoints of the basics by path.
func (s *Service) TokenEndpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"gettoken": {TokenKind: core.NoToken, Handle: s.getToken},
	}
}
