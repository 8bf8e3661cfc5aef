package wecomtest

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/simulator/listener"
	"github.com/huimian/huimian/wecom/wecomtest/internal/agents"
	"github.com/huimian/huimian/wecom/wecomtest/internal/api"
	"github.com/huimian/huimian/wecom/wecomtest/internal/bots"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/customers"
	"github.com/huimian/huimian/wecom/wecomtest/internal/messaging"
	"github.com/huimian/huimian/wecom/wecomtest/internal/office"
	"github.com/huimian/huimian/wecom/wecomtest/internal/operator"
	"github.com/huimian/huimian/wecom/wecomtest/internal/signin"
	"github.com/huimian/huimian/wecom/wecomtest/internal/suite"
	"github.com/huimian/huimian/wecom/wecomtest/internal/ui"
	"github.com/huimian/huimian/wecom/wecomtest/internal/webview"
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

// Server is a simulated WeCom. The zero value is an http.Handler ready to use; New starts a server
// on a loopback address for a test. Methods may be called concurrently. Exported fields must be set
// before the first request.
type Server struct {
	// BaseURL is the address of the server without a trailing slash. Start sets it. It is needed by
	// URL and by pages that contain their own address.
	BaseURL string
	// Now is the clock that Advance offsets. Nil means time.Now.
	Now func() time.Time
	// Seed, unless zero, makes tokens, codes and message ids deterministic.
	Seed uint64
	// HTTPClient delivers callbacks. Nil means a client that does not follow redirects. Its Timeout
	// is not used; CallbackTimeout is.
	HTTPClient *http.Client
	// CallbackTimeout is the timeout of a callback. Zero means 5 s, as documented by WeCom.
	CallbackTimeout time.Duration
	// ReencryptRetries encrypts and signs each retry of a callback again. By default a retry sends
	// the bytes of the first attempt. WeCom's documentation does not specify either.
	ReencryptRetries bool
	// PassiveCardReply applies update_button and update_template_card in the reply to a
	// template_card_event. WeCom's pages contradict each other; by default such replies are
	// ignored.
	PassiveCardReply bool
	// NoQuotas disables the call and message quotas, for load tests.
	NoQuotas bool
	// LogLimit is the number of calls and the number of callbacks kept in the logs. Zero means
	// 5,000.
	LogLimit int
	// Limits bounds the memory. Its zero value means the defaults.
	Limits Limits
	// OperatorPages are pages of the program that runs the simulator. The operator's page links to
	// them.
	OperatorPages []OperatorPage
	// Logger receives one debug record per call, without secrets. Nil disables logging.
	Logger *slog.Logger

	tb        TB
	once      sync.Once
	mux       *http.ServeMux
	listener  listener.Listener
	core      *core.Core
	api       *api.Service
	contacts  *contacts.Service
	agents    *agents.Service
	messaging *messaging.Service
	bots      *bots.Service
	office    *office.Service
	customers *customers.Service
	signin    *signin.Service
	suite     *suite.Service
	webview   *webview.Service
	ui        *ui.Service
	operator  *operator.Service
}

// OperatorPage is a page beside those of the simulator.
type OperatorPage struct {
	// Path is that of the page, such as "/trials", at which the simulator has none.
	Path string
	// Labels are the texts of the link, by language: zh-CN, en and ja.
	Labels map[string]string
	// Handler serves Path and the paths below it.
	Handler http.Handler
}

// New starts a Server on a loopback address and stops it when the test ends. A call to a path that
// WeCom or the simulator does not have returns 404, as in WeCom, and fails the test; AllowUnknown
// exempts paths.
func New(t TB) *Server {
	t.Helper()
	s := &Server{tb: t}
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatalf("starting the WeCom simulator: %v", err)
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

// Close stops the server and its event streams, and waits for all goroutines. It can be called more
// than once.
func (s *Server) Close() {
	s.init()
	s.core.Stop()
	s.listener.Close()
	s.webview.Close()
	s.core.Background.Wait()
}

// Shutdown stops the server gracefully: it waits for the requests in progress until ctx is done.
func (s *Server) Shutdown(ctx context.Context) error {
	return s.listener.Shutdown(ctx, s.Close)
}

// init creates the parts of the server and connects them. It is the only place
// that refers to all of them.
func (s *Server) init() {
	s.once.Do(func() {
		s.core = core.New(s.settings)
		s.core.TB = s.tb
		s.api = api.New(s.core)
		s.contacts = contacts.New(s.core)
		s.agents = agents.New(s.core, s.contacts)
		s.messaging = messaging.New(s.core, s.contacts, s.agents)
		s.bots = bots.New(s.core)
		s.office = office.New(s.core, s.contacts, s.messaging)
		s.customers = customers.New(s.core, s.contacts, s.messaging)
		s.signin = signin.New(s.core, s.contacts, s.agents)
		s.suite = suite.New(s.core, s.contacts, s.agents, s.signin)
		s.webview = webview.New(s.core, s.contacts, s.agents, s.messaging, s.office, s.signin, s.suite)
		s.ui = ui.New(s.core, s.contacts, s.messaging, s.office, s.customers, s.signin, s.suite, s.webview)
		s.ui.Bots = s.bots
		s.operator = operator.New(s.core, s.api, s.contacts, s.agents, s.messaging, s.office, s.suite, s.ui)
		s.operator.Bots = s.bots
		s.operator.LoadCompanies = s.Load
		s.core.IDs = s.suite
		s.signin.SuitePages = s.suite
		s.api.Endpoints = map[string]core.Endpoint{}
		for _, endpoints := range []map[string]core.Endpoint{
			s.api.TokenEndpoints(), s.contacts.Endpoints(), s.agents.Endpoints(), s.messaging.Endpoints(), s.bots.Endpoints(), s.office.Endpoints(),
			s.customers.Endpoints(), s.signin.Endpoints(), s.suite.Endpoints(),
		} {
			maps.Copy(s.api.Endpoints, endpoints)
		}
		s.mux = http.NewServeMux()
		s.api.Routes(s.mux)
		s.signin.Routes(s.mux)
		s.suite.Routes(s.mux)
		s.ui.Routes(s.mux)
		s.operator.Routes(s.mux)
		for _, p := range s.OperatorPages {
			s.mux.Handle(p.Path, p.Handler)
			s.mux.Handle(p.Path+"/", p.Handler)
			s.operator.Pages = append(s.operator.Pages, operator.Page{Path: p.Path, Labels: p.Labels})
		}
	})
}

// settings returns the present values of the exported fields.
func (s *Server) settings() core.Settings {
	return core.Settings{
		BaseURL: s.BaseURL, Now: s.Now, Seed: s.Seed, HTTPClient: s.HTTPClient, CallbackTimeout: s.CallbackTimeout,
		ReencryptRetries: s.ReencryptRetries, PassiveCardReply: s.PassiveCardReply, NoQuotas: s.NoQuotas,
		LogLimit: s.LogLimit, Limits: s.Limits, Logger: s.Logger,
	}
}

// ServeHTTP serves the API under /cgi-bin/, the sign-in pages and the UI.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.init()
	s.mux.ServeHTTP(w, withoutDoubleSlashes(r))
}

var doubleSlashes = regexp.MustCompile("//+")

// withoutDoubleSlashes returns the request of the API with single slashes in its path. WeCom serves
// //cgi-bin/gettoken, and a redirect would turn a POST into a GET.
func withoutDoubleSlashes(r *http.Request) *http.Request {
	if !strings.Contains(r.URL.Path, "//") || !strings.HasPrefix(strings.TrimLeft(r.URL.Path, "/"), "cgi-bin/") {
		return r
	}
	clean := new(http.Request)
	*clean = *r
	clean.URL = new(url.URL)
	*clean.URL = *r.URL
	clean.URL.Path, clean.URL.RawPath = doubleSlashes.ReplaceAllString(r.URL.Path, "/"), ""
	return clean
}

// AvatarPath returns the path of the simulator's picture for a name: the last two
// characters on a coloured ground, as WeCom does for members without a photo.
func AvatarPath(name string) string { return contacts.AvatarPath(name) }
