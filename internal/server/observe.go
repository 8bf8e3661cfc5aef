package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/server/httpapi"
)

type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	inFlight prometheus.Gauge
	messages *prometheus.GaugeVec
}

func newMetrics(registry *prometheus.Registry) *metrics {
	m := &metrics{
		registry: registry,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "huimian_http_request_duration_seconds",
			Help:    "Duration of a request, by route, method and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "huimian_http_requests_in_flight",
			Help: "Requests in progress, including open WebSockets.",
		}),
	}
	m.messages = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "huimian_messages_pending",
		Help: "Messages that are not sent, by state: queued, sending or failed.",
	}, []string{"state"})
	registry.MustRegister(m.requests, m.inFlight, m.messages, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Metrics serves the Prometheus metrics without authentication. Use it on a
// separate listener.
func (s *Server) Metrics() http.Handler {
	h := promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{Registry: s.metrics.registry})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.countMessages(r.Context())
		h.ServeHTTP(w, r)
	})
}

// countMessages updates the gauge of pending messages.
func (s *Server) countMessages(ctx context.Context) {
	counts, err := s.Interviews.Messages.CountByState(ctx)
	if err != nil {
		s.Logger.ErrorContext(ctx, "counting pending messages failed", "error", err)
		return
	}
	s.metrics.messages.Reset()
	for state, n := range counts {
		s.metrics.messages.WithLabelValues(string(state)).Set(float64(n))
	}
}

// statusRecorder records the response status for log and metrics.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader records the first status that is not informational (1xx).
func (w *statusRecorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 || status == http.StatusSwitchingProtocols {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write records status 200 if WriteHeader was not called.
func (w *statusRecorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap gives http.ResponseController access to the connection, for WebSockets.
func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// observeRequests assigns a request id, which the response has as X-Request-Id,
// and a language, records metrics and a log entry, and recovers panics. It logs the route and not the URL: a candidate's
// URL is a secret.
func (s *Server) observeRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		ctx := httpapi.WithRequestID(r.Context(), rand.Text()[:12])
		ctx = httpapi.WithLanguage(ctx, i18n.MatchLanguage(r.Header.Get("Accept-Language")))
		ctx, span := s.Tracer.StartRequest(ctx, r.Header)
		r = r.WithContext(ctx)
		w.Header().Set("X-Request-ID", httpapi.RequestID(ctx))
		rec := &statusRecorder{ResponseWriter: w}
		s.metrics.inFlight.Inc()
		defer func() {
			s.metrics.inFlight.Dec()
			if v := recover(); v != nil {
				s.handlePanic(rec, r, v)
			}
			s.recordRequest(rec, r, time.Since(began))
			span.EndRequest(routeOf(r), metricMethod(r), rec.status, httpapi.RequestID(ctx))
		}()
		next.ServeHTTP(rec, r)
	})
}

// handlePanic logs the panic of a handler and responds with status 500 if no
// status was sent. http.ErrAbortHandler is passed on.
func (s *Server) handlePanic(w *statusRecorder, r *http.Request, v any) {
	if v == http.ErrAbortHandler { //nolint:errorlint // net/http's own comparison
		panic(v)
	}
	s.Logger.ErrorContext(r.Context(), "handler panicked", "requestId", httpapi.RequestID(r.Context()),
		"route", r.Pattern, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
	if w.status == 0 {
		httpapi.WriteProblem(w, r, s.Logger, nil)
	}
}

// quietRoutes are the routes of static files and of probes. Their requests are
// logged at level debug, all others at level info.
var quietRoutes = []string{"/", "GET /healthz", "GET /readyz", "GET /metrics"}

func (s *Server) recordRequest(w *statusRecorder, r *http.Request, took time.Duration) {
	route := routeOf(r)
	s.metrics.requests.WithLabelValues(route, metricMethod(r), strconv.Itoa(w.status)).Observe(took.Seconds())
	level := slog.LevelInfo
	if slices.Contains(quietRoutes, route) {
		level = slog.LevelDebug
	}
	s.Logger.Log(r.Context(), level, "request", "requestId", httpapi.RequestID(r.Context()), "route", route,
		"method", metricMethod(r), "status", w.status, "took", took)
}

// routeOf returns the pattern that has matched, or "none".
func routeOf(r *http.Request) string { return cmp.Or(r.Pattern, "none") }

// metricMethod maps unknown methods to "other": clients must not be able to create
// time series.
func metricMethod(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	default:
		return "other"
	}
}
