package notify

import (
	"context"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/mail"
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

// SendExamMail mails a candidate the link to a written test. Without a mail server,
// and when the server refuses the mail permanently, it returns a Conflict error, which is
// not retried.
func (s *Service) SendExamMail(ctx context.Context, l ExamMail) error {
	if s.Mail == nil {
		return apperr.New(apperr.Conflict, "exam.mail_unconfigured")
	}
	lang := languageOrDefault(l.Language)
	params := map[string]any{"Company": s.Account.Corp.Name, "Name": l.Name, "Exam": l.ExamName}
	t := func(id string) string { return i18n.T(lang, "notify.exam."+id, params) }
	err := s.Mail.Send(ctx, mail.Mail{
		ID: l.ID, To: l.To, Date: l.SentAt, Subject: t("subject"),
		Text: strings.Join([]string{
			i18n.T(lang, "notify.mail.hello", params), "", t("body"), "", l.ExamName, l.URL, "", t("advice"), s.Account.Corp.Name, "",
		}, "\r\n"),
	})
	if mail.ClassOf(err) == mail.Refused {
		return apperr.New(apperr.Conflict, "exam.mail_refused", "Error", err.Error())
	}
	return err
}
