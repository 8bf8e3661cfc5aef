// Package server speaks HTTP: the JSON API, sign-in, the rooms' sockets, the
// front end's files. A handler finds out who asks, reads the request, calls a
// feature and answers; every rule is in the feature. It imports the features,
// never a database driver and never the WeCom client.
package server

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/importer"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/internal/webhook"
)

// Config is what a Server is made from. Accounts, Access, Interviews, Rooms,
// ShowMeBug, Webhooks, Sheets, Sandbox, Static and Logger must be set.
type Config struct {
	Accounts   *account.Service
	Access     *apitoken.Service
	Interviews *interview.Service
	Rooms      *room.Manager
	ShowMeBug  *showmebug.Service
	Webhooks   *webhook.Service
	Sheets     *importer.Service
	Sandbox    sandbox.Runner
	Static     fs.FS // the built front end, with index.html at its root
	PublicURL  string
	Logger     *slog.Logger

	// Callbacks are the handlers for what WeCom sends, by "corpID/agentID".
	Callbacks map[string]http.Handler
	// Files are small text files at the root, by name: WeCom's check of the
	// trusted domain.
	Files map[string]string
	// WeCom says whether WeCom can be reached: "ok" or "unavailable". nil is ok.
	WeCom func(context.Context) string
	// ImageOrigins are plain-http origins that members' pictures come from:
	// the simulator's. Every https origin is allowed.
	ImageOrigins []string
	// TrustProxy takes the visitor's address from X-Forwarded-For.
	TrustProxy bool
	// MetricsElsewhere leaves /metrics to another listener, see Metrics.
	MetricsElsewhere bool
	// Limits bound how much one visitor may ask for; nil is DefaultLimits.
	Limits *Limits
	// TokenRate bounds how much one token may ask for; zero is v1.DefaultRate.
	TokenRate Rate
	Now       func() time.Time
}

// Server answers all requests of the product.
type Server struct {
	Config
	handler  http.Handler
	static   *static
	metrics  *metrics
	limits   limiters
	draining atomic.Bool
}

// New returns a server, ready to serve.
func New(cfg Config) (*Server, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Limits == nil {
		cfg.Limits = &DefaultLimits
	}
	s := &Server{Config: cfg, metrics: newMetrics(prometheus.NewRegistry())}
	s.limits = newLimiters(*cfg.Limits, cfg.Now)
	var err error
	if s.static, err = newStatic(cfg.Static); err != nil {
		return nil, fmt.Errorf("reading the front end: %w", err)
	}
	crossOrigin, err := s.refuseCrossOrigin()
	if err != nil {
		return nil, err
	}
	s.handler = chain(s.routes(), s.observe, s.secure, s.bound, crossOrigin, s.limit)
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Drain makes /readyz say that no new requests should come.
func (s *Server) Drain() { s.draining.Store(true) }

// Registry takes the metrics of other parts.
func (s *Server) Registry() *prometheus.Registry { return s.metrics.registry }

// chain puts middleware around a handler, the first outermost.
func chain(h http.Handler, around ...func(http.Handler) http.Handler) http.Handler {
	for _, wrap := range slices.Backward(around) {
		h = wrap(h)
	}
	return h
}

// secureURL says whether browsers reach us by https.
func (s *Server) secureURL() bool { return strings.HasPrefix(s.PublicURL, "https://") }
