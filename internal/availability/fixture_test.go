package availability_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
)

// fixture is a company in Shanghai with an administrator, a recruiter, two interviewers,
// a position and a candidate.
type fixture struct {
	*availability.Service
	t          testing.TB
	db         *db.DB
	clock      *clocktest.Clock
	interviews *interview.Service
	candidate  *candidate.Candidate
	positionID string
	monday     time.Time // 00:00 in Shanghai, at least a day after the start of the clock
}

var (
	admin     = actor.Actor{CorpID: "corp", UserID: "ada", Roles: actor.Administrator}
	recruiter = actor.Actor{CorpID: "corp", UserID: "rosa", Roles: actor.Recruiter}
	lin       = actor.Actor{CorpID: "corp", UserID: "lin", Roles: actor.Interviewer}
	mei       = actor.Actor{CorpID: "corp", UserID: "mei", Roles: actor.Interviewer}
	stranger  = actor.Actor{CorpID: "other", UserID: "eve", Roles: actor.Administrator | actor.Recruiter}
)

func runOnBoth(t *testing.T, body func(t *testing.T, w *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	w := &fixture{t: t, db: d, clock: clocktest.New()}
	q, err := job.New(d, slog.New(slog.DiscardHandler), job.WithClock(w.clock.Running()))
	if err != nil {
		t.Fatal(err)
	}
	now := w.clock.Now
	w.monday = clocktest.FirstMonday(t, now(), "Asia/Shanghai")
	w.interviews = interview.New(interview.Config{
		DB: d, Queue: q, Members: findMembers, Now: now,
		Positions: &position.Service{DB: d, Queue: q, Now: now}, Candidates: &candidate.Service{DB: d, Queue: q, Now: now},
	})
	w.interviews.Register(q)
	w.Service = availability.New(availability.Config{
		DB: d, Members: findMembers, Now: now,
		TimeZone: func(context.Context, string) (string, error) { return "Asia/Shanghai", nil },
	})
	made, err := w.interviews.Positions.Create(t.Context(), recruiter, position.Position{Title: "Go 工程师"})
	if err != nil {
		t.Fatal(err)
	}
	w.positionID = made.ID
	if w.candidate, err = w.interviews.Candidates.Create(t.Context(), recruiter, candidate.Candidate{Name: "陈晨"}, false); err != nil {
		t.Fatal(err)
	}
	return w
}

func findMembers(_ context.Context, corpID string, ids []string) (map[string]member.Member, error) {
	people := map[string]member.Member{
		"ada": {UserID: "ada", Name: "阿达", Active: true}, "rosa": {UserID: "rosa", Name: "罗莎", Active: true},
		"lin": {UserID: "lin", Name: "林一", Active: true}, "mei": {UserID: "mei", Name: "梅二", Active: true},
	}
	out := map[string]member.Member{}
	for _, id := range ids {
		if m, ok := people[id]; ok && corpID == "corp" {
			out[id] = m
		}
	}
	return out, nil
}

// at returns an hour of the Monday.
func (w *fixture) at(hour int) time.Time {
	return w.monday.Add(time.Duration(hour) * time.Hour)
}

// schedule schedules an interview of an hour.
func (w *fixture) schedule(hour int, interviewers ...string) *interview.Interview {
	w.t.Helper()
	i, _, err := w.interviews.Schedule(w.t.Context(), recruiter, interview.Plan{
		Title: "一面", PositionID: w.positionID, CandidateID: w.candidate.ID, StartsAt: w.at(hour), Duration: time.Hour, TimeZone: "Asia/Shanghai",
		Interviewers: interviewers, RoomKind: interview.BuiltinRoom, OverrideWarnings: true,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

// query returns a query of the week from the Monday.
func (w *fixture) query(hour int, change ...func(*availability.Query)) availability.Query {
	q := availability.Query{
		Interviewers: []string{"lin", "mei"}, Within: availability.Interval{Start: w.monday, End: w.monday.AddDate(0, 0, 7)},
		Duration: time.Hour, At: w.at(hour), Language: "zh-CN",
	}
	for _, fn := range change {
		fn(&q)
	}
	return q
}

func (w *fixture) find(q availability.Query) *availability.Result {
	w.t.Helper()
	got, err := w.Find(w.t.Context(), recruiter, q)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// withoutHolidays makes the tests independent of the day on which the clock is.
func (w *fixture) withoutHolidays() {
	w.t.Helper()
	if _, err := w.UpdateCompany(w.t.Context(), admin, 0, func(c *availability.Company) { c.Holidays = availability.NoHolidays }); err != nil {
		w.t.Fatal(err)
	}
}
