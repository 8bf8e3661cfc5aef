// Package interviewtest assembles the interview domain on the database of a test.
package interviewtest

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
)

// CorpID and TimeZone are those of the company.
const (
	CorpID   = "corp"
	TimeZone = "Asia/Shanghai"
)

// Members of the company, and an administrator of another one.
var (
	Ada      = actor.ForMember(CorpID, "ada", actor.Administrator)
	Rosa     = actor.ForMember(CorpID, "rosa", actor.Recruiter)
	Lin      = actor.ForInterviewer(CorpID, "lin")
	Mei      = actor.ForInterviewer(CorpID, "mei")
	Kai      = actor.ForInterviewer(CorpID, "kai")
	Stranger = actor.ForMember("other", "eve", actor.Administrator|actor.Recruiter)
)

// Company is a company whose queue is not started: jobs are inserted and not run.
type Company struct {
	DB         *db.DB
	Queue      *job.Queue
	Clock      *clocktest.Clock
	Interviews *interview.Service
	People     map[string]member.Member // by userid; tests add members
}

// New creates the services of the company. change edits the configuration of the
// interviews before that.
func New(t testing.TB, d *db.DB, change ...func(*interview.Config)) *Company {
	t.Helper()
	c := &Company{DB: d, Clock: clocktest.New(), People: map[string]member.Member{}}
	for id, name := range map[string]string{"ada": "阿达", "rosa": "罗莎", "lin": "林一", "mei": "梅二", "kai": "凯三"} {
		c.People[id] = member.Member{UserID: id, Name: name, Active: true}
	}
	var err error
	if c.Queue, err = job.New(d, slog.New(slog.DiscardHandler), job.WithClock(c.Clock.Running())); err != nil {
		t.Fatal(err)
	}
	now := c.Clock.Now
	cfg := interview.Config{
		DB: d, Queue: c.Queue, Members: c.FindMembers, Now: now,
		Positions: &position.Service{DB: d, Queue: c.Queue, Now: now}, Candidates: &candidate.Service{DB: d, Queue: c.Queue, Now: now},
	}
	for _, fn := range change {
		fn(&cfg)
	}
	c.Interviews = interview.New(cfg)
	c.Interviews.Register(c.Queue)
	return c
}

// NewAvailability returns the working time of the members.
func (c *Company) NewAvailability() *availability.Service {
	return availability.New(availability.Config{
		DB: c.DB, Members: c.FindMembers, Now: c.Clock.Now,
		TimeZone: func(context.Context, string) (string, error) { return TimeZone, nil },
	})
}

// FindMembers returns the members with the userids, in any case, of the company and of companies
// whose ids begin with its id.
func (c *Company) FindMembers(_ context.Context, corpID string, ids []string) (map[string]member.Member, error) {
	out := map[string]member.Member{}
	for _, id := range ids {
		if m, ok := c.People[strings.ToLower(id)]; ok && strings.HasPrefix(corpID, CorpID) {
			out[id] = m
		}
	}
	return out, nil
}

// CreatePosition creates the position "Go 工程师".
func (c *Company) CreatePosition(t testing.TB) *position.Position {
	t.Helper()
	p, err := c.Interviews.Positions.Create(t.Context(), Rosa, position.Position{Title: "Go 工程师"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// CreateCandidate creates a candidate with an address, although another may have it.
func (c *Company) CreateCandidate(t testing.TB, name, positionID string) *candidate.Candidate {
	t.Helper()
	made, err := c.Interviews.Candidates.Create(t.Context(), Rosa, candidate.Candidate{Name: name, Email: "chen@example.com", PositionID: positionID}, true)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// NewPlan returns a plan of an hour in the built-in room, two days after the start of
// the clock, with Lin and Mei.
func NewPlan(positionID, candidateID string, change ...func(*interview.Plan)) interview.Plan {
	p := interview.Plan{
		Title: "一面", PositionID: positionID, CandidateID: candidateID, StartsAt: clocktest.Noon().AddDate(0, 0, 2), Duration: time.Hour,
		TimeZone: TimeZone, Interviewers: []string{"lin", "mei"}, RoomKind: interview.BuiltinRoom,
	}
	for _, fn := range change {
		fn(&p)
	}
	return p
}

// NoAppointments are those of a company without a calendar and without meetings.
type NoAppointments struct{}

// Follow implements interview.Appointments.
func (NoAppointments) Follow(context.Context, *db.Tx, *interview.Interview) error { return nil }

// DefaultMeeting implements interview.Appointments.
func (NoAppointments) DefaultMeeting(context.Context, string) (interview.MeetingKind, error) {
	return interview.NoMeeting, nil
}
