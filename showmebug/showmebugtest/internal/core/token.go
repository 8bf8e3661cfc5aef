package core

import (
	"time"
)

// Token is an access token.
type Token struct {
	Value    string
	Team     *TeamState
	App      *AppState // nil under client authorisation
	ClientID string
	Scopes   []string
	Expires  time.Time
	Revoked  bool
}

// Grant is a code or a refresh token that a platform exchanges for a token.
type Grant struct {
	App         *AppState
	Team        *TeamState
	Scopes      []string
	RedirectURI string
	Refresh     bool
	Expires     time.Time // zero: never
}

// AllScopes are the scopes of the Open API.
var AllScopes = []string{"exam", "interview"}

// IsValidToken reports whether a token is neither revoked nor expired. Mu must be held.
func (s *Core) IsValidToken(t *Token) bool { return !t.Revoked && s.CurrentTime().Before(t.Expires) }
