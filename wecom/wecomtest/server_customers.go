package wecomtest

import (
	"context"
)

// AddCustomer adds an external contact to a member, as if the contact had scanned the member's QR
// code, and returns the external_userid. Applications with Customers set receive
// add_external_contact with a welcome code. If the member has the contact already, nothing changes
// and nothing is sent.
//
// https://developer.work.weixin.qq.com/document/path/92130
func (s *Server) AddCustomer(ctx context.Context, c Customer) (string, error) {
	s.init()
	return s.customers.AddCustomer(ctx, c)
}

// RemoveCustomer removes an external contact from a member. If byCustomer is true, the contact
// deleted the member (del_follow_user), otherwise the member deleted the contact
// (del_external_contact).
func (s *Server) RemoveCustomer(ctx context.Context, corpID, userID, externalUserID string, byCustomer bool) error {
	s.init()
	return s.customers.RemoveCustomer(ctx, corpID, userID, externalUserID, byCustomer)
}

// CustomerMessages returns the messages that an external contact has received, oldest first.
func (s *Server) CustomerMessages(corpID, externalUserID string) []CustomerMessage {
	s.init()
	return s.customers.CustomerMessages(corpID, externalUserID)
}

// SendKFImage sends a picture to a customer service account as a person outside who
// has entered it. It counts as writing, like SendKFText. The picture is a JPEG or a
// PNG of at most 10 MB.
func (s *Server) SendKFImage(ctx context.Context, corpID, externalUserID, openKFID, name string, data []byte) error {
	s.init()
	return s.customers.SendKFImage(ctx, corpID, externalUserID, openKFID, name, data)
}

// AddKFAccount adds a customer service account with a name of 1 to 16 characters, as the admin console
// does, and returns its open_kfid. Through the API, kf/account/add also requires a picture.
//
// https://developer.work.weixin.qq.com/document/path/94662
func (s *Server) AddKFAccount(corpID, name string) (string, error) {
	s.init()
	return s.customers.AddKFAccount(corpID, name)
}

// EnterKF opens the link of a customer service account, with an optional scene_param, in WeChat as
// an external contact, which is created if it does not exist. Applications with CustomerService set
// receive kf_msg_or_event and read enter_session with sync_msg.
//
// https://developer.work.weixin.qq.com/document/path/94670
func (s *Server) EnterKF(ctx context.Context, c Customer, link string) (string, error) {
	s.init()
	return s.customers.EnterKF(ctx, c, link)
}

// SendKFText sends a text to a customer service account as an external contact who has entered it.
// menuID is the id of the chosen menu item, if any. The application may then send up to five
// replies within 48 hours.
func (s *Server) SendKFText(ctx context.Context, corpID, externalUserID, openKFID, text, menuID string) error {
	s.init()
	return s.customers.SendKFText(ctx, corpID, externalUserID, openKFID, text, menuID)
}
