package notify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notification"
)

// set changes the settings of a member.
func (h *fixture) set(userID string, edit func(*notification.Member)) {
	h.t.Helper()
	a := actor.ForInterviewer(corpID, userID)
	if _, err := h.notifications.UpdateMember(h.t.Context(), a, userID, 0, edit); err != nil {
		h.t.Fatal(err)
	}
}

// setQuiet sets quiet hours of a member from an hour ago for four hours.
func (h *fixture) setQuiet(userID string) {
	h.t.Helper()
	local := time.Now().In(availability.Location("Asia/Shanghai"))
	minute := availability.Clock(local.Hour()*60 + local.Minute())
	h.set(userID, func(m *notification.Member) {
		m.Quiet = notification.OwnQuiet
		m.Hours = notification.QuietHours{From: (minute + 23*60) % (24 * 60), To: (minute + 3*60) % (24 * 60)}
	})
}

// endQuiet ends the quiet hours of a member: its messages are due.
func (h *fixture) endQuiet(userID string) {
	h.t.Helper()
	h.set(userID, func(m *notification.Member) { m.Quiet = notification.NoQuiet })
	args := "args::text"
	if h.db.Dialect() == db.SQLite {
		args = "json(args)"
	}
	h.waitUntil("the jobs of the deferred messages wait", func() bool { // the queue stores that after the message
		n, err := h.db.NewSelect().TableExpr("messages AS m").Where("state = 'queued'").
			Where("NOT EXISTS (SELECT 1 FROM river_job WHERE kind = 'interview_deliver' AND state = 'scheduled' AND " + args + " LIKE '%' || m.id || '%')").
			Count(h.t.Context())
		if err != nil {
			h.t.Fatal(err)
		}
		return n == 0
	})
	past := db.Time(time.Now().Add(-time.Second))
	dbtest.Exec(h.t, h.db, "UPDATE messages SET next_attempt_at = ? WHERE next_attempt_at IS NOT NULL", past)
	dbtest.Exec(h.t, h.db, "UPDATE river_job SET scheduled_at = ? WHERE state = 'scheduled' AND kind = 'interview_deliver'", past)
}

// waitForRow waits until the message of a kind to a member is in a state.
func (h *fixture) waitForRow(userID string, kind message.Kind, state message.State, code string) message.Message {
	h.t.Helper()
	var found message.Message
	h.waitUntil(string(kind)+" to "+userID+" is "+string(state)+" "+code, func() bool {
		for _, m := range h.listMessages(message.Filter{Recipient: userID, Kind: kind}) {
			if m.State == state && m.ErrorCode == code {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

func TestMutedMessageIsSkipped(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.set("ChenMo", func(m *notification.Member) { m.Muted = []notification.Group{notification.Reminders} })
		i := h.scheduleInterview("")
		h.insertReminders(i, "24h")
		h.startQueue()
		h.waitForRow("ChenMo", message.KindReminder, message.Skipped, "notify.skipped.muted")
		h.waitForMessage("ZhouHang", "明天的面试：")
		h.waitForMessage("ChenMo", "面试邀请") // cannot be muted
		if n := countMessages(h, "ChenMo", "明天的面试："); n != 0 {
			t.Errorf("%d muted reminders were sent", n)
		}
	})
}

func TestQuietHoursDeferMessages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.setQuiet("ChenMo")
		h.startQueue()
		i := h.scheduleInterview("")
		h.waitForMessage("ZhouHang", "面试邀请")
		m := h.waitForRow("ChenMo", message.KindInvite, message.Queued, "notify.deferred.quiet_hours")
		if m.NextAttemptAt == nil || time.Until(*m.NextAttemptAt) < 2*time.Hour || time.Until(*m.NextAttemptAt) > 3*time.Hour || m.Attempts != 0 || m.Waiting() {
			t.Errorf("a deferred message: %+v", m)
		}
		if n := countMessages(h, "ChenMo", ""); n != 0 {
			t.Errorf("%d messages in quiet hours", n)
		}
		// The interview is moved to a near time: the change is urgent, the invitation is outdated.
		_, err := h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) {
			p.StartsAt, p.OverrideWarnings = time.Now().Add(3*time.Hour), true
		})
		if err != nil {
			t.Fatal(err)
		}
		h.waitForRow("ChenMo", message.KindChanged, message.Sent, "")
		h.endQuiet("ChenMo")
		h.waitForRow("ChenMo", message.KindInvite, message.Skipped, "notify.skipped.overtaken")
		if n := countMessages(h, "ChenMo", "面试邀请"); n != 0 {
			t.Errorf("%d outdated invitations were sent", n)
		}
	})
}

func TestDeferredMessageIsSentLater(t *testing.T) {
	t.Parallel() // waits for jobs
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.setQuiet("ChenMo")
		h.setQuiet("ZhouHang")
		h.startQueue()
		h.scheduleInterview("")
		m := h.waitForRow("ChenMo", message.KindInvite, message.Queued, "notify.deferred.quiet_hours")
		h.waitForRow("ZhouHang", message.KindInvite, message.Queued, "notify.deferred.quiet_hours")
		if _, err := h.interview.Messages.Retry(t.Context(), h.recruiter, m.ID); err != nil { // before its time
			t.Fatal(err)
		}
		h.waitForRow("ChenMo", message.KindInvite, message.Sent, "")
		h.endQuiet("ZhouHang")
		if got := h.waitForRow("ZhouHang", message.KindInvite, message.Sent, ""); got.Attempts != 1 {
			t.Errorf("%d attempts", got.Attempts)
		}
	})
}

// A deferred decline is not sent when the interviewer has accepted meanwhile.
func TestDeferredResponseIsChecked(t *testing.T) {
	t.Parallel() // waits for jobs
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.setQuiet("LinYue")
		h.startQueue()
		i := h.scheduleInterview("")
		respond := func(userID string, r interview.Response) {
			t.Helper()
			a := actor.ForInterviewer(corpID, userID)
			if _, err := h.interview.Respond(t.Context(), a, i.ID, interview.ResponseInput{Response: r}); err != nil {
				t.Fatal(err)
			}
		}
		respond("ChenMo", interview.Declined)
		respond("ZhouHang", interview.Declined)
		h.waitUntil("both are deferred", func() bool {
			list := h.listMessages(message.Filter{Recipient: "LinYue", Kind: message.KindDeclined})
			return len(list) == 2 && list[0].Data.Deferred != nil && list[1].Data.Deferred != nil
		})
		respond("ChenMo", interview.Accepted)
		h.endQuiet("LinYue")
		skipped := h.waitForRow("LinYue", message.KindDeclined, message.Skipped, "notify.skipped.overtaken")
		sent := h.waitForRow("LinYue", message.KindDeclined, message.Sent, "")
		if skipped.Data.By != "ChenMo" || sent.Data.By != "ZhouHang" {
			t.Errorf("skipped that of %s, sent that of %s", skipped.Data.By, sent.Data.By)
		}
	})
}

// An interviewer who declines, accepts and declines leads to two equal cards.
func TestRepeatedDecline(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.startQueue()
		i := h.scheduleInterview("")
		chen := actor.ForInterviewer(corpID, "ChenMo")
		for n, response := range []interview.Response{interview.Declined, interview.Accepted, interview.Declined} {
			if _, err := h.interview.Respond(t.Context(), chen, i.ID, interview.ResponseInput{Response: response, Reason: "出差"}); err != nil {
				t.Fatal(err)
			}
			h.waitUntil("the organizer has the card", func() bool {
				return countMessages(h, "LinYue", "无法参加") == n/2+1
			})
		}
	})
}

// The morning digest is sent once to each member with something to read, in the member's
// language.
func TestMorningDigest(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		clock := clocktest.New()
		monday := clocktest.FirstMonday(t, clock.Now(), "Asia/Shanghai")
		h := newFixtureAt(t, newSimulator(t), d, nil, clock.Now)
		admin := actor.ForMember(corpID, "LinYue", actor.Administrator)
		if _, err := h.availability.UpdateCompany(t.Context(), admin, 0, func(c *availability.Company) { c.Holidays = availability.NoHolidays }); err != nil {
			t.Fatal(err)
		}
		if err := h.account.SetLanguage(t.Context(), corpID, "ChenMo", "en"); err != nil {
			t.Fatal(err)
		}
		h.set("ZhouHang", func(m *notification.Member) { m.Muted = []notification.Group{notification.Digests} })
		if err := h.digests.QueueDue(t.Context()); err != nil { // the first run
			t.Fatal(err)
		}
		i := h.scheduleInterview("")
		_, err := h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) {
			p.StartsAt, p.OverrideWarnings = monday.Add(10*time.Hour), true
		})
		if err != nil {
			t.Fatal(err)
		}
		clock.Set(monday.Add(8*time.Hour + 30*time.Minute))
		h.startQueue()
		for range 2 {
			if err := h.digests.QueueDue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		text := h.waitForMessage("ChenMo", "Your interviews today: 1").Text.Content
		for _, part := range []string{"10:00–11:00", `<a href="` + public + "/interviews/" + i.ID + `">`, " · 赵一鸣", "View all"} {
			if !strings.Contains(text, part) {
				t.Errorf("%q is not in the digest %q", part, text)
			}
		}
		h.waitForRow("ZhouHang", message.KindDigest, message.Skipped, "notify.skipped.muted")
		for userID, want := range map[string]int{"ChenMo": 1, "ZhouHang": 0} {
			if n := countMessages(h, userID, "/interviews/"+i.ID+`\">`); n != want {
				t.Errorf("%d digests to %s", n, userID)
			}
		}
		sent := h.waitForRow("ChenMo", message.KindDigest, message.Sent, "")
		stored, err := h.interview.Messages.Get(t.Context(), corpID, sent.ID)
		if err != nil || stored.Body != "" {
			t.Errorf("the text of the digest is kept: %q, %v", stored.Body, err)
		}
		if rows := h.listMessages(message.Filter{Kind: message.KindDigest}); len(rows) != 2 || slices.ContainsFunc(rows, func(m message.Message) bool { return m.InterviewID != i.ID }) {
			t.Errorf("rows %+v", rows)
		}
	})
}
