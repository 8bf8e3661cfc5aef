package interview

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
)

// fixture is a company with a recruiter, three interviewers, a position and a
// candidate, with a clock of its own.
type fixture struct {
	*Service
	t         *testing.T
	ctx       context.Context
	clock     *clocktest.Clock
	questions *question.Service
	people    map[string]member.Member
	recruiter actor.Actor
	lin, mei  actor.Actor // interviewers
	position  *position.Position
	candidate *candidate.Candidate
}

var noon = clocktest.Noon()

// runOnBoth runs the test with a new fixture on each database.
func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	clock := clocktest.New()
	q, err := job.New(d, slog.New(slog.DiscardHandler), job.WithClock(clock.Running()))
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{
		t: t, ctx: t.Context(), clock: clock,
		people: map[string]member.Member{
			"rosa": {UserID: "rosa", Name: "罗莎", Active: true},
			"lin":  {UserID: "lin", Name: "林一", Active: true},
			"mei":  {UserID: "mei", Name: "梅二", Active: true},
			"kai":  {UserID: "kai", Name: "凯四", Active: true},
			"gone": {UserID: "gone", Name: "顾三"},
		},
		recruiter: actor.ForMember("corp", "rosa", actor.Recruiter),
		lin:       actor.ForInterviewer("corp", "lin"),
		mei:       actor.ForInterviewer("corp", "mei"),
	}
	now := f.clock.Now
	f.questions = &question.Service{DB: d, Now: now, Assigned: AssignedQuestions}
	f.Service = New(Config{
		DB: d, Queue: q, Members: f.members, Now: now,
		Positions: &position.Service{DB: d, Queue: q, Now: now}, Candidates: &candidate.Service{DB: d, Queue: q, Now: now},
	})
	f.Register(q)
	f.position = must(f.Positions.Create(f.ctx, f.recruiter, position.Position{Title: "Go 工程师"}))(t)
	f.candidate = must(f.Candidates.Create(f.ctx, f.recruiter, candidate.Candidate{
		Name: "陈晨", Email: "chen@example.com", PositionID: f.position.ID,
	}, false))(t)
	return f
}

func (f *fixture) members(_ context.Context, corpID string, ids []string) (map[string]member.Member, error) {
	out := map[string]member.Member{}
	for _, id := range ids {
		if m, ok := f.people[id]; ok && corpID == "corp" {
			out[id] = m
		}
	}
	return out, nil
}

// plan returns a valid plan for tomorrow at noon, changed by edit.
func (f *fixture) plan(edit ...func(*Plan)) Plan {
	p := Plan{
		Title: "一面", PositionID: f.position.ID, CandidateID: f.candidate.ID,
		StartsAt: noon.AddDate(0, 0, 2), Duration: time.Hour, TimeZone: "Asia/Shanghai",
		Interviewers: []string{"lin", "mei"}, RoomKind: BuiltinRoom,
	}
	for _, fn := range edit {
		fn(&p)
	}
	return p
}

func (f *fixture) schedule(edit ...func(*Plan)) *Interview {
	f.t.Helper()
	i, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(edit...))
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

// ended returns an interview that has ended.
func (f *fixture) ended(edit ...func(*Plan)) *Interview {
	f.t.Helper()
	i := f.schedule(edit...)
	must(f.Start(f.ctx, f.lin, i.ID))(f.t)
	return must(f.End(f.ctx, f.lin, i.ID))(f.t)
}

// messagesAbout lists the messages about an interview as "kind>recipient", oldest first.
func (f *fixture) messagesAbout(id string) []string {
	f.t.Helper()
	list := must(f.InterviewMessages(f.ctx, f.recruiter, id))(f.t)
	slices.Reverse(list)
	out := []string{}
	for _, m := range list {
		out = append(out, string(m.Kind)+">"+m.Recipient)
	}
	return out
}

// inTx runs fn in a transaction that must commit.
func (f *fixture) inTx(fn func(ctx context.Context, tx *db.Tx) error) {
	f.t.Helper()
	if err := f.DB.InTx(f.ctx, fn); err != nil {
		f.t.Fatal(err)
	}
}

// jobs counts the jobs of a kind that are in the queue.
func (f *fixture) jobs(kind string) int {
	f.t.Helper()
	n, err := f.DB.NewSelect().TableExpr("river_job").Where("kind = ?", kind).Count(f.ctx)
	if err != nil {
		f.t.Fatal(err)
	}
	return int(n)
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantMessages(t *testing.T, f *fixture, id string, want ...string) {
	t.Helper()
	got := f.messagesAbout(id)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("messages\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
