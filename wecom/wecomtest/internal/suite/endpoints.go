package suite

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Endpoints returns the endpoints of third-party applications by path.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"service/get_suite_token":                      {Post: true, TokenKind: core.NoToken, Handle: s.suiteToken},
		"service/get_provider_token":                   {Post: true, TokenKind: core.NoToken, Handle: s.providerToken},
		"service/get_corp_token":                       {Post: true, TokenKind: core.NoToken, Handle: s.bySuite(s.corpToken)},
		"service/get_pre_auth_code":                    {TokenKind: core.NoToken, Handle: s.bySuite(s.preAuthCode)},
		"service/set_session_info":                     {Post: true, TokenKind: core.NoToken, Handle: s.bySuite(s.setSession)},
		"service/v2/get_permanent_code":                {Post: true, TokenKind: core.NoToken, Handle: s.bySuite(s.permanentCode)},
		"service/v2/get_auth_info":                     {Post: true, TokenKind: core.NoToken, Handle: s.bySuite(s.authInfo)},
		"service/get_permanent_code":                   {Post: true, TokenKind: core.NoToken, Handle: s.bySuite(version1{s}.permanentCode)},
		"service/get_auth_info":                        {Post: true, TokenKind: core.NoToken, Handle: s.bySuite(s.authInfo)},
		"service/get_admin_list":                       {Post: true, TokenKind: core.NoToken, Handle: s.bySuite(version1{s}.listAdmins)},
		"service/getuserinfo3rd":                       {TokenKind: core.NoToken, Handle: s.bySuite(version1{s}.userInfo3rd)},
		"service/getuserdetail3rd":                     {Post: true, TokenKind: core.NoToken, Handle: s.bySuite(s.userDetail3rd)},
		"service/auth/getuserinfo3rd":                  {TokenKind: core.NoToken, Handle: s.bySuite(s.userInfo3rd)},
		"service/corpid_to_opencorpid":                 {Post: true, TokenKind: core.NoToken, Handle: s.openCorpID},
		"batch/openuserid_to_userid":                   {Post: true, TokenKind: core.AppToken, Handle: s.fromOpenUserIDs},
		"service/auth/getuserdetail3rd":                {Post: true, TokenKind: core.NoToken, Handle: s.bySuite(s.userDetail3rd)},
		"externalcontact/from_service_external_userid": {Post: true, TokenKind: core.AppToken, Handle: s.fromServiceExternalID},
		"batch/userid_to_openuserid":                   {Post: true, Handle: s.openUserIDs},
		"agent/get_admin_list":                         {Post: true, TokenKind: core.AppToken, Handle: s.listAdmins},
	}
}
