package core

import (
	"crypto/subtle"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// TokenTTL is the lifetime of an access token (expires_in).
const TokenTTL = 7200 * time.Second

// Token is an access token. revokedCode is the errcode after it has been revoked, or 0.
type Token struct {
	Value       string
	Corp        *CorpState
	App         *AppState
	Secret      string // the secret used to get it
	Expires     time.Time
	RevokedCode int
}

// TokenReply is the reply to gettoken.
type TokenReply struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

// FindAppBySecret returns the application with a secret, nil when there is
// none.
func (c *CorpState) FindAppBySecret(secret string) *AppState {
	for _, a := range c.Apps {
		if a.Suite == nil && subtle.ConstantTimeCompare([]byte(a.Secret), []byte(secret)) == 1 {
			return a
		}
	}
	if c.ContactSecret != "" && subtle.ConstantTimeCompare([]byte(c.ContactSecret), []byte(secret)) == 1 {
		return c.newContactHelper()
	}
	return nil
}

// newContactHelper returns the contact sync helper in the form of an application.
func (c *CorpState) newContactHelper() *AppState {
	return &AppState{App: model.App{CorpID: c.ID, Name: "通讯录同步", Secret: c.ContactSecret}, IsContactHelper: true}
}

// CurrentToken returns the token of the application, or a new one when the last has expired or has
// been revoked.
func (s *Core) CurrentToken(c *CorpState, app *AppState) *Token {
	for _, t := range s.Tokens.Values() {
		same := t.Corp == c && t.App.AgentID == app.AgentID && t.Secret == app.Secret
		if same && t.RevokedCode == 0 && s.CurrentTime().Before(t.Expires) {
			return t
		}
	}
	now := s.CurrentTime()
	t := &Token{Value: s.RandomText(160), Corp: c, App: app, Secret: app.Secret, Expires: now.Add(TokenTTL)}
	s.Tokens.Put(t.Value, t, now, t.Expires.Add(24*time.Hour)) // kept for a day after its expiry, to return "expired" instead of "invalid"
	return t
}
