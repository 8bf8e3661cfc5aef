package showmebugtest

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/simulator/background"
	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/internal/simulator/clock"
	"github.com/huimian/huimian/internal/simulator/faults"
	"github.com/huimian/huimian/internal/simulator/listener"
	"github.com/huimian/huimian/internal/simulator/random"
	"github.com/huimian/huimian/internal/simulator/watch"
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

// ErrorStyle is how a call that ShowMeBug refuses is answered. Its pages do not
// say which it is, so that a client has to live with each.
type ErrorStyle int

const (
	// ErrorsBoth answers an HTTP status and an envelope with errcode.
	ErrorsBoth ErrorStyle = iota
	// ErrorsInEnvelope answers HTTP 200 and an envelope with errcode.
	ErrorsInEnvelope
	// ErrorsByStatus answers an HTTP status and no JSON.
	ErrorsByStatus
)

// Server is a simulated ShowMeBug. The zero value is ready to use as an
// http.Handler; New starts one on a loopback address for a test. All methods
// may be called from several goroutines. Set the exported fields before the
// first request.
type Server struct {
	// BaseURL is the address at which the server can be reached, without a
	// slash at its end. Start sets it.
	BaseURL string
	// Now is the clock that Advance moves. Nil means time.Now.
	Now func() time.Time
	// Seed makes tokens, uids and links the same in each run when it is not zero.
	Seed uint64
	// HTTPClient delivers webhooks. Nil means a client of its own that follows
	// no redirects. Its Timeout is not used; CallbackTimeout is.
	HTTPClient *http.Client
	// CallbackTimeout is how long a receiver may take to answer. Zero means 5 s;
	// ShowMeBug documents no figure.
	CallbackTimeout time.Duration
	// TokenLifetime is how long an access token lives. Zero means 7,200 s; ShowMeBug
	// documents no figure.
	TokenLifetime time.Duration
	// HideExpiry leaves expires_in out of the token's reply.
	HideExpiry bool
	// Errors is how refused calls are answered.
	Errors ErrorStyle
	// QuestionsKey names the list in the reply of written_questions. Empty means
	// "questions" as ShowMeBug's table does; its example says "exams".
	QuestionsKey string
	// WrittenPadEvent is the name of the event that says that a written test has
	// been handed in. Empty means "written_pad_ended", which is a guess.
	WrittenPadEvent string
	// LogLimit is how many calls, and how many webhooks, the logs keep. Zero
	// means 5,000.
	LogLimit int
	// Logger receives one debug line per call. Nil means no logging. Secrets
	// never appear in it.
	Logger *slog.Logger

	once sync.Once
	mux  *http.ServeMux

	moving sync.Mutex // held by Advance, so that two do not move the clock at once

	mu            sync.Mutex
	clock         clock.Clock
	rand          *rand.ChaCha8
	seq           int64
	teams         []*teamState
	apps          []*appState
	tokens        map[string]*token
	grants        map[string]*grant // authorisation codes and refresh tokens
	interviews    map[string]*interviewState
	pads          map[string]*padState // written tests
	links         map[string]*examState
	faults        faults.List[Fault]
	webhookFaults faults.List[WebhookFault]
	queue         []*delivery // webhooks that wait for their time
	held          []*delivery
	inFlight      int // webhooks that are on their way
	timer         *time.Timer
	calls         bounded.Ring[Call]
	sends         bounded.Ring[*delivery]
	counts        map[string]int
	changed       watch.Signal
	ctx           context.Context // ends with the server
	cancel        context.CancelFunc
	tb            TB
	allowed       map[string]bool

	listener   listener.Listener
	background background.Group
}

// New starts a Server on a loopback address and stops it when the test ends. A
// call to a path of the Open API that the simulator does not know is answered
// with 404 and also fails the test; AllowUnknown lifts that.
func New(t TB) *Server {
	t.Helper()
	s := &Server{tb: t}
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatalf("start the ShowMeBug simulator: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start listens on addr (host:port, port 0 for any free one), sets BaseURL
// unless it is set, and returns while requests are served in the background.
func (s *Server) Start(addr string) error {
	s.init()
	return s.listener.Start(addr, &s.BaseURL, s)
}

// Close stops a server that Start started, gives up the webhooks that wait, and
// returns when nothing of it runs any more. It may be called more than once.
func (s *Server) Close() {
	s.init()
	s.background.Close()
	s.cancel()
	s.mu.Lock()
	s.tb = nil // a late request must not report to a test that has ended
	if s.timer != nil {
		s.timer.Stop()
	}
	s.mu.Unlock()
	s.listener.Close()
	s.background.Wait()
}

// Shutdown stops a server that Start started: it waits for the requests in progress until ctx is done.
func (s *Server) Shutdown(ctx context.Context) error { return s.listener.Shutdown(ctx, s.Close) }

// URL is the address of the server without a slash at its end: the base URL of
// the Open API and of all pages.
func (s *Server) URL() string { return strings.TrimSuffix(s.BaseURL, "/") }

// AllowUnknown lets the test pass although the given paths (for example
// "/open_api/v1/accounts") were called and are unknown to the simulator. They
// are still answered with 404.
func (s *Server) AllowUnknown(paths ...string) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range paths {
		s.allowed[p] = true
	}
}

func (s *Server) init() {
	s.once.Do(func() {
		s.tokens = map[string]*token{}
		s.grants = map[string]*grant{}
		s.interviews = map[string]*interviewState{}
		s.pads = map[string]*padState{}
		s.links = map[string]*examState{}
		s.counts = map[string]int{}
		s.ctx, s.cancel = context.WithCancel(context.Background())
		s.allowed = map[string]bool{}
		s.calls, s.sends = bounded.NewRing[Call](s.logLimit()), bounded.NewRing[*delivery](s.logLimit())
		s.clock.Base = func() func() time.Time { return s.Now }
		s.rand = random.NewSource(s.Seed)
		s.mux = http.NewServeMux()
		s.routeAPI()
		s.routeUI()
	})
}

func (s *Server) logLimit() int {
	if s.LogLimit > 0 {
		return s.LogLimit
	}
	return 5000
}

// ServeHTTP answers the Open API, the token endpoint and all pages.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.init()
	s.mux.ServeHTTP(w, r)
}
