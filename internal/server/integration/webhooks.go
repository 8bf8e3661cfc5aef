package integration

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"

	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/webhook"
)

// WebhookHandlers are the operations of webhooks and their deliveries.
type WebhookHandlers struct{ Webhooks *webhook.Service }

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
	resource.EditedVersion

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
	httpapi.ByID
	resource.Page
	State string `query:"state" enum:"waiting,sending,delivered,failed"`
}

func (h WebhookHandlers) ListWebhooks(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[Webhooks], error) {
	list, err := h.Webhooks.List(ctx, caller.Actor(ctx))
	return httpapi.NewResponse(Webhooks{Items: httpapi.MapSlice(list, toWebhook), EventTypes: event.Types}, err)
}

func (h WebhookHandlers) CreateWebhook(ctx context.Context, in *httpapi.Request[WebhookInput]) (*httpapi.Response[NewWebhook], error) {
	b := in.Body
	input := webhook.Input{URL: b.URL, EventTypes: b.EventTypes, Description: b.Description, State: webhook.Enabled}
	if b.Enabled != nil {
		input.State = endpointState(*b.Enabled)
	}
	e, secret, err := h.Webhooks.Create(ctx, caller.Actor(ctx), input)
	return respondWithSecret(e, secret, err)
}

func (h WebhookHandlers) GetWebhook(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Webhook], error) {
	return httpapi.MapResponse(toWebhook)(h.Webhooks.Get(ctx, caller.Actor(ctx), in.ID))
}

func (h WebhookHandlers) UpdateWebhook(ctx context.Context, in *httpapi.RequestByID[WebhookPatch]) (*httpapi.Response[Webhook], error) {
	return httpapi.MapResponse(toWebhook)(h.Webhooks.Update(ctx, caller.Actor(ctx), in.ID, in.Body.Version, func(input *webhook.Input) {
		b := in.Body
		httpapi.SetIfPresent(&input.URL, b.URL)
		httpapi.SetIfPresent(&input.EventTypes, b.EventTypes)
		httpapi.SetIfPresent(&input.Description, b.Description)
		if b.Enabled != nil {
			input.State = endpointState(*b.Enabled)
		}
	}))
}

func (h WebhookHandlers) DeleteWebhook(ctx context.Context, in *httpapi.ByID) (*httpapi.Empty, error) {
	return &httpapi.Empty{}, h.Webhooks.Delete(ctx, caller.Actor(ctx), in.ID)
}

func (h WebhookHandlers) RotateWebhook(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[NewWebhook], error) {
	e, secret, err := h.Webhooks.Rotate(ctx, caller.Actor(ctx), in.ID)
	return respondWithSecret(e, secret, err)
}

func (h WebhookHandlers) TestWebhook(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[WebhookDelivery], error) {
	return httpapi.MapResponse(localizeDelivery(httpapi.Language(ctx)))(h.Webhooks.SendTest(ctx, caller.Actor(ctx), in.ID))
}

func (h WebhookHandlers) ListWebhookDeliveries(ctx context.Context, in *deliveriesQuery) (*httpapi.Response[resource.List[WebhookDelivery]], error) {
	list, next, err := h.Webhooks.Deliveries(ctx, caller.Actor(ctx), in.ID, webhook.DeliveryFilter{
		Page: in.ToDomain(), State: webhook.DeliveryState(in.State),
	})
	return httpapi.NewResponse(resource.NewList(list, next, localizeDelivery(httpapi.Language(ctx))), err)
}

func (h WebhookHandlers) ResendWebhook(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[WebhookDelivery], error) {
	return httpapi.MapResponse(localizeDelivery(httpapi.Language(ctx)))(h.Webhooks.Resend(ctx, caller.Actor(ctx), in.ID))
}

func endpointState(enabled bool) webhook.EndpointState {
	if enabled {
		return webhook.Enabled
	}
	return webhook.Disabled
}

func respondWithSecret(e *webhook.Endpoint, secret string, err error) (*httpapi.Response[NewWebhook], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(NewWebhook{Webhook: toWebhook(*e), Secret: secret}, nil)
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
