package showmebugtest

import (
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/faults"
)

// WebhookFault makes webhooks go wrong on their way to the receiver. The fields
// that select are joined by "and"; an empty one selects all.
type WebhookFault struct {
	TeamID int64  `json:"teamId"`
	Event  string `json:"event"`
	// Times is how many webhooks the fault applies to. 0 means all until it is removed.
	Times int `json:"times"`

	Twice     bool `json:"twice"`     // delivered, then delivered again
	WrongSign bool `json:"wrongSign"` // Smb-Signature does not fit, in the repeats too
	Stale     bool `json:"stale"`     // ts is an hour old
	// Late sends the webhook only after this time of the simulated clock.
	Late time.Duration `json:"late"`
	// Hold keeps the webhook back until ReleaseWebhooks sends what was held, the
	// last first: late and out of order.
	Hold bool `json:"hold"`
	Lose bool `json:"lose"` // never sent
}

// AddWebhookFault adds a rule for webhooks and returns its id for RemoveFaults.
func (s *Server) AddWebhookFault(r WebhookFault) int64 {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.nextID()
	s.webhookFaults.Add(id, r, faults.Frequency{Times: r.Times})
	s.notifyWaiters()
	return id
}

// useWebhookFault returns the first fault that applies to a webhook and counts the use. s.mu must be
// held.
func (s *Server) useWebhookFault(o *delivery) WebhookFault {
	return s.webhookFaults.Use(func(f *WebhookFault) bool {
		return (f.TeamID == 0 || f.TeamID == o.TeamID) && (f.Event == "" || f.Event == o.Event)
	}, nil).Fault
}

// ReleaseHeldWebhooks sends the webhooks that rules with Hold have kept back, the
// last first, and returns how many there were.
func (s *Server) ReleaseHeldWebhooks() int {
	s.init()
	s.mu.Lock()
	held := s.held
	s.held = nil
	s.inFlight += len(held)
	for _, o := range held {
		o.due, o.State, o.Note = s.currentTime(), WebhookWaiting, "held back and released"
	}
	s.mu.Unlock()
	for _, o := range slices.Backward(held) {
		s.deliverWithRetry(o)
	}
	return len(held)
}
