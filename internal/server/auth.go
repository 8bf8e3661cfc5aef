package server

import (
	"net/http"
	"net/url"
	"strings"
)

// startSignIn redirects the browser to WeCom: to OAuth inside WeCom's own
// browser, which needs no user action, to the login page in any other.
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

// finishSignIn handles WeCom's redirect with code and state.
func (s *Server) finishSignIn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	next, err := s.Accounts.FinishSignIn(r.Context(), q.Get("code"), q.Get("state"))
	if err != nil {
		s.signInFailed(w, r, err)
		return
	}
	http.Redirect(w, r, next, http.StatusFound) //nolint:gosec // account keeps only paths of ours
}

// signInFailed redirects to the sign-in page with the error code. The URL holds
// only the code: a text in it could be forged.
func (s *Server) signInFailed(w http.ResponseWriter, r *http.Request, err error) {
	p := newProblem(r.Context(), s.Logger, err)
	s.Logger.WarnContext(r.Context(), "sign-in failed", "requestId", p.RequestID, "code", p.Code, "error", err)
	http.Redirect(w, r, "/signin?error="+url.QueryEscape(p.Code), http.StatusFound)
}

// serveWeComCallback passes a WeCom callback to the handler of its application.
func (s *Server) serveWeComCallback(w http.ResponseWriter, r *http.Request) {
	h, ok := s.Callbacks[r.PathValue("corpId")+"/"+r.PathValue("agentId")]
	if !ok {
		writePlainText(w, http.StatusNotFound, "not found\n")
		return
	}
	h.ServeHTTP(w, r)
}

// serveTextFile returns a handler that responds with body as text/plain.
func (s *Server) serveTextFile(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { writePlainText(w, http.StatusOK, body) }
}
