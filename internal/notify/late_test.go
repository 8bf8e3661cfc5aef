package notify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
)

// remind delivers the reminders 15 minutes before an interview, which starts in 10 minutes.
func remind(t *testing.T, d *db.DB) (*fixture, *interview.Interview) {
	t.Helper()
	h := newFixture(t, newSimulator(t), d, nil)
	i := h.scheduleInterview("")
	i, err := h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) { p.StartsAt, p.OverrideWarnings = time.Now().Add(10*time.Minute), true })
	if err != nil {
		t.Fatal(err)
	}
	h.insertReminders(i, "15m")
	h.startQueue()
	return h, i
}

// insertReminders queues the reminder for both interviewers.
func (h *fixture) insertReminders(i *interview.Interview, before string) {
	h.t.Helper()
	err := h.db.InTx(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, userID := range []string{"ChenMo", "ZhouHang"} {
			err := h.interview.Messages.Insert(ctx, tx, message.Message{
				CorpID: corpID, InterviewID: i.ID, ScheduleVersion: i.ScheduleVersion,
				Kind: message.KindReminder, Channel: message.WeCom, Recipient: userID, Data: message.Data{Before: before},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

const reminderTitle = "面试将在 15 分钟后开始"

func TestLateByCard(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, i := remind(t, d)
		card := messageJSON(h.waitForMessage("ChenMo", reminderTitle))
		if !strings.Contains(card, public+"/go/interviews/"+i.ID) || !strings.Contains(card, "晚到 15 分钟") {
			t.Errorf("reminder %s", card)
		}
		h.press("ChenMo", reminderTitle, "late_10")
		h.waitForButton("ChenMo", "已告知候选人：约晚到 10 分钟")
		got, err := h.lateNotices.List(t.Context(), h.recruiter, i.ID)
		if err != nil || len(got.List) != 1 || got.List[0].UserID != "ChenMo" || got.List[0].Minutes != 10 {
			t.Errorf("notices %+v, %v", got, err)
		}
		if _, err := h.interview.Start(t.Context(), h.recruiter, i.ID); err != nil {
			t.Fatal(err)
		}
		h.press("ZhouHang", reminderTitle, "late_5")
		h.waitForButton("ZhouHang", "面试已开始")
	})
}

// A cancellation closes the reminder, and an acceptance does not.
func TestReminderButtons(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, i := remind(t, d)
		open := func(userID string) bool {
			cards, err := h.interview.Messages.ListOpenCards(t.Context(), corpID, i.ID, userID)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range cards {
				if m.Kind == message.KindReminder {
					return true
				}
			}
			return false
		}
		h.waitUntil("both reminders are sent", func() bool { return open("ChenMo") && open("ZhouHang") })
		who := h.recruiter
		who.UserID = "ChenMo"
		if _, err := h.interview.Respond(t.Context(), who, i.ID, interview.ResponseInput{Response: interview.Accepted}); err != nil {
			t.Fatal(err)
		}
		h.waitForButton("ChenMo", "已接受") // the invitation
		if !open("ChenMo") {
			t.Error("the acceptance closed the reminder")
		}
		if _, err := h.interview.Cancel(t.Context(), h.recruiter, i.ID, ""); err != nil {
			t.Fatal(err)
		}
		h.waitUntil("the reminders are closed", func() bool { return !open("ChenMo") && !open("ZhouHang") })
	})
}
