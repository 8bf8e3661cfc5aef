// Package customerserviceapi contains the operations on WeChat customer service: the settings, and the
// conversations with candidates.
package customerserviceapi

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Handlers are the operations.
type Handlers struct {
	CustomerService *customerservice.Service
}

// CustomerServiceSettingsInput is the body of setCustomerServiceSettings.
type CustomerServiceSettingsInput struct {
	Enabled  bool   `json:"enabled" doc:"Candidates can ask questions in WeChat"`
	OpenKFID string `json:"openKfId" maxLength:"100" doc:"The account in WeCom" example:"wkAbCdEf0123"`
	Version  int    `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// CustomerServiceSettings are the settings of the company.
type CustomerServiceSettings struct {
	CustomerServiceSettingsInput

	AccountName string     `json:"accountName"`
	ReadAt      *time.Time `json:"readAt,omitempty" doc:"When messages were read last; absent: never"`
	Failure     string     `json:"failure,omitempty" doc:"Why WeCom refuses the calls, and the remedy, in the caller's language"`
}

// CustomerServiceAccount is an account of the company in WeCom.
type CustomerServiceAccount struct {
	OpenKFID string `json:"openKfId"`
	Name     string `json:"name"`
	Granted  bool   `json:"granted" doc:"The application may receive and send its messages"`
}

// CustomerServiceAccounts are the accounts in WeCom.
type CustomerServiceAccounts struct {
	Items []CustomerServiceAccount `json:"items"`
}

// ConversationMessage is a message of a candidate in WeChat, or of a member to the candidate.
type ConversationMessage struct {
	ID        string           `json:"id"`
	Author    *resource.Person `json:"author,omitempty" doc:"Absent: the candidate"`
	Text      string           `json:"text"`
	Kind      string           `json:"kind" doc:"text, or the type of what can be seen in WeCom's client only, such as image"`
	Recalled  bool             `json:"recalled" doc:"The candidate has taken it back"`
	InWeCom   bool             `json:"inWeCom" doc:"Written in WeCom's client"`
	State     string           `json:"state,omitempty" enum:"queued,sending,sent,failed,skipped" doc:"Of an answer that was written here"`
	Reason    string           `json:"reason,omitempty" doc:"Why it was not sent, in the caller's language"`
	CreatedAt time.Time        `json:"createdAt"`
}

// Conversation is the conversation with the candidate of an interview in WeChat.
type Conversation struct {
	Active       bool                  `json:"active" doc:"The company has turned customer service on"`
	URL          string                `json:"url,omitempty" doc:"Opens customer service in the candidate's WeChat"`
	OpenedAt     *time.Time            `json:"openedAt,omitempty"`
	Messages     []ConversationMessage `json:"messages" doc:"The newest 200, the oldest first"`
	Obstacle     string                `json:"obstacle,omitempty" enum:"off,not_opened,no_text,window,limit" doc:"Why no answer can be sent"`
	ObstacleText string                `json:"obstacleText,omitempty" doc:"In the caller's language"`
	Left         int                   `json:"left" doc:"Answers that can be sent until the candidate writes again"`
	Until        *time.Time            `json:"until,omitempty" doc:"Until when answers can be sent"`
	Failure      string                `json:"failure,omitempty" doc:"Why WeCom refuses the calls, and the remedy, in the caller's language"`
}

// AnswerInput is the body of answerCandidate.
type AnswerInput struct {
	Text      string `json:"text" maxLength:"2048" doc:"At most 2,048 bytes in UTF-8"`
	RequestID string `json:"requestId" maxLength:"64" doc:"Chosen by the caller; a repeated request with the same id sends nothing"`
}

// GetSettings returns the settings of the company.
func (h Handlers) GetSettings(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[CustomerServiceSettings], error) {
	return httpapi.MapResponse(newSettings(ctx))(h.CustomerService.Settings(ctx, caller.Actor(ctx)))
}

// SetSettings changes the settings of the company.
func (h Handlers) SetSettings(ctx context.Context, in *httpapi.Request[CustomerServiceSettingsInput]) (*httpapi.Response[CustomerServiceSettings], error) {
	edit := customerservice.Edit{Enabled: in.Body.Enabled, OpenKFID: in.Body.OpenKFID}
	return httpapi.MapResponse(newSettings(ctx))(h.CustomerService.UpdateSettings(ctx, caller.Actor(ctx), in.Body.Version, edit))
}

// ListAccounts returns the accounts in WeCom.
func (h Handlers) ListAccounts(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[CustomerServiceAccounts], error) {
	list, err := h.CustomerService.ListAccounts(ctx, caller.Actor(ctx))
	return httpapi.NewResponse(CustomerServiceAccounts{httpapi.MapSlice(list, func(a customerservice.Account) CustomerServiceAccount {
		return CustomerServiceAccount{OpenKFID: a.OpenKFID, Name: a.Name, Granted: a.Granted}
	})}, err)
}

// GetConversation returns the conversation about an interview.
func (h Handlers) GetConversation(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Conversation], error) {
	return httpapi.MapResponse(newConversation(ctx))(h.CustomerService.Get(ctx, caller.Actor(ctx), in.ID))
}

// Answer sends a text to the candidate of an interview.
func (h Handlers) Answer(ctx context.Context, in *httpapi.RequestByID[AnswerInput]) (*httpapi.Response[Conversation], error) {
	return httpapi.MapResponse(newConversation(ctx))(h.CustomerService.Answer(ctx, caller.Actor(ctx), in.ID, customerservice.AnswerInput(in.Body)))
}

// RenewLink revokes the link of an interview and creates another one.
func (h Handlers) RenewLink(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Conversation], error) {
	return httpapi.MapResponse(newConversation(ctx))(h.CustomerService.Renew(ctx, caller.Actor(ctx), in.ID))
}

func localizeReason(lang string, r *apperr.Reason) string {
	if r == nil {
		return ""
	}
	return i18n.T(lang, r.Code, r.Params)
}

func newSettings(ctx context.Context) func(customerservice.Settings) CustomerServiceSettings {
	return func(c customerservice.Settings) CustomerServiceSettings {
		return CustomerServiceSettings{
			CustomerServiceSettingsInput: CustomerServiceSettingsInput{Enabled: c.Enabled, OpenKFID: c.OpenKFID, Version: c.Version},
			AccountName:                  c.AccountName, ReadAt: c.ReadAt, Failure: localizeReason(httpapi.Language(ctx), c.Failure),
		}
	}
}

func newConversation(ctx context.Context) func(customerservice.Conversation) Conversation {
	lang := httpapi.Language(ctx)
	return func(c customerservice.Conversation) Conversation {
		out := Conversation{
			Active: c.Obstacle != customerservice.Off, URL: c.URL, OpenedAt: c.OpenedAt, Obstacle: string(c.Obstacle), Left: c.Left, Until: c.Until,
			Failure:  localizeReason(lang, c.Failure),
			Messages: httpapi.MapSlice(c.Messages, func(m customerservice.Message) ConversationMessage { return newMessage(lang, m) }),
		}
		if c.Obstacle != "" {
			out.ObstacleText = i18n.T(lang, c.Obstacle.Code(), nil)
		}
		return out
	}
}

func newMessage(lang string, m customerservice.Message) ConversationMessage {
	out := ConversationMessage{ID: m.ID, Text: m.Text, Kind: m.Kind, Recalled: m.Recalled, InWeCom: m.WrittenInApp, CreatedAt: m.CreatedAt}
	if m.FromMember {
		author := resource.NewPerson(m.Author)
		out.Author = &author
	}
	if d := m.Delivery; d != nil {
		out.State = string(d.State)
		if d.State != message.Sent {
			out.Reason = localizeReason(lang, d.Failure())
		}
	}
	return out
}
