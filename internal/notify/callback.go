package notify

import (
	"context"

	"github.com/huimian/huimian/internal/appointment"
	"github.com/huimian/huimian/internal/approval"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/wecom/callback"
)

// CardActionArgs is the job that processes a button press on a card.
type CardActionArgs struct {
	CorpID       string `json:"corpId"`
	UserID       string `json:"userId"`
	MessageID    string `json:"messageId"` // the card's task_id
	Key          string `json:"key"`
	ResponseCode string `json:"responseCode"`
}

// Kind implements job.Args.
func (CardActionArgs) Kind() string { return "notify_card_action" }

// KindAliases returns the earlier kind of queued jobs.
func (CardActionArgs) KindAliases() []string { return []string{"notify_tap"} }

// ReplyArgs is the job that replies to a text message to the application, or to a button of
// its menu.
type ReplyArgs struct {
	CorpID  string `json:"corpId"`
	UserID  string `json:"userId"`
	Text    string `json:"text,omitempty"` // "" if it is too long
	MenuKey string `json:"menuKey,omitempty"`
}

// Kind implements job.Args.
func (ReplyArgs) Kind() string { return "notify_reply" }

// Receive handles callbacks of WeCom: it is a callback.Config.Handle. It only inserts
// a job, because WeCom waits five seconds for the response.
func (s *Service) Receive(ctx context.Context, m callback.Message) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if m.Event == "change_contact" {
			return s.Account.ScheduleSync(ctx, tx)
		}
		if args := jobForCallback(m); args != nil {
			return s.Queue.Insert(ctx, tx, args)
		}
		s.Logger.InfoContext(ctx, "callback ignored", "kind", m.Kind())
		return nil
	})
}

func jobForCallback(m callback.Message) job.Args {
	switch {
	case m.Event == "template_card_event":
		return CardActionArgs{
			CorpID: m.ToUserName, UserID: m.FromUserName,
			MessageID: m.TaskID, Key: m.EventKey, ResponseCode: m.ResponseCode,
		}
	case m.Event == "click":
		return replyArgsFor(m.ToUserName, m.FromUserName, "", m.EventKey)
	case m.MsgType == "text":
		content := ""
		if text, ok := m.Body.(*callback.Text); ok {
			content = text.Content
		}
		return replyArgsFor(m.ToUserName, m.FromUserName, content, "")
	default:
		if args := customerservice.JobFor(m); args != nil {
			return args
		}
		if args := approval.JobFor(m); args != nil {
			return args
		}
		return appointment.JobFor(m)
	}
}
