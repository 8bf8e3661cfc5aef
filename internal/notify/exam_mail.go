package notify

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/i18n"
)

// ExamMail is the mail with the link to a written test.
type ExamMail struct {
	ID       string // the same when a mail is sent again; becomes the Message-ID
	To       string
	Name     string
	Language string
	ExamName string
	URL      string
	SentAt   time.Time
}

// SendExamMail mails a candidate the link to a written test. Without a mail server it
// returns a Conflict error, which is not retried.
func (s *Service) SendExamMail(ctx context.Context, l ExamMail) error {
	if s.Mailer.Host == "" {
		return apperr.New(apperr.Conflict, "exam.mail_unconfigured")
	}
	lang := i18n.DefaultLanguage
	if i18n.IsSupported(l.Language) {
		lang = l.Language
	}
	params := map[string]any{"Company": s.Account.Corp.Name, "Name": l.Name, "Exam": l.ExamName}
	t := func(id string) string { return i18n.T(lang, "notify.exam."+id, params) }
	msg := mail.NewMsg()
	if err := msg.From(s.Mailer.From); err != nil {
		return fmt.Errorf("parsing the sender's address: %w", err)
	}
	if err := msg.To(l.To); err != nil {
		return fmt.Errorf("parsing the candidate's address: %w", err)
	}
	msg.Subject(t("subject"))
	msg.SetMessageIDWithValue(l.ID + "@huimian")
	msg.SetDateWithValue(l.SentAt)
	msg.SetBodyString(mail.TypeTextPlain, strings.Join([]string{
		i18n.T(lang, "notify.mail.hello", params), "", t("body"), "", l.ExamName, l.URL, "", t("advice"), s.Account.Corp.Name, "",
	}, "\r\n"))
	return s.Mailer.deliverMail(ctx, msg)
}
