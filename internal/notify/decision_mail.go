package notify

import (
	"context"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/wecom"
)

// deliverDecisionMail mails the candidate the result of an interview at the planned time. A job
// of an earlier plan waits for it.
func (s *Service) deliverDecisionMail(ctx context.Context, d *interview.Delivery) error {
	m := d.Message
	if now := s.Now(); m.ClaimedAt == nil && !m.Due(now) && m.NextAttemptAt != nil {
		return job.Snooze(m.NextAttemptAt.Sub(now))
	}
	text, err := s.DecisionMails.ReadText(ctx, m, d.Interview)
	if err != nil {
		return err
	}
	if text == nil {
		return s.Interview.Messages.MarkSkipped(ctx, m.CorpID, m.ID, "notify.skipped.overtaken")
	}
	return s.deliverMail(ctx, m, outgoingMail{
		to: d.Interview.Candidate.Email, withheld: *text,
		compose: func(_ context.Context, m *message.Message) (mail.Mail, error) { return newTextMail(m, *text), nil },
	})
}

// decidedCard returns the card with the result of an interview.
func (r *renderer) decidedCard() *wecom.TemplateCard {
	return r.noticeCard(r.translate("decided.title"), r.translate("decided.sub", r.translate("decision."+r.m.Data.Decision)), "detail")
}
