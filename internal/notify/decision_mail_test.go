package notify_test

import (
	"context"
	"mime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/message"
)

// The result is mailed at the planned time with the text that the recruiter has seen: a job of an
// earlier plan waits, and the mail leaves once.
func TestDecisionMail(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, relay := newMailFixture(t, d)
		i := h.scheduleInterview("zhao@example.com")
		interviewer := actor.ForMember(corpID, "ChenMo", actor.Interviewer)
		administrator := actor.ForMember(corpID, "LinYue", actor.Administrator)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		_, err := h.interview.Start(t.Context(), interviewer, i.ID)
		must(err)
		_, err = h.interview.End(t.Context(), interviewer, i.ID)
		must(err)
		_, err = h.interview.Decide(t.Context(), h.recruiter, i.ID, interview.NoHire, "不外传")
		must(err)
		_, err = h.decisionMails.UpdateSettings(t.Context(), administrator, 0, func(c *decisionmail.Settings) { c.Enabled = true })
		must(err)
		v, err := h.decisionMails.Get(t.Context(), h.recruiter, i.ID)
		must(err)
		text := mailtemplate.Text{Subject: v.Draft.Subject, Body: v.Draft.Body + "\n附言"}
		_, err = h.decisionMails.Save(t.Context(), h.recruiter, i.ID, 0, decisionmail.Plan{Text: text, Timing: decisionmail.Now})
		must(err)
		v, err = h.decisionMails.Save(t.Context(), h.recruiter, i.ID, 0, decisionmail.Plan{Text: text, Timing: decisionmail.Hour})
		must(err)
		h.startQueue()
		h.waitUntil("the job of the earlier plan waits", func() bool {
			n, err := d.NewSelect().TableExpr("river_job").Where("kind = ? AND state = 'scheduled'", message.DeliverArgs{}.Kind()).Count(t.Context())
			return err == nil && n == 2
		})
		if sent := relay.Commands("RCPT"); len(sent) > 0 {
			t.Errorf("mails before their time: %q", sent)
		}
		_, err = h.interview.Messages.Retry(t.Context(), h.recruiter, v.Mail.MessageID) // now
		must(err)
		header, parts := parseMail(t, <-relay.Mails())
		subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
		must(err)
		body := strings.ReplaceAll(parts["text/plain"].body, "\r\n", "\n")
		if subject != "云杉科技面试结果：后端工程师" || body != text.Body+"\n" || strings.Contains(body, "不外传") {
			t.Errorf("mail %q %q, want %q", subject, body, text.Body)
		}
		h.waitUntil("the mail is sent", func() bool {
			v, err := h.decisionMails.Get(t.Context(), h.recruiter, i.ID)
			return err == nil && v.Mail.State() == decisionmail.Sent && v.Mail.Message.SentAt.After(time.Now().Add(-time.Minute))
		})
	})
}

// A mail that waits for an approval is not sent at its time, and leaves at the approval.
func TestDecisionMailWaitsForApproval(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, relay := newMailFixture(t, d)
		i := h.scheduleInterview("zhao@example.com")
		interviewer := actor.ForMember(corpID, "ChenMo", actor.Interviewer)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		var waits atomic.Bool
		waits.Store(true)
		h.decisionMails.Waits = func(context.Context, *interview.Interview) (bool, error) { return waits.Load(), nil }
		_, err := h.interview.Start(t.Context(), interviewer, i.ID)
		must(err)
		_, err = h.interview.End(t.Context(), interviewer, i.ID)
		must(err)
		_, err = h.interview.Decide(t.Context(), h.recruiter, i.ID, interview.Hire, "")
		must(err)
		_, err = h.decisionMails.UpdateSettings(t.Context(), actor.ForMember(corpID, "LinYue", actor.Administrator), 0, func(c *decisionmail.Settings) { c.Enabled = true })
		must(err)
		v, err := h.decisionMails.Save(t.Context(), h.recruiter, i.ID, 0, decisionmail.Plan{Text: mailtemplate.Text{Subject: "录用", Body: "您好"}, Timing: decisionmail.Now})
		must(err)
		if !v.Waits {
			t.Error("the page does not show that the mail waits")
		}
		h.startQueue()
		h.waitUntil("the mail is deferred", func() bool {
			v, err := h.decisionMails.Get(t.Context(), h.recruiter, i.ID)
			return err == nil && v.Mail.State() == decisionmail.Scheduled && v.Mail.Message.ErrorCode == message.WaitingForApproval
		})
		if sent := relay.Commands("RCPT"); len(sent) > 0 {
			t.Errorf("mails before the approval: %q", sent)
		}
		waits.Store(false)
		must(d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return h.decisionMails.Release(ctx, tx, i) }))
		<-relay.Mails()
		h.waitUntil("the mail is sent", func() bool {
			v, err := h.decisionMails.Get(t.Context(), h.recruiter, i.ID)
			return err == nil && v.Mail.State() == decisionmail.Sent
		})
	})
}
