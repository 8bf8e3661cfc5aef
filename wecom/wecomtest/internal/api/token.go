package api

import (
	"slices"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// getToken implements gettoken. The presence of the secret is checked before the corp id. The same
// token is returned until it expires.
//
// https://developer.work.weixin.qq.com/document/path/91039
func (s *Service) getToken(r *core.Request) (any, *core.APIError) {
	corpID, secret := r.Query.Get("corpid"), r.Query.Get("corpsecret")
	if secret == "" {
		return nil, core.NewAPIError(41004)
	}
	if corpID == "" {
		return nil, core.NewAPIError(41002)
	}
	if s.Quotas.IsAddressBlocked(r.IP, s.CurrentTime()) && !s.Config().NoQuotas {
		return nil, core.NewAPIError(45009)
	}
	c, ok := s.CorpStates[corpID]
	if !ok {
		return nil, core.NewAPIError(40013)
	}
	app := c.FindAppBySecret(secret)
	if app == nil {
		s.Quotas.CountWrongSecret(r.IP, s.CurrentTime())
		return nil, s.wrongSecretError(c, secret)
	}
	if app.Disabled {
		return nil, core.NewAPIError(50003)
	}
	r.Corp, r.App = c, app
	t := s.CurrentToken(c, app)
	left := int((t.Expires.Sub(s.CurrentTime()) + time.Second - 1) / time.Second)
	return core.TokenReply{AccessToken: t.Value, ExpiresIn: left}, nil
}

// wrongSecretError returns 40091 for the secret of another company, and 40001 otherwise.
func (s *Service) wrongSecretError(mine *core.CorpState, secret string) *core.APIError {
	for _, c := range s.CorpStates {
		if c != mine && c.FindAppBySecret(secret) != nil {
			return core.NewAPIError(40091)
		}
	}
	return core.NewAPIError(40001)
}

// authenticateCall checks the access token, before all other checks, and sets the company and the
// application of the call.
func (s *Service) authenticateCall(r *core.Request) *core.APIError {
	value := r.Query.Get("access_token")
	if value == "" {
		return core.NewAPIError(41001)
	}
	t, ok := s.Tokens.Get(value)
	if !ok {
		return &core.APIError{Code: 40014, Text: "invalid access_token", OmitHint: true}
	}
	r.Corp, r.App = t.Corp, t.App
	switch {
	case t.RevokedCode != 0:
		return core.NewAPIError(t.RevokedCode)
	case !s.CurrentTime().Before(t.Expires):
		return core.NewAPIError(42001)
	case t.Secret != currentSecret(t):
		return core.NewAPIError(40014)
	case len(t.App.TrustedIPs) > 0 && !slices.Contains(t.App.TrustedIPs, r.IP):
		return core.NewAPIErrorf(60020, "not allow to access from your ip")
	case t.App.Disabled:
		return core.NewAPIError(50003)
	}
	return nil
}

// currentSecret returns the current secret of the token's application. A token obtained with an
// older secret is invalid.
func currentSecret(t *core.Token) string {
	if t.App.IsContactHelper {
		return t.Corp.ContactSecret
	}
	if a, ok := t.Corp.Apps[t.App.AgentID]; ok {
		return a.Secret
	}
	return ""
}

// RevokeTokens implements the method of wecomtest.Server.
func (s *Service) RevokeTokens(corpID string, agentID int64, code int) int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if code == 0 {
		code = 40014
	}
	n := 0
	for _, t := range s.Tokens.Values() {
		if t.Corp.ID == corpID && t.App.AgentID == agentID && t.RevokedCode == 0 && s.CurrentTime().Before(t.Expires) {
			t.RevokedCode = code
			n++
		}
	}
	s.NotifyChange(core.Change{Kind: "tokens", CorpID: corpID})
	return n
}
