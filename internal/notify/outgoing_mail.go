package notify

import (
	"context"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/outbox"
)

// mailBackoff is the delay between attempts of one mail: relays that defer mail count
// attempts in minutes.
var mailBackoff = outbox.Backoff{First: 30 * time.Second, Max: time.Hour}

// outgoingMail is a mail to a candidate, whatever it is about. The row of its message stores
// the text withheld, which contains no links: access to the database must not give access to
// a page of the candidate.
type outgoingMail struct {
	to       string // the address that the candidate has now
	withheld mailtemplate.Text
	// compose returns the mail of an attempt.
	compose func(ctx context.Context, m *message.Message) (mail.Mail, error)
}

// deliverMail makes an attempt to send a mail to a candidate and stores its result.
func (s *Service) deliverMail(ctx context.Context, stored *message.Message, out outgoingMail) error {
	messages := s.Interview.Messages
	switch {
	case s.Mail == nil:
		return messages.MarkSkipped(ctx, stored.CorpID, stored.ID, "notify.mail.unconfigured")
	case out.to == "":
		return messages.MarkSkipped(ctx, stored.CorpID, stored.ID, "notify.skipped.no_address")
	}
	m, err := messages.MarkSending(ctx, stored.CorpID, stored.ID, message.Content{Body: out.withheld.Subject + "\n\n" + out.withheld.Body, Recipient: out.to})
	if m == nil || err != nil {
		return err
	}
	content, err := out.compose(ctx, m)
	if err == nil {
		err = s.Mail.Send(ctx, content)
	}
	if err != nil {
		return s.recordFailure(ctx, m, s.mailFailure(m, err))
	}
	return messages.MarkSent(ctx, m.CorpID, m.ID, "", "")
}

// newTextMail returns the mail of a message. Its Message-ID is derived from the row, so that
// the receiver recognizes a duplicate.
func newTextMail(m *message.Message, text mailtemplate.Text) mail.Mail {
	return mail.Mail{ID: m.ID, To: m.Recipient, Date: m.DueAt(), Subject: text.Subject, Text: mailLines(text.Body)}
}

// mailLines returns a body with the ends of lines of a mail.
func mailLines(body string) string { return strings.ReplaceAll(body, "\n", "\r\n") + "\r\n" }

// mailFailure maps an error of the mail server to the failure stored in the message. A
// permanent refusal is not retried.
func (s *Service) mailFailure(m *message.Message, err error) message.Failure {
	f := message.Failure{Text: err.Error(), Code: mailFailureCode(err)}
	if now := s.Now(); mail.ClassOf(err) != mail.Refused && now.Sub(m.DueAt()) < maxMessageAge {
		f.RetryAt = now.Add(mailBackoff.After(m.Attempts))
	}
	return f
}

// mailFailureCode returns the text id of an error of a sender.
func mailFailureCode(err error) string {
	switch mail.ClassOf(err) {
	case mail.Refused:
		return "notify.mail.refused"
	case mail.Configuration:
		return "notify.mail.configuration"
	default:
		return "notify.mail.failed"
	}
}
