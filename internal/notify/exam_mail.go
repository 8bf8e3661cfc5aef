package notify

import (
	"context"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/message"
)

// ExamMail is the mail with the link to a written test.
type ExamMail struct {
	Candidate *candidate.Candidate
	ExamName  string
	URL       string
}

// deliverExamMail mails a candidate the link to a written test.
func (s *Service) deliverExamMail(ctx context.Context, m *message.Message) error {
	var about *ExamMail
	var err error
	if s.ReadExamMail != nil {
		about, err = s.ReadExamMail(ctx, m)
	}
	if err != nil {
		return err
	}
	if about == nil {
		return s.Interview.Messages.MarkSkipped(ctx, m.CorpID, m.ID, "notify.skipped.overtaken")
	}
	text, err := s.Templates.Find(ctx, m.CorpID, mailtemplate.WrittenTest, languageOrDefault(about.Candidate.Language))
	if err != nil {
		return err
	}
	fill := func(link string) mailtemplate.Text {
		return text.Fill(mailtemplate.Values{
			mailtemplate.Company: s.Account.Corp.Name, mailtemplate.Candidate: about.Candidate.Name, mailtemplate.Test: about.ExamName, mailtemplate.Link: link,
		})
	}
	return s.deliverMail(ctx, m, outgoingMail{
		to: about.Candidate.Email, withheld: fill(withheldLink),
		compose: func(_ context.Context, m *message.Message) (mail.Mail, error) {
			return newTextMail(m, fill(about.URL)), nil
		},
	})
}
