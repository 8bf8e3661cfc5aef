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

func runOnBoth(t *testing.T, body func(t *testing.T, w *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	w := &fixture{t: t, db: d, clock: company.Clock, interviews: company.Interviews}
	w.monday = clocktest.FirstMonday(t, w.clock.Now(), interviewtest.TimeZone)
	w.Service = company.NewAvailability()
	w.positionID = company.CreatePosition(t).ID
	w.candidate = company.CreateCandidate(t, "陈晨", "")
	return w
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
