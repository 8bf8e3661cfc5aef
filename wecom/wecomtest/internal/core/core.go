// Package core holds the state of the simulated companies and what all areas
// use: the clock, bounded memory, quotas, error texts, media, and the delivery of
// callbacks. It knows none of the packages that serve the areas.
package core

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Core is the state of the simulator with what all areas use. Mu guards it.
type Core struct {
	Config         func() Settings
	IDs            idTranslator
	Mu             sync.Mutex
	ClockOffset    time.Duration
	Rand           *rand.ChaCha8
	backgroundRand *rand.ChaCha8 // for background work, whose order is not deterministic
	Seq            int64
	CorpStates     map[string]*CorpState
	CorpOrder      []string     // in the order of AddCorp
	Limits         model.Limits // Limits with defaults
	Mailbox        mailbox
	Tokens         Cache[string, *Token]
	ResponseCodes  Cache[string, *ResponseCode]
	Media          Cache[string, *MediaFile]
	Quotas         Quotas
	Faults         []*FaultState
	CallbackFaults []*CallbackFaultState
	HeldCallbacks  []*PendingCallback
	CallLog        ring[model.Call]
	DeliveryLog    ring[model.Delivery]
	CallCounts     map[string]int
	Changed        chan struct{}
	Watchers       map[chan Change]struct{}
	closed         bool
	TB             testReporter
	AllowedPaths   map[string]bool
	Running        sync.WaitGroup
}

// Stop ends the event streams and the background tasks that have not begun.
func (s *Core) Stop() {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.closed = true
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
	s.CallLog = ring[model.Call]{limit: calls, bytes: s.Limits.TextBytes, size: func(c *model.Call) int { return len(c.Request) + len(c.Response) }}
	s.DeliveryLog = ring[model.Delivery]{limit: calls, bytes: s.Limits.TextBytes, size: func(d *model.Delivery) int { return len(d.Plain) + len(d.Reply) }}
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
