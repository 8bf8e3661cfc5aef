package agents

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Endpoints returns the endpoints of applications and accounts by path.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"auth/getuserdetail":       {Post: true, TokenKind: core.AppToken, Handle: s.getUserDetail},
		"user/getuserid":           {Post: true, Handle: s.getUserIDByMobile},
		"user/get_userid_by_email": {Post: true, Handle: s.getUserIDByEmail},
		"agent/set":                {Post: true, TokenKind: core.AppToken, Handle: s.setAgent},

		"get_jsapi_ticket": {TokenKind: core.AppToken, Handle: s.getJSAPITicket},
		"ticket/get":       {TokenKind: core.AppToken, Handle: s.getAgentConfigTicket},

		"agent/get":   {TokenKind: core.AppToken, Handle: s.getAgent},
		"agent/list":  {TokenKind: core.AppToken, Handle: s.listAgents},
		"menu/create": {Post: true, TokenKind: core.AppToken, Handle: s.createMenu},
		"menu/get":    {TokenKind: core.AppToken, Handle: s.getMenu},
		"menu/delete": {TokenKind: core.AppToken, Handle: s.deleteMenu},
	}
}
