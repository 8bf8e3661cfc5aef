package loop_test

import (
	"slices"
	"strings"
	"testing"
	"time"

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

func runOnBoth(t *testing.T, body func(t *testing.T, w *fixture)) {
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
	w := &fixture{t: t, Service: loop.New(loop.Config{
		DB: d, Interviews: company.Interviews, Availability: free, Now: now,
		Pools: pool.New(pool.Config{DB: d, Queue: company.Queue, Interviews: company.Interviews, Availability: free, Now: now}),
	})}
	w.monday = clocktest.FirstMonday(t, now(), interviewtest.TimeZone)
	w.setCompany(func(c *availability.Company) { c.Holidays = availability.NoHolidays })
	w.positionID = company.CreatePosition(t).ID
	w.candidate = w.newCandidate("陈晨")
	return w
}

func (w *fixture) setCompany(edit func(*availability.Company)) {
	w.t.Helper()
	_, err := w.Availability.UpdateCompany(w.t.Context(), admin, 0, edit)
	check(w.t, err)
}

func (w *fixture) newCandidate(name string) *candidate.Candidate {
	w.t.Helper()
	c, err := w.Interviews.Candidates.Create(w.t.Context(), recruiter, candidate.Candidate{Name: name, Email: name + "@example.com"}, true)
	check(w.t, err)
	return c
}

func (w *fixture) setPool(trained ...string) {
	w.t.Helper()
	_, err := w.Pools.Update(w.t.Context(), recruiter, w.positionID, 0, func(p *pool.Pool) {
		p.Members = nil
		for _, id := range trained {
			p.Members = append(p.Members, pool.Member{UserID: id, Qualification: pool.Trained})
		}
	})
	check(w.t, err)
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

// at returns a time of the Monday.
func (w *fixture) at(hour, minute int) time.Time {
	return w.monday.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

// block schedules an interview of a member with another candidate.
func (w *fixture) block(userID string, start time.Time, duration time.Duration) *interview.Interview {
	w.t.Helper()
	i, _, err := w.Interviews.Schedule(w.t.Context(), recruiter, interview.Plan{
		Title: "其他", PositionID: w.positionID, NewCandidate: &candidate.Candidate{Name: "候选人" + db.NewID()[30:]},
		StartsAt: start, Duration: duration, TimeZone: interviewtest.TimeZone, Interviewers: []string{userID}, RoomKind: interview.BuiltinRoom, OverrideWarnings: true,
	})
	check(w.t, err)
	return i
}

func (w *fixture) round(n int, start time.Time, interviewers ...string) interview.Plan {
	return interview.Plan{
		Title: []string{"一面", "二面", "三面", "四面"}[n-1], Round: n, StartsAt: start, Duration: time.Hour, TimeZone: interviewtest.TimeZone,
		Interviewers: interviewers, RoomKind: interview.BuiltinRoom,
	}
}

// plan returns a loop of Lin at 9:00, Mei at 10:15 and Lin at 11:30 on the Monday.
func (w *fixture) plan(change ...func(*loop.Plan)) loop.Plan {
	p := loop.Plan{Key: db.NewID(), PositionID: w.positionID, CandidateID: w.candidate.ID, Rounds: []interview.Plan{
		w.round(1, w.at(9, 0), "lin"), w.round(2, w.at(10, 15), "mei"), w.round(3, w.at(11, 30), "lin"),
	}}
	for _, fn := range change {
		fn(&p)
	}
	return p
}

func (w *fixture) create(change ...func(*loop.Plan)) *loop.Loop {
	w.t.Helper()
	l, err := w.Create(w.t.Context(), recruiter, w.plan(change...))
	check(w.t, err)
	return l
}

func (w *fixture) get(id string) *loop.Loop {
	w.t.Helper()
	l, err := w.Get(w.t.Context(), recruiter, id)
	check(w.t, err)
	return l
}

func (w *fixture) query(rounds ...loop.Round) loop.Query {
	return loop.Query{
		PositionID: w.positionID, CandidateID: w.candidate.ID, Rounds: rounds, Break: 15 * time.Minute,
		From: availability.Date(w.monday.Format(time.DateOnly)), Days: 1,
	}
}

func (w *fixture) propose(q loop.Query) []loop.Proposal {
	w.t.Helper()
	list, err := w.Propose(w.t.Context(), recruiter, q)
	check(w.t, err)
	return list
}

// starts returns the times of the rounds of a loop in Shanghai.
func (w *fixture) starts(l *loop.Loop) string {
	var out []string
	for _, i := range l.Rounds {
		out = append(out, i.StartsAt.In(w.monday.Location()).Format("15:04"))
	}
	return strings.Join(out, " ")
}

// times returns the interviewers and times of a proposal.
func (w *fixture) times(p loop.Proposal) string {
	var out []string
	for _, slot := range p.Slots {
		var people []string
		for _, m := range slot.People {
			people = append(people, m.UserID)
		}
		out = append(out, strings.Join(people, "+")+" "+slot.Start.In(w.monday.Location()).Format("15:04"))
	}
	return strings.Join(out, ", ")
}

// messages returns kind, recipient and number of interviews of the messages since a number of
// earlier ones, sorted.
func (w *fixture) messages(since int) []string {
	w.t.Helper()
	list, _, err := w.Interviews.Messages.List(w.t.Context(), recruiter, message.Filter{Page: pagination.Page{Limit: 200}})
	check(w.t, err)
	out := []string{}
	for _, m := range list[:len(list)-since] {
		out = append(out, string(m.Kind)+" "+m.Recipient+strings.Repeat(" ×", len(m.Data.Rounds)))
	}
	slices.Sort(out)
	return out
}
