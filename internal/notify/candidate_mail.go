package notify

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/timetext"
)

// A mail waits for the meeting that it is to contain, and is sent without it when that
// takes too long: the candidate's page shows the meeting later.
const (
	meetingWait = time.Minute
	meetingPoll = 3 * time.Second
)

// awaitsMeeting reports whether the WeCom meeting of the interview is still to be created.
func awaitsMeeting(i *interview.Interview) bool {
	return i.Open() && i.Meeting.Kind == interview.WeComMeeting && i.Meeting.URL == ""
}

// candidateMail is a mail to the candidate. link is empty for closed interviews, and where
// the text must not contain it.
type candidateMail struct {
	renderer
	company string
	link    string
	weChat  string           // link of customer service in WeChat; empty: none
	rounds  []*candidateMail // about each interview, if there are several
	text    mailtemplate.Text
}

// title returns the interview's title for the candidate: the stored one is for members.
func (l *candidateMail) title() string {
	return i18n.T(l.lang, "candidate.title", map[string]any{"Position": l.i.Position.Title})
}

// withheldLink is in place of a link that a text must not contain.
const withheldLink = "…"

func (l *candidateMail) placeholderValues() mailtemplate.Values {
	v := mailtemplate.Values{
		mailtemplate.Company: l.company, mailtemplate.Candidate: l.i.Candidate.Name, mailtemplate.Organizer: l.i.Organizer.Name,
		mailtemplate.Position: l.i.Position.Title,
	}
	if len(l.rounds) > 0 {
		v[mailtemplate.Schedule] = strings.Join(scheduleLines(l.rounds), "\n")
		return v
	}
	v[mailtemplate.Time] = timetext.FormatRange(l.lang, l.i, l.zone)
	v[mailtemplate.Link] = cmp.Or(l.link, withheldLink)
	if l.link != "" {
		v[mailtemplate.Meeting] = strings.Join(l.meetingLines(), "\n")
		v[mailtemplate.WeChat] = l.weChat
	}
	return v
}

// fillText returns the subject and the body.
func (l *candidateMail) fillText() mailtemplate.Text { return l.text.Fill(l.placeholderValues()) }

// InvitationText returns the body of an invitation for the candidate, in the candidate's
// language, for a recruiter who sends it by another channel. weChat is the link of customer service, ""
// for none.
func InvitationText(text mailtemplate.Text, i *interview.Interview, company, link, weChat string) string {
	l := &candidateMail{
		renderer: renderer{lang: CandidateLanguage(i), i: i, m: &message.Message{Kind: message.KindInvite}},
		company:  company, link: link, weChat: weChat, text: text,
	}
	return l.fillText().Body
}

// meetingLines returns how the candidate joins the meeting.
func (l *candidateMail) meetingLines() []string {
	m := l.i.Meeting
	if m.CandidateURL() == "" {
		return nil
	}
	lines := []string{i18n.T(l.lang, "notify.mail.meeting", nil), m.CandidateURL()}
	if m.Code != "" {
		lines = append(lines, i18n.T(l.lang, "notify.mail.meeting_code", map[string]any{"Code": m.Code}))
	}
	return lines
}

// newCandidateMail returns the mail of a message without links.
func (s *Service) newCandidateMail(ctx context.Context, d *interview.Delivery, rounds []*interview.Interview) (*candidateMail, error) {
	about := func(i *interview.Interview) *candidateMail {
		return &candidateMail{
			renderer: renderer{lang: CandidateLanguage(i), publicURL: s.PublicURL, i: i, m: d.Message},
			company:  s.Account.Corp.Name,
		}
	}
	l := about(d.Interview)
	several := len(d.Message.Data.Rounds) > 0
	if several {
		for _, i := range rounds {
			l.rounds = append(l.rounds, about(i))
		}
	}
	var err error
	l.text, err = s.Templates.Find(ctx, d.Message.CorpID, mailtemplate.Of(d.Message.Kind, several), l.lang)
	return l, err
}

// perInterview returns the mails about each interview: the mail itself if it is about one.
func (l *candidateMail) perInterview() []*candidateMail {
	if len(l.rounds) > 0 {
		return l.rounds
	}
	return []*candidateMail{l}
}

// deliverCandidateMail sends the candidate a mail with a personal link created for each
// interview.
func (s *Service) deliverCandidateMail(ctx context.Context, d *interview.Delivery, rounds []*interview.Interview) error {
	if s.Mail != nil && d.Message.IsWithdrawal() {
		d.Interview = asKnownToFormer(d.Message, d.Interview)
		rounds = []*interview.Interview{d.Interview}
	}
	if d.Interview.Candidate.Email != "" && slices.ContainsFunc(rounds, awaitsMeeting) && s.Now().Sub(d.Message.CreatedAt) < meetingWait {
		return job.Snooze(meetingPoll)
	}
	l, err := s.newCandidateMail(ctx, d, rounds)
	if err != nil {
		return err
	}
	return s.deliverMail(ctx, d.Message, outgoingMail{
		to: d.Interview.Candidate.Email, withheld: l.fillText(),
		compose: func(ctx context.Context, m *message.Message) (mail.Mail, error) {
			return s.composeCandidateMail(ctx, l, m)
		},
	})
}

func (s *Service) composeCandidateMail(ctx context.Context, l *candidateMail, m *message.Message) (mail.Mail, error) {
	l.m = m
	for _, about := range l.perInterview() {
		about.m = m
		if !about.i.Open() {
			continue
		}
		token, err := s.Interview.MailLink(ctx, about.i)
		if err != nil {
			return mail.Mail{}, err
		}
		about.link = s.PublicURL + interview.CandidateLinkPath(token)
		if about.weChat, err = s.CustomerService.LinkFor(ctx, about.i); err != nil {
			return mail.Mail{}, err
		}
	}
	return l.newMail(ctx, s.Mail)
}

// asKnownToFormer returns the interview as a candidate who was replaced in it knew it, cancelled.
func asKnownToFormer(m *message.Message, i *interview.Interview) *interview.Interview {
	i = i.WithArrangement(*m.Data.Earlier)
	i.State = interview.Cancelled
	i.CandidateID = m.Data.Candidate
	i.Candidate = candidate.Candidate{ID: m.Data.Candidate, Name: m.RecipientName, Email: m.Recipient, Language: m.Data.Language}
	return i
}

// newMail returns the mail with a calendar object for each interview.
func (l *candidateMail) newMail(ctx context.Context, sender mail.Sender) (mail.Mail, error) {
	organizer, err := sender.FromAddress(ctx)
	if err != nil {
		return mail.Mail{}, err
	}
	filled := l.fillText()
	out := newTextMail(l.m, filled)
	for _, about := range l.perInterview() {
		out.Calendars = append(out.Calendars, about.newCalendar(organizer))
	}
	return out, nil
}

// CandidateLanguage returns the language of mails to the candidate of an interview.
func CandidateLanguage(i *interview.Interview) string { return languageOrDefault(i.Candidate.Language) }
