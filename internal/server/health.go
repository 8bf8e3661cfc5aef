package server

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// readyTimeout is the timeout of the database checks of /readyz.
const readyTimeout = 2 * time.Second

// healthz serves the liveness probe.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	httpapi.WritePlainText(w, http.StatusOK, "ok\n")
}

// maxLostTime is the time without notifications of the database after which the server is
// not ready. Connections are established again within seconds.
const maxLostTime = 15 * time.Second

// writeCheckInterval is the time for which /readyz reuses the result of a write:
// callers need no authentication.
const writeCheckInterval = 5 * time.Second

// writeCheck remembers whether the database accepts writes. A full disk and a
// standby respond to pings.
type writeCheck struct {
	mu      sync.Mutex
	checked time.Time
	err     error
}

// check writes at most once per writeCheckInterval. A write that waits for
// another for too long is no error.
func (c *writeCheck) check(ctx context.Context, d *db.DB) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.checked.IsZero() && time.Since(c.checked) < writeCheckInterval {
		return c.err
	}
	err := d.CheckWritable(ctx)
	if ctx.Err() != nil {
		return nil
	}
	c.checked, c.err = time.Now(), err
	return err
}

// readyz serves the readiness probe: 503 while the server drains and when the
// database does not respond, does not accept writes or sends no notifications. Runners and HUIMIAN_SEND
// do not affect it: they have lines of their own.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		httpapi.WritePlainText(w, http.StatusServiceUnavailable, "stopping\n")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := s.Interviews.DB.PingContext(ctx); err != nil {
		s.Logger.ErrorContext(ctx, "not ready", "error", err)
		httpapi.WritePlainText(w, http.StatusServiceUnavailable, "the database does not answer\n")
		return
	}
	if err := s.writes.check(ctx, s.Interviews.DB); err != nil {
		s.Logger.ErrorContext(ctx, "not ready", "error", err)
		httpapi.WritePlainText(w, http.StatusServiceUnavailable, "the database does not accept writes\n")
		return
	}
	if channel, since := s.Interviews.DB.LostChannel(); channel != "" && time.Since(since) > maxLostTime {
		s.Logger.ErrorContext(ctx, "not ready: no notifications", "channel", channel, "since", since)
		httpapi.WritePlainText(w, http.StatusServiceUnavailable, "the database sends no notifications\n")
		return
	}
	body := "ok\n"
	if s.DescribeRunners != nil {
		if line := s.DescribeRunners(); line != "" {
			body += line + "\n"
		}
	}
	if s.SendsNothing {
		body += "nothing is sent: HUIMIAN_SEND is off\n"
	}
	httpapi.WritePlainText(w, http.StatusOK, body)
}

// localMetrics serves the metrics on the main listener to loopback clients only,
// and not to requests that a local proxy forwards.
func (s *Server) localMetrics(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	local := err == nil && net.ParseIP(host).IsLoopback()
	forwarded := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("X-Real-IP") != ""
	if s.SeparateMetrics || !local || forwarded {
		httpapi.WritePlainText(w, http.StatusNotFound, "not found\n")
		return
	}
	s.Metrics().ServeHTTP(w, r)
}

// serveTextFile returns a handler that responds with body as text/plain.
func serveTextFile(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { httpapi.WritePlainText(w, http.StatusOK, body) }
}
