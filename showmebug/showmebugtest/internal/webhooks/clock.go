package webhooks

import (
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
)

// Advance implements the method of showmebugtest.Server.
func (s *Service) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	s.moving.Lock()
	defer s.moving.Unlock()
	s.waitIdle()
	s.Mu.Lock()
	target := s.CurrentTime().Add(d)
	s.Mu.Unlock()
	for o := s.advanceToNextWebhook(target); o != nil; o = s.advanceToNextWebhook(target) {
		s.deliverWithRetry(o)
	}
}

// waitIdle waits until no webhook is being sent.
func (s *Service) waitIdle() {
	for {
		s.Mu.Lock()
		wait, busy := s.Changed.Changed(), s.inFlight > 0
		s.Mu.Unlock()
		if !busy {
			return
		}
		<-wait
	}
}

// advanceToNextWebhook moves the clock to the next webhook that is due by target and removes it from
// the queue; without one it moves the clock to target and returns nil.
func (s *Service) advanceToNextWebhook(target time.Time) *core.Delivery {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	o := s.takeDueWebhook(target)
	to := target
	if o != nil {
		to = o.DueAt
	}
	s.Clock.AdvanceTo(to)
	s.resetTimer()
	s.NotifyWaiters()
	return o
}
