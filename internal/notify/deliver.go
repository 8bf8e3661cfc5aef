package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/wecom"
)

// Backoff after failures, and the age at which retries end.
const (
	configBackoff    = 5 * time.Minute
	rateLimitBackoff = time.Minute // WeCom blocks for at least one minute
	maxMessageAge    = 24 * time.Hour
)

// backoff is the delay between attempts of one message.
var backoff = outbox.Backoff{First: 5 * time.Second, Max: 5 * time.Minute}

// deliverMessage sends one message. The state of the row makes it idempotent: a job
// that runs twice sends once.
func (s *Service) deliverMessage(ctx context.Context, args message.DeliverArgs, _ job.Attempt) error {
	d, err := s.Interview.LoadMessage(ctx, args.CorpID, args.MessageID)
	if apperr.KindOf(err) == apperr.NotFound {
		return job.Cancel(err)
	}
	if err != nil {
		return err
	}
	switch d.Message.Kind {
	case message.KindSubstitute:
		return s.deliverSubstituteCard(ctx, d)
	case message.KindDigest:
		return s.deliverDigest(ctx, d.Message)
	case message.KindBookingOffer:
		return s.deliverIfPending(ctx, d.Message, s.deliverOfferMail)
	case message.KindWrittenTest:
		return s.deliverIfPending(ctx, d.Message, s.deliverExamMail)
	case message.KindCalibration:
		return s.deliverIfPending(ctx, d.Message, s.deliverCalibrationCard)
	case message.KindDecisionMail:
		return s.deliverIfPending(ctx, d.Message, func(ctx context.Context, _ *message.Message) error { return s.deliverDecisionMail(ctx, d) })
	default:
	}
	if d.Message.State == message.Sent {
		return s.closeOutdatedCards(ctx, d) // the attempt that sent it may have failed to
	}
	return s.deliverIfPending(ctx, d.Message, func(ctx context.Context, _ *message.Message) error { return s.deliverAboutInterview(ctx, d) })
}

// deliverIfPending delivers a message that is neither sent nor given up.
func (s *Service) deliverIfPending(ctx context.Context, m *message.Message, deliver func(context.Context, *message.Message) error) error {
	if !m.IsPending() {
		return nil
	}
	return deliver(ctx, m)
}

func (s *Service) deliverAboutInterview(ctx context.Context, d *interview.Delivery) error {
	rounds, err := s.readRounds(ctx, d)
	if err != nil {
		return err
	}
	if len(rounds) == 0 || isOutdated(d) {
		return s.Interview.Messages.MarkSkipped(ctx, d.Message.CorpID, d.Message.ID, "notify.skipped.overtaken")
	}
	d.Interview = rounds[0]
	switch {
	case d.Message.Channel == message.Mail:
		return s.deliverCandidateMail(ctx, d, rounds)
	case d.Message.Channel == message.WeChat:
		return weChatSender{s}.deliverWeChat(ctx, d)
	case d.Message.Kind == message.KindCandidateQuestion:
		return s.deliverQuestionCard(ctx, d)
	default:
		return s.deliverCard(ctx, d, rounds)
	}
}

// deliverCard sends a card unless the recipient's settings defer or mute it.
func (s *Service) deliverCard(ctx context.Context, d *interview.Delivery, rounds []*interview.Interview) error {
	if proceed, err := s.applySettings(ctx, d.Message, timesOf(d, rounds)); !proceed || err != nil {
		return err
	}
	lang, err := s.languageOf(ctx, d.Message.CorpID, d.Message.Recipient)
	if err != nil {
		return err
	}
	r := renderer{lang: lang, publicURL: s.PublicURL, i: d.Interview, m: d.Message, by: d.Message.By.Name, zone: s.Account.Corp.TimeZone, rounds: rounds}
	if sent, err := s.sendAppMessage(ctx, d.Message, r.appMessage()); !sent || err != nil {
		return err
	}
	return s.closeOutdatedCards(ctx, d)
}

// sendAppMessage makes an attempt to send a message to a member through WeCom and stores its
// result.
func (s *Service) sendAppMessage(ctx context.Context, stored *message.Message, out *wecom.Message) (sent bool, err error) {
	body, err := json.Marshal(out)
	if err != nil {
		return false, fmt.Errorf("encoding a message: %w", err)
	}
	m, err := s.Interview.Messages.MarkSending(ctx, stored.CorpID, stored.ID, message.Content{Body: string(body)})
	if m == nil || err != nil {
		return false, err
	}
	// Send the body stored in the row: after a crash these are the same bytes that
	// may have been sent before, so WeCom recognizes a duplicate.
	var content wecom.Message
	if err := json.Unmarshal([]byte(m.Body), &content); err != nil {
		return false, s.recordFailure(ctx, m, message.Failure{Code: "notify.error.refused", Text: err.Error()})
	}
	res, err := s.Client.Messages.Send(ctx, &content)
	switch {
	case err != nil:
		return false, s.recordFailure(ctx, m, s.classifyFailure(m, err))
	case len(res.UnlicensedUser) > 0:
		return false, s.recordFailure(ctx, m, message.Failure{Code: "notify.error.unlicensed"})
	}
	return true, s.Interview.Messages.MarkSent(ctx, m.CorpID, m.ID, res.MsgID, res.ResponseCode)
}

// classifyFailure maps an error of WeCom to the failure stored in the message, with
// the time of the retry if there is one.
func (s *Service) classifyFailure(m *message.Message, err error) message.Failure {
	f := message.Failure{Code: "notify.error.refused", Text: err.Error()}
	if e, ok := errors.AsType[*wecom.Error](err); ok {
		f.Errcode, f.Text = e.Code, e.Message
	}
	wait := time.Duration(0)
	switch wecom.ClassOf(err) {
	case wecom.ClassRetry, wecom.ClassNetwork, wecom.ClassToken:
		f.Code, wait = "notify.error.waiting", backoff.After(m.Attempts)
	case wecom.ClassLimit:
		f.Code, wait = "notify.error.limit", rateLimitBackoff
	case wecom.ClassConfig:
		f.Code, wait = "notify.error.configuration", configBackoff
	case wecom.ClassPermission, wecom.ClassState:
		f.Code = "notify.error.recipient"
	default:
		if wecom.IsCode(err, 81013, 60111) {
			f.Code = "notify.error.recipient"
		}
	}
	if now := s.Now(); wait > 0 && now.Sub(m.DueAt()) < maxMessageAge {
		f.RetryAt = now.Add(wait)
	}
	return f
}

// recordFailure stores the failure and snoozes the job until the retry, if there is one.
func (s *Service) recordFailure(ctx context.Context, m *message.Message, f message.Failure) error {
	s.Logger.WarnContext(ctx, "message not sent", "message", m.ID, "kind", m.Kind, "attempt", m.Attempts,
		"errcode", f.Errcode, "error", f.Text, "retry", !f.RetryAt.IsZero())
	if err := s.Interview.Messages.MarkFailed(ctx, m.CorpID, m.ID, f); err != nil {
		return err
	}
	if f.RetryAt.IsZero() {
		return nil
	}
	return job.Snooze(f.RetryAt.Sub(s.Now()))
}
