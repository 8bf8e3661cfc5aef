package showmebugtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/simulator/httpcall"
	"github.com/huimian/huimian/internal/simulator/webpage"
)

// consent is a request of the consent page, checked.
type consent struct {
	app    *appState
	scopes []string
	state  string
}

// parseConsent checks what a platform put into the address of the consent page.
// The second result is the problem that the page shows; "" when there is none.
func (s *Server) parseConsent(q url.Values) (*consent, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.findPlatform(q.Get("client_id"))
	switch {
	case a == nil:
		return nil, "client"
	case q.Get("redirect_uri") == "" || q.Get("redirect_uri") != a.RedirectURI:
		return nil, "redirect"
	case q.Get("response_type") != "code":
		return nil, "type"
	}
	// "exam+interview" is a space once it is decoded, and a plus when it was
	// encoded once too often.
	scopes := strings.FieldsFunc(q.Get("scope"), func(r rune) bool { return r == ' ' || r == '+' })
	for _, scope := range scopes {
		if !slices.Contains(bothScopes, scope) {
			return nil, "scope"
		}
	}
	if len(scopes) == 0 {
		return nil, "scope"
	}
	return &consent{app: a, scopes: scopes, state: q.Get("state")}, ""
}

// serveAuthorize is the consent page of platform authorisation.
func (s *Server) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	if _, problem := s.parseConsent(r.URL.Query()); problem != "" {
		status = http.StatusBadRequest
	}
	site.WriteFile(w, status, "consent.html")
}

// consentInfo is what the page shows.
func (s *Server) consentInfo(r *http.Request) (any, error) {
	c, problem := s.parseConsent(r.URL.Query())
	if problem != "" {
		return map[string]any{"problem": problem}, nil
	}
	type team struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	out := struct {
		App    string   `json:"app"`
		Scopes []string `json:"scopes"`
		Teams  []team   `json:"teams"`
	}{c.app.Name, c.scopes, []team{}}
	for _, t := range s.Teams() {
		out.Teams = append(out.Teams, team{t.ID, t.Name})
	}
	return out, nil
}

// giveConsent answers where the browser goes on: back with a code, or with
// error=access_denied.
func (s *Server) giveConsent(r *http.Request) (any, error) {
	var in struct {
		TeamID int64 `json:"teamId"` // 0: refused
	}
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	c, problem := s.parseConsent(r.URL.Query())
	if problem != "" {
		return nil, errNotFound
	}
	back := url.Values{"error": {"access_denied"}}
	if in.TeamID != 0 {
		code, err := s.Authorize(in.TeamID, c.app.ClientID, c.scopes...)
		if err != nil {
			return nil, err
		}
		back = url.Values{"code": {code}}
	}
	if c.state != "" {
		back.Set("state", c.state)
	}
	return map[string]string{"url": httpcall.AddQuery(c.app.RedirectURI, back.Encode())}, nil
}

// Authorize lets a platform act for a team, as its administrator does on the
// consent page, and returns the code. Without scopes it grants both.
func (s *Server) Authorize(teamID int64, clientID string, scopes ...string) (string, error) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	t, a := s.findTeam(teamID), s.findPlatform(clientID)
	if t == nil || a == nil {
		return "", fmt.Errorf("authorize %q for team %d: %w", clientID, teamID, errNotFound)
	}
	if len(scopes) == 0 {
		scopes = bothScopes
	}
	if !slices.Contains(t.platforms, a) {
		t.platforms = append(t.platforms, a)
	}
	code := s.randomText(24)
	s.grants[code] = &grant{app: a, team: t, scopes: scopes, redirectURI: a.RedirectURI, expires: s.currentTime().Add(codeLifetime)}
	return code, nil
}
