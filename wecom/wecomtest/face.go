package wecomtest

import (
	"net/http"
	"net/url"
	"strconv"
)

func formatID(id int64) string { return strconv.FormatInt(id, 10) }

func (s *Server) avatarURL(m *memberState) string {
	if m.Avatar != "" {
		return m.Avatar
	}
	return s.URL() + "/sim/avatar?name=" + url.QueryEscape(m.Name)
}

func (s *Server) routeFace() {}

func (s *Server) showProblem(w http.ResponseWriter, _ *http.Request, id string) {
	http.Error(w, id, http.StatusBadRequest)
}

func (s *Server) serveLogin(w http.ResponseWriter, r *http.Request) {
	in, problem := s.parseSignIn(r.URL.Query(), true)
	if problem != "" {
		s.showProblem(w, r, problem)
		return
	}
	if v := s.takeOpening(r, in.corp.ID); v != nil {
		s.redirectWithCode(w, r, in, v.user)
	}
}

func (s *Server) confirmLogin(w http.ResponseWriter, r *http.Request) {}
