package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
)

type messageHandlers struct {
	interviews *interview.Service
	accounts   *account.Service
}

// Message is an entry of the message log: one message to one recipient.
type Message struct {
	ID            string          `json:"id"`
	Kind          string          `json:"kind" enum:"invite,changed,cancelled,declined,accepted,reminder,candidate_waiting,evaluate,evaluate_reminder,summary,room_failed,room_follows,room_ready,substitute,digest,booking_offer,written_test,decision_mail,decided,approval_rejected,approval_failed,wechat_welcome,candidate_question,candidate_answer,calibration"`
	Channel       string          `json:"channel" enum:"wecom,mail,wechat"`
	Recipient     resource.Person `json:"recipient" doc:"userId is empty for mail to a candidate"`
	InterviewID   string          `json:"interviewId,omitempty"`
	Interview     string          `json:"interviewTitle,omitempty"`
	CandidateID   string          `json:"candidateId,omitempty" doc:"Of a mail that is about no interview"`
	OfferID       string          `json:"offerId,omitempty"`
	State         string          `json:"state" enum:"queued,sending,sent,failed,waiting,skipped" doc:"waiting: an attempt failed and will be retried automatically"`
	Attempts      int             `json:"attempts"`
	MsgID         string          `json:"msgid,omitempty"`
	Errcode       int             `json:"errcode" doc:"WeCom's errcode, 0 for none"`
	ErrorText     string          `json:"errorText,omitempty" doc:"Cause and remedy, in the caller's language"`
	CreatedAt     time.Time       `json:"createdAt"`
	SentAt        *time.Time      `json:"sentAt,omitempty"`
	NextAttemptAt *time.Time      `json:"nextAttemptAt,omitempty"`
	DeferredUntil *time.Time      `json:"deferredUntil,omitempty" doc:"End of the recipient's quiet hours, or the planned time, for which a queued message waits"`
}

type messagesQuery struct {
	resource.Page
	State       string `query:"state" enum:"queued,sending,sent,failed,waiting,skipped"`
	Kind        string `query:"kind" enum:"invite,changed,cancelled,declined,accepted,reminder,candidate_waiting,evaluate,evaluate_reminder,summary,room_failed,room_follows,room_ready,substitute,digest,booking_offer,written_test,decision_mail,decided,approval_rejected,approval_failed,wechat_welcome,candidate_question,candidate_answer,calibration"`
	UserID      string `query:"userId" maxLength:"64"`
	InterviewID string `query:"interviewId" maxLength:"64"`
}

func (h messageHandlers) listMessages(ctx context.Context, in *messagesQuery) (*httpapi.Response[resource.List[Message]], error) {
	recipient, err := h.accounts.CanonicalUserID(ctx, caller.Profile(ctx).CorpID, in.UserID)
	if err != nil {
		return nil, err
	}
	f := message.Filter{
		Page: in.ToDomain(), State: message.State(in.State), Kind: message.Kind(in.Kind),
		Recipient: recipient, InterviewID: in.InterviewID,
	}
	f.Waiting = in.State == "waiting"
	list, next, err := h.interviews.Messages.List(ctx, caller.Actor(ctx), f)
	return httpapi.NewResponse(resource.NewList(list, next, localizeMessage(httpapi.Language(ctx))), err)
}

func (h messageHandlers) listInterviewMessages(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.List[Message]], error) {
	list, err := h.interviews.InterviewMessages(ctx, caller.Actor(ctx), in.ID)
	return httpapi.NewResponse(resource.NewList(list, "", localizeMessage(httpapi.Language(ctx))), err)
}

func (h messageHandlers) retryMessage(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Message], error) {
	return httpapi.MapResponse(localizeMessage(httpapi.Language(ctx)))(h.interviews.Messages.Retry(ctx, caller.Actor(ctx), in.ID))
}

func localizeMessage(lang string) func(message.Message) Message {
	return func(m message.Message) Message {
		out := Message{
			ID: m.ID, Kind: string(m.Kind), Channel: string(m.Channel), Recipient: resource.NewPerson(m.Person),
			InterviewID: m.InterviewID, Interview: m.InterviewTitle, CandidateID: m.CandidateID, OfferID: m.Data.Offer, State: string(m.State), Attempts: m.Attempts,
			MsgID: m.MsgID, Errcode: m.Errcode, CreatedAt: m.CreatedAt, SentAt: m.SentAt, NextAttemptAt: m.NextAttemptAt,
		}
		if m.IsDeferred() {
			out.DeferredUntil = m.NextAttemptAt
		}
		if m.Waiting() {
			out.State = "waiting"
		}
		if m.ErrorCode != "" {
			out.ErrorText = i18n.T(lang, m.ErrorCode, map[string]any{"Errcode": m.Errcode, "Error": m.Error})
		}
		return out
	}
}
