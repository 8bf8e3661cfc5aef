package notify

import (
	"context"
	"errors"
	"strings"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/wecom"
)

// handleCardAction stores the response to an invitation and updates the card.
func (s *Service) handleCardAction(ctx context.Context, args CardActionArgs, _ job.Attempt) error {
	response, ok := map[string]interview.Response{keyAccept: interview.Accepted, keyDecline: interview.Declined}[args.Key]
	late := strings.HasPrefix(args.Key, keyLate)
	if !ok && !late {
		return cancelUnknownButton(args.Key)
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
	if late {
		return s.handleLateAction(ctx, d, userID, args)
	}
	if d.Message.Kind == message.KindSubstitute {
		return s.handleSubstituteAction(ctx, d.Message, userID, args.ResponseCode, response == interview.Accepted)
	}
	label, state := "notify.card."+string(response), message.CardAnswered
	_, err = s.Interview.Respond(ctx, actor.ForInterviewer(args.CorpID, userID), d.Interview.ID,
		interview.ResponseInput{Response: response, ScheduleVersion: d.Message.ScheduleVersion})
	switch apperr.KindOf(err) {
	case apperr.Conflict, apperr.Gone, apperr.Forbidden, apperr.NotFound: // rescheduled, cancelled or no longer assigned
		label, state = "notify.card.closed", message.CardClosed
	default:
		if err != nil {
			return err
		}
	}
	return s.replaceCardButton(ctx, d.Message, userID, args.ResponseCode, label, state)
}

func cancelUnknownButton(key string) error {
	return job.Cancel(errors.New("unknown card button " + key))
}

// updateAnsweredCards shows a response that was given in the web interface on the
// member's cards.
func (s *Service) updateAnsweredCards(ctx context.Context, args interview.AnsweredArgs, _ job.Attempt) error {
	keep := func(m *message.Message) bool { // the reminder of one who comes has other buttons
		return m.Kind == message.KindReminder && args.Response == interview.Accepted
	}
	return s.closeCards(ctx, args.CorpID, args.InterviewID, args.UserID, keep, "notify.card."+string(args.Response), message.CardAnswered)
}

// closeOutdatedCards disables the buttons of a member's older cards about the interviews
// after a change or a cancellation was sent, and those of a card that was outdated while it
// was sent.
func (s *Service) closeOutdatedCards(ctx context.Context, d *interview.Delivery) error {
	if d.Message.Channel != message.WeCom {
		return nil
	}
	switch d.Message.Kind {
	case message.KindCancelled:
		return closeOlderCards(ctx, s, d)
	case message.KindChanged:
		return errors.Join(closeOlderCards(ctx, s, d), closeIfOutdated(ctx, s, d))
	case message.KindInvite:
		return closeIfOutdated(ctx, s, d)
	default:
		return nil
	}
}

// closeIfOutdated disables the buttons of a card after a response on the page, a change or a
// cancellation while it was sent: their jobs have found no card.
func closeIfOutdated(ctx context.Context, s *Service, d *interview.Delivery) error {
	i, err := s.Interview.GetUnchecked(ctx, d.Message.CorpID, d.Interview.ID)
	if err != nil {
		return err
	}
	now := interview.Delivery{Message: d.Message, Interview: i}
	label, state := "notify.card.closed", message.CardClosed
	if !now.Superseded() {
		response := i.ResponseOf(d.Message.Recipient)
		if response != interview.Accepted && response != interview.Declined {
			return nil
		}
		label, state = "notify.card."+string(response), message.CardAnswered
	}
	others := func(m *message.Message) bool { return m.ID != d.Message.ID }
	return s.closeCards(ctx, i.CorpID, i.ID, d.Message.Recipient, others, label, state)
}

func closeOlderCards(ctx context.Context, s *Service, d *interview.Delivery) error {
	keep := func(m *message.Message) bool { // a reminder that was delivered before this older message
		newer := m.ScheduleVersion >= d.Message.ScheduleVersion
		if m.InterviewID != d.Interview.ID { // versions count the changes of one interview
			newer = m.CreatedAt.After(d.Message.CreatedAt)
		}
		return m.ID == d.Message.ID || newer && m.Kind == message.KindReminder && d.Message.Kind == message.KindChanged
	}
	ids := d.Message.Data.Rounds
	if len(ids) == 0 {
		ids = []string{d.Interview.ID}
	}
	var errs []error
	for _, id := range ids {
		errs = append(errs, s.closeCards(ctx, d.Message.CorpID, id, d.Message.Recipient, keep, "notify.card.closed", message.CardClosed))
	}
	return errors.Join(errs...)
}

// closeCards disables the buttons of a member's open cards except for those to keep.
func (s *Service) closeCards(ctx context.Context, corpID, interviewID, userID string, keep func(*message.Message) bool, label string, state message.CardState) error {
	cards, err := s.Interview.Messages.ListOpenCards(ctx, corpID, interviewID, userID)
	if err != nil {
		return err
	}
	var errs []error
	for _, m := range cards {
		if m.Kind != message.KindSubstitute && !keep(&m) {
			errs = append(errs, s.replaceCardButton(ctx, &m, userID, m.ResponseCode, label, state))
		}
	}
	return errors.Join(errs...)
}

// replaceCardButton replaces a card's buttons by a disabled one with the label. An
// error that a retry cannot fix (60140: the response code is used or older than 72
// hours) is logged only, since the response itself is stored. The optional value
// replaces {{.Value}} in the label.
func (s *Service) replaceCardButton(ctx context.Context, m *message.Message, userID, responseCode, label string, state message.CardState, value ...any) error {
	lang, err := s.languageOf(ctx, m.CorpID, userID)
	if err != nil {
		return err
	}
	params := map[string]any{}
	if len(value) > 0 {
		params["Value"] = value[0]
	}
	_, err = s.Client.Messages.UpdateTemplateCard(ctx, &wecom.CardUpdate{
		UserIDs: []string{userID}, ResponseCode: responseCode,
		Button: &wecom.CardButtonUpdate{ReplaceName: i18n.T(lang, label, params)},
	})
	if isRetryable(err) || wecom.ClassOf(err) == wecom.ClassConfig { // an administrator corrects the configuration
		return err
	}
	if err != nil {
		s.Logger.WarnContext(ctx, "updating a card failed", "message", m.ID, "error", err)
	}
	return s.Interview.Messages.MarkCard(ctx, m.CorpID, m.ID, state)
}

// isRetryable reports whether a call to WeCom that failed may succeed later.
func isRetryable(err error) bool {
	switch wecom.ClassOf(err) {
	case wecom.ClassRetry, wecom.ClassNetwork, wecom.ClassLimit, wecom.ClassToken:
		return true
	default:
		return false
	}
}
