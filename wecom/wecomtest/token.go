package wecomtest

import (
	"crypto/subtle"
	"slices"
	"time"
)

// tokenLife is how long an access token lives (expires_in).
const tokenLife = 7200 * time.Second

// token is an access token. code is what a killed token is answered with.
type token struct {
	value   string
	corp    *corpState
	app     *appState
	secret  string // under which it was fetched
	expires time.Time
	code    int
}

// getToken is gettoken. The presence of the secret is checked before the corp
// id, and the same token is returned for as long as it lives.
//
// https://developer.work.weixin.qq.com/document/path/91039
func (s *Server) getToken(r *request) (any, *apiError) {
	corpID, secret := r.query.Get("corpid"), r.query.Get("corpsecret")
	if secret == "" {
		return nil, fail(41004)
	}
	if corpID == "" {
		return nil, fail(41002)
	}
	if s.quotas.barred(r.ip, s.now()) && !s.NoQuotas {
		return nil, fail(45009)
	}
	c, ok := s.corps[corpID]
	if !ok {
		return nil, fail(40013)
	}
	app := c.bySecret(secret)
	if app == nil {
		s.quotas.wrongSecret(r.ip, s.now())
		return nil, s.wrongSecret(c, secret)
	}
	if app.Disabled {
		return nil, fail(50003)
	}
	r.corp, r.app = c, app
	t := s.liveToken(c, app)
	left := int((t.expires.Sub(s.now()) + time.Second - 1) / time.Second)
	return tokenReply{AccessToken: t.value, ExpiresIn: left}, nil
}

type tokenReply struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

// wrongSecret tells a secret of another company from one that is just wrong.
func (s *Server) wrongSecret(mine *corpState, secret string) *apiError {
	for _, c := range s.corps {
		if c != mine && c.bySecret(secret) != nil {
			return fail(40091)
		}
	}
	return fail(40001)
}

func (c *corpState) bySecret(secret string) *appState {
	for _, a := range c.apps {
		if a.suite == nil && subtle.ConstantTimeCompare([]byte(a.Secret), []byte(secret)) == 1 {
			return a
		}
	}
	if c.ContactSecret != "" && subtle.ConstantTimeCompare([]byte(c.ContactSecret), []byte(secret)) == 1 {
		return c.contactHelper()
	}
	return nil
}

// contactHelper is the contact sync helper as if it were an application.
func (c *corpState) contactHelper() *appState {
	return &appState{App: App{CorpID: c.ID, Name: "通讯录同步", Secret: c.ContactSecret}, contacts: true}
}

// liveToken returns the token of the application, a new one when the last has
// expired or was killed.
func (s *Server) liveToken(c *corpState, app *appState) *token {
	for _, t := range s.tokens.all() {
		same := t.corp == c && t.app.AgentID == app.AgentID && t.secret == app.Secret
		if same && t.code == 0 && s.now().Before(t.expires) {
			return t
		}
	}
	now := s.now()
	t := &token{value: s.randomText(160), corp: c, app: app, secret: app.Secret, expires: now.Add(tokenLife)}
	s.tokens.put(t.value, t, now, t.expires.Add(24*time.Hour)) // until then expired, and not unknown
	return t
}

// authenticate finds whose call it is. It comes before every other check.
func (s *Server) authenticate(r *request) *apiError {
	value := r.query.Get("access_token")
	if value == "" {
		return fail(41001)
	}
	t, ok := s.tokens.get(value)
	if !ok {
		return &apiError{code: 40014, text: "invalid access_token", bare: true}
	}
	r.corp, r.app = t.corp, t.app
	switch {
	case t.code != 0:
		return fail(t.code)
	case !s.now().Before(t.expires):
		return fail(42001)
	case t.secret != t.secretNow():
		return fail(40014)
	case len(t.app.TrustedIPs) > 0 && !slices.Contains(t.app.TrustedIPs, r.ip):
		return failf(60020, "not allow to access from your ip")
	case t.app.Disabled:
		return fail(50003)
	}
	return nil
}

// secretNow is the secret under which the token's application is known at
// present: a reset secret makes the tokens of the old one die.
func (t *token) secretNow() string {
	if t.app.contacts {
		return t.corp.ContactSecret
	}
	if a, ok := t.corp.apps[t.app.AgentID]; ok {
		return a.Secret
	}
	return ""
}

// KillTokens ends every live token of an application before its time, as WeCom
// may do. Calls with such a token are answered with code, which is 40014 or
// 42001; 0 means 40014. It returns how many tokens died. Agent id 0 is the
// contact sync helper.
func (s *Server) KillTokens(corpID string, agentID int64, code int) int {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if code == 0 {
		code = 40014
	}
	n := 0
	for _, t := range s.tokens.all() {
		if t.corp.ID == corpID && t.app.AgentID == agentID && t.code == 0 && s.now().Before(t.expires) {
			t.code = code
			n++
		}
	}
	s.note(change{Kind: "tokens", CorpID: corpID})
	return n
}
