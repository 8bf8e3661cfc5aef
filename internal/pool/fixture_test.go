package pool_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/pool"
)

// fixture is a company in Shanghai with a recruiter, interviewers and a position.
type fixture struct {
	*pool.Service
	t          testing.TB
	clock      *clocktest.Clock
	people     map[string]member.Member
	positionID string
	candidates int
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
	company := interviewtest.New(t, d)
	f := &fixture{t: t, clock: company.Clock, people: company.People}
	for id, name := range map[string]string{"sun": "孙四", "yan": "严五"} {
		f.people[id] = member.Member{UserID: id, Name: name, Active: true}
	}
	now := f.clock.Now
	f.Service = pool.New(pool.Config{
		DB: d, Queue: company.Queue, Interviews: company.Interviews, Now: now,
		Availability: company.NewAvailability(),
	})
	f.Interviews.Appointments = f.Follow(interviewtest.NoAppointments{})
	f.monday = clocktest.FirstMonday(t, now(), interviewtest.TimeZone).AddDate(0, 0, 7)
	_, err := f.Availability.UpdateCompany(t.Context(), admin, 0, func(c *availability.Company) { c.Holidays = availability.NoHolidays })
	apperrtest.RequireNoError(t, err)
	f.positionID = company.CreatePosition(t).ID
	return f
}

// leave deactivates a member.
func (f *fixture) leave(id string) {
	m := f.people[id]
	m.Active = false
	f.people[id] = m
}

// at returns an hour of the Monday.
func (f *fixture) at(hour int) time.Time { return f.monday.Add(time.Duration(hour) * time.Hour) }

// setPool replaces the pool by trained members.
func (f *fixture) setPool(trained ...string) {
	f.t.Helper()
	_, err := f.Update(f.t.Context(), recruiter, f.positionID, 0, func(p *pool.Pool) {
		p.Members = nil
		for _, id := range trained {
			p.Members = append(p.Members, pool.Member{UserID: id, Qualification: pool.Trained})
		}
	})
	apperrtest.RequireNoError(f.t, err)
}

// schedule creates an interview of another candidate.
func (f *fixture) schedule(start time.Time, interviewers ...string) *interview.Interview {
	f.t.Helper()
	f.candidates++
	i, _, err := f.Interviews.Schedule(f.t.Context(), recruiter, interview.Plan{
		Title: "一面", PositionID: f.positionID, NewCandidate: &candidate.Candidate{Name: "候选人" + string(rune('一'+f.candidates))},
		StartsAt: start, Duration: time.Hour, TimeZone: "Asia/Shanghai", Interviewers: interviewers, RoomKind: interview.BuiltinRoom,
	})
	apperrtest.RequireNoError(f.t, err)
	return i
}

func (f *fixture) respond(i *interview.Interview, userID string, r interview.Response) {
	f.t.Helper()
	_, err := f.Interviews.Respond(f.t.Context(), actor.ForInterviewer("corp", userID), i.ID, interview.ResponseInput{Response: r})
	apperrtest.RequireNoError(f.t, err)
}

// decline makes an interviewer decline, and runs the review.
func (f *fixture) decline(i *interview.Interview, userID string) {
	f.t.Helper()
	f.clock.Advance(time.Second)
	f.respond(i, userID, interview.Declined)
	f.review(i)
}

func (f *fixture) review(i *interview.Interview) {
	f.t.Helper()
	apperrtest.RequireNoError(f.t, f.Review(f.t.Context(), "corp", i.ID))
}

// newest returns the newest substitution of an interview.
func (f *fixture) newest(i *interview.Interview) *pool.Substitution {
	f.t.Helper()
	o, err := f.ListOfInterview(f.t.Context(), recruiter, i.ID)
	apperrtest.RequireNoError(f.t, err)
	if len(o.List) == 0 {
		f.t.Fatal("there is no substitution")
	}
	return o.List[0]
}

func (f *fixture) count(i *interview.Interview) int {
	f.t.Helper()
	o, err := f.ListOfInterview(f.t.Context(), recruiter, i.ID)
	apperrtest.RequireNoError(f.t, err)
	return len(o.List)
}

// interviewers returns the interviewers with their responses, such as "lin:declined".
func (f *fixture) interviewers(i *interview.Interview) string {
	f.t.Helper()
	stored, err := f.Interviews.Get(f.t.Context(), recruiter, i.ID)
	apperrtest.RequireNoError(f.t, err)
	out := []string{}
	for _, m := range stored.Interviewers {
		out = append(out, m.UserID+":"+string(m.Response))
	}
	return strings.Join(out, " ")
}

// cards returns the recipients of the cards about substitutions.
func (f *fixture) cards(i *interview.Interview) string {
	f.t.Helper()
	list, err := f.Interviews.InterviewMessages(f.t.Context(), recruiter, i.ID)
	apperrtest.RequireNoError(f.t, err)
	out := []string{}
	for _, m := range list {
		if m.Kind == message.KindSubstitute {
			out = append([]string{m.Recipient}, out...)
		}
	}
	return strings.Join(out, " ")
}

func (f *fixture) answer(r *pool.Substitution, userID string, accept bool) pool.Outcome {
	f.t.Helper()
	out, err := f.Answer(f.t.Context(), "corp", userID, r.ID, accept)
	apperrtest.RequireNoError(f.t, err)
	return out
}

func (f *fixture) wantState(i *interview.Interview, want pool.State) {
	f.t.Helper()
	if r := f.newest(i); r.State != want {
		f.t.Errorf("state %s, want %s", r.State, want)
	}
}
