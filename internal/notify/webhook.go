package notify

import (
	"context"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/webhook"
	"github.com/huimian/huimian/wecom"
)

// notifyWebhookPaused notifies the administrators that a webhook was paused after
// failing for days. There is no message row, since no interview is concerned; WeCom's
// duplicate check prevents a second notification when the job is retried.
func (s *Service) notifyWebhookPaused(ctx context.Context, args webhook.PausedArgs, _ job.Attempt) error {
	host, err := webhook.PausedHost(ctx, s.DB.DB, args)
	if err != nil || host == "" { // deleted or enabled meanwhile
		return err
	}
	administrators, err := s.Account.AdministratorsOf(ctx, args.CorpID)
	if err != nil {
		return err
	}
	for _, userID := range administrators {
		if err := s.sendWebhookPaused(ctx, args.CorpID, userID, host); err != nil && isRetryable(err) {
			return err
		}
	}
	return nil
}

func (s *Service) sendWebhookPaused(ctx context.Context, corpID, userID, host string) error {
	lang, err := s.languageOf(ctx, corpID, userID)
	if err != nil {
		return err
	}
	_, err = s.Client.Messages.Send(ctx, &wecom.Message{
		ToUser: wecom.IDList{userID},
		TextCard: &wecom.TextCard{
			Title:       i18n.T(lang, "notify.webhook_paused.title", nil),
			Description: i18n.T(lang, "notify.webhook_paused.text", map[string]any{"Host": escapeMarkup(host)}),
			URL:         s.PublicURL + "/settings/webhooks",
		},
		EnableDuplicateCheck: true, DuplicateCheckInterval: duplicateCheckSeconds,
	})
	return err
}
