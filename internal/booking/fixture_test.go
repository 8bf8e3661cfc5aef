package booking_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
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

func runOnBoth(t *testing.T, body func(t *testing.T, w *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	box, err := secretbox.NewBox([]byte("a secret"), "rooms")
	check(t, err)
	company := interviewtest.New(t, d, func(c *interview.Config) { c.Box = box })
	w := &fixture{t: t, clock: company.Clock, people: company.People}
	now := w.clock.Now
	w.Service = booking.New(booking.Config{
		DB: d, Queue: company.Queue, Interviews: company.Interviews, Box: box, Now: now,
		Availability: company.NewAvailability(),
	})
	w.monday = clocktest.FirstMonday(t, now(), "Asia/Shanghai")
	w.withoutHolidays("corp")
	w.positionID = company.CreatePosition(t).ID
	w.candidate = w.newCandidate("陈晨")
	return w
}

// withoutHolidays makes the tests independent of the day on which the clock is.
func (w *fixture) withoutHolidays(corpID string) {
	w.t.Helper()
	a := admin
	a.CorpID = corpID
	_, err := w.Availability.UpdateCompany(w.t.Context(), a, 0, func(c *availability.Company) { c.Holidays = availability.NoHolidays })
	check(w.t, err)
}

func (w *fixture) newCandidate(name string) *candidate.Candidate {
	w.t.Helper()
	c, err := w.Interviews.Candidates.Create(w.t.Context(), recruiter, candidate.Candidate{Name: name, Email: "chen@example.com"}, true)
	check(w.t, err)
	return c
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantCode checks the text id of an error, or that of one of its fields.
func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), code) {
		t.Errorf("error %v, want %s", err, code)
	}
}

func wantKind(t testing.TB, err error, kind apperr.Kind) {
	t.Helper()
	if apperr.KindOf(err) != kind || err == nil {
		t.Errorf("error %v, want kind %d", err, kind)
	}
}

// at returns an hour of the Monday.
func (w *fixture) at(hour int) time.Time { return w.monday.Add(time.Duration(hour) * time.Hour) }

func (w *fixture) plan(change ...func(*interview.Plan)) interview.Plan {
	p := interview.Plan{
		Title: "一面", PositionID: w.positionID, CandidateID: w.candidate.ID, Duration: time.Hour, TimeZone: "Asia/Shanghai",
		Interviewers: []string{"lin", "mei"}, RoomKind: interview.BuiltinRoom,
	}
	for _, fn := range change {
		fn(&p)
	}
	return p
}

// times returns slots at hours of the Monday.
func (w *fixture) times(hours ...int) booking.Times {
	var t booking.Times
	for _, hour := range hours {
		t.Slots = append(t.Slots, w.at(hour))
	}
	return t
}

func (w *fixture) offer(hours ...int) *booking.Created {
	w.t.Helper()
	o, err := w.Create(w.t.Context(), recruiter, w.plan(), w.times(hours...))
	check(w.t, err)
	return o
}

func (w *fixture) lookup(token string) *booking.View {
	w.t.Helper()
	v, err := w.Lookup(w.t.Context(), token)
	check(w.t, err)
	return v
}

func (w *fixture) schedule(hour int, change ...func(*interview.Plan)) *interview.Interview {
	w.t.Helper()
	p := w.plan(change...)
	p.StartsAt = w.at(hour)
	i, _, err := w.Interviews.Schedule(w.t.Context(), recruiter, p)
	check(w.t, err)
	return i
}

// withOther changes the candidate of a plan.
func (w *fixture) withOther(p *interview.Plan) { p.CandidateID = w.newCandidate("王静").ID }
