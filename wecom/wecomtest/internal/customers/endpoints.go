package customers

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Endpoints returns the endpoints of customer contact and customer service by path.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"externalcontact/get_follow_user_list": {TokenKind: core.AppToken, Handle: s.listFollowUsers},
		"externalcontact/list":                 {TokenKind: core.AppToken, Handle: s.listCustomers},
		"externalcontact/get":                  {TokenKind: core.AppToken, Handle: s.getCustomer},
		"externalcontact/remark":               {Post: true, TokenKind: core.AppToken, Handle: s.remarkCustomer},
		"externalcontact/add_contact_way":      {Post: true, TokenKind: core.AppToken, Handle: s.addContactWay},
		"externalcontact/get_contact_way":      {Post: true, TokenKind: core.AppToken, Handle: s.getContactWay},
		"externalcontact/batch/get_by_user":    {Post: true, TokenKind: core.AppToken, Handle: s.listCustomersByUsers},
		"externalcontact/update_contact_way":   {Post: true, TokenKind: core.AppToken, Handle: s.updateContactWay},
		"externalcontact/del_contact_way":      {Post: true, TokenKind: core.AppToken, Handle: s.deleteContactWay},
		"externalcontact/send_welcome_msg":     {Post: true, TokenKind: core.AppToken, Handle: s.sendWelcome},

		"kf/account/list":        {TokenKind: core.AppToken, Handle: s.listKFAccounts},
		"kf/account/add":         {Post: true, TokenKind: core.AppToken, Handle: s.addKFAccount},
		"kf/account/update":      {Post: true, TokenKind: core.AppToken, Handle: s.updateKFAccount},
		"kf/account/del":         {Post: true, TokenKind: core.AppToken, Handle: s.deleteKFAccount},
		"kf/customer/batchget":   {Post: true, TokenKind: core.AppToken, Handle: s.getKFCustomers},
		"kf/add_contact_way":     {Post: true, TokenKind: core.AppToken, Handle: s.getKFLink},
		"kf/sync_msg":            {Post: true, TokenKind: core.AppToken, Handle: s.syncKFMessages},
		"kf/send_msg":            {Post: true, TokenKind: core.AppToken, Handle: s.sendKFMessage},
		"kf/service_state/get":   {Post: true, TokenKind: core.AppToken, Handle: s.getKFState},
		"kf/service_state/trans": {Post: true, TokenKind: core.AppToken, Handle: s.transferKFState},
		"kf/servicer/add":        {Post: true, TokenKind: core.AppToken, Handle: s.addServicers},
		"kf/servicer/del":        {Post: true, TokenKind: core.AppToken, Handle: s.delServicers},
		"kf/servicer/list":       {TokenKind: core.AppToken, Handle: s.listServicers},
		"kf/send_msg_on_event":   {Post: true, TokenKind: core.AppToken, Handle: s.sendKFMessageOnEvent},
	}
}
