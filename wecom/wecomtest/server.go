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

// TB is the part of *testing.T that New needs. It is an interface so that this
// package does not import testing.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

// Server is a simulated WeCom. The zero value is ready to use as an
// http.Handler; New starts one on a loopback address for a test. All methods
// may be called from several goroutines. Set the exported fields before the
// first request.
type Server struct {
	// BaseURL is the address at which the server can be reached, without a
	// slash at its end. Start sets it. It is needed only by URL and by pages
	// that name their own address.
	BaseURL string
	// Now is the clock that Advance moves. Nil means time.Now.
	Now func() time.Time
	// Seed makes tokens, codes and message ids the same in each run when it is
	// not zero.
	Seed uint64
	// HTTPClient delivers callbacks. Nil means a client of its own that follows
	// no redirects. Its Timeout is not used; CallbackTimeout is.
	HTTPClient *http.Client
	// CallbackTimeout is how long a receiver may take to answer. Zero means 5 s,
	// as WeCom documents.
	CallbackTimeout time.Duration
	// ReencryptRetries signs and encrypts each retry of a callback anew. By default a
	// retry repeats the bytes of the first try. WeCom documents neither.
	ReencryptRetries bool
	// PassiveCardReply honours update_button and update_template_card in the
	// reply to a template_card_event. WeCom's pages disagree; by default such a
	// reply is ignored.
	PassiveCardReply bool
	// NoQuotas switches the call and message quotas off, for load tests.
	NoQuotas bool
	// LogLimit is how many calls, and how many callbacks, the logs keep. Zero
	// means 5,000.
	LogLimit int
	// Limits bounds what is kept in memory. Its zero value means the defaults.
	Limits Limits
	// Logger receives one debug line per call. Nil means no logging. Secrets
	// never appear in it.
	Logger *slog.Logger

	once sync.Once
	mux  *http.ServeMux

	mu             sync.Mutex
	clockOffset    time.Duration
	rand           *rand.ChaCha8
	backgroundRand *rand.ChaCha8 // for what is sent in the background, whose order differs from run to run
	seq            int64
	corps          map[string]*corpState
	suites         map[string]*suiteState
	providers      map[string]map[string]time.Time // provider tokens by company
	corpOrder      []string                        // corp ids in the order in which they were added
	limits         Limits                          // with the defaults filled in
	mailbox        mailbox
	tokens         cache[string, *token]
	codes          cache[string, *oauthCode]
	responseCodes  cache[string, *responseCode]
	views          map[string]*webView
	media          cache[string, *mediaFile]
	robots         map[string]*robotState // by key
	userTickets    cache[string, *userTicket]
	urlJobs        cache[string, *urlJob]
	decryptedIDs   cache[string, string] // by those of providers
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
	forwarded      map[string][]Forwarded // between members, by company

	web     webViews
	http    *http.Server
	running sync.WaitGroup
}

// New starts a Server on a loopback address and stops it when the test ends. A
// call to a path that WeCom does not have, or that the simulator does not know,
// is answered with 404 as WeCom does and also fails the test; AllowUnknown
// lifts that.
func New(t TB) *Server {
	t.Helper()
	s := &Server{tb: t}
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatalf("start the WeCom simulator: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start listens on addr (host:port, port 0 for any free one), sets BaseURL
// unless it is set, and returns while requests are served in the background.
func (s *Server) Start(addr string) error {
	s.init()
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", addr, err)
	}
	ln, err := net.ListenTCP("tcp", at)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", addr, err)
	}
	if s.BaseURL == "" {
		s.BaseURL = "http://" + reachableAddr(ln.Addr().String())
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	s.running.Go(func() { _ = s.http.Serve(ln) })
	return nil
}

// reachableAddr names this machine in place of an address that stands for all of
// its addresses.
func reachableAddr(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// Close stops a server that Start started, with its open event streams, and
// waits until nothing of it runs any more. It may be called more than once.
func (s *Server) Close() {
	s.init()
	s.mu.Lock()
	s.closed = true
	s.tb = nil // a late request must not report to a test that has ended
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

// Shutdown stops a server that Start started after the requests in progress.
func (s *Server) Shutdown(ctx context.Context) error {
	if s.http == nil {
		return nil
	}
	err := s.http.Shutdown(ctx)
	s.Close()
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("shut down the simulator: %w", err)
	}
	return err
}

// URL is the address of the server without a slash at its end: the base URL of
// the API, of the sign-in pages and of the face alike.
func (s *Server) URL() string { return strings.TrimSuffix(s.BaseURL, "/") }

// AllowUnknown lets the test pass although the given paths (for example
// "/cgi-bin/oa/meetingroom/list") were called and are unknown to the simulator. They
// are still answered with 404.
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

// applyLimits hands the limits to those that keep to them.
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

// ServeHTTP answers the API under /cgi-bin/, the sign-in pages and the face.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.init()
	s.mux.ServeHTTP(w, r)
}
