package wecomtest

import (
	"context"
)

// ChangeMember adds or changes a member as an administrator does in the console. It sends
// change_contact to its receivers, and subscribe or unsubscribe to the applications that became
// visible or invisible to the member. It returns after all have been delivered.
//
// https://developer.work.weixin.qq.com/document/path/90970
func (s *Server) ChangeMember(ctx context.Context, m Member) error {
	s.init()
	return s.contacts.ChangeMember(ctx, m)
}

// RemoveMember removes a member and sends the same events as ChangeMember.
func (s *Server) RemoveMember(ctx context.Context, corpID, userID string) error {
	s.init()
	return s.contacts.RemoveMember(ctx, corpID, userID)
}

// ChangeDepartment adds or changes a department and sends change_contact.
func (s *Server) ChangeDepartment(ctx context.Context, d Department) error {
	s.init()
	return s.contacts.ChangeDepartment(ctx, d)
}

// RemoveDepartment removes a department that has no members and no children, and sends
// change_contact.
func (s *Server) RemoveDepartment(ctx context.Context, corpID string, id int64) error {
	s.init()
	return s.contacts.RemoveDepartment(ctx, corpID, id)
}
