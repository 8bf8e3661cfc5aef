package wecomtest

import (
	"crypto/subtle"
	"slices"
	"time"
)

// tokenTTL is the lifetime of an access token (expires_in).
const tokenTTL = 7200 * time.Second

// token is an access token. revokedCode is the errcode after it has been revoked, or 0.
type token struct {
	value       string
	corp        *corpState
	app         *appState
	secret      string // the secret used to get it
	expires     time.Time
	revokedCode int
}

// getToken implements gettoken. The presence of the secret is checked before the corp id. The same
// token is returned until it expires.
//
// https://developer.work.weixin.qq.com/document/path/91039
func (s *Server) getToken(r *request) (any, *apiError) {
	corpID, secret := r.query.Get("corpid"), r.query.Get("corpsecret")
	if secret == "" {
		return nil, newAPIError(41004)
	}
	if corpID == "" {
		return nil, newAPIError(41002)
	}
	if s.quotas.isAddressBlocked(r.ip, s.currentTime()) && !s.NoQuotas {
		return nil, newAPIError(45009)
	}
	c, ok := s.corps[corpID]
	if !ok {
		return nil, newAPIError(40013)
	}
	app := c.findAppBySecret(secret)
	if app == nil {
		s.quotas.countWrongSecret(r.ip, s.currentTime())
		return nil, s.wrongSecretError(c, secret)
	}
	if app.Disabled {
		return nil, newAPIError(50003)
	}
	r.corp, r.app = c, app
	t := s.currentToken(c, app)
	left := int((t.expires.Sub(s.currentTime()) + time.Second - 1) / time.Second)
	return tokenReply{AccessToken: t.value, ExpiresIn: left}, nil
}

type tokenReply struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

// wrongSecretError returns 40091 for the secret of another company, and 40001 otherwise.
func (s *Server) wrongSecretError(mine *corpState, secret string) *apiError {
	for _, c := range s.corps {
		if c != mine && c.findAppBySecret(secret) != nil {
			return newAPIError(40091)
		}
	}
	return newAPIError(40001)
}

func (c *corpState) findAppBySecret(secret string) *appState {
	for _, a := range c.apps {
		if a.suite == nil && subtle.ConstantTimeCompare([]byte(a.Secret), []byte(secret)) == 1 {
			return a
		}
	}
	if c.ContactSecret != "" && subtle.ConstantTimeCompare([]byte(c.ContactSecret), []byte(secret)) == 1 {
		return c.newContactHelper()
	}
	return nil
}

// newContactHelper returns the contact sync helper in the form of an application.
func (c *corpState) newContactHelper() *appState {
	return &appState{App: App{CorpID: c.ID, Name: "通讯录同步", Secret: c.ContactSecret}, isContactHelper: true}
}

// currentToken returns the token of the application, or a new one when the last has expired or has
// been revoked.
func (s *Server) currentToken(c *corpState, app *appState) *token {
	for _, t := range s.tokens.values() {
		same := t.corp == c && t.app.AgentID == app.AgentID && t.secret == app.Secret
		if same && t.revokedCode == 0 && s.currentTime().Before(t.expires) {
			return t
		}
	}
	now := s.currentTime()
	t := &token{value: s.randomText(160), corp: c, app: app, secret: app.Secret, expires: now.Add(tokenTTL)}
	s.tokens.put(t.value, t, now, t.expires.Add(24*time.Hour)) // kept for a day after its expiry, to return "expired" instead of "invalid"
	return t
}

// authenticateCall checks the access token, before all other checks, and sets the company and the
// application of the call.
func (s *Server) authenticateCall(r *request) *apiError {
	value := r.query.Get("access_token")
	if value == "" {
		return newAPIError(41001)
	}
	t, ok := s.tokens.get(value)
	if !ok {
		return &apiError{code: 40014, text: "invalid access_token", omitHint: true}
	}
	r.corp, r.app = t.corp, t.app
	switch {
	case t.revokedCode != 0:
		return newAPIError(t.revokedCode)
	case !s.currentTime().Before(t.expires):
		return newAPIError(42001)
	case t.secret != t.currentSecret():
		return newAPIError(40014)
	case len(t.app.TrustedIPs) > 0 && !slices.Contains(t.app.TrustedIPs, r.ip):
		return newAPIErrorf(60020, "not allow to access from your ip")
	case t.app.Disabled:
		return newAPIError(50003)
	}
	return nil
}

// currentSecret returns the current secret of the token's application. A token obtained with an
// older secret is invalid.
func (t *token) currentSecret() string {
	if t.app.isContactHelper {
		return t.corp.ContactSecret
	}
	if a, ok := t.corp.apps[t.app.AgentID]; ok {
		return a.Secret
	}
	return ""
}

// RevokeTokens revokes the valid tokens of an application, as WeCom may do at any time, and returns
// their number. Calls with such a token return code, which is 40014 or 42001; 0 means 40014. Agent
// id 0 is the contact sync helper.
func (s *Server) RevokeTokens(corpID string, agentID int64, code int) int {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if code == 0 {
		code = 40014
	}
	n := 0
	for _, t := range s.tokens.values() {
		if t.corp.ID == corpID && t.app.AgentID == agentID && t.revokedCode == 0 && s.currentTime().Before(t.expires) {
			t.revokedCode = code
			n++
		}
	}
	s.notifyChange(change{Kind: "tokens", CorpID: corpID})
	return n
}
