package contacts

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Endpoints returns the endpoints of contacts, tags, batch jobs and applications by path.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"get_api_domain_ip": {Handle: s.getAPIDomainIPs, EmptyReply: ipReply{[]string{}}},
		"getcallbackip":     {Handle: s.getCallbackIPs, EmptyReply: ipReply{[]string{}}},

		"user/create":       {Post: true, TokenKind: core.ContactToken, Handle: s.createUser},
		"user/update":       {Post: true, TokenKind: core.ContactToken, Handle: s.updateUser},
		"user/delete":       {TokenKind: core.ContactToken, Handle: s.deleteUser},
		"user/batchdelete":  {Post: true, TokenKind: core.ContactToken, Handle: s.deleteUsers},
		"department/create": {Post: true, TokenKind: core.ContactToken, Handle: s.createDepartment},
		"department/update": {Post: true, TokenKind: core.ContactToken, Handle: s.updateDepartment},
		"department/delete": {TokenKind: core.ContactToken, Handle: s.deleteDepartment},

		"user/authsucc":          {Handle: s.confirmAuthentication},
		"user/convert_to_openid": {Post: true, Handle: s.convertToOpenID},
		"user/convert_to_userid": {Post: true, Handle: s.convertToUserID},

		"tag/create":      {Post: true, Handle: s.createTag},
		"tag/update":      {Post: true, Handle: s.updateTag},
		"tag/delete":      {Handle: s.deleteTag},
		"tag/get":         {Handle: s.getTag},
		"tag/list":        {Handle: s.listTags},
		"tag/addtagusers": {Post: true, Handle: s.addTagUsers},
		"tag/deltagusers": {Post: true, Handle: s.delTagUsers},

		"user/get":        {Handle: s.getUser},
		"user/list":       {Handle: s.listUsers, EmptyReply: userListReply{[]userReply{}}},
		"user/simplelist": {Handle: s.simpleListUsers, EmptyReply: simpleListReply{[]simpleUser{}}},
		"user/list_id":    {Post: true, TokenKind: core.ContactToken, Handle: s.listUserIDs},

		"department/list":       {Handle: s.listDepartments, EmptyReply: departmentListReply{[]departmentReply{}}},
		"department/simplelist": {Handle: s.simpleListDepartments, EmptyReply: departmentIDReply{[]departmentID{}}},
		"department/get":        {Handle: s.getDepartment},

		"corp/get_join_qrcode": {TokenKind: core.ContactToken, Handle: s.getJoinQRCode},

		"batch/invite":       {Post: true, Handle: s.inviteMembers},
		"batch/syncuser":     {Post: true, TokenKind: core.ContactToken, Handle: s.syncUsers},
		"batch/replaceuser":  {Post: true, TokenKind: core.ContactToken, Handle: s.replaceUsers},
		"batch/replaceparty": {Post: true, TokenKind: core.ContactToken, Handle: s.replaceParties},
		"batch/getresult":    {TokenKind: core.ContactToken, Handle: s.getBatchResult},
	}
}
