package loop_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/loop"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/pool"
)

// fixture is a company in Shanghai with a recruiter, interviewers, a position and a candidate.
type fixture struct {
	*loop.Service
	t          testing.TB
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
	company := interviewtest.New(t, d)
	for id, name := range map[string]string{"sun": "孙四", "yan": "严五"} {
		company.People[id] = member.Member{UserID: id, Name: name, Active: true}
	}
	now := company.Clock.Now
	free := company.NewAvailability()
	f := &fixture{t: t, Service: loop.New(loop.Config{
		DB: d, Interviews: company.Interviews, Availability: free, Now: now,
		Pools: pool.New(pool.Config{DB: d, Queue: company.Queue, Interviews: company.Interviews, Availability: free, Now: now}),
	})}
	f.monday = clocktest.FirstMonday(t, now(), interviewtest.TimeZone)
	f.setCompany(func(c *availability.Company) { c.Holidays = availability.NoHolidays })
	f.positionID = company.CreatePosition(t).ID
	f.candidate = f.newCandidate("陈晨")
	return f
}

func (f *fixture) setCompany(edit func(*availability.Company)) {
	f.t.Helper()
	_, err := f.Availability.UpdateCompany(f.t.Context(), admin, 0, edit)
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) newCandidate(name string) *candidate.Candidate {
	f.t.Helper()
	c, err := f.Interviews.Candidates.Create(f.t.Context(), recruiter, candidate.Candidate{Name: name, Email: fmt.Sprintf("%x@example.com", name)}, true)
	apperrtest.RequireNoError(f.t, err)
	return c
}

func (f *fixture) setPool(trained ...string) {
	f.t.Helper()
	_, err := f.Pools.Update(f.t.Context(), recruiter, f.positionID, 0, func(p *pool.Pool) {
		p.Members = nil
		for _, id := range trained {
			p.Members = append(p.Members, pool.Member{UserID: id, Qualification: pool.Trained})
		}
	})
	apperrtest.RequireNoError(f.t, err)
}

// at returns a time of the Monday.
func (f *fixture) at(hour, minute int) time.Time {
	return f.monday.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

// block schedules an interview of a member with another candidate.
func (f *fixture) block(userID string, start time.Time, duration time.Duration) *interview.Interview {
	f.t.Helper()
	i, _, err := f.Interviews.Schedule(f.t.Context(), recruiter, interview.Plan{
		Title: "其他", PositionID: f.positionID, NewCandidate: &candidate.Candidate{Name: "候选人" + db.NewID()[30:]},
		StartsAt: start, Duration: duration, TimeZone: interviewtest.TimeZone, Interviewers: []string{userID}, RoomKind: interview.BuiltinRoom, OverrideWarnings: true,
	})
	apperrtest.RequireNoError(f.t, err)
	return i
}

func (f *fixture) round(n int, start time.Time, interviewers ...string) interview.Plan {
	return interview.Plan{
		Title: []string{"一面", "二面", "三面", "四面"}[n-1], Round: n, StartsAt: start, Duration: time.Hour, TimeZone: interviewtest.TimeZone,
		Interviewers: interviewers, RoomKind: interview.BuiltinRoom,
	}
}

// plan returns a loop of Lin at 9:00, Mei at 10:15 and Lin at 11:30 on the Monday.
func (f *fixture) plan(change ...func(*loop.Plan)) loop.Plan {
	p := loop.Plan{Key: db.NewID(), PositionID: f.positionID, CandidateID: f.candidate.ID, Rounds: []interview.Plan{
		f.round(1, f.at(9, 0), "lin"), f.round(2, f.at(10, 15), "mei"), f.round(3, f.at(11, 30), "lin"),
	}}
	for _, fn := range change {
		fn(&p)
	}
	return p
}

func (f *fixture) create(change ...func(*loop.Plan)) *loop.Loop {
	f.t.Helper()
	l, err := f.Create(f.t.Context(), recruiter, f.plan(change...))
	apperrtest.RequireNoError(f.t, err)
	return l
}

func (f *fixture) get(id string) *loop.Loop {
	f.t.Helper()
	l, err := f.Get(f.t.Context(), recruiter, id)
	apperrtest.RequireNoError(f.t, err)
	return l
}

func (f *fixture) query(rounds ...loop.Round) loop.Query {
	return loop.Query{
		PositionID: f.positionID, CandidateID: f.candidate.ID, Rounds: rounds, Break: 15 * time.Minute,
		From: availability.Date(f.monday.Format(time.DateOnly)), Days: 1,
	}
}

func (f *fixture) propose(q loop.Query) []loop.Proposal {
	f.t.Helper()
	list, err := f.Propose(f.t.Context(), recruiter, q)
	apperrtest.RequireNoError(f.t, err)
	return list
}

// starts returns the times of the rounds of a loop in Shanghai.
func (f *fixture) starts(l *loop.Loop) string {
	var out []string
	for _, i := range l.Rounds {
		out = append(out, i.StartsAt.In(f.monday.Location()).Format("15:04"))
	}
	return strings.Join(out, " ")
}

// times returns the interviewers and times of a proposal.
func (f *fixture) times(p loop.Proposal) string {
	var out []string
	for _, slot := range p.Slots {
		var people []string
		for _, m := range slot.People {
			people = append(people, m.UserID)
		}
		out = append(out, strings.Join(people, "+")+" "+slot.Start.In(f.monday.Location()).Format("15:04"))
	}
	return strings.Join(out, ", ")
}

// messages returns kind, recipient and number of interviews of the messages since a number of
// earlier ones, sorted.
func (f *fixture) messages(since int) []string {
	f.t.Helper()
	list, _, err := f.Interviews.Messages.List(f.t.Context(), recruiter, message.Filter{Page: pagination.Page{Limit: 200}})
	apperrtest.RequireNoError(f.t, err)
	out := []string{}
	for _, m := range list[:len(list)-since] {
		out = append(out, string(m.Kind)+" "+m.Recipient+strings.Repeat(" ×", len(m.Data.Rounds)))
	}
	slices.Sort(out)
	return out
}
