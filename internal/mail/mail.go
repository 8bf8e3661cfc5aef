// Package mail delivers mail through the company's SMTP server or through WeCom, and
// classifies the response: a mail is accepted, refused permanently, or to be sent later.
package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/huimian/huimian/wecom"
)

// Limits of a session with the mail server. A server may examine a mail for minutes before
// it accepts it (RFC 5321, 4.5.3.2.6), and a mail that is given up before is sent twice. The
// caller needs the rest of its time to store the result.
const (
	connectTimeout = 20 * time.Second // up to the first mail
	acceptTimeout  = 10 * time.Minute
	quitTimeout    = time.Second
	restOfCaller   = 10 * time.Second
)

// Sender delivers mail.
type Sender interface {
	// Send delivers a mail. It returns nil once the mail is accepted, and an *Error
	// otherwise.
	Send(ctx context.Context, m Mail) error
	// FromAddress returns the address of the sender, without the name, or an *Error.
	FromAddress(ctx context.Context) (string, error)
	// Check tries the settings without sending a mail.
	Check(ctx context.Context) error
}

// ObserveFunc is called after each mail.
type ObserveFunc func(ctx context.Context, err error, took time.Duration)

var errNoMailbox = errors.New("the app has no mailbox")

// Server is the SMTP server.
type Server struct {
	Host     string // host:port
	Username string
	Password wecom.Secret
	From     string // the sender, such as 会面 <interview@example.com>
	TLS      string // starttls, tls or none
	HELO     string // the name in EHLO; empty: the name of this machine

	Observe ObserveFunc // may be nil
}

// Mail is one mail to one recipient.
type Mail struct {
	ID      string // becomes the Message-ID; the same when a mail is sent again
	To      string // address without a name
	Subject string
	Text    string
	Date    time.Time
	// Calendars are the objects that the mail contains, one per event: a REQUEST or a CANCEL
	// has one (RFC 5546, 3.2.2 and 3.2.5).
	Calendars []*Calendar
}

// Calendar is an iCalendar object (RFC 5545) that is sent by mail (RFC 6047).
type Calendar struct {
	Method string // of the object: REQUEST or CANCEL
	Object string
}

// Class is the class of a failure: what is to be done about the mail.
type Class int

const (
	Temporary     Class = iota // send it later
	Refused                    // the server refuses this mail or its recipient permanently
	Configuration              // the server or its settings must be changed first
)

// Error is the error of Send.
type Error struct {
	Class Class
	Err   error
}

func (e *Error) Error() string { return e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// ClassOf returns the class of an error of Send, Temporary for any other.
func ClassOf(err error) Class {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	return Temporary
}

// Send implements Sender. A mail is accepted even when the connection fails after that.
func (s *Server) Send(ctx context.Context, m Mail) error {
	return observe(ctx, s.Observe, func() error { return s.sendOnce(ctx, m) })
}

func (s *Server) sendOnce(ctx context.Context, m Mail) error {
	msg, err := s.newMessage(m)
	if err != nil {
		return err
	}
	session, err := s.openSession(ctx)
	if err != nil {
		return err
	}
	if err := session.sendMail(msg); err != nil {
		return &Error{classify(err), fmt.Errorf("sending a mail: %w", err)}
	}
	return nil
}

// Check implements Sender: it connects to the server as Send does, signs in and disconnects.
func (s *Server) Check(ctx context.Context) error {
	if _, err := s.newDraft(); err != nil {
		return err
	}
	session, err := s.openSession(ctx)
	if err != nil {
		return err
	}
	session.endSession()
	return nil
}

// FromAddress implements Sender.
func (s *Server) FromAddress(context.Context) (string, error) {
	msg, err := s.newDraft()
	if err != nil {
		return "", err
	}
	return msg.GetFrom()[0].Address, nil
}

// newDraft returns a message from the sender.
func (s *Server) newDraft() (*mail.Msg, error) {
	from, err := ParseSender(s.From)
	if err != nil {
		return nil, &Error{Configuration, err}
	}
	msg := mail.NewMsg()
	if err := msg.FromFormat(from.Name, from.Address); err != nil {
		return nil, &Error{Configuration, fmt.Errorf("setting the sender's address: %w", err)}
	}
	return msg, nil
}

// newMessage builds the MIME message: the text and the calendar object as
// alternatives, and the object once more as a file for programs that do not
// know the alternative. Several objects are files only.
func (s *Server) newMessage(m Mail) (*mail.Msg, error) {
	msg, err := s.newDraft()
	if err != nil {
		return nil, err
	}
	to, err := asciiAddress(m.To)
	if err != nil {
		return nil, &Error{Refused, fmt.Errorf("encoding the host of the recipient's address: %w", err)}
	}
	if err := msg.To(to); err != nil {
		return nil, &Error{Refused, fmt.Errorf("parsing the recipient's address: %w", err)}
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID + "@huimian")
	msg.SetDateWithValue(m.Date)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if len(m.Calendars) == 1 {
		c := m.Calendars[0]
		msg.AddAlternativeString(c.mediaType(), c.Object, mail.WithPartEncoding(mail.EncodingB64))
		return msg, attachCalendar(msg, calendarName(0, 1), c, "application/ics")
	}
	for n, c := range m.Calendars {
		if err := attachCalendar(msg, calendarName(n, len(m.Calendars)), c, c.mediaType()+"; charset=UTF-8"); err != nil {
			return nil, err
		}
	}
	return msg, nil
}

// calendarName returns the file name of the calendar object with an index.
func calendarName(index, count int) string {
	if count == 1 {
		return "interview.ics"
	}
	return fmt.Sprintf("interview-%d.ics", index+1)
}

// mediaType returns the type of a part, with the method of the object as a parameter (RFC
// 6047, 2.4).
func (c *Calendar) mediaType() mail.ContentType {
	return mail.ContentType("text/calendar; method=" + c.Method)
}

func attachCalendar(msg *mail.Msg, name string, c *Calendar, mediaType mail.ContentType) error {
	if err := msg.AttachReader(name, strings.NewReader(c.Object), mail.WithFileContentType(mediaType)); err != nil {
		return fmt.Errorf("attaching the calendar file: %w", err)
	}
	return nil
}

// classify returns the class of an error of the SMTP client. A permanent reply
// (5yz, RFC 5321, 4.2.1) to the recipient or the content concerns this mail;
// one to the connection, the authentication or the sender concerns the
// settings, as does an error that is neither a reply nor one of the network.
func classify(err error) Class {
	if e, ok := errors.AsType[*mail.SendError](err); ok {
		switch {
		case e.Reason == mail.ErrGetRcpts || e.Reason == mail.ErrNoUnencoded:
			return Refused
		case e.Reason == mail.ErrGetSender:
			return Configuration
		case e.ErrorCode() < 500:
			return Temporary
		case e.Reason == mail.ErrSMTPMailFrom || isUnauthenticated(e.ErrorCode()):
			return Configuration
		default:
			return Refused
		}
	}
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		if e.Code >= 500 {
			return Configuration
		}
		return Temporary
	}
	var network net.Error
	if errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) {
		return Temporary
	}
	return Configuration
}

// isUnauthenticated reports whether a reply demands credentials or TLS (RFC
// 4954, 6).
func isUnauthenticated(code int) bool {
	return code == 530 || code == 534 || code == 535 || code == 538
}
