package mail_test

import (
	"slices"
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
