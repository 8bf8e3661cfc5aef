package notify

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/wneessen/go-mail"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/wecom"
)

// mailTimeout limits one delivery to the mail server.
const mailTimeout = 20 * time.Second

// Mailer holds the SMTP server for mail to candidates. Without a host no mail is sent.
type Mailer struct {
	Host     string // host:port
	Username string
	Password wecom.Secret
	From     string
	TLS      string // starttls, tls or none
}

// candidateMail is a mail to the candidate. link is empty for closed interviews.
type candidateMail struct {
	renderer
	company string
	link    string
}

func (l *candidateMail) mailSubject() string {
	return i18n.T(l.lang, "notify.mail."+string(l.m.Kind)+".subject", map[string]any{"Company": l.company, "Title": l.i.Title})
}

func (l *candidateMail) mailBody() string {
	params := map[string]any{
		"Company": l.company, "Name": l.i.Candidate.Name, "Organizer": l.i.Organizer.Name,
	}
	t := func(id string) string { return i18n.T(l.lang, "notify.mail."+id, params) }
	lines := []string{
		t("hello"), "", t(string(l.m.Kind) + ".body"), "",
		l.i.Title,
		l.translate("field.time") + ": " + timeRange(l.lang, l.i, l.zone),
		l.translate("field.position") + ": " + l.i.Position.Title,
	}
	if l.link != "" {
		lines = append(lines, "", t("link"), l.link)
	}
	return strings.Join(append(lines, "", t("contact"), l.company, ""), "\r\n")
}

// calendarFile returns an iCalendar file. All mails about an interview contain the same
// event with an increasing SEQUENCE, so that the candidate's calendar updates it.
func (l *candidateMail) calendarFile() string {
	cal := ics.NewCalendarFor("Huimian")
	cal.SetMethod(ics.MethodPublish)
	event := cal.AddEvent(l.i.ID + "@huimian")
	event.SetDtStampTime(l.m.CreatedAt)
	event.SetStartAt(l.i.StartsAt)
	event.SetEndAt(l.i.EndsAt)
	event.SetSequence(l.i.ScheduleVersion)
	event.SetSummary(l.i.Title + " · " + l.company)
	event.SetStatus(ics.ObjectStatusConfirmed)
	if l.i.State == interview.Cancelled {
		cal.SetMethod(ics.MethodCancel)
		event.SetStatus(ics.ObjectStatusCancelled)
	}
	if l.link != "" {
		event.SetURL(l.link)
		event.SetLocation(l.link)
	}
	return cal.Serialize()
}

// sendCandidateMail sends the mail. Its Message-ID is derived from the message row, so
// that the receiver recognizes a duplicate.
func (m *Mailer) sendCandidateMail(ctx context.Context, l *candidateMail) error {
	msg := mail.NewMsg()
	if err := msg.From(m.From); err != nil {
		return fmt.Errorf("parsing the sender's address: %w", err)
	}
	if err := msg.To(l.m.Recipient); err != nil {
		return fmt.Errorf("parsing the candidate's address: %w", err)
	}
	msg.Subject(l.mailSubject())
	msg.SetMessageIDWithValue(l.m.ID + "@huimian")
	msg.SetDateWithValue(l.m.CreatedAt)
	msg.SetBodyString(mail.TypeTextPlain, l.mailBody())
	if err := msg.AttachReader("interview.ics", strings.NewReader(l.calendarFile()), mail.WithFileContentType("text/calendar; charset=utf-8")); err != nil {
		return fmt.Errorf("attaching the calendar file: %w", err)
	}
	return m.deliverMail(ctx, msg)
}

// deliverMail passes a mail to the mail server.
func (m *Mailer) deliverMail(ctx context.Context, msg *mail.Msg) error {
	client, err := m.newClient()
	if err != nil {
		return err
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("sending a mail: %w", err)
	}
	return nil
}

func (m *Mailer) newClient() (*mail.Client, error) {
	host, port, err := net.SplitHostPort(m.Host)
	if err != nil {
		return nil, fmt.Errorf("parsing the mail server's address %q: %w", m.Host, err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("parsing the mail server's port %q: %w", port, err)
	}
	opts := []mail.Option{mail.WithPort(n), mail.WithTimeout(mailTimeout)}
	switch m.TLS {
	case "tls":
		opts = append(opts, mail.WithSSL())
	case "none":
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if m.Username != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.Username), mail.WithPassword(string(m.Password)))
	}
	client, err := mail.NewClient(host, opts...)
	if err != nil {
		return nil, fmt.Errorf("creating the SMTP client: %w", err)
	}
	return client, nil
}
