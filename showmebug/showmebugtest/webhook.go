package showmebugtest

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
)

// retryDelays are the documented pauses before a webhook is sent again.
var retryDelays = []time.Duration{15 * time.Second, 15 * time.Second, 30 * time.Second}

// States of a webhook.
const (
	WebhookWaiting   = "waiting" // for its first try, or for a repeat
	WebhookDelivered = "delivered"
	WebhookFailed    = "failed" // in all tries
	WebhookLost      = "lost"   // by a fault rule
	WebhookHeld      = "held"   // by a fault rule, until ReleaseWebhooks
)

// Webhook is one event on its way to one application, with its tries.
type Webhook struct {
	Seq      int64           `json:"seq"`
	Time     time.Time       `json:"time"`
	TeamID   int64           `json:"teamId"`
	ClientID string          `json:"clientId"` // the application that receives it
	URL      string          `json:"url"`
	Event    string          `json:"event"`
	Payload  json.RawMessage `json:"payload"`
	State    string          `json:"state"`
	Attempts []Attempt       `json:"tries"`
	Next     *time.Time      `json:"next,omitempty"` // when it is sent again
	Note     string          `json:"note,omitempty"`
}

// Attempt is one attempt to deliver a webhook.
type Attempt struct {
	Time      time.Time     `json:"time"`   // of the simulated clock
	Status    int           `json:"status"` // 0 when there was no answer
	Error     string        `json:"error,omitempty"`
	Body      string        `json:"body"`
	Signature string        `json:"signature"`
	Duration  time.Duration `json:"duration"`
}

// delivery is a webhook whose delivery is not finished.
type delivery struct {
	Webhook

	secret string
	due    time.Time
	rule   WebhookFault
}

// Sign is the value of the header Smb-Signature: HMAC-SHA1 of the body as upper
// case hexadecimal.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	return strings.ToUpper(hex.EncodeToString(mac.Sum(nil)))
}

// newDeliveries makes the webhooks of an event: to one application, or, without a
// client id, to all that act for the team. s.mu must be held.
func (s *Server) newDeliveries(t *teamState, clientID, event string, payload json.RawMessage) (list []*delivery) {
	add := func(id, secret, address string) {
		if address == "" || (clientID != "" && clientID != id) {
			return
		}
		o := &delivery{secret: secret, due: s.currentTime()}
		o.Webhook = Webhook{Seq: s.nextID(), Time: s.currentTime(), TeamID: t.ID, ClientID: id, URL: address,
			Event: event, Payload: payload, State: WebhookWaiting, Attempts: []Attempt{}}
		list = append(list, o)
	}
	add(t.ClientID, t.ClientSecret, t.CallbackURL)
	for _, a := range t.platforms {
		add(a.ClientID, a.ClientSecret, a.CallbackURL)
	}
	return list
}

// deliver sends webhooks for the first time, one after the other, and returns
// when that is done; the repeats follow by the clock.
func (s *Server) deliver(list []*delivery) {
	for _, o := range list {
		if s.logWebhook(o) {
			s.deliverWithRetry(o)
		}
	}
}

// deliverLater does the same in the background, unless the server is closing.
func (s *Server) deliverLater(list []*delivery) {
	if len(list) == 0 {
		return
	}
	s.mu.Lock()
	s.inFlight++ // as a whole, so that Advance waits for webhooks that have not begun
	s.mu.Unlock()
	deliver := func() {
		s.deliver(list)
		s.endFlight()
	}
	if !s.background.Go(deliver) {
		s.endFlight()
	}
}

// endFlight counts a webhook, or the webhooks of a call, as sent.
func (s *Server) endFlight() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight--
	s.notifyWaiters()
}

// logWebhook logs a webhook and applies the matching fault. It reports
// whether it is to be sent now.
func (s *Server) logWebhook(o *delivery) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sends.Add(o)
	s.notifyWaiters()
	o.rule = s.useWebhookFault(o)
	switch {
	case o.rule.Lose:
		o.State, o.Note = WebhookLost, "lost by a fault rule"
		return false
	case o.rule.Hold:
		o.State = WebhookHeld
		s.held = append(s.held, o)
		return false
	case o.rule.Late > 0:
		o.Note = "late by a fault rule"
		s.scheduleRetry(o, s.currentTime().Add(o.rule.Late))
		return false
	}
	s.inFlight++
	return true
}

// encodeBody is what travels: ts is the moment of this try.
func (o *delivery) encodeBody(at time.Time) []byte {
	return webpage.EncodeJSON(struct {
		Event   string          `json:"event"`
		TS      int64           `json:"ts"`
		TID     int64           `json:"tid"`
		Payload json.RawMessage `json:"payload"`
	}{o.Event, at.Unix(), o.TeamID, o.Payload})
}

// sendWebhook sends a webhook. Every answer but 200 is a failure.
func (s *Server) sendWebhook(o *delivery) Attempt {
	ctx, cancel := context.WithTimeout(s.ctx, s.callbackTimeout())
	defer cancel()
	t := Attempt{Time: s.Time()}
	at := t.Time
	if o.rule.Stale {
		at = at.Add(-time.Hour)
	}
	body, secret := o.encodeBody(at), o.secret
	if o.rule.WrongSign {
		secret = "somebody else's"
	}
	t.Body, t.Signature = string(body), Sign(secret, body)
	start := time.Now()
	status, err := s.postWebhook(ctx, o.URL, body, t.Signature)
	t.Status, t.Duration = status, time.Since(start)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("answered with HTTP %d", status)
	}
	if err != nil {
		t.Error = err.Error()
	}
	return t
}

func (s *Server) postWebhook(ctx context.Context, address string, body []byte, signature string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Smb-Signature", signature)
	_, status, err := httpcall.Send(httpcall.Client(s.HTTPClient), req)
	return status, err
}

func (s *Server) callbackTimeout() time.Duration {
	if s.CallbackTimeout > 0 {
		return s.CallbackTimeout
	}
	return 5 * time.Second
}

// Webhooks lists the webhooks that were made, oldest first, as they stand.
func (s *Server) Webhooks() []Webhook {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.copyWebhooks()
}

func (s *Server) copyWebhooks() (out []Webhook) {
	for _, o := range s.sends.List() {
		out = append(out, o.Webhook)
	}
	return out
}

// Resend delivers a webhook of the log once more, with the same payload, to the
// address that its application has now, and returns after the first try.
func (s *Server) Resend(seq int64) error {
	s.init()
	list, err := s.copyForResend(seq)
	if err != nil {
		return err
	}
	s.deliver(list)
	return nil
}

func (s *Server) copyForResend(seq int64) ([]*delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.sends.List() {
		t := s.findTeam(o.TeamID)
		if o.Seq != seq || t == nil {
			continue
		}
		list := s.newDeliveries(t, o.ClientID, o.Event, o.Payload)
		for _, twin := range list {
			twin.Note = fmt.Sprintf("sent again: %d", seq)
		}
		return list, nil
	}
	return nil, fmt.Errorf("resend webhook %d: %w", seq, errNotFound)
}
