package model

import (
	"encoding/json"
	"time"
)

// States of a webhook.
const (
	WebhookWaiting   = "waiting" // for the first attempt or a retry
	WebhookDelivered = "delivered"
	WebhookFailed    = "failed" // in all attempts
	WebhookLost      = "lost"   // by a fault
	WebhookHeld      = "held"   // by a fault, until ReleaseHeldWebhooks
)

// Webhook is the delivery of one event to one application.
type Webhook struct {
	Seq      int64           `json:"seq"`
	Time     time.Time       `json:"time"`
	TeamID   int64           `json:"teamId"`
	ClientID string          `json:"clientId"` // of the receiving application
	URL      string          `json:"url"`
	Event    string          `json:"event"`
	Payload  json.RawMessage `json:"payload"`
	State    string          `json:"state"`
	Attempts []Attempt       `json:"tries"`
	Next     *time.Time      `json:"next,omitempty"` // time of the next attempt
	Note     string          `json:"note,omitempty"`
}

// Attempt is one attempt to deliver a webhook.
type Attempt struct {
	Time      time.Time     `json:"time"`   // of the simulated clock
	Status    int           `json:"status"` // 0: no reply
	Error     string        `json:"error,omitempty"`
	Body      string        `json:"body"`
	Signature string        `json:"signature"`
	Duration  time.Duration `json:"duration"`
}
