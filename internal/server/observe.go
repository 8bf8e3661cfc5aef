package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"runtime/debug"
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
			Help:    "Time to answer a request, by route, method and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "huimian_http_requests_in_flight",
			Help: "Requests that are being answered, open sockets included.",
		}),
	}
	m.messages = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "huimian_messages_pending",
		Help: "Messages that have not gone out, by state: queued, sending or failed.",
	}, []string{"state"})
	registry.MustRegister(m.requests, m.inFlight, m.messages, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Metrics serves the metrics to whoever asks: for a listener of its own.
func (s *Server) Metrics() http.Handler {
	h := promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{Registry: s.metrics.registry})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.countMessages(r.Context())
		h.ServeHTTP(w, r)
	})
}

// countMessages brings the number of pending messages up to date.
func (s *Server) countMessages(ctx context.Context) {
	counts, err := s.Interviews.PendingMessages(ctx)
	if err != nil {
		s.Logger.ErrorContext(ctx, "messages not counted", "error", err)
		return
	}
	s.metrics.messages.Reset()
	for state, n := range counts {
		s.metrics.messages.WithLabelValues(string(state)).Set(float64(n))
	}
}

// recorder remembers the status for log and metrics.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the first status that is not informational.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 || status == http.StatusSwitchingProtocols {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write notes that the status is 200 when none was set.
func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection, for sockets.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// observe gives each request a number and a language, counts it, logs it and
// catches what panics. It logs the route and not the address: a candidate's
// address is a secret.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		ctx := httpapi.WithRequestID(r.Context(), rand.Text()[:12])
		ctx = httpapi.WithLanguage(ctx, i18n.MatchLanguage(r.Header.Get("Accept-Language")))
		r = r.WithContext(ctx)
		rec := &recorder{ResponseWriter: w}
		s.metrics.inFlight.Inc()
		defer func() {
			s.metrics.inFlight.Dec()
			if v := recover(); v != nil {
				s.caught(rec, r, v)
			}
			s.finished(rec, r, time.Since(began))
		}()
		next.ServeHTTP(rec, r)
	})
}

// caught answers for a handler that has panicked.
func (s *Server) caught(w *recorder, r *http.Request, v any) {
	if v == http.ErrAbortHandler { //nolint:errorlint // net/http's own comparison
		panic(v)
	}
	s.Logger.ErrorContext(r.Context(), "handler panicked", "requestId", requestID(r.Context()),
		"route", r.Pattern, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
	if w.status == 0 {
		s.refuse(w, r, nil)
	}
}

func (s *Server) finished(w *recorder, r *http.Request, took time.Duration) {
	route := r.Pattern
	if route == "" {
		route = "none"
	}
	s.metrics.requests.WithLabelValues(route, method(r), strconv.Itoa(w.status)).Observe(took.Seconds())
	s.Logger.DebugContext(r.Context(), "request", "requestId", requestID(r.Context()), "route", route,
		"method", method(r), "status", w.status, "took", took)
}

// method keeps invented methods from making a time series each.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	default:
		return "other"
	}
}
