package notify

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mailtemplate"
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
	text, err := s.Templates.Find(ctx, s.Account.Corp.ID, mailtemplate.WrittenTest, languageOrDefault(l.Language))
	if err != nil {
		return err
	}
	filled := text.Fill(mailtemplate.Values{
		mailtemplate.Company: s.Account.Corp.Name, mailtemplate.Candidate: l.Name, mailtemplate.Test: l.ExamName, mailtemplate.Link: l.URL,
	})
	err = s.Mail.Send(ctx, mail.Mail{ID: l.ID, To: l.To, Date: l.SentAt, Subject: filled.Subject, Text: mailLines(filled.Body)})
	if mail.ClassOf(err) == mail.Refused {
		return apperr.New(apperr.Conflict, "exam.mail_refused", "Error", err.Error())
	}
	return err
}
