package showmebugtest

import (
	"context"
	"time"
)

// Advance moves the simulated clock forward; tokens age, and the webhooks that become due are sent
// in order, each at its time, before Advance returns. It first waits for webhooks that are being
// sent, so a receiver must not call it. A negative d is ignored.
func (s *Server) Advance(d time.Duration) {
	s.init()
	s.webhooks.Advance(d)
}

// WaitWebhook returns the newest webhook of an event for which match returns true, and waits for one
// until ctx is done. An empty event and a nil match accept any. match must not call the Server.
func (s *Server) WaitWebhook(ctx context.Context, event string, match func(Webhook) bool) (Webhook, error) {
	s.init()
	return s.webhooks.WaitWebhook(ctx, event, match)
}

// Webhooks returns the recorded webhooks, oldest first.
func (s *Server) Webhooks() []Webhook {
	s.init()
	return s.webhooks.Webhooks()
}

// Resend delivers a recorded webhook again, with the same payload, to the current address of its
// application. It returns after the first attempt.
func (s *Server) Resend(seq int64) error {
	s.init()
	return s.webhooks.Resend(seq)
}

// AddWebhookFault adds a fault for webhooks and returns its id for RemoveFaults.
func (s *Server) AddWebhookFault(r WebhookFault) int64 {
	s.init()
	return s.webhooks.AddWebhookFault(r)
}

// ReleaseHeldWebhooks sends the webhooks held by Hold, last first, and returns their number.
func (s *Server) ReleaseHeldWebhooks() int {
	s.init()
	return s.webhooks.ReleaseHeldWebhooks()
}
