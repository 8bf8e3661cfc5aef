package mail_test

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

func newApp(t *testing.T) (*mail.App, *wecomtest.Server) {
	t.Helper()
	sim := wecomtest.New(t)
	sim.AddCorp(wecomtest.Corp{ID: "ww1", Name: "云杉科技"})
	sim.AddApp(wecomtest.App{CorpID: "ww1", AgentID: 7, Secret: "s", Name: "面试"})
	client, err := wecom.New(wecom.Config{CorpID: "ww1", AgentID: 7, Secret: "s", BaseURL: sim.URL()})
	if err != nil {
		t.Fatal(err)
	}
	return &mail.App{Client: client}, sim
}

func TestAppSendsThroughWeCom(t *testing.T) {
	app, sim := newApp(t)
	err := app.Send(t.Context(), mail.Mail{
		ID: "m1", To: "zhao@example.com", Subject: "面试邀请", Text: "您好",
		Calendars: []*mail.Calendar{{Method: "REQUEST", Object: "BEGIN:VCALENDAR"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	from, err := app.FromAddress(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sent := sim.Mails("ww1")
	if len(sent) != 1 {
		t.Fatalf("%d mails, want 1", len(sent))
	}
	m := sent[0]
	if m.From != from || !slices.Equal(m.To, []string{"zhao@example.com"}) || m.Subject != "面试邀请" || m.Content != "您好" || m.ContentType != "text" {
		t.Errorf("mail from %s: %+v", from, m)
	}
	if len(m.Attachments) != 1 || m.Attachments[0].Name != "interview.ics" || string(m.Attachments[0].Content) != "BEGIN:VCALENDAR" {
		t.Errorf("attachments: %+v", m.Attachments)
	}
}

func TestAppClassifiesFailures(t *testing.T) {
	const send, mailbox = "exmail/app/compose_send", "exmail/app/get_email_alias"
	for name, tc := range map[string]struct {
		fault wecomtest.Fault
		want  mail.Class
	}{
		"busy":                 {wecomtest.Fault{Path: send, Times: 99, Errcode: -1}, mail.Temporary},
		"limit":                {wecomtest.Fault{Path: send, Times: 99, Errcode: 45009}, mail.Temporary},
		"no permission":        {wecomtest.Fault{Path: send, Times: 99, Errcode: 48002}, mail.Configuration},
		"refused":              {wecomtest.Fault{Path: send, Times: 99, Errcode: 40058}, mail.Refused},
		"mailbox not allowed":  {wecomtest.Fault{Path: mailbox, Times: 99, Errcode: 48002}, mail.Configuration},
		"mailbox not reported": {wecomtest.Fault{Path: mailbox, Times: 99, Errcode: -1}, mail.Temporary},
	} {
		t.Run(name, func(t *testing.T) {
			app, sim := newApp(t)
			sim.AddFault(tc.fault)
			var err error
			if tc.fault.Path == mailbox {
				err = app.Check(t.Context())
			} else {
				err = app.Send(t.Context(), mail.Mail{To: "zhao@example.com", Subject: "a", Text: "b"})
			}
			if err == nil || mail.ClassOf(err) != tc.want {
				t.Errorf("%v of class %v, want %v", err, mail.ClassOf(err), tc.want)
			}
		})
	}
}
