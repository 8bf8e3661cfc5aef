package webhooks

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/httpcall"
	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// retryDelays are the documented intervals before the retries of a webhook.
var retryDelays = []time.Duration{15 * time.Second, 15 * time.Second, 30 * time.Second}

// Sign returns the value of the header Smb-Signature: the HMAC-SHA1 of the body in upper-case
// hexadecimal.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	return strings.ToUpper(hex.EncodeToString(mac.Sum(nil)))
}

// NewDeliveries returns the webhooks of an event: for one application or, with an empty client id,
// for all applications that act for the team. Mu must be held.
func (s *Service) NewDeliveries(t *core.TeamState, clientID, event string, payload json.RawMessage) (list []*core.Delivery) {
	add := func(id, secret, address string) {
		if address == "" || (clientID != "" && clientID != id) {
			return
		}
		o := &core.Delivery{Secret: secret, DueAt: s.CurrentTime()}
		o.Webhook = model.Webhook{Seq: s.NextID(), Time: s.CurrentTime(), TeamID: t.ID, ClientID: id, URL: address,
			Event: event, Payload: payload, State: model.WebhookWaiting, Attempts: []model.Attempt{}}
		list = append(list, o)
	}
	add(t.ClientID, t.ClientSecret, t.CallbackURL)
	for _, a := range t.Platforms {
		add(a.ClientID, a.ClientSecret, a.CallbackURL)
	}
	return list
}

// Deliver sends new webhooks one after the other, and returns after the first attempts; the retries
// follow the simulated clock.
func (s *Service) Deliver(list []*core.Delivery) {
	for _, o := range list {
		if s.logWebhook(o) {
			s.deliverWithRetry(o)
		}
	}
}

// DeliverLater does the same in the background. It does nothing when the server is closed.
func (s *Service) DeliverLater(list []*core.Delivery) {
	if len(list) == 0 {
		return
	}
	s.Mu.Lock()
	s.inFlight++ // one for the list, so that Advance also waits for webhooks that have not been started
	s.Mu.Unlock()
	deliver := func() {
		s.Deliver(list)
		s.countSent()
	}
	if !s.Background.Go(deliver) {
		s.countSent()
	}
}

// countSent marks a webhook, or the webhooks of a call, as sent.
func (s *Service) countSent() {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.inFlight--
	s.NotifyWaiters()
}

// logWebhook records a webhook and applies the matching fault. It reports whether the webhook must
// be sent now.
func (s *Service) logWebhook(o *core.Delivery) bool {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.log.Add(o)
	s.NotifyWaiters()
	o.Rule = s.useWebhookFault(o)
	switch {
	case o.Rule.Lose:
		o.State, o.Note = model.WebhookLost, "lost by a fault"
		return false
	case o.Rule.Hold:
		o.State = model.WebhookHeld
		s.held = append(s.held, o)
		return false
	case o.Rule.Late > 0:
		o.Note = "delayed by a fault"
		s.scheduleRetry(o, s.CurrentTime().Add(o.Rule.Late))
		return false
	}
	s.inFlight++
	return true
}

// encodeBody returns the request body. Its ts is the time of the attempt.
func encodeBody(o *core.Delivery, at time.Time) []byte {
	return webpage.EncodeJSON(struct {
		Event   string          `json:"event"`
		TS      int64           `json:"ts"`
		TID     int64           `json:"tid"`
		Payload json.RawMessage `json:"payload"`
	}{o.Event, at.Unix(), o.TeamID, o.Payload})
}

// sendWebhook makes one attempt. Any status but 200 is a failure.
func (s *Service) sendWebhook(o *core.Delivery) model.Attempt {
	ctx, cancel := context.WithTimeout(s.Context, s.callbackTimeout())
	defer cancel()
	t := model.Attempt{Time: s.Time()}
	at := t.Time
	if o.Rule.Stale {
		at = at.Add(-time.Hour)
	}
	body, secret := encodeBody(o, at), o.Secret
	if o.Rule.WrongSign {
		secret = "wrong secret"
	}
	t.Body, t.Signature = string(body), Sign(secret, body)
	start := time.Now()
	status, err := s.postWebhook(ctx, o.URL, body, t.Signature)
	t.Status, t.Duration = status, time.Since(start)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("HTTP status %d", status)
	}
	if err != nil {
		t.Error = err.Error()
	}
	return t
}

func (s *Service) postWebhook(ctx context.Context, address string, body []byte, signature string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("creating the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Smb-Signature", signature)
	_, status, err := httpcall.Send(httpcall.Client(s.Config().HTTPClient), req)
	return status, err
}

func (s *Service) callbackTimeout() time.Duration {
	if s.Config().CallbackTimeout > 0 {
		return s.Config().CallbackTimeout
	}
	return 5 * time.Second
}
