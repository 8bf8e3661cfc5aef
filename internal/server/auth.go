package server

import (
	"net/http"
	"net/url"
	"strings"
)

// startSignIn sends the browser to WeCom: silently inside WeCom's own browser,
// to the login page in any other.
func (s *Server) startSignIn(w http.ResponseWriter, r *http.Request) {
	inside := strings.Contains(strings.ToLower(r.UserAgent()), "wxwork")
	next := r.URL.Query().Get("next")
	address, err := s.Accounts.StartSignIn(r.Context(), inside, next, languageOf(r.Context()))
	if err != nil {
		s.signInFailed(w, r, err)
		return
	}
	http.Redirect(w, r, address, http.StatusFound) //nolint:gosec // an address of WeCom, made by the client
}

// finishSignIn takes the browser back from WeCom.
func (s *Server) finishSignIn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	next, err := s.Accounts.FinishSignIn(r.Context(), q.Get("code"), q.Get("state"))
	if err != nil {
		s.signInFailed(w, r, err)
		return
	}
	http.Redirect(w, r, next, http.StatusFound) //nolint:gosec // account keeps only paths of ours
}

// signInFailed shows the sign-in page with what went wrong. The address
// carries the code only: a sentence in it could be anybody's.
func (s *Server) signInFailed(w http.ResponseWriter, r *http.Request, err error) {
	p := problem(r.Context(), s.Logger, err)
	s.Logger.WarnContext(r.Context(), "sign-in failed", "requestId", p.RequestID, "code", p.Code, "error", err)
	http.Redirect(w, r, "/signin?error="+url.QueryEscape(p.Code), http.StatusFound)
}

// callback hands what WeCom sends to the handler of that application.
func (s *Server) callback(w http.ResponseWriter, r *http.Request) {
	h, ok := s.Callbacks[r.PathValue("corpId")+"/"+r.PathValue("agentId")]
	if !ok {
		plain(w, http.StatusNotFound, "not found\n")
		return
	}
	h.ServeHTTP(w, r)
}

// file serves a small text file at the root.
func (s *Server) file(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, body) }
}
