package notify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/notification"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// declineWithPool schedules an interview of a position with a pool of GaoFei and SunWei, who are
// free at any time, and makes ZhouHang decline by card.
func declineWithPool(t *testing.T, d *db.DB) (*fixture, *interview.Interview) {
	t.Helper()
	sim := newSimulator(t)
	for id, name := range map[string]string{"GaoFei": "高飞", "SunWei": "孙薇"} {
		sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: id, Name: name})
	}
	h := newFixture(t, sim, d, nil)
	admin := h.recruiter
	admin.Roles = 1<<2 - 1
	_, err := h.pools.Availability.UpdateCompany(t.Context(), admin, 0, func(c *availability.Company) {
		c.Holidays, c.Hours = availability.NoHolidays, nil
		for day := time.Sunday; day <= time.Saturday; day++ {
			c.Hours = append(c.Hours, availability.Shift{Day: day, From: 0, To: 24 * 60})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	h.startQueue()
	i := h.scheduleInterview("")
	_, err = h.pools.Update(t.Context(), h.recruiter, i.PositionID, 0, func(p *pool.Pool) {
		p.Members = []pool.Member{{UserID: "GaoFei", Qualification: pool.Trained}, {UserID: "SunWei", Qualification: pool.Trained}}
	})
	if err != nil {
		t.Fatal(err)
	}
	h.press("ZhouHang", "面试邀请", "decline")
	return h, i
}

// press uses a button of a member's card.
func (h *fixture) press(userID, card, key string) {
	h.t.Helper()
	if err := h.sim.ClickButton(h.t.Context(), corpID, userID, h.waitForMessage(userID, card).MsgID, key); err != nil {
		h.t.Fatal(err)
	}
}

func (h *fixture) waitForButton(userID, text string) {
	h.t.Helper()
	h.waitUntil(userID+" has a card with the text "+text, func() bool {
		return slices.ContainsFunc(h.sim.Messages(corpID, userID), func(m wecomtest.Message) bool { return m.ButtonText == text })
	})
}

// One member of the pool accepts by card: the card of the other is closed, and the recruiter and
// the substitute are notified.
func TestSubstituteByCard(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, i := declineWithPool(t, d)
		h.waitForMessage("GaoFei", "能否接替周航面试？")
		h.press("SunWei", "能否接替周航面试？", "accept")
		h.waitForButton("SunWei", "已接受，由您面试")
		h.waitForButton("GaoFei", "已由其他人接受")
		h.waitForMessage("LinYue", "孙薇接替周航面试")
		h.waitForMessage("SunWei", "面试邀请")
		h.waitUntil("the response of SunWei is stored", func() bool { return h.interviewerResponse(i.ID, "SunWei") == interview.Accepted })
		if got := h.interviewerResponse(i.ID, "ZhouHang"); got != "" {
			t.Errorf("ZhouHang is an interviewer: %s", got)
		}
	})
}

// All members of the pool decline by card: the recruiter is notified with the next times.
func TestSubstituteDeclinedByAll(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, _ := declineWithPool(t, d)
		for _, userID := range []string{"GaoFei", "SunWei"} {
			h.press(userID, "能否接替周航面试？", "decline")
			h.waitForButton(userID, "已回复无法参加")
		}
		notice := messageJSON(h.waitForMessage("LinYue", "没有人接替周航面试"))
		if !strings.Contains(notice, "面试官都空闲的时间") {
			t.Errorf("the notice has no times: %s", notice)
		}
	})
}

// The notice of a substitution has no message row: its job waits for the end of quiet hours.
func TestSubstitutionNoticeWaits(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, _ := declineWithPool(t, d)
		h.setQuiet("LinYue")
		h.press("SunWei", "能否接替周航面试？", "accept")
		h.waitUntil("the job of the notice waits", func() bool {
			n, err := d.NewSelect().TableExpr("river_job").Where("kind = ? AND state = 'scheduled' AND scheduled_at > ?", pool.NoticeArgs{}.Kind(), db.Time(time.Now().Add(2*time.Hour))).Count(t.Context())
			return err == nil && n == 1
		})
		if n := countMessages(h, "LinYue", "孙薇接替周航面试"); n != 0 {
			t.Errorf("%d notices in quiet hours", n)
		}
		h.set("LinYue", func(m *notification.Member) { m.Quiet = notification.NoQuiet })
		dbtest.Exec(t, d, "UPDATE river_job SET scheduled_at = ? WHERE kind = ?", db.Time(time.Now().Add(-time.Second)), pool.NoticeArgs{}.Kind())
		h.waitForMessage("LinYue", "孙薇接替周航面试")
	})
}
