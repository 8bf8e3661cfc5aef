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

func (h *fixture) edit(id string, edit func(*interview.Plan)) {
	h.t.Helper()
	if _, err := h.interviews.Edit(h.t.Context(), h.recruiter, id, 0, edit); err != nil {
		h.t.Fatal(err)
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
func (h *fixture) waitForSchedule(userID string, check func(e *wecomtest.Schedule) bool) *wecomtest.Schedule {
	h.t.Helper()
	var found *wecomtest.Schedule
	h.waitFor(func() string {
		list := h.openSchedules(userID)
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
		h := newFixture(t, d, false)
		h.start()
		i := h.schedule(nil)
		h.waitForState(i.ID, appointment.Schedule, appointment.Ready)
		e := h.waitForSchedule("ChenMo", func(*wecomtest.Schedule) bool { return true })
		if e.Summary != i.Title || int64(e.StartTime) != i.StartsAt.Unix() || int64(e.EndTime) != i.EndsAt.Unix() ||
			!strings.Contains(e.Description, public+"/interviews/"+i.ID) || e.CalID == "" {
			t.Errorf("schedule is %+v", e)
		}
		if got := attendees(e); !slices.Equal(got, []string{"ChenMo", "LinYue", "ZhouHang"}) || !slices.Equal(e.Admins, []string{"LinYue"}) {
			t.Errorf("attendees %v, admins %v", got, e.Admins)
		}

		later := i.StartsAt.Add(3 * time.Hour)
		h.edit(i.ID, func(p *interview.Plan) { p.StartsAt, p.Interviewers = later, []string{"ChenMo"} })
		h.waitForSchedule("ChenMo", func(e *wecomtest.Schedule) bool { return int64(e.StartTime) == later.Unix() && len(e.Attendees) == 2 })
		if len(h.openSchedules("ZhouHang")) != 0 {
			t.Error("a removed interviewer still has the schedule")
		}
		if _, err := h.interviews.Cancel(t.Context(), h.recruiter, i.ID, ""); err != nil {
			t.Fatal(err)
		}
		h.waitFor(func() string { return waitIf(len(h.openSchedules("ChenMo")) > 0, "the schedule is not cancelled") })
		if n := h.sim.CallCount("oa/calendar/add"); n != 1 {
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
		h := newFixture(t, d, false)
		h.start()
		i := h.schedule(nil)
		id := h.waitForSchedule("ChenMo", func(*wecomtest.Schedule) bool { return true }).ScheduleID
		h.waitForState(i.ID, appointment.Schedule, appointment.Ready)
		for userID, response := range map[string]int{"ChenMo": wecomtest.ResponseAccepted, "ZhouHang": wecomtest.ResponseDeclined, "LinYue": wecomtest.ResponseAccepted} {
			if err := h.sim.Calendar(corpID, userID).Respond(t.Context(), id, response); err != nil {
				t.Fatal(err)
			}
		}
		h.waitFor(func() string {
			now := h.get(i.ID).Interviewers
			return waitIf(now[0].Response != interview.Accepted || now[1].Response != interview.Declined, "the responses are not stored")
		})
		h.waitForSchedule("ChenMo", func(e *wecomtest.Schedule) bool { return slices.Equal(attendees(e), []string{"ChenMo", "LinYue"}) })
	})
}

func TestChangesInCalendar(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, d, false)
		h.start()
		i := h.schedule(nil)
		e := h.waitForSchedule("LinYue", func(*wecomtest.Schedule) bool { return true })
		h.waitForState(i.ID, appointment.Schedule, appointment.Ready)
		calendar, moved := h.sim.Calendar(corpID, "LinYue"), i.StartsAt.Add(2*time.Hour)
		if err := calendar.Move(t.Context(), e.ScheduleID, moved, moved.Add(30*time.Minute)); err != nil {
			t.Fatal(err)
		}
		h.waitFor(func() string {
			now := h.get(i.ID)
			return waitIf(!now.StartsAt.Equal(moved) || now.Duration() != 30*time.Minute, "the interview does not move")
		})
		h.sim.Advance(time.Second) // WeCom's events have no id: two of one second are the same
		// The domain refuses nine hours: the schedule gets the interview's time back.
		if err := calendar.Move(t.Context(), e.ScheduleID, moved, moved.Add(9*time.Hour)); err != nil {
			t.Fatal(err)
		}
		h.waitForSchedule("LinYue", func(e *wecomtest.Schedule) bool { return int64(e.EndTime) == moved.Add(30*time.Minute).Unix() })

		if err := calendar.Delete(t.Context(), e.ScheduleID); err != nil {
			t.Fatal(err)
		}
		h.waitFor(func() string {
			v := h.views(i.ID)[appointment.Schedule]
			named := v.State == appointment.Failed && v.Failure.Code == "appointment.schedule_deleted" && v.Failure.Params["Name"] == "林悦"
			return waitIf(!named || v.NextAttemptAt != nil, "the deletion is not shown")
		})
		h.edit(i.ID, func(p *interview.Plan) { p.Title = "沈知远 · 终面" })
		if h.get(i.ID).State != interview.Scheduled || len(h.openSchedules("LinYue")) != 0 {
			t.Error("the deletion was not respected")
		}
		if err := h.appointments.Retry(t.Context(), actor.Actor{CorpID: corpID, UserID: "ChenMo", Roles: actor.Interviewer}, i.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer retries: %v", err)
		}
		if err := h.appointments.Retry(t.Context(), h.recruiter, i.ID); err != nil {
			t.Fatal(err)
		}
		h.waitForSchedule("LinYue", func(e *wecomtest.Schedule) bool { return e.Summary == "沈知远 · 终面" })
	})
}

func TestMeetingFollowsInterview(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, d, true)
		h.start()
		i := h.schedule(func(p *interview.Plan) { p.Meeting.Kind = interview.WeComMeeting })
		h.waitFor(func() string { return waitIf(h.get(i.ID).Meeting.URL == "", "there is no meeting") })
		m, list := h.get(i.ID).Meeting, h.openMeetings("LinYue")
		if len(list) != 1 || m.URL != list[0].Link || m.Code != list[0].Code || m.GuestURL == "" || m.GuestURL == m.URL {
			t.Fatalf("meeting %+v of %+v", m, list)
		}
		// The organizer has the meeting, the interviewers the schedule with its link.
		e := h.waitForSchedule("ChenMo", func(e *wecomtest.Schedule) bool {
			return strings.Contains(e.Description, m.URL) && strings.Contains(e.Location, m.Code)
		})
		if got := attendees(e); !slices.Equal(got, []string{"ChenMo", "ZhouHang"}) {
			t.Errorf("attendees %v", got)
		}
		later := i.StartsAt.Add(time.Hour)
		h.edit(i.ID, func(p *interview.Plan) { p.StartsAt = later })
		h.waitFor(func() string {
			return waitIf(!h.openMeetings("LinYue")[0].Start.Equal(later), "the meeting does not move")
		})
		if got := h.get(i.ID).Meeting; got != m {
			t.Errorf("after a move the meeting is %+v, was %+v", got, m)
		}
		moved := later.Add(time.Hour)
		if err := h.sim.MoveMeeting(t.Context(), corpID, "LinYue", list[0].MeetingID, moved, time.Hour); err != nil {
			t.Fatal(err)
		}
		h.waitFor(func() string { return waitIf(!h.get(i.ID).StartsAt.Equal(moved), "the interview does not move") })
		h.edit(i.ID, func(p *interview.Plan) { p.Meeting.Kind = interview.NoMeeting })
		h.waitFor(func() string { return waitIf(len(h.openMeetings("LinYue")) > 0, "the meeting is not cancelled") })
		h.waitForSchedule("LinYue", func(e *wecomtest.Schedule) bool { return !strings.Contains(e.Description, m.URL) })
		if got := h.get(i.ID).Meeting; got != (interview.Meeting{Kind: interview.NoMeeting}) {
			t.Errorf("without a meeting: %+v", got)
		}
	})
}

func TestMeetingCancelledInWeCom(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, d, false)
		h.start()
		i := h.schedule(func(p *interview.Plan) { p.Meeting.Kind = interview.WeComMeeting })
		h.waitForState(i.ID, appointment.Meeting, appointment.Ready)
		if m := h.get(i.ID).Meeting; m.GuestURL != "" || m.CandidateURL() != m.URL { // the account lacks the advanced feature
			t.Errorf("meeting is %+v", m)
		}
		first := h.openMeetings("LinYue")[0].MeetingID
		if err := h.sim.CancelMeeting(t.Context(), corpID, "LinYue", first); err != nil {
			t.Fatal(err)
		}
		if v := h.waitForState(i.ID, appointment.Meeting, appointment.Failed); v.Failure.Code != "appointment.meeting_deleted" {
			t.Errorf("failure is %+v", v)
		}
		if m := h.get(i.ID).Meeting; m.URL != "" {
			t.Errorf("a cancelled meeting can be joined: %+v", m)
		}
		if err := h.appointments.Retry(t.Context(), h.recruiter, i.ID); err != nil {
			t.Fatal(err)
		}
		h.waitFor(func() string { return waitIf(h.get(i.ID).Meeting.URL == "", "there is no new meeting") })
	})
}

// A response that is lost leaves one schedule and one meeting.
func TestLostResponses(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, d, false)
		h.sim.AddFault(wecomtest.Fault{Path: "oa/schedule/add", Times: 1, DropAfter: true})
		h.sim.AddFault(wecomtest.Fault{Path: "meeting/create", Times: 1, DropAfter: true})
		i := h.schedule(func(p *interview.Plan) { p.Meeting.Kind = interview.WeComMeeting })
		h.start()
		for _, kind := range []appointment.Kind{appointment.Schedule, appointment.Meeting} {
			h.waitForState(i.ID, kind, appointment.Failed)
		}
		if err := h.appointments.Retry(t.Context(), h.recruiter, i.ID); err != nil {
			t.Fatal(err)
		}
		for _, kind := range []appointment.Kind{appointment.Schedule, appointment.Meeting} {
			h.waitForState(i.ID, kind, appointment.Ready)
		}
		if a, b := len(h.openSchedules("ChenMo")), len(h.openMeetings("LinYue")); a != 1 || b != 1 {
			t.Errorf("%d schedules, %d meetings", a, b)
		}
	})
}

func TestNotPermitted(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, d, false)
		fault := h.sim.AddFault(wecomtest.Fault{Path: "oa/*/*", Errcode: 48002})
		h.start()
		i := h.schedule(nil)
		v := h.waitForState(i.ID, appointment.Schedule, appointment.Failed)
		if v.Failure.Code != "appointment.schedule_not_permitted" || v.NextAttemptAt == nil {
			t.Errorf("failure is %+v", v)
		}
		set, err := h.appointments.Settings(t.Context(), h.recruiter)
		if err != nil || set.ScheduleFailure == nil || set.MeetingFailure != nil {
			t.Errorf("settings are %+v: %v", set, err)
		}
		h.sim.RemoveFaults(fault)
		if err := h.appointments.Retry(t.Context(), h.recruiter, i.ID); err != nil {
			t.Fatal(err)
		}
		h.waitForState(i.ID, appointment.Schedule, appointment.Ready)
		if set, err = h.appointments.Settings(t.Context(), h.recruiter); err != nil || set.ScheduleFailure != nil {
			t.Errorf("settings are %+v: %v", set, err)
		}
	})
}

func TestSettings(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, d, false)
		h.start()
		off, link, wecomMeeting := false, interview.LinkMeeting, interview.WeComMeeting
		if err := h.appointments.SetSettings(t.Context(), h.recruiter, appointment.SettingsEdit{Calendar: &off}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a recruiter changes settings: %v", err)
		}
		if err := h.appointments.SetSettings(t.Context(), h.admin, appointment.SettingsEdit{DefaultMeeting: &link}); apperr.KindOf(err) != apperr.Invalid {
			t.Errorf("a link as default: %v", err)
		}
		edits := []appointment.SettingsEdit{{Calendar: &off}, {DefaultMeeting: &wecomMeeting}} // of two administrators
		if err := errors.Join(dbtest.Concurrently(2, func(n int) error { return h.appointments.SetSettings(t.Context(), h.admin, edits[n]) })...); err != nil {
			t.Fatal(err)
		}
		i := h.schedule(nil)
		h.waitForState(i.ID, appointment.Meeting, appointment.Ready)
		if len(h.views(i.ID)) != 1 || len(h.openSchedules("ChenMo")) != 0 {
			t.Error("there is a schedule although the calendar is off")
		}
		own := h.schedule(func(p *interview.Plan) {
			p.StartsAt = p.StartsAt.Add(5 * time.Hour)
			p.Meeting = interview.Meeting{Kind: interview.LinkMeeting, URL: "https://meet.example.com/a", Code: "123"}
		})
		if got := h.get(own.ID).Meeting; got.URL != "https://meet.example.com/a" || got.CandidateURL() != got.URL {
			t.Errorf("meeting is %+v", got)
		}
	})
}

// Changes that are made while WeCom is written leave the last one in WeCom.
func TestConcurrentChanges(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, d, false)
		h.start()
		i := h.schedule(nil)
		var last time.Time
		for n := range 12 {
			last = i.StartsAt.Add(time.Duration(n+1) * 10 * time.Minute)
			h.edit(i.ID, func(p *interview.Plan) { p.StartsAt = last })
		}
		h.waitForSchedule("ChenMo", func(e *wecomtest.Schedule) bool { return int64(e.StartTime) == last.Unix() })
	})
}

// A change that is made during an attempt is written even if the attempt is refused
// permanently.
func TestChangeDuringRefusal(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, d, false)
		h.sim.AddFault(wecomtest.Fault{Path: "oa/schedule/add", Times: 1, Errcode: 60111, Delay: time.Second})
		i := h.schedule(nil)
		h.start()
		h.waitFor(func() string {
			claimed, err := d.NewSelect().Table("appointments").Where("claimed_at IS NOT NULL").Exists(t.Context())
			return waitIf(err != nil || !claimed, "no attempt")
		})
		h.edit(i.ID, func(p *interview.Plan) { p.Interviewers = []string{"ZhouHang"} })
		h.waitForSchedule("ZhouHang", func(e *wecomtest.Schedule) bool { return slices.Equal(attendees(e), []string{"LinYue", "ZhouHang"}) })
	})
}
