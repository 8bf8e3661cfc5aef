package wecomtest

import (
	"context"
)

// SaveCallback sets the callback of an application as the admin console does: it verifies the
// address first and saves nothing when the verification fails. Agent id 0 is the contact sync
// helper.
//
// https://developer.work.weixin.qq.com/document/path/90930
func (s *Server) SaveCallback(ctx context.Context, corpID string, agentID int64, cb Callback) error {
	s.init()
	return s.agents.SaveCallback(ctx, corpID, agentID, cb)
}

// VerifyCallback verifies the current callback of an application and changes nothing. It can be
// repeated until the receiver is up.
func (s *Server) VerifyCallback(ctx context.Context, corpID string, agentID int64) error {
	s.init()
	return s.agents.VerifyCallback(ctx, corpID, agentID)
}
