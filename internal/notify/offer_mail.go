package notify

import (
	"context"
	"fmt"
	"strings"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mailtemplate"
)

// mailOffer mails the candidate the page of an offer. There is no message row, since an
// offer is no interview; the offer has the state of its mail.
func (s *Service) mailOffer(ctx context.Context, args booking.MailArgs, _ job.Attempt) error {
	m, err := s.Bookings.ReadMail(ctx, args)
	if err != nil || m == nil {
		return err
	}
	if s.Mail == nil || m.Candidate.Email == "" {
		return s.Bookings.RecordMail(ctx, args, booking.MailNone, nil)
	}
	content, err := s.newOfferMail(ctx, args.CorpID, m)
	if err != nil {
		return err
	}
	sent := s.Mail.Send(ctx, content)
	if sent == nil {
		return s.Bookings.RecordMail(ctx, args, booking.MailSent, nil)
	}
	failure := &apperr.Reason{Code: mailFailureCode(sent), Params: map[string]any{"Error": sent.Error()}}
	if err := s.Bookings.RecordMail(ctx, args, booking.MailFailed, failure); err != nil || mail.ClassOf(sent) == mail.Refused {
		return err
	}
	return sent // the queue retries
}

func (s *Service) newOfferMail(ctx context.Context, corpID string, m *booking.Mail) (mail.Mail, error) {
	o, lang, kind := m.Offer, languageOrDefault(m.Candidate.Language), mailtemplate.BookingOffer
	if o.MailNumber > 1 {
		kind = mailtemplate.BookingOfferAgain
	}
	text, err := s.Templates.Find(ctx, corpID, kind, lang)
	if err != nil {
		return mail.Mail{}, err
	}
	filled := text.Fill(offerValues(lang, o, m.Candidate.Name, s.Account.Corp.Name, s.PublicURL+booking.PagePath(m.Token)))
	return mail.Mail{
		ID: fmt.Sprintf("%s-%d", o.ID, o.MailNumber), To: m.Candidate.Email, Date: o.UpdatedAt, Subject: filled.Subject, Text: mailLines(filled.Body),
	}, nil
}

// offerValues returns the values of the mail with an offer.
func offerValues(lang string, o *booking.Offer, candidate, company, link string) mailtemplate.Values {
	at := func(slot booking.Slot) *interview.Interview {
		return &interview.Interview{StartsAt: slot.StartsAt, EndsAt: slot.StartsAt.Add(o.Duration()), TimeZone: o.TimeZone}
	}
	first := at(o.Slots[0])
	deadline := o.ExpiresAt.In(first.Location())
	times := make([]string, len(o.Slots))
	for n, slot := range o.Slots {
		times[n] = "· " + timeRange(lang, at(slot), o.TimeZone)
	}
	return mailtemplate.Values{
		mailtemplate.Company: company, mailtemplate.Candidate: candidate, mailtemplate.Organizer: o.Organizer.Name, mailtemplate.Position: o.PositionTitle,
		mailtemplate.Times: strings.Join(times, "\n"), mailtemplate.Zone: timeZoneName(lang, o.TimeZone, first.StartsAt.In(first.Location())),
		mailtemplate.Deadline: dateText(lang, deadline) + " " + deadline.Format("15:04"), mailtemplate.Link: link,
	}
}
