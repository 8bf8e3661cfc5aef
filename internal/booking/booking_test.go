package booking_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
)

func TestBookCreatesInterview(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		o := w.offer(10, 14)
		if o.CandidateName != "陈晨" || o.PositionTitle != "Go 工程师" || len(o.People) != 2 || o.Organizer.Name != "罗莎" {
			t.Errorf("%+v", o.Offer)
		}
		if list, _, err := w.Interviews.List(t.Context(), recruiter, interview.Filter{}); err != nil || len(list) != 0 {
			t.Fatalf("an offer has created %d interviews, %v", len(list), err)
		}
		v := w.lookup(o.Token)
		if v.StateNow != booking.Open || len(v.Slots) != 2 || v.Slots[0].Reason != booking.Free || v.OpenedAt != nil {
			t.Errorf("%+v", v)
		}
		for range 2 { // repeating it is no error
			v, err := w.Book(t.Context(), o.Token, w.at(14))
			check(t, err)
			if v.State != booking.Booked || !v.Interview.StartsAt.Equal(w.at(14)) || v.JoinToken == "" || v.OpenedAt == nil {
				t.Fatalf("%+v", v)
			}
			if i, err := w.Interviews.ResolveCandidateLink(t.Context(), v.JoinToken); err != nil || i.ID != v.InterviewID {
				t.Errorf("the link of the interview: %v", err)
			}
		}
		list, _, err := w.Interviews.List(t.Context(), recruiter, interview.Filter{})
		check(t, err)
		if len(list) != 1 || list[0].OrganizerID != "rosa" || len(list[0].Interviewers) != 2 {
			t.Fatalf("%d interviews", len(list))
		}
		messages, err := w.Interviews.InterviewMessages(t.Context(), recruiter, list[0].ID)
		check(t, err)
		to := []string{}
		for _, m := range messages {
			to = append(to, string(m.Channel)+":"+m.Recipient)
			if m.Kind != message.KindInvite {
				t.Errorf("a message of kind %s", m.Kind)
			}
		}
		slices.Sort(to)
		if !slices.Equal(to, []string{"mail:chen@example.com", "wecom:lin", "wecom:mei"}) {
			t.Errorf("messages to %v", to)
		}
		_, err = w.Book(t.Context(), o.Token, w.at(10))
		wantCode(t, err, "booking.already_booked")
		if got := w.audited(o.ID); !slices.Equal(got, []string{"offer.create rosa", "offer.book "}) {
			t.Errorf("audit log %v", got)
		}
	})
}

// audited returns the actions on an offer with the userid of who did them.
func (w *fixture) audited(id string) []string {
	w.t.Helper()
	var list []audit.Entry
	check(w.t, w.DB.NewSelect().Model(&list).Where("al.object_id = ?", id).Order("al.at", "al.id").Scan(w.t.Context()))
	out := []string{}
	for _, e := range list {
		out = append(out, e.Action+" "+e.UserID)
	}
	return out
}

// Each slot has the reason why it cannot be booked, and booking it returns the same reason.
func TestSlotReasons(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		o := w.offer(9, 10, 12, 14, 16)
		w.schedule(10, w.withOther)                                                                      // lin and mei
		w.schedule(12, func(p *interview.Plan) { p.Interviewers = []string{"kai"} })                     // the candidate
		_, err := w.Availability.UpdateMember(t.Context(), lin, "lin", 0, func(m *availability.Member) { // leaves at 16:30
			m.OwnHours, m.Hours = true, availability.Hours{{Day: time.Monday, From: 9 * 60, To: 16*60 + 30}}
		})
		check(t, err)
		w.clock.Set(w.at(9))
		want := []booking.Reason{booking.Passed, booking.Taken, booking.OwnBooking, booking.Free, booking.Unavailable}
		for n, slot := range w.lookup(o.Token).Slots {
			if slot.Reason != want[n] {
				t.Errorf("slot %d: %q, want %q", n, slot.Reason, want[n])
			}
			if want[n] != booking.Free {
				_, err := w.Book(t.Context(), o.Token, slot.Start)
				wantCode(t, err, "booking.slot_"+string(want[n]))
				wantKind(t, err, apperr.Conflict)
			}
		}
		_, err = w.Book(t.Context(), o.Token, w.at(11))
		wantCode(t, err, "booking.slot_unknown")
		w.people["lin"] = member.Member{UserID: "lin", Name: "林一"}
		if v := w.lookup(o.Token); v.Slots[3].Reason != booking.Unavailable {
			t.Errorf("an interviewer has left: %q", v.Slots[3].Reason)
		}
		_, err = w.Book(t.Context(), o.Token, w.at(14))
		wantCode(t, err, "booking.unbookable")
		if v := w.lookup(o.Token); v.State != booking.Open {
			t.Errorf("state %s", v.State)
		}
	})
}

func TestCreateChecks(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.schedule(10, w.withOther)
		many := booking.Times{}
		for n := range booking.MaxSlots + 1 {
			many.Slots = append(many.Slots, w.at(9).Add(time.Duration(n)*time.Minute))
		}
		for name, c := range map[string]struct {
			plan  interview.Plan
			times booking.Times
			code  string
		}{
			"no slots":            {w.plan(), booking.Times{}, "[slots: field.required]"},
			"too many":            {w.plan(), many, "[slots: field.too_many]"},
			"past":                {w.plan(), booking.Times{Slots: []time.Time{w.at(14), w.clock.Now()}}, "[slots[1]: interview.in_past]"},
			"far away":            {w.plan(), booking.Times{Slots: []time.Time{w.clock.Now().AddDate(0, 0, 61)}}, "[slots[0]: booking.too_late]"},
			"spread":              {w.plan(), booking.Times{Slots: []time.Time{w.at(10), w.at(10).AddDate(0, 0, 15)}}, "[slots: booking.too_spread]"},
			"twice":               {w.plan(), w.times(14, 14), "[slots[1]: booking.slot_twice]"},
			"busy":                {w.plan(), w.times(14, 10), "[slots[1]: availability.busy]"},
			"outside hours":       {w.plan(), w.times(20), "[slots[0]: availability.outside_hours]"},
			"deadline":            {w.plan(), booking.Times{Slots: []time.Time{w.at(14)}, ExpiresAt: w.clock.Now()}, "[expiresAt: booking.deadline_passed]"},
			"no title":            {w.plan(func(p *interview.Plan) { p.Title = "" }), w.times(14), "[title: field.required]"},
			"unknown candidate":   {w.plan(func(p *interview.Plan) { p.CandidateID = "x" }), w.times(14), "[candidateId: field.unknown]"},
			"unknown interviewer": {w.plan(func(p *interview.Plan) { p.Interviewers = []string{"x"} }), w.times(14), "interview.not_in_company"},
			"personal addresses": {w.plan(func(p *interview.Plan) {
				p.RoomAddresses = []interview.RoomAddress{{UserID: "lin", URL: "https://x.test"}}
			}),
				w.times(14), "booking.no_addresses"},
		} {
			_, err := w.Create(t.Context(), recruiter, c.plan, c.times)
			if err == nil || !strings.Contains(err.Error(), c.code) {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		accepted := w.times(20, 10)
		accepted.OverrideWarnings = true
		_, err := w.Create(t.Context(), recruiter, w.plan(), accepted)
		wantCode(t, err, "availability.busy") // no warning
		accepted = w.times(20)
		accepted.OverrideWarnings = true
		o, err := w.Create(t.Context(), recruiter, w.plan(), accepted)
		check(t, err)
		if _, err := w.Book(t.Context(), o.Token, w.at(20)); err != nil {
			t.Errorf("a slot that the recruiter has accepted: %v", err)
		}
		messages, err := w.DB.NewSelect().TableExpr("messages").Count(t.Context())
		if err != nil || messages != 6 { // of the two interviews
			t.Errorf("%d messages, %v", messages, err)
		}
	})
}

func TestOpenOffersOfCandidate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		for range booking.MaxOpenOfCandidate {
			w.offer(10)
		}
		_, err := w.Create(t.Context(), recruiter, w.plan(), w.times(10))
		wantCode(t, err, "booking.too_many_of_candidate")
		if _, err := w.Create(t.Context(), recruiter, w.plan(w.withOther), w.times(10)); err != nil {
			t.Error(err)
		}
	})
}

func TestRequestAndReoffer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		o := w.offer(10)
		_, err := w.RequestOtherTime(t.Context(), o.Token, strings.Repeat("长", 501))
		wantCode(t, err, "[reason: field.too_long]")
		_, err = w.RequestOtherTime(t.Context(), o.Token, " ")
		wantCode(t, err, "[reason: field.required]")
		v, err := w.RequestOtherTime(t.Context(), o.Token, "那天有考试")
		check(t, err)
		if v.RequestReason != "那天有考试" || v.RequestedAt == nil {
			t.Errorf("%+v", v.Offer)
		}
		_, err = w.RequestOtherTime(t.Context(), o.Token, "again")
		wantCode(t, err, "booking.already_requested")
		w.wantNotice(o.ID, booking.NoticeRequested)
		list, _, err := w.List(t.Context(), recruiter, booking.Filter{Attention: true})
		if err != nil || len(list) != 1 || list[0].ID != o.ID {
			t.Errorf("%d offers need attention, %v", len(list), err)
		}
		_, err = w.Reoffer(t.Context(), recruiter, o.ID, 1, w.times(15), "")
		wantCode(t, err, "booking.changed_meanwhile")
		again, err := w.Reoffer(t.Context(), recruiter, o.ID, v.Version, w.times(15), "")
		check(t, err)
		if again.RequestedAt != nil || len(again.Slots) != 1 || !again.Slots[0].Start.Equal(w.at(15)) {
			t.Errorf("%+v", again)
		}
		_, err = w.Book(t.Context(), o.Token, w.at(10))
		wantCode(t, err, "booking.slot_unknown")
		if _, err := w.Book(t.Context(), o.Token, w.at(15)); err != nil {
			t.Error(err)
		}
		_, err = w.Reoffer(t.Context(), recruiter, o.ID, 0, w.times(16), "")
		wantCode(t, err, "booking.is_booked")
	})
}

// wantNotice checks that a notice is due and not overtaken.
func (w *fixture) wantNotice(id string, event booking.NoticeEvent) {
	w.t.Helper()
	n, err := w.DB.NewSelect().TableExpr("river_job").Where("kind = ?", booking.NoticeArgs{}.Kind()).Count(w.t.Context())
	if err != nil || n == 0 {
		w.t.Errorf("%d notices, %v", n, err)
	}
	if v, err := w.ReadNotice(w.t.Context(), booking.NoticeArgs{CorpID: "corp", OfferID: id, Event: event}); err != nil || v == nil {
		w.t.Errorf("the notice %s: %v, %v", event, v, err)
	}
}

func TestExpire(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		o, later := w.offer(10), w.offer(14)
		w.clock.Set(w.at(10))
		if v := w.lookup(o.Token); v.State != booking.Open || v.StateNow != booking.Expired {
			t.Errorf("before the sweep: %s, %s", v.State, v.StateNow)
		}
		_, err := w.Book(t.Context(), o.Token, w.at(10))
		wantCode(t, err, "booking.closed_expired")
		wantKind(t, err, apperr.Gone)
		for range 2 {
			check(t, w.ExpireOffers(t.Context()))
		}
		if v := w.lookup(o.Token); v.State != booking.Expired {
			t.Errorf("after the sweep: %s", v.State)
		}
		if v := w.lookup(later.Token); v.State != booking.Open {
			t.Errorf("another offer: %s", v.State)
		}
		if got := w.audited(o.ID); !slices.Equal(got, []string{"offer.create rosa", "offer.expire "}) {
			t.Errorf("audit log %v", got)
		}
		w.wantNotice(o.ID, booking.NoticeExpired)
		_, err = w.Reoffer(t.Context(), recruiter, o.ID, 0, booking.Times{ExpiresAt: w.at(20)}, "")
		wantCode(t, err, "booking.deadline_passed") // its only slot has passed
		_, err = w.Reoffer(t.Context(), recruiter, o.ID, 0, w.times(15), "")
		check(t, err)
		if _, err := w.Book(t.Context(), o.Token, w.at(15)); err != nil {
			t.Errorf("the same page after new slots: %v", err)
		}
	})
}

func TestExtend(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		times := w.times(10)
		times.ExpiresAt = w.at(-24)
		o, err := w.Create(t.Context(), recruiter, w.plan(), times)
		check(t, err)
		w.clock.Set(w.at(-20))
		check(t, w.ExpireOffers(t.Context()))
		v, err := w.Reoffer(t.Context(), recruiter, o.ID, 0, booking.Times{ExpiresAt: w.at(48)}, "")
		check(t, err)
		if v.State != booking.Open || !v.ExpiresAt.Equal(w.at(10)) || len(v.Slots) != 1 {
			t.Errorf("%+v", v.Offer)
		}
	})
}

func TestMailOfOffer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		o := w.offer(10)
		first := booking.MailArgs{CorpID: "corp", OfferID: o.ID, Number: 1}
		read := func(args booking.MailArgs) *booking.Mail {
			t.Helper()
			m, err := w.ReadMail(t.Context(), args)
			check(t, err)
			return m
		}
		m := read(first)
		if m == nil || m.Token != o.Token || m.Candidate.Email != "chen@example.com" || m.Offer.Organizer.Name != "罗莎" {
			t.Fatalf("the mail of a new offer: %+v", m)
		}
		failure := &apperr.Reason{Code: "notify.mail.failed", Params: map[string]any{"Error": "450 later"}}
		check(t, w.RecordMail(t.Context(), first, booking.MailFailed, failure))
		if m := read(first); m == nil || m.Offer.MailFailure == nil || m.Offer.MailFailure.Params["Error"] != "450 later" {
			t.Errorf("the retry of a failed mail: %+v", m)
		}
		_, err := w.Reoffer(t.Context(), recruiter, o.ID, 0, booking.Times{ExpiresAt: w.at(-5)}, "")
		check(t, err)
		if m := read(first); m == nil {
			t.Error("a longer deadline has replaced the mail")
		}
		_, err = w.Reoffer(t.Context(), recruiter, o.ID, 0, w.times(15), "")
		check(t, err)
		if m := read(first); m != nil {
			t.Error("the mail with the former slots is still due")
		}
		check(t, w.RecordMail(t.Context(), first, booking.MailSent, nil)) // a sender that is late
		second := booking.MailArgs{CorpID: "corp", OfferID: o.ID, Number: 2}
		if m := read(second); m == nil || m.Offer.MailState != booking.MailQueued || m.Offer.MailFailure != nil {
			t.Fatalf("the mail with the new slots: %+v", m)
		}
		check(t, w.RecordMail(t.Context(), second, booking.MailSent, nil))
		if read(second) != nil {
			t.Error("a sent mail is due")
		}
	})
}

func TestMailOfClosedOffer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		o := w.offer(10)
		_, err := w.Withdraw(t.Context(), recruiter, o.ID)
		check(t, err)
		m, err := w.ReadMail(t.Context(), booking.MailArgs{CorpID: "corp", OfferID: o.ID, Number: 1})
		if err != nil || m != nil {
			t.Errorf("the mail of a withdrawn offer: %+v, %v", m, err)
		}
	})
}

func TestWithdraw(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		o := w.offer(10)
		token, err := w.ShowToken(t.Context(), recruiter, o.ID)
		if err != nil || token != o.Token {
			t.Errorf("token %q, %v", token, err)
		}
		for range 2 {
			if _, err := w.Withdraw(t.Context(), recruiter, o.ID); err != nil {
				t.Fatal(err)
			}
		}
		if v := w.lookup(o.Token); v.StateNow != booking.Withdrawn || v.Organizer.Name != "罗莎" {
			t.Errorf("%+v", v)
		}
		_, err = w.Book(t.Context(), o.Token, w.at(10))
		wantCode(t, err, "booking.closed_withdrawn")
		_, err = w.RequestOtherTime(t.Context(), o.Token, "x")
		wantCode(t, err, "booking.closed_withdrawn")
		_, err = w.Reoffer(t.Context(), recruiter, o.ID, 0, w.times(14), "")
		wantCode(t, err, "booking.is_withdrawn")
		_, err = w.ShowToken(t.Context(), recruiter, o.ID)
		wantCode(t, err, "link.not_stored")
		booked := w.offer(14)
		_, err = w.Book(t.Context(), booked.Token, w.at(14))
		check(t, err)
		_, err = w.Withdraw(t.Context(), recruiter, booked.ID)
		wantCode(t, err, "booking.is_booked")
	})
}

func TestAuthorization(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		o := w.offer(10)
		for _, a := range []actor.Actor{lin, stranger} {
			kind := apperr.Forbidden
			if a.CanManage() {
				kind = apperr.NotFound
			}
			_, err := w.Get(t.Context(), a, o.ID, "")
			wantKind(t, err, kind)
			_, err = w.Withdraw(t.Context(), a, o.ID)
			wantKind(t, err, kind)
			_, err = w.Reoffer(t.Context(), a, o.ID, 0, w.times(14), "")
			wantKind(t, err, kind)
			_, err = w.ShowToken(t.Context(), a, o.ID)
			wantKind(t, err, kind)
		}
		_, err := w.Create(t.Context(), lin, w.plan(), w.times(14))
		wantKind(t, err, apperr.Forbidden)
		_, _, err = w.List(t.Context(), lin, booking.Filter{})
		wantKind(t, err, apperr.Forbidden)
		if list, _, err := w.List(t.Context(), stranger, booking.Filter{}); err != nil || len(list) != 0 {
			t.Errorf("another company lists %d offers, %v", len(list), err)
		}
		_, err = w.Lookup(t.Context(), "guess")
		wantKind(t, err, apperr.NotFound)
		var stored booking.Offer
		check(t, w.DB.NewSelect().Model(&stored).Where("bo.id = ?", o.ID).Scan(t.Context()))
		if strings.Contains(string(stored.SealedToken), o.Token) || stored.TokenHash == o.Token {
			t.Error("the token is stored as it is")
		}
	})
}

// Of candidates and recruiters who book the same interviewer at once, one succeeds; SQLite
// has one writer, so PostgreSQL is the one that is tested.
func TestConcurrentBookings(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		const rivals = 6
		var offers []*booking.Created
		for range rivals {
			o, err := w.Create(t.Context(), recruiter, w.plan(w.withOther), w.times(10, 11))
			check(t, err)
			offers = append(offers, o)
		}
		elsewhere := w.plan()
		elsewhere.StartsAt = w.at(10)
		errs := dbtest.Concurrently(rivals+1, func(n int) (err error) {
			if n < rivals {
				_, err = w.Book(t.Context(), offers[n].Token, w.at(10))
			} else {
				_, _, err = w.Interviews.Schedule(t.Context(), recruiter, elsewhere)
			}
			return err
		})
		booked := 0
		for _, err := range errs {
			if err == nil {
				booked++
			} else if kind := apperr.KindOf(err); kind != apperr.Conflict && kind != apperr.Invalid {
				t.Error(err)
			}
		}
		if booked != 1 {
			t.Errorf("%d interviews of the same interviewers at the same time", booked)
		}
		w.wantNoOverlap("corp")
	})
}

// One offer books one slot, however many requests there are.
func TestConcurrentSlotsOfOffer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		o := w.offer(9, 10, 11, 14, 15)
		errs := dbtest.Concurrently(10, func(n int) error {
			_, err := w.Book(t.Context(), o.Token, o.Slots[n%len(o.Slots)].StartsAt)
			return err
		})
		for _, err := range errs {
			if err != nil && apperr.KindOf(err) != apperr.Conflict {
				t.Error(err)
			}
		}
		list, _, err := w.Interviews.List(t.Context(), recruiter, interview.Filter{})
		if err != nil || len(list) != 1 {
			t.Errorf("%d interviews, %v", len(list), err)
		}
	})
}

// A withdrawal and a booking at once: the one that commits second is refused.
func TestConcurrentWithdrawal(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		for range 5 {
			o, err := w.Create(t.Context(), recruiter, w.plan(w.withOther), w.times(10))
			check(t, err)
			var bookErr, withdrawErr error
			var all sync.WaitGroup
			all.Go(func() { _, bookErr = w.Book(t.Context(), o.Token, w.at(10)) })
			all.Go(func() { _, withdrawErr = w.Withdraw(t.Context(), recruiter, o.ID) })
			all.Wait()
			if (bookErr == nil) == (withdrawErr == nil) {
				t.Errorf("booking: %v, withdrawal: %v", bookErr, withdrawErr)
			}
			if v := w.lookup(o.Token); v.State == booking.Booked {
				if _, err := w.Interviews.Cancel(t.Context(), recruiter, v.InterviewID, ""); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// wantNoOverlap checks that no member and no candidate has two interviews at once.
func (w *fixture) wantNoOverlap(corpID string) {
	w.t.Helper()
	var n int
	check(w.t, w.DB.NewRaw(`SELECT COUNT(*) FROM interviews AS a JOIN interviews AS b ON b.corp_id = a.corp_id AND b.id > a.id
		AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at WHERE a.corp_id = ? AND a.state <> 'cancelled' AND b.state <> 'cancelled'
		AND (a.candidate_id = b.candidate_id OR EXISTS (SELECT 1 FROM interview_members AS m JOIN interview_members AS o ON o.user_id = m.user_id
			WHERE m.interview_id = a.id AND o.interview_id = b.id))`, corpID).Scan(w.t.Context(), &n))
	if n > 0 {
		w.t.Errorf("%d double bookings in %s", n, corpID)
	}
}
