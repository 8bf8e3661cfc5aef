package notify

import (
	"context"
	"strings"

	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/timetext"
)

// deliverOfferMail mails the candidate the page of an offer.
func (s *Service) deliverOfferMail(ctx context.Context, m *message.Message) error {
	about, err := s.Bookings.ReadMail(ctx, m)
	if err != nil {
		return err
	}
	if about == nil {
		return s.Interview.Messages.MarkSkipped(ctx, m.CorpID, m.ID, "notify.skipped.overtaken")
	}
	lang, kind := languageOrDefault(about.Candidate.Language), mailtemplate.BookingOffer
	if m.Data.Again {
		kind = mailtemplate.BookingOfferAgain
	}
	text, err := s.Templates.Find(ctx, m.CorpID, kind, lang)
	if err != nil {
		return err
	}
	fill := func(link string) mailtemplate.Text {
		return text.Fill(offerValues(lang, about.Offer, about.Candidate.Name, s.Account.Corp.Name, link))
	}
	return s.deliverMail(ctx, m, outgoingMail{
		to: about.Candidate.Email, withheld: fill(withheldLink),
		compose: func(_ context.Context, m *message.Message) (mail.Mail, error) {
			return newTextMail(m, fill(s.PublicURL+booking.PagePath(about.Token))), nil
		},
	})
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
		times[n] = "· " + timetext.FormatRange(lang, at(slot), o.TimeZone)
	}
	return mailtemplate.Values{
		mailtemplate.Company: company, mailtemplate.Candidate: candidate, mailtemplate.Organizer: o.Organizer.Name, mailtemplate.Position: o.PositionTitle,
		mailtemplate.Times: strings.Join(times, "\n"), mailtemplate.Zone: timetext.FormatZone(lang, o.TimeZone, first.StartsAt.In(first.Location())),
		mailtemplate.Deadline: timetext.FormatDate(lang, deadline) + " " + deadline.Format("15:04"), mailtemplate.Link: link,
	}
}
