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

// codeLife is how long an authorisation code may be used, once. ShowMeBug
// documents no figure.
const codeLife = 10 * time.Minute

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
func (s *Server) serveToken(call *Call, f *fields, rule *Rule) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	call.ClientID = f.text("client_id")
	if rule != nil && rule.Errcode != 0 {
		return refuseToken(rule.Errcode, "server_error", rule.Errmsg)
	}
	if f.text("client_id") == "" || f.text("client_secret") == "" || f.text("grant_type") == "" {
		return refuseToken(http.StatusBadRequest, "invalid_request", "client_id, client_secret and grant_type are required")
	}
	switch f.text("grant_type") {
	case "client_credentials":
		return s.clientToken(call, f)
	case "authorization_code", "refresh_token":
		return s.platformToken(call, f)
	}
	return refuseToken(http.StatusBadRequest, "unsupported_grant_type", "the grant type is not supported")
}

func refuseToken(status int, code, description string) *answer {
	if status < 400 || status > 599 {
		status = http.StatusBadRequest
	}
	a := jsonAnswer(status, oauthError{code, description})
	a.errcode = status
	return a
}

func wrongClient() *answer {
	return refuseToken(http.StatusUnauthorized, "invalid_client", "unknown client, or wrong secret")
}

// clientToken is for a team's own application. callback_uri sets where its
// events go; uid is taken and not understood, as nobody says what it means.
func (s *Server) clientToken(call *Call, f *fields) *answer {
	t := s.teamOf(f.text("client_id"))
	if t == nil || !sameText(t.ClientSecret, f.text("client_secret")) {
		return wrongClient()
	}
	if callback := f.link("callback_uri"); callback != "" && *f.err == nil {
		t.CallbackURL = callback
	}
	if *f.err != nil {
		return refuseToken(http.StatusBadRequest, "invalid_request", (*f.err).text)
	}
	call.TeamID = t.ID
	return jsonAnswer(http.StatusOK, s.newToken(t, nil, bothScopes, ""))
}

// platformToken exchanges a code or a refresh token, each of which works once.
func (s *Server) platformToken(call *Call, f *fields) *answer {
	a := s.platform(f.text("client_id"))
	if a == nil || !sameText(a.ClientSecret, f.text("client_secret")) {
		return wrongClient()
	}
	refresh := f.text("grant_type") == "refresh_token"
	value := f.text("code")
	if refresh {
		value = f.text("refresh_token")
	}
	g := s.grants[value]
	given := f.text("redirect_uri")
	switch {
	case g == nil, g.app != a, g.refresh != refresh, !g.expires.IsZero() && !s.now().Before(g.expires),
		!refresh && given != "" && given != g.redirectURI:
		return refuseToken(http.StatusBadRequest, "invalid_grant", "the grant is invalid, expired, used or for another address")
	}
	delete(s.grants, value)
	call.TeamID = g.team.ID
	next := s.randomText(32)
	s.grants[next] = &grant{app: a, team: g.team, scopes: g.scopes, refresh: true}
	return jsonAnswer(http.StatusOK, s.newToken(g.team, a, g.scopes, next))
}

// newToken makes a token; older ones live on until they expire.
func (s *Server) newToken(team *teamState, app *appState, scopes []string, refresh string) tokenReply {
	s.dropOldTokens()
	t := &token{value: s.randomText(32), team: team, app: app, clientID: team.ClientID, scopes: scopes, expires: s.now().Add(s.tokenLife())}
	if app != nil {
		t.clientID = app.ClientID
	}
	s.tokens[t.value] = t
	s.note()
	out := tokenReply{AccessToken: t.value, TokenType: "Bearer", ExpiresIn: int64(s.tokenLife() / time.Second),
		RefreshToken: refresh, Scope: strings.Join(scopes, " "), CreatedAt: s.now().Unix()}
	if s.HideExpiry {
		out.ExpiresIn = 0
	}
	return out
}

func (s *Server) tokenLife() time.Duration {
	if s.TokenLife > 0 {
		return s.TokenLife
	}
	return 7200 * time.Second
}

// dropOldTokens forgets tokens a day after their end, so that a long run does
// not grow.
func (s *Server) dropOldTokens() {
	for k, t := range s.tokens {
		if s.now().After(t.expires.Add(24 * time.Hour)) {
			delete(s.tokens, k)
		}
	}
	for k, g := range s.grants {
		if !g.expires.IsZero() && s.now().After(g.expires) {
			delete(s.grants, k)
		}
	}
}

func bearer(r *http.Request) string {
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(value)
}

// authenticate finds whose call it is. It comes before every other check.
func (s *Server) authenticate(r *request, scope string) *apiError {
	t := s.tokens[bearer(r.http)]
	if t == nil || t.killed || !s.now().Before(t.expires) {
		return fail(CodeInvalidToken, "Invalid Token Error")
	}
	r.team, r.app = t.team, t.app
	if scope != "" && !slices.Contains(t.scopes, scope) {
		return fail(CodeForbidden, "the scope %s was not granted", scope)
	}
	return nil
}

func (s *Server) killToken(value string) {
	if t := s.tokens[value]; t != nil {
		t.killed = true
	}
}

// KillTokens ends every live token of an application before its time and
// returns how many died. Refresh tokens stay.
func (s *Server) KillTokens(clientID string) int {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, t := range s.tokens {
		if t.clientID == clientID && s.alive(t) {
			t.killed = true
			n++
		}
	}
	s.note()
	return n
}

func (s *Server) alive(t *token) bool { return !t.killed && s.now().Before(t.expires) }
