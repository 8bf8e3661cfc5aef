package agents

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// SaveCallback implements the method of wecomtest.Server.
func (s *Service) SaveCallback(ctx context.Context, corpID string, agentID int64, cb model.Callback) error {
	if err := s.VerifyCallbackURL(ctx, corpID, cb); err != nil {
		return err
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, ok := s.CorpStates[corpID]
	if !ok {
		return fmt.Errorf("saving a callback: corp %q is unknown", corpID)
	}
	if agentID == 0 {
		c.ContactCallback = cb
	} else if a, ok := c.Apps[agentID]; ok {
		a.CallbackURL, a.CallbackToken, a.EncodingAESKey = cb.URL, cb.Token, cb.EncodingAESKey
	} else {
		return fmt.Errorf("saving a callback: application %d is unknown", agentID)
	}
	s.NotifyChange(core.Change{Kind: "directory", CorpID: corpID})
	return nil
}

// VerifyCallback implements the method of wecomtest.Server.
func (s *Service) VerifyCallback(ctx context.Context, corpID string, agentID int64) error {
	s.Mu.Lock()
	var cb model.Callback
	if a := s.FindApp(corpID, agentID); a != nil {
		cb = core.CallbackOf(a.App)
	} else if c, ok := s.CorpStates[corpID]; ok && agentID == 0 {
		cb = c.ContactCallback
	}
	s.Mu.Unlock()
	return s.VerifyCallbackURL(ctx, corpID, cb)
}
