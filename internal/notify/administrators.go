package notify

import (
	"context"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/wecom"
)

// notifyAdministrators sends a card, in each one's language, to the administrators.
// There is no message row, since no interview is concerned; WeCom's duplicate check
// prevents a second notification when the job is retried.
func (s *Service) notifyAdministrators(ctx context.Context, corpID string, card func(lang string) *wecom.TextCard) error {
	administrators, err := s.Account.AdministratorsOf(ctx, corpID)
	if err != nil {
		return err
	}
	for _, userID := range administrators {
		lang, err := s.languageOf(ctx, corpID, userID)
		if err != nil {
			return err
		}
		if err := s.sendTextCard(ctx, userID, card(lang)); err != nil {
			return err
		}
	}
	return nil
}

// Limits of a text card in characters, above which WeCom refuses it.
const (
	maxCardTitle       = 128
	maxCardDescription = 512
)

// sendTextCard sends a card to a member, with its texts shortened to the limits. It returns
// the errors after which a retry may succeed.
func (s *Service) sendTextCard(ctx context.Context, userID string, card *wecom.TextCard) error {
	card.Title, card.Description = truncateText(card.Title, maxCardTitle), truncateText(card.Description, maxCardDescription)
	_, err := s.Client.Messages.Send(ctx, &wecom.Message{
		ToUser: wecom.IDList{userID}, TextCard: card,
		EnableDuplicateCheck: true, DuplicateCheckInterval: duplicateCheckSeconds,
	})
	if err != nil && isRetryable(err) {
		return err
	}
	return nil
}

// notifyContactsEmpty notifies the administrators that a synchronization of the
// contacts was refused because WeCom's answer was empty.
func (s *Service) notifyContactsEmpty(ctx context.Context, args account.ContactsEmptyArgs, _ job.Attempt) error {
	return s.notifyAdministrators(ctx, args.CorpID, func(lang string) *wecom.TextCard {
		return &wecom.TextCard{
			Title:       i18n.T(lang, "notify.contacts_empty.title", nil),
			Description: i18n.T(lang, "notify.contacts_empty.text", nil),
			URL:         s.PublicURL + "/settings",
		}
	})
}
