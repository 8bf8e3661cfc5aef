// Package core holds the state of the simulated ShowMeBug and what all areas use: the clock, ids, the
// parameters of a call, the call log. It imports none of the packages that serve the areas.
package core

import (
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
	"github.com/huimian/huimian/internal/simulator/random"
	"github.com/huimian/huimian/internal/simulator/watch"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// Core is the state of the simulator. Mu guards it.
type Core struct {
	Config func() Settings

	Mu              sync.Mutex
	Clock           clock.Clock
	Rand            *rand.ChaCha8
	Seq             int64
	TeamStates      []*TeamState
	Platforms       []*AppState
	Tokens          map[string]*Token
	Grants          map[string]*Grant          // authorisation codes and refresh tokens
	InterviewStates map[string]*InterviewState // by uid
	Pads            map[string]*PadState       // written tests, by uid
	ExamLinks       map[string]*ExamState      // by the token of a bulk invitation link
	Faults          faults.List[model.Fault]
	WebhookFaults   faults.List[model.WebhookFault]
	CallLog         bounded.Ring[model.Call]
	CallCounts      map[string]int // by path
	Changed         watch.Signal
	TB              testReporter // nil outside tests, and after Stop
	AllowedPaths    map[string]bool

	Context    *background.Lifetime // ends with Stop
	Background background.Group
}

// Settings are the exported fields of Server.
type Settings struct {
	BaseURL         string
	Now             func() time.Time
	Seed            uint64
	HTTPClient      *http.Client
	CallbackTimeout time.Duration
	TokenLifetime   time.Duration
	HideExpiry      bool
	Errors          model.ErrorStyle
	QuestionsKey    string
	WrittenPadEvent string
	LogLimit        int
	Logger          *slog.Logger
}

// testReporter reports calls of unknown paths to a test.
type testReporter interface {
	Errorf(format string, args ...any)
}

// New returns the core of a simulator. config returns the settings as they are at the time of the call.
func New(config func() Settings) *Core {
	s := &Core{
		Config:          config,
		Tokens:          map[string]*Token{},
		Grants:          map[string]*Grant{},
		InterviewStates: map[string]*InterviewState{},
		Pads:            map[string]*PadState{},
		ExamLinks:       map[string]*ExamState{},
		CallCounts:      map[string]int{},
		AllowedPaths:    map[string]bool{},
		Rand:            random.NewSource(config().Seed),
	}
	s.Clock.Base = func() func() time.Time { return config().Now }
	s.CallLog = bounded.NewRing[model.Call](s.LogLimit())
	s.Context = background.NewLifetime()
	return s
}

// Stop cancels Context, refuses background tasks, and stops reporting to the test: a late request
// must not report to a test that has ended.
func (s *Core) Stop() {
	s.Background.Close()
	s.Context.End()
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.TB = nil
}

// URL implements the method of showmebugtest.Server.
func (s *Core) URL() string { return strings.TrimSuffix(s.Config().BaseURL, "/") }

// AllowUnknown implements the method of showmebugtest.Server.
func (s *Core) AllowUnknown(paths ...string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	for _, p := range paths {
		s.AllowedPaths[p] = true
	}
}

// LogLimit returns the maximum number of recorded calls, and of recorded webhooks.
func (s *Core) LogLimit() int {
	if s.Config().LogLimit > 0 {
		return s.Config().LogLimit
	}
	return 5000
}
