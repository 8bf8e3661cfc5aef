package showmebugtest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// token is an access token.
type token struct {
	value    string
	team     *teamState
	app      *appState // nil under client authorisation
	clientID string
	scopes   []string
	expires  time.Time
	killed   bool
}

// grant is what a platform exchanges for a token: a code, or a refresh token.
type grant struct {
	app         *appState
	team        *teamState
	scopes      []string
	redirectURI string
	refresh     bool
	expires     time.Time // zero: never
}

// codeLifetime is how long an authorisation code may be used, once. ShowMeBug
// documents no figure.
const codeLifetime = 10 * time.Minute

var bothScopes = []string{"exam", "interview"}

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

// serveToken is POST /oauth/token.json, as JSON or as a form. Its replies are
// not in the envelope.
func (s *Server) serveToken(call *Call, f *params, rule *Fault) *response {
	s.mu.Lock()
	defer s.mu.Unlock()
	call.ClientID = f.textParam("client_id")
	if rule != nil && rule.Errcode != 0 {
		return tokenErrorResponse(rule.Errcode, "server_error", rule.Errmsg)
	}
	if f.textParam("client_id") == "" || f.textParam("client_secret") == "" || f.textParam("grant_type") == "" {
		return tokenErrorResponse(http.StatusBadRequest, "invalid_request", "client_id, client_secret and grant_type are required")
	}
	switch f.textParam("grant_type") {
	case "client_credentials":
		return s.clientToken(call, f)
	case "authorization_code", "refresh_token":
		return s.platformToken(call, f)
	}
	return tokenErrorResponse(http.StatusBadRequest, "unsupported_grant_type", "the grant type is not supported")
}

func tokenErrorResponse(status int, code, description string) *response {
	if status < 400 || status > 599 {
		status = http.StatusBadRequest
	}
	a := jsonResponse(status, oauthError{code, description})
	a.errcode = status
	return a
}

func invalidClientResponse() *response {
	return tokenErrorResponse(http.StatusUnauthorized, "invalid_client", "unknown client, or wrong secret")
}

// clientToken is for a team's own application. callback_uri sets where its
// events go; uid is accepted and ignored: its meaning is not documented.
func (s *Server) clientToken(call *Call, f *params) *response {
	t := s.teamByClientID(f.textParam("client_id"))
	if t == nil || !equalConstantTime(t.ClientSecret, f.textParam("client_secret")) {
		return invalidClientResponse()
	}
	if callback := f.urlParam("callback_uri"); callback != "" && *f.err == nil {
		t.CallbackURL = callback
	}
	if *f.err != nil {
		return tokenErrorResponse(http.StatusBadRequest, "invalid_request", (*f.err).text)
	}
	call.TeamID = t.ID
	return jsonResponse(http.StatusOK, s.newToken(t, nil, bothScopes, ""))
}

// platformToken exchanges a code or a refresh token, each of which works once.
func (s *Server) platformToken(call *Call, f *params) *response {
	a := s.findPlatform(f.textParam("client_id"))
	if a == nil || !equalConstantTime(a.ClientSecret, f.textParam("client_secret")) {
		return invalidClientResponse()
	}
	refresh := f.textParam("grant_type") == "refresh_token"
	value := f.textParam("code")
	if refresh {
		value = f.textParam("refresh_token")
	}
	g := s.grants[value]
	given := f.textParam("redirect_uri")
	switch {
	case g == nil, g.app != a, g.refresh != refresh, !g.expires.IsZero() && !s.currentTime().Before(g.expires),
		!refresh && given != "" && given != g.redirectURI:
		return tokenErrorResponse(http.StatusBadRequest, "invalid_grant", "the grant is invalid, expired, used or for another address")
	}
	delete(s.grants, value)
	call.TeamID = g.team.ID
	next := s.randomText(32)
	s.grants[next] = &grant{app: a, team: g.team, scopes: g.scopes, refresh: true}
	return jsonResponse(http.StatusOK, s.newToken(g.team, a, g.scopes, next))
}

// newToken makes a token; older ones live on until they expire.
func (s *Server) newToken(team *teamState, app *appState, scopes []string, refresh string) tokenReply {
	s.removeExpiredTokens()
	t := &token{value: s.randomText(32), team: team, app: app, clientID: team.ClientID, scopes: scopes, expires: s.currentTime().Add(s.tokenLifetime())}
	if app != nil {
		t.clientID = app.ClientID
	}
	s.tokens[t.value] = t
	s.notifyWaiters()
	out := tokenReply{AccessToken: t.value, TokenType: "Bearer", ExpiresIn: int64(s.tokenLifetime() / time.Second),
		RefreshToken: refresh, Scope: strings.Join(scopes, " "), CreatedAt: s.currentTime().Unix()}
	if s.HideExpiry {
		out.ExpiresIn = 0
	}
	return out
}

func (s *Server) tokenLifetime() time.Duration {
	if s.TokenLifetime > 0 {
		return s.TokenLifetime
	}
	return 7200 * time.Second
}

// removeExpiredTokens removes tokens a day after their end, so that a long run does
// not grow.
func (s *Server) removeExpiredTokens() {
	for k, t := range s.tokens {
		if s.currentTime().After(t.expires.Add(24 * time.Hour)) {
			delete(s.tokens, k)
		}
	}
	for k, g := range s.grants {
		if !g.expires.IsZero() && s.currentTime().After(g.expires) {
			delete(s.grants, k)
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

// authenticate finds whose call it is. It comes before every other check.
func (s *Server) authenticate(r *request, scope string) *apiError {
	t := s.tokens[bearerToken(r.http)]
	if t == nil || t.killed || !s.currentTime().Before(t.expires) {
		return newAPIError(CodeInvalidToken, "Invalid Token Error")
	}
	r.team, r.app = t.team, t.app
	if scope != "" && !slices.Contains(t.scopes, scope) {
		return newAPIError(CodeForbidden, "the scope %s was not granted", scope)
	}
	return nil
}

func (s *Server) killToken(value string) {
	if t := s.tokens[value]; t != nil {
		t.killed = true
	}
}

// KillTokens ends every live token of an application before its time and
// returns their number. Refresh tokens stay.
func (s *Server) KillTokens(clientID string) int {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, t := range s.tokens {
		if t.clientID == clientID && s.isTokenValid(t) {
			t.killed = true
			n++
		}
	}
	s.notifyWaiters()
	return n
}

func (s *Server) isTokenValid(t *token) bool { return !t.killed && s.currentTime().Before(t.expires) }
