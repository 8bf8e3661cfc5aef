package server

import (
	"context"
	"net"
	"net/http"
	"time"
)

// readyWithin is how long the database may take to answer /readyz.
const readyWithin = 2 * time.Second

// healthz says that the process lives.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") }

// readyz says whether requests should come here: the database answers, and we
// are not about to stop.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		plain(w, http.StatusServiceUnavailable, "stopping\n")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	if err := s.Interviews.DB.PingContext(ctx); err != nil {
		s.Logger.ErrorContext(ctx, "not ready", "error", err)
		plain(w, http.StatusServiceUnavailable, "the database does not answer\n")
		return
	}
	plain(w, http.StatusOK, "ok\n")
}

// localMetrics serves the metrics on the main address to this machine only,
// and not to what a proxy on this machine hands on.
func (s *Server) localMetrics(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	local := err == nil && net.ParseIP(host).IsLoopback()
	forwarded := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("X-Real-IP") != ""
	if s.MetricsElsewhere || !local || forwarded {
		plain(w, http.StatusNotFound, "not found\n")
		return
	}
	s.Metrics().ServeHTTP(w, r)
}

func plain(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // an error is a visitor who has gone
}
