package notify

import (
	"context"
	"fmt"
	"strings"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/mail"
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
	sent := s.Mail.Send(ctx, s.newOfferMail(m))
	if sent == nil {
		return s.Bookings.RecordMail(ctx, args, booking.MailSent, nil)
	}
	failure := &apperr.Reason{Code: mailFailureCode(sent), Params: map[string]any{"Error": sent.Error()}}
	if err := s.Bookings.RecordMail(ctx, args, booking.MailFailed, failure); err != nil || mail.ClassOf(sent) == mail.Refused {
		return err
	}
	return sent // the queue retries
}

func (s *Service) newOfferMail(m *booking.Mail) mail.Mail {
	o, lang := m.Offer, languageOrDefault(m.Candidate.Language)
	at := func(slot booking.Slot) *interview.Interview {
		return &interview.Interview{StartsAt: slot.StartsAt, EndsAt: slot.StartsAt.Add(o.Duration()), TimeZone: o.TimeZone}
	}
	first := at(o.Slots[0])
	deadline := o.ExpiresAt.In(first.Location())
	params := map[string]any{
		"Company": s.Account.Corp.Name, "Name": m.Candidate.Name, "Organizer": o.Organizer.Name, "Position": o.PositionTitle,
		"Zone":     timeZoneName(lang, o.TimeZone, first.StartsAt.In(first.Location())),
		"Deadline": dateText(lang, deadline) + " " + deadline.Format("15:04"),
	}
	t := func(id string) string { return i18n.T(lang, "notify."+id, params) }
	lines := []string{t("mail.hello"), "", t("offer.body"), ""}
	for _, slot := range o.Slots {
		lines = append(lines, "· "+timeRange(lang, at(slot), o.TimeZone))
	}
	lines = append(lines, "", t("offer.link"), s.PublicURL+booking.PagePath(m.Token), "", t("offer.deadline"), t("mail.contact"), s.Account.Corp.Name, "")
	subject := t("offer.subject")
	if o.MailNumber > 1 {
		subject = t("offer.subject_again")
	}
	return mail.Mail{
		ID: fmt.Sprintf("%s-%d", o.ID, o.MailNumber), To: m.Candidate.Email, Date: o.UpdatedAt, Subject: subject, Text: strings.Join(lines, "\r\n"),
	}
}
