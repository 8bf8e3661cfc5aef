package notify_test

import (
	"mime"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/wecom/wecomtest"
)

var bookLink = regexp.MustCompile(regexp.QuoteMeta(public) + `/book#([\w-]+)`)

// offerTimes offers a candidate two times.
func (h *fixture) offerTimes(email string) *booking.Created {
	h.t.Helper()
	ctx := h.t.Context()
	pos, err := h.interview.Positions.Create(ctx, h.recruiter, position.Position{Title: "后端工程师", Headcount: 1})
	if err != nil {
		h.t.Fatal(err)
	}
	cand, err := h.interview.Candidates.Create(ctx, h.recruiter, candidate.Candidate{Name: "赵一鸣", Email: email, PositionID: pos.ID}, true)
	if err != nil {
		h.t.Fatal(err)
	}
	monday := clocktest.FirstMonday(h.t, time.Now(), "Asia/Shanghai")
	o, err := h.bookings.Create(ctx, h.recruiter, interview.Plan{
		Title: "后端工程师 · 赵一鸣", PositionID: pos.ID, CandidateID: cand.ID, Round: 1, Duration: time.Hour, TimeZone: "Asia/Shanghai",
		Interviewers: []string{"ChenMo"}, RoomKind: interview.BuiltinRoom,
	}, booking.Times{Slots: []time.Time{monday.Add(10 * time.Hour), monday.Add(14 * time.Hour)}, OverrideWarnings: true})
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

func (h *fixture) waitForOfferMail(id string, want message.MailState) *booking.View {
	h.t.Helper()
	var v *booking.View
	h.waitUntil("the mail of the offer is "+string(want), func() bool {
		var err error
		if v, err = h.bookings.Get(h.t.Context(), h.recruiter, id, ""); err != nil {
			h.t.Fatal(err)
		}
		return v.Mail.MailState() == want
	})
	return v
}

func TestOfferMail(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, relay := newMailFixture(t, d)
		h.startQueue()
		o := h.offerTimes("zhao@example.com")
		header, parts := parseMail(t, <-relay.Mails())
		subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
		if err != nil || !strings.Contains(subject, "云杉科技邀请您选择面试时间") {
			t.Errorf("subject %q (%v)", subject, err)
		}
		text := parts["text/plain"].body
		if link := bookLink.FindStringSubmatch(text); link == nil || link[1] != o.Token {
			t.Errorf("the link in the mail is not that of the offer: %s", text)
		}
		for _, part := range []string{"10:00–11:00", "14:00–15:00", "UTC+8", "林悦"} {
			if !strings.Contains(text, part) {
				t.Errorf("the mail has no %s: %s", part, text)
			}
		}
		v := h.waitForOfferMail(o.ID, message.MailSent)
		if stored, err := h.interview.Messages.Get(t.Context(), corpID, v.MailID); err != nil || strings.Contains(stored.Body, o.Token) || !strings.Contains(stored.Body, "10:00–11:00") {
			t.Errorf("the row of the mail: %+v, %v", stored, err)
		}
		if strings.Contains(text, "后端工程师 · 赵一鸣") {
			t.Error("the mail has the title for members")
		}
	})
}

func TestOfferMailWithoutAddress(t *testing.T) {
	h, _ := newMailFixture(t, dbtest.Open(t, db.SQLite))
	h.startQueue()
	if v := h.waitForOfferMail(h.offerTimes("").ID, message.MailNone); v.Mail != nil {
		t.Errorf("mail %+v", v.Mail)
	}
}

func TestOfferMailRefused(t *testing.T) {
	h, relay := newMailFixture(t, dbtest.Open(t, db.SQLite))
	relay.Reply("RCPT", "550 5.1.1 no such user")
	h.startQueue()
	v := h.waitForOfferMail(h.offerTimes("zhao@example.com").ID, message.MailFailed)
	if r := v.Mail.Failure(); r == nil || r.Code != "notify.mail.refused" {
		t.Errorf("failure %+v", r)
	}
}

// A reason of the permitted length and a title exceed the limit of a card.
func TestCardOfLongReason(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		if err := h.account.SetLanguage(t.Context(), corpID, "LinYue", "en"); err != nil {
			t.Fatal(err)
		}
		h.startQueue()
		o := h.offerTimes("")
		if _, err := h.bookings.RequestOtherTime(t.Context(), o.Token, strings.Repeat("那天有考试", 100)); err != nil {
			t.Fatal(err)
		}
		if m := h.waitForMessage("LinYue", "asks for another time"); !strings.HasSuffix(m.TextCard.Description, "…") {
			t.Errorf("the card contains %q", m.TextCard.Description)
		}
	})
}

// A card whose acceptance by WeCom was not received is sent again with the same content, which WeCom drops,
// although the data of the card have changed meanwhile.
func TestRetriedNotice(t *testing.T) {
	t.Parallel() // waits for retries
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.startQueue()
		rule := h.sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/message/send", DropAfter: true})
		o := h.offerTimes("")
		if _, err := h.bookings.RequestOtherTime(t.Context(), o.Token, "那天有考试"); err != nil {
			t.Fatal(err)
		}
		h.waitUntil("the job waits for its retry", func() bool {
			n, err := d.NewSelect().TableExpr("river_job").Where("kind = ? AND state = 'retryable'", booking.NoticeArgs{}.Kind()).Count(t.Context())
			return err == nil && n == 1
		})
		dbtest.Exec(t, d, "UPDATE booking_offers SET request_reason = '那天有别的安排'")
		h.sim.RemoveFaults(rule)
		dbtest.Exec(t, d, "UPDATE river_job SET scheduled_at = ? WHERE state = 'retryable'", db.Time(time.Now().Add(-time.Second)))
		h.waitUntil("the notice is sent", func() bool {
			n, err := d.NewSelect().TableExpr("message_notices").Where("sent AND body IS NULL").Count(t.Context())
			return err == nil && n == 1
		})
		if first, second := countMessages(h, "LinYue", "那天有考试"), countMessages(h, "LinYue", "那天有别的安排"); first != 1 || second != 0 {
			t.Errorf("%d cards of the first attempt, %d of the second", first, second)
		}
	})
}

// Two offers of which the candidate requests other times with the same reason lead to two
// cards, also after an error of the configuration.
func TestEqualNotices(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.startQueue()
		fault := h.sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/message/send", Errcode: 60020})
		o := h.offerTimes("")
		request := func() {
			t.Helper()
			if _, err := h.bookings.RequestOtherTime(t.Context(), o.Token, "那天有考试"); err != nil {
				t.Fatal(err)
			}
		}
		request()
		h.waitUntil("the card waits for the configuration", func() bool {
			n, err := d.NewSelect().TableExpr("river_job").Where("kind = ? AND state = 'scheduled'", booking.NoticeArgs{}.Kind()).Count(t.Context())
			return err == nil && n == 1
		})
		h.sim.RemoveFaults(fault)
		dbtest.Exec(t, d, "UPDATE river_job SET scheduled_at = ? WHERE state = 'scheduled'", db.Time(time.Now().Add(-time.Second)))
		h.waitForMessage("LinYue", "那天有考试")
		times := booking.Times{Slots: []time.Time{o.Slots[0].StartsAt, o.Slots[1].StartsAt}, OverrideWarnings: true}
		if _, err := h.bookings.Reoffer(t.Context(), h.recruiter, o.ID, 0, times, "zh-CN"); err != nil {
			t.Fatal(err)
		}
		request()
		h.waitUntil("both cards have arrived", func() bool { return countMessages(h, "LinYue", "那天有考试") == 2 })
	})
}
