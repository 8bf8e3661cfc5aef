// Package server is the HTTP layer: the JSON API, sign-in, the rooms' WebSockets
// and the front end's files. A handler authenticates the caller, decodes the
// request, calls a feature and encodes the response; every rule is in the
// feature. It imports the features, never a database driver and never the WeCom
// client.
package server

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/appointment"
	"github.com/huimian/huimian/internal/approval"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/calibration"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/candidatefile"
	"github.com/huimian/huimian/internal/consent"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/erasure"
	"github.com/huimian/huimian/internal/hiring"
	"github.com/huimian/huimian/internal/hostcookie"
	"github.com/huimian/huimian/internal/importer"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/latenotice"
	"github.com/huimian/huimian/internal/loop"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/notification"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/exchange"
	"github.com/huimian/huimian/internal/question/health"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/static"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/internal/smartbot"
	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/internal/tracing"
	"github.com/huimian/huimian/internal/transcript"
	"github.com/huimian/huimian/internal/webhook"
)

// Config configures a Server. Accounts, Tokens, Questions, QuestionHealth, Positions, Candidates,
// Scorecards, Interviews, MailTemplates, DecisionMails, Approvals, CustomerService, Calibrations, Consents, Erasures, CandidateFiles, Audit, Availability, Loops, Bookings, Appointments, Rooms, Transcripts, ShowMeBug, Webhooks, Imports, Sandbox, Static and
// Logger are required.
type Config struct {
	Accounts  *account.Service
	Tokens    *apitoken.Service
	Questions *question.Service
	// QuestionHealth checks questions.
	QuestionHealth *health.Service
	Positions      *position.Service
	Candidates     *candidate.Service
	Scorecards     *scorecard.Service
	Interviews     *interview.Service
	// Consents are the texts that candidates accept.
	Consents *consent.Service
	Erasures *erasure.Service
	// CandidateFiles are résumés.
	CandidateFiles *candidatefile.Service
	Audit          *audit.Service
	// Availability is the working time of members.
	Availability *availability.Service
	LateNotices  *latenotice.Service
	// MailTemplates are the texts of mails to candidates.
	MailTemplates *mailtemplate.Service
	// DecisionMails are the mails with the results of interviews.
	DecisionMails *decisionmail.Service
	// Approvals are the approvals of decisions in WeCom.
	Approvals *approval.Service
	// CustomerService connects candidates in WeChat with recruiters.
	CustomerService *customerservice.Service
	SmartBot        *smartbot.Service
	// Calibrations are exercises in which members rate finished interviews.
	Calibrations *calibration.Service
	// Notifications are the settings of members and the company.
	Notifications *notification.Service
	// Hiring names the hiring managers of positions.
	Hiring *hiring.Service
	// Pools are the interviewers of positions.
	Pools *pool.Service
	// Loops are interviews of a candidate that were planned together.
	Loops *loop.Service
	// Bookings are the slots that are offered to candidates.
	Bookings *booking.Service
	// Appointments are the schedules and meetings in WeCom.
	Appointments *appointment.Service
	Rooms        *room.Manager
	// Transcripts exports the sealed logs of rooms.
	Transcripts *transcript.Service
	ShowMeBug   *showmebug.Service
	Webhooks    *webhook.Service
	Imports     *importer.Service
	Sandbox     sandbox.Runner
	Static      fs.FS // the built front end, with index.html at its root
	PublicURL   string
	Logger      *slog.Logger
	Tracer      *tracing.Tracer // may be nil

	// Callbacks are the handlers of WeCom's callbacks, by "corpID/agentID".
	Callbacks map[string]http.Handler
	// Files are text files served at the root, by name: WeCom's verification file
	// of the trusted domain.
	Files map[string]string
	// MailConfigured reports whether candidates receive mail.
	MailConfigured bool
	// SendsNothing reports whether HUIMIAN_SEND is off.
	SendsNothing bool
	// WeComState reports whether WeCom is reachable: "ok" or "unavailable". nil is ok.
	WeComState func(context.Context) string
	// SystemStatus describes the installation to administrators.
	SystemStatus *systemstatus.Service
	// DescribeRunners returns a line for /readyz about the processes that run
	// programs, or "". It may be nil.
	DescribeRunners func() string
	// ImageOrigins are http origins of members' pictures, such as the
	// simulator's. Those of WeCom are allowed.
	ImageOrigins []string
	// TrustProxy takes the client's IP address from X-Forwarded-For of any peer,
	// TrustedProxies from that of peers in these networks.
	TrustProxy     bool
	TrustedProxies []netip.Prefix
	// SeparateMetrics disables /metrics here; another listener serves Metrics.
	SeparateMetrics bool
	// Limits are the rate limits of sessions and IP addresses; nil means DefaultLimits.
	Limits *Limits
	// TokenRate is the rate limit of one API token; zero means v1.DefaultRate.
	TokenRate httpapi.Rate
	Now       func() time.Time
}

// Server is the root HTTP handler of the product.
type Server struct {
	Config
	handler http.Handler
	static  *static.Files
	// questionFiles is shared by both APIs: it limits the files in work.
	questionFiles *exchange.Service
	metrics       *metrics
	limits        limiters
	draining      atomic.Bool
	writes        writeCheck
	// openAPIDocument caches the document: generating it takes some milliseconds.
	openAPIDocument func() ([]byte, error)
}

// New returns a Server. It reads the static files into memory.
func New(cfg Config) (*Server, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Limits == nil {
		cfg.Limits = &DefaultLimits
	}
	s := &Server{Config: cfg, metrics: newMetrics(prometheus.NewRegistry())}
	s.openAPIDocument = sync.OnceValues(func() ([]byte, error) { return OpenAPI(cfg.Interviews.RoomProviders) })
	s.questionFiles = exchange.New(cfg.Questions)
	s.limits = newLimiters(*cfg.Limits, cfg.Now)
	var err error
	if s.static, err = static.New(cfg.Static); err != nil {
		return nil, fmt.Errorf("reading the front end: %w", err)
	}
	crossOrigin, err := s.refuseCrossOrigin()
	if err != nil {
		return nil, err
	}
	cfg.Accounts.Sessions.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		httpapi.WriteProblem(w, r, s.Logger, err)
	}
	s.handler = chainMiddleware(s.newRouter(), s.observeRequests, s.setSecurityHeaders, s.limitRequestSize, crossOrigin, s.limitAddress)
	return s, nil
}

// ServeHTTP implements http.Handler with all middleware applied.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Drain makes /readyz return 503, so that a load balancer sends no new requests.
func (s *Server) Drain() { s.draining.Store(true) }

// Registry returns the Prometheus registry, for collectors of other packages.
func (s *Server) Registry() *prometheus.Registry { return s.metrics.registry }

// chainMiddleware wraps a handler in middleware, the first outermost.
func chainMiddleware(h http.Handler, around ...func(http.Handler) http.Handler) http.Handler {
	for _, wrap := range slices.Backward(around) {
		h = wrap(h)
	}
	return h
}

func (s *Server) cookies() hostcookie.Cookies { return hostcookie.Cookies{Secure: s.secureURL()} }

// secureURL reports whether the public URL is https.
func (s *Server) secureURL() bool { return strings.HasPrefix(s.PublicURL, "https://") }
