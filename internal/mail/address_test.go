package mail_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mail/mailtest"
)

// The host of a recipient is sent in ASCII; a name that is not ASCII is not sent at all.
func TestInternationalRecipients(t *testing.T) {
	relay := mailtest.New(t)
	m := newMail()
	m.To = "zhao@例子.公司"
	if err := newServer(relay).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := relay.Commands("RCPT"); !slices.Equal(got, []string{"RCPT TO:<zhao@xn--fsqu00a.xn--55qx5d>"}) {
		t.Errorf("%q", got)
	}
	m.To = "josé@example.com"
	if err := newServer(relay).Send(t.Context(), m); err == nil || mail.ClassOf(err) != mail.Refused {
		t.Errorf("error %v", err)
	}
}

// The host of the sender is sent in ASCII too.
func TestInternationalSender(t *testing.T) {
	relay := mailtest.New(t)
	s := newServer(relay)
	s.From = "会面 <interview@例子.公司>"
	if err := s.Send(t.Context(), newMail()); err != nil {
		t.Fatal(err)
	}
	const want = "interview@xn--fsqu00a.xn--55qx5d"
	if got := relay.Commands("MAIL"); len(got) != 1 || !strings.HasPrefix(got[0], "MAIL FROM:<"+want+">") {
		t.Errorf("%q", got)
	}
	if got, err := s.FromAddress(t.Context()); got != want || err != nil { // the organizer in calendars
		t.Errorf("%q, %v", got, err)
	}
	s.From = "面试@example.com"
	if err := s.Send(t.Context(), newMail()); mail.ClassOf(err) != mail.Configuration || err == nil {
		t.Errorf("a name that is not ASCII: %v", err)
	}
}
