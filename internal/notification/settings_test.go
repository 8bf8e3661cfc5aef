package notification_test

import (
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notification"
)

var (
	admin     = interviewtest.Ada
	recruiter = interviewtest.Rosa
	lin       = interviewtest.Lin
	mei       = interviewtest.Mei
)

// fixture is a company in Shanghai.
type fixture struct {
	*notification.Service
	t     *testing.T
	clock *clocktest.Clock
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		company := interviewtest.New(t, d)
		body(t, &fixture{t: t, clock: company.Clock, Service: notification.New(notification.Config{
			DB: d, Availability: company.NewAvailability(), Now: company.Clock.Now,
		})})
	})
}

func (f *fixture) setCompany(edit func(*notification.Company)) {
	f.t.Helper()
	if _, err := f.UpdateCompany(f.t.Context(), admin, 0, edit); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) setMember(a actor.Actor, edit func(*notification.Member)) {
	f.t.Helper()
	if _, err := f.UpdateMember(f.t.Context(), a, a.UserID, 0, edit); err != nil {
		f.t.Fatal(err)
	}
}

// auditEntries lists the changes of an object, the newest first.
func (f *fixture) auditEntries(object string) []audit.Entry {
	f.t.Helper()
	list, err := audit.ListByObject(f.t.Context(), f.DB.DB, interviewtest.CorpID, object, 10)
	if err != nil {
		f.t.Fatal(err)
	}
	return list
}

func TestCompanySettings(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c, err := f.Company(t.Context(), lin)
		if err != nil || c.Quiet || c.Hours.String() != "22:00-08:00" || !c.Digest || c.DigestAt.String() != "08:30" || c.Version != 0 {
			t.Errorf("the defaults are %+v, %v", c, err)
		}
		if _, err := f.UpdateCompany(t.Context(), recruiter, 0, func(*notification.Company) {}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a recruiter: %v", err)
		}
		edit := func(c *notification.Company) {
			c.Quiet, c.Hours, c.DigestAt = true, notification.QuietHours{From: 21 * 60, To: 7 * 60, DaysOff: true}, 9*60
		}
		for range 2 { // the second changes nothing
			if c, err = f.UpdateCompany(t.Context(), admin, 0, edit); err != nil || c.Version != 1 || c.UpdatedBy != "ada" {
				t.Errorf("%+v, %v", c, err)
			}
		}
		if c, err = f.Company(t.Context(), lin); err != nil || !c.Quiet || c.Hours.String() != "21:00-07:00, days off" || c.DigestAt != 9*60 {
			t.Errorf("stored %+v, %v", c, err)
		}
		f.setCompany(func(c *notification.Company) { c.Digest = false })
		if _, err := f.UpdateCompany(t.Context(), admin, 1, edit); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("an edit of an old version: %v", err)
		}
		entries := f.auditEntries(interviewtest.CorpID)
		if len(entries) != 2 || entries[1].Action != "notification.company" || entries[1].Data["quiet"] != "21:00-07:00, days off" || entries[0].Data["digest"] != "off" {
			t.Errorf("audited %+v", entries)
		}
	})
}

func TestSettingsAreChecked(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for name, edit := range map[string]func(*notification.Company){
			"an empty window":    func(c *notification.Company) { c.Hours.To = c.Hours.From },
			"more than 16 hours": func(c *notification.Company) { c.Hours.From, c.Hours.To = 8*60, 24*60-1+8*60 },
			"16:01":              func(c *notification.Company) { c.Hours.From, c.Hours.To = 0, 16*60+1 },
			"no time":            func(c *notification.Company) { c.Hours.From = -1 },
			"24:00":              func(c *notification.Company) { c.Hours.To = 24 * 60 },
			"no digest time":     func(c *notification.Company) { c.DigestAt = -1 },
			"digest at 24:00":    func(c *notification.Company) { c.DigestAt = 24 * 60 },
		} {
			if _, err := f.UpdateCompany(t.Context(), admin, 0, edit); apperr.KindOf(err) != apperr.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		f.setCompany(func(c *notification.Company) { c.Hours.From, c.Hours.To = 0, 16*60 })
		for name, edit := range map[string]func(*notification.Member){
			"an unknown group": func(m *notification.Member) { m.Muted = []notification.Group{"invitations"} },
			"an unknown mode":  func(m *notification.Member) { m.Quiet = "x" },
			"an empty window":  func(m *notification.Member) { m.Quiet, m.Hours.To = notification.OwnQuiet, m.Hours.From },
		} {
			if _, err := f.UpdateMember(t.Context(), lin, "lin", 0, edit); apperr.KindOf(err) != apperr.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestMemberSettings(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		m, err := f.Member(t.Context(), lin, "lin")
		if err != nil || len(m.Muted) != 0 || m.Quiet != notification.CompanyQuiet || m.Version != 0 {
			t.Errorf("the defaults are %+v, %v", m, err)
		}
		for _, a := range []actor.Actor{admin, recruiter, mei} {
			if _, err := f.Member(t.Context(), a, "lin"); apperr.KindOf(err) != apperr.Forbidden {
				t.Errorf("%s reads them: %v", a.UserID, err)
			}
			if _, err := f.UpdateMember(t.Context(), a, "lin", 0, func(*notification.Member) {}); apperr.KindOf(err) != apperr.Forbidden {
				t.Errorf("%s changes them: %v", a.UserID, err)
			}
		}
		f.setMember(lin, func(m *notification.Member) {
			m.Muted = []notification.Group{notification.Digests, notification.Reminders, notification.Digests}
			m.Quiet, m.Hours = notification.OwnQuiet, notification.QuietHours{From: 20 * 60, To: 9 * 60}
		})
		m, err = f.Member(t.Context(), lin, "lin")
		if err != nil || !slices.Equal(m.Muted, []notification.Group{notification.Reminders, notification.Digests}) || m.Hours.String() != "20:00-09:00" || m.Version != 1 {
			t.Errorf("stored %+v, %v", m, err)
		}
		f.setMember(lin, func(m *notification.Member) { m.Muted, m.Quiet = nil, notification.NoQuiet })
		if _, err := f.UpdateMember(t.Context(), lin, "lin", 1, func(m *notification.Member) { m.Muted = notification.Groups }); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("an edit of an old version: %v", err)
		}
		if m, err := f.Member(t.Context(), mei, "mei"); err != nil || m.Version != 0 {
			t.Errorf("another member has %+v, %v", m, err)
		}
		entries := f.auditEntries("lin")
		if len(entries) != 2 || entries[1].Data["muted"] != "reminders, digests" || entries[1].Data["quiet"] != "20:00-09:00" || entries[0].Data["quiet"] != "none" {
			t.Errorf("audited %+v", entries)
		}
	})
}

// Of concurrent edits of one version, one is stored.
func TestConcurrentEdits(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		race := func(edit func(n int) error) (stored int) {
			for _, err := range dbtest.Concurrently(4, edit) {
				if err == nil {
					stored++
				} else if apperr.KindOf(err) != apperr.Conflict {
					t.Fatal(err)
				}
			}
			return stored
		}
		f.setCompany(func(c *notification.Company) { c.DigestAt = 500 })
		f.setMember(lin, func(m *notification.Member) { m.Hours.To = 500 })
		for version := 1; version <= 5; version++ {
			company := race(func(n int) error {
				_, err := f.UpdateCompany(t.Context(), admin, version, func(c *notification.Company) { c.DigestAt = availability.Clock(10*version + n) })
				return err
			})
			own := race(func(n int) error {
				_, err := f.UpdateMember(t.Context(), lin, "lin", version, func(m *notification.Member) { m.Hours.To = availability.Clock(10*version + n) })
				return err
			})
			if company != 1 || own != 1 {
				t.Errorf("version %d: %d and %d edits were stored", version, company, own)
			}
		}
	})
}

// decide decides about a notice to lin about an interview of an hour, which starts after a
// while; none if it is zero.
func (f *fixture) decide(event notification.Event, in time.Duration) notification.Decision {
	f.t.Helper()
	n := notification.Notice{CorpID: interviewtest.CorpID, UserID: "lin", Event: event}
	if in != 0 {
		start := f.clock.Now().Add(in)
		n.Times = []availability.Interval{{Start: start, End: start.Add(time.Hour)}}
	}
	d, err := f.Decide(f.t.Context(), n)
	if err != nil {
		f.t.Fatal(err)
	}
	return d
}

// shanghai returns a time of a day far from holidays.
func shanghai(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, availability.Location("Asia/Shanghai"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestUrgency(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setCompany(func(c *notification.Company) { c.Quiet = true })
		f.clock.Set(shanghai(t, "2026-03-02 23:00"))
		end := shanghai(t, "2026-03-03 08:00")
		for _, c := range []struct {
			event    notification.Event
			in       time.Duration
			deferred bool
		}{
			{notification.Event(message.KindInvite), 72 * time.Hour, true},
			{notification.Event(message.KindInvite), 12*time.Hour + time.Minute, true},
			{notification.Event(message.KindInvite), 12 * time.Hour, false},
			{notification.Event(message.KindChanged), 2 * time.Hour, false},
			{notification.Event(message.KindCancelled), 10 * time.Hour, false},
			{notification.Event(message.KindChanged), -30 * time.Minute, false}, // it is taking place
			{notification.Event(message.KindChanged), -2 * time.Hour, true},
			{notification.Event(message.KindDeclined), 72 * time.Hour, true},
			{notification.Event(message.KindDeclined), 10 * time.Hour, false},
			{notification.Reminder24h, 24 * time.Hour, true},
			{notification.Reminder15m, 15 * time.Minute, false},
			{notification.Event(message.KindCandidateWaiting), 10 * time.Minute, false},
			{notification.Event(message.KindEvaluate), -30 * time.Minute, true},
			{notification.Event(message.KindSummary), -30 * time.Minute, true},
			{notification.Event(message.KindDigest), 0, true},
			{notification.BookingRequested, 0, true},
			{notification.ContactsEmpty, 0, false},
			{"an event without a row", 0, false},
		} {
			got := f.decide(c.event, c.in)
			if got.Muted || c.deferred && !got.Until.Equal(end) || !c.deferred && !got.Until.IsZero() {
				t.Errorf("%s, start in %s: %+v", c.event, c.in, got)
			}
		}
		f.setCompany(func(c *notification.Company) { c.Hours.DaysOff = true })
		f.clock.Set(shanghai(t, "2026-03-07 10:00")) // a Saturday; Monday 08:00 is 46 hours later
		for in, deferred := range map[time.Duration]bool{48 * time.Hour: false, 48*time.Hour + time.Minute: true} {
			if got := f.decide(notification.Event(message.KindInvite), in); got.Until.IsZero() == deferred {
				t.Errorf("on a day off, start in %s: %+v", in, got)
			}
		}
	})
}

func TestQuietHoursOfMembers(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		invite := notification.Event(message.KindInvite)
		f.clock.Set(shanghai(t, "2026-03-02 21:30"))
		until := func(want string) {
			t.Helper()
			got := f.decide(invite, 72*time.Hour).Until
			if want == "" && !got.IsZero() || want != "" && !got.Equal(shanghai(t, want)) {
				t.Errorf("deferred until %s, want %q", got, want)
			}
		}
		until("") // the company has none
		f.setMember(lin, func(m *notification.Member) {
			m.Quiet, m.Hours = notification.OwnQuiet, notification.QuietHours{From: 21 * 60, To: 9 * 60}
		})
		until("2026-03-03 09:00")
		if _, err := f.Availability.UpdateMember(t.Context(), lin, "lin", 0, func(m *availability.Member) { m.TimeZone = "Asia/Tokyo" }); err != nil {
			t.Fatal(err)
		}
		until("2026-03-03 08:00") // 09:00 in Tokyo
		f.setCompany(func(c *notification.Company) { c.Quiet, c.Hours.From = true, 20*60 })
		f.setMember(lin, func(m *notification.Member) { m.Quiet = notification.NoQuiet })
		until("")
		f.setMember(lin, func(m *notification.Member) { m.Quiet = notification.CompanyQuiet })
		until("2026-03-03 08:00") // in the company's zone
	})
}

func TestMutedGroups(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setMember(lin, func(m *notification.Member) { m.Muted = slices.Clone(notification.Groups) })
		for _, r := range notification.Matrix {
			if r.Recipient == notification.Candidate {
				continue
			}
			if got := f.decide(r.Event, 72*time.Hour); got.Muted != (r.Group != "") {
				t.Errorf("%s of the group %q: muted %v", r.Event, r.Group, got.Muted)
			}
		}
		f.setMember(lin, func(m *notification.Member) { m.Muted = []notification.Group{notification.Reminders} })
		for event, muted := range map[notification.Event]bool{notification.Reminder15m: true, notification.Reminder24h: true, notification.Event(message.KindEvaluate): false} {
			if got := f.decide(event, 15*time.Minute); got.Muted != muted {
				t.Errorf("%s: muted %v", event, got.Muted)
			}
		}
	})
}
