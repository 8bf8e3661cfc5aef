package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

type oauthError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

type tokenReply struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope"`
	CreatedAt    int64  `json:"created_at"`
}

// serveToken implements POST /oauth/token.json, with JSON or a form as body. Its replies have no
// envelope.
func (s *Service) serveToken(call *core.CallRecord, f *core.Params, rule *model.Fault) *core.Response {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	call.ClientID = f.TextParam("client_id")
	if rule != nil && rule.Errcode != 0 {
		return tokenErrorResponse(rule.Errcode, "server_error", rule.Errmsg)
	}
	if f.TextParam("client_id") == "" || f.TextParam("client_secret") == "" || f.TextParam("grant_type") == "" {
		return tokenErrorResponse(http.StatusBadRequest, "invalid_request", "client_id, client_secret and grant_type are required")
	}
	switch f.TextParam("grant_type") {
	case "client_credentials":
		return s.clientToken(call, f)
	case "authorization_code", "refresh_token":
		return s.platformToken(call, f)
	}
	return tokenErrorResponse(http.StatusBadRequest, "unsupported_grant_type", "the grant type is not supported")
}

func tokenErrorResponse(status int, code, description string) *core.Response {
	if status < 400 || status > 599 {
		status = http.StatusBadRequest
	}
	a := core.JSONResponse(status, oauthError{code, description})
	a.Errcode = status
	return a
}

func invalidClientResponse() *core.Response {
	return tokenErrorResponse(http.StatusUnauthorized, "invalid_client", "unknown client, or wrong secret")
}

// clientToken issues a token to a team's own application. callback_uri sets the URL for its events;
// uid is accepted and ignored, because its meaning is not documented.
func (s *Service) clientToken(call *core.CallRecord, f *core.Params) *core.Response {
	t := s.TeamByClientID(f.TextParam("client_id"))
	if t == nil || !core.EqualConstantTime(t.ClientSecret, f.TextParam("client_secret")) {
		return invalidClientResponse()
	}
	if callback := f.URLParam("callback_uri"); callback != "" && *f.Err == nil {
		t.CallbackURL = callback
	}
	if *f.Err != nil {
		return tokenErrorResponse(http.StatusBadRequest, "invalid_request", (*f.Err).Text)
	}
	call.TeamID = t.ID
	return core.JSONResponse(http.StatusOK, s.newToken(t, nil, core.AllScopes, ""))
}

// platformToken exchanges a code or a refresh token, each of which can be used once.
func (s *Service) platformToken(call *core.CallRecord, f *core.Params) *core.Response {
	a := s.FindPlatform(f.TextParam("client_id"))
	if a == nil || !core.EqualConstantTime(a.ClientSecret, f.TextParam("client_secret")) {
		return invalidClientResponse()
	}
	refresh := f.TextParam("grant_type") == "refresh_token"
	value := f.TextParam("code")
	if refresh {
		value = f.TextParam("refresh_token")
	}
	g := s.Grants[value]
	given := f.TextParam("redirect_uri")
	switch {
	case g == nil, g.App != a, g.Refresh != refresh, !g.Expires.IsZero() && !s.CurrentTime().Before(g.Expires),
		!refresh && given != "" && given != g.RedirectURI:
		return tokenErrorResponse(http.StatusBadRequest, "invalid_grant", "the grant is invalid, expired, used or for another address")
	}
	delete(s.Grants, value)
	call.TeamID = g.Team.ID
	next := s.RandomText(32)
	s.Grants[next] = &core.Grant{App: a, Team: g.Team, Scopes: g.Scopes, Refresh: true}
	return core.JSONResponse(http.StatusOK, s.newToken(g.Team, a, g.Scopes, next))
}

// newToken issues a token; older tokens remain valid until they expire.
func (s *Service) newToken(team *core.TeamState, app *core.AppState, scopes []string, refresh string) tokenReply {
	s.removeExpiredTokens()
	t := &core.Token{Value: s.RandomText(32), Team: team, App: app, ClientID: team.ClientID, Scopes: scopes, Expires: s.CurrentTime().Add(s.tokenLifetime())}
	if app != nil {
		t.ClientID = app.ClientID
	}
	s.Tokens[t.Value] = t
	s.NotifyWaiters()
	out := tokenReply{AccessToken: t.Value, TokenType: "Bearer", ExpiresIn: int64(s.tokenLifetime() / time.Second),
		RefreshToken: refresh, Scope: strings.Join(scopes, " "), CreatedAt: s.CurrentTime().Unix()}
	if s.Config().HideExpiry {
		out.ExpiresIn = 0
	}
	return out
}

func (s *Service) tokenLifetime() time.Duration {
	if s.Config().TokenLifetime > 0 {
		return s.Config().TokenLifetime
	}
	return 7200 * time.Second
}

// removeExpiredTokens removes tokens a day after their expiry, and expired grants, so that memory
// does not grow.
func (s *Service) removeExpiredTokens() {
	for k, t := range s.Tokens {
		if s.CurrentTime().After(t.Expires.Add(24 * time.Hour)) {
			delete(s.Tokens, k)
		}
	}
	for k, g := range s.Grants {
		if !g.Expires.IsZero() && s.CurrentTime().After(g.Expires) {
			delete(s.Grants, k)
		}
	}
}

func bearerToken(r *http.Request) string {
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(value)
}

// authenticate sets the team and the platform of a call by its access token. It precedes all other
// checks.
func (s *Service) authenticate(r *core.Request, scope string) *core.APIError {
	t := s.Tokens[bearerToken(r.HTTP)]
	if t == nil || t.Revoked || !s.CurrentTime().Before(t.Expires) {
		return core.NewAPIError(model.CodeInvalidToken, "Invalid Token Error")
	}
	r.Team, r.App = t.Team, t.App
	if scope != "" && !slices.Contains(t.Scopes, scope) {
		return core.NewAPIError(model.CodeForbidden, "the scope %s was not granted", scope)
	}
	return nil
}

func (s *Service) revokeToken(value string) {
	if t := s.Tokens[value]; t != nil {
		t.Revoked = true
	}
}

// RevokeTokens implements the method of showmebugtest.Server.
func (s *Service) RevokeTokens(clientID string) int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	n := 0
	for _, t := range s.Tokens {
		if t.ClientID == clientID && s.IsValidToken(t) {
			t.Revoked = true
			n++
		}
	}
	s.NotifyWaiters()
	return n
}
