package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/wecom"
)

// notifyAdministrators sends a card, in each one's language, to the administrators. An error
// for one does not keep the card from the others.
func (s *Service) notifyAdministrators(ctx context.Context, attempt job.Attempt, corpID string, card func(lang string) *wecom.TextCard) error {
	administrators, err := s.Account.AdministratorsOf(ctx, corpID)
	if err != nil {
		return err
	}
	var errs []error
	for _, userID := range administrators {
		lang, err := s.languageOf(ctx, corpID, userID)
		if err == nil {
			err = s.sendNotice(ctx, attempt, corpID, userID, card(lang))
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Limits of a text card in characters, above which WeCom refuses it.
const (
	maxCardTitle       = 128
	maxCardDescription = 512
)

// sendNotice sends a card that has no message row to a member, with its texts shortened to the
// limits. It returns the errors after which the job is retried. The URL contains the job:
// WeCom drops a card with the content of an earlier one as a duplicate. Each attempt sends the card
// of the first, which WeCom may have accepted.
func (s *Service) sendNotice(ctx context.Context, attempt job.Attempt, corpID, userID string, card *wecom.TextCard) error {
	sending := fmt.Sprintf("%d-%d", attempt.ID, attempt.CreatedAt.Unix())
	card.Title, card.Description = truncateText(card.Title, maxCardTitle), truncateText(card.Description, maxCardDescription)
	card.URL += "?" + url.Values{"notice": {sending}}.Encode()
	encoded, err := json.Marshal(card)
	if err != nil {
		return fmt.Errorf("encoding a notice: %w", err)
	}
	n := message.Notice{ID: sending + "/" + corpID + "/" + userID, CorpID: corpID, Recipient: userID, Body: string(encoded)}
	body, claimed, err := s.Interview.Messages.ClaimNotice(ctx, n)
	if !claimed || err != nil {
		return err
	}
	card = new(wecom.TextCard)
	if err := json.Unmarshal([]byte(body), card); err != nil {
		return fmt.Errorf("decoding a notice: %w", err)
	}
	_, err = s.Client.Messages.Send(ctx, &wecom.Message{
		ToUser: wecom.IDList{userID}, TextCard: card,
		EnableDuplicateCheck: true, DuplicateCheckInterval: duplicateCheckSeconds,
	})
	if err == nil {
		return s.Interview.Messages.EndNotice(ctx, n.ID, true)
	}
	if retry := s.retryError(err, attempt); retry != nil {
		return retry
	}
	s.Logger.WarnContext(ctx, "notice not sent", "recipient", userID, "error", err)
	return s.Interview.Messages.EndNotice(ctx, n.ID, false)
}

// retryError returns the error that repeats a job after a failed call to WeCom: err, or the one that
// snoozes the job while an administrator corrects the configuration, as for messages. It is nil if no
// attempt is to follow.
func (s *Service) retryError(err error, attempt job.Attempt) error {
	switch {
	case isRetryable(err):
		return err
	case wecom.ClassOf(err) == wecom.ClassConfig && s.Now().Sub(attempt.CreatedAt) < maxMessageAge:
		return job.Snooze(configBackoff)
	default:
		return nil
	}
}

// notifyContactsEmpty notifies the administrators that a synchronization of the
// contacts was refused because WeCom's answer was empty.
func (s *Service) notifyContactsEmpty(ctx context.Context, args account.ContactsEmptyArgs, attempt job.Attempt) error {
	return s.notifyAdministrators(ctx, attempt, args.CorpID, func(lang string) *wecom.TextCard {
		return &wecom.TextCard{
			Title:       i18n.T(lang, "notify.contacts_empty.title", nil),
			Description: i18n.T(lang, "notify.contacts_empty.text", nil),
			URL:         s.PublicURL + "/settings",
		}
	})
}
