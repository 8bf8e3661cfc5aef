package notify

import (
	"context"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/webhook"
	"github.com/huimian/huimian/wecom"
)

// notifyWebhookPaused notifies the administrators that a webhook was paused after
// failing for days.
func (s *Service) notifyWebhookPaused(ctx context.Context, args webhook.PausedArgs, attempt job.Attempt) error {
	host, err := webhook.PausedHost(ctx, s.DB.DB, args)
	if err != nil || host == "" { // deleted or enabled meanwhile
		return err
	}
	return s.notifyAdministrators(ctx, attempt, args.CorpID, func(lang string) *wecom.TextCard {
		return &wecom.TextCard{
			Title:       i18n.T(lang, "notify.webhook_paused.title", nil),
			Description: i18n.T(lang, "notify.webhook_paused.text", map[string]any{"Host": escapeMarkup(host)}),
			URL:         s.PublicURL + "/settings/webhooks",
		}
	})
}
