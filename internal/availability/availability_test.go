package availability_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

func codes(list []availability.Refusal) string {
	out := []string{}
	for _, r := range list {
		out = append(out, r.UserID+" "+strings.TrimPrefix(r.Reason.Code, "availability."))
	}
	return strings.Join(out, ", ")
}

func clocks(list []availability.Interval, loc *time.Location) string {
	out := []string{}
	for _, i := range list {
		out = append(out, i.Start.In(loc).Format("Mon 15"))
	}
	return strings.Join(out, ", ")
}

func TestFind(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withoutHolidays()
		both := f.schedule(10, "lin", "mei")
		declined := f.schedule(11, "lin")
		cancelled := f.schedule(12, "lin")
		ended := f.schedule(13, "mei")
		if _, err := f.interviews.Respond(t.Context(), lin, declined.ID, interview.ResponseInput{Response: interview.Declined}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.interviews.Cancel(t.Context(), recruiter, cancelled.ID, ""); err != nil {
			t.Fatal(err)
		}
		got := f.find(f.query(10))
		if want := "lin busy, mei busy"; codes(got.Refusals) != want {
			t.Errorf("at 10: %q, want %q", codes(got.Refusals), want)
		}
		if want := "Mon 09, Mon 12, Mon 15, Mon 17, Tue 09, Tue 11, Tue 14, Tue 17, Wed 09, Wed 11, Wed 14, Wed 17"; clocks(got.Slots, got.Location) != want {
			t.Errorf("slots %q, want %q", clocks(got.Slots, got.Location), want)
		}
		if s := got.Schedules[0]; s.Member.Name != "林一" || len(s.Busy) != 1 || s.Busy[0].InterviewID != both.ID || s.Busy[0].Title != "一面" || len(s.Work) != 5 {
			t.Errorf("lin's time: %+v", s)
		}
		if s := got.Schedules[1]; s.Member.UserID != "mei" || len(s.Busy) != 2 || s.Busy[1].InterviewID != ended.ID {
			t.Errorf("mei's time: %+v", s)
		}

		exclude := func(q *availability.Query) { q.Exclude = both.ID }
		if got := f.find(f.query(10, exclude)); codes(got.Refusals) != "" || len(got.Schedules[0].Busy) != 0 {
			t.Errorf("the interview that is being edited: %q", codes(got.Refusals))
		}
		withCandidate := func(q *availability.Query) { q.CandidateID, q.Interviewers = f.candidate.ID, []string{"lin"} }
		if got := f.find(f.query(10, withCandidate)); codes(got.Refusals) != "lin busy,  candidate_busy" {
			t.Errorf("in another interview of the candidate: %q", codes(got.Refusals))
		}
		if got := f.find(f.query(11, withCandidate)); codes(got.Refusals) != " candidate_busy" {
			t.Errorf("lin has declined, the candidate has not: %q", codes(got.Refusals))
		}
		if got := f.find(f.query(10, withCandidate, exclude)); codes(got.Refusals) != "" {
			t.Errorf("the candidate at the time that is being edited: %q", codes(got.Refusals))
		}
	})
}

// A slot does not begin before the present, and an interview that ended early leaves the
// rest of its time.
func TestFindNow(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withoutHolidays()
		i := f.schedule(10, "lin")
		f.clock.Set(f.at(10))
		if _, err := f.interviews.Start(t.Context(), lin, i.ID); err != nil {
			t.Fatal(err)
		}
		f.clock.Set(f.at(10).Add(20 * time.Minute))
		if _, err := f.interviews.End(t.Context(), lin, i.ID); err != nil {
			t.Fatal(err)
		}
		got := f.find(f.query(12, func(q *availability.Query) { q.Interviewers = []string{"lin", "lin"} }))
		if len(got.Schedules) != 1 || !got.Schedules[0].Busy[0].End.Equal(f.at(10).Add(20*time.Minute)) {
			t.Errorf("lin's time: %+v", got.Schedules)
		}
		if len(got.Slots) == 0 || !got.Slots[0].Start.Equal(f.at(10).Add(30*time.Minute)) {
			t.Errorf("slots %v, want the first at 10:30", got.Slots)
		}
		f.clock.Set(f.monday.AddDate(0, 0, 8))
		if got := f.find(f.query(12)); len(got.Slots) != 0 {
			t.Errorf("slots in the past: %v", got.Slots)
		}
	})
}

func TestSettingsApply(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withoutHolidays()
		f.schedule(10, "lin")
		tuesday := availability.Date(f.monday.AddDate(0, 0, 1).Format(time.DateOnly))
		_, err := f.UpdateCompany(t.Context(), admin, 0, func(c *availability.Company) {
			c.BufferMinutes, c.DailyLimit, c.WeeklyLimit = 15, 1, 5
			c.Days = []availability.Day{{Date: tuesday, Kind: availability.DayOff, Name: "公司日"}}
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.find(f.query(11)); codes(got.Refusals) != "lin buffer, lin daily_limit" || got.Buffer != 15*time.Minute {
			t.Errorf("after an interview: %q", codes(got.Refusals))
		}
		onTuesday := func(q *availability.Query) { q.At = q.At.AddDate(0, 0, 1) }
		got := f.find(f.query(11, onTuesday))
		if codes(got.Refusals) != "lin holiday, mei holiday" || got.Refusals[0].Reason.Params["Holiday"] != "公司日" {
			t.Errorf("on an own day off: %v", got.Refusals)
		}
		if len(got.Days) != 1 || got.Days[0].Date != tuesday {
			t.Errorf("days %v", got.Days)
		}
		two := 2
		_, err = f.UpdateMember(t.Context(), lin, "lin", 0, func(m *availability.Member) {
			m.OwnHours, m.Hours, m.DailyLimit, m.TimeZone = true, availability.Hours{{Day: time.Monday, From: 9 * 60, To: 12 * 60}}, &two, "Asia/Tokyo"
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.UpdateMember(t.Context(), recruiter, "mei", 0, func(m *availability.Member) {
			m.Away = []availability.DateRange{{From: tuesday, To: tuesday.Next()}}
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.find(f.query(11)); codes(got.Refusals) != "lin outside_hours, lin buffer" {
			t.Errorf("11:00 is 12:00 in Tokyo: %q", codes(got.Refusals))
		}
		if got := f.find(f.query(11, func(q *availability.Query) { q.At = q.At.AddDate(0, 0, 2) })); codes(got.Refusals) != "lin outside_hours, mei away" {
			t.Errorf("on Wednesday: %q", codes(got.Refusals))
		}
	})
}

// A weekly limit counts interviews before and after the range of the query.
func TestWeeklyLimitCountsTheWholeWeek(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withoutHolidays()
		f.schedule(10, "lin")
		f.schedule(4*24+10, "mei")
		if _, err := f.UpdateCompany(t.Context(), admin, 0, func(c *availability.Company) { c.WeeklyLimit = 1 }); err != nil {
			t.Fatal(err)
		}
		wednesday := func(q *availability.Query) {
			q.Within = availability.Interval{Start: f.at(2 * 24), End: f.at(3 * 24)}
			q.At = f.at(2*24 + 10)
		}
		got := f.find(f.query(10, wednesday))
		if codes(got.Refusals) != "lin weekly_limit, mei weekly_limit" || len(got.Slots) != 0 {
			t.Errorf("on Wednesday: %q, slots %v", codes(got.Refusals), got.Slots)
		}
	})
}

func TestDefaultHolidays(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c, err := f.Company(t.Context(), lin)
		if err != nil || c.Holidays != availability.ChineseHolidays || len(c.Hours) != 5 || c.Version != 0 {
			t.Errorf("defaults in Shanghai: %+v, %v", c, err)
		}
	})
}

func TestFindChecksItsQuery(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for name, c := range map[string]struct {
			change func(*availability.Query)
			want   []string
		}{
			"nobody":         {func(q *availability.Query) { q.Interviewers = nil }, []string{"interviewer: field.required"}},
			"too many":       {func(q *availability.Query) { q.Interviewers = slices.Repeat([]string{"lin"}, 21) }, []string{"interviewer: field.too_many"}},
			"unknown":        {func(q *availability.Query) { q.Interviewers = []string{"lin", "eve"} }, []string{"interviewer[1]: field.unknown"}},
			"no range":       {func(q *availability.Query) { q.Within.End = q.Within.Start }, []string{"to: availability.bad_period", "at: field.invalid"}},
			"a long range":   {func(q *availability.Query) { q.Within.End = q.Within.Start.AddDate(0, 0, 15) }, []string{"to: availability.bad_period"}},
			"a short one":    {func(q *availability.Query) { q.Duration = time.Minute }, []string{"durationMinutes: interview.bad_duration"}},
			"a long one":     {func(q *availability.Query) { q.Duration = 9 * time.Hour }, []string{"durationMinutes: interview.bad_duration"}},
			"at before":      {func(q *availability.Query) { q.At = q.Within.Start.Add(-time.Second) }, []string{"at: field.invalid"}},
			"at the end":     {func(q *availability.Query) { q.At = q.Within.End }, []string{"at: field.invalid"}},
			"fourteen days":  {func(q *availability.Query) { q.Within.End = q.Within.Start.AddDate(0, 0, 14) }, nil},
			"no chosen time": {func(q *availability.Query) { q.At = time.Time{} }, nil},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := f.Find(t.Context(), recruiter, f.query(10, c.change))
				apperrtest.CheckFields(t, err, c.want...)
			})
		}
	})
}

func TestPermissions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		find := func(a actor.Actor) error {
			_, err := f.Find(t.Context(), a, f.query(10))
			return err
		}
		setCompany := func(a actor.Actor) error {
			_, err := f.UpdateCompany(t.Context(), a, 0, func(*availability.Company) {})
			return err
		}
		setLin := func(a actor.Actor) error {
			_, err := f.UpdateMember(t.Context(), a, "lin", 0, func(*availability.Member) {})
			return err
		}
		getLin := func(a actor.Actor) error {
			_, err := f.Member(t.Context(), a, "lin")
			return err
		}
		for name, c := range map[string]struct {
			call    func(actor.Actor) error
			allowed []actor.Actor
			refused []actor.Actor
		}{
			"find":        {find, []actor.Actor{admin, recruiter}, []actor.Actor{lin, stranger, actor.WithoutRoles("corp", "out")}},
			"set company": {setCompany, []actor.Actor{admin, stranger}, []actor.Actor{lin, recruiter}},
			"set lin":     {setLin, []actor.Actor{admin, recruiter, lin}, []actor.Actor{mei, stranger, actor.WithoutRoles("corp", "lin")}},
			"get lin":     {getLin, []actor.Actor{admin, recruiter, lin}, []actor.Actor{mei, stranger}},
		} {
			for _, a := range c.allowed {
				if err := c.call(a); err != nil {
					t.Errorf("%s by %s of %s: %v", name, a.UserID, a.CorpID, err)
				}
			}
			for _, a := range c.refused {
				if err := c.call(a); err == nil {
					t.Errorf("%s by %s of %s succeeds", name, a.UserID, a.CorpID)
				}
			}
		}
		if c, err := f.Company(t.Context(), actor.WithoutRoles("corp", "out")); err == nil {
			t.Errorf("a person without a role reads %+v", c)
		}
	})
}

func TestSettingsAreChecked(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.UpdateCompany(t.Context(), admin, 0, func(c *availability.Company) {
			c.Hours = append(c.Hours, c.Hours[0])
			c.Holidays, c.BufferMinutes, c.DailyLimit, c.WeeklyLimit = "us", 241, -1, 101
			c.Days = []availability.Day{{Date: "2026-02-29", Kind: "half"}, {Date: "2026-03-01", Kind: "off", Name: "a"}, {Date: "2026-03-01", Kind: "off", Name: "b"}}
		})
		apperrtest.CheckFields(t, err, "hours[5]: availability.overlapping_hours", "holidays: field.not_one_of", "bufferMinutes: field.invalid",
			"dailyLimit: field.invalid", "weeklyLimit: field.invalid",
			"days[0].date: field.invalid", "days[0].kind: field.not_one_of", "days[0].name: field.required", "days[2].date: availability.day_twice")
		over := 25
		_, err = f.UpdateMember(t.Context(), lin, "lin", 0, func(m *availability.Member) {
			m.TimeZone, m.DailyLimit = "Local", &over
			m.Away = []availability.DateRange{{From: "2026-03-02", To: "2026-03-01"}, {From: "", To: "2026-03-01"}}
		})
		apperrtest.CheckFields(t, err, "timeZone: interview.unknown_time_zone", "dailyLimit: field.invalid", "away[0]: availability.bad_range", "away[1]: availability.bad_range")
	})
}

func TestChangesAreAudited(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		days := func(list ...availability.Day) {
			t.Helper()
			if _, err := f.UpdateCompany(t.Context(), admin, 0, func(c *availability.Company) { c.Days = list }); err != nil {
				t.Fatal(err)
			}
		}
		first, second := availability.Day{Date: "2027-01-01", Kind: "off", Name: "元旦"}, availability.Day{Date: "2027-01-02", Kind: "workday", Name: "上班"}
		days(first, second)
		days(first, second) // changes nothing
		days(second)
		entries, err := audit.ListByObject(t.Context(), f.db.DB, "corp", "corp", 10)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%d entries, want two: %v", len(entries), err)
		}
		if got := entries[0].Data["days"] + " / " + entries[1].Data["days"]; got != "-2027-01-01 / +2027-01-01 off, +2027-01-02 workday" {
			t.Errorf("days %q", got)
		}
		if e := entries[1]; e.Action != "availability.company" || e.UserID != "ada" || !strings.HasPrefix(e.Data["hours"], "1 09:00-18:00, 2") {
			t.Errorf("entry %+v", e)
		}
		if _, err := f.UpdateMember(t.Context(), recruiter, "lin", 0, func(m *availability.Member) { m.TimeZone = "Asia/Tokyo" }); err != nil {
			t.Fatal(err)
		}
		entries, err = audit.ListByObject(t.Context(), f.db.DB, "corp", "lin", 10)
		if err != nil || len(entries) != 1 || entries[0].Action != "availability.member" || entries[0].UserID != "rosa" || entries[0].Data["zone"] != "Asia/Tokyo" {
			t.Errorf("entries %+v, %v", entries, err)
		}
	})
}

func TestCompanyVersions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		own := []availability.Day{{Date: "2027-01-01", Kind: "off", Name: "左"}, {Date: "2027-01-02", Kind: "off", Name: "右"}}
		if _, err := f.UpdateCompany(t.Context(), admin, 0, func(c *availability.Company) { c.Days = own }); err != nil {
			t.Fatal(err)
		}
		versioningtest.Updater[availability.Company, availability.Company]{
			Update: func(ctx context.Context, version int, edit func(*availability.Company)) (*availability.Company, error) {
				return f.UpdateCompany(ctx, admin, version, func(c *availability.Company) {
					c.Days = slices.Clone(c.Days)
					edit(c)
				})
			},
			Texts: func(c *availability.Company) [2]*string { return [2]*string{&c.Days[0].Name, &c.Days[1].Name} },
			Fields: func(c *availability.Company) (int, [2]string) {
				return c.Version, [2]string{c.Days[0].Name, c.Days[1].Name}
			},
		}.Run(t)
	})
}

func TestMemberVersions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		save := func(version int, zone string) error {
			_, err := f.UpdateMember(t.Context(), lin, "lin", version, func(m *availability.Member) { m.TimeZone = zone })
			return err
		}
		if err := save(0, "Asia/Tokyo"); err != nil {
			t.Fatal(err)
		}
		if err := save(1, "Europe/Berlin"); err != nil {
			t.Fatal(err)
		}
		if err := save(1, "UTC"); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("an edit of an old version: %v", err)
		}
	})
}

func TestMemberRaces(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		update := func(version, n int) error {
			_, err := f.UpdateMember(t.Context(), lin, "lin", version, func(m *availability.Member) { m.DailyLimit = new(1 + n%5) })
			return err
		}
		if err := update(0, -1); err != nil {
			t.Fatal(err)
		}
		versioningtest.RunOneOfTwo(t, 1, update)
	})
}

// The settings of a member are stored once, however the userid is spelled.
func TestMemberInAnyCase(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for n, userID := range []string{"lin", "LIN", "Lin"} {
			m, err := f.UpdateMember(t.Context(), lin, userID, n, func(m *availability.Member) { m.DailyLimit = new(n + 1) })
			if err != nil || m.UserID != "lin" || m.Version != n+1 {
				t.Errorf("%s: %+v, %v", userID, m, err)
			}
		}
	})
}
