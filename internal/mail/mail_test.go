package mail_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mail/mailtest"
)

func newServer(s *mailtest.Server) *mail.Server {
	return &mail.Server{Host: s.Address, From: "会面 <interview@example.com>", TLS: "none", HELO: "interview.example.com"}
}

func newMail() mail.Mail {
	return mail.Mail{
		ID: "m1", To: "zhao@example.com", Subject: "面试", Text: "您好\r\n", Date: time.Now(),
		Calendars: []*mail.Calendar{{Method: "REQUEST", Object: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"}},
	}
}

func TestSend(t *testing.T) {
	relay := mailtest.New(t)
	if err := newServer(relay).Send(t.Context(), newMail()); err != nil {
		t.Fatal(err)
	}
	raw := <-relay.Mails()
	for _, part := range []string{"Message-ID: <m1@huimian>", "text/calendar; method=REQUEST; charset=UTF-8", `filename="interview.ics"`} {
		if !strings.Contains(raw, part) {
			t.Errorf("the mail has no %s:\n%s", part, raw)
		}
	}
	if got := relay.Commands("EHLO"); len(got) != 1 || got[0] != "EHLO interview.example.com" {
		t.Errorf("commands %q", got)
	}
}

// A mail is accepted when the server replies 250 to its content, whatever
// follows (RFC 5321, 4.2.5).
func TestSendAfterAcceptance(t *testing.T) {
	for name, fail := range map[string]func(*mailtest.Server){
		"disconnects":      func(s *mailtest.Server) { s.Disconnect(mailtest.Content, true) },
		"RSET is refused":  func(s *mailtest.Server) { s.Reply("RSET", "502 5.5.1 not implemented") },
		"RSET disconnects": func(s *mailtest.Server) { s.Reply("RSET", "421 closing"); s.Disconnect("RSET", true) },
		"QUIT is refused":  func(s *mailtest.Server) { s.Reply("QUIT", "500 5.5.1 unknown") },
	} {
		t.Run(name, func(t *testing.T) {
			relay := mailtest.New(t)
			fail(relay)
			if err := newServer(relay).Send(t.Context(), newMail()); err != nil {
				t.Errorf("error %v", err)
			}
			if len(relay.Mails()) != 1 {
				t.Errorf("%d mails accepted", len(relay.Mails()))
			}
		})
	}
}

// A server that stops to reply does not hold the caller, who stores the result in the time
// that is left.
func TestSilentServer(t *testing.T) {
	const callerTime = 400 * time.Millisecond
	for stage, accepted := range map[string]bool{
		mailtest.Greeting: false, "EHLO": false, "MAIL": false, "RCPT": false, "DATA": false, "RSET": true, "QUIT": true,
	} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			relay := mailtest.New(t)
			relay.Silence(stage)
			ctx, cancel := context.WithTimeout(t.Context(), callerTime)
			defer cancel()
			err := newServer(relay).Send(ctx, newMail())
			if (err == nil) != accepted || mail.ClassOf(err) != mail.Temporary || len(relay.Mails()) != map[bool]int{true: 1}[accepted] {
				t.Errorf("error %v, %d mails", err, len(relay.Mails()))
			}
			if stage == "RSET" && ctx.Err() != nil {
				t.Error("no time is left to store that the mail was accepted")
			}
		})
	}
}

func TestSendClassifiesFailures(t *testing.T) {
	reply := func(stage, text string) func(*mailtest.Server, *mail.Server, *mail.Mail) {
		return func(s *mailtest.Server, _ *mail.Server, _ *mail.Mail) { s.Reply(stage, text) }
	}
	disconnect := func(stage string) func(*mailtest.Server, *mail.Server, *mail.Mail) {
		return func(s *mailtest.Server, _ *mail.Server, _ *mail.Mail) { s.Disconnect(stage, true) }
	}
	for name, tc := range map[string]struct {
		fail  func(*mailtest.Server, *mail.Server, *mail.Mail)
		class mail.Class
	}{
		"unknown recipient":    {reply("RCPT", "550 5.1.1 no such user"), mail.Refused},
		"mailbox full":         {reply("RCPT", "552 5.2.2 mailbox full"), mail.Refused},
		"greylisted":           {reply("RCPT", "451 4.7.1 try again later"), mail.Temporary},
		"recipient needs AUTH": {reply("RCPT", "530 5.7.0 authentication required"), mail.Configuration},
		"sender refused":       {reply("MAIL", "553 5.7.1 sender not owned"), mail.Configuration},
		"sender busy":          {reply("MAIL", "421 4.3.2 too many connections"), mail.Temporary},
		"DATA refused":         {reply("DATA", "554 5.7.1 blocked"), mail.Refused},
		"content refused":      {reply(mailtest.Content, "554 5.7.1 spam"), mail.Refused},
		"content deferred":     {reply(mailtest.Content, "452 4.3.1 insufficient storage"), mail.Temporary},
		"host refused":         {reply(mailtest.Greeting, "554 no service"), mail.Configuration},
		"host busy":            {reply(mailtest.Greeting, "421 busy"), mail.Temporary},
		"EHLO name refused": {func(s *mailtest.Server, _ *mail.Server, _ *mail.Mail) {
			s.Reply("EHLO", "550 bad name")
			s.Reply("HELO", "550 bad name")
		}, mail.Configuration},
		"disconnects at once":       {disconnect(mailtest.Greeting), mail.Temporary},
		"disconnects at RCPT":       {disconnect("RCPT"), mail.Temporary},
		"nothing listens":           {func(_ *mailtest.Server, s *mail.Server, _ *mail.Mail) { s.Host = "127.0.0.1:1" }, mail.Temporary},
		"no STARTTLS":               {func(_ *mailtest.Server, s *mail.Server, _ *mail.Mail) { s.TLS = "starttls" }, mail.Configuration},
		"no TLS":                    {func(_ *mailtest.Server, s *mail.Server, _ *mail.Mail) { s.TLS = "tls" }, mail.Configuration},
		"no AUTH":                   {func(_ *mailtest.Server, s *mail.Server, _ *mail.Mail) { s.Username, s.Password = "a", "b" }, mail.Configuration},
		"host without a port":       {func(_ *mailtest.Server, s *mail.Server, _ *mail.Mail) { s.Host = "mail" }, mail.Configuration},
		"sender without an address": {func(_ *mailtest.Server, s *mail.Server, _ *mail.Mail) { s.From = "会面" }, mail.Configuration},
		"unparsable recipient":      {func(_ *mailtest.Server, _ *mail.Server, m *mail.Mail) { m.To = "zhao@" }, mail.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			relay := mailtest.New(t)
			s, m := newServer(relay), newMail()
			tc.fail(relay, s, &m)
			err := s.Send(t.Context(), m)
			if err == nil || mail.ClassOf(err) != tc.class {
				t.Errorf("class %d of %v, want %d", mail.ClassOf(err), err, tc.class)
			}
			if len(relay.Mails()) != 0 {
				t.Error("a mail was accepted")
			}
		})
	}
}

func TestCheck(t *testing.T) {
	relay := mailtest.New(t)
	relay.Reply("EHLO", "250-mailtest\r\n250 AUTH PLAIN LOGIN")
	s := newServer(relay)
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	s.Username, s.Password = "user", "password"
	relay.Reply("AUTH", "535 5.7.8 bad credentials")
	if err := s.Check(t.Context()); mail.ClassOf(err) != mail.Configuration {
		t.Errorf("bad credentials: %v", err)
	}
	s.From = "nobody"
	if err := s.Check(t.Context()); mail.ClassOf(err) != mail.Configuration {
		t.Errorf("sender without an address: %v", err)
	}
}
