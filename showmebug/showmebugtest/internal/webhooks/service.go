// Package webhooks delivers the events of the simulator: signed, with repeats by the simulated clock,
// and subject to the webhook faults.
package webhooks

import (
	"sync"
	"time"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
)

// Service holds the state of the package beside that of the core. Core.Mu guards it.
type Service struct {
	*core.Core

	moving   sync.Mutex       // held by Advance, so that two do not move the clock at once
	queue    []*core.Delivery // webhooks that wait for their time
	held     []*core.Delivery // by a fault, until ReleaseHeldWebhooks
	inFlight int              // webhooks that are being sent
	timer    *time.Timer      // fires at the first webhook of the queue
	log      bounded.Ring[*core.Delivery]
}

// New returns the service of a core.
func New(c *core.Core) *Service {
	return &Service{Core: c, log: bounded.NewRing[*core.Delivery](c.LogLimit())}
}

// Stop stops the timer of the queue. Core.Stop must have been called.
func (s *Service) Stop() {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if s.timer != nil {
		s.timer.Stop()
	}
}

// HeldCount returns the number of webhooks that are held by a fault. Mu must be held.
func (s *Service) HeldCount() int { return len(s.held) }
