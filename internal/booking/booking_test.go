package booking_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

func TestBookCreatesInterview(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o := f.offer(10, 14)
		if o.CandidateName != "陈晨" || o.PositionTitle != "Go 工程师" || len(o.People) != 2 || o.Organizer.Name != "罗莎" {
			t.Errorf("%+v", o.Offer)
		}
		if list, _, err := f.Interviews.List(t.Context(), recruiter, interview.Filter{}); err != nil || len(list) != 0 {
			t.Fatalf("an offer has created %d interviews, %v", len(list), err)
		}
		v := f.lookup(o.Token)
		if v.StateNow != booking.Open || len(v.Slots) != 2 || v.Slots[0].Reason != booking.Free || v.OpenedAt != nil {
			t.Errorf("%+v", v)
		}
		for range 2 { // repeating it is no error
			v, err := f.Book(t.Context(), o.Token, f.at(14))
			apperrtest.RequireNoError(t, err)
			if v.State != booking.Booked || !v.Interview.StartsAt.Equal(f.at(14)) || v.JoinToken == "" || v.OpenedAt == nil {
				t.Fatalf("%+v", v)
			}
			if i, err := f.Interviews.ResolveCandidateLink(t.Context(), v.JoinToken); err != nil || i.ID != v.InterviewID {
				t.Errorf("the link of the interview: %v", err)
			}
		}
		list, _, err := f.Interviews.List(t.Context(), recruiter, interview.Filter{})
		apperrtest.RequireNoError(t, err)
		if len(list) != 1 || list[0].OrganizerID != "rosa" || len(list[0].Interviewers) != 2 {
			t.Fatalf("%d interviews", len(list))
		}
		messages, err := f.Interviews.InterviewMessages(t.Context(), recruiter, list[0].ID)
		apperrtest.RequireNoError(t, err)
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
		_, err = f.Book(t.Context(), o.Token, f.at(10))
		apperrtest.CheckCode(t, err, "booking.already_booked")
		if got := f.audited(o.ID); !slices.Equal(got, []string{"offer.create rosa", "offer.book "}) {
			t.Errorf("audit log %v", got)
		}
	})
}

// audited returns the actions on an offer with the userid of who did them.
func (f *fixture) audited(id string) []string {
	f.t.Helper()
	var list []audit.Entry
	apperrtest.RequireNoError(f.t, f.DB.NewSelect().Model(&list).Where("al.object_id = ?", id).Order("al.at", "al.id").Scan(f.t.Context()))
	out := []string{}
	for _, e := range list {
		out = append(out, e.Action+" "+e.UserID)
	}
	return out
}

// Each slot has the reason why it cannot be booked, and booking it returns the same reason.
func TestSlotReasons(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o := f.offer(9, 10, 12, 14, 16)
		f.schedule(10, f.withOther)                                                                      // lin and mei
		f.schedule(12, func(p *interview.Plan) { p.Interviewers = []string{"kai"} })                     // the candidate
		_, err := f.Availability.UpdateMember(t.Context(), lin, "lin", 0, func(m *availability.Member) { // leaves at 16:30
			m.OwnHours, m.Hours = true, availability.Hours{{Day: time.Monday, From: 9 * 60, To: 16*60 + 30}}
		})
		apperrtest.RequireNoError(t, err)
		f.clock.Set(f.at(9))
		want := []booking.Reason{booking.Passed, booking.Taken, booking.OwnBooking, booking.Free, booking.Unavailable}
		for n, slot := range f.lookup(o.Token).Slots {
			if slot.Reason != want[n] {
				t.Errorf("slot %d: %q, want %q", n, slot.Reason, want[n])
			}
			if want[n] != booking.Free {
				_, err := f.Book(t.Context(), o.Token, slot.Start)
				apperrtest.Check(t, err, apperr.Conflict, "booking.slot_"+string(want[n]))
			}
		}
		_, err = f.Book(t.Context(), o.Token, f.at(11))
		apperrtest.CheckCode(t, err, "booking.slot_unknown")
		f.people["lin"] = member.Member{UserID: "lin", Name: "林一"}
		if v := f.lookup(o.Token); v.Slots[3].Reason != booking.Unavailable {
			t.Errorf("an interviewer has left: %q", v.Slots[3].Reason)
		}
		_, err = f.Book(t.Context(), o.Token, f.at(14))
		apperrtest.CheckCode(t, err, "booking.unbookable")
		if v := f.lookup(o.Token); v.State != booking.Open {
			t.Errorf("state %s", v.State)
		}
	})
}

func TestCreateChecks(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.schedule(10, f.withOther)
		many := booking.Times{}
		for n := range booking.MaxSlots + 1 {
			many.Slots = append(many.Slots, f.at(9).Add(time.Duration(n)*time.Minute))
		}
		for name, c := range map[string]struct {
			plan  interview.Plan
			times booking.Times
			code  string
		}{
			"no slots":            {f.plan(), booking.Times{}, "[slots: field.required]"},
			"too many":            {f.plan(), many, "[slots: field.too_many]"},
			"past":                {f.plan(), booking.Times{Slots: []time.Time{f.at(14), f.clock.Now()}}, "[slots[1]: interview.in_past]"},
			"far away":            {f.plan(), booking.Times{Slots: []time.Time{f.clock.Now().AddDate(0, 0, 61)}}, "[slots[0]: booking.too_late]"},
			"spread":              {f.plan(), booking.Times{Slots: []time.Time{f.at(10), f.at(10).AddDate(0, 0, 15)}}, "[slots: booking.too_spread]"},
			"twice":               {f.plan(), f.times(14, 14), "[slots[1]: booking.slot_twice]"},
			"busy":                {f.plan(), f.times(14, 10), "[slots[1]: availability.busy]"},
			"outside hours":       {f.plan(), f.times(20), "[slots[0]: availability.outside_hours]"},
			"deadline":            {f.plan(), booking.Times{Slots: []time.Time{f.at(14)}, ExpiresAt: f.clock.Now()}, "[expiresAt: booking.deadline_passed]"},
			"no title":            {f.plan(func(p *interview.Plan) { p.Title = "" }), f.times(14), "[title: field.required]"},
			"unknown candidate":   {f.plan(func(p *interview.Plan) { p.CandidateID = "x" }), f.times(14), "[candidateId: field.unknown]"},
			"unknown interviewer": {f.plan(func(p *interview.Plan) { p.Interviewers = []string{"x"} }), f.times(14), "interview.not_in_company"},
			"personal addresses": {f.plan(func(p *interview.Plan) {
				p.RoomAddresses = []interview.RoomAddress{{UserID: "lin", URL: "https://x.test"}}
			}),
				f.times(14), "booking.no_addresses"},
		} {
			_, err := f.Create(t.Context(), recruiter, c.plan, c.times)
			if err == nil || !strings.Contains(err.Error(), c.code) {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		accepted := f.times(20, 10)
		accepted.OverrideWarnings = true
		_, err := f.Create(t.Context(), recruiter, f.plan(), accepted)
		apperrtest.CheckCode(t, err, "availability.busy") // no warning
		accepted = f.times(20)
		accepted.OverrideWarnings = true
		o, err := f.Create(t.Context(), recruiter, f.plan(), accepted)
		apperrtest.RequireNoError(t, err)
		if _, err := f.Book(t.Context(), o.Token, f.at(20)); err != nil {
			t.Errorf("a slot that the recruiter has accepted: %v", err)
		}
		messages, err := f.DB.NewSelect().TableExpr("messages").Count(t.Context())
		if err != nil || messages != 7 { // of the two interviews and the offer
			t.Errorf("%d messages, %v", messages, err)
		}
	})
}

func TestOpenOffersOfCandidate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for range booking.MaxOpenOfCandidate {
			f.offer(10)
		}
		_, err := f.Create(t.Context(), recruiter, f.plan(), f.times(10))
		apperrtest.CheckCode(t, err, "booking.too_many_of_candidate")
		if _, err := f.Create(t.Context(), recruiter, f.plan(f.withOther), f.times(10)); err != nil {
			t.Error(err)
		}
	})
}

func TestRequestAndReoffer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o := f.offer(10)
		_, err := f.RequestOtherTime(t.Context(), o.Token, strings.Repeat("长", 501))
		apperrtest.CheckCode(t, err, "[reason: field.too_long]")
		_, err = f.RequestOtherTime(t.Context(), o.Token, " ")
		apperrtest.CheckCode(t, err, "[reason: field.required]")
		v, err := f.RequestOtherTime(t.Context(), o.Token, "那天有考试")
		apperrtest.RequireNoError(t, err)
		if v.RequestReason != "那天有考试" || v.RequestedAt == nil {
			t.Errorf("%+v", v.Offer)
		}
		repeated, err := f.RequestOtherTime(t.Context(), o.Token, " 那天有考试 ")
		if apperrtest.RequireNoError(t, err); !repeated.RequestedAt.Equal(*v.RequestedAt) || repeated.Version != v.Version {
			t.Errorf("a repeated request: %+v", repeated.Offer)
		}
		_, err = f.RequestOtherTime(t.Context(), o.Token, "again")
		apperrtest.CheckCode(t, err, "booking.already_requested")
		f.wantNotice(o.ID, booking.NoticeRequested)
		list, _, err := f.List(t.Context(), recruiter, booking.Filter{Attention: true})
		if err != nil || len(list) != 1 || list[0].ID != o.ID {
			t.Errorf("%d offers need attention, %v", len(list), err)
		}
		_, err = f.Reoffer(t.Context(), recruiter, o.ID, 1, f.times(15), "")
		apperrtest.CheckCode(t, err, "booking.changed_meanwhile")
		again, err := f.Reoffer(t.Context(), recruiter, o.ID, v.Version, f.times(15), "")
		apperrtest.RequireNoError(t, err)
		if again.RequestedAt != nil || len(again.Slots) != 1 || !again.Slots[0].Start.Equal(f.at(15)) {
			t.Errorf("%+v", again)
		}
		_, err = f.Book(t.Context(), o.Token, f.at(10))
		apperrtest.CheckCode(t, err, "booking.slot_unknown")
		if _, err := f.Book(t.Context(), o.Token, f.at(15)); err != nil {
			t.Error(err)
		}
		_, err = f.Reoffer(t.Context(), recruiter, o.ID, 0, f.times(16), "")
		apperrtest.CheckCode(t, err, "booking.is_booked")
	})
}

// wantNotice checks that a notice is due and not overtaken.
func (f *fixture) wantNotice(id string, event booking.NoticeEvent) {
	f.t.Helper()
	n, err := f.DB.NewSelect().TableExpr("river_job").Where("kind = ?", booking.NoticeArgs{}.Kind()).Count(f.t.Context())
	if err != nil || n == 0 {
		f.t.Errorf("%d notices, %v", n, err)
	}
	if v, err := f.ReadNotice(f.t.Context(), booking.NoticeArgs{CorpID: "corp", OfferID: id, Event: event}); err != nil || v == nil {
		f.t.Errorf("the notice %s: %v, %v", event, v, err)
	}
}

func TestExpire(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o, later := f.offer(10), f.offer(14)
		f.clock.Set(f.at(10))
		if v := f.lookup(o.Token); v.State != booking.Open || v.StateNow != booking.Expired {
			t.Errorf("before the sweep: %s, %s", v.State, v.StateNow)
		}
		_, err := f.Book(t.Context(), o.Token, f.at(10))
		apperrtest.Check(t, err, apperr.Gone, "booking.closed_expired")
		for range 2 {
			apperrtest.RequireNoError(t, f.ExpireOffers(t.Context()))
		}
		if v := f.lookup(o.Token); v.State != booking.Expired {
			t.Errorf("after the sweep: %s", v.State)
		}
		if v := f.lookup(later.Token); v.State != booking.Open {
			t.Errorf("another offer: %s", v.State)
		}
		if got := f.audited(o.ID); !slices.Equal(got, []string{"offer.create rosa", "offer.expire "}) {
			t.Errorf("audit log %v", got)
		}
		f.wantNotice(o.ID, booking.NoticeExpired)
		_, err = f.Reoffer(t.Context(), recruiter, o.ID, 0, booking.Times{ExpiresAt: f.at(20)}, "")
		apperrtest.CheckCode(t, err, "booking.deadline_passed") // its only slot has passed
		_, err = f.Reoffer(t.Context(), recruiter, o.ID, 0, f.times(15), "")
		apperrtest.RequireNoError(t, err)
		if _, err := f.Book(t.Context(), o.Token, f.at(15)); err != nil {
			t.Errorf("the same page after new slots: %v", err)
		}
	})
}

func TestExtend(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		times := f.times(10)
		times.ExpiresAt = f.at(-24)
		o, err := f.Create(t.Context(), recruiter, f.plan(), times)
		apperrtest.RequireNoError(t, err)
		f.clock.Set(f.at(-20))
		apperrtest.RequireNoError(t, f.ExpireOffers(t.Context()))
		v, err := f.Reoffer(t.Context(), recruiter, o.ID, 0, booking.Times{ExpiresAt: f.at(48)}, "")
		apperrtest.RequireNoError(t, err)
		if v.State != booking.Open || !v.ExpiresAt.Equal(f.at(10)) || len(v.Slots) != 1 {
			t.Errorf("%+v", v.Offer)
		}
	})
}

// readMessage returns the message with the page of an offer, nil for none.
func (f *fixture) readMessage(offerID string) *message.Message {
	f.t.Helper()
	v, err := f.Get(f.t.Context(), recruiter, offerID, "")
	apperrtest.RequireNoError(f.t, err)
	return v.Mail
}

func (f *fixture) readMail(m *message.Message) *booking.Mail {
	f.t.Helper()
	mail, err := f.ReadMail(f.t.Context(), m)
	apperrtest.RequireNoError(f.t, err)
	return mail
}

// sendMail stores an attempt to send a message and its result.
func (f *fixture) sendMail(m *message.Message, failure string) {
	f.t.Helper()
	messages := f.Interviews.Messages
	claimed, err := messages.MarkSending(f.t.Context(), m.CorpID, m.ID, message.Content{Body: "x"})
	apperrtest.RequireNoError(f.t, err)
	if claimed == nil {
		f.t.Fatalf("message %+v cannot be sent", m)
	}
	if failure == "" {
		apperrtest.RequireNoError(f.t, messages.MarkSent(f.t.Context(), m.CorpID, m.ID, "", ""))
	} else {
		apperrtest.RequireNoError(f.t, messages.MarkFailed(f.t.Context(), m.CorpID, m.ID, message.Failure{Code: failure, Text: "450 later", RetryAt: f.clock.Now().Add(time.Hour)}))
	}
}

func TestMailOfOffer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o := f.offer(10)
		if o.Mail.MailState() != message.MailQueued {
			t.Errorf("a new offer has the mail %+v", o.Mail)
		}
		first := f.readMessage(o.ID)
		m := f.readMail(first)
		if m == nil || m.Token != o.Token || m.Candidate.Email != "chen@example.com" || m.Offer.Organizer.Name != "罗莎" || first.Data.Again {
			t.Fatalf("the mail of a new offer: %+v", m)
		}
		f.sendMail(first, "notify.mail.failed")
		if stored := f.readMessage(o.ID); stored.MailState() != message.MailFailed || stored.Failure().Params["Error"] != "450 later" {
			t.Errorf("a failed mail: %+v", stored)
		}
		_, err := f.Reoffer(t.Context(), recruiter, o.ID, 0, booking.Times{ExpiresAt: f.at(-5)}, "")
		apperrtest.RequireNoError(t, err)
		if f.readMail(first) == nil {
			t.Error("a longer deadline has replaced the mail")
		}
		_, err = f.Reoffer(t.Context(), recruiter, o.ID, 0, f.times(15), "")
		apperrtest.RequireNoError(t, err)
		if replaced, err := f.Interviews.Messages.Get(t.Context(), "corp", first.ID); err != nil || replaced.State != message.Skipped || f.readMail(first) != nil {
			t.Errorf("the mail with the former slots is still due: %+v, %v", replaced, err)
		}
		second := f.readMessage(o.ID)
		if f.readMail(second) == nil || !second.Data.Again {
			t.Fatalf("the mail with the new slots: %+v", second)
		}
		f.sendMail(second, "")
		if stored := f.readMessage(o.ID); stored.MailState() != message.MailSent {
			t.Errorf("a sent mail: %+v", stored)
		}
	})
}

func TestMailOfClosedOffer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o := f.offer(10)
		m := f.readMessage(o.ID)
		_, err := f.Withdraw(t.Context(), recruiter, o.ID)
		apperrtest.RequireNoError(t, err)
		if f.readMail(m) != nil {
			t.Error("the mail of a withdrawn offer is due")
		}
	})
}

func (f *fixture) setEmail(email string) {
	f.t.Helper()
	_, err := f.Interviews.Candidates.Update(f.t.Context(), recruiter, f.candidate.ID, 0, func(c *candidate.Candidate) { c.Email = email })
	apperrtest.RequireNoError(f.t, err)
}

// A corrected address gets the mail of an open offer with a link of its own, and the link that
// the wrong address has received is revoked.
func TestOfferFollowsAddress(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o, booked := f.offer(10), f.offer(14)
		_, err := f.Book(t.Context(), booked.Token, f.at(14))
		apperrtest.RequireNoError(t, err)
		wrong := f.readMessage(o.ID)
		f.sendMail(wrong, "")
		f.lookup(o.Token)

		f.setEmail("right@example.com")
		_, err = f.Lookup(t.Context(), o.Token)
		apperrtest.CheckCode(t, err, "booking.invalid")
		v, err := f.Get(t.Context(), recruiter, o.ID, "")
		apperrtest.RequireNoError(t, err)
		if v.Mail.MailState() != message.MailQueued || v.ReaddressedAt == nil || v.OpenedAt != nil || v.Version != o.Version+1 {
			t.Errorf("after the correction: %+v, mail %+v", v.Offer, v.Mail)
		}
		m := f.readMail(v.Mail)
		if m == nil || m.Candidate.Email != "right@example.com" || m.Token == o.Token || v.Mail.Data.Again {
			t.Fatalf("the mail to the right address: %+v", m)
		}
		f.lookup(m.Token)
		f.lookup(booked.Token) // booked: its page leads to the interview

		f.setEmail("")
		_, err = f.Lookup(t.Context(), m.Token)
		apperrtest.CheckCode(t, err, "booking.invalid")
		if f.readMail(v.Mail) != nil || f.readMessage(o.ID) != nil {
			t.Error("a mail is due to no address")
		}
		shown, err := f.ShowToken(t.Context(), recruiter, o.ID)
		apperrtest.RequireNoError(t, err)

		f.setEmail("late@example.com") // the recruiter may have passed the link on
		f.lookup(shown)
		if m := f.readMail(f.readMessage(o.ID)); m == nil || m.Token != shown {
			t.Errorf("the mail to an address that was added: %+v", m)
		}
	})
}

func TestWithdraw(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o := f.offer(10)
		token, err := f.ShowToken(t.Context(), recruiter, o.ID)
		if err != nil || token != o.Token {
			t.Errorf("token %q, %v", token, err)
		}
		for range 2 {
			if _, err := f.Withdraw(t.Context(), recruiter, o.ID); err != nil {
				t.Fatal(err)
			}
		}
		if v := f.lookup(o.Token); v.StateNow != booking.Withdrawn || v.Organizer.Name != "罗莎" {
			t.Errorf("%+v", v)
		}
		_, err = f.Book(t.Context(), o.Token, f.at(10))
		apperrtest.CheckCode(t, err, "booking.closed_withdrawn")
		_, err = f.RequestOtherTime(t.Context(), o.Token, "x")
		apperrtest.CheckCode(t, err, "booking.closed_withdrawn")
		_, err = f.Reoffer(t.Context(), recruiter, o.ID, 0, f.times(14), "")
		apperrtest.CheckCode(t, err, "booking.is_withdrawn")
		_, err = f.ShowToken(t.Context(), recruiter, o.ID)
		apperrtest.CheckCode(t, err, "link.not_stored")
		booked := f.offer(14)
		_, err = f.Book(t.Context(), booked.Token, f.at(14))
		apperrtest.RequireNoError(t, err)
		_, err = f.Withdraw(t.Context(), recruiter, booked.ID)
		apperrtest.CheckCode(t, err, "booking.is_booked")
	})
}

func TestAuthorization(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o := f.offer(10)
		for _, a := range []actor.Actor{lin, stranger} {
			kind := apperr.Forbidden
			if a.May(actor.ScheduleInterviews) {
				kind = apperr.NotFound
			}
			_, err := f.Get(t.Context(), a, o.ID, "")
			apperrtest.CheckKind(t, err, kind)
			_, err = f.Withdraw(t.Context(), a, o.ID)
			apperrtest.CheckKind(t, err, kind)
			_, err = f.Reoffer(t.Context(), a, o.ID, 0, f.times(14), "")
			apperrtest.CheckKind(t, err, kind)
			_, err = f.ShowToken(t.Context(), a, o.ID)
			apperrtest.CheckKind(t, err, kind)
		}
		_, err := f.Create(t.Context(), lin, f.plan(), f.times(14))
		apperrtest.CheckKind(t, err, apperr.Forbidden)
		_, _, err = f.List(t.Context(), lin, booking.Filter{})
		apperrtest.CheckKind(t, err, apperr.Forbidden)
		if list, _, err := f.List(t.Context(), stranger, booking.Filter{}); err != nil || len(list) != 0 {
			t.Errorf("another company lists %d offers, %v", len(list), err)
		}
		_, err = f.Lookup(t.Context(), "guess")
		apperrtest.CheckKind(t, err, apperr.NotFound)
		var stored booking.Offer
		apperrtest.RequireNoError(t, f.DB.NewSelect().Model(&stored).Where("bo.id = ?", o.ID).Scan(t.Context()))
		if strings.Contains(string(stored.EncryptedToken), o.Token) || stored.TokenHash == o.Token {
			t.Error("the token is stored as it is")
		}
	})
}

// Of candidates and recruiters who book the same interviewer at once, one succeeds; SQLite
// has one writer, so PostgreSQL is the one that is tested.
func TestConcurrentBookings(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		const rivals = 6
		var offers []*booking.Created
		for range rivals {
			o, err := f.Create(t.Context(), recruiter, f.plan(f.withOther), f.times(10, 11))
			apperrtest.RequireNoError(t, err)
			offers = append(offers, o)
		}
		elsewhere := f.plan()
		elsewhere.StartsAt = f.at(10)
		errs := dbtest.Concurrently(rivals+1, func(n int) (err error) {
			if n < rivals {
				_, err = f.Book(t.Context(), offers[n].Token, f.at(10))
			} else {
				_, _, err = f.Interviews.Schedule(t.Context(), recruiter, elsewhere)
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
		f.wantNoOverlap("corp")
	})
}

// One offer books one slot, however many requests there are.
func TestConcurrentSlotsOfOffer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o := f.offer(9, 10, 11, 14, 15)
		errs := dbtest.Concurrently(10, func(n int) error {
			_, err := f.Book(t.Context(), o.Token, o.Slots[n%len(o.Slots)].StartsAt)
			return err
		})
		for _, err := range errs {
			if err != nil && apperr.KindOf(err) != apperr.Conflict {
				t.Error(err)
			}
		}
		list, _, err := f.Interviews.List(t.Context(), recruiter, interview.Filter{})
		if err != nil || len(list) != 1 {
			t.Errorf("%d interviews, %v", len(list), err)
		}
	})
}

// A withdrawal and a booking at once: the one that commits second is refused.
func TestConcurrentWithdrawal(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for range 5 {
			o, err := f.Create(t.Context(), recruiter, f.plan(f.withOther), f.times(10))
			apperrtest.RequireNoError(t, err)
			var bookErr, withdrawErr error
			var all sync.WaitGroup
			all.Go(func() { _, bookErr = f.Book(t.Context(), o.Token, f.at(10)) })
			all.Go(func() { _, withdrawErr = f.Withdraw(t.Context(), recruiter, o.ID) })
			all.Wait()
			if (bookErr == nil) == (withdrawErr == nil) {
				t.Errorf("booking: %v, withdrawal: %v", bookErr, withdrawErr)
			}
			if v := f.lookup(o.Token); v.State == booking.Booked {
				if _, err := f.Interviews.Cancel(t.Context(), recruiter, v.InterviewID, ""); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// wantNoOverlap checks that no member and no candidate has two interviews at once.
func (f *fixture) wantNoOverlap(corpID string) {
	f.t.Helper()
	var n int
	apperrtest.RequireNoError(f.t, f.DB.NewRaw(`SELECT COUNT(*) FROM interviews AS a JOIN interviews AS b ON b.corp_id = a.corp_id AND b.id > a.id
		AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at WHERE a.corp_id = ? AND a.state <> 'cancelled' AND b.state <> 'cancelled'
		AND (a.candidate_id = b.candidate_id OR EXISTS (SELECT 1 FROM interview_members AS m JOIN interview_members AS o ON o.user_id = m.user_id
			WHERE m.interview_id = a.id AND o.interview_id = b.id))`, corpID).Scan(f.t.Context(), &n))
	if n > 0 {
		f.t.Errorf("%d double bookings in %s", n, corpID)
	}
}

func TestConcurrentReoffers(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		o := f.offer(10)
		versioningtest.RunOneOfTwo(t, o.Version, func(version, n int) error {
			_, err := f.Reoffer(t.Context(), recruiter, o.ID, version, f.times(11+n%6), "")
			return err
		})
	})
}
