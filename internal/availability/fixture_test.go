package availability_test

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
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
	admin     = interviewtest.Ada
	recruiter = interviewtest.Rosa
	lin       = interviewtest.Lin
	mei       = interviewtest.Mei
	stranger  = interviewtest.Stranger
)

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	f := &fixture{t: t, db: d, clock: company.Clock, interviews: company.Interviews}
	f.monday = clocktest.FirstMonday(t, f.clock.Now(), interviewtest.TimeZone)
	f.Service = company.NewAvailability()
	f.positionID = company.CreatePosition(t).ID
	f.candidate = company.CreateCandidate(t, "陈晨", "")
	return f
}

// at returns an hour of the Monday.
func (f *fixture) at(hour int) time.Time {
	return f.monday.Add(time.Duration(hour) * time.Hour)
}

// schedule schedules an interview of an hour.
func (f *fixture) schedule(hour int, interviewers ...string) *interview.Interview {
	f.t.Helper()
	i, _, err := f.interviews.Schedule(f.t.Context(), recruiter, interview.Plan{
		Title: "一面", PositionID: f.positionID, CandidateID: f.candidate.ID, StartsAt: f.at(hour), Duration: time.Hour, TimeZone: "Asia/Shanghai",
		Interviewers: interviewers, RoomKind: interview.BuiltinRoom, OverrideWarnings: true,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

// query returns a query of the week from the Monday.
func (f *fixture) query(hour int, change ...func(*availability.Query)) availability.Query {
	q := availability.Query{
		Interviewers: []string{"lin", "mei"}, Within: availability.Interval{Start: f.monday, End: f.monday.AddDate(0, 0, 7)},
		Duration: time.Hour, At: f.at(hour), Language: "zh-CN",
	}
	for _, fn := range change {
		fn(&q)
	}
	return q
}

func (f *fixture) find(q availability.Query) *availability.Result {
	f.t.Helper()
	got, err := f.Find(f.t.Context(), recruiter, q)
	if err != nil {
		f.t.Fatal(err)
	}
	return got
}

// withoutHolidays makes the tests independent of the day on which the clock is.
func (f *fixture) withoutHolidays() {
	f.t.Helper()
	if _, err := f.UpdateCompany(f.t.Context(), admin, 0, func(c *availability.Company) { c.Holidays = availability.NoHolidays }); err != nil {
		f.t.Fatal(err)
	}
}
