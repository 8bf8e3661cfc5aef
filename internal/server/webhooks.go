package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/webhook"
)

// Webhook is an address that events are sent to.
type Webhook struct {
	ID             string     `json:"id"`
	URL            string     `json:"url"`
	EventTypes     []string   `json:"eventTypes" doc:"None: all"`
	Description    string     `json:"description,omitempty"`
	State          string     `json:"state" enum:"enabled,disabled,paused" doc:"paused: it failed for days; what did not arrive is sent once it is enabled again"`
	OldSecretUntil *time.Time `json:"oldSecretUntil,omitempty" doc:"Until then the secret before the last rotation signs too"`
	FailingSince   *time.Time `json:"failingSince,omitempty"`
	CreatedAt      time.Time  `json:"createdAt"`
	UpdatedAt      time.Time  `json:"updatedAt"`
	Version        int        `json:"version" doc:"Grows with every change by an administrator"`
}

// Webhooks are those of the company, and what they may hear of.
type Webhooks struct {
	Items      []Webhook `json:"items"`
	EventTypes []string  `json:"eventTypes" doc:"All types of event that there are"`
}

// NewWebhook is a webhook with its secret, which is shown this once.
type NewWebhook struct {
	Webhook
	Secret string `json:"secret" doc:"Verifies the signatures (Standard Webhooks); it is not shown again"`
}

// WebhookInput is what makes a webhook.
type WebhookInput struct {
	URL         string   `json:"url" minLength:"1" maxLength:"2000" doc:"https, on the public Internet" example:"https://example.com/hooks"`
	EventTypes  []string `json:"eventTypes,omitempty" maxItems:"50" doc:"None: all"`
	Description string   `json:"description,omitempty" maxLength:"200"`
	Enabled     *bool    `json:"enabled,omitempty" doc:"true without it"`
}

// WebhookPatch changes what it names.
type WebhookPatch struct {
	EditedVersion

	URL         *string   `json:"url,omitempty" minLength:"1" maxLength:"2000"`
	EventTypes  *[]string `json:"eventTypes,omitempty" maxItems:"50"`
	Description *string   `json:"description,omitempty" maxLength:"200"`
	Enabled     *bool     `json:"enabled,omitempty" doc:"true resumes one that is paused"`
}

// WebhookDelivery is an event on its way to a webhook.
type WebhookDelivery struct {
	ID            string     `json:"id"`
	EventID       string     `json:"eventId" doc:"webhook-id of the request, the same at each attempt"`
	Type          string     `json:"type"`
	State         string     `json:"state" enum:"waiting,sending,delivered,failed"`
	Attempts      int        `json:"attempts"`
	Status        int        `json:"status,omitempty" doc:"HTTP status of the last answer"`
	Response      string     `json:"response,omitempty" doc:"First bytes of the last answer"`
	ErrorText     string     `json:"errorText,omitempty"`
	DurationMs    int        `json:"durationMs" doc:"Of the last attempt"`
	Body          string     `json:"body" doc:"What is sent, JSON"`
	CreatedAt     time.Time  `json:"createdAt"`
	AttemptedAt   *time.Time `json:"attemptedAt,omitempty"`
	DeliveredAt   *time.Time `json:"deliveredAt,omitempty"`
	NextAttemptAt *time.Time `json:"nextAttemptAt,omitempty"`
}

type deliveriesQuery struct {
	ByID
	Page
	State string `query:"state" enum:"waiting,sending,delivered,failed"`
}

func (s *Server) listWebhooks(ctx context.Context, _ *none) (*reply[Webhooks], error) {
	list, err := s.Webhooks.List(ctx, actorOf(ctx))
	return answer(Webhooks{Items: each(list, webhookOf), EventTypes: event.Types}, err)
}

func (s *Server) createWebhook(ctx context.Context, in *send[WebhookInput]) (*reply[NewWebhook], error) {
	b := in.Body
	input := webhook.Input{URL: b.URL, EventTypes: b.EventTypes, Description: b.Description, State: webhook.Enabled}
	if b.Enabled != nil {
		input.State = stateOf(*b.Enabled)
	}
	e, secret, err := s.Webhooks.Create(ctx, actorOf(ctx), input)
	return withSecret(e, secret, err)
}

func (s *Server) getWebhook(ctx context.Context, in *ByID) (*reply[Webhook], error) {
	return one(webhookOf)(s.Webhooks.Get(ctx, actorOf(ctx), in.ID))
}

func (s *Server) updateWebhook(ctx context.Context, in *sendTo[WebhookPatch]) (*reply[Webhook], error) {
	return one(webhookOf)(s.Webhooks.Update(ctx, actorOf(ctx), in.ID, in.Body.Version, func(input *webhook.Input) {
		b := in.Body
		set(&input.URL, b.URL)
		set(&input.EventTypes, b.EventTypes)
		set(&input.Description, b.Description)
		if b.Enabled != nil {
			input.State = stateOf(*b.Enabled)
		}
	}))
}

func (s *Server) deleteWebhook(ctx context.Context, in *ByID) (*none, error) {
	return &none{}, s.Webhooks.Delete(ctx, actorOf(ctx), in.ID)
}

func (s *Server) rotateWebhook(ctx context.Context, in *ByID) (*reply[NewWebhook], error) {
	e, secret, err := s.Webhooks.Rotate(ctx, actorOf(ctx), in.ID)
	return withSecret(e, secret, err)
}

func (s *Server) testWebhook(ctx context.Context, in *ByID) (*reply[WebhookDelivery], error) {
	return one(deliveryIn(languageOf(ctx)))(s.Webhooks.SendTest(ctx, actorOf(ctx), in.ID))
}

func (s *Server) listWebhookDeliveries(ctx context.Context, in *deliveriesQuery) (*reply[List[WebhookDelivery]], error) {
	list, next, err := s.Webhooks.Deliveries(ctx, actorOf(ctx), in.ID, webhook.DeliveryFilter{
		State: webhook.DeliveryState(in.State), Cursor: in.Cursor, Limit: in.Limit,
	})
	return answer(listOf(list, next, deliveryIn(languageOf(ctx))), err)
}

func (s *Server) resendWebhook(ctx context.Context, in *ByID) (*reply[WebhookDelivery], error) {
	return one(deliveryIn(languageOf(ctx)))(s.Webhooks.Resend(ctx, actorOf(ctx), in.ID))
}

func stateOf(enabled bool) webhook.EndpointState {
	if enabled {
		return webhook.Enabled
	}
	return webhook.Disabled
}

func withSecret(e *webhook.Endpoint, secret string, err error) (*reply[NewWebhook], error) {
	if err != nil {
		return nil, err
	}
	return answer(NewWebhook{Webhook: webhookOf(*e), Secret: secret}, nil)
}

func webhookOf(e webhook.Endpoint) Webhook {
	return Webhook{
		ID: e.ID, URL: e.URL, EventTypes: e.EventTypes, Description: e.Description, State: string(e.State),
		OldSecretUntil: e.OldSecretUntil, FailingSince: e.FailingSince, CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt, Version: e.Version,
	}
}

func deliveryIn(lang string) func(webhook.Delivery) WebhookDelivery {
	return func(d webhook.Delivery) WebhookDelivery {
		out := WebhookDelivery{
			ID: d.ID, EventID: d.EventID, Type: d.Type, State: string(d.State), Attempts: d.Attempts, Status: d.Status,
			Response: d.Response, DurationMs: d.DurationMs, Body: d.Body, CreatedAt: d.CreatedAt,
			AttemptedAt: d.AttemptedAt, DeliveredAt: d.DeliveredAt, NextAttemptAt: d.NextAttemptAt,
		}
		if d.ErrorCode != "" {
			out.ErrorText = i18n.T(lang, d.ErrorCode, map[string]any{"Status": d.Status, "Error": d.Error})
		}
		return out
	}
}
