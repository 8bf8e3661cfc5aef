package messaging

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Endpoints returns the endpoints of messages, groups, robots and media by path.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"message/send":                 {Post: true, TokenKind: core.AppToken, Handle: s.sendMessage},
		"message/update_template_card": {Post: true, TokenKind: core.AppToken, Handle: s.updateCard},
		"message/recall":               {Post: true, TokenKind: core.AppToken, Handle: s.recallMessage},

		"appchat/create": {Post: true, TokenKind: core.AppToken, Handle: s.createChat},
		"appchat/update": {Post: true, TokenKind: core.AppToken, Handle: s.updateChat},
		"appchat/get":    {TokenKind: core.AppToken, Handle: s.getChat},
		"appchat/send":   {Post: true, TokenKind: core.AppToken, Handle: s.sendChat},

		"media/get/jssdk":                {TokenKind: core.AppToken, Handle: s.getVoice},
		"media/upload_by_url":            {Post: true, TokenKind: core.AppToken, Handle: s.uploadByURL},
		"media/get_upload_by_url_result": {Post: true, TokenKind: core.AppToken, Handle: s.getURLJobResult},
		"media/upload":                   {Post: true, Handle: s.uploadMedia},
		"media/uploadimg":                {Post: true, TokenKind: core.AppToken, Handle: s.uploadImage},
		"media/get":                      {TokenKind: core.AppToken, Handle: s.getMedia},

		"webhook/send":         {Post: true, TokenKind: core.NoToken, Handle: s.sendRobotMessage},
		"webhook/upload_media": {Post: true, TokenKind: core.NoToken, Handle: s.uploadRobotMedia},
	}
}
