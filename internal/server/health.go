package server

import (
	"context"
	"net"
	"net/http"
	"time"
)

// readyTimeout is the timeout of the database ping of /readyz.
const readyTimeout = 2 * time.Second

// healthz is the liveness probe.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	writePlainText(w, http.StatusOK, "ok\n")
}

// readyz is the readiness probe: 503 while the server drains or when the
// database does not respond.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		writePlainText(w, http.StatusServiceUnavailable, "stopping\n")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := s.Interviews.DB.PingContext(ctx); err != nil {
		s.Logger.ErrorContext(ctx, "not ready", "error", err)
		writePlainText(w, http.StatusServiceUnavailable, "the database does not answer\n")
		return
	}
	writePlainText(w, http.StatusOK, "ok\n")
}

// localMetrics serves the metrics on the main listener to loopback clients only,
// and not to requests that a local proxy forwards.
func (s *Server) localMetrics(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	local := err == nil && net.ParseIP(host).IsLoopback()
	forwarded := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("X-Real-IP") != ""
	if s.SeparateMetrics || !local || forwarded {
		writePlainText(w, http.StatusNotFound, "not found\n")
		return
	}
	s.Metrics().ServeHTTP(w, r)
}

func writePlainText(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // the client has disconnected
}

// serveTextFile returns a handler that responds with body as text/plain.
func serveTextFile(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { writePlainText(w, http.StatusOK, body) }
}
