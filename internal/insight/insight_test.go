package insight_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/insight"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/pagination"
)

var (
	recruiter = interviewtest.Rosa
	lin       = interviewtest.Lin
)

func durations(count int, median, p90 time.Duration) insight.Durations {
	return insight.Durations{Count: count, Median: median, P90: p90}
}

const hour = time.Hour

var (
	// total is the figures of the three weeks of addCompany.
	total = insight.Summary{Scheduled: 2, Held: 5, Cancelled: 1, NotHeld: 1, Lead: durations(4, 30*hour, 96*hour), Declined: 2, Delay: durations(4, hour, 30*hour), Due: 6, Late: 3}
	weeks = []insight.Summary{
		{Held: 2, Cancelled: 1, Lead: durations(2, 24*hour, 48*hour), Declined: 1, Delay: durations(2, 2*hour, 30*hour), Due: 3, Late: 2},
		{Held: 1, NotHeld: 1, Lead: durations(1, 96*hour, 96*hour), Delay: durations(1, hour, hour), Due: 1},
		{Scheduled: 2, Held: 2, Lead: durations(1, 30*hour, 30*hour), Declined: 1, Delay: durations(1, 0, 0), Due: 2, Late: 1},
	}
)

func TestFiguresOfThreeWeeks(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.addCompany()
		r, err := f.Read(t.Context(), recruiter, f.query())
		apperrtest.RequireNoError(t, err)
		if r.From != f.from || r.To != f.to || r.Total != total {
			t.Errorf("%s to %s: %+v, want %+v", r.From, r.To, r.Total, total)
		}
		for n, want := range weeks {
			if got := (insight.Week{From: f.day(7 * n), To: f.day(7*n + 6), Summary: want}); r.Weeks[n] != got {
				t.Errorf("week %d: %+v, want %+v", n, r.Weeks[n], got)
			}
		}
		if want := []insight.RoundDecided{{1, insight.Decided{Passed: 1, Failed: 1}}, {2, insight.Decided{Passed: 1}}}; !slices.Equal(r.Rounds, want) {
			t.Errorf("rounds: %+v, want %+v", r.Rounds, want)
		}
		if want := []insight.PositionDecided{{f.golang.ID, f.golang.Title, insight.Decided{Passed: 2}}, {f.rust.ID, f.rust.Title, insight.Decided{Failed: 1}}}; !slices.Equal(r.Positions, want) {
			t.Errorf("positions: %+v, want %+v", r.Positions, want)
		}
	})
}

func TestLoadOfInterviewers(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.addCompany()
		r, err := f.Read(t.Context(), recruiter, f.query())
		apperrtest.RequireNoError(t, err)
		want := []insight.Load{ // 15.5 of 21 days have passed
			{PerWeek: 4 / (15.5 / 7), Summary: insight.Summary{Scheduled: 2, Held: 4, Due: 3, Late: 1}},
			{PerWeek: 2 / (15.5 / 7), Summary: insight.Summary{Held: 2, Due: 1, Late: 1}},
			{PerWeek: 2 / (15.5 / 7), Summary: insight.Summary{Held: 2, Declined: 2, Due: 2, Late: 1}},
		}
		for n, name := range []string{"林一", "凯三", "梅二"} {
			if got := r.Interviewers[n]; got.Member.Name != name || got.Summary != want[n].Summary || got.PerWeek != want[n].PerWeek {
				t.Errorf("%+v, want %s with %+v", got, name, want[n])
			}
		}
	})
}

// TestFilters restricts the figures to an interviewer, a position or some days.
func TestFilters(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.addCompany()
		for name, c := range map[string]struct {
			change func(q *insight.Query)
			want   insight.Summary
			rounds []insight.RoundDecided
		}{
			"interviewer who declined": {
				func(q *insight.Query) { q.Interviewer = "Mei" }, // as WeCom, in any case
				insight.Summary{Held: 2, Cancelled: 1, Lead: durations(2, 30*hour, 48*hour), Declined: 2, Delay: durations(2, 0, 30*hour), Due: 2, Late: 1},
				[]insight.RoundDecided{{1, insight.Decided{Passed: 1}}},
			},
			"position": {
				func(q *insight.Query) { q.PositionID = f.rust.ID },
				insight.Summary{Held: 1, Lead: durations(1, 96*hour, 96*hour), Delay: durations(1, hour, hour), Due: 1},
				[]insight.RoundDecided{{1, insight.Decided{Failed: 1}}},
			},
			"days": {
				func(q *insight.Query) { q.From, q.To = f.day(6), f.day(7) },
				insight.Summary{Held: 1, Cancelled: 1, Lead: durations(1, 96*hour, 96*hour), Delay: durations(1, hour, hour), Due: 1},
				[]insight.RoundDecided{{1, insight.Decided{Failed: 1}}},
			},
			"the last twelve weeks": {
				func(q *insight.Query) { q.From, q.To = "", "" },
				insight.Summary{
					Scheduled: 2, Held: 6, Cancelled: 1, NotHeld: 1, Lead: durations(5, 30*hour, 96*hour), Declined: 2, Delay: durations(5, hour, 30*hour), Due: 7, Late: 3,
				},
				[]insight.RoundDecided{{1, insight.Decided{Passed: 2, Failed: 1}}, {2, insight.Decided{Passed: 1}}},
			},
		} {
			q := f.query()
			c.change(&q)
			r, err := f.Read(t.Context(), recruiter, q)
			apperrtest.RequireNoError(t, err)
			if r.Total != c.want || !slices.Equal(r.Rounds, c.rounds) {
				t.Errorf("%s: %+v %+v, want %+v %+v", name, r.Total, r.Rounds, c.want, c.rounds)
			}
		}
		r, err := f.Read(t.Context(), interviewtest.Stranger, f.query())
		apperrtest.RequireNoError(t, err)
		if r.Total != (insight.Summary{}) || len(r.Interviewers) > 0 {
			t.Errorf("another company: %+v", r)
		}
	})
}

func TestRowsOfFigures(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.addCompany()
		titles := func(a actor.Actor, figure insight.Figure, change func(q *insight.RowsQuery)) string {
			q := insight.RowsQuery{Query: f.query(), Figure: figure}
			if change != nil {
				change(&q)
			}
			list, next, err := f.Rows(t.Context(), a, q)
			apperrtest.RequireNoError(t, err)
			if next != "" {
				t.Errorf("%s has another page", figure)
			}
			out := ""
			for _, i := range list {
				out += i.Title
			}
			return out
		}
		for figure, want := range map[insight.Figure]string{
			insight.Scheduled: "HG", insight.Held: "FIDBA", insight.Cancelled: "C", insight.NotHeld: "E", insight.Lead: "FDBA",
			insight.Passed: "BA", insight.Failed: "D", insight.Declined: "HB", insight.Evaluated: "FDA", insight.Late: "IBA",
		} {
			if got := titles(recruiter, figure, nil); got != want {
				t.Errorf("%s: %s, want %s", figure, got, want)
			}
		}
		for figure, want := range map[insight.Figure]string{insight.Held: "FA", insight.Declined: "HB", insight.Late: "A", insight.Passed: "A"} {
			if got := titles(recruiter, figure, func(q *insight.RowsQuery) { q.Interviewer = "mei" }); got != want {
				t.Errorf("%s of an interviewer: %s, want %s", figure, got, want)
			}
		}
		if got := titles(recruiter, insight.Passed, func(q *insight.RowsQuery) { q.Round = 2 }); got != "B" {
			t.Errorf("second round: %s", got)
		}
		if got := titles(lin, insight.Held, func(q *insight.RowsQuery) { q.Interviewer = "lin" }); got != "FDBA" {
			t.Errorf("own rows: %s", got)
		}
	})
}

func TestRowsHavePages(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.addCompany()
		got, q := []string{}, insight.RowsQuery{Query: f.query(), Page: pagination.Page{Limit: 2}, Figure: insight.Held}
		for range 3 {
			list, next, err := f.Rows(t.Context(), recruiter, q)
			apperrtest.RequireNoError(t, err)
			page := ""
			for _, i := range list {
				page += i.Title
			}
			got, q.Cursor = append(got, page), next
		}
		if want := []string{"FI", "DB", "A"}; !slices.Equal(got, want) || q.Cursor != "" {
			t.Errorf("pages %v, want %v, then %q", got, want, q.Cursor)
		}
		q.Cursor = "?"
		_, _, err := f.Rows(t.Context(), recruiter, q)
		apperrtest.CheckFields(t, err, "cursor: field.invalid")
	})
}

// TestInterviewersReadOwnFigures checks that interviewers read no figures of others.
func TestInterviewersReadOwnFigures(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.addCompany()
		own, err := f.ReadOwn(t.Context(), interviewtest.Mei, insight.Query{From: f.from, To: f.to, Location: f.loc, Interviewer: "lin"})
		apperrtest.RequireNoError(t, err)
		want := insight.Summary{Held: 2, Cancelled: 1, Lead: durations(2, 30*hour, 48*hour), Declined: 2, Delay: durations(2, 0, 30*hour), Due: 2, Late: 1}
		if own.Total != want || len(own.Weeks) != 3 {
			t.Errorf("%+v, want %+v", own.Total, want)
		}
		_, err = f.Read(t.Context(), lin, f.query())
		apperrtest.CheckForbidden(t, err)
		for _, c := range []struct {
			interviewer string
			figure      insight.Figure
		}{{"", insight.Held}, {"mei", insight.Held}, {"lin", insight.Passed}, {"lin", insight.Failed}} {
			q := insight.RowsQuery{Query: f.query(), Figure: c.figure}
			q.Interviewer = c.interviewer
			_, _, err := f.Rows(t.Context(), lin, q)
			apperrtest.CheckForbidden(t, err)
		}
	})
}

func TestPeriodIsLimited(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		read := func(from, to string) error {
			_, err := f.Read(t.Context(), recruiter, insight.Query{From: from, To: to, Location: f.loc})
			return err
		}
		apperrtest.CheckFields(t, read("2026-01-01", "2027-01-01"))
		apperrtest.CheckFields(t, read("2026-01-01", "2027-01-02"), "to: insight.too_long")
		apperrtest.CheckFields(t, read("2026-01-02", "2026-01-01"), "to: insight.ends_before_start")
		apperrtest.CheckFields(t, read("2026-02-30", "0000-01-01"), "from: field.invalid", "to: field.invalid")
		_, _, err := f.Rows(t.Context(), recruiter, insight.RowsQuery{Query: insight.Query{From: "2026-01-02", To: "2026-01-01", Location: f.loc}, Figure: insight.Held})
		apperrtest.CheckFields(t, err, "to: insight.ends_before_start")
		_, _, err = f.Rows(t.Context(), recruiter, insight.RowsQuery{Query: f.query(), Figure: "other"})
		apperrtest.CheckFields(t, err, "figure: field.not_one_of")
	})
}

func TestTooManyInterviewsAreNotRead(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.addCompany()
		for limit, ok := range map[int]bool{8: false, 9: true} {
			f.MaxInterviews = limit
			_, err := f.Read(t.Context(), recruiter, f.query())
			if ok {
				apperrtest.RequireNoError(t, err)
			} else {
				apperrtest.Check(t, err, apperr.Invalid, "insight.too_many")
			}
		}
	})
}

func TestTablesAsCSV(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.addCompany()
		r, err := f.Read(t.Context(), recruiter, f.query())
		apperrtest.RequireNoError(t, err)
		week := func(n int) string { return f.day(7*n) + "," + f.day(7*n+6) + "," }
		for table, want := range map[insight.Table][]string{
			insight.InterviewsTable:   {"from,to,held,scheduled,cancelled,not_held", week(0) + "2,0,1,0", week(1) + "1,0,0,1", week(2) + "2,2,0,0"},
			insight.LeadTable:         {"from,to,count,median_hours,p90_hours", week(0) + "2,24.0,48.0", week(1) + "1,96.0,96.0", week(2) + "1,30.0,30.0"},
			insight.DelayTable:        {"from,to,count,median_hours,p90_hours,due,late,late_share", week(0) + "2,2.0,30.0,3,2,0.667", week(1) + "1,1.0,1.0,1,0,0.000", week(2) + "1,0.0,0.0,2,1,0.500"},
			insight.NotHeldTable:      {"from,to,held,not_held,not_held_share", week(0) + "2,0,0.000", week(1) + "1,1,0.500", week(2) + "2,0,0.000"},
			insight.RoundsTable:       {"round,passed,failed,pass_rate", "1,1,1,0.500", "2,1,0,1.000"},
			insight.PositionsTable:    {"position,passed,failed,pass_rate", "Go 工程师,2,0,1.000", "'=Rust,0,1,0.000"},
			insight.InterviewersTable: {"user_id,name,held,per_week,scheduled,declined,due,late", "lin,林一,4,1.8,2,0,3,1", "kai,凯三,2,0.9,0,0,1,1", "mei,梅二,2,0.9,0,2,2,1"},
		} {
			var out strings.Builder
			apperrtest.RequireNoError(t, r.WriteCSV(&out, table, func(column string) string { return column }))
			if got := strings.Split(strings.TrimPrefix(out.String(), "\ufeff"), "\n"); !reflect.DeepEqual(got, append(want, "")) {
				t.Errorf("%s: %q, want %q", table, got, want)
			}
		}
	})
}

func TestExportIsRecorded(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.Export(t.Context(), recruiter, f.query(), insight.LeadTable)
		apperrtest.RequireNoError(t, err)
		_, err = f.Export(t.Context(), lin, f.query(), insight.LeadTable)
		apperrtest.CheckForbidden(t, err)
		entries, err := audit.List(t.Context(), f.Interviews.DB.DB, recruiter.CorpID, audit.Filter{Action: "insight.export", Limit: 10})
		apperrtest.RequireNoError(t, err)
		if len(entries) != 1 || entries[0].UserID != recruiter.UserID || entries[0].Data["table"] != "lead" {
			t.Errorf("the audit log has %+v, want the export of a recruiter", entries)
		}
	})
}

// TestWeeksFollowTheCompanyZone checks the weeks of a period that begins and ends within one.
func TestWeeksFollowTheCompanyZone(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.add("first", interview.Scheduled, f.at(2, 0, 0), nil, without("lin", interview.Pending))
		f.add("last", interview.Scheduled, f.at(8, 23, 59), nil)
		f.insert()
		r, err := f.Read(t.Context(), recruiter, insight.Query{From: f.day(2), To: f.day(8), Location: f.loc})
		apperrtest.RequireNoError(t, err)
		want := []insight.Week{{f.day(2), f.day(6), insight.Summary{NotHeld: 1}}, {f.day(7), f.day(8), insight.Summary{NotHeld: 1}}}
		if !slices.Equal(r.Weeks, want) {
			t.Errorf("%+v, want %+v", r.Weeks, want)
		}
	})
}

// A day whose midnight daylight saving skips begins at 01:00.
func TestPeriodBeginsAndEndsAtSkippedMidnight(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		santiago, err := time.LoadLocation("America/Santiago")
		apperrtest.RequireNoError(t, err)
		f.add("saturday", interview.Ended, time.Date(2026, 9, 5, 23, 30, 0, 0, santiago), nil)
		f.add("sunday", interview.Cancelled, time.Date(2026, 9, 6, 1, 0, 0, 0, santiago), nil)
		f.insert()
		for day, want := range map[string]insight.Summary{
			"2026-09-05": {Held: 1, Lead: durations(1, 24*hour, 24*hour)}, "2026-09-06": {Cancelled: 1},
		} {
			r, err := f.Read(t.Context(), recruiter, insight.Query{From: day, To: day, Location: santiago})
			apperrtest.RequireNoError(t, err)
			if r.From != day || r.To != day || r.Total != want || len(r.Weeks) != 1 || r.Weeks[0].From != day || r.Weeks[0].To != day {
				t.Errorf("%s: %+v, want %+v", day, r.Own, want)
			}
		}
	})
}
