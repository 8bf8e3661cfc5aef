package ui

import (
	"net/http"
	"net/url"

	"github.com/huimian/huimian/internal/simulator/httpcall"
	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/page"
)

// serveAuthorize serves the consent page of platform authorisation.
func (s *Service) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	if _, problem := s.Teams.ParseConsent(r.URL.Query()); problem != "" {
		status = http.StatusBadRequest
	}
	page.Site.WriteFile(w, status, "consent.html")
}

// getConsent returns the data of the consent page.
func (s *Service) getConsent(r *http.Request) (any, error) {
	c, problem := s.Teams.ParseConsent(r.URL.Query())
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
	}{c.App.Name, c.Scopes, []team{}}
	for _, t := range s.Teams.Teams() {
		out.Teams = append(out.Teams, team{t.ID, t.Name})
	}
	return out, nil
}

// giveConsent returns the URL to which the page redirects: with a code, or with error=access_denied.
func (s *Service) giveConsent(r *http.Request) (any, error) {
	var in struct {
		TeamID int64 `json:"teamId"` // 0: the administrator refuses
	}
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	c, problem := s.Teams.ParseConsent(r.URL.Query())
	if problem != "" {
		return nil, core.ErrNotFound
	}
	back := url.Values{"error": {"access_denied"}}
	if in.TeamID != 0 {
		code, err := s.Teams.Authorize(in.TeamID, c.App.ClientID, c.Scopes...)
		if err != nil {
			return nil, err
		}
		back = url.Values{"code": {code}}
	}
	if c.State != "" {
		back.Set("state", c.State)
	}
	return map[string]string{"url": httpcall.AddQuery(c.App.RedirectURI, back.Encode())}, nil
}
