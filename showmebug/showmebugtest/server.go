package showmebugtest

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/simulator/listener"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/api"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/exams"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/interviews"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/operator"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/teams"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/ui"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
)

// TB is the part of testing.TB that New needs. It is an interface so that this package does not
// import testing.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

// Server is a simulated ShowMeBug. The zero value is an http.Handler ready to use; New starts a
// server on a loopback address for a test. Methods may be called concurrently. Exported fields must
// be set before the first request.
type Server struct {
	// BaseURL is the address of the server without a trailing slash. Start sets it.
	BaseURL string
	// Now is the clock that Advance offsets. Nil means time.Now.
	Now func() time.Time
	// Seed, unless zero, makes tokens, uids and links deterministic.
	Seed uint64
	// HTTPClient delivers webhooks. Nil means a client that does not follow redirects. Its Timeout is
	// not used; CallbackTimeout is.
	HTTPClient *http.Client
	// CallbackTimeout is the timeout of a webhook. Zero means 5 s; ShowMeBug documents no figure.
	CallbackTimeout time.Duration
	// TokenLifetime is the lifetime of an access token. Zero means 7,200 s; ShowMeBug documents no
	// figure.
	TokenLifetime time.Duration
	// HideExpiry omits expires_in from the reply of the token endpoint.
	HideExpiry bool
	// Errors is the form of replies to refused calls.
	Errors ErrorStyle
	// QuestionsKey is the name of the list in the reply of written_questions. Empty means "questions",
	// as in ShowMeBug's table; its example has "exams".
	QuestionsKey string
	// WrittenPadEvent is the name of the event that reports the end of a written test. Empty means
	// "written_pad_ended", which is a guess.
	WrittenPadEvent string
	// LogLimit is the number of calls and the number of webhooks kept in the logs. Zero means 5,000.
	LogLimit int
	// Logger receives one debug record per call, without secrets. Nil disables logging.
	Logger *slog.Logger

	tb       TB
	once     sync.Once
	mux      *http.ServeMux
	listener listener.Listener

	core       *core.Core
	webhooks   *webhooks.Service
	api        *api.Service
	teams      *teams.Service
	interviews *interviews.Service
	exams      *exams.Service
	ui         *ui.Service
	operator   *operator.Service
}

// New starts a Server on a loopback address and stops it when the test ends. A call to an unknown
// path of the Open API returns 404 and fails the test; AllowUnknown exempts paths.
func New(t TB) *Server {
	t.Helper()
	s := &Server{tb: t}
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatalf("starting the ShowMeBug simulator: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start listens on addr (host:port; port 0 picks a free port), sets BaseURL unless it is set, and
// serves requests in the background.
func (s *Server) Start(addr string) error {
	s.init()
	return s.listener.Start(addr, &s.BaseURL, s)
}

// Close stops a server that Start started, abandons the webhooks that wait, and waits for all
// goroutines. It can be called more than once.
func (s *Server) Close() {
	s.init()
	s.core.Stop()
	s.webhooks.Stop()
	s.listener.Close()
	s.core.Background.Wait()
}

// Shutdown stops the server gracefully: it waits for the requests in progress until ctx is done.
func (s *Server) Shutdown(ctx context.Context) error { return s.listener.Shutdown(ctx, s.Close) }

// init creates the parts of the server and connects them. It is the only place that refers to all of
// them.
func (s *Server) init() {
	s.once.Do(func() {
		s.core = core.New(s.settings)
		if s.tb != nil {
			s.core.TB = s.tb
		}
		s.webhooks = webhooks.New(s.core)
		s.api = api.New(s.core, s.webhooks)
		s.teams = teams.New(s.core)
		s.interviews = interviews.New(s.core, s.webhooks)
		s.exams = exams.New(s.core, s.webhooks)
		s.ui = ui.New(s.core, s.webhooks, s.teams, s.interviews, s.exams)
		s.operator = operator.New(s.core, s.webhooks, s.api, s.teams, s.interviews, s.exams)
		s.api.Endpoints = map[string]core.Endpoint{}
		for _, endpoints := range []map[string]core.Endpoint{s.teams.Endpoints(), s.interviews.Endpoints(), s.exams.Endpoints()} {
			maps.Copy(s.api.Endpoints, endpoints)
		}
		s.mux = http.NewServeMux()
		s.api.Routes(s.mux)
		s.ui.Routes(s.mux)
		s.operator.Routes(s.mux)
	})
}

// settings returns the present values of the exported fields.
func (s *Server) settings() core.Settings {
	return core.Settings{
		BaseURL: s.BaseURL, Now: s.Now, Seed: s.Seed, HTTPClient: s.HTTPClient, CallbackTimeout: s.CallbackTimeout,
		TokenLifetime: s.TokenLifetime, HideExpiry: s.HideExpiry, Errors: s.Errors, QuestionsKey: s.QuestionsKey,
		WrittenPadEvent: s.WrittenPadEvent, LogLimit: s.LogLimit, Logger: s.Logger,
	}
}

// ServeHTTP serves the Open API, the token endpoint and all pages.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.init()
	s.mux.ServeHTTP(w, r)
}
