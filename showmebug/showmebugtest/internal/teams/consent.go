package teams

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
)

// codeLifetime is the lifetime of an authorisation code, which can be used once. ShowMeBug documents
// no figure.
const codeLifetime = 10 * time.Minute

// ConsentRequest is a valid request of the consent page.
type ConsentRequest struct {
	App    *core.AppState
	Scopes []string
	State  string
}

// ParseConsent checks the query of the consent page. The second result is the problem that the page
// shows, or "".
func (s *Service) ParseConsent(q url.Values) (*ConsentRequest, string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	a := s.FindPlatform(q.Get("client_id"))
	switch {
	case a == nil:
		return nil, "client"
	case q.Get("redirect_uri") == "" || q.Get("redirect_uri") != a.RedirectURI:
		return nil, "redirect"
	case q.Get("response_type") != "code":
		return nil, "type"
	}
	// The plus of "exam+interview" is decoded as a space; it remains a plus when it was encoded twice.
	scopes := strings.FieldsFunc(q.Get("scope"), func(r rune) bool { return r == ' ' || r == '+' })
	for _, scope := range scopes {
		if !slices.Contains(core.AllScopes, scope) {
			return nil, "scope"
		}
	}
	if len(scopes) == 0 {
		return nil, "scope"
	}
	return &ConsentRequest{App: a, Scopes: scopes, State: q.Get("state")}, ""
}

// Authorize implements the method of showmebugtest.Server.
func (s *Service) Authorize(teamID int64, clientID string, scopes ...string) (string, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	t, a := s.FindTeam(teamID), s.FindPlatform(clientID)
	if t == nil || a == nil {
		return "", fmt.Errorf("authorizing %q for team %d: %w", clientID, teamID, core.ErrNotFound)
	}
	if len(scopes) == 0 {
		scopes = core.AllScopes
	}
	if !slices.Contains(t.Platforms, a) {
		t.Platforms = append(t.Platforms, a)
	}
	code := s.RandomText(24)
	s.Grants[code] = &core.Grant{App: a, Team: t, Scopes: scopes, RedirectURI: a.RedirectURI, Expires: s.CurrentTime().Add(codeLifetime)}
	return code, nil
}
