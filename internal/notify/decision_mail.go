package notify

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/wecom"
)

// heldInterval is how often a mail that waits for an approval is looked at again; the approval itself
// releases it at once.
const heldInterval = 10 * time.Minute

// deliverDecisionMail mails the candidate the result of an interview at the planned time. A job
// of an earlier plan waits for it.
func (s *Service) deliverDecisionMail(ctx context.Context, d *interview.Delivery) error {
	m := d.Message
	if now := s.Now(); m.ClaimedAt == nil && !m.Due(now) && m.NextAttemptAt != nil {
		return job.Snooze(m.NextAttemptAt.Sub(now))
	}
	held, err := s.DecisionMails.IsHeld(ctx, d.Interview)
	if err != nil {
		return err
	}
	if held && m.IsNew() {
		return s.Interview.Messages.Defer(ctx, m.CorpID, m.ID, s.Now().Add(heldInterval), message.WaitingForApproval)
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

// approvalCard returns the card to the member who has decided about a request that was rejected or could
// not be submitted.
func (r *renderer) approvalCard() *wecom.TemplateCard {
	kind := string(r.m.Kind)
	sub := r.translate(kind + ".sub")
	switch {
	case r.m.Data.Failure != nil:
		sub = i18n.T(r.lang, r.m.Data.Failure.Code, r.m.Data.Failure.Params)
	case r.m.Data.Reason != "":
		sub = r.translate(kind + ".reason")
	}
	return r.noticeCard(r.translate(kind+".title"), sub, "detail")
}

// decidedCard returns the card with the result of an interview.
func (r *renderer) decidedCard() *wecom.TemplateCard {
	return r.noticeCard(r.translate("decided.title"), r.translate("decided.sub", r.translate("decision."+r.m.Data.Decision)), "detail")
}
