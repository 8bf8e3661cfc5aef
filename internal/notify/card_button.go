package notify

import (
	"context"
	"errors"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
)

// CardActionArgs is the job to act on the tap of a card's button.
type CardActionArgs struct {
	CorpID       string `json:"corpId"`
	UserID       string `json:"userId"`
	MessageID    string `json:"messageId"` // the card's task_id
	Key          string `json:"key"`
	ResponseCode string `json:"responseCode"`
}

// Kind names the job.
func (CardActionArgs) Kind() string { return "notify_tap" }

// ReplyArgs is the job to answer what a member wrote to the application.
type ReplyArgs struct {
	CorpID string `json:"corpId"`
	UserID string `json:"userId"`
}

// Kind names the job.
func (ReplyArgs) Kind() string { return "notify_reply" }

// Receive takes what WeCom tells us: it only inserts a job, since WeCom waits
// five seconds for the answer. It fits callback.Config.Handle.
func (s *Service) Receive(ctx context.Context, m callback.Message) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if m.Event == "change_contact" {
			return s.Account.ScheduleSync(ctx, tx)
		}
		if args := jobForCallback(m); args != nil {
			return s.Queue.Insert(ctx, tx, args)
		}
		s.Logger.InfoContext(ctx, "callback without consequence", "kind", m.Kind())
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
	case m.MsgType == "text":
		return ReplyArgs{CorpID: m.ToUserName, UserID: m.FromUserName}
	default:
		return nil
	}
}

// handleCardAction takes an answer to an invitation and shows it on the card.
func (s *Service) handleCardAction(ctx context.Context, args CardActionArgs, _ job.Attempt) error {
	response, ok := map[string]interview.Response{keyAccept: interview.Accepted, keyDecline: interview.Declined}[args.Key]
	if !ok {
		return job.Cancel(errors.New("a card has no button " + args.Key))
	}
	userID, err := s.Account.CanonicalUserID(ctx, args.CorpID, args.UserID)
	if err != nil {
		return err
	}
	d, err := s.Interview.LoadMessage(ctx, args.CorpID, args.MessageID)
	if apperr.KindOf(err) == apperr.NotFound {
		return job.Cancel(err)
	}
	if err != nil {
		return err
	}
	label, state := "notify.card."+string(response), interview.CardAnswered
	_, err = s.Interview.Respond(ctx, interviewerActor(args.CorpID, userID), d.Interview.ID,
		interview.ResponseInput{Response: response, ScheduleVersion: d.Message.ScheduleVersion})
	switch apperr.KindOf(err) {
	case apperr.Conflict, apperr.Gone, apperr.Forbidden, apperr.NotFound: // moved, called off or not theirs any more
		label, state = "notify.card.closed", interview.CardClosed
	default:
		if err != nil {
			return err
		}
	}
	return s.replaceCardButton(ctx, d.Message, userID, args.ResponseCode, label, state)
}

// updateAnsweredCards shows an answer that was given on a page on the member's cards.
func (s *Service) updateAnsweredCards(ctx context.Context, args interview.AnsweredArgs, _ job.Attempt) error {
	return s.closeCards(ctx, args.CorpID, args.InterviewID, args.UserID, "", "notify.card."+string(args.Response), interview.CardAnswered)
}

// closeOlderCards makes the buttons of a member's older cards about the
// interview grey, once a newer message says otherwise.
func (s *Service) closeOlderCards(ctx context.Context, d *interview.Delivery) error {
	if d.Message.Kind != interview.KindChanged && d.Message.Kind != interview.KindCancelled {
		return nil
	}
	return s.closeCards(ctx, d.Message.CorpID, d.Interview.ID, d.Message.Recipient, d.Message.ID, "notify.card.closed", interview.CardClosed)
}

// closeCards makes the open buttons of a member's cards grey, but for those of
// the message except.
func (s *Service) closeCards(ctx context.Context, corpID, interviewID, userID, except, label string, state interview.CardState) error {
	cards, err := s.Interview.OpenCards(ctx, corpID, interviewID, userID)
	if err != nil {
		return err
	}
	for _, m := range cards {
		if m.ID == except {
			continue
		}
		if err := s.replaceCardButton(ctx, &m, userID, m.ResponseCode, label, state); err != nil {
			return err
		}
	}
	return nil
}

// replaceCardButton makes a card's buttons grey with a text. That a card can't be
// changed any more (60140: the code is used or older than 72 hours) is no
// reason to try again: the answer itself is stored.
func (s *Service) replaceCardButton(ctx context.Context, m *interview.Message, userID, responseCode, label string, state interview.CardState) error {
	lang, err := s.languageOf(ctx, m.CorpID, userID)
	if err != nil {
		return err
	}
	_, err = s.Client.Messages.UpdateTemplateCard(ctx, &wecom.CardUpdate{
		UserIDs: []string{userID}, ResponseCode: responseCode,
		Button: &wecom.CardButtonUpdate{ReplaceName: i18n.T(lang, label, nil)},
	})
	if isRetryable(err) {
		return err
	}
	if err != nil {
		s.Logger.WarnContext(ctx, "card not changed", "message", m.ID, "error", err)
	}
	return s.Interview.MarkCard(ctx, m.CorpID, m.ID, state)
}

// isRetryable says whether a call of WeCom may succeed later.
func isRetryable(err error) bool {
	switch wecom.ClassOf(err) {
	case wecom.ClassRetry, wecom.ClassNetwork, wecom.ClassLimit, wecom.ClassToken:
		return true
	default:
		return false
	}
}
