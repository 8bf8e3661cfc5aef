package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/webhook"
)

// Webhook is an endpoint to which events are sent.
type Webhook struct {
	ID             string     `json:"id"`
	URL            string     `json:"url"`
	EventTypes     []string   `json:"eventTypes" doc:"Empty: all"`
	Description    string     `json:"description,omitempty"`
	State          string     `json:"state" enum:"enabled,disabled,paused" doc:"paused: deliveries failed for days; undelivered events are sent once it is enabled again"`
	OldSecretUntil *time.Time `json:"oldSecretUntil,omitempty" doc:"Until then, requests are signed with the previous secret too"`
	FailingSince   *time.Time `json:"failingSince,omitempty"`
	CreatedAt      time.Time  `json:"createdAt"`
	UpdatedAt      time.Time  `json:"updatedAt"`
	Version        int        `json:"version" doc:"Incremented by every change by an administrator"`
}

// Webhooks holds the company's webhooks and all event types.
type Webhooks struct {
	Items      []Webhook `json:"items"`
	EventTypes []string  `json:"eventTypes" doc:"All event types"`
}

// NewWebhook is a webhook with its secret, which is returned only once.
type NewWebhook struct {
	Webhook
	Secret string `json:"secret" doc:"Key of the signatures (Standard Webhooks); it is not returned again"`
}

// WebhookInput is the body of createWebhook.
type WebhookInput struct {
	URL         string   `json:"url" minLength:"1" maxLength:"2000" doc:"https, on the public Internet" example:"https://example.com/hooks"`
	EventTypes  []string `json:"eventTypes,omitempty" maxItems:"50" doc:"Empty: all"`
	Description string   `json:"description,omitempty" maxLength:"200"`
	Enabled     *bool    `json:"enabled,omitempty" doc:"Omitted: true"`
}

// WebhookPatch is the body of updateWebhook; omitted fields do not change.
type WebhookPatch struct {
	EditedVersion

	URL         *string   `json:"url,omitempty" minLength:"1" maxLength:"2000"`
	EventTypes  *[]string `json:"eventTypes,omitempty" maxItems:"50"`
	Description *string   `json:"description,omitempty" maxLength:"200"`
	Enabled     *bool     `json:"enabled,omitempty" doc:"true resumes a paused webhook"`
}

// WebhookDelivery is the delivery of one event to one webhook.
type WebhookDelivery struct {
	ID            string     `json:"id"`
	EventID       string     `json:"eventId" doc:"webhook-id of the request, the same at each attempt"`
	Type          string     `json:"type"`
	State         string     `json:"state" enum:"waiting,sending,delivered,failed"`
	Attempts      int        `json:"attempts"`
	Status        int        `json:"status,omitempty" doc:"HTTP status of the last response"`
	Response      string     `json:"response,omitempty" doc:"First bytes of the last response"`
	ErrorText     string     `json:"errorText,omitempty"`
	DurationMs    int        `json:"durationMs" doc:"Of the last attempt"`
	Body          string     `json:"body" doc:"Body of the request, JSON"`
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

func (s *Server) listWebhooks(ctx context.Context, _ *empty) (*jsonResponse[Webhooks], error) {
	list, err := s.Webhooks.List(ctx, actorOf(ctx))
	return respond(Webhooks{Items: mapSlice(list, toWebhook), EventTypes: event.Types}, err)
}

func (s *Server) createWebhook(ctx context.Context, in *jsonRequest[WebhookInput]) (*jsonResponse[NewWebhook], error) {
	b := in.Body
	input := webhook.Input{URL: b.URL, EventTypes: b.EventTypes, Description: b.Description, State: webhook.Enabled}
	if b.Enabled != nil {
		input.State = endpointState(*b.Enabled)
	}
	e, secret, err := s.Webhooks.Create(ctx, actorOf(ctx), input)
	return respondWithSecret(e, secret, err)
}

func (s *Server) getWebhook(ctx context.Context, in *ByID) (*jsonResponse[Webhook], error) {
	return respondWith(toWebhook)(s.Webhooks.Get(ctx, actorOf(ctx), in.ID))
}

func (s *Server) updateWebhook(ctx context.Context, in *jsonRequestByID[WebhookPatch]) (*jsonResponse[Webhook], error) {
	return respondWith(toWebhook)(s.Webhooks.Update(ctx, actorOf(ctx), in.ID, in.Body.Version, func(input *webhook.Input) {
		b := in.Body
		setIfPresent(&input.URL, b.URL)
		setIfPresent(&input.EventTypes, b.EventTypes)
		setIfPresent(&input.Description, b.Description)
		if b.Enabled != nil {
			input.State = endpointState(*b.Enabled)
		}
	}))
}

func (s *Server) deleteWebhook(ctx context.Context, in *ByID) (*empty, error) {
	return &empty{}, s.Webhooks.Delete(ctx, actorOf(ctx), in.ID)
}

func (s *Server) rotateWebhook(ctx context.Context, in *ByID) (*jsonResponse[NewWebhook], error) {
	e, secret, err := s.Webhooks.Rotate(ctx, actorOf(ctx), in.ID)
	return respondWithSecret(e, secret, err)
}

func (s *Server) testWebhook(ctx context.Context, in *ByID) (*jsonResponse[WebhookDelivery], error) {
	return respondWith(localizeDelivery(languageOf(ctx)))(s.Webhooks.SendTest(ctx, actorOf(ctx), in.ID))
}

func (s *Server) listWebhookDeliveries(ctx context.Context, in *deliveriesQuery) (*jsonResponse[List[WebhookDelivery]], error) {
	list, next, err := s.Webhooks.Deliveries(ctx, actorOf(ctx), in.ID, webhook.DeliveryFilter{
		State: webhook.DeliveryState(in.State), Cursor: in.Cursor, Limit: in.Limit,
	})
	return respond(toList(list, next, localizeDelivery(languageOf(ctx))), err)
}

func (s *Server) resendWebhook(ctx context.Context, in *ByID) (*jsonResponse[WebhookDelivery], error) {
	return respondWith(localizeDelivery(languageOf(ctx)))(s.Webhooks.Resend(ctx, actorOf(ctx), in.ID))
}

func endpointState(enabled bool) webhook.EndpointState {
	if enabled {
		return webhook.Enabled
	}
	return webhook.Disabled
}

func respondWithSecret(e *webhook.Endpoint, secret string, err error) (*jsonResponse[NewWebhook], error) {
	if err != nil {
		return nil, err
	}
	return respond(NewWebhook{Webhook: toWebhook(*e), Secret: secret}, nil)
}

func toWebhook(e webhook.Endpoint) Webhook {
	return Webhook{
		ID: e.ID, URL: e.URL, EventTypes: e.EventTypes, Description: e.Description, State: string(e.State),
		OldSecretUntil: e.OldSecretUntil, FailingSince: e.FailingSince, CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt, Version: e.Version,
	}
}

func localizeDelivery(lang string) func(webhook.Delivery) WebhookDelivery {
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
