package suite

import (
	"context"
	"fmt"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// VerifySuite implements the method of wecomtest.Server.
func (s *Service) VerifySuite(ctx context.Context, suiteID string) error {
	s.Mu.Lock()
	su, ok := s.SuiteStates[suiteID]
	if !ok {
		s.Mu.Unlock()
		return fmt.Errorf("verifying a suite: %q is unknown", suiteID)
	}
	provider, cb := su.ProviderCorpID, model.Callback{URL: su.InstructURL, Token: su.Token, EncodingAESKey: su.EncodingAESKey}
	data := strings.ReplaceAll(su.DataURL, "$CORPID$", provider)
	s.Mu.Unlock()
	if err := s.VerifyCallbackURL(ctx, provider, cb); err != nil || data == "" {
		return err
	}
	cb.URL = data
	return s.VerifyCallbackURL(ctx, provider, cb)
}
