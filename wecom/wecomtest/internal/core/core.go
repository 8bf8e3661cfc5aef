// Package core holds the state of the simulated companies and what all areas
// use: the clock, bounded memory, quotas, error texts, media, and the delivery of
// callbacks. It imports none of the packages that serve the areas.
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
	"github.com/huimian/huimian/internal/simulator/watch"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Core is the state of the simulator with what all areas use. Mu guards it.
type Core struct {
	Config         func() Settings
	IDs            idTranslator
	Mu             sync.Mutex
	Clock          clock.Clock
	Rand           *rand.ChaCha8
	backgroundRand *rand.ChaCha8 // for background work, whose order is not deterministic
	Seq            int64
	CorpStates     map[string]*CorpState
	CorpOrder      []string     // in the order of AddCorp
	Limits         model.Limits // Limits with defaults
	Mailbox        mailbox
	Tokens         bounded.Cache[string, *Token]
	ResponseCodes  bounded.Cache[string, *ResponseCode]
	Media          bounded.Cache[string, *MediaFile]
	Quotas         Quotas
	Faults         faults.List[model.Fault]
	CallbackFaults faults.List[model.CallbackFault]
	HeldCallbacks  []*PendingCallback
	CallLog        bounded.Ring[model.Call]
	DeliveryLog    bounded.Ring[model.Delivery]
	CallCounts     map[string]int
	Changed        watch.Signal
	Watchers       map[chan Change]struct{}
	TB             testReporter
	AllowedPaths   map[string]bool
	Background     background.Group
}

// Stop ends the event streams and the background tasks that have not begun.
func (s *Core) Stop() {
	s.Background.Close()
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.TB = nil // a late request must not report to a test that has ended
	for w := range s.Watchers {
		close(w)
		delete(s.Watchers, w)
	}
}

// URL implements the method of wecomtest.Server.
func (s *Core) URL() string { return strings.TrimSuffix(s.Config().BaseURL, "/") }

// AllowUnknown implements the method of wecomtest.Server.
func (s *Core) AllowUnknown(paths ...string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	for _, p := range paths {
		s.AllowedPaths[p] = true
	}
}

// applyLimits sets the limits of the caches and logs.
func (s *Core) applyLimits() {
	s.Limits = limitsWithDefaults(s.Config().Limits)
	n := s.Limits.Codes
	s.Tokens.Limit, s.ResponseCodes.Limit, s.Media.Limit = n, n, n
	s.Media.MaxBytes, s.Media.Size = s.Limits.MediaBytes, func(f *MediaFile) int { return len(f.Data) }
	calls := s.Config().LogLimit
	if calls <= 0 {
		calls = 5000
	}
	s.CallLog = bounded.NewSizedRing(calls, s.Limits.TextBytes, func(c *model.Call) int { return len(c.Request) + len(c.Response) })
	s.DeliveryLog = bounded.NewSizedRing(calls, s.Limits.TextBytes, func(d *model.Delivery) int { return len(d.Plain) + len(d.Reply) })
}

// Settings are the exported fields of Server.
type Settings struct {
	BaseURL          string
	Now              func() time.Time
	Seed             uint64
	HTTPClient       *http.Client
	CallbackTimeout  time.Duration
	ReencryptRetries bool
	PassiveCardReply bool
	NoQuotas         bool
	LogLimit         int
	Limits           model.Limits
	Logger           *slog.Logger
}

// testReporter reports calls of unknown paths to a test.
type testReporter interface {
	Errorf(format string, args ...any)
}
