package wecomtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
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
	// Logger receives one debug record per call, without secrets. Nil disables logging.
	Logger *slog.Logger

	once sync.Once
	mux  *http.ServeMux

	mu             sync.Mutex
	clockOffset    time.Duration
	rand           *rand.ChaCha8
	backgroundRand *rand.ChaCha8 // for background work, whose order is not deterministic
	seq            int64
	corps          map[string]*corpState
	suites         map[string]*suiteState
	providers      map[string]map[string]time.Time // provider access tokens with their expiry, by company
	corpOrder      []string                        // in the order of AddCorp
	limits         Limits                          // Limits with defaults
	mailbox        mailbox
	tokens         cache[string, *token]
	codes          cache[string, *oauthCode]
	responseCodes  cache[string, *responseCode]
	views          map[string]*webView
	media          cache[string, *mediaFile]
	robots         map[string]*robotState // by key
	userTickets    cache[string, *userTicket]
	urlJobs        cache[string, *urlJob]
	decryptedIDs   cache[string, string] // by encrypted id
	quotas         quotas
	faults         []*faultState
	callbackFaults []*callbackFaultState
	heldCallbacks  []*pendingCallback
	calls          ring[Call]
	deliveries     ring[Delivery]
	callCounts     map[string]int
	changed        chan struct{}
	watchers       map[chan change]struct{}
	closed         bool
	tb             TB
	allowedPaths   map[string]bool
	forwarded      map[string][]Forwarded // messages forwarded between members, by company

	web     webViews
	http    *http.Server
	running sync.WaitGroup
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
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", addr, err)
	}
	ln, err := net.ListenTCP("tcp", at)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", addr, err)
	}
	if s.BaseURL == "" {
		s.BaseURL = "http://" + reachableAddr(ln.Addr().String())
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	s.running.Go(func() { _ = s.http.Serve(ln) })
	return nil
}

// reachableAddr replaces an unspecified address such as 0.0.0.0 by the loopback address.
func reachableAddr(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// Close stops the server and its event streams, and waits for all goroutines. It can be called more
// than once.
func (s *Server) Close() {
	s.init()
	s.mu.Lock()
	s.closed = true
	s.tb = nil // late requests must not report to a test that has ended
	for w := range s.watchers {
		close(w)
		delete(s.watchers, w)
	}
	s.mu.Unlock()
	if s.http != nil {
		_ = s.http.Close()
	}
	s.web.close()
	s.running.Wait()
}

// Shutdown stops the server gracefully: it waits for the requests in progress until ctx is done.
func (s *Server) Shutdown(ctx context.Context) error {
	if s.http == nil {
		return nil
	}
	err := s.http.Shutdown(ctx)
	s.Close()
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("shutting down the simulator: %w", err)
	}
	return err
}

// URL returns the address of the server without a trailing slash, which is the base URL of the API,
// of the sign-in pages and of the UI.
func (s *Server) URL() string { return strings.TrimSuffix(s.BaseURL, "/") }

// AllowUnknown exempts unknown paths, such as "/cgi-bin/oa/meetingroom/list", from failing the
// test. Calls to them still return 404.
func (s *Server) AllowUnknown(paths ...string) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range paths {
		s.allowedPaths[p] = true
	}
}

func (s *Server) init() {
	s.once.Do(func() {
		s.corps = map[string]*corpState{}
		s.views = map[string]*webView{}
		s.robots = map[string]*robotState{}
		s.mailbox.byID = map[string]*sentMessage{}
		s.applyLimits()
		s.callCounts = map[string]int{}
		s.changed = make(chan struct{})
		s.watchers = map[chan change]struct{}{}
		s.allowedPaths = map[string]bool{}
		s.quotas.init()
		s.rand, s.backgroundRand = newRand(s.Seed), newRand(s.Seed)
		s.mux = http.NewServeMux()
		s.mux.HandleFunc("/cgi-bin/", s.serveAPI)
		s.mux.HandleFunc("GET /connect/oauth2/authorize", s.serveAuthorize)
		s.mux.HandleFunc("GET /wwlogin/sso/login", s.serveLogin)
		s.mux.HandleFunc("GET /wwopen/sso/qrConnect", s.serveLogin)
		s.mux.HandleFunc("GET /3rdapp/install", s.serveInstall)
		s.mux.HandleFunc("GET /open", s.serveOpen)
		s.mux.HandleFunc("GET /meeting/{code}", s.serveMeeting)
		s.routeFace()
	})
}

// applyLimits sets the limits of the caches and logs.
func (s *Server) applyLimits() {
	s.limits = s.Limits.withDefaults()
	n := s.limits.Codes
	s.tokens.limit, s.codes.limit, s.responseCodes.limit, s.userTickets.limit, s.media.limit = n, n, n, n, n
	s.media.maxBytes, s.media.size = s.limits.MediaBytes, func(f *mediaFile) int { return len(f.data) }
	calls := s.LogLimit
	if calls <= 0 {
		calls = 5000
	}
	s.calls = ring[Call]{limit: calls, bytes: s.limits.TextBytes, size: func(c *Call) int { return len(c.Request) + len(c.Response) }}
	s.deliveries = ring[Delivery]{limit: calls, bytes: s.limits.TextBytes, size: func(d *Delivery) int { return len(d.Plain) + len(d.Reply) }}
}

// ServeHTTP serves the API under /cgi-bin/, the sign-in pages and the UI.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.init()
	s.mux.ServeHTTP(w, r)
}
