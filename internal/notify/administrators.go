package notify

import (
	"context"
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
// WeCom drops a card with the content of an earlier one as a duplicate.
func (s *Service) sendNotice(ctx context.Context, attempt job.Attempt, corpID, userID string, card *wecom.TextCard) error {
	sending := fmt.Sprintf("%d-%d", attempt.ID, attempt.CreatedAt.Unix())
	n := message.Notice{ID: sending + "/" + corpID + "/" + userID, CorpID: corpID, Recipient: userID}
	if claimed, err := s.Interview.Messages.ClaimNotice(ctx, n); !claimed || err != nil {
		return err
	}
	card.Title, card.Description = truncateText(card.Title, maxCardTitle), truncateText(card.Description, maxCardDescription)
	card.URL += "?" + url.Values{"notice": {sending}}.Encode()
	_, err := s.Client.Messages.Send(ctx, &wecom.Message{
		ToUser: wecom.IDList{userID}, TextCard: card,
		EnableDuplicateCheck: true, DuplicateCheckInterval: duplicateCheckSeconds,
	})
	switch {
	case err == nil:
		return s.Interview.Messages.MarkNoticeSent(ctx, n.ID)
	case isRetryable(err):
		return err
	}
	retry := wecom.ClassOf(err) == wecom.ClassConfig && s.Now().Sub(attempt.CreatedAt) < maxMessageAge
	s.Logger.WarnContext(ctx, "notice not sent", "recipient", userID, "error", err, "retry", retry)
	if retry {
		return job.Snooze(configBackoff)
	}
	return nil
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
