package appointment_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/appointment"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/wecom/wecomtest"
)

func (f *fixture) edit(id string, edit func(*interview.Plan)) {
	f.t.Helper()
	if _, err := f.interviews.Edit(f.t.Context(), f.recruiter, id, 0, edit); err != nil {
		f.t.Fatal(err)
	}
}

func attendees(e *wecomtest.Schedule) []string {
	var ids []string
	for _, a := range e.Attendees {
		ids = append(ids, a.UserID)
	}
	slices.Sort(ids)
	return ids
}

// waitForSchedule waits until a member has one open schedule that check accepts.
func (f *fixture) waitForSchedule(userID string, check func(e *wecomtest.Schedule) bool) *wecomtest.Schedule {
	f.t.Helper()
	var found *wecomtest.Schedule
	f.waitFor(func() string {
		list := f.openSchedules(userID)
		if len(list) != 1 || !check(&list[0]) {
			return "the calendar of " + userID + " does not follow"
		}
		found = &list[0]
		return ""
	})
	return found
}

func TestScheduleFollowsInterview(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, false)
		f.start()
		i := f.schedule(nil)
		f.waitForState(i.ID, appointment.Schedule, appointment.Ready)
		e := f.waitForSchedule("ChenMo", func(*wecomtest.Schedule) bool { return true })
		if e.Summary != i.Title || int64(e.StartTime) != i.StartsAt.Unix() || int64(e.EndTime) != i.EndsAt.Unix() ||
			!strings.Contains(e.Description, public+"/interviews/"+i.ID) || e.CalID == "" {
			t.Errorf("schedule is %+v", e)
		}
		if got := attendees(e); !slices.Equal(got, []string{"ChenMo", "LinYue", "ZhouHang"}) || !slices.Equal(e.Admins, []string{"LinYue"}) {
			t.Errorf("attendees %v, admins %v", got, e.Admins)
		}

		later := i.StartsAt.Add(3 * time.Hour)
		f.edit(i.ID, func(p *interview.Plan) { p.StartsAt, p.Interviewers = later, []string{"ChenMo"} })
		f.waitForSchedule("ChenMo", func(e *wecomtest.Schedule) bool { return int64(e.StartTime) == later.Unix() && len(e.Attendees) == 2 })
		if len(f.openSchedules("ZhouHang")) != 0 {
			t.Error("a removed interviewer still has the schedule")
		}
		if _, err := f.interviews.Cancel(t.Context(), f.recruiter, i.ID, ""); err != nil {
			t.Fatal(err)
		}
		f.waitFor(func() string { return waitIf(len(f.openSchedules("ChenMo")) > 0, "the schedule is not cancelled") })
		if n := f.sim.CallCount("oa/calendar/add"); n != 1 {
			t.Errorf("%d calendars were created", n)
		}
	})
}

func waitIf(wait bool, reason string) string {
	if wait {
		return reason
	}
	return ""
}

func TestResponsesInCalendar(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, false)
		f.start()
		i := f.schedule(nil)
		id := f.waitForSchedule("ChenMo", func(*wecomtest.Schedule) bool { return true }).ScheduleID
		f.waitForState(i.ID, appointment.Schedule, appointment.Ready)
		for userID, response := range map[string]int{"ChenMo": wecomtest.ResponseAccepted, "ZhouHang": wecomtest.ResponseDeclined, "LinYue": wecomtest.ResponseAccepted} {
			if err := f.sim.Calendar(corpID, userID).Respond(t.Context(), id, response); err != nil {
				t.Fatal(err)
			}
		}
		f.waitFor(func() string {
			now := f.get(i.ID).Interviewers
			return waitIf(now[0].Response != interview.Accepted || now[1].Response != interview.Declined, "the responses are not stored")
		})
		f.waitForSchedule("ChenMo", func(e *wecomtest.Schedule) bool { return slices.Equal(attendees(e), []string{"ChenMo", "LinYue"}) })
	})
}

func TestChangesInCalendar(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, false)
		f.start()
		i := f.schedule(nil)
		e := f.waitForSchedule("LinYue", func(*wecomtest.Schedule) bool { return true })
		f.waitForState(i.ID, appointment.Schedule, appointment.Ready)
		calendar, moved := f.sim.Calendar(corpID, "LinYue"), i.StartsAt.Add(2*time.Hour)
		if err := calendar.Move(t.Context(), e.ScheduleID, moved, moved.Add(30*time.Minute)); err != nil {
			t.Fatal(err)
		}
		f.waitFor(func() string {
			now := f.get(i.ID)
			return waitIf(!now.StartsAt.Equal(moved) || now.Duration() != 30*time.Minute, "the interview does not move")
		})
		f.sim.Advance(time.Second) // WeCom's events have no id: two of one second are the same
		// The domain refuses nine hours: the schedule gets the interview's time back.
		if err := calendar.Move(t.Context(), e.ScheduleID, moved, moved.Add(9*time.Hour)); err != nil {
			t.Fatal(err)
		}
		f.waitForSchedule("LinYue", func(e *wecomtest.Schedule) bool { return int64(e.EndTime) == moved.Add(30*time.Minute).Unix() })

		if err := calendar.Delete(t.Context(), e.ScheduleID); err != nil {
			t.Fatal(err)
		}
		f.waitFor(func() string {
			v := f.views(i.ID)[appointment.Schedule]
			named := v.State == appointment.Failed && v.Failure.Code == "appointment.schedule_deleted" && v.Failure.Params["Name"] == "林悦"
			return waitIf(!named || v.NextAttemptAt != nil, "the deletion is not shown")
		})
		f.edit(i.ID, func(p *interview.Plan) { p.Title = "沈知远 · 终面" })
		if f.get(i.ID).State != interview.Scheduled || len(f.openSchedules("LinYue")) != 0 {
			t.Error("the deletion was not respected")
		}
		if err := f.appointments.Retry(t.Context(), actor.ForInterviewer(corpID, "ChenMo"), i.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer retries: %v", err)
		}
		if err := f.appointments.Retry(t.Context(), f.recruiter, i.ID); err != nil {
			t.Fatal(err)
		}
		f.waitForSchedule("LinYue", func(e *wecomtest.Schedule) bool { return e.Summary == "沈知远 · 终面" })
	})
}

func TestMeetingFollowsInterview(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, true)
		f.start()
		i := f.schedule(func(p *interview.Plan) { p.Meeting.Kind = interview.WeComMeeting })
		f.waitFor(func() string { return waitIf(f.get(i.ID).Meeting.URL == "", "there is no meeting") })
		m, list := f.get(i.ID).Meeting, f.openMeetings("LinYue")
		if len(list) != 1 || m.URL != list[0].Link || m.Code != list[0].Code || m.GuestURL == "" || m.GuestURL == m.URL {
			t.Fatalf("meeting %+v of %+v", m, list)
		}
		// The organizer has the meeting, the interviewers the schedule with its link.
		e := f.waitForSchedule("ChenMo", func(e *wecomtest.Schedule) bool {
			return strings.Contains(e.Description, m.URL) && strings.Contains(e.Location, m.Code)
		})
		if got := attendees(e); !slices.Equal(got, []string{"ChenMo", "ZhouHang"}) {
			t.Errorf("attendees %v", got)
		}
		later := i.StartsAt.Add(time.Hour)
		f.edit(i.ID, func(p *interview.Plan) { p.StartsAt = later })
		f.waitFor(func() string {
			return waitIf(!f.openMeetings("LinYue")[0].Start.Equal(later), "the meeting does not move")
		})
		if got := f.get(i.ID).Meeting; got != m {
			t.Errorf("after a move the meeting is %+v, was %+v", got, m)
		}
		moved := later.Add(time.Hour)
		if err := f.sim.MoveMeeting(t.Context(), corpID, "LinYue", list[0].MeetingID, moved, time.Hour); err != nil {
			t.Fatal(err)
		}
		f.waitFor(func() string { return waitIf(!f.get(i.ID).StartsAt.Equal(moved), "the interview does not move") })
		f.edit(i.ID, func(p *interview.Plan) { p.Meeting.Kind = interview.NoMeeting })
		f.waitFor(func() string { return waitIf(len(f.openMeetings("LinYue")) > 0, "the meeting is not cancelled") })
		f.waitForSchedule("LinYue", func(e *wecomtest.Schedule) bool { return !strings.Contains(e.Description, m.URL) })
		if got := f.get(i.ID).Meeting; got != (interview.Meeting{Kind: interview.NoMeeting}) {
			t.Errorf("without a meeting: %+v", got)
		}
	})
}

func TestMeetingCancelledInWeCom(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, false)
		f.start()
		i := f.schedule(func(p *interview.Plan) { p.Meeting.Kind = interview.WeComMeeting })
		f.waitForState(i.ID, appointment.Meeting, appointment.Ready)
		if m := f.get(i.ID).Meeting; m.GuestURL != "" || m.CandidateURL() != m.URL { // the account lacks the advanced feature
			t.Errorf("meeting is %+v", m)
		}
		first := f.openMeetings("LinYue")[0].MeetingID
		if err := f.sim.CancelMeeting(t.Context(), corpID, "LinYue", first); err != nil {
			t.Fatal(err)
		}
		if v := f.waitForState(i.ID, appointment.Meeting, appointment.Failed); v.Failure.Code != "appointment.meeting_deleted" {
			t.Errorf("failure is %+v", v)
		}
		if m := f.get(i.ID).Meeting; m.URL != "" {
			t.Errorf("a cancelled meeting can be joined: %+v", m)
		}
		if err := f.appointments.Retry(t.Context(), f.recruiter, i.ID); err != nil {
			t.Fatal(err)
		}
		f.waitFor(func() string { return waitIf(f.get(i.ID).Meeting.URL == "", "there is no new meeting") })
	})
}

// A response that is lost leaves one schedule and one meeting.
func TestLostResponses(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, false)
		f.sim.AddFault(wecomtest.Fault{Path: "oa/schedule/add", Times: 1, DropAfter: true})
		f.sim.AddFault(wecomtest.Fault{Path: "meeting/create", Times: 1, DropAfter: true})
		i := f.schedule(func(p *interview.Plan) { p.Meeting.Kind = interview.WeComMeeting })
		f.start()
		for _, kind := range []appointment.Kind{appointment.Schedule, appointment.Meeting} {
			f.waitForState(i.ID, kind, appointment.Failed)
		}
		if err := f.appointments.Retry(t.Context(), f.recruiter, i.ID); err != nil {
			t.Fatal(err)
		}
		for _, kind := range []appointment.Kind{appointment.Schedule, appointment.Meeting} {
			f.waitForState(i.ID, kind, appointment.Ready)
		}
		if a, b := len(f.openSchedules("ChenMo")), len(f.openMeetings("LinYue")); a != 1 || b != 1 {
			t.Errorf("%d schedules, %d meetings", a, b)
		}
	})
}

func TestNotPermitted(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, false)
		fault := f.sim.AddFault(wecomtest.Fault{Path: "oa/*/*", Errcode: 48002})
		f.start()
		i := f.schedule(nil)
		v := f.waitForState(i.ID, appointment.Schedule, appointment.Failed)
		if v.Failure.Code != "appointment.schedule_not_permitted" || v.NextAttemptAt == nil {
			t.Errorf("failure is %+v", v)
		}
		set, err := f.appointments.Settings(t.Context(), f.recruiter)
		if err != nil || set.ScheduleFailure == nil || set.MeetingFailure != nil {
			t.Errorf("settings are %+v: %v", set, err)
		}
		f.sim.RemoveFaults(fault)
		if err := f.appointments.Retry(t.Context(), f.recruiter, i.ID); err != nil {
			t.Fatal(err)
		}
		f.waitForState(i.ID, appointment.Schedule, appointment.Ready)
		if set, err = f.appointments.Settings(t.Context(), f.recruiter); err != nil || set.ScheduleFailure != nil {
			t.Errorf("settings are %+v: %v", set, err)
		}
	})
}

func TestSettings(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, false)
		f.start()
		off, link, wecomMeeting := false, interview.LinkMeeting, interview.WeComMeeting
		if err := f.appointments.SetSettings(t.Context(), f.recruiter, appointment.SettingsEdit{Calendar: &off}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a recruiter changes settings: %v", err)
		}
		if err := f.appointments.SetSettings(t.Context(), f.admin, appointment.SettingsEdit{DefaultMeeting: &link}); apperr.KindOf(err) != apperr.Invalid {
			t.Errorf("a link as default: %v", err)
		}
		edits := []appointment.SettingsEdit{{Calendar: &off}, {DefaultMeeting: &wecomMeeting}} // of two administrators
		if err := errors.Join(dbtest.Concurrently(2, func(n int) error { return f.appointments.SetSettings(t.Context(), f.admin, edits[n]) })...); err != nil {
			t.Fatal(err)
		}
		i := f.schedule(nil)
		f.waitForState(i.ID, appointment.Meeting, appointment.Ready)
		if len(f.views(i.ID)) != 1 || len(f.openSchedules("ChenMo")) != 0 {
			t.Error("there is a schedule although the calendar is off")
		}
		own := f.schedule(func(p *interview.Plan) {
			p.StartsAt = p.StartsAt.Add(5 * time.Hour)
			p.Meeting = interview.Meeting{Kind: interview.LinkMeeting, URL: "https://meet.example.com/a", Code: "123"}
		})
		if got := f.get(own.ID).Meeting; got.URL != "https://meet.example.com/a" || got.CandidateURL() != got.URL {
			t.Errorf("meeting is %+v", got)
		}
	})
}

// Changes that are made while WeCom is written leave the last one in WeCom.
func TestConcurrentChanges(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, false)
		f.start()
		i := f.schedule(nil)
		var last time.Time
		for n := range 12 {
			last = i.StartsAt.Add(time.Duration(n+1) * 10 * time.Minute)
			f.edit(i.ID, func(p *interview.Plan) { p.StartsAt = last })
		}
		f.waitForSchedule("ChenMo", func(e *wecomtest.Schedule) bool { return int64(e.StartTime) == last.Unix() })
	})
}

// A change that is made during an attempt is written even if the attempt is refused
// permanently.
func TestChangeDuringRefusal(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, false)
		f.sim.AddFault(wecomtest.Fault{Path: "oa/schedule/add", Times: 1, Errcode: 60111, Delay: time.Second})
		i := f.schedule(nil)
		f.start()
		f.waitFor(func() string {
			claimed, err := d.NewSelect().Table("appointments").Where("claimed_at IS NOT NULL").Exists(t.Context())
			return waitIf(err != nil || !claimed, "no attempt")
		})
		f.edit(i.ID, func(p *interview.Plan) { p.Interviewers = []string{"ZhouHang"} })
		f.waitForSchedule("ZhouHang", func(e *wecomtest.Schedule) bool { return slices.Equal(attendees(e), []string{"LinYue", "ZhouHang"}) })
	})
}
