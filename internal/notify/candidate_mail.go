package notify

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/outbox"
)

// mailBackoff is the delay between attempts of one mail: relays that defer mail count
// attempts in minutes.
var mailBackoff = outbox.Backoff{First: 30 * time.Second, Max: time.Hour}

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

// candidateMail is a mail to the candidate. link is empty for closed interviews.
type candidateMail struct {
	renderer
	company string
	link    string
	rounds  []*candidateMail // about each interview, if there are several
}

func (l *candidateMail) mailSubject() string {
	return i18n.T(l.lang, "notify.mail."+string(l.m.Kind)+".subject", map[string]any{"Company": l.company, "Title": l.title()})
}

// title returns the interview's title for the candidate: the stored one is for members.
func (l *candidateMail) title() string {
	return i18n.T(l.lang, "candidate.title", map[string]any{"Position": l.i.Position.Title})
}

func (l *candidateMail) mailBody() string {
	params := map[string]any{
		"Company": l.company, "Name": l.i.Candidate.Name, "Organizer": l.i.Organizer.Name,
	}
	t := func(id string) string { return i18n.T(l.lang, "notify.mail."+id, params) }
	var lines []string
	if len(l.rounds) > 0 {
		lines = append([]string{t("hello"), "", t("rounds." + string(l.m.Kind) + ".body"), ""}, l.roundLines(l.rounds)...)
		return strings.Join(append(lines, "", t("contact"), l.company, ""), "\r\n")
	}
	lines = []string{
		t("hello"), "", t(string(l.m.Kind) + ".body"), "",
		l.title(),
		l.translate("field.time") + ": " + timeRange(l.lang, l.i, l.zone),
		l.translate("field.position") + ": " + l.i.Position.Title,
	}
	if l.link != "" {
		lines = append(lines, "", t("link"), l.link)
		lines = append(lines, l.meetingLines()...)
	}
	return strings.Join(append(lines, "", t("contact"), l.company, ""), "\r\n")
}

// CandidateInvitation returns the text of an invitation for the candidate, in the
// candidate's language, for a recruiter who sends it by another channel.
func CandidateInvitation(i *interview.Interview, company, link string) string {
	l := &candidateMail{
		renderer: renderer{lang: candidateLanguage(i), i: i, m: &message.Message{Kind: message.KindInvite}},
		company:  company, link: link,
	}
	return strings.ReplaceAll(l.mailBody(), "\r\n", "\n")
}

// meetingLines returns how the candidate joins the meeting.
func (l *candidateMail) meetingLines() []string {
	m := l.i.Meeting
	if m.CandidateURL() == "" {
		return nil
	}
	lines := []string{"", i18n.T(l.lang, "notify.mail.meeting", nil), m.CandidateURL()}
	if m.Code != "" {
		lines = append(lines, i18n.T(l.lang, "notify.mail.meeting_code", map[string]any{"Code": m.Code}))
	}
	return lines
}

// newCandidateMail returns the mail of a message without links.
func (s *Service) newCandidateMail(d *interview.Delivery, rounds []*interview.Interview) *candidateMail {
	about := func(i *interview.Interview) *candidateMail {
		return &candidateMail{
			renderer: renderer{lang: candidateLanguage(i), publicURL: s.PublicURL, i: i, m: d.Message},
			company:  s.Account.Corp.Name,
		}
	}
	l := about(d.Interview)
	if len(d.Message.Data.Rounds) > 0 {
		for _, i := range rounds {
			l.rounds = append(l.rounds, about(i))
		}
	}
	return l
}

// perInterview returns the mails about each interview: the mail itself if it is about one.
func (l *candidateMail) perInterview() []*candidateMail {
	if len(l.rounds) > 0 {
		return l.rounds
	}
	return []*candidateMail{l}
}

// deliverCandidateMail sends the candidate a mail with a personal link created for each
// interview. The row stores the text without the links, because access to the database must
// not give access to the room.
func (s *Service) deliverCandidateMail(ctx context.Context, d *interview.Delivery, rounds []*interview.Interview) error {
	l := s.newCandidateMail(d, rounds)
	if s.Mail == nil {
		return s.Interview.Messages.MarkSkipped(ctx, d.Message.CorpID, d.Message.ID, "notify.mail.unconfigured")
	}
	if d.Interview.Candidate.Email == "" {
		return s.Interview.Messages.MarkSkipped(ctx, d.Message.CorpID, d.Message.ID, "notify.skipped.no_address")
	}
	if slices.ContainsFunc(rounds, awaitsMeeting) && s.Now().Sub(d.Message.CreatedAt) < meetingWait {
		return job.Snooze(meetingPoll)
	}
	m, err := s.Interview.Messages.MarkSending(ctx, d.Message.CorpID, d.Message.ID,
		message.Content{Body: l.mailSubject() + "\n\n" + l.mailBody(), Recipient: d.Interview.Candidate.Email})
	if m == nil || err != nil {
		return err
	}
	l.m = m
	for _, about := range l.perInterview() {
		about.m = m
		if !about.i.Open() {
			continue
		}
		token, err := s.Interview.MailLink(ctx, m.CorpID, about.i.ID)
		if err != nil {
			return s.recordFailure(ctx, m, s.mailFailure(m, err))
		}
		about.link = s.PublicURL + interview.CandidateLinkPath(token)
	}
	content, err := l.newMail(ctx, s.Mail)
	if err == nil {
		err = s.Mail.Send(ctx, content)
	}
	if err != nil {
		return s.recordFailure(ctx, m, s.mailFailure(m, err))
	}
	return s.Interview.Messages.MarkSent(ctx, m.CorpID, m.ID, "", "")
}

// newMail returns the mail. Its Message-ID is derived from the message row, so that the
// receiver recognizes a duplicate.
func (l *candidateMail) newMail(ctx context.Context, sender mail.Sender) (mail.Mail, error) {
	organizer, err := sender.FromAddress(ctx)
	if err != nil {
		return mail.Mail{}, err
	}
	out := mail.Mail{ID: l.m.ID, To: l.m.Recipient, Date: l.m.CreatedAt, Subject: l.mailSubject(), Text: l.mailBody()}
	for _, about := range l.perInterview() {
		out.Calendars = append(out.Calendars, about.newCalendar(organizer))
	}
	return out, nil
}

// mailFailure maps an error of the mail server to the failure stored in the message. A
// permanent refusal is not retried.
func (s *Service) mailFailure(m *message.Message, err error) message.Failure {
	f := message.Failure{Text: err.Error(), Code: mailFailureCode(err)}
	if now := s.Now(); mail.ClassOf(err) != mail.Refused && now.Sub(m.CreatedAt) < maxMessageAge {
		f.RetryAt = now.Add(mailBackoff.After(m.Attempts))
	}
	return f
}

// mailFailureCode returns the text id of an error of a sender.
func mailFailureCode(err error) string {
	switch mail.ClassOf(err) {
	case mail.Refused:
		return "notify.mail.refused"
	case mail.Configuration:
		return "notify.mail.configuration"
	default:
		return "notify.mail.failed"
	}
}

func candidateLanguage(i *interview.Interview) string { return languageOrDefault(i.Candidate.Language) }
