package notify

import (
	"time"

	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/position"
)

// Sample is the company of a preview.
type Sample struct {
	Company   string
	TimeZone  string
	PublicURL string // without a trailing slash
	Now       time.Time
}

// sampleToken is in place of the token of a link.
const sampleToken = "…"

// Values returns the values of a mail about an imaginary interview.
func (s Sample) Values(k mailtemplate.Kind, lang string) mailtemplate.Values {
	t := func(name string) string { return i18n.T(lang, "mail_template.sample."+name, nil) }
	starts := s.startTime()
	link := s.PublicURL + interview.CandidateLinkPath(sampleToken)
	about := func(i interview.Interview) *candidateMail {
		return &candidateMail{renderer: renderer{lang: lang, i: &i, m: &message.Message{}}, company: s.Company, link: link, weChat: "https://work.weixin.qq.com/kf/kfc0123456789?enc_scene=…"}
	}
	first := interview.Interview{
		StartsAt: starts, EndsAt: starts.Add(time.Hour), TimeZone: s.TimeZone, State: interview.Scheduled,
		Candidate: candidate.Candidate{Name: t("candidate")}, Position: position.Position{Title: t("position")}, Organizer: member.Member{Name: t("organizer")},
		Meeting: interview.Meeting{URL: "https://meeting.example.com/123456789", Code: "123 456 789"},
	}
	second := first
	second.StartsAt, second.EndsAt = starts.Add(90*time.Minute), starts.Add(150*time.Minute)
	l := about(first)
	switch k {
	case mailtemplate.RoundsInvite, mailtemplate.RoundsChanged:
		l.rounds = []*candidateMail{about(first), about(second)}
	case mailtemplate.RoundsCancelled:
		l.rounds = []*candidateMail{about(first), about(second)}
		l.rounds[0].link, l.rounds[1].link = "", ""
	case mailtemplate.BookingOffer, mailtemplate.BookingOfferAgain:
		return offerValues(lang, &booking.Offer{
			DurationMinutes: 60, TimeZone: s.TimeZone, PositionTitle: first.Position.Title, Organizer: first.Organizer, ExpiresAt: starts.AddDate(0, 0, -1),
			Slots: []booking.Slot{{StartsAt: starts}, {StartsAt: second.StartsAt}},
		}, first.Candidate.Name, s.Company, s.PublicURL+booking.PagePath(sampleToken))
	default:
	}
	values := l.placeholderValues()
	values[mailtemplate.Test] = t("test")
	return values
}

// startTime returns 14:00 in the company's time zone in a week.
func (s Sample) startTime() time.Time {
	zone := (&interview.Interview{TimeZone: s.TimeZone}).Location()
	day := s.Now.In(zone).AddDate(0, 0, 7)
	return time.Date(day.Year(), day.Month(), day.Day(), 14, 0, 0, 0, zone)
}
