package booking_test

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/secretbox"
)

// fixture is a company in Shanghai with a recruiter, three interviewers, a position and a
// candidate.
type fixture struct {
	*booking.Service
	t          testing.TB
	clock      *clocktest.Clock
	people     map[string]member.Member
	positionID string
	candidate  *candidate.Candidate
	monday     time.Time // 00:00 in Shanghai
}

var (
	admin     = interviewtest.Ada
	recruiter = interviewtest.Rosa
	lin       = interviewtest.Lin
	stranger  = interviewtest.Stranger
)

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	box, err := secretbox.NewBox([]byte("a secret"), "rooms")
	apperrtest.RequireNoError(t, err)
	company := interviewtest.New(t, d, func(c *interview.Config) { c.Box = box })
	f := &fixture{t: t, clock: company.Clock, people: company.People}
	now := f.clock.Now
	f.Service = booking.New(booking.Config{
		DB: d, Queue: company.Queue, Interviews: company.Interviews, Box: box, Now: now,
		Availability: company.NewAvailability(),
	})
	f.monday = clocktest.FirstMonday(t, now(), "Asia/Shanghai")
	f.clock.Set(f.at(-60)) // Friday noon: an offer without a deadline is open until after the Monday
	f.withoutHolidays("corp")
	f.positionID = company.CreatePosition(t).ID
	f.candidate = f.newCandidate("陈晨")
	return f
}

// withoutHolidays makes the tests independent of the day on which the clock is.
func (f *fixture) withoutHolidays(corpID string) {
	f.t.Helper()
	a := admin
	a.CorpID = corpID
	_, err := f.Availability.UpdateCompany(f.t.Context(), a, 0, func(c *availability.Company) { c.Holidays = availability.NoHolidays })
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) newCandidate(name string) *candidate.Candidate {
	f.t.Helper()
	c, err := f.Interviews.Candidates.Create(f.t.Context(), recruiter, candidate.Candidate{Name: name, Email: "chen@example.com"}, true)
	apperrtest.RequireNoError(f.t, err)
	return c
}

// at returns an hour of the Monday.
func (f *fixture) at(hour int) time.Time { return f.monday.Add(time.Duration(hour) * time.Hour) }

func (f *fixture) plan(change ...func(*interview.Plan)) interview.Plan {
	p := interview.Plan{
		Title: "一面", PositionID: f.positionID, CandidateID: f.candidate.ID, Duration: time.Hour, TimeZone: "Asia/Shanghai",
		Interviewers: []string{"lin", "mei"}, RoomKind: interview.BuiltinRoom,
	}
	for _, fn := range change {
		fn(&p)
	}
	return p
}

// times returns slots at hours of the Monday.
func (f *fixture) times(hours ...int) booking.Times {
	var t booking.Times
	for _, hour := range hours {
		t.Slots = append(t.Slots, f.at(hour))
	}
	return t
}

func (f *fixture) offer(hours ...int) *booking.Created {
	f.t.Helper()
	o, err := f.Create(f.t.Context(), recruiter, f.plan(), f.times(hours...))
	apperrtest.RequireNoError(f.t, err)
	return o
}

func (f *fixture) lookup(token string) *booking.View {
	f.t.Helper()
	v, err := f.Lookup(f.t.Context(), token)
	apperrtest.RequireNoError(f.t, err)
	return v
}

func (f *fixture) schedule(hour int, change ...func(*interview.Plan)) *interview.Interview {
	f.t.Helper()
	p := f.plan(change...)
	p.StartsAt = f.at(hour)
	i, _, err := f.Interviews.Schedule(f.t.Context(), recruiter, p)
	apperrtest.RequireNoError(f.t, err)
	return i
}

// withOther changes the candidate of a plan.
func (f *fixture) withOther(p *interview.Plan) { p.CandidateID = f.newCandidate("王静").ID }
