package notify

import (
	"context"

	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/notification"
	"github.com/huimian/huimian/internal/timetext"
	"github.com/huimian/huimian/wecom"
)

// notifyOfBooking sends the organizer of an offer a card about it. There is no message row,
// since an offer is no interview.
func (s *Service) notifyOfBooking(ctx context.Context, args booking.NoticeArgs, attempt job.Attempt) error {
	v, err := s.Bookings.ReadNotice(ctx, args)
	if err != nil || v == nil {
		return err
	}
	if err := s.awaitQuietHours(ctx, args.CorpID, v.OrganizerID, notification.Event("booking_"+args.Event), v.Interview); err != nil {
		return err
	}
	lang, err := s.languageOf(ctx, args.CorpID, v.OrganizerID)
	if err != nil {
		return err
	}
	return s.sendNotice(ctx, attempt, args.CorpID, v.OrganizerID, s.bookingCard(lang, args.Event, v))
}

// bookingCard returns the card about an event of an offer.
func (s *Service) bookingCard(lang string, event booking.NoticeEvent, v *booking.View) *wecom.TextCard {
	params := map[string]any{"Candidate": escapeMarkup(v.CandidateName), "Title": escapeMarkup(v.Title), "Reason": escapeMarkup(v.RequestReason)}
	path := "/offers/" + v.ID
	if v.Interview != nil {
		params["Time"] = timetext.FormatRange(lang, v.Interview, s.Account.Corp.TimeZone)
		path = "/interviews/" + v.InterviewID
	}
	return &wecom.TextCard{
		Title:       i18n.T(lang, "notify.booking_"+string(event)+".title", params),
		Description: i18n.T(lang, "notify.booking_"+string(event)+".text", params),
		URL:         s.PublicURL + path,
	}
}
