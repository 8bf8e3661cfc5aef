package webhooks

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// WaitWebhook implements the method of showmebugtest.Server.
func (s *Service) WaitWebhook(ctx context.Context, event string, match func(model.Webhook) bool) (model.Webhook, error) {
	return core.WaitUntil(ctx, s.Core, "a webhook "+event, func() (model.Webhook, bool) {
		return core.FindNewest(s.copyWebhooks(), func(h model.Webhook) bool { return (event == "" || h.Event == event) && (match == nil || match(h)) })
	})
}

// Webhooks implements the method of showmebugtest.Server.
func (s *Service) Webhooks() []model.Webhook {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.copyWebhooks()
}

func (s *Service) copyWebhooks() (out []model.Webhook) {
	for _, o := range s.log.List() {
		out = append(out, o.Webhook)
	}
	return out
}

// Resend implements the method of showmebugtest.Server.
func (s *Service) Resend(seq int64) error {
	list, err := s.newResendDeliveries(seq)
	if err != nil {
		return err
	}
	s.Deliver(list)
	return nil
}

// newResendDeliveries returns copies of a recorded webhook.
func (s *Service) newResendDeliveries(seq int64) ([]*core.Delivery, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	for _, o := range s.log.List() {
		t := s.FindTeam(o.TeamID)
		if o.Seq != seq || t == nil {
			continue
		}
		list := s.NewDeliveries(t, o.ClientID, o.Event, o.Payload)
		for _, twin := range list {
			twin.Note = fmt.Sprintf("sent again: %d", seq)
		}
		return list, nil
	}
	return nil, fmt.Errorf("resending webhook %d: %w", seq, core.ErrNotFound)
}
