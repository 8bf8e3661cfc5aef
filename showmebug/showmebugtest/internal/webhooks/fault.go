package webhooks

import (
	"slices"

	"github.com/huimian/huimian/internal/simulator/faults"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// AddWebhookFault implements the method of showmebugtest.Server.
func (s *Service) AddWebhookFault(r model.WebhookFault) int64 {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	id := s.NextID()
	s.WebhookFaults.Add(id, r, faults.Frequency{Times: r.Times})
	s.NotifyWaiters()
	return id
}

// useWebhookFault returns the first fault that applies to a webhook and counts the use. Mu must be
// held.
func (s *Service) useWebhookFault(o *core.Delivery) model.WebhookFault {
	return s.WebhookFaults.Use(func(f *model.WebhookFault) bool {
		return (f.TeamID == 0 || f.TeamID == o.TeamID) && (f.Event == "" || f.Event == o.Event)
	}, nil).Fault
}

// ReleaseHeldWebhooks implements the method of showmebugtest.Server.
func (s *Service) ReleaseHeldWebhooks() int {
	s.Mu.Lock()
	held := s.held
	s.held = nil
	s.inFlight += len(held)
	for _, o := range held {
		o.DueAt, o.State, o.Note = s.CurrentTime(), model.WebhookWaiting, "held and released"
	}
	s.Mu.Unlock()
	for _, o := range slices.Backward(held) {
		s.deliverWithRetry(o)
	}
	return len(held)
}
